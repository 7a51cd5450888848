"""Streams and consumers: made in one place, read back, and refused when the server did something else than it was asked for.

Old servers answer "ok" and drop fields that they do not know; a consumer's ``backoff`` silently replaces its ack_wait, so it is never set.
"""

import json
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

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


async def provision_streams(client: Client, jetstream: JetStreamContext) -> None:
    """Make or update every stream; any service may do it first."""
    account = json.loads((await client.request("$JS.API.INFO", timeout=5)).data)
    level = account.get("api", {}).get("level", 0)
    if level < MIN_API_LEVEL:
        raise ProvisioningError("the NATS server is older than 2.11; use the one that comes with Barnraise")
    for wanted in STREAMS:
        try:
            info = await jetstream.update_stream(wanted)
        except NotFoundError:
            info = await jetstream.add_stream(wanted)
        _same(wanted, info.config, ("subjects", "retention", "storage", "duplicate_window", "deny_delete"))


async def provision_consumer(jetstream: JetStreamContext, durable: Durable) -> None:
    """Make or update a durable consumer."""
    wanted = ConsumerConfig(
        name=durable.name,  # with a name nats-py asks by the call that also changes a consumer that exists
        durable_name=durable.name,
        filter_subjects=list(durable.subjects) if len(durable.subjects) > 1 else None,
        filter_subject=durable.subjects[0] if len(durable.subjects) == 1 else None,
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


def _same(wanted: Any, got: Any, names: tuple[str, ...]) -> None:
    for name in names:
        asked, kept = getattr(wanted, name), getattr(got, name)
        if asked and asked != kept:
            raise ProvisioningError(f"{name} was asked to be {asked!r}, but the server keeps {kept!r}")
