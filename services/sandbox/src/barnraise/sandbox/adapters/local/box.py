"""One running sandbox of the local driver."""

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barnraise.sandbox.adapters.local.cgroups import Group
from barnraise.sandbox.adapters.local.processes import resident
from barnraise.sandbox.domain.limits import Chunk, Exit, Facts, Limits, Stop, Stream, judge
from barnraise.sandbox.ports import Infrastructure

_PIECE = 1 << 16
_STEADY = 2 << 20
"""Bytes a second that are read of a sandbox whose output has no limit."""
_TAIL = 2000


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

    def close(self) -> None:
        self.writer.close()
        os.close(self.status)


class LocalBox:
    """``closing`` gives back what the driver lent: the user id and the endpoint."""

    def __init__(
        self,
        id: str,
        limits: Limits,
        process: Process,
        wires: Wires,
        group: Group | None,
        endpoint: Path | None,
        closing: Callable[[], None],
    ) -> None:
        self.id = id
        self.endpoint = endpoint
        self._limits = limits
        self._process = process
        self._wires = wires
        self._group = group
        self._closing = closing
        self._stopped: Stop | None = None
        self._disk_full = False
        self._tail = b""
        self._chunks: asyncio.Queue[Chunk | None] = asyncio.Queue(maxsize=8)
        self._readers = [asyncio.create_task(self._read(name)) for name in ("stdout", "stderr")]
        self._exit: asyncio.Task[Exit] = asyncio.create_task(self._watch())
        self._guard = None if group else asyncio.create_task(self._guard_memory())
        self._exit.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps(message).encode()
        try:
            self._wires.writer.write(len(body).to_bytes(4, "big") + body)
            await self._wires.writer.drain()
        except (OSError, RuntimeError) as error:
            raise Infrastructure(f"The sandbox is gone: {error}") from error

    async def receive(self, *, at_most: int = 6 << 20) -> Mapping[str, Any] | None:
        try:
            size = int.from_bytes(await self._wires.reader.readexactly(4), "big")
            message = json.loads(await self._wires.reader.readexactly(size)) if size <= at_most else None
        except (asyncio.IncompleteReadError, OSError, ValueError, RecursionError):
            return None
        if not isinstance(message, dict):
            return None
        self._disk_full = message.get("disk_full") is True
        return message

    async def output(self) -> AsyncIterator[Chunk]:
        """Beyond the limit the run is killed; what was on its way is read and dropped, for a full pipe would hold up the end."""
        open_streams, said = len(self._readers), 0
        while open_streams:
            chunk = await self._chunks.get()
            if chunk is None:
                open_streams -= 1
                continue
            said += len(chunk.data)
            if self._limits.output is None or said <= self._limits.output:
                yield chunk
            else:
                self._stop("output")

    def gone(self) -> bool:
        return self._exit.done()

    async def ended(self) -> Exit:
        return await asyncio.shield(self._exit)

    async def kill(self, why: Stop = "killed") -> None:
        self._stop(why)
        for reader in self._readers:
            reader.cancel()
        with contextlib.suppress(Infrastructure):
            await asyncio.shield(self._exit)

    def _stop(self, why: Stop) -> None:
        if self._exit.done() or self._stopped:
            return
        self._stopped = why
        if self._group:
            self._group.kill()
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)  # bubblewrap takes its process namespace with it

    async def _read(self, name: Stream) -> None:
        stream = getattr(self._process, name)
        try:
            while data := await stream.read(_PIECE):
                self._tail = (self._tail + data)[-_TAIL:]
                await self._chunks.put(Chunk(name, data))
                if self._limits.output is None:
                    await asyncio.sleep(len(data) / _STEADY)
        finally:
            # A cancelled reader says so too, or the one who reads the output would wait for ever.
            await self._chunks.put(None) if not self._stopped else self._force_end()

    def _force_end(self) -> None:
        while self._chunks.full():
            self._chunks.get_nowait()
        self._chunks.put_nowait(None)

    async def _guard_memory(self) -> None:
        """Where no control group counts for us."""
        while True:
            await asyncio.sleep(0.25)
            if resident(self._process.pid) > self._limits.memory:
                self._stop("out_of_memory")

    async def _watch(self) -> Exit:
        try:
            code = await self._process.wait()
            told = self._wires.facts()
            facts = Facts(
                code=told.get("exit-code", code if code >= 0 else None),
                stopped=self._stopped,
                out_of_memory=bool(self._group and self._group.out_of_memory()),
                pids_refused=bool(self._group and self._group.pids_refused()),
                disk_full=self._disk_full,
            )
        finally:
            await self._clean()
        if "child-pid" not in told and not self._stopped:
            await asyncio.wait(self._readers, timeout=1)
            said = self._tail.decode(errors="replace").strip()
            raise Infrastructure(f"The sandbox did not start: {said or f'exit code {code}'}")
        return judge(facts)

    async def _clean(self) -> None:
        self._wires.close()
        if self._guard:
            self._guard.cancel()
        if self._group:
            self._group.kill()
            while not self._group.remove():
                await asyncio.sleep(0.005)
        self._closing()
