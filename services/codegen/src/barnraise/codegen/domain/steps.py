"""Steps and the rules of undo and redo, read off the order in which ``main`` moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Origin = Literal["compile", "repair", "edit", "push", "undo", "redo", "restore", "revert", "clone", "import", "merge", "model"]


@dataclass(frozen=True)
class Step:
    """One move of ``main`` (and perhaps ``blueprint``). Steps of one ``group_id`` are undone together: a change and its repairs.

    ``target``: the group that a ``revert`` has taken back as a whole, or that a ``restore`` went back to.
    """

    step_id: str
    group_id: str
    job_id: str | None
    origin: Origin
    main_before: str | None
    main_after: str
    blueprint_before: str | None
    blueprint_after: str | None
    target: str | None = None


Group = tuple[Step, ...]


def to_undo(steps: Sequence[Step]) -> Group:
    """The steps whose reversal undoes the newest change that stands, oldest first; empty when only the project's creation stands."""
    standing, _ = _replay(steps)
    return standing[-1] if len(standing) > 1 else ()


def to_redo(steps: Sequence[Step]) -> Group:
    """The newest undo that nothing has followed, oldest step first; empty when there is none."""
    _, undone = _replay(steps)
    return undone[-1] if undone else ()


def step_of(steps: Sequence[Step], commit: str) -> Group:
    """The step that made the commit with the repairs that followed from it, oldest first; empty when no step did."""
    made = made_by(steps, commit)
    if made is None:
        return ()
    group = [step for step in steps if step.group_id == made.group_id]
    return tuple(group[group.index(made) :])


def whole(steps: Sequence[Step], part: Group) -> str | None:
    """The name of the group, when it begins where the part does; else None, as only repairs in it are meant."""
    return next((group[0].group_id for group in _groups(steps) if group[:1] == part[:1]), None)


def made_by(steps: Sequence[Step], commit: str) -> Step | None:
    """The step that brought ``main`` to the commit; None when it never was there."""
    return next((step for step in steps if step.main_after == commit), None)


def until(steps: Sequence[Step], commit: str) -> Sequence[Step]:
    """The steps that led to the commit; empty when none did."""
    last = made_by(steps, commit)
    return steps[: steps.index(last) + 1] if last else ()


def group_of_repair(steps: Sequence[Step], repaired: str, fallback: str) -> str:
    """The group that a repair of the commit belongs to: that of the step that made the commit."""
    for step in reversed(steps):
        if step.main_after == repaired:
            return step.group_id
    return fallback


def standing_jobs(steps: Sequence[Step]) -> frozenset[str | None]:
    """The jobs whose changes are in ``main``; one that was undone and done again is.

    Read from the newest back: what stands may say of an older group that it does not, or that none between the two does.
    """
    groups = _groups(steps)
    gone, jobs = set[str](), set[str | None]()
    back_to: str | None = None
    for index, (first, *_) in reversed(list(enumerate(groups))):
        if back_to == first.group_id:
            back_to = None
        if back_to or first.group_id in gone:
            continue
        if first.origin == "restore":
            back_to = first.target
        elif first.origin in ("undo", "redo", "revert"):
            gone.update(_reversed(groups[:index], first))
        else:
            jobs.add(first.job_id)
    return frozenset(jobs)


def _reversed(earlier: Sequence[Group], by: Step) -> Sequence[str]:
    """The name of the group that an undo, a redo or a revert after these has taken back; none where that was only a part of one."""
    if by.origin == "revert":
        return [by.target] if by.target else []
    standing, undone = _replay([step for group in earlier for step in group])
    return [group[0].group_id for group in (standing if by.origin == "undo" else undone)[-1:]]


def _replay(steps: Sequence[Step]) -> tuple[list[Group], list[Group]]:
    """What stands and what is undone, both with the newest last.

    A change that was redone stands through its redo: reverting that is what undoes it again. A step that was taken back out of turn
    (``revert``) stands like any change, and can at once be done again like an undo.
    """
    standing: list[Group] = []
    undone: list[Group] = []
    for group in _groups(steps):
        if group[0].origin == "undo":
            undone = [*(other for other in undone if other not in standing[-1:]), group]
            standing = standing[:-1]
        elif group[0].origin == "redo":
            undone = undone[:-1]
            standing.append(group)
        else:
            standing.append(group)
            undone = [group] if group[0].origin == "revert" else []
    return standing, undone


def _groups(steps: Sequence[Step]) -> list[Group]:
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.group_id, []).append(step)
    return [tuple(group) for group in groups.values()]
