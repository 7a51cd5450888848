"""What changed between two trees, file by file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pygit2

from barnraise.vfs.odb import tree_of

MAX_PATCH = 200_000
MAX_PATCHES = 2_000_000

Change = Literal["added", "modified", "deleted"]
_CHANGES: dict[str, Change] = {"A": "added", "D": "deleted"}


@dataclass(frozen=True)
class FileDiff:
    """One file's change. ``added`` and ``removed`` count lines. ``patch`` is unified diff text, None for a binary file and
    where it would be longer than 200 kB, or all patches together longer than 2 MB (``truncated``)."""

    path: str
    change: Change
    added: int
    removed: int
    binary: bool
    patch: str | None
    truncated: bool = False


def diff_trees(git: pygit2.Repository, old: str | None, new: str, *, patches: bool = True) -> list[FileDiff]:
    """Changes from the tree ``old`` (None: the empty one) to the tree ``new``, by path. A renamed file is one deleted and one added."""
    return list(_files(_compare(git, old, new), MAX_PATCHES if patches else 0))


def _compare(git: pygit2.Repository, old: str | None, new: str) -> pygit2.Diff:
    if old is None:
        return tree_of(git, new).diff_to_tree(swap=True)
    return tree_of(git, old).diff_to_tree(tree_of(git, new))


def _files(diff: pygit2.Diff, budget: int) -> Iterator[FileDiff]:
    for patch in diff:
        if patch is None:  # unchanged
            continue
        delta = patch.delta
        _, added, removed = patch.line_stats
        binary = bool(delta.is_binary)
        text = None if binary else patch.data.decode("utf-8", "replace")
        truncated = text is not None and len(text) > min(MAX_PATCH, budget)
        if truncated:
            text = None
        budget -= len(text or "")
        change = _CHANGES.get(delta.status_char(), "modified")
        yield FileDiff(delta.new_file.path, change, added, removed, binary, text, truncated)
