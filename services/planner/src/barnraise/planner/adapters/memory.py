"""Jobs and projects in memory, for tests and tools: no transaction, no lock, the same answers."""

from collections.abc import Sequence
from datetime import datetime

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import Decision
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.conductor import Signal
from barnraise.planner.domain.job import Job
from barnraise.planner.ports import Waiting


class MemoryJobs:
    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.journals: dict[str, list[tuple[Signal, datetime]]] = {}

    async def lock(self, transaction: Transaction, project_id: str) -> None:
        return None

    async def get(self, transaction: Transaction, job_id: str) -> Job | None:
        return self.jobs.get(job_id)

    async def save(self, transaction: Transaction, job: Job, signal: Signal, at: datetime) -> None:
        self.jobs[job.id] = job
        self.journals.setdefault(job.id, []).append((signal, at))

    async def journal(self, transaction: Transaction, job_id: str) -> Sequence[tuple[Signal, datetime]]:
        return list(self.journals.get(job_id, ()))

    async def running(self, transaction: Transaction, project_id: str) -> Job | None:
        return next((job for job in self._of(project_id) if job.status == "running"), None)

    async def queued(self, transaction: Transaction, project_id: str) -> Sequence[Job]:
        return sorted((job for job in self._of(project_id) if job.status == "queued"), key=lambda job: job.position)

    async def recent(self, transaction: Transaction, project_id: str, most: int) -> Sequence[Job]:
        ended = [job for job in self._of(project_id) if job.ended and job.action == "message"]
        return sorted(ended, key=lambda job: job.position)[-most:]

    async def stalled(self, transaction: Transaction, now: datetime) -> Sequence[Waiting]:
        busy = {job.project_id for job in self.jobs.values() if job.status == "running"}
        late = [job for job in self.jobs.values() if job.status == "running" and job.deadline and job.deadline <= now]
        waiting = [job for job in self.jobs.values() if job.status == "queued" and job.project_id not in busy]
        return [(job.project_id, job.id) for job in late + waiting]

    def forget(self, project_id: str) -> None:
        for job in self._of(project_id):
            del self.jobs[job.id]
            self.journals.pop(job.id)

    def _of(self, project_id: str) -> list[Job]:
        return [job for job in self.jobs.values() if job.project_id == project_id]


class MemoryProjects:
    def __init__(self, jobs: MemoryJobs) -> None:
        self._jobs = jobs
        self._gone: set[str] = set()
        self._manifests: dict[str, list[tuple[int, Manifest, Decision | None]]] = {}
        self._heads: dict[str, tuple[int, str]] = {}

    async def dropped(self, transaction: Transaction, project_id: str) -> bool:
        return project_id in self._gone

    async def manifest(self, transaction: Transaction, project_id: str) -> Manifest | None:
        versions = self._manifests.get(project_id)
        return versions[-1][1] if versions else None

    async def head(self, transaction: Transaction, project_id: str) -> str | None:
        return self._heads.get(project_id, (0, None))[1]

    async def record_manifest(
        self, transaction: Transaction, project_id: str, manifest: Manifest, decision: Decision | None, job_id: str | None, seq: int
    ) -> None:
        versions = self._manifests.setdefault(project_id, [])
        if not versions or (versions[-1][0] <= seq and versions[-1][1] != manifest):
            versions.append((seq, manifest, decision))

    async def record_head(self, transaction: Transaction, project_id: str, commit: str, seq: int) -> None:
        if seq > self._heads.get(project_id, (-1, ""))[0]:
            self._heads[project_id] = (seq, commit)

    async def drop(self, transaction: Transaction, project_id: str) -> None:
        self._gone.add(project_id)
        self._manifests.pop(project_id, None)
        self._heads.pop(project_id, None)
        self._jobs.forget(project_id)
