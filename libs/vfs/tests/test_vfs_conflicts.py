"""Conflicts are told place by place, and settled by choosing for each."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barnraise.vfs import FileConflict, Repository
from barnraise.vfs.conflicts import Side

Project = Any
Files = dict[str, bytes]
LINES = [f"line {number}\n" for number in range(12)]
BASE: Files = {"a": "".join(LINES).encode(), "b": b"b\n"}


def text(**changed: str) -> bytes:
    """The base's lines with some of them changed: ``l3="mine"``."""
    return "".join(changed.get(f"l{number}", line) for number, line in enumerate(LINES)).encode()


def trees(repository: Repository, *sides: Files) -> list[str]:
    return [repository.write_tree(files) for files in sides]


def conflicts(repository: Repository, *sides: Files) -> tuple[FileConflict, ...]:
    return repository.merge(*trees(repository, *sides)).conflicts


def settled(repository: Repository, side: Side, *sides: Files) -> Files:
    """The files after every place was settled so."""
    choices = {hunk.id: side for conflict in conflicts(repository, *sides) for hunk in conflict.hunks}
    merge = repository.merge(*trees(repository, *sides), choices)
    assert merge.tree, merge.conflicts
    return repository.tree(repository.commit(merge.tree, [], "x", author="User", at=datetime(2026, 1, 1, tzinfo=UTC)))


MINE = {"a": text(l2="mine 2\n", l6="mine 6\n", l9="only mine\n"), "b": b"b\n"}
THEIRS = {"a": text(l0="only theirs\n", l2="theirs 2\n", l6="theirs 6\n"), "b": b"b\n"}


def test_each_place_is_told_with_all_three_versions(project: Project) -> None:
    (conflict,) = conflicts(project.open(), BASE, MINE, THEIRS)
    assert (conflict.path, conflict.binary) == ("a", False)
    assert [(hunk.line, hunk.base, hunk.mine, hunk.theirs) for hunk in conflict.hunks] == [
        (3, b"line 2\n", b"mine 2\n", b"theirs 2\n"),
        (7, b"line 6\n", b"mine 6\n", b"theirs 6\n"),
    ]
    assert len({hunk.id for hunk in conflict.hunks}) == 2


@pytest.mark.parametrize(
    ("side", "second", "sixth"),
    [("mine", "mine 2\n", "mine 6\n"), ("theirs", "theirs 2\n", "theirs 6\n"), ("both", "mine 2\ntheirs 2\n", "mine 6\ntheirs 6\n")],
)
def test_a_choice_settles_its_place_and_the_rest_is_merged(project: Project, side: Side, second: str, sixth: str) -> None:
    expected = text(l0="only theirs\n", l2=second, l6=sixth, l9="only mine\n")
    assert settled(project.open(), side, BASE, MINE, THEIRS) == {"a": expected, "b": b"b\n"}


def test_a_place_without_a_choice_stays_a_conflict_and_moves_nothing(project: Project) -> None:
    repository = project.open()
    (conflict,) = conflicts(repository, BASE, MINE, THEIRS)
    merge = repository.merge(*trees(repository, BASE, MINE, THEIRS), {conflict.hunks[0].id: "mine", "unknown": "theirs"})
    assert merge.tree is None
    assert merge.conflicts == (conflict,)


def test_ids_stay_when_other_lines_move(project: Project) -> None:
    before = conflicts(project.open(), BASE, MINE, THEIRS)
    moved = {**MINE, "a": b"new first line\n" + MINE["a"]}
    after = conflicts(project.open(), BASE, moved, {**THEIRS, "a": text(l2="theirs 2\n", l6="theirs 6\n")})
    assert [hunk.id for hunk in after[0].hunks] == [hunk.id for hunk in before[0].hunks]


def test_equal_places_are_told_apart(project: Project) -> None:
    sides = [{"a": f"x\n1\n2\n3\n{mark}\n1\n2\n3\n".replace("x", mark).encode()} for mark in ("x", "m", "t")]
    (conflict,) = conflicts(project.open(), *sides)
    assert len({hunk.id for hunk in conflict.hunks}) == len(conflict.hunks) == 2


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ({"b": b"b\n"}, {**BASE, "a": text(l1="new\n")}, {"mine": None, "theirs": text(l1="new\n"), "both": text(l1="new\n")}),
        ({**BASE, "a": text(l1="new\n")}, {"b": b"b\n"}, {"mine": text(l1="new\n"), "theirs": None, "both": text(l1="new\n")}),
        ({**BASE, "a": b"\0m"}, {**BASE, "a": b"\0t"}, {"mine": b"\0m", "theirs": b"\0t"}),
    ],
    ids=["deleted here", "deleted there", "binary"],
)
def test_what_has_no_lines_is_settled_as_a_whole(project: Project, mine: Files, theirs: Files, expected: dict[Side, bytes | None]) -> None:
    for side, content in expected.items():
        assert settled(project.open(), side, BASE, mine, theirs).get("a") == content


def test_a_file_against_a_folder_cannot_be_chosen(project: Project) -> None:
    found = conflicts(project.open(), BASE, {**BASE, "n": b"1"}, {**BASE, "n/x": b"1"})
    assert found
    assert all(not conflict.hunks for conflict in found)


def test_a_rename_to_two_names_is_asked_for_each(project: Project) -> None:
    sides = BASE, {"z": BASE["a"], "b": b"b\n"}, {"y": BASE["a"], "b": b"b\n"}
    assert settled(project.open(), "mine", *sides) == sides[1]
    assert settled(project.open(), "theirs", *sides) == sides[2]


def test_a_file_without_a_last_newline_keeps_its_lines_apart(project: Project) -> None:
    sides = [{"f": text} for text in (b"a\nb", b"a\nmine", b"a\ntheirs")]
    assert settled(project.open(), "both", *sides) == {"f": b"a\nmine\ntheirs"}


lines = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=10)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=lines, mine=lines, theirs=lines)
def test_taking_one_side_everywhere_brings_all_its_changed_lines(
    project: Project, base: list[str], mine: list[str], theirs: list[str]
) -> None:
    """Lines are marked with their side, so that each can be found again."""
    texts = ["".join(base), "".join(mine).replace("a", "A!"), "".join(theirs).replace("b", "B?")]
    sides = [{"f": content.encode(), "g": b"g\n"} for content in texts]
    for side, other, mark in (("mine", texts[1], "A!"), ("theirs", texts[2], "B?")):
        kept = settled(project.open(), side, *sides).get("f", b"").decode()
        assert kept.count(mark) >= other.count(mark)
