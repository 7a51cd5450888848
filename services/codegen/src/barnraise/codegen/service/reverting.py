"""Undo and redo: new commits on both branches that take a group of steps back."""

import asyncio
from collections.abc import Callable, Iterable

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.conflicts import taken
from barnraise.codegen.domain.steps import Group, Step, to_redo, to_undo
from barnraise.codegen.service.taking_back import take_step_back
from barnraise.codegen.service.workshop import Cause, Conflict, Workshop, conflicted, main_of, settle
from barnraise.contracts.commands import RevertStep
from barnraise.vfs import Choices, Repository

Ends = Callable[[Step], tuple[str | None, str | None]]


async def revert_step(workshop: Workshop, command: RevertStep) -> Outcome:
    """Announces CommitCreated and CodeChanged, or MergeConflicted. Raises ``nothing_to_undo``, ``nothing_to_redo``."""
    if command.commit:
        return await take_step_back(workshop, command, command.commit)
    repository = await workshop.open(command.project_id)
    main_of(repository)
    steps = await workshop.journal.steps(command.project_id)
    group = to_undo(steps) if command.direction == "undo" else to_redo(steps)
    if not group:
        raise _nothing(command.direction)
    cause = Cause(command, command.job_id, command.direction, _summary(repository, command, group))
    result = await asyncio.to_thread(_build, repository, cause, group, taken(command.choices))
    if isinstance(result, Conflict):
        return conflicted(command, result)
    return await settle(workshop, repository, cause, result)


def _build(repository: Repository, cause: Cause, group: Group, choices: Choices) -> Step | Conflict:
    main, blueprint = repository.refs["main"], repository.refs.get("blueprint")
    main_tree = _taken_back(repository, main, group, lambda step: (step.main_before, step.main_after), choices)
    if isinstance(main_tree, Conflict):
        return main_tree
    if blueprint is not None:
        tree = _taken_back(repository, blueprint, group, lambda step: (step.blueprint_before, step.blueprint_after), choices)
        if isinstance(tree, Conflict):
            return tree
        blueprint = blueprint if tree == repository.tree_of(blueprint) else cause.commit(repository, tree, [blueprint])
    # A group of its own: undo and redo are told apart by it, and their repairs join it.
    return cause.step(repository, cause.message.id, cause.commit(repository, main_tree, [main]), blueprint)


def _taken_back(repository: Repository, head: str, group: Iterable[Step], ends: Ends, choices: Choices) -> str | Conflict:
    """The head's tree without what the steps changed between their ends, the newest taken back first."""
    tree = repository.tree_of(head)
    for before, after in map(ends, reversed(tuple(group))):
        if before is None or after is None or before == after:
            continue
        merge = repository.merge(repository.tree_of(after), tree, repository.tree_of(before), choices)
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
