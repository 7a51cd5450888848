"""Telemetry's use cases: keep what happened, count it, and answer questions about it."""

from collections.abc import Sequence

from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.events import Event, JobEnded, StepEnded
from barnraise.contracts.requests import GetStatistics, GetTrace, Statistics, Trace
from barnraise.telemetry.domain.dead import read_advisory
from barnraise.telemetry.ports import Bus, Meters, Records

ANY = "any"


class Telemetry:
    def __init__(self, records: Records, bus: Bus, meters: Meters, span_days: int) -> None:
        self._records = records
        self._bus = bus
        self._meters = meters
        self._span_days = span_days

    async def record(self, event: Event) -> Outcome:
        """Keep the ends of steps and jobs; a repeated event changes nothing."""

        async def keep(transaction: Transaction) -> Sequence[Message]:
            if isinstance(event, StepEnded):
                await self._records.add_step(transaction, event)
                self._meters.step(event)
            elif isinstance(event, JobEnded):
                await self._records.add_job(transaction, event)
                self._meters.job(event)
            return ()

        return Outcome(effect=keep)

    async def keep_spans(self, data: bytes) -> None:
        """A batch of spans as a service sent it. ValidationError when it is none."""
        await self._records.add_spans(Trace.model_validate_json(data).spans)

    async def bury(self, advisory: bytes) -> None:
        """Keep a dead letter for the operator. ValueError for what is none."""
        letter = read_advisory(advisory)
        await self._records.add_dead(letter)
        self._meters.dead(letter)

    async def measure(self) -> None:
        """Look at the bus, and drop spans that are too old."""
        self._meters.streams(await self._bus.streams())
        self._meters.queues(await self._bus.queues())
        await self._records.drop_spans(self._span_days)

    async def statistics(self, question: GetStatistics) -> Statistics:
        return await self._records.statistics(None if question.project_id == ANY else question.project_id)

    async def trace(self, question: GetTrace) -> Trace:
        return Trace(spans=tuple(await self._records.spans(question.trace_id)))
