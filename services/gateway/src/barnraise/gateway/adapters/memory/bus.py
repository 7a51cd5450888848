"""The bus, its stream of events, and figures."""

from collections.abc import Callable, Mapping
from typing import Any

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.base import Message
from barnraise.contracts.requests import Request
from barnraise.contracts.subjects import subject_of
from barnraise.gateway.adapters.memory.records import MemoryRecords
from barnraise.gateway.domain.entries import Entry, Topic


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
