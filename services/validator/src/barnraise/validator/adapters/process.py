"""One run of a tool over hostile files: bounded in time, memory and output, without the service's environment, killed as a group."""

import asyncio
import contextlib
import errno
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from barnraise.chassis.logs import get_logger
from barnraise.validator.domain.runs import Ending, Run

TAIL = 2000
NICE = 12
"""How far behind previews and services the tools stand in line for the processor."""


@dataclass(frozen=True)
class Limits:
    """``seconds`` of wall time, ``memory`` bytes of writable memory for each process, ``output`` bytes said."""

    seconds: float
    memory: int
    output: int


async def run_tool(command: Sequence[str | Path], directory: Path, limits: Limits, env: Mapping[str, str] | None = None) -> Run:
    """Run it in ``directory`` and wait; whatever it has started is gone afterwards.

    It writes into files, not pipes: the kernel then bounds what it says, and a full pipe cannot hold up its end.
    """
    start = time.monotonic()
    await asyncio.sleep(0)  # what others have said to their servers is on its way before this thread has to wait for a program's start
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        try:
            process = _started(command, directory, env, output, errors)
        except OSError as error:
            return Run("missing", 0, "", f"{Path(command[0]).name} cannot be run: {error.strerror}", 0.0)
        ending = await _bounded(process, limits)
        said, complained = text_of(output), text_of(errors)
    if len(said) >= limits.output or len(complained) >= limits.output:
        ending = "flooded"
    return Run(ending, process.returncode or 0, said, complained[-TAIL:], round(time.monotonic() - start, 3))


def _started(
    command: Sequence[str | Path], directory: Path, env: Mapping[str, str] | None, output: BinaryIO, errors: BinaryIO
) -> subprocess.Popen[bytes]:
    """Not by the event loop: uvloop copies the whole process for it, which takes 15 ms and more, and this does not."""
    return subprocess.Popen(
        without_network(command), cwd=directory, env=dict(env or {}), stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
        start_new_session=True,
    )  # fmt: skip


def without_network(command: Sequence[str | Path]) -> list[str]:
    """The same command, in network and IPC namespaces of its own where this machine lets us make them. Raises OSError: no such program."""
    program, *arguments = map(str, command)
    if (found := shutil.which(program)) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)
    return [*_alone(), found, *arguments]


@cache
def _alone() -> tuple[str, ...]:
    """A program that becomes another one without a network: the process stays the same, so that limits and signals reach it."""
    unshare = shutil.which("unshare")
    ways = [(unshare, "--net", "--ipc", "--"), (unshare, "--user", "--map-current-user", "--net", "--ipc", "--")] if unshare else []
    for way in ways:
        if subprocess.run([*way, "true"], capture_output=True, check=False, timeout=10).returncode == 0:
            return way
    get_logger().warning("the validator's tools are not kept from the network here: this machine lets nobody make namespaces")
    return ()


@contextlib.contextmanager
def _end_of(pid: int) -> Iterator[asyncio.Event]:
    """Set when the process has ended; it is not waited for, so its number is still its own."""
    loop, descriptor, ended = asyncio.get_running_loop(), os.pidfd_open(pid), asyncio.Event()
    loop.add_reader(descriptor, ended.set)
    try:
        yield ended
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def _bounded(process: subprocess.Popen[bytes], limits: Limits) -> Ending:
    try:
        _limit(process.pid, limits)
        with _end_of(process.pid) as ended:
            async with asyncio.timeout(limits.seconds):
                await ended.wait()
        return "exited"
    except TimeoutError:
        return "timed_out"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.poll() is None:
            await asyncio.to_thread(process.wait)


def yield_to_others(pid: int) -> None:
    """The process, and what it starts from now on, gets the processor after those of ordinary priority.

    On Linux each thread has a priority of its own, which those that it starts take over: the threads are looked at until no new one is
    there.
    """
    done: set[int] = set()
    while new := _threads(pid) - done:
        for thread in new:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended, or is even nicer
                os.setpriority(os.PRIO_PROCESS, thread, max(NICE, os.getpriority(os.PRIO_PROCESS, thread)))
        done |= new


def _threads(pid: int) -> set[int]:
    try:
        return {pid, *(int(thread.name) for thread in Path(f"/proc/{pid}/task").iterdir())}
    except OSError:
        return {pid}


def _limit(pid: int, limits: Limits) -> None:
    """From outside, right after the start: it cannot have taken much yet, and the fork stays cheap."""
    yield_to_others(pid)
    bounds = {
        resource.RLIMIT_DATA: limits.memory,
        resource.RLIMIT_CPU: int(limits.seconds * 4) + 1,
        resource.RLIMIT_FSIZE: limits.output,
        resource.RLIMIT_CORE: 0,
    }
    with contextlib.suppress(ProcessLookupError):
        for kind, bound in bounds.items():
            resource.prlimit(pid, kind, (bound, bound))


def text_of(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode(errors="replace").replace("\0", "\ufffd")
