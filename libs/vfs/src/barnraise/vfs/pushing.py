"""Commits from outside: whether they may become a project's history."""

from collections.abc import Iterator, Sequence

import pygit2
from pygit2.enums import FileMode

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs.odb import tree_of
from barnraise.vfs.paths import check_layout, check_path

MAX_COMMITS = 1_000
MAX_IMPORTED = 20_000
MAX_FILES = 10_000
MAX_FILE = 4 << 20
MAX_BYTES = 64 << 20
"""Of one version's files together."""

_PLAIN = frozenset((FileMode.BLOB, FileMode.BLOB_EXECUTABLE))


def check_pushed(git: pygit2.Repository, old: str, new: str, generated: str) -> int:
    """How many commits ``new`` brings behind ``old``, whose objects git has checked and found to be there.

    Raises BarnraiseError ``version_conflict`` when it does not follow on ``old``, ``path_invalid`` for a path, a link or a submodule
    that projects cannot have and for changes below the folder ``generated``, ``too_large``.
    """
    if not isinstance(git.get(new), pygit2.Commit) or not git.descendant_of(new, old):
        detail = "The push does not follow on what the project has."
        raise BarnraiseError("version_conflict", detail, "Fetch, bring your commits onto origin/main, and push again.")
    count = _check_history(git, [new], old, MAX_COMMITS)
    _check_version(tree_of(git, new))
    if _entry(tree_of(git, old), generated) != _entry(tree_of(git, new), generated):
        detail = f"What is in '{generated}/' is written by the compiler."
        raise BarnraiseError("path_invalid", detail, "Say in a message what should change; the manifest follows.")
    return count


def check_imported(git: pygit2.Repository, heads: Sequence[str]) -> None:
    """Whether these commits and all behind them may be a project's whole history. Raises as ``check_pushed`` does."""
    _check_history(git, heads, None, MAX_IMPORTED)
    for head in heads:
        _check_version(tree_of(git, head))


def _check_history(git: pygit2.Repository, heads: Sequence[str], known: str | None, most: int) -> int:
    """How many commits lead to the heads and not to ``known``; each of their files has a place that projects can have."""
    walker = git.walk(None)
    for head in heads:
        walker.push(pygit2.Oid(hex=head))
    if known:
        walker.hide(pygit2.Oid(hex=known))
    seen: set[pygit2.Oid] = set()
    count = 0
    for commit in walker:
        count += 1
        if count > most:
            raise _too_large(f"more than {most:,} commits at once")
        for _ in _files(commit.tree, "", seen):
            pass
    return count


def _check_version(tree: pygit2.Tree) -> None:
    sizes = dict(_files(tree, "", set()))
    if len(sizes) > MAX_FILES:
        raise _too_large(f"more than {MAX_FILES:,} files")
    largest = max(sizes, key=sizes.__getitem__, default="")
    if largest and sizes[largest] > MAX_FILE:
        raise _too_large(f"'{largest}', which is larger than {MAX_FILE >> 20} MiB")
    if sum(sizes.values()) > MAX_BYTES:
        raise _too_large(f"more than {MAX_BYTES >> 20} MiB of files")
    check_layout(sizes)


def _files(tree: pygit2.Tree, prefix: str, seen: set[pygit2.Oid]) -> Iterator[tuple[str, int]]:
    """Path and size of every file whose folder was not seen yet, each checked."""
    if tree.id in seen:
        return
    seen.add(tree.id)
    for entry in tree:
        path = prefix + _name(entry)
        if check_path(path) != path:
            raise _refused(path, "is not in Unicode's composed form")
        if isinstance(entry, pygit2.Tree):
            yield from _files(entry, f"{path}/", seen)
        elif isinstance(entry, pygit2.Blob) and entry.filemode in _PLAIN:
            yield path, entry.size
        else:
            raise _refused(path, "is a link or a submodule, which projects cannot have")


def _name(entry: pygit2.Object) -> str:
    try:
        return (entry.raw_name or b"").decode()
    except UnicodeDecodeError as error:
        raise _refused(repr(entry.raw_name), "is not UTF-8") from error


def _entry(tree: pygit2.Tree, name: str) -> pygit2.Oid | None:
    return tree[name].id if name in tree else None


def _refused(path: str, why: str) -> BarnraiseError:
    return BarnraiseError("path_invalid", f"The path '{path[:80]}' {why}.", "Take it out of your commits.")


def _too_large(what: str) -> BarnraiseError:
    return BarnraiseError("too_large", f"The push has {what}.", "Keep large data out of the project's files.")
