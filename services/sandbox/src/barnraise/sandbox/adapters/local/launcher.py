"""Starting ``launch.py``, which becomes a sandbox: one ahead, whose interpreter is loaded and which is in its control group already when a
sandbox is wanted."""

import asyncio
import contextlib
import functools
import marshal
import math
import os
import py_compile
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barnraise.chassis.clock import new_id
from barnraise.sandbox.adapters.local.cgroups import Group, Hierarchy, removed
from barnraise.sandbox.domain.limits import Limits

_SOURCE = Path(__file__).parent / "launch.py"
_SOON = 0.1
"""Seconds after a launch in which the next process is not started: it would take a processor from the one that somebody waits for."""


@dataclass(frozen=True)
class Launched:
    """A process that is to become a sandbox, and its control group, if any. It waits for its orders at the other end of ``line``, and ends
    when this end is closed without any."""

    process: Process
    group: Group | None
    line: socket.socket
    watched: bool
    """No control group holds its memory."""

    def tell(self, orders: bytes, limits: Limits, descriptors: list[int]) -> bool:
        """False when it has ended meanwhile."""
        with self.line:
            if self.group:
                self.group.limit(limits)
            try:
                socket.send_fds(self.line, [orders], descriptors)
            except (BrokenPipeError, ConnectionResetError):
                return False
        return True

    async def drop(self) -> None:
        self.line.close()
        end(self.process)
        await self.process.wait()
        if self.group:
            await removed(self.group)


class Launcher:
    """``folder`` is where the compiled program is kept, ``groups`` where control groups are made; ``hears``: what is launched has a
    standard input. Soon after a launch a process waits for the next one, until ``close``. Launch from the event loop's thread only: what is
    launched dies with the thread."""

    def __init__(self, folder: Path, groups: Hierarchy | None, *, hears: bool = False) -> None:
        self._folder = folder
        self._groups = groups
        self._held = groups.enforces if groups else ()
        self._processors = 0
        self._hears = hears
        self._soon: asyncio.TimerHandle | None = None
        self._ahead: asyncio.Task[Launched] | None = None
        self._waiting: Group | None = None

    async def launch(self, orders: Mapping[str, Any], limits: Limits, descriptors: Mapping[int, int] | None = None) -> Launched:
        """``limits``: its control group's. ``descriptors``: ours, by the numbers that they are to have there; they may be closed then."""
        passed = descriptors or {}
        own = {"parent": os.getpid(), "descriptors": list(passed), "processors": self._turn(limits)}
        told = marshal.dumps({**own, **orders})
        launched = await self._take()
        try:
            if not launched.tell(told, limits, list(passed.values())):
                await launched.drop()
                launched = await self._start(self._group())
                launched.tell(told, limits, list(passed.values()))  # whoever has ended now has said why
        except BaseException:
            await launched.drop()
            raise
        if self._soon is None and self._ahead is None:
            self._soon = asyncio.get_running_loop().call_later(_SOON, self._start_ahead)
        return launched

    def leftovers(self) -> list[Group]:
        """Every control group of the instance but that of the one that waits."""
        return [group for group in self._groups.leftovers() if group != self._waiting] if self._groups else []

    async def close(self) -> None:
        """Nothing waits any more, and the instance has no folder of control groups."""
        if self._soon:
            self._soon.cancel()
        ahead, self._ahead, self._waiting = self._ahead, None, None
        if ahead:
            with contextlib.suppress(OSError):
                await (await ahead).drop()
        if self._groups:
            self._groups.close()

    async def _take(self) -> Launched:
        """The one that waits, or is about to; of several who want it, the others' are started now."""
        ahead, self._ahead, self._waiting = self._ahead, None, None
        if ahead:
            with contextlib.suppress(OSError):
                return await ahead
        return await self._start(self._group())

    def _start_ahead(self) -> None:
        self._soon = None
        with contextlib.suppress(OSError):
            self._waiting = self._group()
            self._ahead = asyncio.create_task(self._start(self._waiting))

    def _group(self) -> Group | None:
        return self._groups.make(new_id()) if self._groups else None

    async def _start(self, group: Group | None) -> Launched:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        folders = [str(folder) for folder in group.folders] if group else []
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", self._program, str(theirs.fileno()), *folders,
                stdin=PIPE if self._hears else DEVNULL, stdout=PIPE, stderr=PIPE, pass_fds=[theirs.fileno()], env={}, cwd="/",
            )  # fmt: skip
        except BaseException:
            ours.close()
            if group:
                group.remove()
            raise
        finally:
            theirs.close()
        return Launched(process, group, ours, "memory" not in self._held)

    def _turn(self, limits: Limits) -> list[int]:
        """The processors that are the next one's, where no control group holds its share; each gets others, in turn."""
        if "cpu" in self._held:
            return []
        ours = sorted(os.sched_getaffinity(0))
        count = min(math.ceil(limits.cpus), len(ours))
        first, self._processors = self._processors, (self._processors + count) % len(ours)
        return [ours[(first + number) % len(ours)] for number in range(count)]

    @functools.cached_property
    def _program(self) -> str:
        """Compiled once, and not at every start."""
        compiled = self._folder / "launch.pyc"
        py_compile.compile(str(_SOURCE), str(compiled), doraise=True)
        return str(compiled)


def end(process: Process) -> None:
    """Kill it, if it is there. Its own ``kill`` would take the code of one that has just ended, for which asyncio then waits in vain."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
