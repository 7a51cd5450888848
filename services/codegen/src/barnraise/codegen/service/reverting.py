"""Undo and redo: new commits on both branches that take a group of steps back."""

import asyncio
from collections.abc import Callable, Iterable

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.steps import Group, Step, to_redo, to_undo
from barnraise.codegen.service.workshop import Cause, Conflict, Workshop, conflicted, main_of, settle
from barnraise.contracts.commands import RevertStep
from barnraise.vfs import Repository

Ends = Callable[[Step], tuple[str | None, str | None]]


async def revert_step(workshop: Workshop, command: RevertStep) -> Outcome:
    """Announces CommitCreated and CodeChanged, or MergeConflicted. Raises ``nothing_to_undo``, ``nothing_to_redo``."""
    repository = await workshop.open(command.project_id)
    main_of(repository)
    steps = await workshop.journal.steps(command.project_id)
    group = to_undo(steps) if command.direction == "undo" else to_redo(steps)
    if not group:
        raise _nothing(command.direction)
    cause = Cause(command, command.job_id, command.direction, _summary(repository, command, group))
    result = await asyncio.to_thread(_build, repository, cause, group)
    if isinstance(result, Conflict):
        return conflicted(command, result)
    return await settle(workshop, repository, cause, result)


def _build(repository: Repository, cause: Cause, group: Group) -> Step | Conflict:
    main, blueprint = repository.refs["main"], repository.refs["blueprint"]
    main_tree = _taken_back(repository, main, group, lambda step: (step.main_before, step.main_after))
    blueprint_tree = _taken_back(repository, blueprint, group, lambda step: (step.blueprint_before, step.blueprint_after))
    for tree in (main_tree, blueprint_tree):
        if isinstance(tree, Conflict):
            return tree
    reverted = blueprint
    if blueprint_tree != repository.tree_of(blueprint):
        reverted = cause.commit(repository, str(blueprint_tree), [blueprint])
    # A group of its own: undo and redo are told apart by it, and their repairs join it.
    return cause.step(repository, cause.message.id, cause.commit(repository, str(main_tree), [main]), reverted)


def _taken_back(repository: Repository, head: str, group: Iterable[Step], ends: Ends) -> str | Conflict:
    """The head's tree without what the steps changed between their ends, the newest taken back first."""
    tree = repository.tree_of(head)
    for before, after in map(ends, reversed(tuple(group))):
        if before is None or after is None or before == after:
            continue
        merge = repository.merge(repository.tree_of(after), tree, repository.tree_of(before))
        if merge.tree is None:
            return Conflict(merge.conflicts)
        tree = merge.tree
    return tree


def _summary(repository: Repository, command: RevertStep, group: Group) -> str:
    subject = repository.commit_at(group[0].main_after).summary
    return f"{command.direction.capitalize()}: {subject.removeprefix('Undo: ').removeprefix('Redo: ')}"


def _nothing(direction: str) -> BarnraiseError:
    if direction == "undo":
        detail = "Nothing is left to undo: the project stands as it was created."
        return BarnraiseError("nothing_to_undo", detail, "Say what should change, or delete the project.")
    return BarnraiseError("nothing_to_redo", "Nothing is left to redo.", "Redo works right after an undo, before the next change.")
