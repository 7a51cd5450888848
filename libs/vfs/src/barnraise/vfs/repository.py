"""A project's repository at one moment: refs as they were when it was opened, and everything that git can say about them.

Reading comes from the cached packs; what is written (trees, commits) stays in memory until ``pack`` and ``Vfs.store``.
Not for two threads at once.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import pygit2
from pygit2.enums import FileMode

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs import blame, diffs, export, history, merging, packs, pushing
from barnraise.vfs.conflicts import Choices
from barnraise.vfs.odb import commit_of, open_git, tree_of
from barnraise.vfs.paths import check_layout, check_path
from barnraise.vfs.refs import TAGS

_REVISION = re.compile(r"^([A-Za-z0-9._/+@=,#!-]{1,120})((?:[~^]\d{0,4}){0,8})$")
_COMMIT = re.compile(r"^[0-9a-f]{4,40}$")
MAX_BLAMED = 2 << 20


@dataclass(frozen=True)
class FileEntry:
    """``size`` in bytes, ``blob`` the git object id of the content."""

    path: str
    size: int
    blob: str


@dataclass(frozen=True)
class File(FileEntry):
    data: bytes


class Repository:
    def __init__(self, project_id: str, path: Path, refs: Mapping[str, str]) -> None:
        """``refs``: short name -> commit; see ``refs.full_name``."""
        self.project_id = project_id
        self.refs = dict(refs)
        self._git = open_git(path)

    # reading

    def resolve(self, revision: str) -> str:
        """The commit that a branch, a tag, ``HEAD``, a commit id (from 4 digits) or one of these with ``~n`` or ``^n`` names.

        Raises BarnraiseError ``not_found``.
        """
        match = _REVISION.match(revision)
        name = "main" if match and match[1] == "HEAD" else match[1] if match else ""
        start = self.refs.get(name) or self.refs.get(f"{TAGS}{name}") or name
        if match is None or not _COMMIT.match(start):
            raise _no_revision(revision)
        try:
            return str(self._git.revparse_single(start + match[2]).peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise _no_revision(revision) from error

    def commit_at(self, revision: str) -> history.Commit:
        return history.read_commit(commit_of(self._git, self.resolve(revision)))

    def contains(self, branch: str, commit: str) -> bool:
        """Whether the commit is the ref's or behind it."""
        head = self.refs.get(branch)
        if head is None or not isinstance(self._git.get(commit), pygit2.Commit):
            return False
        return self.follows(head, commit)

    def follows(self, commit: str, on: str) -> bool:
        """Whether the commit is the other one, or comes after it."""
        return commit == on or self._git.descendant_of(commit, on)

    def reaches(self, commit: str) -> bool:
        """Whether a branch or a tag leads to the commit."""
        return any(self.contains(name, commit) for name in self.refs)

    def tags_of(self, commit: str) -> tuple[str, ...]:
        """The names of the tags on the commit, without ``tags/``."""
        return tuple(sorted(name.removeprefix(TAGS) for name, oid in self.refs.items() if oid == commit and name.startswith(TAGS)))

    def files(self, revision: str) -> list[FileEntry]:
        """Every file of a commit, by path."""
        return [FileEntry(path, blob.size, str(blob.id)) for path, blob, _ in self._walk(self._tree(revision))]

    def blobs(self, revision: str) -> dict[str, str]:
        """path -> blob id."""
        return {path: str(blob.id) for path, blob, _ in self._walk(self._tree(revision))}

    def blob_ids(self, contents: Mapping[str, bytes | None]) -> dict[str, str]:
        """path -> the blob id that the content has; deletions (None) are left out."""
        return {path: str(pygit2.hash(data)) for path, data in contents.items() if data is not None}

    def tree(self, revision: str) -> dict[str, bytes]:
        """path -> content."""
        return {path: blob.data for path, blob, _ in self._walk(self._tree(revision))}

    def read(self, revision: str, path: str) -> File:
        """One file. Raises BarnraiseError ``not_found`` or ``path_invalid``."""
        path = check_path(path)
        try:
            blob = self._tree(revision)[path]
        except KeyError:
            blob = None
        if not isinstance(blob, pygit2.Blob):
            raise BarnraiseError(
                "not_found", f"There is no file '{path}' at {revision[:12]}.", "List the project's files to see what is there."
            )
        return File(path, blob.size, str(blob.id), blob.data)

    def blame(self, revision: str, path: str) -> list[blame.Lines]:
        """Which step each line of a file comes from. Raises BarnraiseError ``not_found``, ``path_invalid``, ``not_text``, ``too_large``."""
        file = self.read(revision, path)
        if b"\0" in file.data[:8000]:
            raise BarnraiseError("not_text", f"'{file.path}' is not text: it has no lines.", "Look at the project's log instead.")
        if file.size > MAX_BLAMED:
            raise BarnraiseError("too_large", f"'{file.path}' is larger than 2 MiB.", "Look at the project's log instead.")
        return blame.blame(self._git, self.resolve(revision), file.path)

    def log(self, revision: str = "main", *, limit: int = 50) -> tuple[list[history.Commit], str | None]:
        """A page of the branch's own history (first parents), newest first, and the revision of the next page or None."""
        return history.walk_back(self._git, self.resolve(revision), limit)

    def diff(self, old: str | None, new: str, *, patches: bool = True) -> list[diffs.FileDiff]:
        """What changed between two revisions; ``old`` None is nothing at all."""
        before = None if old is None else str(self._tree(old).id)
        return diffs.diff_trees(self._git, before, str(self._tree(new).id), patches=patches)

    def checkout(self, revision: str, directory: Path) -> None:
        """Writes the commit's files into a new or empty directory; FileExistsError otherwise. Never makes a link."""
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise FileExistsError(f"{directory} is not empty")
        export.check_out(self._walk(self._tree(revision)), directory)

    def place(self, blobs: Mapping[str, str], directory: Path) -> None:
        """Writes contents (path -> blob id) below a directory, as plain files. Raises FileExistsError where one is there already,
        BarnraiseError ``path_invalid`` for a path that would leave it."""
        export.check_out(((path, cast(pygit2.Blob, self._git[blob]), FileMode.BLOB) for path, blob in blobs.items()), directory)

    def zip(self, revision: str) -> bytes:
        """The commit as a zip archive; the same commit gives the same bytes."""
        return export.zip_files(self._walk(self._tree(revision)), self.commit_at(revision).at)

    def bundle(self) -> bytes:
        """All branches with their history as a git bundle."""
        return export.bundle(self._git, self.refs)

    # writing

    def write_tree(self, files: Mapping[str, bytes], executable: Collection[str] = ()) -> str:
        """A tree of exactly these files. Raises BarnraiseError ``path_invalid``."""
        check_layout([check_path(path) for path in files])
        return self._apply(pygit2.Index(), files, executable)

    def edit_tree(self, tree: str, changes: Mapping[str, bytes | None]) -> str:
        """The tree with files written or (None) deleted; a file that stays keeps its mode. Raises BarnraiseError ``path_invalid``."""
        kept = {path for path, _, _ in self._walk(tree_of(self._git, tree))} - changes.keys()
        check_layout([check_path(path) for path, data in changes.items() if data is not None], kept)
        index = pygit2.Index()
        index.read_tree(tree_of(self._git, tree))
        return self._apply(index, changes)

    def merge(self, base: str, ours: str, theirs: str, choices: Choices | None = None) -> merging.Merge:
        """Three-way merge of trees (ids of trees, see ``tree_of``); ``choices`` settle its conflicts."""
        return merging.merge_trees(self._git, base, ours, theirs, choices)

    def tree_of(self, revision: str) -> str:
        return str(self._tree(revision).id)

    def commit(self, tree: str, parents: Sequence[str], message: str, *, author: str, at: datetime) -> str:
        """A new commit on no branch. The same arguments give the same id."""
        signature = pygit2.Signature(author, f"{author.lower()}@barnraise.invalid", int(at.timestamp()), 0)
        return str(self._git.create_commit(None, signature, signature, message, tree, list(parents)))

    def merge_base(self, one: str, other: str) -> str | None:
        """The newest commit that both come after; None when they have nothing in common."""
        found = self._git.merge_base(one, other)
        return str(found) if found else None

    def check_pushed(self, old: str, new: str, generated: str) -> int:
        """How many commits ``new`` would bring behind ``old``; see ``pushing.check_pushed`` for what it refuses."""
        return pushing.check_pushed(self._git, old, new, generated)

    def check_imported(self, heads: Sequence[str]) -> None:
        """Whether these commits may be a project's whole history; see ``pushing.check_pushed`` for what it refuses."""
        pushing.check_imported(self._git, heads)

    def peel(self, oid: str) -> str | None:
        """The commit that an object (a commit, a tag of one) is about; None when it is about none."""
        try:
            return str(self._git[oid].peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.GitError):
            return None

    def pack_everything(self, heads: Iterable[str]) -> packs.Pack:
        """All that leads to the heads, as one pack."""
        return packs.pack_everything(self._git, heads)

    def pack(self, commits: Sequence[str]) -> packs.Pack:
        """The new commits (their parents are these or on the branches) and whatever they bring, as one pack."""
        return packs.pack_commits(self._git, commits)

    def _apply(self, index: pygit2.Index, changes: Mapping[str, bytes | None], executable: Collection[str] = ()) -> str:
        for path, data in changes.items():
            if data is None:
                index.remove(path)
            else:
                mode = index[path].mode if path in index else FileMode.BLOB_EXECUTABLE if path in executable else FileMode.BLOB
                index.add(pygit2.IndexEntry(path, self._git.create_blob(data), mode))
        return str(index.write_tree(self._git))

    def _tree(self, revision: str) -> pygit2.Tree:
        return tree_of(self._git, self.resolve(revision))

    def _walk(self, tree: pygit2.Tree, prefix: str = "") -> Iterator[tuple[str, pygit2.Blob, int]]:
        for entry in tree:
            if isinstance(entry, pygit2.Tree):
                yield from self._walk(entry, f"{prefix}{entry.name}/")
            elif isinstance(entry, pygit2.Blob):  # a submodule has no content here
                yield f"{prefix}{entry.name}", entry, entry.filemode


def _no_revision(revision: str) -> BarnraiseError:
    return BarnraiseError(
        "not_found", f"This project has no revision '{revision[:60]}'.", "Use a branch, a tag or a commit from the project's log."
    )
