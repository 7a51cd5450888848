"""Any step undone while later ones stay: a new commit on top, which is a step like every other."""

import asyncio
from dataclasses import dataclass

from pydantic import ValidationError

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.conflicts import taken
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH, write_manifest
from barnraise.codegen.domain.manifest_merge import take_back
from barnraise.codegen.domain.steps import Group, Step, step_of, whole
from barnraise.codegen.ports import Compiler
from barnraise.codegen.service.workshop import Cause, Conflict, Workshop, code_changed, conflicted, main_of, manifest_at, settle
from barnraise.contracts.commands import RevertStep
from barnraise.contracts.manifest import Manifest
from barnraise.vfs import Choices, FileConflict, Repository


async def take_step_back(workshop: Workshop, command: RevertStep, commit: str) -> Outcome:
    """Announces CommitCreated and CodeChanged, or MergeConflicted. Raises ``not_found``, ``nothing_to_undo``, ``manifest_invalid``."""
    repository = await workshop.open(command.project_id)
    main = main_of(repository)
    steps = await workshop.journal.steps(command.project_id)
    group = step_of(steps, commit) or _pushed(repository, commit)
    if group[0].main_before is None:
        detail = "With its first step the project itself came to be."
        raise BarnraiseError("nothing_to_undo", detail, "Choose a later step, or delete the project.")
    cause = Cause(command, command.job_id, "revert", f"Undo: {repository.commit_at(commit).summary}")
    result = await asyncio.to_thread(_build, workshop.compiler, repository, cause, group, taken(command.choices), whole(steps, group))
    if isinstance(result, Conflict):
        return conflicted(command, result)
    if result is None:
        return Outcome([code_changed(repository, command, main, repository.refs.get("blueprint"))])
    return await settle(workshop, repository, cause, result)


def _pushed(repository: Repository, commit: str) -> Group:
    """A commit that came with others in one push, as if it were a step of its own. Raises ``not_found``."""
    if not repository.contains("main", commit):
        raise BarnraiseError("not_found", f"{commit[:12]} is not a step of this project.", "Use a commit from the project's log.")
    before = next(iter(repository.commit_at(commit).parents), None)
    return (Step(commit, commit, None, "push", before, commit, None, None),)


@dataclass(frozen=True)
class _State:
    """Both trees, and the manifest that ``blueprint`` stands for; None for a project that has none."""

    main: str
    blueprint: str | None
    manifest: Manifest | None


def _build(
    compiler: Compiler, repository: Repository, cause: Cause, group: Group, choices: Choices, target: str | None
) -> Step | Conflict | None:
    heads = repository.refs
    blueprint = heads.get("blueprint")
    planned = repository.tree_of(blueprint) if blueprint else None
    first = _State(repository.tree_of(heads["main"]), planned, manifest_at(repository, blueprint))
    state: _State | Conflict = first
    for step in reversed(group):
        if isinstance(state, Conflict):
            return state
        state = _without(compiler, repository, state, step, choices)
    if isinstance(state, Conflict) or state == first:
        return state if isinstance(state, Conflict) else None
    if blueprint and state.blueprint and state.blueprint != first.blueprint:
        blueprint = cause.commit(repository, state.blueprint, [blueprint])
    return cause.step(repository, cause.message.id, cause.commit(repository, state.main, [heads["main"]]), blueprint, target)


def _without(compiler: Compiler, repository: Repository, state: _State, step: Step, choices: Choices) -> _State | Conflict:
    """The state without the step.

    What a step did to the plan is taken back in the plan, which is compiled again: the next refinement builds on that, so the change
    cannot come back, and later changes of the plan stay. If the step did to ``main`` only what followed from the plan, the same holds for
    ``main``. Anything else that it did there (a person's lines, a choice between two) is taken back from the files.
    """
    planned = _unplanned(compiler, repository, state, step, choices)
    if isinstance(planned, Conflict):
        return planned
    if state.blueprint and planned.blueprint and _follows(repository, step):
        merge = repository.merge(state.blueprint, state.main, planned.blueprint, choices)
    else:
        sides = (repository.tree_of(step.main_after), state.main, repository.tree_of(str(step.main_before)))
        base, ours, theirs = (_planned(repository, tree, planned.manifest) for tree in sides)
        merge = repository.merge(base, ours, theirs, choices)
    return Conflict(merge.conflicts) if merge.tree is None else _State(merge.tree, planned.blueprint, planned.manifest)


def _planned(repository: Repository, tree: str, manifest: Manifest | None) -> str:
    """The tree with that manifest in it: what the files say is merged, the plan is settled."""
    return tree if manifest is None else repository.edit_tree(tree, {MANIFEST_PATH: write_manifest(manifest)})


def _unplanned(compiler: Compiler, repository: Repository, state: _State, step: Step, choices: Choices) -> _State | Conflict:
    """The state with the step's change of the plan taken back; ``main`` is as it was."""
    before, after = manifest_at(repository, step.blueprint_before), manifest_at(repository, step.blueprint_after)
    if before is None or after is None or state.manifest is None or before == after:
        return state
    try:
        manifest = take_back(before, after, state.manifest, choices)
    except ValidationError as error:
        detail = f"Later steps build on this one: without it, {error.errors()[0]['msg'].removeprefix('Value error, ')}."
        raise BarnraiseError("manifest_invalid", detail[:2000], "Take back the later step first, or say what should change.") from error
    if not isinstance(manifest, Manifest):
        return Conflict((FileConflict(MANIFEST_PATH, binary=False, hunks=manifest),))
    if manifest == before:
        return _State(state.main, repository.tree_of(str(step.blueprint_before)), manifest)
    return _State(state.main, repository.write_tree({**compiler(manifest), MANIFEST_PATH: write_manifest(manifest)}), manifest)


def _follows(repository: Repository, step: Step) -> bool:
    """Whether the step did to ``main`` what the change of ``blueprint`` asks for, and nothing else."""
    if step.blueprint_before is None or step.blueprint_after is None or step.blueprint_before == step.blueprint_after:
        return False
    base, ours, theirs = map(repository.tree_of, (step.blueprint_before, str(step.main_before), step.blueprint_after))
    return repository.merge(base, ours, theirs).tree == repository.tree_of(step.main_after)
