"""Commits as files on disk, for the tools to look at.

The files of a project that were looked at stay there for its next commit, which mostly differs in one. Whoever asked does not wait for
anything to be put away."""

import asyncio
import contextlib
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from barnraise.validator.adapters.programs import KEPT
from barnraise.validator.ports import Checkout
from barnraise.vfs import Repository, Vfs, check_path

_PROJECTS = 200
"""How many projects' folders are kept; the one that was looked at least lately goes first."""
_REST_SECONDS = 3600.0
_FILES = "files"
_STANDING = 8
"""How many projects' files stay."""


@dataclass
class _Tree:
    """A folder of ours: the project's files in one folder, what tools put beside it, and which files are there (path -> blob id)."""

    around: Path
    there: dict[str, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    folders: set[PurePosixPath] = field(default_factory=set)

    @property
    def directory(self) -> Path:
        return self.around / _FILES

    def adapt(self, files: Mapping[str, str]) -> None:
        """All folders of the files, and none of others that were there before. Raises OSError where something else is there."""
        for path in [path for path, blob in self.there.items() if files.get(path) != blob]:
            (self.directory / check_path(path)).unlink()
            del self.there[path]
        if files.keys() == self.paths:
            return
        folders = {parent for path in files for parent in PurePosixPath(check_path(path)).parents}
        for folder in sorted(self.folders - folders, reverse=True):
            (self.directory / folder).rmdir()
        for folder in sorted(folders - self.folders):
            (self.directory / folder).mkdir(parents=True, exist_ok=True)
        self.paths, self.folders = set(files), folders

    def clear(self) -> None:
        """Takes away what tools have put beside the files."""
        for path in self.around.iterdir():
            if path.name != _FILES:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


class _Bringing:
    def __init__(self, repository: Repository, tree: _Tree, files: Mapping[str, str]) -> None:
        self._repository = repository
        self._tree = tree
        self._files = files
        self._lock = asyncio.Lock()

    async def __call__(self, files: Collection[str]) -> None:
        async with self._lock:  # a repository is not for two threads
            there = self._tree.there
            if wanted := {path: self._files[path] for path in files if path in self._files and path not in there}:
                await asyncio.to_thread(self._repository.place, wanted, self._tree.directory)
                there.update(wanted)


class GitCheckouts:
    def __init__(self, vfs: Vfs, directory: Path, kept: Path) -> None:
        """``directory`` is emptied: nothing in it is wanted after a restart. ``kept`` holds what tools keep of projects; without that
        they only take longer."""
        self._vfs = vfs
        self._directory = directory
        self._kept = kept
        self._keeping = threading.Lock()
        self._standing: OrderedDict[str, _Tree] = OrderedDict()
        self._leaving: dict[str, asyncio.Task[None]] = {}
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        kept.mkdir(parents=True, exist_ok=True)

    @contextlib.asynccontextmanager
    async def open(self, project_id: str, commit: str) -> AsyncIterator[Checkout]:
        repository = await self._vfs.open(project_id)
        await self._left(project_id)
        tree = self._standing.pop(project_id, None) or _Tree(Path(tempfile.mkdtemp(dir=self._directory)))
        try:
            files = await asyncio.to_thread(self._prepare, repository, commit, tree)
            yield Checkout(tree.directory, repository.tree_of(commit), files, _Bringing(repository, tree, files))
        except BaseException:  # nobody knows what is in it
            await asyncio.to_thread(shutil.rmtree, tree.around, True)
            raise
        before = self._leaving.get(project_id)
        self._leaving[project_id] = asyncio.create_task(self._leave(project_id, tree, before))

    async def tidy(self) -> None:
        """Forget the files that stand, and what tools have kept of projects that are gone."""
        while self._standing:
            _, tree = self._standing.popitem()
            await asyncio.to_thread(shutil.rmtree, tree.around, True)
        for project_id in await asyncio.to_thread(self._resting):
            if not await self._vfs.refs(project_id):
                await asyncio.to_thread(self._forget, project_id)

    async def aclose(self) -> None:
        """When all is put away."""
        await asyncio.gather(*self._leaving.values(), return_exceptions=True)

    async def _left(self, project_id: str) -> None:
        if leaving := self._leaving.get(project_id):
            await asyncio.wait({leaving})

    async def _leave(self, project_id: str, tree: _Tree, before: asyncio.Task[None] | None) -> None:
        """Of two commits of a project that were looked at together, the files of that which was left last stay."""
        if before:
            await asyncio.wait({before})
        gone = [tree]
        try:
            await asyncio.to_thread(self._keep, project_id, tree.around / KEPT)
            await asyncio.to_thread(tree.clear)
            gone = self._replaced(project_id, tree)
        finally:
            for one in gone:
                await asyncio.to_thread(shutil.rmtree, one.around, True)
            if self._leaving.get(project_id) is asyncio.current_task():
                del self._leaving[project_id]

    def _replaced(self, project_id: str, tree: _Tree) -> list[_Tree]:
        """Those that have to go for it."""
        gone = [old] if (old := self._standing.pop(project_id, None)) else []
        self._standing[project_id] = tree
        return [*gone, self._standing.popitem(last=False)[1]] if len(self._standing) > _STANDING else gone

    def _resting(self) -> list[str]:
        since = time.time() - _REST_SECONDS
        with self._keeping:
            return [folder.name for folder in self._kept.iterdir() if folder.stat().st_mtime < since]

    def _forget(self, project_id: str) -> None:
        with self._keeping:
            shutil.rmtree(self._kept / project_id, ignore_errors=True)

    def _prepare(self, repository: Repository, commit: str, tree: _Tree) -> dict[str, str]:
        """All folders, and a copy of what is kept: two commits of a project may be looked at together. The commit's files, by path."""
        files = repository.blobs(commit)
        try:
            tree.adapt(files)
        except OSError:
            tree.there, tree.paths, tree.folders = {}, set(), set()
            shutil.rmtree(tree.directory)
            tree.adapt(files)
        folder = tree.around / KEPT
        folder.mkdir()
        with self._keeping:
            for file in (self._kept / repository.project_id).glob("*"):
                shutil.copyfile(file, folder / file.name)
        return files

    def _keep(self, project_id: str, folder: Path) -> None:
        """Each file whole, in one step, in the place of the last."""
        with self._keeping:
            place = self._kept / project_id
            place.mkdir(exist_ok=True)
            for file in folder.iterdir():
                file.replace(place / file.name)
            place.touch()
            for old in sorted(self._kept.iterdir(), key=lambda folder: folder.stat().st_mtime)[:-_PROJECTS]:
                shutil.rmtree(old)
