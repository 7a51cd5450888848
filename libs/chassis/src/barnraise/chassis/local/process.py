"""A child process that dies with its parent, logs to a file and is told apart from a reused process id."""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """Runs in the child before exec: the kernel sends SIGKILL when the thread that started it ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """A started process. Start it from a thread that lives as long as the process should: the main thread."""

    def __init__(
        self, command: Sequence[str], *, log: Path, env: Mapping[str, str], user: int | None = None, group: int | None = None
    ) -> None:
        options = {} if user is None else {"user": user, "group": group, "extra_groups": []}
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                env=dict(env),
                cwd="/",
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no other threads hold locks when a supervisor starts its children
                **options,
            )
        self.pid = self._process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def ended(self, timeout: float) -> bool:
        """Whether the process has ended within that many seconds."""
        return await asyncio.to_thread(self._wait, timeout)

    async def stop(self, number: signal.Signals = signal.SIGTERM, grace: float = 10.0) -> None:
        """Ask the process to end; kill it, and what it left in its session, when it does not."""
        self.send(number)
        if not await self.ended(grace):
            self.kill()
            await self.ended(5)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def _wait(self, timeout: float) -> bool:
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True


def plain_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A small environment: no variable of the caller's but what programs need to run."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH") if key in os.environ}
    return kept | dict(extra or {})
