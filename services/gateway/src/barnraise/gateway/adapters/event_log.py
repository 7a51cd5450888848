"""The stream of events, page by page."""

import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.subjects import EVENT_STREAM, EVENT_SUBJECTS, project_subject
from barnraise.gateway.domain.entries import Entry, Topic

T = TypeVar("T")
_PATIENCE = 3.0
_IDLE = 10.0


def place(reply: str) -> tuple[int, int, float]:
    """Stream and consumer sequence, and the time (epoch seconds) when the stream took it, in a delivered message's reply subject,
    ``$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>``
    (the longer form has a domain and an account before the stream)."""
    parts = reply.split(".")
    at = 5 if len(parts) == 9 else 7
    return int(parts[at]), int(parts[at + 1]), int(parts[at + 2]) / 1e9


class JetStreamLog:
    def __init__(self, client: Client, jetstream: JetStreamContext) -> None:
        self._client = client
        self._jetstream = jetstream

    async def extent(self) -> tuple[int, int]:
        state = (await _reachable(self._jetstream.stream_info(EVENT_STREAM))).state
        return (state.first_seq, state.last_seq) if state.messages else (state.last_seq + 1, state.last_seq)

    async def forget(self, project_id: str) -> None:
        await _reachable(self._jetstream.purge_stream(EVENT_STREAM, subject=project_subject(project_id)))

    async def read(self, topic: Topic, after: int, limit: int) -> list[Entry]:
        return await _reachable(self._read(topic, after, limit))

    async def _read(self, topic: Topic, after: int, limit: int) -> list[Entry]:
        """One batch of an ephemeral pull consumer: the server sends what there is, then says that there is no more."""
        inbox = self._client.new_inbox()
        subscription = await self._client.subscribe(inbox)
        try:
            async with self._consumer(topic, after) as name:
                request = json.dumps({"batch": limit, "no_wait": True}).encode()
                await self._client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{EVENT_STREAM}.{name}", request, reply=inbox)
                entries: list[Entry] = []
                while len(entries) < limit:
                    message = await subscription.next_msg(timeout=_PATIENCE)
                    if _is_status(message):
                        break
                    entries.append(Entry(place(message.reply)[0], message.subject, message.data))
                return entries
        finally:
            await subscription.unsubscribe()

    @asynccontextmanager
    async def _consumer(self, topic: Topic, after: int) -> AsyncIterator[str]:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=after + 1,
            ack_policy=AckPolicy.NONE,
            filter_subject=EVENT_SUBJECTS if topic is None else project_subject(topic),
            inactive_threshold=_IDLE,
            mem_storage=True,
        )
        info = await self._jetstream.add_consumer(EVENT_STREAM, config)
        try:
            yield info.name
        finally:
            # Without waiting: one that stays goes by itself soon after.
            await self._client.publish(f"$JS.API.CONSUMER.DELETE.{EVENT_STREAM}.{info.name}", b"")


def _is_status(message: Msg) -> bool:
    return bool(message.headers) and "Status" in (message.headers or {})


async def _reachable(work: Awaitable[T]) -> T:
    try:
        return await work
    except (NatsError, TimeoutError, OSError) as outage:
        detail = "The stream of events does not answer."
        raise BarnraiseError("unavailable", detail, "Try again in a moment.", retryable=True) from outage
