"""What a sandbox prints, on its way to the one who reads it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping

from barnraise.sandbox.domain.limits import Chunk, Limits, Stream
from barnraise.sandbox.domain.pace import Pace

_PIECE = 1 << 16
_STEADY = 2 << 20
"""Bytes a second that are read of a sandbox whose output has no limit."""
READS_A_SECOND = 200
"""Who prints byte for byte is read in larger pieces, after as many in a row."""
_SMALL = 1 << 12
_TAIL = 2000
_LEFTOVERS = 0.5


class Printed:
    """Reads from the beginning, so that it must be made in a running loop."""

    def __init__(self, streams: Mapping[Stream, asyncio.StreamReader], limits: Limits) -> None:
        self._limits = limits
        self._tail = b""
        self._streams = tuple(streams.values())
        self._draining: asyncio.Task[None] | None = None
        self._chunks: asyncio.Queue[Chunk | None] = asyncio.Queue(maxsize=8)
        self._readers = [asyncio.create_task(self._read(name, stream)) for name, stream in streams.items()]

    async def chunks(self) -> AsyncIterator[Chunk | None]:
        """Everything until the end. None as soon as it is more than the limit, and again for each piece beyond it, which is dropped: a
        full pipe would hold up the end."""
        open_streams, said = len(self._readers), 0
        while open_streams:
            chunk = await self._chunks.get()
            if chunk is None:
                open_streams -= 1
                continue
            said += len(chunk.data)
            yield chunk if self._limits.output is None or said <= self._limits.output else None

    async def cut(self, *, at_once: bool) -> None:
        """Nothing more is wanted; unless at once, who reads may take what is here already."""
        if not at_once:
            await asyncio.wait(self._readers, timeout=_LEFTOVERS)
        for reader in self._readers:
            reader.cancel()
        self._draining = self._draining or asyncio.create_task(self._drain())

    async def tail(self) -> str:
        """The last words, once the sandbox has ended."""
        await asyncio.wait(self._readers, timeout=1)
        return self._tail.decode(errors="replace").strip()

    async def _drain(self) -> None:
        """A process counts as ended only when its pipes have been read to their end."""
        await asyncio.gather(*self._readers, return_exceptions=True)
        for stream in self._streams:
            while await stream.read(_PIECE):
                await asyncio.sleep(0)

    async def _read(self, name: Stream, stream: asyncio.StreamReader) -> None:
        pace = Pace(READS_A_SECOND, READS_A_SECOND)
        try:
            while data := await stream.read(_PIECE):
                self._tail = (self._tail + data)[-_TAIL:]
                await self._chunks.put(Chunk(name, data))
                steady = len(data) / _STEADY if self._limits.output is None else 0.0
                late = pace.spend(1, time.monotonic()) if len(data) < _SMALL else 0.0
                await asyncio.sleep(max(late, steady))
            await self._chunks.put(None)
        except asyncio.CancelledError:
            # A cancelled reader says so too, or the one who reads the output would wait for ever.
            self._force_end()
            raise

    def _force_end(self) -> None:
        while self._chunks.full():
            self._chunks.get_nowait()
        self._chunks.put_nowait(None)
