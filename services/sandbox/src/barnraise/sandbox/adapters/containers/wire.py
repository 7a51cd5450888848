"""Many byte streams over a container's standard input and output. The other side is ``barnraise_init.py``, which runs inside and is, once a
stranger's code runs beside it, believed in nothing: what breaks the rules ends the wire."""

import asyncio
import contextlib
import itertools
import struct
import time
from typing import Protocol, cast

from barnraise.sandbox.domain.pace import Pace

_OPEN, _DATA, _END, _GRANT, _RESET = range(1, 6)
_CONTROL, _STDOUT, _STDERR = range(3)
_HEAD = struct.Struct(">BII")
_WINDOW = 1 << 18
_PIECE = 1 << 16
_FAILED, _CROWDED = 2, 3
FRAMES_A_SECOND = 20_000
"""What is more is read later: taking frames in must leave this process time for others."""
PATIENCE = 20.0
"""Seconds that the other side may spend with that, one after the other."""


class Pipe(Protocol):
    """A container's standard streams."""

    async def read(self) -> bytes | None:
        """What it has written to its output next; None at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """To its input. OSError or RuntimeError when it is gone."""
        ...


class BrokenError(Exception):
    """The other side does not keep to the rules."""


class Channel:
    """One stream. ``reader`` gives what comes; what is read of it is granted anew."""

    def __init__(self, wire: "Wire", number: int) -> None:
        self._wire = wire
        self._number = number
        self._due = 0
        self._allowed = _WINDOW
        self._paused = False
        self._credit = _WINDOW
        self._room = asyncio.Event()
        self.over = False
        """The other side has said that it says nothing more."""
        self._closed = False
        self.reader = asyncio.StreamReader(limit=_WINDOW // 4)
        # The reader asks its transport to pause when nobody takes what it has.
        self.reader.set_transport(cast(asyncio.Transport, self))

    async def write(self, data: bytes) -> None:
        """Waits until the other side has room; BrokenPipeError when there is none any more."""
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            while self._credit < len(piece) and not self._closed:
                self._room.clear()
                await self._room.wait()
            if self._closed:
                raise BrokenPipeError("the stream has ended")
            self._credit -= len(piece)
            await self._wire.send(_DATA, self._number, len(piece), piece)

    async def end(self) -> None:
        """Nothing more is written."""
        if not self._closed:
            await self._wire.send(_END, self._number)

    async def reset(self) -> None:
        """Neither side wants it any more."""
        if not self._closed:
            self.closed()
            self._wire.forget(self._number)
            await self._wire.send(_RESET, self._number)

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        self._grant()

    # what the wire tells

    def feed(self, data: bytes) -> None:
        self._allowed -= len(data)
        if self._allowed < 0 or self.over:
            raise BrokenError("it sends more than it may")
        self._due += len(data)
        self.reader.feed_data(data)
        if not self._paused:
            self._grant()

    def granted(self, more: int) -> None:
        self._credit += more
        self._room.set()

    def ended(self) -> None:
        self.over = True
        self.reader.feed_eof()

    def closed(self) -> None:
        self._closed = True
        self._room.set()
        self.reader.feed_eof()

    def grant(self) -> bytes:
        """The frame that grants what is due; it counts from now on."""
        due, self._due = self._due, 0
        self._allowed += due
        return _HEAD.pack(_GRANT, self._number, due)

    def _grant(self) -> None:
        if self._due and not self._closed:
            self._wire.owe(self)


class Wire:
    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._channels: dict[int, Channel] = {}
        self._numbers = itertools.count(_STDERR + 1)
        self._owed: dict[Channel, None] = {}
        self._owing = asyncio.Event()
        self.control, self.stdout, self.stderr = (self._channel(number) for number in (_CONTROL, _STDOUT, _STDERR))
        self.failed = asyncio.Event()
        """The container has said that its program failed, and stays for a moment."""
        self.crowded = False
        """It has also said that no further process could be started."""
        self._granting = asyncio.create_task(self._grant())

    async def run(self) -> None:
        """Take in what comes until the container's end; BrokenError when it is no frame."""
        buffer = bytearray()
        pace, slowed = Pace(FRAMES_A_SECOND, FRAMES_A_SECOND), 0.0
        try:
            while (piece := await self._pipe.read()) is not None:
                buffer += piece
                late = pace.spend(self._frames(buffer), time.monotonic())
                slowed = slowed + late if late else 0.0
                if slowed > PATIENCE:
                    raise BrokenError("it talks in smaller pieces than anybody can read")
                await asyncio.sleep(late)  # at least once, or who always has something to say would let nobody else run
        finally:
            for channel in list(self._channels.values()):
                channel.closed()
            self._granting.cancel()

    async def open(self) -> Channel:
        """A new connection to what the program listens on."""
        number = next(self._numbers)
        channel = self._channel(number)
        await self.send(_OPEN, number)
        return channel

    async def send(self, what: int, number: int, length: int = 0, body: bytes = b"") -> None:
        await self._pipe.write(_HEAD.pack(what, number, length) + body)

    def owe(self, channel: Channel) -> None:
        """Send the channel's grant as soon as the other side takes it, and one at most: who says much and reads nothing fills no memory."""
        self._owed[channel] = None
        self._owing.set()

    def forget(self, number: int) -> None:
        self._channels.pop(number, None)

    async def _grant(self) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            while await self._owing.wait():
                self._owing.clear()
                while self._owed:
                    await self._pipe.write(self._owed.popitem()[0].grant())

    def _channel(self, number: int) -> Channel:
        channel = self._channels[number] = Channel(self, number)
        return channel

    def _frames(self, buffer: bytearray) -> int:
        """Take all whole frames; how many."""
        at = count = 0
        while taken := self._frame(buffer, at):
            at, count = at + taken, count + 1
        del buffer[:at]
        return count

    def _frame(self, buffer: bytearray, at: int) -> int:
        """Take the frame there; its size, 0 when it is not whole yet."""
        if len(buffer) - at < _HEAD.size:
            return 0
        what, number, length = _HEAD.unpack_from(buffer, at)
        size = _HEAD.size + (length if what == _DATA else 0)
        if not _DATA <= what <= _RESET or (what == _DATA and length > _WINDOW):
            raise BrokenError("it speaks another language")
        if what in (_DATA, _GRANT) and not length:
            raise BrokenError("it speaks and says nothing")
        if len(buffer) - at < size:
            return 0
        channel = self._channels.get(number)
        if channel:  # else: one that this side has just closed
            self._tell(channel, number, what, length, bytes(buffer[at + _HEAD.size : at + size]))
        return size

    def _tell(self, channel: Channel, number: int, what: int, length: int, body: bytes) -> None:
        if what == _DATA:
            channel.feed(body)
        elif what == _GRANT:
            channel.granted(length)
        elif what == _END:
            channel.ended()
            if number == _CONTROL and length in (_FAILED, _CROWDED):
                self.crowded = length == _CROWDED
                self.failed.set()
        else:
            channel.closed()
            self.forget(number)
