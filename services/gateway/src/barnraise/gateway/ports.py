"""What the gateway needs of the outside."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.events import Event
from barnraise.contracts.requests import Request
from barnraise.gateway.domain import records, views
from barnraise.gateway.domain.entries import Entry, Topic
from barnraise.gateway.domain.proxying import Headers
from barnraise.gateway.domain.records import Key, Overview, Reply, Report
from barnraise.gateway.domain.shares import Share


class Change(Protocol):
    """One transaction."""

    async def claim(self, key: Key) -> Reply | None:
        """Take the key for this transaction; the stored reply when there is one. Raises BarnraiseError ``idempotency_*``."""
        ...

    async def keep(self, key: Key, reply: Reply) -> None: ...
    async def add_project(self, project: records.Project) -> None: ...
    async def lock_project(self, project_id: str) -> records.Project | None:
        """The project, for this transaction alone, deleted or not."""
        ...

    async def save_project(self, project: records.Project) -> None: ...
    async def forget_project(self, project_id: str) -> None:
        """Remove what was said and found; the project and its jobs stay as tombstones."""
        ...

    async def add_job(self, job: records.Job) -> None:
        """The job, and what came with it."""
        ...

    async def lock_job(self, job_id: str) -> records.Job | None:
        """The job, for this transaction alone. Its project is locked first, here and everywhere, so that two transactions never wait for
        each other."""
        ...

    async def save_job(self, job: records.Job) -> None: ...
    async def active_jobs(self, project_id: str) -> int: ...
    async def add_message(self, message: records.Message) -> None:
        """Adding the same message twice keeps it once."""
        ...

    async def report(self, project_id: str, kind: str, seq: int, body: Report) -> None:
        """Replace the report unless the kept one is newer."""
        ...

    async def say(self, cause: str, messages: Sequence[Message]) -> None:
        """File messages to be announced once this is committed."""
        ...


class Records(Protocol):
    """What is kept. Deleted projects are not there, save where it says so. Lists are pages: at most ``limit``, beyond ``beyond``."""

    def begin(self) -> AbstractAsyncContextManager[Change]: ...
    def within(self, transaction: Transaction) -> Change: ...
    async def overview(self, project_id: str) -> Overview | None: ...
    async def overviews(self, limit: int, beyond: int | None) -> Sequence[Overview]: ...
    async def exists(self, project_id: str) -> bool: ...
    async def deleted(self) -> Sequence[str]: ...
    async def job(self, job_id: str) -> tuple[records.Job, bool] | None:
        """The job, and whether its project was deleted."""
        ...

    async def jobs(self, project_id: str, limit: int, beyond: int | None) -> Sequence[records.Job]: ...
    async def messages(self, project_id: str, limit: int, beyond: int | None) -> Sequence[records.Message]: ...
    async def report(self, project_id: str, kind: str) -> Report | None: ...
    async def replied(self, key: Key) -> Reply | None:
        """The stored reply to an earlier request with that key. Raises BarnraiseError ``idempotency_mismatch``."""
        ...

    async def reserve(self, key: Key, patience: float) -> Reply | None:
        """Take the key for work that is done outside of a transaction; another may take it over after ``patience`` seconds."""
        ...

    async def active(self, unheard_for: float) -> tuple[Mapping[str, int], int]:
        """Jobs that have not ended, by status; and how many of them the planner has not taken up for so many seconds."""
        ...

    async def settle(self, key: Key, reply: Reply | None) -> None:
        """Keep the reply, or give the key back."""
        ...

    async def unheard(self, older: float) -> Sequence[records.Job]:
        """Jobs, with what came with them, that the planner has not taken up for that many seconds; each is given out once in that time."""
        ...

    async def lingering(self, seconds: float) -> Sequence[str]:
        """Some of the projects that were deleted so long ago and have left traces."""
        ...

    async def bygone(self, days: int) -> Sequence[str]:
        """Some of the projects that were deleted so many days ago."""
        ...

    async def retire(self, project_id: str) -> None:
        """Remove the tombstones of a deleted project and its jobs: then nobody knows that it was ever there."""
        ...

    async def forget(self, project_id: str) -> None:
        """Remove what a deleted project has left: its name, links to it, stored replies that tell of it. It lingers no more."""
        ...

    async def prune(self) -> None:
        """Drop old keys, links and sessions."""
        ...


class Uploads(Protocol):
    """Where a document lies while it is read, and a file until it is imported."""

    async def put(self, key: str, data: bytes) -> None: ...
    async def get(self, key: str) -> bytes:
        """KeyError when it is not there."""
        ...

    async def delete(self, key: str) -> None:
        """Remove it if it is there."""
        ...


class Credentials(Protocol):
    """Hashes of sessions and links."""

    async def add_session(self, digest: bytes, expires_at: datetime) -> None: ...
    async def session(self, digest: bytes) -> datetime | None: ...
    async def add_link(self, digest: bytes, expires_at: datetime) -> None: ...
    async def use_link(self, digest: bytes) -> bool:
        """True the first time, while it has not expired."""
        ...

    async def use_once(self, digest: bytes) -> bool:
        """True the first time that this digest is seen at all."""
        ...


class Shares(Protocol):
    """Links that show a preview to others. Expired ones, and those of deleted projects, are not there."""

    async def secret(self) -> bytes:
        """What they are signed with: the same for ever."""
        ...

    async def add(self, share: Share) -> None: ...
    async def of_project(self, project_id: str) -> Sequence[Share]: ...
    async def of_label(self, label: str) -> Share | None: ...
    async def drop(self, project_id: str, share_id: str) -> bool:
        """False when there is no such one."""
        ...


class Bus(Protocol):
    """The other services. ``ask`` raises BarnraiseError."""

    async def announce(self, cause: str) -> None:
        """Publish what was filed under the cause; when that is not possible now, it happens later by itself."""
        ...

    async def publish(self, message: Any) -> None: ...
    async def tell(self, event: Event) -> bool:
        """Publish what is not worth failing for; whether it arrived."""
        ...

    async def ask(self, request: Request, *, timeout: float = 10.0) -> Any: ...
    async def presence(self) -> Mapping[str, bool]:
        """Which services take their messages now."""
        ...


class EventLog(Protocol):
    """The stream of events. Raises BarnraiseError ``unavailable``."""

    async def forget(self, project_id: str) -> None:
        """Remove the project's events; the others keep their numbers."""
        ...

    async def extent(self) -> tuple[int, int]:
        """The first and the last sequence number that the stream has (first = last + 1 when it is empty)."""
        ...

    async def read(self, topic: Topic, after: int, limit: int) -> Sequence[Entry]:
        """The topic's events behind a number, in order; fewer than ``limit`` only when there are no more."""
        ...


class Code(Protocol):
    """Projects' files and history. Raises BarnraiseError ``not_found`` and ``path_invalid``."""

    def clean(self, path: str) -> str: ...
    async def head(self, project_id: str) -> str | None: ...
    async def tree(self, project_id: str, revision: str | None) -> views.Tree: ...
    async def read(self, project_id: str, path: str, revision: str | None) -> tuple[str, str, bytes]:
        """Commit, blob, content."""
        ...

    async def commits(self, project_id: str, revision: str, limit: int) -> tuple[Sequence[views.Commit], str | None]: ...
    async def commit(self, project_id: str, revision: str) -> views.Commit: ...
    async def refs(self, project_id: str) -> Mapping[str, views.Commit]:
        """Branches and tags by their short names (``main``, ``tags/v1``), each with its commit."""
        ...

    async def bases(self, project_id: str) -> Mapping[str, str]:
        """Where branches have left ``main``, by their names; those that have nothing in common with it are not there."""
        ...

    async def blame(self, project_id: str, path: str, revision: str | None) -> views.Blame: ...
    async def diff(self, project_id: str, old: str | None, new: str | None) -> views.Diff: ...
    async def export(self, project_id: str, kind: str) -> bytes: ...


class GitServer(Protocol):
    """git's own protocol, and what a push brings."""

    async def advertise(self, project_id: str, protocol: str) -> bytes: ...
    async def refs(self, project_id: str) -> Mapping[str, str]: ...
    async def take(self, project_id: str, pack: bytes) -> str:
        """Checks a pushed pack against what the project has, stores it, and gives its name.

        Raises BarnraiseError ``invalid_request`` when it is damaged or lacks objects.
        """
        ...

    def upload_pack(self, project_id: str, protocol: str, request: bytes) -> AbstractAsyncContextManager[AsyncIterator[bytes]]: ...


class UpstreamSocket(Protocol):
    """A WebSocket to a preview. ``receive`` gives text, bytes, or None when it has closed (then ``close_code`` says how)."""

    @property
    def subprotocol(self) -> str | None: ...
    @property
    def close_code(self) -> int: ...
    async def receive(self) -> str | bytes | None: ...
    async def send(self, data: str | bytes) -> None: ...
    async def close(self, code: int) -> None: ...


@dataclass(frozen=True)
class UpstreamAnswer:
    status: int
    headers: Headers
    body: AsyncIterator[bytes]


class Refused(Exception):  # noqa: N818 - the preview does not take the connection
    """Nobody listens behind the endpoint, or it hung up before it answered."""


class Upstreams(Protocol):
    """Connections to previews' endpoints, as ``PreviewState`` names them. Raises Refused, TimeoutError."""

    def request(
        self, endpoint: str, method: str, target: str, headers: Headers, body: AsyncIterator[bytes] | None
    ) -> AbstractAsyncContextManager[UpstreamAnswer]: ...

    def connect(
        self, endpoint: str, target: str, headers: Headers, subprotocols: Iterable[str]
    ) -> AbstractAsyncContextManager[UpstreamSocket]: ...


class FanOutMeters(Protocol):
    def joined(self, count: int) -> None:
        """Clients that came (or, below zero, went)."""
        ...

    def sent(self, count: int) -> None: ...
    def cut(self, reason: str) -> None: ...
    def late(self, seconds: float) -> None:
        """How long after its publication an event was handed to those who wait for it."""
        ...

    def backlog(self, bytes_waiting: Callable[[], int]) -> None:
        """Whom to ask how much waits to be sent."""
        ...


class JobMeters(Protocol):
    def first_event(self, seconds: float) -> None:
        """After the submission, the planner's first event of a job is here."""
        ...

    def began(self, seconds: float) -> None:
        """After the submission, a job begins."""
        ...

    def jobs(self, active: Mapping[str, int], orphans: int) -> None:
        """How many have not ended, by status, and how many of them nobody has taken up for too long."""
        ...
