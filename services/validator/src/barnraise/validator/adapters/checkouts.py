"""Commits as files on disk, for the tools to look at."""

import asyncio
import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Collection, Mapping
from pathlib import Path, PurePosixPath

from barnraise.validator.adapters.programs import KEPT
from barnraise.validator.ports import Checkout
from barnraise.vfs import Repository, Vfs, check_path

_PROJECTS = 200
"""How many projects' folders are kept; the one that was looked at least lately goes first."""
_REST_SECONDS = 3600.0


class _Bringing:
    def __init__(self, repository: Repository, directory: Path, files: Mapping[str, str]) -> None:
        self._repository = repository
        self._directory = directory
        self._missing = dict(files)
        self._lock = asyncio.Lock()

    async def __call__(self, files: Collection[str]) -> None:
        async with self._lock:  # a repository is not for two threads
            if wanted := {path: self._missing.pop(path) for path in files if path in self._missing}:
                await asyncio.to_thread(self._repository.place, wanted, self._directory)


class GitCheckouts:
    def __init__(self, vfs: Vfs, directory: Path, kept: Path) -> None:
        """``directory`` is emptied: nothing in it is wanted after a restart. ``kept`` holds what tools keep of projects; without that
        they only take longer."""
        self._vfs = vfs
        self._directory = directory
        self._kept = kept
        self._keeping = threading.Lock()
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        kept.mkdir(parents=True, exist_ok=True)

    @contextlib.asynccontextmanager
    async def open(self, project_id: str, commit: str) -> AsyncIterator[Checkout]:
        repository = await self._vfs.open(project_id)
        around = Path(tempfile.mkdtemp(dir=self._directory))
        directory = around / "files"
        try:
            files = await asyncio.to_thread(self._prepare, repository, commit, around)
            yield Checkout(directory, repository.tree_of(commit), files, _Bringing(repository, directory, files))
            await asyncio.to_thread(self._keep, project_id, around / KEPT)
        finally:
            await asyncio.to_thread(shutil.rmtree, around, True)

    async def tidy(self) -> None:
        """Forget what tools have kept of projects that are gone."""
        for project_id in await asyncio.to_thread(self._resting):
            if not await self._vfs.refs(project_id):
                await asyncio.to_thread(self._forget, project_id)

    def _resting(self) -> list[str]:
        since = time.time() - _REST_SECONDS
        with self._keeping:
            return [folder.name for folder in self._kept.iterdir() if folder.stat().st_mtime < since]

    def _forget(self, project_id: str) -> None:
        with self._keeping:
            shutil.rmtree(self._kept / project_id, ignore_errors=True)

    def _prepare(self, repository: Repository, commit: str, around: Path) -> dict[str, str]:
        """All folders, and a copy of what is kept: two commits of a project may be looked at together. The commit's files, by path."""
        files = repository.blobs(commit)
        for parent in {parent for path in files for parent in PurePosixPath(check_path(path)).parents}:
            (around / "files" / parent).mkdir(parents=True, exist_ok=True)
        folder = around / KEPT
        folder.mkdir(parents=True)
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
