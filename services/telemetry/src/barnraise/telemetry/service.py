"""Telemetry's use cases: keep what happened, count it, and answer questions about it."""

from collections.abc import Callable, Sequence

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.ledger import MARK_DAYS
from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.events import Event, JobEnded, ProjectDeleted, StepEnded
from barnraise.contracts.operations import BusState, DeadLetterState, QueueState, Replayed, Worker
from barnraise.contracts.requests import GetStatistics, GetTrace, Statistics, Trace
from barnraise.contracts.subjects import COMMAND_STREAM
from barnraise.telemetry.domain.dead import Kept, read_advisory, read_id
from barnraise.telemetry.domain.presence import Roster, trouble
from barnraise.telemetry.ports import Bus, Exporter, Meters, Queue, Records

ANY = "any"
DEAD_SHOWN = 100


class Telemetry:
    """``clock``: seconds, for how long ago something was heard. ``exporters``: whose own figures are passed on."""

    def __init__(
        self, records: Records, bus: Bus, meters: Meters, span_days: int, clock: Callable[[], float], exporters: Sequence[Exporter] = ()
    ) -> None:
        self._records = records
        self._bus = bus
        self._meters = meters
        self._span_days = span_days
        self._clock = clock
        self._exporters = exporters
        self._roster = Roster(clock())

    async def record(self, event: Event) -> Outcome:
        """Keep the ends of steps and jobs, until their project is deleted; a repeated event changes nothing."""

        async def keep(transaction: Transaction) -> Sequence[Message]:
            if isinstance(event, StepEnded):
                await self._records.add_step(transaction, event)
                self._meters.step(event)
            elif isinstance(event, JobEnded):
                await self._records.add_job(transaction, event)
                self._meters.job(event)
            elif isinstance(event, ProjectDeleted):
                await self._records.forget(transaction, event.project_id)
            return ()

        return Outcome(effect=keep)

    async def keep_spans(self, data: bytes) -> None:
        """A batch of spans as a service sent it. ValidationError when it is none."""
        await self._records.add_spans(Trace.decode(data).spans)

    async def bury(self, advisory: bytes) -> None:
        """Keep a dead letter for the operator. ValueError for what is none."""
        letter = read_advisory(advisory)
        await self._records.add_dead(letter)
        self._meters.dead(letter)

    async def measure(self) -> None:
        """Look at the bus and the servers, and drop spans that are too old."""
        self._meters.services(self._roster.services(self._clock()))
        for exporter in self._exporters:
            self._meters.samples(await exporter.look())
        self._meters.queues(await self._bus.queues())
        self._meters.open_dead(await self._records.open_dead())
        await self._records.drop_spans(self._span_days)

    def hear(self, worker: Worker) -> None:
        """A process of a service lives, or takes its leave."""
        self._roster.hear(worker, self._clock())

    async def bus(self) -> BusState:
        """Who works, what waits, what has died, and what of it is trouble."""
        now = self._clock()
        services, dead = self._roster.services(now), await self._records.dead(DEAD_SHOWN)
        queues = tuple(_shown(queue) for queue in await self._bus.queues())
        still = sum((await self._records.open_dead()).values())
        said = trouble(services, queues, still, settled=self._roster.is_settled(now))
        return BusState(services=tuple(services), queues=queues, dead=tuple(map(_told, dead)), trouble=tuple(said))

    async def replay(self, id: str) -> Replayed:
        """Put a dead command back into its queue; once, however often it is asked for."""
        try:
            stream, consumer, sequence = read_id(id)
        except ValueError as error:
            raise BarnraiseError("not_found", "There is no such dead letter.", "`barnraise dead` lists them.") from error
        kept = await self._records.letter(stream, consumer, sequence)
        if kept is None:
            raise BarnraiseError("not_found", "There is no such dead letter.", "`barnraise dead` lists them.")
        if stream != COMMAND_STREAM:
            detail = "Only commands can be replayed: all readers of an event would see it twice."
            raise BarnraiseError("invalid_request", detail, "Retry the job that it belongs to.")
        if kept.replayed_at is None:
            message = await self._bus.message(stream, sequence)
            if message is None:
                raise BarnraiseError("not_found", "Its message is no longer in the stream.", "Retry the job that it belonged to.")
            await self._bus.bring_back(sequence, message, f"replay:{id}")
        return Replayed(id=id, at=await self._records.replayed(stream, consumer, sequence))

    async def tidy(self) -> None:
        """Forget what nothing can come for any more: dead letters with the commands that they are of, and marks of deleted projects."""
        for letter in await self._records.old_dead(MARK_DAYS):
            if letter.stream == COMMAND_STREAM:
                await self._bus.take_away(letter.sequence)
        await self._records.tidy(MARK_DAYS)

    async def statistics(self, question: GetStatistics) -> Statistics:
        return await self._records.statistics(None if question.project_id == ANY else question.project_id)

    async def trace(self, question: GetTrace) -> Trace:
        return Trace(spans=tuple(await self._records.spans(question.trace_id)))


def _shown(queue: Queue) -> QueueState:
    return QueueState(
        stream=queue.stream,
        consumer=queue.consumer,
        service=queue.service,
        pending=queue.pending,
        ack_pending=queue.ack_pending,
        redelivered=queue.redelivered,
        asking=queue.waiting,
        oldest=None if queue.oldest is None else round(queue.oldest, 1),
    )


def _told(kept: Kept) -> DeadLetterState:
    letter = kept.letter
    return DeadLetterState(
        id=kept.id,
        stream=letter.stream,
        consumer=letter.consumer,
        cause=letter.cause,
        deliveries=letter.deliveries,
        at=kept.at,
        replayed_at=kept.replayed_at,
    )
