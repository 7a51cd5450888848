"""Jobs and projects in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from asyncpg import Pool

from barnraise.chassis.ledger import MARK_DAYS
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import Decision
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.conductor import Signal
from barnraise.planner.domain.job import Job
from barnraise.planner.domain.journal import kind_of, read_signal
from barnraise.planner.ports import Waiting


class PostgresJobs:
    async def lock(self, transaction: Transaction, project_id: str) -> None:
        await transaction.execute("select pg_advisory_xact_lock(hashtextextended('planner:' || $1, 0))", project_id)

    async def get(self, transaction: Transaction, job_id: str) -> Job | None:
        state = await transaction.fetchval("select state from planner.jobs where id = $1", job_id)
        return Job.model_validate_json(state, extra="ignore") if state else None

    async def save(self, transaction: Transaction, job: Job, signal: Signal, at: datetime) -> None:
        query = """insert into planner.jobs (id, project_id, position, status, deadline, state) values ($1, $2, $3, $4, $5, $6)
            on conflict (id) do update
            set status = excluded.status, deadline = excluded.deadline, state = excluded.state, updated_at = now()"""
        await transaction.execute(query, job.id, job.project_id, job.position, job.status, job.deadline, job.model_dump_json())
        query = """insert into planner.job_events (job_id, number, kind, at, signal)
            select $1, coalesce(max(number), 0) + 1, $2, $3, $4 from planner.job_events where job_id = $1"""
        await transaction.execute(query, job.id, kind_of(signal), at, signal.model_dump_json())

    async def journal(self, transaction: Transaction, job_id: str) -> Sequence[tuple[Signal, datetime]]:
        rows = await transaction.fetch("select signal, at from planner.job_events where job_id = $1 order by number", job_id)
        return [(read_signal(row["signal"]), row["at"]) for row in rows]

    async def running(self, transaction: Transaction, project_id: str) -> Job | None:
        state = await transaction.fetchval("select state from planner.jobs where project_id = $1 and status = 'running'", project_id)
        return Job.model_validate_json(state, extra="ignore") if state else None

    async def queued(self, transaction: Transaction, project_id: str) -> Sequence[Job]:
        query = "select state from planner.jobs where project_id = $1 and status = 'queued' order by position, created_at, id"
        return [Job.model_validate_json(row["state"], extra="ignore") for row in await transaction.fetch(query, project_id)]

    async def recent(self, transaction: Transaction, project_id: str, most: int) -> Sequence[Job]:
        query = """select state from planner.jobs
            where project_id = $1 and status in ('succeeded', 'failed', 'cancelled', 'needs_input') and state->>'action' = 'message'
            order by position desc, created_at desc, id desc limit $2"""
        rows = await transaction.fetch(query, project_id, most)
        return [Job.model_validate_json(row["state"], extra="ignore") for row in reversed(rows)]

    async def stalled(self, transaction: Transaction, now: datetime) -> Sequence[Waiting]:
        query = """select project_id, id from planner.jobs where status = 'running' and deadline <= $1
            union all
            select project_id, id from planner.jobs waiting where status = 'queued' and not exists (
                select from planner.jobs other where other.project_id = waiting.project_id and other.status = 'running')
            limit 200"""
        return [(row["project_id"], row["id"]) for row in await transaction.fetch(query, now)]


class PostgresProjects:
    async def dropped(self, transaction: Transaction, project_id: str) -> bool:
        query = "select dropped_at is not null from planner.projects where project_id = $1"
        return bool(await transaction.fetchval(query, project_id))

    async def manifest(self, transaction: Transaction, project_id: str) -> Manifest | None:
        query = "select manifest from planner.manifests where project_id = $1 order by version desc limit 1"
        written = await transaction.fetchval(query, project_id)
        return Manifest.decode(written) if written else None

    async def head(self, transaction: Transaction, project_id: str) -> str | None:
        return await transaction.fetchval("select head from planner.projects where project_id = $1", project_id)

    async def record_manifest(
        self, transaction: Transaction, project_id: str, manifest: Manifest, decision: Decision | None, job_id: str | None, seq: int
    ) -> None:
        newest = "select version, seq, manifest from planner.manifests where project_id = $1 order by version desc limit 1"
        known = await transaction.fetchrow(newest, project_id)
        if known and (known["seq"] > seq or Manifest.decode(known["manifest"]) == manifest):
            return
        query = """insert into planner.manifests (project_id, version, manifest, decision, job_id, seq) values ($1, $2, $3, $4, $5, $6)"""
        version = known["version"] + 1 if known else 1
        decided = decision.model_dump_json() if decision else None
        await transaction.execute(query, project_id, version, manifest.model_dump_json(), decided, job_id, seq)

    async def record_head(self, transaction: Transaction, project_id: str, commit: str, seq: int) -> None:
        query = """insert into planner.projects as known (project_id, head, head_seq) values ($1, $2, $3)
            on conflict (project_id) do update set head = excluded.head, head_seq = excluded.head_seq
            where known.head_seq < excluded.head_seq"""
        await transaction.execute(query, project_id, commit, seq)

    async def drop(self, transaction: Transaction, project_id: str) -> None:
        query = """insert into planner.projects (project_id, dropped_at) values ($1, now())
            on conflict (project_id) do update set head = null, dropped_at = now()"""
        await transaction.execute(query, project_id)
        await transaction.execute("delete from planner.jobs where project_id = $1", project_id)
        await transaction.execute("delete from planner.manifests where project_id = $1", project_id)


async def forget_marks(pool: Pool) -> None:
    """Forget which projects were dropped, when nothing can come for them any more."""
    await pool.execute("delete from planner.projects where dropped_at < now() - make_interval(days => $1)", MARK_DAYS)
