"""Looking at a sandbox's processes from outside, where there is no control group to ask."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from barnraise.sandbox.domain.limits import Usage

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_EVERY, _GLANCE = 0.25, 0.02
"""Seconds between two looks at memory, which take milliseconds, and between two glances at what the machine has left (microseconds)."""
_SPENT = slice(11, 15)
"""After the name: ticks of the process and of its children that have ended, each in user and kernel mode."""


class Guard:
    """Calls ``strike`` once when the process and its descendants occupy more than ``most`` bytes. They are looked at four times a second,
    and at once when the machine has so much less left that it may be they. Must be made in a running loop."""

    def __init__(self, pid: int, most: int, strike: Callable[[], None]) -> None:
        self.struck = False
        self._watching = asyncio.create_task(self._watch(pid, most, strike))

    def stop(self) -> None:
        self._watching.cancel()

    async def _watch(self, pid: int, most: int, strike: Callable[[], None]) -> None:
        while (taken := resident(pid)) <= most:
            await _rest(most - taken)
        self.struck = True
        strike()


async def _rest(room: int) -> None:
    """Until it is time to look again, or ``room`` bytes of the machine's memory are gone."""
    low = _available() - room
    for _ in range(round(_EVERY / _GLANCE)):
        await asyncio.sleep(_GLANCE)
        if _available() <= low:
            return


def _available() -> int:
    """Bytes of the machine's memory that may still be taken."""
    fields = dict(line.split(":", 1) for line in _read(Path("/proc/meminfo")).splitlines())
    return int(fields.get("MemAvailable", "0 kB").split()[0]) << 10


def resident(pid: int) -> int:
    """Bytes of memory that the process and its descendants occupy; what has ended meanwhile counts nothing.

    The proportional set size where the kernel tells it: what is shared after a fork counts once, not once for each process.
    """
    return sum(occupied(one) for one in family(pid))


def usage(pid: int) -> Usage:
    """What the process and its descendants take. Of those that have ended the time counts if their parents, which are there, have waited
    for them."""
    members = list(family(pid))
    there = sum(1 for one in members if _read(Path(f"/proc/{one}/stat")))
    return Usage(sum(map(occupied, members)), sum(map(spent, members)), there)


def spent(pid: int) -> float:
    """Seconds of a processor that the process has used, and its children that it has waited for; 0 when it is gone."""
    return sum(map(int, _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()[_SPENT])) / _TICKS


def family(pid: int) -> Iterator[int]:
    """Daemons too: in a process namespace an orphan's parent is the first process of it. A child is listed with the thread that has started
    it."""
    pending = [pid]
    while pending:
        one = pending.pop()
        yield one
        for thread in _listed(Path(f"/proc/{one}/task")):
            pending += [int(child) for child in _read(thread / "children").split()]


def occupied(pid: int) -> int:
    """Bytes, those that were swapped out included."""
    shares = [line.split()[1] for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines() if line.startswith(("Pss:", "SwapPss:"))]
    if shares:
        return sum(map(int, shares)) << 10
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * _PAGE if len(fields) > 1 else 0


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")  # a process names itself as it likes
    except OSError:
        return ""
