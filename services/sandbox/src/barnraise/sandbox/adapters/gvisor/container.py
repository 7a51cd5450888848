"""One sandbox of runsc, as the containers' box sees it."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

from barnraise.sandbox.adapters.containers.box import Ending
from barnraise.sandbox.adapters.local.cgroups import removed
from barnraise.sandbox.adapters.local.launcher import Launched, end
from barnraise.sandbox.adapters.local.processes import Guard, usage
from barnraise.sandbox.domain.limits import Usage

_PIECE = 1 << 16
_SOON = 10.0
_COMPLAINT = 2000


class RunscRun:
    """A process that is, or is about to become, runsc; ``bundle`` is its folder. ``memory``: bytes that are watched where there is no
    control group. Must be made in a running loop."""

    def __init__(self, launched: Launched, bundle: Path, memory: int) -> None:
        self._process = process = launched.process
        self._group = launched.group
        self._bundle = bundle
        self._complaint = b""
        self._spoke = False
        self._complaining = asyncio.create_task(self._hear_complaints())
        self._guard = Guard(process.pid, memory, self._end) if launched.watched else None

    async def read(self) -> bytes | None:
        assert self._process.stdout
        data = await self._process.stdout.read(_PIECE)
        self._spoke = self._spoke or bool(data)
        return data or None

    async def write(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)
        await self._process.stdin.drain()

    async def kill(self) -> None:
        self._end()

    async def ended(self) -> Ending:
        try:
            async with asyncio.timeout(_SOON):
                code = await self._process.wait()
        except TimeoutError:
            self._end()
            code = await self._process.wait()
        full = bool(self._group and self._group.out_of_memory()) or bool(self._guard and self._guard.struck)
        await asyncio.wait([self._complaining], timeout=1)
        # Once the program runs, what it does may make runsc complain.
        failed = code and not self._spoke and not full
        problem = self._complaint.decode(errors="replace").strip() or f"exit code {code}" if failed else ""
        return Ending(code if code >= 0 else None, full, problem)

    async def refused(self) -> bool:
        """The first process tells it."""
        return False

    async def usage(self) -> Usage:
        """gVisor's own share included; its threads and the sandbox's processes cannot be told apart from here."""
        return replace(await asyncio.to_thread(self._group.usage if self._group else lambda: usage(self._process.pid)), processes=None)

    async def remove(self) -> None:
        self._end()
        await self._process.wait()
        self._complaining.cancel()
        if self._guard:
            self._guard.stop()
        if self._group:
            await removed(self._group)
        await asyncio.to_thread(shutil.rmtree, self._bundle, ignore_errors=True)

    def _end(self) -> None:
        if self._group:
            self._group.kill()
        end(self._process)  # runsc's own processes end with the one that started them

    async def _hear_complaints(self) -> None:
        assert self._process.stderr
        while said := await self._process.stderr.read(_PIECE):
            self._complaint = (self._complaint + said)[-_COMPLAINT:]
