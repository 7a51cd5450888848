"""Packs: the new objects of a change as one blob, named by its checksum."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pygit2

from barnraise.vfs.odb import commit_of, tree_of

_SHA1 = 20


@dataclass(frozen=True)
class Pack:
    """A git pack and its index. ``id`` is the pack's SHA-1 trailer, so equal content has an equal name."""

    id: str
    data: bytes
    index: bytes

    @property
    def size(self) -> int:
        """Bytes of both files together."""
        return len(self.data) + len(self.index)

    def check(self) -> None:
        """ValueError when the bytes are not the pack of that name and its own index (a torn or foreign object)."""
        intact = _sealed(self.data) == self.id and _sealed(self.index) is not None
        if not intact or self.index[-2 * _SHA1 : -_SHA1].hex() != self.id:
            raise ValueError(f"pack {self.id} is damaged")


def pack_commits(git: pygit2.Repository, commits: Sequence[str]) -> Pack:
    """Exactly the objects that the new commits bring, judged by their parents' trees.

    What the local cache happens to hold says nothing about what the object store holds, so it is not asked.
    """
    return _build(git, _new_objects(git, commits))


def pack_everything(git: pygit2.Repository, heads: Iterable[str]) -> Pack:
    """All objects reachable from the heads."""
    walker = git.walk(None)
    for head in heads:
        walker.push(pygit2.Oid(hex=head))
    seen: set[pygit2.Oid] = set()
    for commit in walker:
        seen.add(commit.id)
        seen.update(_tree_objects(commit.tree, seen))
    return _build(git, seen)


def _new_objects(git: pygit2.Repository, commits: Sequence[str]) -> set[pygit2.Oid]:
    new = {pygit2.Oid(hex=commit) for commit in commits}
    known: set[pygit2.Oid] = set()
    for oid in new:
        for parent in commit_of(git, oid).parents:
            if parent.id not in new:
                known.update(_tree_objects(parent.tree, known))
    objects = set(new)
    for oid in new:
        objects.update(_tree_objects(tree_of(git, oid), known | objects))
    return objects


def _tree_objects(tree: pygit2.Tree, skip: set[pygit2.Oid]) -> Iterator[pygit2.Oid]:
    """The tree, its trees and its blobs, without what is in ``skip`` and below it."""
    pending = [tree]
    while pending:
        current = pending.pop()
        if current.id in skip:
            continue
        yield current.id
        for entry in current:
            if isinstance(entry, pygit2.Tree):
                pending.append(entry)
            elif isinstance(entry, pygit2.Blob) and entry.id not in skip:
                yield entry.id


def _build(git: pygit2.Repository, objects: Iterable[pygit2.Oid]) -> Pack:
    builder = pygit2.PackBuilder(git)
    builder.set_threads(1)  # more threads would make the deltas, and so the pack's name, a matter of chance
    for oid in sorted(objects, key=lambda oid: oid.raw):
        builder.add(oid)
    with tempfile.TemporaryDirectory(prefix="barnraise-pack-") as directory:
        builder.write(directory)
        (data,) = (path.read_bytes() for path in Path(directory).glob("*.pack"))
        (index,) = (path.read_bytes() for path in Path(directory).glob("*.idx"))
    return Pack(data[-_SHA1:].hex(), data, index)


def _sealed(data: bytes) -> str | None:
    """The SHA-1 that ends the file, if it is the SHA-1 of the rest."""
    digest = hashlib.sha1(data[:-_SHA1], usedforsecurity=False).digest()
    return digest.hex() if digest == data[-_SHA1:] else None
