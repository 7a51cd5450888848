"""Commits as files on disk, for the tools to look at."""

import asyncio
import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

from barnraise.validator.adapters.programs import KEPT
from barnraise.validator.ports import Checkout
from barnraise.vfs import Vfs

_PROJECTS = 200
"""How many projects' folders are kept; the one that was looked at least lately goes first."""
_REST_SECONDS = 3600.0


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
            await asyncio.to_thread(repository.checkout, commit, directory)
            await asyncio.to_thread(self._bring, project_id, around / KEPT)
            yield Checkout(directory, repository.tree_of(commit), repository.blobs(commit))
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
        return [folder.name for folder in self._kept.iterdir() if folder.stat().st_mtime < since]

    def _forget(self, project_id: str) -> None:
        with self._keeping:
            shutil.rmtree(self._kept / project_id, ignore_errors=True)

    def _bring(self, project_id: str, folder: Path) -> None:
        """A copy: two commits of a project may be looked at together."""
        folder.mkdir()
        with self._keeping:
            for file in (self._kept / project_id).glob("*"):
                shutil.copyfile(file, folder / file.name)

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
