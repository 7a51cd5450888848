"""Projects, jobs and messages."""

import asyncio
import copy
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.base import Message
from barnraise.gateway.domain import records
from barnraise.gateway.domain.records import Key, Overview, Reply, Report


@dataclass
class Tables:
    projects: dict[str, records.Project] = field(default_factory=dict)
    jobs: dict[str, records.Job] = field(default_factory=dict)
    messages: dict[str, records.Message] = field(default_factory=dict)
    reports: dict[tuple[str, str], tuple[int, Report]] = field(default_factory=dict)
    keys: dict[str, tuple[bytes, Reply | None]] = field(default_factory=dict)
    outbox: dict[str, list[Message]] = field(default_factory=dict)
    ordinals: int = 0


class MemoryChange:
    def __init__(self, tables: Tables, flying: set[str]) -> None:
        self.tables = tables
        self._flying = flying
        self.claimed: list[str] = []

    async def claim(self, key: Key) -> Reply | None:
        if key.key in self._flying:
            raise BarnraiseError("idempotency_in_flight", "The first request is still at work.", "Repeat it in a moment.", retryable=True)
        fingerprint, reply = self.tables.keys.get(key.key, (key.fingerprint, None))
        if fingerprint != key.fingerprint:
            raise BarnraiseError("idempotency_mismatch", "This key came with another request before.", "Use a new key.")
        if reply is None:
            self._flying.add(key.key)
            self.claimed.append(key.key)
        return replace(reply, replayed=True) if reply else None

    async def keep(self, key: Key, reply: Reply) -> None:
        self.tables.keys[key.key] = (key.fingerprint, reply)

    async def add_project(self, project: records.Project) -> None:
        self.tables.projects[project.id] = replace(project, ordinal=self._ordinal())

    async def lock_project(self, project_id: str) -> records.Project | None:
        return self.tables.projects.get(project_id)

    async def save_project(self, project: records.Project) -> None:
        self.tables.projects[project.id] = replace(project, ordinal=self.tables.projects[project.id].ordinal)

    async def forget_project(self, project_id: str) -> None:
        self.tables.messages = {key: item for key, item in self.tables.messages.items() if item.project_id != project_id}
        self.tables.reports = {key: item for key, item in self.tables.reports.items() if key[0] != project_id}
        for job in [job for job in self.tables.jobs.values() if job.project_id == project_id]:
            self.tables.jobs[job.id] = replace(job, text="", name=None, heard=True, facts={"status": [0, {"status": "cancelled"}]})

    async def add_job(self, job: records.Job) -> None:
        self.tables.jobs[job.id] = replace(job, ordinal=self._ordinal(), ahead=0)

    async def lock_job(self, job_id: str) -> records.Job | None:
        return self.tables.jobs.get(job_id)

    async def save_job(self, job: records.Job) -> None:
        self.tables.jobs[job.id] = job

    async def active_jobs(self, project_id: str) -> int:
        return sum(job.active for job in self.tables.jobs.values() if job.project_id == project_id)

    async def add_message(self, message: records.Message) -> None:
        self.tables.messages.setdefault(message.id, replace(message, ordinal=self._ordinal()))

    async def report(self, project_id: str, kind: str, seq: int, body: Report) -> None:
        if self.tables.reports.get((project_id, kind), (-1, {}))[0] < seq:
            self.tables.reports[project_id, kind] = (seq, body)

    async def say(self, cause: str, messages: Sequence[Message]) -> None:
        self.tables.outbox.setdefault(cause, []).extend(messages)

    def _ordinal(self) -> int:
        self.tables.ordinals += 1
        return self.tables.ordinals


class MemoryRecords:
    def __init__(self) -> None:
        self.tables = Tables()
        self._lock = asyncio.Lock()
        self._flying: set[str] = set()
        self._sessions: dict[bytes, datetime] = {}
        self._links: dict[bytes, datetime] = {}
        self._used: set[bytes] = set()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryChange]:
        async with self._lock:
            change = MemoryChange(copy.copy(self.tables), self._flying)
            for name, table in vars(self.tables).items():
                setattr(change.tables, name, copy.copy(table))
            try:
                yield change
                self.tables = change.tables
            finally:
                self._flying.difference_update(change.claimed)

    def within(self, transaction: Transaction) -> MemoryChange:
        return MemoryChange(self.tables, self._flying)

    async def overview(self, project_id: str) -> Overview | None:
        project = self.tables.projects.get(project_id)
        return self._overview(project) if project and project.deleted_at is None else None

    async def overviews(self, limit: int, beyond: int | None) -> list[Overview]:
        found = [p for p in self.tables.projects.values() if p.deleted_at is None and (beyond is None or p.ordinal < beyond)]
        return [self._overview(project) for project in sorted(found, key=lambda p: -p.ordinal)[:limit]]

    async def exists(self, project_id: str) -> bool:
        return await self.overview(project_id) is not None

    async def deleted(self) -> list[str]:
        return [project.id for project in self.tables.projects.values() if project.deleted_at]

    async def job(self, job_id: str) -> tuple[records.Job, bool] | None:
        job = self.tables.jobs.get(job_id)
        return (self._counted(job), self.tables.projects[job.project_id].deleted_at is not None) if job else None

    async def jobs(self, project_id: str, limit: int, beyond: int | None) -> list[records.Job]:
        found = [job for job in self.tables.jobs.values() if job.project_id == project_id and (beyond is None or job.ordinal < beyond)]
        return [self._counted(job) for job in sorted(found, key=lambda job: -job.ordinal)[:limit]]

    async def messages(self, project_id: str, limit: int, beyond: int | None) -> list[records.Message]:
        found = [message for message in self.tables.messages.values() if message.project_id == project_id]
        return sorted((m for m in found if m.ordinal > (beyond or 0)), key=lambda m: m.ordinal)[:limit]

    async def report(self, project_id: str, kind: str) -> Report | None:
        return self.tables.reports.get((project_id, kind), (0, None))[1]

    async def replied(self, key: Key) -> Reply | None:
        return await MemoryChange(self.tables, set()).claim(key)

    async def reserve(self, key: Key, patience: float) -> Reply | None:
        return await MemoryChange(self.tables, self._flying).claim(key)

    async def settle(self, key: Key, reply: Reply | None) -> None:
        self._flying.discard(key.key)
        if reply:
            self.tables.keys[key.key] = (key.fingerprint, reply)

    async def active(self, unheard_for: float) -> tuple[dict[str, int], int]:
        waiting = [job for job in self.tables.jobs.values() if job.active]
        return dict(Counter(job.status for job in waiting)), sum(not job.heard for job in waiting)

    async def unheard(self, older: float) -> list[records.Job]:
        return [job for job in self.tables.jobs.values() if not job.heard and job.active]

    async def lingering(self, seconds: float) -> list[str]:
        since = now() - timedelta(seconds=seconds)
        known = self.tables.projects.values()
        return [project.id for project in known if project.name and project.deleted_at and project.deleted_at < since]

    async def forget(self, project_id: str) -> None:
        self.tables.projects[project_id] = replace(self.tables.projects[project_id], name="")

    async def bygone(self, days: int) -> list[str]:
        since = now() - timedelta(days=days)
        known = self.tables.projects.values()
        return [project.id for project in known if not project.name and project.deleted_at and project.deleted_at < since]

    async def retire(self, project_id: str) -> None:
        self.tables.jobs = {key: job for key, job in self.tables.jobs.items() if job.project_id != project_id}
        del self.tables.projects[project_id]

    async def prune(self) -> None:
        return

    async def add_session(self, digest: bytes, expires_at: datetime) -> None:
        self._sessions[digest] = expires_at

    async def session(self, digest: bytes) -> datetime | None:
        return self._sessions.get(digest)

    async def add_link(self, digest: bytes, expires_at: datetime) -> None:
        self._links.setdefault(digest, expires_at)

    async def use_link(self, digest: bytes) -> bool:
        expires = self._links.get(digest)
        return expires is not None and expires > now() and await self.use_once(digest)

    async def use_once(self, digest: bytes) -> bool:
        first = digest not in self._used
        self._used.add(digest)
        return first

    def _overview(self, project: records.Project) -> Overview:
        own = [job for job in self.tables.jobs.values() if job.project_id == project.id]
        shown = max(own, key=lambda job: (job.status == "running", job.ordinal), default=None)
        return Overview(project, self._counted(shown) if shown else None, any(job.active for job in own))

    def _counted(self, job: records.Job) -> records.Job:
        before = [other for other in self.tables.jobs.values() if other.project_id == job.project_id and other.ordinal < job.ordinal]
        return replace(job, ahead=sum(other.active for other in before) if job.active else 0)
