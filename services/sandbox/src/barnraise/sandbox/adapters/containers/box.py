"""One running sandbox in a container."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from barnraise.chassis.logs import get_logger
from barnraise.sandbox.adapters.box import TalkingBox
from barnraise.sandbox.adapters.containers.wire import BrokenError, Channel, Pipe, Wire
from barnraise.sandbox.adapters.printed import Printed
from barnraise.sandbox.adapters.talk import Talk
from barnraise.sandbox.domain.limits import Exit, Facts, Limits, Usage, judge
from barnraise.sandbox.ports import Infrastructure, Killed

SERVICE_GONE = 125
"""How ``barnraise_init.py`` ends when it has lost us."""
PATIENCE = 15.0
"""Seconds until a container that was killed is given up."""
_PIECE = 1 << 16


@dataclass(frozen=True)
class Ending:
    """``problem``: why the container itself, and not the program in it, failed."""

    code: int | None
    out_of_memory: bool = False
    problem: str = ""


class Container(Pipe, Protocol):
    """A started container."""

    async def kill(self) -> None:
        """Safe to repeat, and when it has ended already."""
        ...

    async def ended(self) -> Ending:
        """How it ended. Called when its output has ended: what does not follow soon is killed."""
        ...

    async def refused(self) -> bool:
        """Whether it was refused a process, as far as that can be seen here. Asked while it is still there."""
        ...

    async def usage(self) -> Usage:
        """What it takes, as far as can be seen from here."""
        ...

    async def remove(self) -> None:
        """Nothing of it is left. Safe to repeat."""
        ...


class ContainerBox(TalkingBox):
    """``closing`` gives back what the driver lent."""

    def __init__(
        self, id: str, limits: Limits, container: Container, endpoint: tuple[Path, socket.socket] | None, closing: Callable[[], None]
    ) -> None:
        wire = Wire(container)
        printed = Printed({"stdout": wire.stdout.reader, "stderr": wire.stderr.reader}, limits)
        super().__init__(id, endpoint[0] if endpoint else None, Talk(wire.control.reader, wire.control.write), printed)
        self._wire = wire
        self._container = container
        self._closing = closing
        self._killing: asyncio.Task[None] | None = None
        self._door = asyncio.create_task(self._answer(endpoint[1])) if endpoint else None
        self._listening = asyncio.create_task(self._listen())
        self._refused = False
        self._broke = ""
        self._counting = asyncio.create_task(self._count())

    def _end(self) -> None:
        self._killing = asyncio.create_task(self._kill())

    async def _kill(self) -> None:
        """Beside the reading: an engine holds a kill up until what the container has said is read. A half-dead one ends neither."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._container.kill()
                await asyncio.wait([self._listening])
        self._listening.cancel()

    async def _usage(self) -> Usage:
        return await self._container.usage()

    async def _watch(self) -> Exit:
        try:
            await asyncio.wait([self._listening])
            ending = await self._container.ended()
        finally:
            await self._clean()
        cut_off = ending.code == SERVICE_GONE and not self._wire.control.over
        if not self._stopped and (ending.problem or cut_off):
            problem = Killed if ending.code is None else Infrastructure
            raise problem(f"The sandbox did not run: {ending.problem or 'its container was cut off'}")
        refused = self._refused or self._wire.crowded
        facts = Facts(
            ending.code, self._stopped, ending.out_of_memory, pids_refused=refused, disk_full=self._talk.disk_full, broke=self._broke
        )
        return judge(facts)

    async def _listen(self) -> None:
        with contextlib.suppress(OSError):
            try:
                await self._wire.run()
            except BrokenError as error:
                get_logger().warning("a sandbox was ended for what it said to its service", box=self.id, reason=str(error))
                self._broke = str(error)
                self._stop("policy")
                while await self._container.read() is not None:
                    await asyncio.sleep(0)  # the kill that was just begun must have its turn

    async def _count(self) -> None:
        """What the container's limits have counted goes with it, so it waits for this to be seen."""
        await self._wire.failed.wait()
        self._refused = await self._container.refused()
        with contextlib.suppress(OSError, RuntimeError):
            await self._wire.control.end()

    async def _clean(self) -> None:
        self._counting.cancel()
        if self._door:
            self._door.cancel()
            await asyncio.wait([self._door])
        if self._killing:
            await self._killing
        await self._container.remove()
        self._closing()

    async def _answer(self, listener: socket.socket) -> None:
        """Every connection to the endpoint becomes one to the program's listening socket."""
        visits: set[asyncio.Task[None]] = set()

        def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._relay(reader, writer))
            visits.add(task)
            task.add_done_callback(visits.discard)

        server = await asyncio.start_unix_server(visit, sock=listener, limit=_PIECE, backlog=256)
        try:
            await asyncio.Event().wait()
        finally:
            server.close()  # serve_forever would, from Python 3.12 on, first wait until every visitor has gone
            for task in visits:
                task.cancel()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        channel = None
        try:
            channel = await self._wire.open()
            await _both(_upstream(reader, channel), _downstream(channel, writer))
        except (OSError, RuntimeError):
            pass  # one of them has hung up: so does the other
        finally:
            writer.close()
            if channel:
                with contextlib.suppress(OSError, RuntimeError):
                    await channel.reset()


async def _both(*ways: Awaitable[None]) -> None:
    """Until both have ended, or one has failed."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def _upstream(reader: asyncio.StreamReader, channel: Channel) -> None:
    while data := await reader.read(_PIECE):
        await channel.write(data)
    await channel.end()


async def _downstream(channel: Channel, writer: asyncio.StreamWriter) -> None:
    while data := await channel.reader.read(_PIECE):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
