"""A branch into ``main``: a step like every other, or a conflict and nothing at all."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.conflicts import taken
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.codegen.domain.steps import Step
from barnraise.codegen.service.proposing import PROPOSALS, code_proposed, compiled_on, put_up
from barnraise.codegen.service.workshop import Cause, Conflict, Workshop, code_changed, conflicted, main_of, settle
from barnraise.contracts.commands import MergeBranch
from barnraise.vfs import Choices, Repository


async def merge_branch(workshop: Workshop, command: MergeBranch) -> Outcome:
    """Announces CommitCreated and CodeChanged, or MergeConflicted; CodeProposed and RefChanged where it is to be judged once more. Raises
    ``not_found``, ``invalid_request``, ``version_conflict``."""
    repository = await workshop.open(command.project_id)
    main, branch = main_of(repository), repository.refs.get(command.branch)
    if branch is None:
        raise BarnraiseError("not_found", f"There is no branch '{command.branch}'.", "Look at the list of branches.")
    if command.commit not in (None, branch):
        detail = (
            f"The branch '{command.branch}' has moved on since that was decided: it is at {branch[:12]}, not at {str(command.commit)[:12]}."
        )
        raise BarnraiseError("version_conflict", detail, "Look at it again, and merge it as it is now.")
    if repository.contains("main", branch):
        return Outcome([code_changed(repository, command, main, repository.refs.get("blueprint"))])
    proposed = command.branch.startswith(PROPOSALS)
    cause = Cause(
        command, command.job_id, "merge", repository.log(branch, limit=1)[0][0].summary if proposed else f"Merge {command.branch}"
    )
    plan = await asyncio.to_thread(compiled_on, repository, command.branch, workshop.compiler) if proposed else None
    result = await asyncio.to_thread(_build, repository, cause, branch, plan, taken(command.choices))
    if isinstance(result, Conflict):
        return conflicted(command, result)
    if command.base not in (None, main):
        return await _propose_anew(workshop, repository, cause, command, result)
    return await settle(workshop, repository, cause, result, done=command.branch if proposed else None)


async def _propose_anew(workshop: Workshop, repository: Repository, cause: Cause, command: MergeBranch, step: Step) -> Outcome:
    """What the merge would give, on the branch: nobody has judged that yet."""
    main, branch = repository.refs["main"], repository.refs[command.branch]
    merged = cause.commit(repository, repository.tree_of(step.main_after), [branch, main])
    told = await asyncio.to_thread(code_proposed, repository, command, command.branch, merged, main, base=main)
    return await put_up(workshop, repository, command, told, branch, since=main)


def _build(repository: Repository, cause: Cause, branch: str, plan: str | None, choices: Choices) -> Step | Conflict:
    main = repository.refs["main"]
    forked = repository.merge_base(main, branch)
    if forked is None:
        detail = "The branch has nothing in common with main."
        raise BarnraiseError("invalid_request", detail, "Make a branch from a commit of the project.")
    base, theirs = (repository.tree_of(commit) if plan else _planned_as(repository, main, commit) for commit in (forked, branch))
    merge = repository.merge(base, repository.tree_of(main), theirs, choices)
    if merge.tree is None:
        return Conflict(merge.conflicts)
    return cause.step(repository, cause.message.id, cause.commit(repository, merge.tree, [main, branch]), plan)


def _planned_as(repository: Repository, main: str, commit: str) -> str:
    """The commit's tree with the plan that ``main`` has: branches are about files, the compiler alone writes plans."""
    there = [MANIFEST_PATH in repository.blobs(each) for each in (main, commit)]
    written = repository.read(main, MANIFEST_PATH).data if there[0] else None
    return repository.edit_tree(repository.tree_of(commit), {MANIFEST_PATH: written}) if any(there) else repository.tree_of(commit)
