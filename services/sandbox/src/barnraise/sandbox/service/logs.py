"""The output of a run on its way to people: coalesced, with offsets, the last lines kept."""

import asyncio
import codecs
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from barnraise.chassis.clock import now
from barnraise.contracts.events import LogAppended
from barnraise.sandbox.domain.limits import Chunk, Stream
from barnraise.sandbox.ports import Announcer

INTERVAL = 0.05
MAX_TEXT = 60_000
MAX_TOLD = 4 << 20
_TAIL = 4000


@dataclass(frozen=True)
class Cause:
    """On whose behalf something is printed: the command's id starts the events' ids."""

    id: str
    project_id: str
    job_id: str | None


@dataclass
class _Pending:
    decoder: codecs.IncrementalDecoder = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace"))
    offset: int = 0
    size: int = 0
    text: str = ""


class LogStream:
    """Reads a box's output to its end, whoever listens. While it is attached to a cause, the output becomes events: at most 20 a second
    of each stream, and at most 4 MiB in all."""

    def __init__(self, source: str, run: str, announcer: Announcer) -> None:
        self._cause: Cause | None = None
        self._left = 0
        self._source = source
        self._run = run
        self._announcer = announcer
        self._pending: dict[Stream, _Pending] = {"stdout": _Pending(), "stderr": _Pending()}
        self._tail = ""
        self._heard = 0
        self._some = asyncio.Event()

    def attach(self, cause: Cause | None) -> None:
        """From now on on behalf of that cause; None: tell nobody."""
        self._cause = cause
        self._left = MAX_TOLD

    def tail(self) -> str:
        """The last 4000 characters."""
        return self._tail.strip()

    def say(self, line: str) -> None:
        """A line of the platform's own among what is printed; nothing when it is empty."""
        if line:
            self._take(Chunk("stderr", f"{line}\n".encode()))

    async def settle(self) -> str:
        """The tail, once nothing more comes: what a process said before it answered on another channel may still be on its way."""
        for _ in range(10):
            before = self._heard
            await asyncio.sleep(INTERVAL)
            if self._heard == before:
                break
        return self.tail()

    async def pump(self, output: Callable[[], AsyncIterator[Chunk]]) -> None:
        """Returns when the output has ended and everything was told."""
        teller = asyncio.create_task(self._tell())
        try:
            async for chunk in output():
                self._take(chunk)
        finally:
            teller.cancel()
        await self.flush()

    async def flush(self) -> None:
        for stream in ("stdout", "stderr"):
            await self._flush(stream)

    def _take(self, chunk: Chunk) -> None:
        pending = self._pending[chunk.stream]
        text = pending.decoder.decode(chunk.data)
        pending.text += text
        self._heard += len(chunk.data)
        pending.size += len(chunk.data)
        self._tail = (self._tail + text)[-_TAIL:]
        self._some.set()

    async def _tell(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            await self.flush()
            await asyncio.sleep(INTERVAL)

    async def _flush(self, stream: Stream) -> None:
        pending = self._pending[stream]
        text, offset = pending.text, pending.offset
        pending.text, pending.offset, pending.size = "", offset + pending.size, 0
        if self._cause is None:
            return
        for start in range(0, len(text), MAX_TEXT):
            piece = text[start : start + MAX_TEXT]
            self._left -= len(piece)
            if self._left >= 0:
                await self._announce(self._cause, stream, offset, piece)
            offset += len(piece.encode())

    async def _announce(self, cause: Cause, stream: Stream, offset: int, text: str) -> None:
        event = LogAppended.model_validate(
            {
                "id": f"{cause.id}:log:{self._run}:{stream}:{offset}",
                "project_id": cause.project_id,
                "job_id": cause.job_id,
                "at": now(),
                "source": self._source,
                "stream": stream,
                "offset": offset,
                "text": text,
            }
        )
        await self._announcer.publish(event)
