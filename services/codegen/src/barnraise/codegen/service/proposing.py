"""Changes that wait on a branch of their own, until they are found sound, or a person has looked at them."""

from itertools import count
from typing import Any

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.codegen.ports import Compiler
from barnraise.codegen.service.touching import touched
from barnraise.codegen.service.workshop import Workshop, compiled_tree, file_changes, manifest_at, ref_changed
from barnraise.contracts.base import Message
from barnraise.contracts.commands import Command
from barnraise.contracts.events import CodeProposed
from barnraise.vfs import Repository

PROPOSALS = "proposals/"
"""Such a branch goes when it is merged."""


async def put_up(
    workshop: Workshop, repository: Repository, command: Command, told: CodeProposed, old: str | None, *others: str, since: str
) -> Outcome:
    """The branch moves from ``old`` to what is told, in the transaction that tells of it, with what it touches ``since`` that commit.
    ``others``: commits that come with it."""
    pack = await workshop.pack(repository, [*others, told.commit])
    told = told.model_copy(update={"impact": await touched(repository, since, told.commit)})

    async def effect(transaction: Transaction) -> list[Message]:
        await workshop.move(transaction, repository.project_id, told.branch, old, told.commit, pack)
        return []

    return Outcome([ref_changed(command, told.branch, old, told.commit), told], effect)


def branch_of(repository: Repository, job_id: str | None, commit: str | None = None, part: int = 0) -> tuple[str, str | None]:
    """The job's branch that is at the commit, or a new one: what was proposed before stays to be looked at. ``part``: of several that
    are written at once, each has a name of its own."""
    stem = f"{PROPOSALS}{job_id}" + (f"-part-{part}" if part else "")
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    going_on = (name for name, at in repository.refs.items() if at == commit and name.startswith(PROPOSALS) and str(job_id) in name)
    branch = next(going_on, None) or next(name for name in names if name not in repository.refs)
    return branch, repository.refs.get(branch)


def code_proposed(
    repository: Repository, command: Command, branch: str, commit: str, before: str, *, changed: bool = True, **more: Any
) -> CodeProposed:
    """``before``: what the files are told against."""
    return CodeProposed(
        id=f"{command.id}:proposal",
        project_id=command.project_id,
        job_id=command.job_id,
        at=now(),
        branch=branch,
        commit=commit,
        tree=repository.tree_of(commit),
        changed=changed,
        files=file_changes(repository, before, commit),
        **more,
    )


def compiled_on(repository: Repository, branch: str, compiler: Compiler) -> str | None:
    """What the compiler made of the plan that the proposal brings, to be the next of ``blueprint``; None where it brings none.

    It is the second parent of one of the branch's own commits. Raises BarnraiseError ``version_conflict`` where ``blueprint`` has moved,
    or the compiler does not make this of the plan (any more): a branch can be pushed to.
    """
    commit: str | None = repository.refs[branch]
    while commit and not repository.contains("main", commit):
        parents = repository.commit_at(commit).parents
        for compiled in parents[1:]:
            if not repository.contains("main", compiled):
                _check_next(repository, compiled, branch, compiler)
                return compiled
        commit = next(iter(parents), None)
    return None


def _check_next(repository: Repository, compiled: str, branch: str, compiler: Compiler) -> None:
    planned = manifest_at(repository, compiled) if MANIFEST_PATH in repository.blobs(compiled) else None
    follows = repository.commit_at(compiled).parents == (repository.refs.get("blueprint"),)
    if not (follows and planned and compiled_tree(repository, compiler, planned) == repository.tree_of(compiled)):
        detail = f"The plan has changed since '{branch}' was proposed."
        raise BarnraiseError("version_conflict", detail, "Say again what to change: it is planned on what there is now.")
