"""What telemetry listens to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import ValidationError

from barnraise.chassis.broker import Broker
from barnraise.chassis.logs import get_logger
from barnraise.chassis.outcome import Outcome
from barnraise.contracts.events import EVENTS, Event, JobEnded, ProjectDeleted, StepEnded
from barnraise.contracts.operations import BusState, Replayed, Worker
from barnraise.contracts.requests import DescribeBus, GetStatistics, GetTrace, ReplayDeadLetter
from barnraise.contracts.subjects import DEAD_STREAM, SPAN_SUBJECT, WORKER_SUBJECT
from barnraise.telemetry.service import Telemetry

KEPT: tuple[type[Event], ...] = (StepEnded, JobEnded, ProjectDeleted)


def register(broker: Broker, telemetry: Telemetry) -> None:
    async def record(event: Event, _: int) -> Outcome:
        return await telemetry.record(event)

    async def describe(_: DescribeBus) -> BusState:
        return await telemetry.bus()

    async def replay(request: ReplayDeadLetter) -> Replayed:
        return await telemetry.replay(request.letter)

    broker.events("telemetry", KEPT, record, slots=4, formerly=EVENTS)
    broker.request(GetStatistics, telemetry.statistics)
    broker.request(GetTrace, telemetry.trace)
    broker.request(DescribeBus, describe)
    broker.request(ReplayDeadLetter, replay)


@contextlib.asynccontextmanager
async def listening(broker: Broker, telemetry: Telemetry, poll_seconds: float) -> AsyncIterator[None]:
    """Take spans and dead letters, and look at the queues, until the block ends."""

    async def spans(message: Msg) -> None:
        try:
            await telemetry.keep_spans(message.data)
        except ValidationError as error:
            get_logger().warning("spans not understood", error=str(error)[:300])

    async def worker(message: Msg) -> None:
        try:
            telemetry.hear(Worker.model_validate_json(message.data))
        except ValidationError as error:
            get_logger().warning("heartbeat not understood", error=str(error)[:300])

    subscriptions = [
        await broker.nats.subscribe(SPAN_SUBJECT, queue="telemetry", cb=spans),
        await broker.nats.subscribe(WORKER_SUBJECT, cb=worker),  # every replica hears every worker
    ]
    tasks = [asyncio.create_task(_dead(broker, telemetry)), asyncio.create_task(_poll(telemetry, poll_seconds))]
    try:
        yield
    finally:
        for subscription in subscriptions:
            await subscription.unsubscribe()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _dead(broker: Broker, telemetry: Telemetry) -> None:
    """Dead letters through a durable consumer of their stream, which the broker provisions."""
    subscription = None
    while True:
        try:
            subscription = subscription or await broker.jetstream.pull_subscribe("", durable="telemetry-dead", stream=DEAD_STREAM)
            for message in await subscription.fetch(10, timeout=20):
                await _bury(message, telemetry)
        except TimeoutError:
            continue
        except (NatsError, OSError) as outage:
            get_logger().info("dead letters wait", error=repr(outage))
            await asyncio.sleep(1)
        except Exception:
            get_logger().exception("a dead letter could not be kept")
            await asyncio.sleep(1)


async def _bury(message: Msg, telemetry: Telemetry) -> None:
    try:
        await telemetry.bury(message.data)
    except ValueError as error:
        # Acknowledged all the same: to terminate it would make the next advisory.
        get_logger().error("advisory not understood", error=str(error)[:300])
    await message.ack()


async def _poll(telemetry: Telemetry, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await telemetry.measure()
        except Exception as outage:
            get_logger().info("bus not measured", error=repr(outage))
