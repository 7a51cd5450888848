"""What is on a disk and in no folder: files that were removed and that somebody still has open."""

import stat
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def removed(user: int, device: int) -> int:
    """Bytes of such files of the device that processes of the user have open. Of what is only mapped, or on its way from one process to
    another, nothing is known. Blocks for some milliseconds."""
    found: dict[int, int] = {}
    for process in _PROC.iterdir():
        with suppress(OSError):
            if process.name.isdecimal() and process.stat().st_uid == user:
                found |= _removed(process, device)
    return sum(found.values())


def _removed(process: Path, device: int) -> dict[int, int]:
    """Inode -> bytes."""
    found = {}
    for opened in (process / "fd").iterdir():
        with suppress(OSError):
            told = opened.stat()
            if told.st_dev == device and not told.st_nlink and stat.S_ISREG(told.st_mode):
                found[told.st_ino] = told.st_blocks * 512
    return found
