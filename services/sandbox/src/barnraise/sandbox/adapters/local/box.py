"""One running sandbox of the local driver."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barnraise.sandbox.adapters.box import TalkingBox
from barnraise.sandbox.adapters.local.cgroups import removed
from barnraise.sandbox.adapters.local.files import FilesGuard
from barnraise.sandbox.adapters.local.launcher import Launched, end
from barnraise.sandbox.adapters.local.processes import Guard, usage
from barnraise.sandbox.adapters.printed import Printed
from barnraise.sandbox.adapters.talk import Talk
from barnraise.sandbox.domain.limits import Exit, Facts, Limits, Usage, judge
from barnraise.sandbox.ports import Infrastructure, Killed


@dataclass
class Wires:
    """The service's ends: the control channel, and the pipe on which bubblewrap tells its child's process id and exit code."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int

    def facts(self) -> dict[str, Any]:
        """What bubblewrap has told. The sandbox does not have this pipe."""
        said = b""
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(self.status, 4096):
                said += piece
        merged: dict[str, Any] = {}
        for line in said.splitlines():
            merged |= json.loads(line)
        return merged

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        self.writer.close()
        os.close(self.status)


class LocalBox(TalkingBox):
    """``closing`` gives back what the driver lent: the user id and the endpoint. ``folders``: its memory file systems."""

    def __init__(
        self,
        id: str,
        limits: Limits,
        launched: Launched,
        wires: Wires,
        endpoint: Path | None,
        closing: Callable[[], None],
        folders: Sequence[str] = (),
    ) -> None:
        process = launched.process
        assert process.stdout
        assert process.stderr
        printed = Printed({"stdout": process.stdout, "stderr": process.stderr}, limits)
        super().__init__(id, endpoint, Talk(wires.reader, wires.write), printed)
        self._process = process
        self._wires = wires
        self._group = launched.group
        self._closing = closing
        self._guard = Guard(process.pid, limits.memory, lambda: self._stop("out_of_memory")) if launched.watched else None
        self._files = FilesGuard(process.pid, folders, limits.files, lambda: self._stop("disk"))

    def _end(self) -> None:
        if self._group:
            self._group.kill()
        end(self._process)  # bubblewrap takes its process namespace with it

    async def _usage(self) -> Usage:
        return await asyncio.to_thread(self._group.usage if self._group else lambda: usage(self._process.pid))

    async def _watch(self) -> Exit:
        try:
            code = await self._process.wait()
            told = self._wires.facts()
            facts = Facts(
                code=told.get("exit-code", code if code >= 0 else None),
                stopped=self._stopped,
                out_of_memory=bool(self._group and self._group.out_of_memory()),
                pids_refused=bool(self._group and self._group.pids_refused()),
                disk_full=self._talk.disk_full,
            )
        finally:
            await self._clean()
        if "child-pid" not in told and not self._stopped:
            problem = Killed if code == -signal.SIGKILL else Infrastructure
            raise problem(f"The sandbox did not start: {await self._printed.tail() or f'exit code {code}'}")
        return judge(facts)

    async def _clean(self) -> None:
        self._wires.close()
        self._files.stop()
        if self._guard:
            self._guard.stop()
        if self._group:
            await removed(self._group)
        self._closing()
