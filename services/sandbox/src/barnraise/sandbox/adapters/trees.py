# ruff: noqa: PTH208 - descriptors, not paths
"""Folders that hostile code has filled: of any depth, with any names, with links to anywhere. Nothing here follows a link or recurses."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from barnraise.chassis.clock import new_id

ENTRY = 4096
"""Bytes that a name takes, however empty: or files without content would cost nothing."""
_OPENED = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


def walk(folder: Path) -> Iterator[tuple[int, list[str]]]:
    """Every folder below, itself first, as an open descriptor and the names in it. However deep, at most two are open at a time: the way
    back is ``..``, and whoever moves folders meanwhile only ends the walk early."""
    here = os.open(folder, _OPENED)
    try:
        above: list[tuple[tuple[int, int], list[str]]] = []
        names = os.listdir(here)
        yield here, names
        pending = _folders(here, names)
        while pending or above:
            if pending:
                name = pending.pop()
                with suppress(OSError):
                    below = os.open(name, _OPENED, dir_fd=here)
                    above.append((_identity(here), pending))
                    os.close(here)
                    here, pending = below, []
                    names = os.listdir(here)
                    yield here, names
                    pending = _folders(here, names)
                continue
            back = os.open("..", _OPENED, dir_fd=here)
            os.close(here)
            here = back
            identity, pending = above.pop()
            if _identity(here) != identity:
                return
    finally:
        os.close(here)


def read(here: int, name: str, most: int) -> bytes:
    """A plain file of at most that many bytes, in the open folder; OSError when it is anything else."""
    opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=here)
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise OSError(f"{name[:200]!r} is no plain file")
    with open(opened, "rb") as file:  # noqa: PTH123 - a descriptor
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(f"{name[:200]!r} is larger than it may be")
    return content


def _folders(here: int, names: list[str]) -> list[str]:
    found = []
    for name in names:
        with suppress(OSError):
            if stat.S_ISDIR(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
                found.append(name)
    return found


def _identity(descriptor: int) -> tuple[int, int]:
    told = os.fstat(descriptor)
    return told.st_dev, told.st_ino


def give(folder: Path, user: int | None) -> None:
    """Make a data folder, and everything in it, the sandbox's own. Nothing gets more rights than before."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if user is None:
        return
    for here, names in walk(folder):
        os.chown(here, user, user)
        for name in names:
            with suppress(FileNotFoundError):
                os.chown(name, user, user, dir_fd=here, follow_symlinks=False)


def size(folder: Path, most: int | None = None) -> int:
    """Bytes in the folder: blocks, not lengths, for a sparse file takes no room, and something for each name. What
    vanishes counts nothing. Who is over ``most`` is not counted to the end."""
    total = 0
    with suppress(OSError):
        for here, names in walk(folder):
            for name in names:
                with suppress(OSError):
                    total += os.stat(name, dir_fd=here, follow_symlinks=False).st_blocks * 512 + ENTRY
                if most is not None and total > most:
                    return total
    return total


def remove(folder: Path) -> None:
    """Whatever is in it. Folders are brought up to its top before they are emptied, so that no path grows long; what is gone is gone."""
    try:
        top = _unlock(folder.name, os.open(folder.parent, os.O_PATH | os.O_DIRECTORY))
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        pending = _emptied(top, top)
        while pending:
            name = pending.pop()
            here = _unlock(name, os.dup(top))
            try:
                pending += _emptied(here, top)
            finally:
                os.close(here)
            os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)
    folder.rmdir()


def _unlock(name: str, parent: int) -> int:
    """The folder, open, with the rights to empty it; ``parent`` is closed."""
    try:
        if not stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise NotADirectoryError(name)
        with suppress(PermissionError):
            os.chmod(name, 0o700, dir_fd=parent)
        return os.open(name, _OPENED, dir_fd=parent)
    finally:
        os.close(parent)


def _emptied(here: int, top: int) -> list[str]:
    """Remove the files of a folder, and bring its folders to the top; their names there."""
    brought = []
    for name in os.listdir(here):
        try:
            os.unlink(name, dir_fd=here)
        except (IsADirectoryError, PermissionError):
            if not stat.S_ISDIR(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
                raise
            with suppress(PermissionError):  # to move a folder is to write its ".."
                os.chmod(name, 0o700, dir_fd=here)
            new = name if here == top else new_id()
            if here != top:
                os.rename(name, new, src_dir_fd=here, dst_dir_fd=top)
            brought.append(new)
    return brought
