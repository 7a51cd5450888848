"""Clients of the fan-out: a raw WebSocket transport, and a stream of server-sent events."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from barnraise.gateway.domain.entries import Encode, Entry, text_frame

RAW = "barnraise.raw"
CLOSE_CODES = {"slow": 4008, "restart": 1012, "unavailable": 1013}
HEARTBEAT = 15.0
RETRY_MS = 1000
_LAST_WORDS = 1.0
_PIECE = 1 << 16


class RawProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which tells the application who it is: the hub writes whole frames to its transport."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if scope := getattr(self, "scope", None):
            scope["extensions"][RAW] = self


class SocketSink:
    """A WebSocket that was accepted. Frames go around uvicorn, so that they are encoded once for all clients."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.encode: Encode = Entry.frame
        self._protocol: RawProtocol = scope["extensions"][RAW]

    def write(self, data: bytes) -> bool:
        protocol = self._protocol
        if protocol.close_sent or protocol.transport.is_closing():
            return False
        try:
            protocol.transport.write(data)
        except RuntimeError:  # uvloop, when the transport was closed in this very tick
            return False
        return True

    def buffered(self) -> int:
        return self._protocol.transport.get_write_buffer_size()

    async def drained(self) -> None:
        await self._protocol.writable.wait()

    def cut(self, reason: str) -> None:
        """Say why, then hang up: waiting for a client that does not read would take for ever."""
        protocol = self._protocol
        if protocol.close_sent or protocol.transport.is_closing():
            return
        protocol.conn.send_close(CLOSE_CODES[reason], reason)
        self.write(b"".join(protocol.conn.data_to_send()))
        protocol.close_sent = True
        asyncio.get_running_loop().call_later(_LAST_WORDS, protocol.transport.abort)

    def live(self, seq: int) -> bytes:
        return text_frame(b'{"live":true,"seq":%d}' % seq)

    def reset(self, seq: int) -> bytes:
        return text_frame(b'{"reset":true,"seq":%d}' % seq)

    def now(self, data: bytes) -> bytes:
        return text_frame(b'{"now":%b}' % data)


class StreamSink:
    """Server-sent events: what is written waits here until the response takes it."""

    def __init__(self) -> None:
        self.encode: Encode = Entry.sse
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._closed = False
        self._changed = asyncio.Event()
        self.write(b"retry: %d\n\n" % RETRY_MS)

    def write(self, data: bytes) -> bool:
        if self._closed:
            return False
        self._waiting.extend(data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
        self._size += len(data)
        self._changed.set()
        return True

    def buffered(self) -> int:
        return self._size

    async def drained(self) -> None:
        while self._size > _PIECE and not self._closed:
            self._changed.clear()
            await self._changed.wait()

    def cut(self, reason: str) -> None:
        self._closed = True
        self._waiting.clear()
        self._changed.set()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Until it is cut; comments in between keep the connection alive."""
        while not self._closed:
            if self._waiting:
                piece = self._waiting.popleft()
                yield piece
                self._size -= len(piece)
                self._changed.set()
                continue
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), HEARTBEAT)
            except TimeoutError:
                yield b": alive\n\n"

    def live(self, seq: int) -> bytes:
        return b": live %d\n\n" % seq

    def reset(self, seq: int) -> bytes:
        return b'event: reset\ndata: {"reset":true,"seq":%d}\n\n' % seq

    def now(self, data: bytes) -> bytes:
        """Without an id: it is no event of the stream."""
        return b"event: now\ndata: %b\n\n" % data
