"""Back to a version, as a new step: nothing that came after it is lost."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.steps import Step, blueprint_at
from barnraise.codegen.service.workshop import Cause, Workshop, code_changed, main_of, settle
from barnraise.contracts.commands import RestoreCommit
from barnraise.vfs import Repository


async def restore_commit(workshop: Workshop, command: RestoreCommit) -> Outcome:
    """Announces CommitCreated and CodeChanged. Raises ``not_found`` when the commit is no version of ``main``."""
    repository = await workshop.open(command.project_id)
    main = main_of(repository)
    blueprint = blueprint_at(await workshop.journal.steps(command.project_id), command.commit)
    if blueprint is None or not repository.contains("main", command.commit):
        detail = f"{command.commit[:12]} is not a version of this project."
        raise BarnraiseError("not_found", detail, "Use a commit from the project's log.")
    summary = f"Restore: {repository.commit_at(command.commit).summary}"
    cause = Cause(command, command.job_id, "restore", summary)
    step = await asyncio.to_thread(_build, repository, cause, command.commit, blueprint)
    if step is None:
        return Outcome([code_changed(repository, command, main, repository.refs["blueprint"])])
    return await settle(workshop, repository, cause, step)


def _build(repository: Repository, cause: Cause, commit: str, blueprint: str) -> Step | None:
    """The new commits on both branches; None when both stand there already."""
    heads = {name: repository.refs[name] for name in ("main", "blueprint")}
    wanted = {"main": repository.tree_of(commit), "blueprint": repository.tree_of(blueprint)}
    if all(repository.tree_of(head) == wanted[name] for name, head in heads.items()):
        return None
    after = heads["blueprint"]
    if repository.tree_of(after) != wanted["blueprint"]:
        after = cause.commit(repository, wanted["blueprint"], [after])
    return cause.step(repository, cause.message.id, cause.commit(repository, wanted["main"], [heads["main"]]), after)
