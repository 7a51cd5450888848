"""Back to a version, as a new step: nothing that came after it is lost."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.steps import Step, made_by
from barnraise.codegen.service.workshop import Cause, Workshop, code_changed, main_of, settle
from barnraise.contracts.commands import RestoreCommit
from barnraise.vfs import Repository


async def restore_commit(workshop: Workshop, command: RestoreCommit) -> Outcome:
    """Announces CommitCreated and CodeChanged. Raises ``not_found`` when the commit is no version of ``main``."""
    repository = await workshop.open(command.project_id)
    main = main_of(repository)
    step = made_by(await workshop.journal.steps(command.project_id), command.commit)
    if step is None or not repository.contains("main", command.commit):
        detail = f"{command.commit[:12]} is not a version of this project."
        raise BarnraiseError("not_found", detail, "Use a commit from the project's log.")
    summary = f"Restore: {repository.commit_at(command.commit).summary}"
    cause = Cause(command, command.job_id, "restore", summary)
    result = await asyncio.to_thread(_build, repository, cause, step)
    if result is None:
        return Outcome([code_changed(repository, command, main, repository.refs.get("blueprint"))])
    return await settle(workshop, repository, cause, result)


def _build(repository: Repository, cause: Cause, target: Step) -> Step | None:
    """The new commits on both branches; None when both stand there already."""
    blueprint = target.blueprint_after
    main, after = repository.refs["main"], repository.refs.get("blueprint")
    if blueprint is not None and after is not None and repository.tree_of(after) != repository.tree_of(blueprint):
        after = cause.commit(repository, repository.tree_of(blueprint), [after])
    wanted = repository.tree_of(target.main_after)
    if repository.tree_of(main) == wanted and after == repository.refs.get("blueprint"):
        return None
    return cause.step(repository, cause.message.id, cause.commit(repository, wanted, [main]), after, target.group_id)
