from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barnraise.vfs import Repository

Project = Any
LINES = "".join(f"line {number}\n" for number in range(30))


def merged(
    repository: Repository, base: dict[str, bytes], ours: dict[str, bytes], theirs: dict[str, bytes]
) -> dict[str, bytes] | tuple[str, ...]:
    """The merged files, or the paths in conflict."""
    merge = repository.merge(*(repository.write_tree(files) for files in (base, ours, theirs)))
    if merge.tree is None:
        return tuple(conflict.path for conflict in merge.conflicts)
    return repository.tree(repository.commit(merge.tree, [], "x", author="User", at=datetime(2026, 1, 1, tzinfo=UTC)))


def changed(number: int, text: str) -> bytes:
    return LINES.replace(f"line {number}\n", text).encode()


BASE = {"a.py": LINES.encode(), "b.py": b"b\n"}


def test_changes_in_different_places_come_together(project: Project) -> None:
    files = merged(project.open(), BASE, {**BASE, "a.py": changed(3, "mine\n")}, {**BASE, "a.py": changed(20, "theirs\n"), "c.py": b"c\n"})
    assert files == {"a.py": changed(3, "mine\n").replace(b"line 20\n", b"theirs\n"), "b.py": b"b\n", "c.py": b"c\n"}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param({"a.py": changed(3, "mine\n"), "b.py": b"b\n"}, {"a.py": changed(3, "theirs\n"), "b.py": b"b\n"}, id="same line"),
        pytest.param(
            {"a.py": changed(3, "mine\n"), "b.py": b"b\n"}, {"a.py": changed(4, "theirs\n"), "b.py": b"b\n"}, id="adjoining lines"
        ),
        pytest.param({"a.py": changed(3, "mine\n"), "b.py": b"b\n"}, {"b.py": b"b\n"}, id="changed against deleted"),
        pytest.param({"b.py": b"b\n"}, {"a.py": changed(3, "theirs\n"), "b.py": b"b\n"}, id="deleted against changed"),
        pytest.param({"z.py": LINES.encode(), "b.py": b"b\n"}, {"b.py": b"b\n"}, id="renamed against deleted"),
        pytest.param({"z.py": LINES.encode(), "b.py": b"b\n"}, {"y.py": LINES.encode(), "b.py": b"b\n"}, id="renamed to two names"),
        pytest.param({**BASE, "n": b"1\n2\n"}, {**BASE, "n": b"1\n2\n3\n"}, id="added differently"),
        pytest.param({**BASE, "n": b""}, {**BASE, "n": b"1\n"}, id="added empty and full"),
        pytest.param({**BASE, "n": b"1"}, {**BASE, "n/x": b"1"}, id="file against directory"),
        pytest.param({**BASE, "b.py": b"\x00mine"}, {**BASE, "b.py": b"\x00theirs"}, id="binary"),
        pytest.param({**BASE, "a.py": LINES.encode() + b"mine"}, {**BASE, "a.py": LINES.encode() + b"theirs"}, id="both at the end"),
    ],
)
def test_what_could_lose_a_line_is_a_conflict(project: Project, ours: dict[str, bytes], theirs: dict[str, bytes]) -> None:
    conflicts = merged(project.open(), BASE, ours, theirs)
    assert isinstance(conflicts, tuple)
    assert conflicts


@pytest.mark.parametrize(
    "both",
    [{**BASE, "b.py": b"B\n"}, {**BASE, "n": b"new\n"}, {"b.py": b"b\n"}, {**BASE, "a.py": changed(3, "same\n")}],
)
def test_equal_changes_on_both_sides_are_fine(project: Project, both: dict[str, bytes]) -> None:
    theirs = {**both, "other": b"o\n"}
    assert merged(project.open(), BASE, {**both, "own": b"m\n"}, theirs) == {**theirs, "own": b"m\n"}


def test_an_edit_follows_a_renamed_file(project: Project) -> None:
    files = merged(project.open(), BASE, {**BASE, "a.py": changed(3, "mine\n")}, {"z.py": LINES.encode(), "b.py": b"b\n"})
    assert files == {"z.py": changed(3, "mine\n"), "b.py": b"b\n"}


lines = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=lines, ours=lines, theirs=lines)
def test_no_line_that_a_side_added_gets_lost(project: Project, base: list[str], ours: list[str], theirs: list[str]) -> None:
    """Lines are marked with their side, so that each can be found again."""
    marked = [
        [f"{line}\n" for line in base],
        [f"{line}{'!' * (line in 'ab')}\n" for line in ours],
        [f"{line}{'?' * (line in 'cd')}\n" for line in theirs],
    ]
    texts = [{"f": "".join(part).encode(), "g": b"g\n"} for part in marked]
    files = merged(project.open(), *texts)
    if isinstance(files, tuple):
        return
    kept = files.get("f", b"").decode()
    for side, mark in ((marked[1], "!"), (marked[2], "?")):
        for line in set(side):
            if mark in line:
                assert kept.count(line) >= side.count(line)
