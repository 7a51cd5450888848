"""What runs have left, in the object store; which of it a report speaks of, in PostgreSQL."""

from collections.abc import Collection, Mapping

from asyncpg import Pool

from barnraise.chassis.objects import ObjectStore
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.diagnostics import artefact_key


class StoredArtefacts:
    """``grace``: seconds for which nothing is removed: it may be another run's, whose report is not told yet."""

    def __init__(self, objects: ObjectStore, database: Pool, grace: float = 300.0) -> None:
        self._objects = objects
        self._database = database
        self._grace = grace

    async def keep(self, project_id: str, contents: Mapping[str, bytes]) -> None:
        reported = await self._database.fetchval("select digests from sandbox.artefacts where project_id = $1", project_id)
        wanted = {artefact_key(project_id, digest) for digest in (*contents, *(reported or ()))}
        for digest, content in contents.items():
            await self._objects.put(artefact_key(project_id, digest), content)
        for key in await self._objects.older(artefact_key(project_id, ""), self._grace):
            if key not in wanted:
                await self._objects.delete(key)

    async def reported(self, transaction: Transaction, project_id: str, digests: Collection[str]) -> None:
        statement = """insert into sandbox.artefacts (project_id, digests) values ($1, $2)
            on conflict (project_id) do update set digests = excluded.digests"""
        await transaction.execute(statement, project_id, list(digests))

    async def forget(self, project_id: str) -> None:
        await self._database.execute("delete from sandbox.artefacts where project_id = $1", project_id)
        for key in await self._objects.list(artefact_key(project_id, "")):
            await self._objects.delete(key)
