"""Three-way merges of trees that never lose a line: what is not plainly mergeable is a conflict."""

from dataclasses import dataclass

import pygit2

from barnraise.vfs.odb import tree_of


@dataclass(frozen=True)
class Merge:
    """Either a ``tree``, or the paths in conflict (sorted) and no tree."""

    tree: str | None
    conflicts: tuple[str, ...] = ()


def merge_trees(git: pygit2.Repository, base: str, ours: str, theirs: str) -> Merge:
    """Brings what changed from ``base`` to ``theirs`` into ``ours``. All three are trees.

    Equal changes on both sides are fine, also an equal file that both added. Conflicts are: the same or adjoining lines changed
    differently, changed against deleted, renamed against deleted, file against directory, binary files, a file that both added differently.
    """
    if theirs in (base, ours):
        return Merge(ours)
    if base == ours:
        return Merge(theirs)
    index = git.merge_trees(tree_of(git, base), tree_of(git, ours), tree_of(git, theirs))
    conflicts = _conflicts(index) | _added_differently(git, base, ours, theirs)
    if conflicts:
        return Merge(None, tuple(sorted(conflicts)))
    return Merge(str(index.write_tree(git)))


def _conflicts(index: pygit2.Index) -> set[str]:
    return {entry.path for sides in index.conflicts or () for entry in sides if entry is not None}


def _added_differently(git: pygit2.Repository, base: str, ours: str, theirs: str) -> set[str]:
    """libgit2 merges two new files of one name line by line as if they had an empty ancestor; a person should look at that."""
    mine, yours = _added(git, base, ours), _added(git, base, theirs)
    return {path for path in mine.keys() & yours.keys() if mine[path] != yours[path]}


def _added(git: pygit2.Repository, base: str, tree: str) -> dict[str, pygit2.Oid]:
    deltas = tree_of(git, base).diff_to_tree(tree_of(git, tree)).deltas
    return {delta.new_file.path: delta.new_file.id for delta in deltas if delta.status_char() == "A"}
