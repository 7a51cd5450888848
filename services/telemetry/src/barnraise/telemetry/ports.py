"""What telemetry needs of the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import JobEnded, StepEnded
from barnraise.contracts.requests import Span, Statistics
from barnraise.telemetry.domain.dead import DeadLetter


@dataclass(frozen=True)
class Queue:
    """A durable consumer's figures at one moment."""

    stream: str
    consumer: str
    pending: int
    ack_pending: int
    redelivered: int
    waiting: int


@dataclass(frozen=True)
class Stream:
    """A stream's size at one moment."""

    name: str
    messages: int
    bytes: int


class Records(Protocol):
    """What is kept. Adding the same thing twice keeps it once."""

    async def add_step(self, transaction: Transaction, event: StepEnded) -> None: ...
    async def add_job(self, transaction: Transaction, event: JobEnded) -> None: ...
    async def add_spans(self, spans: Sequence[Span]) -> None: ...
    async def add_dead(self, letter: DeadLetter) -> None: ...
    async def spans(self, trace_id: str) -> Sequence[Span]: ...
    async def statistics(self, project_id: str | None) -> Statistics: ...
    async def drop_spans(self, older_than_days: int) -> None: ...


class Bus(Protocol):
    async def streams(self) -> Sequence[Stream]: ...
    async def queues(self) -> Sequence[Queue]: ...


class Meters(Protocol):
    """What is exported."""

    def step(self, event: StepEnded) -> None: ...
    def job(self, event: JobEnded) -> None: ...
    def dead(self, letter: DeadLetter) -> None: ...
    def streams(self, streams: Sequence[Stream]) -> None: ...
    def queues(self, queues: Sequence[Queue]) -> None: ...
