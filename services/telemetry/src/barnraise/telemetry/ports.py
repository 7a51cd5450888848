"""What telemetry needs of the outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import JobEnded, StepEnded
from barnraise.contracts.operations import ServiceState
from barnraise.contracts.requests import Span, Statistics
from barnraise.telemetry.domain.dead import DeadLetter, Kept
from barnraise.telemetry.domain.figures import Sample


@dataclass(frozen=True)
class Queue:
    """A durable consumer's figures at one moment."""

    stream: str
    consumer: str
    service: str
    pending: int
    ack_pending: int
    redelivered: int
    waiting: int
    oldest: float | None = None


@dataclass(frozen=True)
class Buried:
    """A dead message as it was sent."""

    subject: str
    data: bytes
    headers: Mapping[str, str]


class Records(Protocol):
    """What is kept. Adding the same thing twice keeps it once."""

    async def add_step(self, transaction: Transaction, event: StepEnded) -> None: ...
    async def add_job(self, transaction: Transaction, event: JobEnded) -> None: ...
    async def forget(self, transaction: Transaction, project_id: str) -> None: ...
    async def old_dead(self, days: int) -> Sequence[DeadLetter]: ...
    async def tidy(self, days: int) -> None:
        """Forget which projects were deleted so long ago, and dead letters as old as that."""
        ...

    async def add_spans(self, spans: Sequence[Span]) -> None: ...
    async def add_dead(self, letter: DeadLetter) -> None: ...
    async def dead(self, limit: int) -> Sequence[Kept]:
        """Dead letters, those first that nobody has dealt with, then the newest."""
        ...

    async def letter(self, stream: str, consumer: str, sequence: int) -> Kept | None: ...
    async def open_dead(self) -> Mapping[tuple[str, str], int]:
        """How many nobody has dealt with, by stream and consumer."""
        ...

    async def replayed(self, stream: str, consumer: str, sequence: int) -> datetime:
        """Note that it was replayed; when it first was."""
        ...

    async def spans(self, trace_id: str) -> Sequence[Span]: ...
    async def statistics(self, project_id: str | None) -> Statistics: ...
    async def drop_spans(self, older_than_days: int) -> None: ...


class Bus(Protocol):
    async def queues(self) -> Sequence[Queue]: ...
    async def message(self, stream: str, sequence: int) -> Buried | None: ...
    async def take_away(self, sequence: int) -> None:
        """Remove a command that nobody is given any more."""
        ...

    async def bring_back(self, sequence: int, message: Buried, id: str) -> None:
        """Put a command back into its queue, once for that id."""
        ...


class Exporter(Protocol):
    """Something whose own figures are passed on."""

    async def look(self) -> Sequence[Sample]: ...


class Meters(Protocol):
    """What is exported."""

    def step(self, event: StepEnded) -> None: ...
    def job(self, event: JobEnded) -> None: ...
    def dead(self, letter: DeadLetter) -> None: ...
    def open_dead(self, counts: Mapping[tuple[str, str], int]) -> None: ...
    def queues(self, queues: Sequence[Queue]) -> None: ...
    def services(self, services: Sequence[ServiceState]) -> None: ...
    def samples(self, samples: Sequence[Sample]) -> None: ...
