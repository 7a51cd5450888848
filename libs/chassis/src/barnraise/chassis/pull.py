"""A standing request for the next message of a durable consumer.

One message is asked for at a time, so that nothing waits here while its acknowledgement falls due. A request dies silently with the
connection, or with the server that leads the consumer, which in a cluster need not be the one that we are connected to. Therefore the
leader says every few seconds that it still knows of the request, and the request is made again as soon as the connection has come back
or the leader is silent, not when it would have expired. It is then made under another name: nobody answers the old one any more, which a
server may have kept.
"""

import asyncio
import contextlib
import json
import time
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import ServiceUnavailableError

EXPIRES_SECONDS = 30.0
HEARTBEAT_SECONDS = 2.0
_SILENCE_SECONDS = 2.5 * HEARTBEAT_SECONDS
_LOOK_SECONDS = 0.5
_CLOSE_SECONDS = 2.0
_ALIVE = "100"
_LAPSED = frozenset({"404", "408"})


class StandingRequest:
    """Messages of one durable consumer, one at a time."""

    def __init__(self, client: Client, stream: str, durable: str) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = ""
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._subscription: Any = None
        self._asked_on: int | None = None
        self._heard_at = 0.0

    async def next(self) -> Msg:
        """The next message, however long it takes. ServiceUnavailableError when the consumer cannot be reached or is gone."""
        while True:
            if self._arrived.empty() and (self._asked_on != self._client.stats["reconnects"] or self._is_silent()):
                await self._ask()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    message = await self._arrived.get()
                status = _status(message)
                self._heard_at = time.monotonic()
                if status == _ALIVE:
                    continue
                self._asked_on = None
                if status is None:
                    return message
                if status not in _LAPSED:
                    raise ServiceUnavailableError(description=f"{self._subject} answers {status}")

    async def close(self) -> None:
        """Withdraw the request; a message that was sent here but not taken goes back to the queue at once."""
        if self._subscription is None:
            return
        with contextlib.suppress(NatsError, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._subscription.drain()
        while not self._arrived.empty():
            message = self._arrived.get_nowait()
            if _status(message) is None:
                with contextlib.suppress(NatsError):
                    await message.nak()

    def _is_silent(self) -> bool:
        return time.monotonic() - self._heard_at > _SILENCE_SECONDS

    async def _ask(self) -> None:
        if self._subscription is None or self._asked_on is not None:
            await self._move()
        self._asked_on = self._client.stats["reconnects"]
        self._heard_at = time.monotonic()
        request = json.dumps({"batch": 1, "expires": int(EXPIRES_SECONDS * 1e9), "idle_heartbeat": int(HEARTBEAT_SECONDS * 1e9)})
        await self._client.publish(self._subject, request.encode(), reply=self._inbox)

    async def _move(self) -> None:
        left, self._inbox = self._subscription, self._client.new_inbox()
        self._subscription = await self._client.subscribe(self._inbox, cb=self._arrived.put)
        if left is not None:
            await left.unsubscribe()


def _status(message: Msg) -> str | None:
    """The code of what the server itself says; None for a message of the stream."""
    return (message.headers or {}).get("Status") if not message.data else None
