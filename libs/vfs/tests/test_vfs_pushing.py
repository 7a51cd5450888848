"""What a push may bring."""

from datetime import UTC, datetime
from typing import Any

import pygit2
import pytest
from pygit2.enums import FileMode

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs import Repository

Project = Any
AT = datetime(2026, 1, 1, tzinfo=UTC)


def commit(repository: Repository, tree: str, *parents: str) -> str:
    return repository.commit(tree, parents, "Pushed", author="Ada", at=AT)


def raw_tree(repository: Repository, **entries: tuple[bytes, FileMode]) -> str:
    """A tree as a hostile client could make it, at the top level."""
    git = repository._git
    builder = git.TreeBuilder()
    for name, (data, mode) in entries.items():
        builder.insert(name, git.create_blob(data), mode)
    return str(builder.write())


def refused(repository: Repository, new: str) -> str:
    with pytest.raises(BarnraiseError) as error:
        repository.check_pushed(repository.refs["main"], new, ".barnraise")
    assert error.value.problem.next
    return error.value.problem.code


@pytest.fixture
def repository(project: Project) -> Repository:
    project.commit({"a.py": b"a\n", ".barnraise/manifest.json": b"{}"})
    return project.open()


def edited(repository: Repository, **changes: bytes | None) -> str:
    return repository.edit_tree(repository.tree_of("main"), {name.replace("__", "/"): data for name, data in changes.items()})


def test_commits_that_follow_are_counted(repository: Repository) -> None:
    first = commit(repository, edited(repository, b=b"b"), repository.refs["main"])
    second = commit(repository, edited(repository, c=b"c"), first)
    assert repository.check_pushed(repository.refs["main"], first, ".barnraise") == 1
    assert repository.check_pushed(repository.refs["main"], second, ".barnraise") == 2


def test_what_does_not_follow_is_refused(repository: Repository) -> None:
    tree = edited(repository, b=b"b")
    assert refused(repository, commit(repository, tree)) == "version_conflict"
    assert refused(repository, "f" * 40) == "version_conflict"
    assert refused(repository, tree) == "version_conflict"
    assert refused(repository, repository.refs["main"]) == "version_conflict"


@pytest.mark.parametrize(
    "entries",
    [
        {"link": (b"/etc/passwd", FileMode.LINK)},
        {"e\u0301": (b"", FileMode.BLOB)},
        {"a\\b": (b"", FileMode.BLOB)},
        {"zero\u200bwidth": (b"", FileMode.BLOB)},
        {".gitmodules": (b"", FileMode.BLOB)},
        {"A": (b"", FileMode.BLOB), "a": (b"", FileMode.BLOB)},
    ],
    ids=["link", "decomposed", "backslash", "hidden", "submodules", "case"],
)
def test_paths_that_projects_cannot_have_are_refused(repository: Repository, entries: dict[str, tuple[bytes, FileMode]]) -> None:
    assert refused(repository, commit(repository, raw_tree(repository, **entries), repository.refs["main"])) == "path_invalid"


def test_a_submodule_is_refused(repository: Repository) -> None:
    builder = repository._git.TreeBuilder()
    builder.insert("module", pygit2.Oid(hex=repository.refs["main"]), FileMode.COMMIT)
    assert refused(repository, commit(repository, str(builder.write()), repository.refs["main"])) == "path_invalid"


def test_what_only_a_commit_on_the_way_has_is_refused_too(repository: Repository) -> None:
    bad = commit(repository, raw_tree(repository, link=(b"x", FileMode.LINK)), repository.refs["main"])
    assert refused(repository, commit(repository, repository.tree_of("main"), bad)) == "path_invalid"


def test_what_the_compiler_writes_stays_the_compiler_s(repository: Repository) -> None:
    changed = edited(repository, **{".barnraise__manifest.json": b"{ }"})
    assert refused(repository, commit(repository, changed, repository.refs["main"])) == "path_invalid"
    gone = edited(repository, **{".barnraise__manifest.json": None})
    assert refused(repository, commit(repository, gone, repository.refs["main"])) == "path_invalid"


def test_large_files_are_refused(repository: Repository) -> None:
    large = edited(repository, big=b"x" * (5 << 20))
    assert refused(repository, commit(repository, large, repository.refs["main"])) == "too_large"
