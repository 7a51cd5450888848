"""The way in: opens projects, whose truth is in PostgreSQL and the object store, through the local cache."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from asyncpg import Pool

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.objects import ObjectStore
from barnraise.vfs import branches
from barnraise.vfs.cache import Cache
from barnraise.vfs.packs import Pack
from barnraise.vfs.repository import Repository

_DOWNLOADS = 16
_REST_SECONDS = 3600.0


class Vfs:
    """Reads of any project, on any machine; writes through ``store`` and the functions of ``branches`` in the caller's transaction."""

    def __init__(self, database: Pool, objects: ObjectStore, cache_dir: Path) -> None:
        self._database = database
        self._objects = objects
        self._cache = Cache(cache_dir)

    async def open(self, project_id: str) -> Repository:
        """The project as it is now, with every pack on this machine. A project without code has no refs."""
        listing = await branches.listing(self._database, project_id)
        await self._fetch(project_id, listing)
        return Repository(project_id, self._cache.path(project_id), listing.refs)

    async def head(self, project_id: str, branch: str = "main") -> str | None:
        """The branch's commit, without touching the cache."""
        return await branches.head(self._database, project_id, branch)

    async def refs(self, project_id: str) -> Mapping[str, str]:
        """ref -> commit, by short names, without touching the cache; empty while there is no code."""
        return (await branches.listing(self._database, project_id)).refs

    async def path_for_clone(self, project_id: str) -> Path:
        """The bare repository, complete and with current refs, for ``git upload-pack --stateless-rpc``.

        Raises BarnraiseError ``not_found`` when the project has no code.
        """
        listing = await branches.listing(self._database, project_id)
        if not listing.refs:
            raise BarnraiseError("not_found", "This project has no code yet.", "Wait for its first job to generate some.")
        await self._fetch(project_id, listing)
        return await asyncio.to_thread(self._cache.publish, project_id, listing.refs)

    async def store(self, project_id: str, pack: Pack) -> None:
        """Puts a pack where every machine finds it. It counts once ``branches.add_pack`` lists it."""
        await asyncio.gather(
            self._objects.put(_key(project_id, pack.id, "pack"), pack.data),
            self._objects.put(_key(project_id, pack.id, "idx"), pack.index),
        )

    async def ensure(self, project_id: str, pack: Pack) -> None:
        """Stores the pack unless it is there. Called under the project's lock, it cannot be taken back any more (``discard``)."""
        if not (await self._objects.has(_key(project_id, pack.id, "pack")) and await self._objects.has(_key(project_id, pack.id, "idx"))):
            await self.store(project_id, pack)

    async def adopt(self, project_id: str, pack_id: str) -> Pack:
        """A stored pack that no transaction has listed yet, now in this machine's cache too.

        Raises BarnraiseError ``not_found`` when nothing is stored under that name.
        """
        try:
            pack = await self._download(project_id, pack_id)
        except (KeyError, ValueError) as error:
            raise BarnraiseError("not_found", f"There is no pack {pack_id[:12]}.", "Push again.", retryable=True) from error
        await asyncio.to_thread(self._cache.install, project_id, pack)
        return pack

    async def discard(self, project_id: str, pack_id: str) -> None:
        """Takes back a stored pack that no transaction has listed; under the project's lock, so that none does meanwhile."""
        await self._objects.delete(_key(project_id, pack_id, "pack"))
        await self._objects.delete(_key(project_id, pack_id, "idx"))

    async def upload(self, key: str) -> bytes:
        """What was put there to be imported. Raises BarnraiseError ``not_found``."""
        try:
            return await self._objects.get(key)
        except KeyError as error:
            raise BarnraiseError("not_found", "The upload is not there any more.", "Import the file again.") from error

    async def forget(self, project_id: str) -> None:
        """Removes the project's packs and pictures everywhere and its repository here. The rows are the caller's."""
        stored = [key for folder in ("git", "pictures") for key in await self._objects.list(f"{folder}/{project_id}/")]
        for key in (*stored, f"uploads/{project_id}"):
            await self._objects.delete(key)
        await asyncio.to_thread(self._cache.forget, project_id)

    async def tidy(self) -> None:
        """Remove repositories here that nobody has used for an hour and that have no branches: of projects that are gone."""
        for project_id in await asyncio.to_thread(self._cache.resting, _REST_SECONDS):
            if not await self.refs(project_id):
                await asyncio.to_thread(self._cache.forget, project_id)

    async def _fetch(self, project_id: str, listing: branches.Listing) -> None:
        """Makes the repository here where it is not there, with all of its packs."""
        missing = await asyncio.to_thread(self._cache.missing, project_id, listing.packs)
        slots = asyncio.Semaphore(_DOWNLOADS)

        async def fetch(pack_id: str) -> None:
            async with slots:
                pack = await self._download(project_id, pack_id)
                await asyncio.to_thread(self._cache.install, project_id, pack)

        await asyncio.gather(*(fetch(pack_id) for pack_id in missing))

    async def _download(self, project_id: str, pack_id: str) -> Pack:
        data, index = await asyncio.gather(
            self._objects.get(_key(project_id, pack_id, "pack")), self._objects.get(_key(project_id, pack_id, "idx"))
        )
        pack = Pack(pack_id, data, index)
        pack.check()
        return pack


def _key(project_id: str, pack_id: str, suffix: str) -> str:
    return f"git/{project_id}/{pack_id}.{suffix}"
