"""Jobs and plans in PostgreSQL."""

import json
from datetime import datetime

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import Decision
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.job import Job


class PostgresJobs:
    async def lock(self, transaction: Transaction, project_id: str) -> None:
        await transaction.execute("select pg_advisory_xact_lock(hashtextextended('planner:' || $1, 0))", project_id)

    async def get(self, transaction: Transaction, job_id: str) -> Job | None:
        return _job(await transaction.fetchval("select state from planner.jobs where id = $1", job_id))

    async def save(self, transaction: Transaction, job: Job) -> None:
        query = """insert into planner.jobs (id, project_id, position, status, state) values ($1, $2, $3, $4, $5)
            on conflict (id) do update set status = excluded.status, state = excluded.state, updated_at = now()"""
        await transaction.execute(query, job.id, job.project_id, job.position, job.status, job.model_dump_json())

    async def journal(self, transaction: Transaction, job_id: str, kind: str, message: str) -> None:
        await transaction.execute("insert into planner.job_events (job_id, kind, message) values ($1, $2, $3)", job_id, kind, message)

    async def active(self, transaction: Transaction, project_id: str) -> Job | None:
        return _job(await transaction.fetchval("select state from planner.jobs where project_id = $1 and status = 'running'", project_id))

    async def queued(self, transaction: Transaction, project_id: str) -> list[Job]:
        query = "select state from planner.jobs where project_id = $1 and status = 'queued' order by position, id"
        return [Job.model_validate_json(row["state"]) for row in await transaction.fetch(query, project_id)]

    async def dropped(self, transaction: Transaction, project_id: str) -> bool:
        return bool(await transaction.fetchval("select 1 from planner.dropped where project_id = $1", project_id))

    async def drop(self, transaction: Transaction, project_id: str) -> None:
        await transaction.execute("insert into planner.dropped (project_id) values ($1) on conflict do nothing", project_id)
        query = "delete from planner.job_events where job_id in (select id from planner.jobs where project_id = $1)"
        await transaction.execute(query, project_id)
        await transaction.execute("delete from planner.jobs where project_id = $1", project_id)
        await transaction.execute("delete from planner.manifests where project_id = $1", project_id)

    async def running(self, transaction: Transaction) -> list[Job]:
        rows = await transaction.fetch("select state from planner.jobs where status = 'running' limit 500")
        return [Job.model_validate_json(row["state"]) for row in rows]


class PostgresPlans:
    async def current(self, transaction: Transaction, project_id: str) -> tuple[Manifest | None, str | None]:
        query = "select manifest, commit from planner.manifests where project_id = $1 order by version desc limit 1"
        row = await transaction.fetchrow(query, project_id)
        if row is None:
            return None, None
        return (Manifest.model_validate_json(row["manifest"]) if row["manifest"] else None), row["commit"]

    async def record(
        self, transaction: Transaction, project_id: str, manifest: Manifest | None, commit: str, decision: Decision | None, at: datetime
    ) -> None:
        query = """insert into planner.manifests (project_id, version, manifest, commit, decision, at)
            select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 from planner.manifests where project_id = $1"""
        written = manifest.model_dump_json() if manifest else None
        decided = decision.model_dump_json() if decision else None
        await transaction.execute(query, project_id, written, commit, decided, at)


def _job(state: str | None) -> Job | None:
    return None if state is None else Job.model_validate(json.loads(state))
