"""Commits as files on disk, for the tools to look at."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from barnraise.validator.ports import Checkout
from barnraise.vfs import Vfs


class GitCheckouts:
    def __init__(self, vfs: Vfs, directory: Path) -> None:
        """``directory`` is emptied: nothing in it is wanted after a restart."""
        self._vfs = vfs
        self._directory = directory
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)

    @contextlib.asynccontextmanager
    async def open(self, project_id: str, commit: str) -> AsyncIterator[Checkout]:
        repository = await self._vfs.open(project_id)
        around = Path(tempfile.mkdtemp(dir=self._directory))
        directory = around / "files"
        try:
            await asyncio.to_thread(repository.checkout, commit, directory)
            yield Checkout(directory, repository.tree_of(commit), repository.blobs(commit))
        finally:
            await asyncio.to_thread(shutil.rmtree, around, True)
