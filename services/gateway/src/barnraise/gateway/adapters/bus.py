"""The other services, over the chassis' broker."""

import asyncio
from collections.abc import Mapping
from typing import Any

from nats.errors import Error as NatsError

from barnraise.chassis.broker import Broker
from barnraise.chassis.database import OUTAGES
from barnraise.chassis.logs import get_logger
from barnraise.contracts.commands import Command, CompileManifest, StartJob, TestCommit, ValidateCommit
from barnraise.contracts.events import Event
from barnraise.contracts.requests import Request
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM, token

_ANNOUNCE = 2.0
_LOOK = 1.0
_WITNESSES: dict[str, tuple[str, str]] = {
    kind.owner: (COMMAND_STREAM, token(kind)) for kind in (StartJob, CompileManifest, ValidateCommit, TestCommit)
} | {"telemetry": (EVENT_STREAM, "telemetry")}
"""Service -> the consumer that it pulls from all the time."""


class BrokerBus:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def announce(self, cause: str) -> None:
        """Does not fail: it is committed, and the broker's sweeper publishes what stays behind."""
        try:
            async with asyncio.timeout(_ANNOUNCE):
                await self._broker.announce(cause)
        except (NatsError, TimeoutError, *OUTAGES) as outage:
            get_logger().warning("announced later", cause=cause, error=repr(outage))

    async def publish(self, message: Command | Event) -> None:
        await self._broker.publish(message)

    async def tell(self, event: Event) -> bool:
        try:
            await self._broker.publish(event)
        except (NatsError, TimeoutError) as outage:
            get_logger().warning("event lost", id=event.id, error=repr(outage))
            return False
        return True

    async def ask(self, request: Request, *, timeout: float = 10.0) -> Any:
        return await self._broker.ask(request, timeout=timeout)

    async def presence(self) -> Mapping[str, bool]:
        """A service is here when it waits for messages on its consumer, or works on some."""
        found = await asyncio.gather(*(self._works(*witness) for witness in _WITNESSES.values()))
        return dict(zip(_WITNESSES, found, strict=True)) | {"gateway": True}

    async def _works(self, stream: str, durable: str) -> bool:
        try:
            async with asyncio.timeout(_LOOK):
                info = await self._broker.jetstream.consumer_info(stream, durable)
        except (NatsError, TimeoutError, OSError):
            return False
        return bool(info.num_waiting or info.num_ack_pending)
