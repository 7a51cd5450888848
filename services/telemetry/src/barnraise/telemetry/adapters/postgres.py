"""Records in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asyncpg import Pool

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import JobEnded, StepEnded
from barnraise.contracts.requests import Span, Statistics, StepStatistics
from barnraise.telemetry.domain.dead import DeadLetter, Kept

_UNLESS_DROPPED = "where not exists (select from telemetry.dropped where project_id = $2)"


class PostgresRecords:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add_step(self, transaction: Transaction, event: StepEnded) -> None:
        query = f"""insert into telemetry.steps select $1, $2, $3, $4, $5::int, $6, $7::float8, $8::timestamptz {_UNLESS_DROPPED}
            on conflict do nothing"""
        values = (event.id, event.project_id, event.job_id, event.step, event.round, event.status, event.seconds, event.at)
        await transaction.execute(query, *values)

    async def add_job(self, transaction: Transaction, event: JobEnded) -> None:
        query = f"""insert into telemetry.jobs select $1, $2, $3, $4::timestamptz {_UNLESS_DROPPED}
            on conflict (job_id) do update set status = excluded.status, at = excluded.at"""
        await transaction.execute(query, event.job_id, event.project_id, event.status, event.at)

    async def forget(self, transaction: Transaction, project_id: str) -> None:
        await transaction.execute("insert into telemetry.dropped (project_id) values ($1) on conflict do nothing", project_id)
        await transaction.execute("delete from telemetry.steps where project_id = $1", project_id)
        await transaction.execute("delete from telemetry.jobs where project_id = $1", project_id)

    async def old_dead(self, days: int) -> list[DeadLetter]:
        rows = await self._pool.fetch("select * from telemetry.dead_letters where at < now() - make_interval(days => $1)", days)
        return [_kept(row).letter for row in rows]

    async def tidy(self, days: int) -> None:
        old = "select project_id from telemetry.dropped where dropped_at < now() - make_interval(days => $1)"
        async with self._pool.acquire() as connection, connection.transaction():
            # Rows, too: one may have come at the same moment as the mark.
            for table in ("steps", "jobs", "dropped"):
                await connection.execute(f"delete from telemetry.{table} where project_id in ({old})", days)
            await connection.execute("delete from telemetry.dead_letters where at < now() - make_interval(days => $1)", days)

    async def add_spans(self, spans: Sequence[Span]) -> None:
        query = "insert into telemetry.spans values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing"
        rows = [(s.trace_id, s.span_id, s.parent_id, s.service, s.name, s.start, s.seconds, s.error) for s in spans]
        async with self._pool.acquire() as connection:
            await connection.executemany(query, rows)

    async def add_dead(self, letter: DeadLetter) -> None:
        query = """insert into telemetry.dead_letters (stream, consumer, sequence, cause, deliveries)
            values ($1, $2, $3, $4, $5) on conflict do nothing"""
        await self._pool.execute(query, letter.stream, letter.consumer, letter.sequence, letter.cause, letter.deliveries)

    async def dead(self, limit: int) -> list[Kept]:
        query = "select * from telemetry.dead_letters order by replayed_at is null desc, at desc limit $1"
        return [_kept(row) for row in await self._pool.fetch(query, limit)]

    async def letter(self, stream: str, consumer: str, sequence: int) -> Kept | None:
        query = "select * from telemetry.dead_letters where stream = $1 and consumer = $2 and sequence = $3"
        row = await self._pool.fetchrow(query, stream, consumer, sequence)
        return _kept(row) if row else None

    async def open_dead(self) -> dict[tuple[str, str], int]:
        query = "select stream, consumer, count(*) from telemetry.dead_letters where replayed_at is null group by stream, consumer"
        return {(row[0], row[1]): row[2] for row in await self._pool.fetch(query)}

    async def replayed(self, stream: str, consumer: str, sequence: int) -> datetime:
        query = """update telemetry.dead_letters set replayed_at = coalesce(replayed_at, now())
            where stream = $1 and consumer = $2 and sequence = $3 returning replayed_at"""
        return await self._pool.fetchval(query, stream, consumer, sequence)

    async def spans(self, trace_id: str) -> list[Span]:
        rows = await self._pool.fetch("select * from telemetry.spans where trace_id = $1 order by start, span_id limit 5000", trace_id)
        return [Span(**dict(row)) for row in rows]

    async def statistics(self, project_id: str | None) -> Statistics:
        where = "$1::text is null or project_id = $1"
        steps = await self._pool.fetch(
            f"""select step, count(*) as count, count(*) filter (where status = 'failed') as failed,
                percentile_cont(0.5) within group (order by seconds) as p50,
                percentile_cont(0.9) within group (order by seconds) as p90
            from telemetry.steps where {where} group by step order by step""",
            project_id,
        )
        jobs = await self._pool.fetch(f"select status, count(*) from telemetry.jobs where {where} group by status", project_id)
        return Statistics(steps=tuple(StepStatistics(**dict(row)) for row in steps), jobs={row[0]: row[1] for row in jobs})

    async def drop_spans(self, older_than_days: int) -> None:
        query = "delete from telemetry.spans where start < extract(epoch from now()) - $1::int * 86400"
        await self._pool.execute(query, older_than_days)


def _kept(row: Any) -> Kept:
    letter = DeadLetter(row["stream"], row["consumer"], row["sequence"], row["cause"], row["deliveries"])
    return Kept(letter, row["at"], row["replayed_at"])
