"""The service's side of a control channel: JSON objects with their length in four bytes before them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from barnraise.sandbox.ports import Infrastructure


class Talk:
    """``write`` sends bytes and waits until there is room; OSError or RuntimeError when the other side is gone."""

    def __init__(self, reader: asyncio.StreamReader, write: Callable[[bytes], Awaitable[None]]) -> None:
        self._reader = reader
        self._write = write
        self.disk_full = False
        """What the program has said last of its disk."""

    async def send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps(message).encode()
        try:
            await self._write(len(body).to_bytes(4, "big") + body)
        except (OSError, RuntimeError) as error:
            raise Infrastructure(f"The sandbox is gone: {error}") from error

    async def receive(self, at_most: int) -> Mapping[str, Any] | None:
        try:
            size = int.from_bytes(await self._reader.readexactly(4), "big")
            message = json.loads(await self._reader.readexactly(size)) if size <= at_most else None
        except (asyncio.IncompleteReadError, OSError, ValueError, RecursionError):
            return None
        if not isinstance(message, dict):
            return None
        self.disk_full = message.get("disk_full") is True
        return message
