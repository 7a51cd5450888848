"""The rules of undo and redo, against a plain model of an editor's undo list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barnraise.codegen.domain.steps import Origin, Step, group_of_repair, to_redo, to_undo


def step(step_id: str, origin: Origin, group_id: str | None = None) -> Step:
    return Step(step_id, group_id or step_id, None, origin, "before", f"after {step_id}", None, None)


CREATION = step("create", "compile")


def ids(group: tuple[Step, ...]) -> list[str]:
    return [each.step_id for each in group]


def test_the_creation_cannot_be_undone() -> None:
    assert to_undo([]) == ()
    assert to_undo([CREATION, step("fix", "repair", "create")]) == ()


def test_a_change_and_its_repairs_are_undone_together() -> None:
    steps = [CREATION, step("a", "compile", "job"), step("b", "repair", "job"), step("c", "repair", "job")]
    assert ids(to_undo(steps)) == ["a", "b", "c"]


def test_a_repaired_undo_is_redone_whole_and_is_no_new_change() -> None:
    steps = [CREATION, step("a", "edit"), step("u", "undo"), step("r", "repair", "u")]
    assert ids(to_redo(steps)) == ["u", "r"]
    assert to_undo(steps) == ()


def test_undoing_again_after_a_redo_takes_the_redo_back() -> None:
    steps = [CREATION, step("a", "edit"), step("u", "undo"), step("r", "redo")]
    assert ids(to_undo(steps)) == ["r"]
    assert to_redo(steps) == ()


def test_a_new_change_clears_the_redo_list() -> None:
    steps = [CREATION, step("a", "edit"), step("u", "undo"), step("b", "edit")]
    assert to_redo(steps) == ()
    assert ids(to_undo(steps)) == ["b"]
    assert ids(to_redo([*steps, step("v", "undo")])) == ["v"]


@pytest.mark.parametrize(("commit", "group"), [("after a", "job"), ("after create", "create"), ("unknown", "fallback")])
def test_a_repair_joins_the_step_that_made_the_commit(commit: str, group: str) -> None:
    assert group_of_repair([CREATION, step("a", "compile", "job")], commit, "fallback") == group


@given(st.lists(st.sampled_from(["edit", "undo", "redo", "repair"]), max_size=30))
def test_undo_and_redo_walk_the_list_as_an_editor_does(wishes: list[str]) -> None:
    """The model: values and a cursor. Each wish that is possible is done in both."""
    steps, values, cursor = [CREATION], ["create"], 0
    for number, wish in enumerate(wishes):
        if wish == "undo" and to_undo(steps):
            assert cursor > 0
            steps.append(step(f"{number}", "undo"))
            cursor -= 1
        elif wish == "redo" and to_redo(steps):
            assert cursor < len(values) - 1
            steps.append(step(f"{number}", "redo"))
            cursor += 1
        elif wish == "edit":
            steps.append(step(f"{number}", "edit"))
            cursor += 1
            values[cursor:] = [f"{number}"]
        elif wish == "repair":
            steps.append(step(f"{number}", "repair", steps[-1].group_id))
    assert bool(to_undo(steps)) == (cursor > 0)
    assert bool(to_redo(steps)) == (cursor < len(values) - 1)
