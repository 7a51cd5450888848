"""Processes that remember a project: one for each of the projects that were looked at last. They have a copy of what they look at, and
nothing else of the project; one that nobody asks for two minutes ends.

A project that was never looked at is given the one that was asked least lately, if there is one: that knows the packages of the base layer
already, which takes longest."""

import asyncio
import contextlib
import shutil
import time
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Generic, Protocol, TypeVar

from barnraise.validator.adapters.programs import KEPT
from barnraise.validator.domain.runs import Run

_IDLE = 120.0
_FEW = 300
"""Files that are looked through sooner than a thread is found for it."""


class ServerError(Exception):
    """It broke, did not answer in time, or said what is not understood. It is of no further use."""


class Server(Protocol):
    async def aclose(self) -> None:
        """Ends it, with all that it has started."""
        ...


S = TypeVar("S", bound=Server)
T = TypeVar("T")


@dataclass
class Seat(Generic[S]):
    """A project's process, its own copy of the files, what is in it, and what else it was started with."""

    folder: Path
    key: str
    server: S | None = None
    contents: dict[str, bytes] = field(default_factory=dict)
    made_with: object = None
    end: asyncio.TimerHandle | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Seats(Generic[S]):
    """``most`` bounds how many there are; the folder's name says what they are. ``newcomers``: whether a project is given one the first
    time, where its program would do as well."""

    def __init__(self, folder: Path, most: int, *, newcomers: bool = True) -> None:
        self._folder = folder
        self._newcomers = newcomers
        self._most = most
        self._seats: OrderedDict[str, Seat[S]] = OrderedDict()
        self._leaving: asyncio.Task[None] | None = None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    async def run(self, directory: Path, look: Callable[[Seat[S]], Awaitable[Run]]) -> Run:
        """What it says of the project in the directory; nobody else asks it meanwhile. Raises ServerError: its program must be asked."""
        start = time.monotonic()
        key, is_new = _named(directory.parent / KEPT, f"{self._folder.name}.seat")
        if is_new and not self._newcomers:
            raise ServerError("it is looked at for the first time")
        seat = self._seat(key, is_new=is_new)
        async with seat.lock:
            if self._seats.get(key) is not seat:
                raise ServerError("it had to go for another project")
            try:
                run = await look(seat)
            except OSError as error:  # a file where a folder was
                await self._leave(seat)
                raise ServerError(str(error)) from error
            except BaseException:
                await self._leave(seat)
                raise
        self._leave_later(seat)
        return Run(run.ending, run.code, run.output, run.errors, round(time.monotonic() - start, 3))

    async def stop(self, seat: Seat[S]) -> None:
        """Its process, and its copy of the files."""
        server, seat.server, seat.contents = seat.server, None, {}
        if server:
            await server.aclose()
        await asyncio.to_thread(shutil.rmtree, seat.folder, ignore_errors=True)

    async def aclose(self) -> None:
        for seat in list(self._seats.values()):
            await self._leave(seat)

    def _seat(self, key: str, *, is_new: bool) -> Seat[S]:
        """The project's; nobody waits for one that is taken from another project."""
        if (seat := self._seats.get(key)) is None:
            free = next((seat for seat in self._seats.values() if not seat.lock.locked()), None)
            full = len(self._seats) >= self._most
            if full and free is None:
                raise ServerError("all are in use")
            seat = free if free and (full or is_new) else Seat(self._folder / uuid.uuid4().hex, key)
            if seat is free:
                del self._seats[seat.key]
            seat.key = key
            self._seats[key] = seat
        self._seats.move_to_end(key)
        return seat

    def _leave_later(self, seat: Seat[S]) -> None:
        if seat.end:
            seat.end.cancel()
        seat.end = asyncio.get_running_loop().call_later(_IDLE, self._end, seat)

    def _end(self, seat: Seat[S]) -> None:
        if not seat.lock.locked():  # else whoever has it will say so again
            self._leaving = asyncio.get_running_loop().create_task(self._leave(seat))

    async def _leave(self, seat: Seat[S]) -> None:
        if self._seats.get(seat.key) is seat:
            del self._seats[seat.key]
        if seat.end:
            seat.end.cancel()
        await self.stop(seat)


async def beside(work: Callable[[], T], files: int) -> T:
    """The result of work on so many files, in a thread where they are many: nobody else waits for those. A server is asked about few
    before any program is started, which takes the processor from threads too."""
    return work() if files <= _FEW else await asyncio.to_thread(work)


def _named(kept: Path, name: str) -> tuple[str, bool]:
    """What is kept of the project in a file of that name, by which its process knows it, and whether that was only put there now."""
    if not kept.is_dir():
        raise ServerError("nothing is kept of this project")
    file = kept / name
    if is_new := not file.exists():
        file.write_text(uuid.uuid4().hex)
    return file.read_text(), is_new


def contents_of(directory: Path, files: Sequence[str]) -> dict[str, bytes]:
    """Of those that are files of the project."""
    return {path: (directory / path).read_bytes() for path in files if not (directory / path).is_symlink()}


def write(root: Path, contents: Mapping[str, bytes]) -> None:
    for path, content in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def change(root: Path, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[list[str], list[str], list[str]]:
    """Makes of a copy with some contents one with others: which files have gone, come and changed. Folders that stay are not taken away
    on the way."""
    gone, new = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    changed = [path for path in after.keys() & before.keys() if after[path] != before[path]]
    for path in gone:
        (root / path).unlink()
    write(root, {path: after[path] for path in (*new, *changed)})
    for path in gone:
        with contextlib.suppress(OSError):  # not empty
            for parent in PurePosixPath(path).parents[:-1]:
                (root / parent).rmdir()
    return gone, new, changed
