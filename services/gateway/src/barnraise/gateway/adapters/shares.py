"""Links that show a preview to others: in PostgreSQL, and in memory."""

import secrets
from collections.abc import Sequence
from typing import Any

import asyncpg

from barnraise.chassis.clock import now
from barnraise.chassis.database import OUTAGES
from barnraise.chassis.errors import BarnraiseError
from barnraise.gateway.domain.shares import Share

_ACQUIRE = 5.0
_STANDING = """select s.* from gateway.shares s join gateway.projects p on p.id = s.project_id
    where p.deleted_at is null and s.expires_at > now()"""


class PostgresShares:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def secret(self) -> bytes:
        query = """with made as (insert into gateway.secrets (name, value) values ('shares', $1) on conflict do nothing returning value)
            select value from made union all select value from gateway.secrets where name = 'shares' limit 1"""
        rows = await self._fetch(query, secrets.token_bytes(32))
        # Two at once: the other one's row was not there yet when this statement began, and is now.
        return rows[0]["value"] if rows else await self.secret()

    async def add(self, share: Share) -> None:
        query = "insert into gateway.shares (id, project_id, label, note, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)"
        await self._fetch(query, share.id, share.project_id, share.label, share.note, share.created_at, share.expires_at)

    async def of_project(self, project_id: str) -> Sequence[Share]:
        return [_share(row) for row in await self._fetch(f"{_STANDING} and s.project_id = $1 order by s.created_at, s.id", project_id)]

    async def of_label(self, label: str) -> Share | None:
        rows = await self._fetch(f"{_STANDING} and s.label = $1", label)
        return _share(rows[0]) if rows else None

    async def drop(self, project_id: str, share_id: str) -> bool:
        query = "delete from gateway.shares where project_id = $1 and id = $2 returning true"
        return bool(await self._fetch(query, project_id, share_id))

    async def _fetch(self, query: str, *values: Any) -> list[Any]:
        try:
            async with self._pool.acquire(timeout=_ACQUIRE) as connection:
                return await connection.fetch(query, *values)
        except (TimeoutError, *OUTAGES) as outage:
            detail = "The database does not answer."
            raise BarnraiseError("unavailable", detail, "Nothing was lost; try again in a moment.", retryable=True) from outage


def _share(row: Any) -> Share:
    return Share(row["id"], row["project_id"], row["label"], row["note"], row["created_at"], row["expires_at"])


class MemoryShares:
    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._shares: dict[str, Share] = {}

    async def secret(self) -> bytes:
        return self._secret

    async def add(self, share: Share) -> None:
        self._shares[share.id] = share

    async def of_project(self, project_id: str) -> Sequence[Share]:
        return [share for share in self._standing() if share.project_id == project_id]

    async def of_label(self, label: str) -> Share | None:
        return next((share for share in self._standing() if share.label == label), None)

    async def drop(self, project_id: str, share_id: str) -> bool:
        share = self._shares.get(share_id)
        if share is None or share.project_id != project_id:
            return False
        del self._shares[share_id]
        return True

    def _standing(self) -> list[Share]:
        return [share for share in self._shares.values() if share.expires_at > now()]
