"""Records of previews in PostgreSQL."""

from typing import Any

from asyncpg import Pool

from barnraise.sandbox.domain.previews import Asking, Record, Wanted

_COLUMNS = "project_id, host, wanted, commit, owner, running"


class PostgresPreviews:
    def __init__(self, database: Pool) -> None:
        self._database = database

    async def claim(self, project_id: str, host: str) -> Record:
        await self._database.execute(
            "insert into sandbox.previews (project_id, host, wanted) values ($1, $2, 'stopped') on conflict (project_id) do nothing",
            project_id,
            host,
        )
        record = await self.of_project(project_id)
        assert record
        return record

    async def of_project(self, project_id: str) -> Record | None:
        return _record(await self._database.fetchrow(f"select {_COLUMNS} from sandbox.previews where project_id = $1", project_id))

    async def of_host(self, host: str) -> Record | None:
        return _record(await self._database.fetchrow(f"select {_COLUMNS} from sandbox.previews where host = $1", host))

    async def set(self, project_id: str, wanted: Wanted | None = None, commit: str | None = None) -> None:
        await self._database.execute(
            "update sandbox.previews set wanted = coalesce($2, wanted), commit = coalesce($3, commit), updated_at = now() "
            "where project_id = $1",
            project_id, wanted, commit,
        )  # fmt: skip

    async def newest(self, project_id: str, asking: Asking) -> bool:
        statement = """update sandbox.previews set asked = $2, asked_at = $3
            where project_id = $1 and not (asked > $2 and asked_at > $3) returning true"""
        return bool(await self._database.fetchval(statement, project_id, asking.place, asking.at))

    async def drop(self, project_id: str) -> None:
        await self._database.execute("delete from sandbox.previews where project_id = $1", project_id)


def _record(row: Any) -> Record | None:
    return Record(**row) if row else None
