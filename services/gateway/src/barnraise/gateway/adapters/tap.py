"""The tap: one ephemeral, ordered consumer of all events, made again behind the last one whenever anything is missing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Protocol

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from barnraise.chassis.logs import get_logger
from barnraise.contracts.events import LogAppended
from barnraise.contracts.subjects import EVENT_STREAM, EVENT_SUBJECTS, LIVE_SUBJECTS, token
from barnraise.gateway.adapters.event_log import place

WARM = 20_000
HEARTBEAT = 1.0
SILENCE = 3.0
LOOK = 0.1
_MANY = f".{token(LogAppended)}"
"""Output of runs comes in floods: its way to the clients is not traced."""


@contextlib.asynccontextmanager
async def glancing(client: Client, show: Callable[[str, bytes], None]) -> AsyncIterator[None]:
    """Hands on what is told just now, by project. What comes while the bus is away is missed."""

    async def receive(message: Msg) -> None:
        show(message.subject.partition(".")[2], message.data)

    subscription = await client.subscribe(LIVE_SUBJECTS, cb=receive)
    try:
        yield
    finally:
        with contextlib.suppress(NatsError, OSError):
            await subscription.unsubscribe()


class Listener(Protocol):
    @property
    def last(self) -> int: ...
    def restart(self, seq: int) -> None: ...
    def receive(self, seq: int, subject: str, data: bytes, at: float, trace: str) -> None: ...
    def ready(self) -> None: ...


class Tap:
    """Feeds a listener with every event, in order, each once. Survives kills of the server."""

    def __init__(self, client: Client, jetstream: JetStreamContext, listener: Listener) -> None:
        self._client = client
        self._jetstream = jetstream
        self._listener = listener
        self._subscription: Subscription | None = None
        self._consumer = ""
        self._delivered = 0
        self._heard = 0.0
        self._broken = True
        self._epoch = 0
        self._reconnects = 0
        self._warm_at: int | None = None

    async def run(self) -> None:
        """Until cancelled."""
        started = False
        try:
            while True:
                try:
                    if self._must_begin():
                        await self._begin(first=not started)
                        started = True
                except (NatsError, TimeoutError, OSError) as outage:
                    get_logger().info("tap waits", error=repr(outage))
                await asyncio.sleep(LOOK)
        finally:
            await self._drop()

    def _must_begin(self) -> bool:
        reconnected = self._client.stats["reconnects"] != self._reconnects
        return self._broken or reconnected or time.monotonic() - self._heard > SILENCE

    async def _begin(self, *, first: bool) -> None:
        await self._drop()
        self._reconnects = self._client.stats["reconnects"]
        state = (await self._jetstream.stream_info(EVENT_STREAM)).state
        if first or state.last_seq < self._listener.last:
            if not first:
                get_logger().error("the stream of events was replaced", had=self._listener.last, has=state.last_seq)
            self._listener.restart(max(state.last_seq - WARM, state.first_seq - 1, 0))
            self._warm_at = state.last_seq
        inbox = self._client.new_inbox()
        self._delivered, self._broken, self._heard = 0, False, time.monotonic()
        self._epoch += 1
        self._subscription = await self._client.subscribe(inbox, cb=partial(self._receive, self._epoch))
        config = ConsumerConfig(
            deliver_subject=inbox,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=self._listener.last + 1,
            ack_policy=AckPolicy.NONE,
            filter_subject=EVENT_SUBJECTS,
            flow_control=True,
            idle_heartbeat=HEARTBEAT,
            max_deliver=1,
            mem_storage=True,
        )
        self._consumer = (await self._jetstream.add_consumer(EVENT_STREAM, config)).name
        self._tell_warm()

    async def _receive(self, epoch: int, message: Msg) -> None:
        if self._broken or epoch != self._epoch:
            return
        self._heard = time.monotonic()
        if message.headers and "Status" in message.headers:
            await self._control(message)
            return
        seq, consumer_seq, at = place(message.reply)
        if consumer_seq != self._delivered + 1:
            self._broken = True
            return
        self._delivered = consumer_seq
        if seq > self._listener.last:
            trace = "" if message.subject.endswith(_MANY) else (message.headers or {}).get("traceparent", "")
            self._listener.receive(seq, message.subject, message.data, at, trace)
        if self._warm_at is not None:
            self._tell_warm()

    async def _control(self, message: Msg) -> None:
        """A heartbeat says how much was delivered; a flow control message wants to be answered."""
        headers = message.headers or {}
        if message.reply:
            await self._client.publish(message.reply)
        elif stalled := headers.get("Nats-Consumer-Stalled"):
            await self._client.publish(stalled)
        if int(headers.get("Nats-Last-Consumer", self._delivered)) != self._delivered:
            self._broken = True

    def _tell_warm(self) -> None:
        if self._warm_at is not None and self._listener.last >= self._warm_at:
            self._warm_at = None
            self._listener.ready()

    async def _drop(self) -> None:
        subscription, self._subscription = self._subscription, None
        if subscription is None:
            return
        with contextlib.suppress(NatsError, OSError):
            await subscription.unsubscribe()
            await self._client.publish(f"$JS.API.CONSUMER.DELETE.{EVENT_STREAM}.{self._consumer}", b"")
