"""Looking at a sandbox's processes from outside, where there is no control group to ask."""

import os
from collections.abc import Iterator
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident(pid: int) -> int:
    """Bytes of memory that the process and its descendants occupy; what has ended meanwhile counts nothing.

    The proportional set size where the kernel tells it: what is shared after a fork counts once, not once for each process.
    """
    return sum(occupied(one) for one in _family(pid))


def _family(pid: int) -> Iterator[int]:
    """Daemons too: in a process namespace an orphan's parent is the first process of it."""
    pending = [pid]
    while pending:
        one = pending.pop()
        yield one
        pending += [int(child) for child in _read(Path(f"/proc/{one}/task/{one}/children")).split()]


def occupied(pid: int) -> int:
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * _PAGE if len(fields) > 1 else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
