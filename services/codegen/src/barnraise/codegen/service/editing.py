"""A model changes the code: on a branch of its own, placed on the files that it saw, all of its edits or none."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.codegen.domain import asking
from barnraise.codegen.domain.showing import Shown, choose
from barnraise.codegen.ports import Asked, Author, Said
from barnraise.codegen.service.merging import PROPOSALS
from barnraise.codegen.service.workshop import Cause, Workshop, file_changes, ref_changed
from barnraise.contracts.base import Message
from barnraise.contracts.commands import EditCode
from barnraise.contracts.events import CodeProposed, ModelUse
from barnraise.patches import ChangeSet, Refusal, WholeFile, parse, place
from barnraise.vfs import Repository

ROUNDS = 3


@dataclass
class _Work:
    """What has come of it: the files to write (None: to delete), the model's words, and what it took."""

    changes: Mapping[str, bytes | None]
    text: str
    used: list[Said]


async def edit_code(workshop: Workshop, author: Author | None, command: EditCode) -> Outcome:
    """Announces CodeProposed and RefChanged. Raises ``no_model``, ``limit_exceeded``, ``not_found``, ``proposal_unsound``."""
    if author is None:
        raise BarnraiseError("no_model", "No model is set up.", "Set one up (docs/models.md), or say it in words that need none.")
    repository = await workshop.open(command.project_id)
    if not repository.reaches(command.commit):
        raise BarnraiseError("not_found", f"There is no commit {command.commit[:12]}.", "Retry the job.")
    snapshot = await asyncio.to_thread(repository.tree, command.commit)
    task = asking.with_faults(command.task, command.diagnostics, command.tests)
    shown = choose(snapshot, task, {finding.path for finding in command.diagnostics if finding.path})
    work = await _written(author, command, task, shown, snapshot)
    return await _propose(workshop, repository, command, shown, work)


async def _written(author: Author, command: EditCode, task: str, shown: Shown, snapshot: Mapping[str, bytes]) -> _Work:
    """The edits of a reply that can all be placed; what cannot is told to the model, a few times."""
    turns = [asking.request(task, shown)]
    used: list[Said] = []
    refusals: tuple[Refusal, ...] = ()
    for _ in range(ROUNDS):
        said = await author(Asked(asking.EDITOR, tuple(turns), command.project_id, command.job_id or ""))
        used.append(said)
        wanted = parse(said.text)
        if not (wanted.edits or wanted.refusals or wanted.cut):
            return _Work({}, asking.words_of(said.text), used)
        refusals = _unseen(wanted, shown, snapshot)
        placement = await asyncio.to_thread(place, wanted, snapshot)
        refusals = (*refusals, *placement.refusals)
        if not refusals:
            return _Work(placement.changes, asking.words_of(said.text), used)
        turns += [said.text, asking.again(refusals)]
    detail = f"Nothing was changed, because the model's edits could not be placed: {'; '.join(refusal.detail for refusal in refusals[:3])}"
    raise BarnraiseError("proposal_unsound", detail[:1900], "Say it differently, or in smaller steps.")


def _unseen(wanted: ChangeSet, shown: Shown, snapshot: Mapping[str, bytes]) -> tuple[Refusal, ...]:
    """Whole files written over what the model has not seen, and the compiler's own files."""
    found = [
        Refusal("file_exists", edit.path, "This file exists and was not shown to you: change it by a patch, or take another name.")
        for edit in wanted.edits
        if isinstance(edit, WholeFile) and edit.path in snapshot and edit.path not in shown.files
    ]
    ours = [edit.path for edit in wanted.edits if edit.path.startswith(".barnraise/")]
    return (*found, *(Refusal("path_invalid", path, "This folder is the compiler's.") for path in ours))


async def _propose(workshop: Workshop, repository: Repository, command: EditCode, shown: Shown, work: _Work) -> Outcome:
    before = repository.tree_of(command.commit)
    tree = repository.edit_tree(before, work.changes) if work.changes else before
    branch, old = _branch(repository, command)
    if tree == before:
        return Outcome([_told(repository, command, branch, command.commit, shown, work)])
    cause = Cause(command, command.job_id, "model", work.text or command.task)
    commit = cause.commit(repository, tree, [command.commit])
    pack = await workshop.pack(repository, [commit])

    async def effect(transaction: Transaction) -> list[Message]:
        await workshop.move(transaction, command.project_id, branch, old, commit, pack)
        return []

    told = await asyncio.to_thread(_told, repository, command, branch, commit, shown, work)
    return Outcome([ref_changed(command, branch, old, commit), told], effect)


def _branch(repository: Repository, command: EditCode) -> tuple[str, str | None]:
    """The job's branch, if the change goes on from where it is, or a new one: what was proposed before stays to be looked at."""
    number = 1
    while True:
        branch = f"{PROPOSALS}{command.job_id}" + (f"-{number}" if number > 1 else "")
        there = repository.refs.get(branch)
        if there in (None, command.commit):
            return branch, there
        number += 1


def _told(repository: Repository, command: EditCode, branch: str, commit: str, shown: Shown, work: _Work) -> CodeProposed:
    costs = [said.cost for said in work.used]
    used = ModelUse(
        model=work.used[-1].model,
        calls=len(work.used),
        input=sum(said.input for said in work.used),
        output=sum(said.output for said in work.used),
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
    )
    return CodeProposed(
        id=f"{command.id}:proposal",
        project_id=command.project_id,
        job_id=command.job_id,
        at=now(),
        branch=branch,
        commit=commit,
        tree=repository.tree_of(commit),
        changed=commit != command.commit,
        text=work.text,
        files=file_changes(repository, command.commit, commit),
        read=len(shown.files),
        unread=len(shown.others),
        used=used,
    )
