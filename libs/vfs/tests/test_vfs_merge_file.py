"""One file's three versions, merged by themselves, as git would merge them in a tree."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barnraise.vfs import FileConflict, Versions, merge_file

Project = Any
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d\re", "\r", "", "long line"]), max_size=8).map(lambda lines: "\n".join(lines).encode())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_what_merges_is_what_git_merges(project: Project, base: bytes, mine: bytes, theirs: bytes) -> None:
    merged = merge_file("a", Versions(base, mine, theirs))
    repository = project.open()
    known = repository.merge(*(repository.write_tree({"a": data}) for data in (base, mine, theirs)))
    if isinstance(merged, FileConflict):
        assert merged.hunks
    elif known.tree is not None:
        commit = repository.commit(known.tree, [], "merged", author="User", at=datetime(2026, 1, 1, tzinfo=UTC))
        assert repository.tree(commit) == {"a": merged}
    assert isinstance(merge_file("a", Versions(base, theirs, mine)), FileConflict) == isinstance(merged, FileConflict)


def test_a_carriage_return_inside_a_line_moves_no_other_line() -> None:
    base = b"one\rtwo\nthree\nfour\nfive\nsix\n"
    merged = merge_file("a", Versions(base, base.replace(b"six", b"6"), base.replace(b"three", b"3")))
    assert merged == b"one\rtwo\n3\nfour\nfive\n6\n"


def test_a_file_that_one_side_alone_touches_is_that_sides() -> None:
    assert merge_file("a", Versions(b"a\n", None, b"a\n")) is None
    assert merge_file("a", Versions(None, None, b"b\n")) == b"b\n"
    assert merge_file("a", Versions(b"\0", b"\0", b"\x01\0")) == b"\x01\0"
    for versions in (Versions(b"a\n", None, b"b\n"), Versions(None, b"a\n", b"b\n"), Versions(b"\0a", b"\0b", b"\0c")):
        assert isinstance(merge_file("a", versions), FileConflict)
