"""Three-way merges of trees that never lose a line: what is not plainly mergeable is a conflict, until a person has chosen."""

from dataclasses import dataclass

import pygit2
from pygit2.enums import FileMode

from barnraise.vfs.conflicts import Choices, FileConflict, Versions, settle
from barnraise.vfs.odb import tree_of

Sides = tuple[pygit2.Tree, pygit2.Tree, pygit2.Tree]
"""The base, ours, theirs."""


@dataclass(frozen=True)
class Merge:
    """Either a ``tree``, or the files in conflict (by path) and no tree."""

    tree: str | None
    conflicts: tuple[FileConflict, ...] = ()


def merge_trees(git: pygit2.Repository, base: str, ours: str, theirs: str, choices: Choices | None = None) -> Merge:
    """Brings what changed from ``base`` to ``theirs`` into ``ours``. All three are trees.

    Equal changes on both sides are fine, also an equal file that both added. Conflicts are: the same or adjoining lines changed
    differently, changed against deleted, renamed against deleted, file against directory, binary files, a file that both added
    differently. A conflict that ``choices`` settle in every place is none.
    """
    if theirs in (base, ours):
        return Merge(ours)
    if base == ours:
        return Merge(theirs)
    trees = tree_of(git, base), tree_of(git, ours), tree_of(git, theirs)
    index = git.merge_trees(*trees)
    paths = _conflicts(index) | _added_differently(git, base, ours, theirs)
    if not paths:
        return Merge(str(index.write_tree(git)))
    settled = {path: _settled(path, trees, choices or {}) for path in paths}
    conflicts = tuple(result for _, result in sorted(settled.items()) if isinstance(result, FileConflict))
    if conflicts:
        return Merge(None, conflicts)
    return Merge(_written(git, index, {path: data for path, data in settled.items() if not isinstance(data, FileConflict)}, trees))


def _settled(path: str, trees: Sides, choices: Choices) -> bytes | FileConflict | None:
    """The merged file. What is a file on one side and a folder on the other cannot be settled by choosing."""
    found = [_entry(tree, path) for tree in trees]
    if any(isinstance(entry, pygit2.Tree) for entry in found) or any(_is_under_file(tree, path) for tree in trees):
        return FileConflict(path, binary=False, hunks=())
    base, mine, theirs = (entry.data if isinstance(entry, pygit2.Blob) else None for entry in found)
    # A file that only one side has is one end of a rename.
    return mine if mine == theirs else settle(path, Versions(base, mine, theirs), choices)


def _written(git: pygit2.Repository, index: pygit2.Index, settled: dict[str, bytes | None], trees: Sides) -> str:
    """The merged tree, with the settled files instead of the conflicts."""
    clean = pygit2.Index()
    for entry in index:
        if entry.path not in settled:
            clean.add(pygit2.IndexEntry(entry.path, entry.id, entry.mode))
    for path, data in settled.items():
        if data is not None:
            modes = [entry.filemode for tree in trees[1:] if (entry := _entry(tree, path)) is not None]
            clean.add(pygit2.IndexEntry(path, git.create_blob(data), modes[0] if modes else FileMode.BLOB))
    return str(clean.write_tree(git))


def _entry(tree: pygit2.Tree, path: str) -> pygit2.Object | None:
    try:
        return tree[path]
    except KeyError:
        return None


def _is_under_file(tree: pygit2.Tree, path: str) -> bool:
    """Whether one of the path's folders is a file there."""
    parts = path.split("/")
    return any(isinstance(_entry(tree, "/".join(parts[:depth])), pygit2.Blob) for depth in range(1, len(parts)))


def _conflicts(index: pygit2.Index) -> set[str]:
    return {entry.path for sides in index.conflicts or () for entry in sides if entry is not None}


def _added_differently(git: pygit2.Repository, base: str, ours: str, theirs: str) -> set[str]:
    """libgit2 merges two new files of one name line by line as if they had an empty ancestor; a person should look at that."""
    mine, yours = _added(git, base, ours), _added(git, base, theirs)
    return {path for path in mine.keys() & yours.keys() if mine[path] != yours[path]}


def _added(git: pygit2.Repository, base: str, tree: str) -> dict[str, pygit2.Oid]:
    deltas = tree_of(git, base).diff_to_tree(tree_of(git, tree)).deltas
    return {delta.new_file.path: delta.new_file.id for delta in deltas if delta.status_char() == "A"}
