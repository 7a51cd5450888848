"""Checks that are Python run in forks of one warm process: reading their modules anew each time would take longer than they do."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from barnraise.validator.adapters.process import TAIL, Limits, text_of, without_network, yield_to_others
from barnraise.validator.domain.runs import Ending, Run

_FORKED = 5.0
"""Seconds of patience until the fork is there: reading the modules of a check comes before it, once."""


class ForkServer:
    """The process is started when it is needed first, and again when it has died. It gets no environment, and nothing of the project."""

    def __init__(self, calls: Sequence[str] = ()) -> None:
        """``calls``: what will be asked for; it is made ready when the process starts."""
        self._calls = calls
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    async def run(self, call: str, arguments: Sequence[str], directory: Path, limits: Limits, said: str = "") -> Run:
        """Run ``module:function`` in ``directory`` under the limits, with ``said`` on its standard input."""
        start = time.monotonic()
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            given.write(said.encode())
            given.seek(0)
            ending, code = await self._forked(_request(call, arguments, directory, limits), limits.seconds, (given, output, errors))
            told, complained = text_of(output), text_of(errors)
        if max(len(told), len(complained)) >= limits.output:
            ending = "flooded"
        return Run(ending, code, told, complained[-TAIL:], round(time.monotonic() - start, 3))

    def start(self) -> None:
        """Before anybody asks."""
        self._reached()

    def close(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            self._process.wait()
        self._process = self._control = None

    async def _forked(self, request: bytes, seconds: float, files: Sequence[BinaryIO]) -> tuple[Ending, int]:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            self._ask(request, [theirs.fileno(), *(file.fileno() for file in files)])
        reader, writer = await asyncio.open_connection(sock=ours)
        try:
            return await _ended(reader, seconds)
        finally:
            writer.close()

    def _ask(self, request: bytes, descriptors: Sequence[int]) -> None:
        try:
            socket.send_fds(self._reached(), [request], descriptors)
        except (BrokenPipeError, ConnectionResetError):
            self.close()
            socket.send_fds(self._reached(), [request], descriptors)

    def _reached(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            program = [sys.executable, "-I", "-m", "barnraise.validator.adapters.forking", str(theirs.fileno()), *self._calls]
            with theirs:
                self._process = subprocess.Popen(
                    without_network(program),
                    cwd="/",
                    env={},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            yield_to_others(self._process.pid)
            self._control = ours
        return self._control


async def _ended(reader: asyncio.StreamReader, seconds: float) -> tuple[Ending, int]:
    pid = 0
    try:
        async with asyncio.timeout(_FORKED + seconds):
            pid = int(await reader.readline() or 0)
        async with asyncio.timeout(seconds):
            code = await reader.readline()
        pid = 0
        return "exited", int(code) if code else -signal.SIGKILL
    except TimeoutError:
        return "timed_out", 0
    finally:
        if pid:  # it has not ended, so the number is still its own
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def _request(call: str, arguments: Sequence[str], directory: Path, limits: Limits) -> bytes:
    bounds = {"data": limits.memory, "processor": int(limits.seconds * 4) + 1, "output": limits.output}
    return json.dumps({"call": call, "arguments": list(arguments), "directory": str(directory), **bounds}).encode()
