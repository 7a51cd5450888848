"""The machine's processors."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_IDLE = 4
"""After user, nice and system time. What waits for a disk counts elsewhere, and is not idle."""


def idle(file: Path = Path("/proc/stat")) -> float | None:
    """Seconds in which they had nothing to do since the machine began, summed up; None where the kernel does not tell."""
    try:
        with file.open() as told:
            return int(told.readline().split()[_IDLE]) / _TICKS
    except (OSError, ValueError, IndexError):
        return None
