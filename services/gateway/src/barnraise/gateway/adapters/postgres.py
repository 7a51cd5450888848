"""Records in PostgreSQL."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import asyncpg

from barnraise.chassis.database import OUTAGES
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.ledger import enqueue
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.documents import Attachment, Picture
from barnraise.gateway.domain import records
from barnraise.gateway.domain.records import Key, Overview, Reply, Report

_ACQUIRE = 5.0
# The project, the job to show (the one that runs, else the newest), whether any is active, and how many come before the shown one.
_OVERVIEWS = """select p.*, j.job, j.ahead,
        exists (select from gateway.jobs a where a.project_id = p.id and a.status in ('queued', 'running')) as busy
    from gateway.projects p left join lateral (
        select to_json(jobs) as job, (select count(*) from gateway.jobs b where b.project_id = p.id and b.ordinal < jobs.ordinal
            and b.status in ('queued', 'running')) as ahead
        from gateway.jobs jobs where jobs.project_id = p.id order by jobs.status = 'running' desc, jobs.ordinal desc limit 1
    ) j on true where p.deleted_at is null"""
_AHEAD = """case when j.status in ('queued', 'running') then (select count(*) from gateway.jobs a
    where a.project_id = j.project_id and a.ordinal < j.ordinal and a.status in ('queued', 'running')) else 0 end as ahead"""


class PostgresChange:
    """One transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def claim(self, key: Key) -> Reply | None:
        return await _claim(self._transaction, key, None)

    async def keep(self, key: Key, reply: Reply) -> None:
        await self._transaction.execute("update gateway.keys set status = $2, body = $3 where key = $1", key.key, reply.status, reply.body)

    async def add_project(self, project: records.Project) -> None:
        query = "insert into gateway.projects (id, name, created_at, updated_at, facts) values ($1, $2, $3, $4, $5)"
        values = (project.id, project.name, project.created_at, project.updated_at, json.dumps(project.facts))
        await self._transaction.execute(query, *values)

    async def lock_project(self, project_id: str) -> records.Project | None:
        row = await self._transaction.fetchrow("select * from gateway.projects where id = $1 for update", project_id)
        return _project(row) if row else None

    async def save_project(self, project: records.Project) -> None:
        query = """update gateway.projects set name = $2, updated_at = $3, deleted_at = $4, positions = $5, last_seq = $6, facts = $7
            where id = $1"""
        values = (project.name, project.updated_at, project.deleted_at, project.positions, project.last_seq, json.dumps(project.facts))
        await self._transaction.execute(query, project.id, *values)

    async def forget_project(self, project_id: str) -> None:
        await self._transaction.execute("delete from gateway.messages where project_id = $1", project_id)
        await self._transaction.execute("delete from gateway.reports where project_id = $1", project_id)
        query = "delete from gateway.attachments where job_id in (select id from gateway.jobs where project_id = $1)"
        await self._transaction.execute(query, project_id)
        query = "update gateway.jobs set text = '', name = null, heard = true, status = 'cancelled', facts = '{}' where project_id = $1"
        await self._transaction.execute(query, project_id)

    async def add_job(self, job: records.Job) -> None:
        query = """insert into gateway.jobs (id, project_id, position, action, text, name, status, heard, trace_id, created_at, facts)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""
        values = (job.id, job.project_id, job.position, job.action, job.text, job.name, job.status, job.heard, job.trace_id, job.created_at)
        await self._transaction.execute(query, *values, json.dumps(job.facts))
        rows = [
            (job.id, place, a.name, a.media_type, a.text, a.cut, a.picture.model_dump_json() if a.picture else None)
            for place, a in enumerate(job.attachments)
        ]
        query = """insert into gateway.attachments (job_id, place, name, media_type, text, cut, picture)
            values ($1, $2, $3, $4, $5, $6, $7)"""
        await self._transaction.executemany(query, rows)

    async def lock_job(self, job_id: str) -> records.Job | None:
        query = "select from gateway.projects where id = (select project_id from gateway.jobs where id = $1) for update"
        await self._transaction.execute(query, job_id)
        row = await self._transaction.fetchrow("select *, 0 as ahead from gateway.jobs where id = $1 for update", job_id)
        return _job(row) if row else None

    async def save_job(self, job: records.Job) -> None:
        query = "update gateway.jobs set status = $2, heard = $3, facts = $4 where id = $1"
        await self._transaction.execute(query, job.id, job.status, job.heard, json.dumps(job.facts))

    async def active_jobs(self, project_id: str) -> int:
        query = "select count(*) from gateway.jobs where project_id = $1 and status in ('queued', 'running')"
        return await self._transaction.fetchval(query, project_id)

    async def add_message(self, message: records.Message) -> None:
        query = """insert into gateway.messages (id, project_id, role, text, at, job_id) values ($1, $2, $3, $4, $5, $6)
            on conflict (id) do nothing"""
        values = (message.id, message.project_id, message.role, message.text, message.at, message.job_id)
        await self._transaction.execute(query, *values)

    async def report(self, project_id: str, kind: str, seq: int, body: Report) -> None:
        query = """insert into gateway.reports as reports (project_id, kind, seq, body) values ($1, $2, $3, $4)
            on conflict (project_id, kind) do update set seq = excluded.seq, body = excluded.body where reports.seq < excluded.seq"""
        await self._transaction.execute(query, project_id, kind, seq, json.dumps(body))

    async def say(self, cause: str, messages: Sequence[Message]) -> None:
        await enqueue(self._transaction, "gateway", cause, messages)


class PostgresRecords:
    """Raises BarnraiseError ``unavailable`` while the database does not answer."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[PostgresChange]:
        async with self._connection() as connection, connection.transaction():
            yield PostgresChange(connection)

    def within(self, transaction: Transaction) -> PostgresChange:
        return PostgresChange(transaction)

    async def overview(self, project_id: str) -> Overview | None:
        async with self._connection() as connection:
            row = await connection.fetchrow(f"{_OVERVIEWS} and p.id = $1", project_id)
        return _overview(row) if row else None

    async def overviews(self, limit: int, beyond: int | None) -> list[Overview]:
        query = f"{_OVERVIEWS} and ($2::bigint is null or p.ordinal < $2) order by p.ordinal desc limit $1"
        return [_overview(row) for row in await self._fetch(query, limit, beyond)]

    async def exists(self, project_id: str) -> bool:
        query = "select true from gateway.projects where id = $1 and deleted_at is null"
        return bool(await self._fetch(query, project_id))

    async def deleted(self) -> list[str]:
        return [row["id"] for row in await self._fetch("select id from gateway.projects where deleted_at is not null")]

    async def job(self, job_id: str) -> tuple[records.Job, bool] | None:
        query = f"""select j.*, {_AHEAD}, p.deleted_at is not null as gone
            from gateway.jobs j join gateway.projects p on p.id = j.project_id where j.id = $1"""
        rows = await self._fetch(query, job_id)
        return (_job(rows[0]), rows[0]["gone"]) if rows else None

    async def jobs(self, project_id: str, limit: int, beyond: int | None) -> list[records.Job]:
        query = f"""select j.*, {_AHEAD} from gateway.jobs j where j.project_id = $1 and ($3::bigint is null or j.ordinal < $3)
            order by j.ordinal desc limit $2"""
        return [_job(row) for row in await self._fetch(query, project_id, limit, beyond)]

    async def messages(self, project_id: str, limit: int, beyond: int | None) -> list[records.Message]:
        query = """select m.*, case when m.role = 'user' then array(select name from gateway.attachments a where a.job_id = m.job_id
                order by place) else '{}' end as attachments
            from gateway.messages m where project_id = $1 and ordinal > coalesce($3::bigint, 0) order by ordinal limit $2"""
        rows = await self._fetch(query, project_id, limit, beyond)
        return [replace(records.Message(**dict(row)), attachments=tuple(row["attachments"])) for row in rows]

    async def report(self, project_id: str, kind: str) -> Report | None:
        rows = await self._fetch("select body from gateway.reports where project_id = $1 and kind = $2", project_id, kind)
        return json.loads(rows[0]["body"]) if rows else None

    async def replied(self, key: Key) -> Reply | None:
        rows = await self._fetch("select * from gateway.keys where key = $1", key.key)
        return _stored(rows[0], key) if rows else None

    async def reserve(self, key: Key, patience: float) -> Reply | None:
        async with self._connection() as connection, connection.transaction():
            return await _claim(connection, key, patience)

    async def settle(self, key: Key, reply: Reply | None) -> None:
        async with self._connection() as connection:
            if reply:
                await PostgresChange(connection).keep(key, reply)
            else:
                await connection.execute("delete from gateway.keys where key = $1 and body is null", key.key)

    async def active(self, unheard_for: float) -> tuple[dict[str, int], int]:
        query = """select status, count(*), count(*) filter (where not heard and created_at < now() - make_interval(secs => $1))
            from gateway.jobs where status in ('queued', 'running') group by status"""
        rows = await self._fetch(query, unheard_for)
        return {row[0]: row[1] for row in rows}, sum(row[2] for row in rows)

    async def unheard(self, older: float) -> list[records.Job]:
        query = """update gateway.jobs set swept_at = now() where not heard and status = 'queued'
            and coalesce(swept_at, created_at) < now() - make_interval(secs => $1) returning *, 0 as ahead"""
        return [replace(job, attachments=await self._attachments(job.id)) for job in map(_job, await self._fetch(query, older))]

    async def _attachments(self, job_id: str) -> tuple[Attachment, ...]:
        query = "select name, media_type, text, cut, picture from gateway.attachments where job_id = $1 order by place"
        return tuple(_attachment(row) for row in await self._fetch(query, job_id))

    async def lingering(self, seconds: float) -> list[str]:
        query = """select id from gateway.projects where forgotten_at is null and deleted_at < now() - make_interval(secs => $1)
            order by deleted_at limit 20"""
        return [row["id"] for row in await self._fetch(query, seconds)]

    async def forget(self, project_id: str) -> None:
        async with self._connection() as connection, connection.transaction():
            await connection.execute("delete from gateway.shares where project_id = $1", project_id)
            await connection.execute("delete from gateway.keys where position(convert_to($1, 'UTF8') in body) > 0", project_id)
            await connection.execute("update gateway.projects set name = '', forgotten_at = now() where id = $1", project_id)

    async def bygone(self, days: int) -> list[str]:
        query = """select id from gateway.projects where forgotten_at is not null and deleted_at < now() - make_interval(days => $1)
            order by deleted_at limit 20"""
        return [row["id"] for row in await self._fetch(query, days)]

    async def retire(self, project_id: str) -> None:
        async with self._connection() as connection, connection.transaction():
            await connection.execute("delete from gateway.jobs where project_id = $1", project_id)
            await connection.execute("delete from gateway.projects where id = $1", project_id)

    async def prune(self) -> None:
        async with self._connection() as connection:
            await connection.execute("delete from gateway.keys where made_at < now() - interval '48 hours'")
            await connection.execute("delete from gateway.sessions where expires_at < now()")
            await connection.execute("delete from gateway.links where expires_at < now()")
            await connection.execute("delete from gateway.shares where expires_at < now()")

    # sessions and links

    async def add_session(self, digest: bytes, expires_at: datetime) -> None:
        await self._fetch("insert into gateway.sessions (digest, expires_at) values ($1, $2)", digest, expires_at)

    async def session(self, digest: bytes) -> datetime | None:
        rows = await self._fetch("select expires_at from gateway.sessions where digest = $1", digest)
        return rows[0]["expires_at"] if rows else None

    async def add_link(self, digest: bytes, expires_at: datetime) -> None:
        await self._fetch("insert into gateway.links (digest, expires_at) values ($1, $2) on conflict do nothing", digest, expires_at)

    async def use_link(self, digest: bytes) -> bool:
        query = "update gateway.links set used_at = now() where digest = $1 and used_at is null and expires_at > now() returning true"
        return bool(await self._fetch(query, digest))

    async def use_once(self, digest: bytes) -> bool:
        # Kept for ever: a run's token must not become usable again.
        query = (
            "insert into gateway.links (digest, expires_at, used_at) values ($1, 'infinity', now()) on conflict do nothing returning true"
        )
        return bool(await self._fetch(query, digest))

    async def _fetch(self, query: str, *values: Any) -> list[Any]:
        async with self._connection() as connection:
            return await connection.fetch(query, *values)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            async with self._pool.acquire(timeout=_ACQUIRE) as connection:
                yield connection
        except (TimeoutError, *OUTAGES) as outage:
            detail = "The database does not answer."
            raise BarnraiseError("unavailable", detail, "Nothing was lost; try again in a moment.", retryable=True) from outage


async def _claim(transaction: Transaction, key: Key, patience: float | None) -> Reply | None:
    """Take the key until the transaction ends (or, with ``patience``, for that many seconds more)."""
    if not await transaction.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 11))", key.key):
        raise _in_flight()
    query = "select *, extract(epoch from now() - made_at) as age from gateway.keys where key = $1"
    row = await transaction.fetchrow(query, key.key)
    if row is None:
        await transaction.execute("insert into gateway.keys (key, fingerprint) values ($1, $2)", key.key, key.fingerprint)
        return None
    if stored := _stored(row, key):
        return stored
    if row["age"] < (patience or 0.0):
        raise _in_flight()
    await transaction.execute("update gateway.keys set made_at = now() where key = $1", key.key)
    return None


def _stored(row: Any, key: Key) -> Reply | None:
    """The reply that is kept under the key, if there is one yet."""
    if row["fingerprint"] != key.fingerprint:
        detail = "This Idempotency-Key came with another request before."
        raise BarnraiseError("idempotency_mismatch", detail, "Use a new key for a new request.")
    return Reply(row["status"], row["body"], replayed=True) if row["body"] is not None else None


def _in_flight() -> BarnraiseError:
    detail = "The first request with this Idempotency-Key is still at work."
    return BarnraiseError("idempotency_in_flight", detail, "Repeat it with the same key in a moment.", retryable=True)


def _project(row: Any) -> records.Project:
    return records.Project(
        id=row["id"],
        name=row["name"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        ordinal=row["ordinal"],
        deleted_at=row["deleted_at"],
        positions=row["positions"],
        last_seq=row["last_seq"],
        facts=json.loads(row["facts"]),
    )


def _attachment(row: Any) -> Attachment:
    picture = Picture.model_validate_json(row["picture"]) if row["picture"] else None
    return Attachment(name=row["name"], media_type=row["media_type"], text=row["text"], cut=row["cut"], picture=picture)


def _job(row: Any) -> records.Job:
    """Of a row, or of one as JSON."""
    facts, made = row["facts"], row["created_at"]
    return records.Job(
        id=row["id"],
        project_id=row["project_id"],
        action=row["action"],
        text=row["text"],
        created_at=datetime.fromisoformat(made) if isinstance(made, str) else made,
        ordinal=row["ordinal"],
        position=row["position"],
        name=row["name"],
        trace_id=row["trace_id"],
        heard=row["heard"],
        facts=json.loads(facts) if isinstance(facts, str) else facts,
        ahead=row["ahead"],
    )


def _overview(row: Any) -> Overview:
    job = _job(json.loads(row["job"]) | {"ahead": row["ahead"] if row["busy"] else 0}) if row["job"] else None
    return Overview(_project(row), job, row["busy"])
