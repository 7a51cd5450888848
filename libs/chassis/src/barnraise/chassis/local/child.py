"""A child process that never outlives its parent and whose end can be awaited."""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.05


class StartError(RuntimeError):
    """A process did not come up; the text ends with the last lines of its log."""


class Child:
    """A process in a session of its own, with its output appended to a log file.

    The kernel kills it when the *thread* that started it ends: start children from a thread that lives as long as they should.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self.log = log

    @classmethod
    def spawn(
        cls,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str],
        cwd: Path | None = None,
        user: tuple[int, int] | None = None,
        death: signal.Signals = signal.SIGKILL,
    ) -> "Child":
        """Start it. ``user`` is a uid and gid to become; ``death`` is what the child gets when the parent is gone."""
        identity: dict[str, Any] = {"user": user[0], "group": user[1], "extra_groups": []} if user else {}
        with log.open("ab", buffering=0) as output:
            process = subprocess.Popen[bytes](
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid(), death),
                **identity,
            )
        return cls(process, log)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def send(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the process is gone."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """``kill -9``; it is gone on return."""
        self.send(signal.SIGKILL)
        self._process.wait()

    async def wait(self) -> int:
        """Its exit code, as soon as it has ended."""
        while (code := self.code) is None:
            await self._ended()
        return code

    async def stop(self, number: signal.Signals = signal.SIGTERM, grace: float = 10.0) -> int:
        """Ask it to end; after ``grace`` seconds it is killed."""
        self.send(number)
        try:
            async with asyncio.timeout(grace):
                return await self.wait()
        except TimeoutError:
            self.kill()
            return self._process.returncode

    def tail(self, lines: int = 12) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    async def _ended(self) -> None:
        try:
            handle = os.pidfd_open(self.pid)
        except OSError:  # a kernel without pidfds, or the process went this moment
            await asyncio.sleep(_POLL_SECONDS)
            return
        loop = asyncio.get_running_loop()
        over = loop.create_future()
        loop.add_reader(handle, lambda: over.done() or over.set_result(None))
        try:
            await over
        finally:
            loop.remove_reader(handle)
            os.close(handle)


def free_port() -> int:
    """A TCP port on loopback that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    """What the child does before exec: ask for a signal at its parent's death, unless that has come already.

    Must run after the change of user, which clears the setting; ``subprocess`` calls it at the right moment.
    """

    def prepare() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return prepare
