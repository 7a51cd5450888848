"""What projects are remembered to want, in PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.memory import MOST_REMEMBERED, Memory

MOST_OF_A_KIND = MOST_REMEMBERED // 2


class PostgresMemories:
    """See ``Memories``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def of(self, transaction: Transaction, project_id: str) -> tuple[Memory, ...]:
        query = "select id, kind, text, at, job_id from planner.memory where project_id = $1 order by at, id"
        return tuple(Memory(**row) for row in await transaction.fetch(query, project_id))

    async def remember(self, transaction: Transaction, project_id: str, entries: Sequence[Memory]) -> None:
        query = """insert into planner.memory as kept (project_id, id, kind, text, at, job_id)
            select $1::text, $2::text, $3::text, $4::text, $5::timestamptz, $6::text where not exists (
                select from planner.memory same
                where same.project_id = $1 and same.id <> $2 and same.kind = 'wish' and lower(same.text) = lower($4))
            on conflict (project_id, id) do update set text = excluded.text"""
        for entry in entries:
            await transaction.execute(query, project_id, entry.id, entry.kind, entry.text, entry.at, entry.job_id)
        if entries:
            await self._make_room(transaction, project_id)

    async def forget(self, transaction: Transaction, project_id: str, entry: str | None) -> None:
        await transaction.execute("delete from planner.memory where project_id = $1 and ($2::text is null or id = $2)", project_id, entry)

    async def _make_room(self, transaction: Transaction, project_id: str) -> None:
        """Of each kind the newest stay."""
        query = """delete from planner.memory where project_id = $1 and id in (
            select id from (select id, row_number() over (partition by kind order by at desc, id desc) as place
                from planner.memory where project_id = $1) ranked where place > $2)"""
        await transaction.execute(query, project_id, MOST_OF_A_KIND)
