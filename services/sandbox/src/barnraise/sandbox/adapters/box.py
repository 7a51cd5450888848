"""What every driver's boxes have in common: the channel, what is printed, and a watch that ends with how the sandbox ended."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from barnraise.sandbox.adapters.printed import Printed
from barnraise.sandbox.adapters.talk import Talk
from barnraise.sandbox.domain.limits import Chunk, Exit, Stop, Usage
from barnraise.sandbox.ports import Infrastructure


class TalkingBox(ABC):
    """Must be made in a running loop: the watch begins at once."""

    def __init__(self, id: str, endpoint: Path | None, talk: Talk, printed: Printed) -> None:
        self.id = id
        self.user: int | None = None
        """The host's number for the sandbox's user, where it has one of its own."""
        self.endpoint = endpoint
        self._talk = talk
        self._printed = printed
        self._stopped: Stop | None = None
        self._exit: asyncio.Task[Exit] = asyncio.create_task(self._watch())
        self._exit.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def send(self, message: Mapping[str, Any]) -> None:
        await self._talk.send(message)

    async def receive(self, *, at_most: int = 6 << 20) -> Mapping[str, Any] | None:
        return await self._talk.receive(at_most)

    async def output(self) -> AsyncIterator[Chunk]:
        async for chunk in self._printed.chunks():
            if chunk is None:
                self._stop("output")
            else:
                yield chunk

    def gone(self) -> bool:
        return self._exit.done()

    async def usage(self) -> Usage:
        return Usage() if self.gone() else await self._usage()

    async def ended(self) -> Exit:
        return await asyncio.shield(self._exit)

    async def kill(self, why: Stop = "killed") -> None:
        self._stop(why)
        await self._printed.cut(at_once=self._stopped is not None)
        with contextlib.suppress(Infrastructure):
            await asyncio.shield(self._exit)

    def _stop(self, why: Stop) -> None:
        if self._exit.done() or self._stopped:
            return
        self._stopped = why
        self._end()

    @abstractmethod
    def _end(self) -> None:
        """Begin to end it with all its processes."""

    @abstractmethod
    async def _usage(self) -> Usage:
        """What it takes now, as far as can be seen; it may end meanwhile."""

    @abstractmethod
    async def _watch(self) -> Exit:
        """Wait for its end and clean up; Infrastructure when it has never begun."""
