"""What operators see: who works, what waits, what has died, who spends. Heartbeats travel as plain ``Worker`` messages on ``workers``."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from barnraise.contracts.base import Contract, Id

HEARTBEAT_SECONDS = 10.0
PRESENT_SECONDS = 30.0
"""A worker that has said nothing for so long is not there: three heartbeats."""


class Worker(Contract):
    """A process of a service says that it lives, every ``HEARTBEAT_SECONDS``; ``leaving`` when it ends in order."""

    service: Annotated[str, Field(max_length=40)]
    instance: Annotated[str, Field(max_length=80)]
    host: Annotated[str, Field(max_length=255)]
    pid: Annotated[int, Field(ge=0)]
    version: Annotated[str, Field(max_length=40)]
    since: datetime
    leaving: bool = False


class ServiceState(Contract):
    """``heard``: seconds since any of its workers spoke; None when none ever did, as far as is known."""

    service: str
    workers: Annotated[int, Field(ge=0)]
    heard: float | None = None


class QueueState(Contract):
    """A durable consumer. ``service`` works on it. ``oldest``: seconds that its oldest message has waited, None when nothing waits.
    ``asking``: workers that wait for a message of it now."""

    stream: str
    consumer: str
    service: str
    pending: int
    ack_pending: int
    redelivered: int
    asking: int
    oldest: float | None = None


class DeadLetterState(Contract):
    """A message that left its queue unhandled. ``id`` is what a replay asks for."""

    id: Annotated[str, Field(max_length=300)]
    stream: str
    consumer: str
    cause: str
    deliveries: int
    at: datetime
    replayed_at: datetime | None = None


class BusState(Contract):
    """``trouble``: what an operator should know first, in sentences; nothing when all is well."""

    services: tuple[ServiceState, ...]
    queues: tuple[QueueState, ...]
    dead: tuple[DeadLetterState, ...]
    trouble: tuple[str, ...] = ()


class Replayed(Contract):
    """The message is in its queue again."""

    id: str
    at: datetime


class Spender(Contract):
    """What a project's calls of models came to in the time that was asked for. ``cost`` in US dollars, where prices are known."""

    project_id: Id
    calls: int
    tokens: int
    cost: Decimal


class Spenders(Contract):
    """The most expensive first."""

    spenders: tuple[Spender, ...]
