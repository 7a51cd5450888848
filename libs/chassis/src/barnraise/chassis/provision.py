"""Streams and consumers: made in one place, read back, and refused when the server did something else than it was asked for.

Old servers answer "ok" and drop fields that they do not know; a consumer's ``backoff`` silently replaces its ack_wait, so it is never set.
``python -m barnraise.chassis.provision`` makes the streams for services that may not, on the server that ``BARNRAISE_NATS_URL`` names.
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import ConnectionReconnectingError, NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError, ServiceUnavailableError

from barnraise.chassis.grants import PROVISIONER, inbox
from barnraise.chassis.logs import get_logger
from barnraise.contracts.subjects import COMMAND_STREAM, COMMAND_SUBJECTS, DEAD_STREAM, EVENT_STREAM, EVENT_SUBJECTS

MIN_API_LEVEL = 1
DEDUPE_SECONDS = 120.0
MAX_DELIVERIES = 20
DEAD_SUBJECTS = ["$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>", "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>"]

STREAMS = (
    StreamConfig(
        name=COMMAND_STREAM,
        subjects=[COMMAND_SUBJECTS],
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        duplicate_window=DEDUPE_SECONDS,
    ),
    StreamConfig(
        name=EVENT_STREAM,
        subjects=[EVENT_SUBJECTS],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        duplicate_window=DEDUPE_SECONDS,
        deny_delete=True,
    ),
    StreamConfig(name=DEAD_STREAM, subjects=DEAD_SUBJECTS, retention=RetentionPolicy.LIMITS, storage=StorageType.FILE, max_age=30 * 86400),
)
_KEPT = ("subjects", "retention", "storage", "duplicate_window", "deny_delete", "max_age", "num_replicas")
_UNANSWERED = (NatsTimeout, NoRespondersError, ConnectionReconnectingError, ServiceUnavailableError)
_COMMAND = "python -m barnraise.chassis.provision"


class ProvisioningError(RuntimeError):
    """The server is too old, or keeps another configuration than the one asked for."""


@dataclass(frozen=True)
class Durable:
    """A durable pull consumer."""

    stream: str
    name: str
    subjects: tuple[str, ...]
    ack_wait: float
    slots: int


async def patiently(ask: Callable[[], Awaitable[None]], patience: float = 60.0) -> None:
    """Ask again, for so many seconds, while the server does not answer: those of a cluster that have just started, or have lost one, need a
    while to agree on who leads what. Raises what it was the last time."""
    until = time.monotonic() + patience
    while True:
        try:
            return await ask()
        except _UNANSWERED as error:
            if time.monotonic() > until:
                raise
            get_logger().info("waiting for NATS", error=repr(error))
            await asyncio.sleep(0.2)


async def provision_streams(client: Client, jetstream: JetStreamContext, replicas: int = 1) -> None:
    """Make or update every stream that is not as it should be, on so many servers; any service may do it first, where it has the right.

    ProvisioningError when a stream is missing or different and this user may not change it.
    """
    account = json.loads((await client.request("$JS.API.INFO", timeout=5)).data)
    level = account.get("api", {}).get("level", 0)
    if level < MIN_API_LEVEL:
        raise ProvisioningError("the NATS server is older than 2.11; use the one that comes with Barnraise")
    for stream in STREAMS:
        wanted = stream.evolve(num_replicas=replicas)
        if not await _stands(jetstream, wanted):
            _same(wanted, await _make(jetstream, wanted), _KEPT)


async def _stands(jetstream: JetStreamContext, wanted: StreamConfig) -> bool:
    try:
        kept = (await jetstream.stream_info(str(wanted.name))).config
    except NotFoundError:
        return False
    return all(getattr(wanted, name) == getattr(kept, name) for name in _KEPT if getattr(wanted, name))


async def _make(jetstream: JetStreamContext, wanted: StreamConfig) -> StreamConfig:
    try:
        try:
            return (await jetstream.update_stream(wanted)).config
        except NotFoundError:
            return (await jetstream.add_stream(wanted)).config
    except NatsTimeout as error:
        detail = f"the stream {wanted.name} is missing or outdated, and the server does not let this user change it: run {_COMMAND} first"
        raise ProvisioningError(detail) from error


async def provision_consumer(jetstream: JetStreamContext, durable: Durable) -> None:
    """Make or update a durable consumer. It keeps the subjects that it has: a replica of the version before, when it starts again, must not
    take from newer ones what they have asked for."""
    subjects = tuple(dict.fromkeys((*await _subjects(jetstream, durable), *durable.subjects)))
    wanted = ConsumerConfig(
        name=durable.name,  # with a name nats-py asks by the call that also changes a consumer that exists
        durable_name=durable.name,
        filter_subjects=list(subjects) if len(subjects) > 1 else None,
        filter_subject=subjects[0] if len(subjects) == 1 else None,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=durable.ack_wait,
        max_deliver=MAX_DELIVERIES,
        max_ack_pending=max(64, durable.slots * 4),
        deliver_policy=DeliverPolicy.ALL,
    )
    await jetstream.add_consumer(durable.stream, wanted)
    # Read back: the answer to a change may still show what was kept before it.
    info = await jetstream.consumer_info(durable.stream, durable.name)
    _same(wanted, info.config, ("ack_policy", "ack_wait", "max_deliver", "filter_subject", "filter_subjects"))


async def _subjects(jetstream: JetStreamContext, durable: Durable) -> list[str]:
    """Of the consumer as it is."""
    try:
        kept = (await jetstream.consumer_info(durable.stream, durable.name)).config
    except NotFoundError:
        return []
    return kept.filter_subjects or ([kept.filter_subject] if kept.filter_subject else [])


def _same(wanted: Any, got: Any, names: tuple[str, ...]) -> None:
    for name in names:
        asked, kept = getattr(wanted, name), getattr(got, name)
        if asked and asked != kept:
            raise ProvisioningError(f"{name} was asked to be {asked!r}, but the server keeps {kept!r}")


async def _main() -> None:
    client = await nats.connect(os.environ["BARNRAISE_NATS_URL"], name=PROVISIONER, inbox_prefix=inbox(PROVISIONER), connect_timeout=10)
    try:
        await provision_streams(client, client.jetstream(timeout=10), int(os.environ.get("BARNRAISE_STREAM_REPLICAS", "1")))
    finally:
        await client.close()


if __name__ == "__main__":
    asyncio.run(_main())
