"""The application's files, from the project's repository."""

import asyncio
from collections.abc import Mapping

from barnraise.vfs import Vfs


class VfsCode:
    def __init__(self, vfs: Vfs) -> None:
        self._vfs = vfs

    async def files(self, project_id: str, commit: str) -> Mapping[str, bytes]:
        repository = await self._vfs.open(project_id)
        return await asyncio.to_thread(repository.tree, commit)
