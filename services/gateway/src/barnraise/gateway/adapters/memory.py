"""Everything outside, in memory: for tests and for trying things out. The same promises, none of the durability."""

import asyncio
import copy
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.requests import Request
from barnraise.contracts.subjects import subject_of
from barnraise.gateway.domain import records, views
from barnraise.gateway.domain.entries import Entry, Topic
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


class MemoryUploads:
    """``ever`` names all that was stored at any time."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.ever: list[str] = []

    async def put(self, key: str, data: bytes) -> None:
        self.objects[key] = data
        self.ever.append(key)

    async def get(self, key: str) -> bytes:
        return self.objects[key]

    async def delete(self, key: str) -> None:
        self.objects.pop(key, None)


class MemoryBus:
    """Keeps what was announced; answers requests by functions that a test puts in ``answers``."""

    def __init__(self, kept: MemoryRecords) -> None:
        self._records = kept
        self.announced: list[Message] = []
        self.asked: list[Request] = []
        self.answers: dict[type[Request], Callable[[Any], Any]] = {}
        self.present: dict[str, bool] = {}
        self.deaf = False

    async def announce(self, cause: str) -> None:
        self.announced += self._records.tables.outbox.pop(cause, [])

    async def publish(self, message: Any) -> None:
        self.announced.append(message)

    async def tell(self, event: Any) -> bool:
        if not self.deaf:
            self.announced.append(event)
        return not self.deaf

    async def ask(self, request: Request, *, timeout: float = 10.0) -> Any:
        self.asked.append(request)
        if type(request) not in self.answers:
            raise BarnraiseError("unavailable", f"The {request.owner} service did not answer.", "Try again.", retryable=True)
        return self.answers[type(request)](request)

    async def presence(self) -> Mapping[str, bool]:
        return self.present


class MemoryLog:
    """The stream as a list. ``first`` is moved by a test that trims it."""

    def __init__(self) -> None:
        self.first = 1
        self.entries: list[Entry] = []

    def add(self, message: Message, seq: int | None = None) -> Entry:
        """The message as an event with the next number."""
        entry = Entry(seq or (self.entries[-1].seq + 1 if self.entries else 1), subject_of(message), message.encode())
        self.entries.append(entry)
        return entry

    async def forget(self, project_id: str) -> None:
        self.entries = [entry for entry in self.entries if entry.project != project_id]

    async def extent(self) -> tuple[int, int]:
        last = self.entries[-1].seq if self.entries else self.first - 1
        return self.first, last

    async def read(self, topic: Topic, after: int, limit: int) -> list[Entry]:
        found = [entry for entry in self.entries if entry.seq > max(after, self.first - 1) and topic in (None, entry.project)]
        return found[:limit]


class MemoryMeters:
    """Counts."""

    def __init__(self) -> None:
        self.clients = 0
        self.delivered = 0
        self.reasons: list[str] = []
        self.requests: list[tuple[str, str, int]] = []
        self.lags: list[float] = []
        self.first: list[float] = []
        self.waited: list[float] = []
        self.active: dict[str, int] = {}
        self.orphans = 0
        self.waiting: Callable[[], int] = int

    def joined(self, count: int) -> None:
        self.clients += count

    def sent(self, count: int) -> None:
        self.delivered += count

    def cut(self, reason: str) -> None:
        self.reasons.append(reason)

    def request(self, route: str, method: str, code: int, seconds: float, trace_id: str | None = None) -> None:
        self.requests.append((route, method, code))

    def late(self, seconds: float) -> None:
        self.lags.append(seconds)

    def backlog(self, bytes_waiting: Callable[[], int]) -> None:
        self.waiting = bytes_waiting

    def first_event(self, seconds: float) -> None:
        self.first.append(seconds)

    def began(self, seconds: float) -> None:
        self.waited.append(seconds)

    def jobs(self, active: Mapping[str, int], orphans: int) -> None:
        self.active, self.orphans = dict(active), orphans


class MemoryCode:
    """Projects' files: commits in a list, each a whole tree. ``put`` adds one."""

    def __init__(self) -> None:
        self.history: dict[str, list[tuple[str, dict[str, bytes]]]] = {}
        self.named: dict[str, str] = {}

    def put(self, project_id: str, files: dict[str, bytes]) -> str:
        commits = self.history.setdefault(project_id, [])
        identity = hashlib.sha1(f"{project_id}{len(commits)}".encode(), usedforsecurity=False).hexdigest()
        commits.append((identity, files))
        return identity

    def clean(self, path: str) -> str:
        if not path or path.startswith("/") or ".." in path.split("/") or not path.isprintable():
            raise BarnraiseError("path_invalid", "The path cannot be used.", "Use a relative path.")
        return path

    async def head(self, project_id: str) -> str | None:
        return self.history[project_id][-1][0] if project_id in self.history else None

    async def tree(self, project_id: str, revision: str | None) -> views.Tree:
        if revision is None and project_id not in self.history:
            return views.Tree(commit=None, items=())
        commit, files = self._at(project_id, revision)
        items = tuple(views.FileEntry(path=path, size=len(data), blob=_blob(data)) for path, data in sorted(files.items()))
        return views.Tree(commit=commit, items=items)

    async def read(self, project_id: str, path: str, revision: str | None) -> tuple[str, str, bytes]:
        commit, files = self._at(project_id, revision)
        if self.clean(path) not in files:
            raise BarnraiseError("not_found", "There is no such file.", "List the files.")
        return commit, _blob(files[path]), files[path]

    async def commits(self, project_id: str, revision: str, limit: int) -> tuple[list[views.Commit], str | None]:
        identities = [identity for identity, _ in self.history[project_id]]
        last = identities.index(self._at(project_id, revision)[0])
        page = [self._commit(identities, index) for index in range(last, max(-1, last - limit), -1)]
        return page, identities[last - limit] if last >= limit else None

    async def commit(self, project_id: str, revision: str) -> views.Commit:
        identities = [identity for identity, _ in self.history.get(project_id, [])]
        return self._commit(identities, identities.index(self._at(project_id, revision)[0]))

    async def refs(self, project_id: str) -> dict[str, views.Commit]:
        return {name: await self.commit(project_id, oid) for name, oid in self.named.items()}

    async def bases(self, project_id: str) -> dict[str, str]:
        return dict.fromkeys(self.named, self.history[project_id][0][0])

    async def blame(self, project_id: str, path: str, revision: str | None) -> views.Blame:
        commit, _, data = await self.read(project_id, path, revision)
        told = await self.commit(project_id, commit)
        lines = views.Lines(line=1, count=data.count(b"\n"), **told.model_dump(exclude={"parents", "tags"}))
        return views.Blame(path=path, commit=commit, items=(lines,))

    async def diff(self, project_id: str, old: str | None, new: str | None) -> views.Diff:
        commit, _ = self._at(project_id, new)
        return views.Diff(from_=self._at(project_id, old)[0] if old else None, to=commit, files=())

    async def export(self, project_id: str, kind: str) -> bytes:
        return f"{kind} of {self._at(project_id, None)[0]}".encode()

    def _at(self, project_id: str, revision: str | None) -> tuple[str, dict[str, bytes]]:
        for identity, files in reversed(self.history.get(project_id, [])):
            if revision in (None, "main", identity):
                return identity, files
        raise BarnraiseError("not_found", "There is no such revision.", "Look at the log.")

    def _commit(self, identities: list[str], index: int) -> views.Commit:
        parents = (identities[index - 1],) if index else ()
        texts: dict[str, Any] = {"summary": f"Commit {index}", "origin": "compile", "author": "Barnraise", "job_id": None, "step_id": None}
        return views.Commit(commit=identities[index], parents=parents, at=now(), **texts)


class MemoryGit:
    async def advertise(self, project_id: str, protocol: str) -> bytes:
        return f"refs of {project_id} {protocol}".encode()

    @asynccontextmanager
    async def upload_pack(self, project_id: str, protocol: str, request: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        async def echo() -> AsyncIterator[bytes]:
            yield request

        yield echo()


def _blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
