"""Opening the cached repository so that reading sees its packs and writing stays in memory."""

from collections.abc import Iterator
from pathlib import Path

import pygit2
from pygit2.enums import ConfigLevel

# Nothing of the machine's own git configuration may change what a merge, a diff or a commit gives.
for _level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL, ConfigLevel.PROGRAMDATA):
    pygit2.settings.search_path[_level] = ""
# The cache is ours even where its directory belongs to another user (a mounted volume).
pygit2.settings.owner_validation = False


class Scratch(pygit2.OdbBackend):
    """New objects, in memory until they are packed: a process that dies leaves no half-written object behind."""

    def __init__(self) -> None:
        super().__init__()
        self._objects: dict[bytes, tuple[int, bytes]] = {}

    def read_cb(self, oid: pygit2.Oid) -> tuple[int, bytes]:
        return self._objects[oid.raw]

    def read_header_cb(self, oid: pygit2.Oid) -> tuple[int, int]:
        kind, data = self._objects[oid.raw]
        return kind, len(data)

    def read_prefix_cb(self, prefix: str) -> tuple[int, bytes, pygit2.Oid]:
        oid = self.exists_prefix_cb(prefix)
        return *self._objects[oid.raw], oid

    def write_cb(self, oid: pygit2.Oid, data: bytes, kind: int) -> None:
        self._objects[oid.raw] = (kind, data)

    def exists_cb(self, oid: pygit2.Oid) -> bool:
        return oid.raw in self._objects

    def exists_prefix_cb(self, prefix: str) -> pygit2.Oid:
        for raw in self._objects:
            if raw.hex().startswith(str(prefix)):
                return pygit2.Oid(raw=raw)
        raise KeyError(prefix)

    def refresh_cb(self) -> None:
        """Nothing to refresh: memory is always current."""

    def __iter__(self) -> Iterator[pygit2.Oid]:
        return iter([pygit2.Oid(raw=raw) for raw in self._objects])


def open_git(path: Path) -> pygit2.Repository:
    """The bare repository at ``path``: reads from its packs, writes into memory, touches no loose object."""
    git = pygit2.Repository(str(path))
    odb = pygit2.Odb()
    odb.add_backend(pygit2.OdbBackendPack(str(path / "objects")), 2)
    odb.add_backend(Scratch(), 1)
    git.set_odb(odb)
    return git


def commit_of(git: pygit2.Repository, oid: pygit2.Oid | str) -> pygit2.Commit:
    """The commit of that id; KeyError when there is none."""
    return git[oid].peel(pygit2.Commit)


def tree_of(git: pygit2.Repository, oid: pygit2.Oid | str) -> pygit2.Tree:
    """The tree of that id, or of the commit of that id; KeyError when there is none."""
    return git[oid].peel(pygit2.Tree)
