"""Counting what a sandbox keeps in its memory file systems, to which bubblewrap can give a size, but no number of files."""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from barnraise.sandbox.adapters.local.processes import family

_EVERY, _GLANCE = 0.25, 0.01
_FIRST = 3
"""bubblewrap, the first process of its namespace, and the program: the last is the one whose root a service that is not root may see."""


class FilesGuard:
    """Calls ``strike`` once when one of the ``folders``, as the descendants of ``pid`` see them, has more than ``most`` files. They are
    opened as soon as they are there, before anybody could put others in their place. Must be made in a running loop."""

    def __init__(self, pid: int, folders: Sequence[str], most: int, strike: Callable[[], None]) -> None:
        self._watching = asyncio.create_task(_watch(pid, folders, most, strike))

    def stop(self) -> None:
        self._watching.cancel()


async def _watch(pid: int, folders: Sequence[str], most: int, strike: Callable[[], None]) -> None:
    opened: list[int] = []
    try:
        while not (opened := _opened(pid, folders)):
            await asyncio.sleep(_GLANCE)
        while all(_files(one) <= most for one in opened):
            await asyncio.sleep(_EVERY)
        strike()
    finally:
        for one in opened:
            os.close(one)


def _opened(pid: int, folders: Sequence[str]) -> list[int]:
    """All of them, or none as long as the sandbox is not furnished."""
    for one in islice(family(pid), 1, _FIRST):
        opened: list[int] = []
        with suppress(OSError):
            if Path(f"/proc/{one}/root").samefile("/"):
                continue
            for folder in folders:
                opened.append(os.open(f"/proc/{one}/root{folder}", os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW))
            return opened
        for descriptor in opened:
            os.close(descriptor)
    return []


def _files(descriptor: int) -> int:
    told = os.fstatvfs(descriptor)
    return told.f_files - told.f_ffree
