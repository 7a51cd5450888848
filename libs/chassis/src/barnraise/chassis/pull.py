"""A standing request for the next message of a durable consumer.

One message is asked for at a time, so that nothing waits here while its acknowledgement falls due. A request dies silently with the
server's process or the connection; therefore it is made again as soon as the connection has come back, not when it would have expired.
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
_LOOK_SECONDS = 0.5
_CLOSE_SECONDS = 2.0
_LAPSED = frozenset({"404", "408"})


class StandingRequest:
    """Messages of one durable consumer, one at a time."""

    def __init__(self, client: Client, stream: str, durable: str) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = client.new_inbox()
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._subscription: Any = None
        self._asked_on: int | None = None
        self._expires_at = 0.0

    async def next(self) -> Msg:
        """The next message, however long it takes. ServiceUnavailableError when the consumer cannot be reached or is gone."""
        if self._subscription is None:
            self._subscription = await self._client.subscribe(self._inbox, cb=self._arrived.put)
        while True:
            if self._arrived.empty() and (self._asked_on != self._client.stats["reconnects"] or time.monotonic() > self._expires_at):
                await self._ask()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    message = await self._arrived.get()
                self._asked_on = None
                status = _status(message)
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

    async def _ask(self) -> None:
        self._asked_on = self._client.stats["reconnects"]
        self._expires_at = time.monotonic() + EXPIRES_SECONDS + 1
        request = json.dumps({"batch": 1, "expires": int(EXPIRES_SECONDS * 1e9)})
        await self._client.publish(self._subject, request.encode(), reply=self._inbox)


def _status(message: Msg) -> str | None:
    """The code of what the server itself says; None for a message of the stream."""
    return (message.headers or {}).get("Status") if not message.data else None
