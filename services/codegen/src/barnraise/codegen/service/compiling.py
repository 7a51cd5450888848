"""Manifest to ``blueprint``, blueprint into ``main``: one step, or a conflict and nothing at all. What may break what others have written
is proposed first."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.conflicts import taken
from barnraise.codegen.domain.steps import Step
from barnraise.codegen.ports import Compiler
from barnraise.codegen.service.proposing import branch_of, code_proposed, put_up
from barnraise.codegen.service.workshop import Cause, Conflict, Workshop, code_changed, compiled_tree, conflicted, settle
from barnraise.contracts.commands import CompileManifest
from barnraise.vfs import Repository


async def compile_manifest(workshop: Workshop, command: CompileManifest) -> Outcome:
    """Announces CommitCreated and CodeChanged, or MergeConflicted; CodeProposed and RefChanged where it is to be judged first."""
    repository = await workshop.open(command.project_id)
    cause = Cause(command, command.job_id, "compile", command.summary)
    result = await asyncio.to_thread(_build, workshop.compiler, repository, command, cause)
    if isinstance(result, Conflict):
        return conflicted(command, result)
    if result is None:
        return Outcome([code_changed(repository, command, repository.refs["main"], repository.refs["blueprint"])])
    if result.main_before and _to_be_judged(repository, command, result):
        return await _propose(workshop, repository, command, result.main_before, result)
    return await settle(workshop, repository, cause, result)


def _to_be_judged(repository: Repository, command: CompileManifest, step: Step) -> bool:
    if command.propose != "mixed":
        return command.propose == "always"
    return repository.tree_of(step.main_after) != repository.tree_of(str(step.blueprint_after))


async def _propose(workshop: Workshop, repository: Repository, command: CompileManifest, main: str, step: Step) -> Outcome:
    branch, old = branch_of(repository, command.job_id)
    told = await asyncio.to_thread(code_proposed, repository, command, branch, step.main_after, main, base=main, text=command.summary)
    return await put_up(workshop, repository, command, told, old, str(step.blueprint_after), since=main)


def _build(compiler: Compiler, repository: Repository, command: CompileManifest, cause: Cause) -> Step | Conflict | None:
    """The new commits; None when the blueprint stays as it is."""
    tree = compiled_tree(repository, compiler, command.manifest)
    blueprint, main = repository.refs.get("blueprint"), repository.refs.get("main")
    if blueprint is not None and repository.tree_of(blueprint) == tree:
        return None
    if main is not None and blueprint is None:
        detail = "This project was imported without a plan; compiling one would put another application in its place."
        raise BarnraiseError("manifest_invalid", detail, "Change it by edits or pushes, or start a new project.")
    compiled = cause.commit(repository, tree, [blueprint])
    if main is None:
        return cause.step(repository, command.job_id, compiled, compiled)
    merge = repository.merge(repository.tree_of(str(blueprint)), repository.tree_of(main), tree, taken(command.choices))
    if merge.tree is None:
        return Conflict(merge.conflicts)
    return cause.step(repository, command.job_id, cause.commit(repository, merge.tree, [main, compiled]), compiled)
