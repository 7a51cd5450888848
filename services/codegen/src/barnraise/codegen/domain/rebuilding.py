"""A project's steps, read off its commits: what an imported history can be undone, restored and cloned by."""

from collections.abc import Sequence
from typing import get_args

from barnraise.codegen.domain.steps import Origin, Step
from barnraise.vfs import Commit

_KNOWN = {origin: origin for origin in get_args(Origin)}


def rebuilt(main: Sequence[Commit], blueprint: Sequence[Commit]) -> list[Step]:
    """A step for each commit of ``main``, oldest first. Both branches are given along first parents, newest first.

    Where ``blueprint`` stood is known by the step that moved both: its id is in both commits. A commit from elsewhere is a push.
    """
    planned = {commit.step_id: commit.id for commit in blueprint if commit.step_id}
    steps: list[Step] = []
    for commit in reversed(main):
        before = steps[-1] if steps else None
        stood = before.blueprint_after if before else None
        origin = _KNOWN.get(commit.origin or "", "push")
        group = before.group_id if before and origin == "repair" else commit.id
        after = planned.get(commit.step_id or "", stood)
        steps.append(Step(commit.id, group, None, origin, before.main_after if before else None, commit.id, stood, after))
    return steps
