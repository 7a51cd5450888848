"""Types of Python, by a server of ty for each of the projects that were looked at last: it works out again only what an edit touches."""

import asyncio
import json
import shutil
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from barnraise.validator.adapters.language_server import LanguageServer, ServerError
from barnraise.validator.adapters.process import Limits
from barnraise.validator.adapters.programs import KEPT
from barnraise.validator.domain.runs import Run

_MORE = "\n\ninfo:"
"""What the program leaves out of its report."""
_CHANGED = 2
"""The protocol's number."""
_SEVERITIES = {1: "major", 2: "minor", 3: "info"}
"""Of the protocol, in the words of ty's report; hints are left out, as there."""
_IDLE = 120.0
_CANARY = "_canary_.py"
"""A file of ours with an error: where there is nothing to tell, the server waits until there is; and a report without it is not whole."""


@dataclass
class _Seat:
    """A project's server, its own copy of the files, and what is in it."""

    folder: Path
    key: str
    server: LanguageServer | None = None
    contents: dict[str, bytes] = field(default_factory=dict)
    end: asyncio.TimerHandle | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class TyServers:
    """``most`` bounds how many there are, and ``limits.memory`` each; one that nobody asks for two minutes ends."""

    def __init__(self, program: str, folder: Path, limits: Limits, most: int) -> None:
        self._program = program
        self._folder = folder
        self._limits = limits
        self._most = most
        self._seats: OrderedDict[str, _Seat] = OrderedDict()
        self._leaving: asyncio.Task[None] | None = None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    async def run(self, directory: Path, files: Sequence[str], packages: Path, config: Callable[[bool], str]) -> Run:
        """As the program's own run would end. ``config``: ty's configuration, for a project with or without a folder ``backend``,
        ending in its section ``environment``. Raises ServerError: the program must be asked instead."""
        start = time.monotonic()
        seat = await self._seat(directory)
        async with seat.lock:
            if self._seats.get(seat.key) is not seat:
                raise ServerError("it had to go for another project")
            try:
                told = await self._told(seat, directory, files, packages, config)
            except BaseException:
                await self._leave(seat)
                raise
        self._leave_later(seat)
        return Run("exited", 0, json.dumps(told), "", round(time.monotonic() - start, 3))

    async def aclose(self) -> None:
        for seat in list(self._seats.values()):
            await self._leave(seat)

    async def _seat(self, directory: Path) -> _Seat:
        """The project's, by a name that it keeps; the one used least lately has to go for a new one."""
        kept = directory.parent / KEPT
        if not kept.is_dir() or self._most < 1:
            raise ServerError("nothing is kept of this project")
        name = kept / "ty"
        if not name.exists():
            name.write_text(uuid.uuid4().hex)
        token = name.read_text()
        if token not in self._seats:
            free = [seat for seat in self._seats.values() if not seat.lock.locked()]
            if len(self._seats) >= self._most and not free:
                raise ServerError("all are in use")
            gone = free[0] if len(self._seats) >= self._most else None
            self._seats[token] = _Seat(self._folder / token, token)
            if gone:
                await self._leave(gone)
        seat = self._seats.setdefault(token, _Seat(self._folder / token, token))
        self._seats.move_to_end(token)
        return seat

    async def _told(
        self, seat: _Seat, directory: Path, files: Sequence[str], packages: Path, config: Callable[[bool], str]
    ) -> list[dict[str, Any]]:
        contents = await asyncio.to_thread(_read, directory, files)
        root = seat.folder / "files"
        wanted = config((directory / "backend").is_dir()) + f'python = "{seat.folder / "python"}"\n'
        if seat.server is None or contents.keys() != seat.contents.keys() or (seat.folder / "ty.toml").read_text() != wanted:
            seat.server = await self._started(seat, packages, wanted, contents)
        elif changed := [path for path, content in contents.items() if seat.contents[path] != content]:
            await asyncio.to_thread(_write, root, {path: contents[path] for path in changed})
            told = [{"uri": (root / path).as_uri(), "type": _CHANGED} for path in changed]
            await seat.server.tell("workspace/didChangeWatchedFiles", {"changes": told})
        seat.contents = contents
        return _findings(root, await seat.server.ask("workspace/diagnostic", {"previousResultIds": []}))

    async def _started(self, seat: _Seat, packages: Path, config: str, contents: Mapping[str, bytes]) -> LanguageServer:
        """Anew when there are other files than before: a server does not always see what that makes of an import."""
        await self._stop(seat)
        await asyncio.to_thread(_prepare, seat.folder, packages, config, contents)
        configuration = {"configurationFile": str(seat.folder / "ty.toml"), "diagnosticMode": "workspace"}
        return await LanguageServer.start([self._program, "server"], seat.folder / "files", configuration, self._limits)

    def _leave_later(self, seat: _Seat) -> None:
        if seat.end:
            seat.end.cancel()
        seat.end = asyncio.get_running_loop().call_later(_IDLE, self._end, seat)

    def _end(self, seat: _Seat) -> None:
        if not seat.lock.locked():  # else whoever has it will say so again
            self._leaving = asyncio.get_running_loop().create_task(self._leave(seat))

    async def _stop(self, seat: _Seat) -> None:
        server, seat.server, seat.contents = seat.server, None, {}
        if server:
            await server.aclose()
        shutil.rmtree(seat.folder, ignore_errors=True)

    async def _leave(self, seat: _Seat) -> None:
        if self._seats.get(seat.key) is seat:
            del self._seats[seat.key]
        if seat.end:
            seat.end.cancel()
        await self._stop(seat)


def _read(directory: Path, files: Sequence[str]) -> dict[str, bytes]:
    return {path: (directory / path).read_bytes() for path in files if not (directory / path).is_symlink()}


def _prepare(folder: Path, packages: Path, config: str, contents: Mapping[str, bytes]) -> None:
    """The packages are shown as those of an installed Python, so that they count as somebody else's code."""
    (folder / "python/lib/python3.11").mkdir(parents=True)
    (folder / "python/lib/python3.11/site-packages").symlink_to(packages)
    (folder / "ty.toml").write_text(config)
    _write(folder / "files", {**contents, _CANARY: b"sings: int = ''\n"})


def _write(root: Path, contents: Mapping[str, bytes]) -> None:
    for path, content in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def _findings(root: Path, report: Any) -> list[dict[str, Any]]:
    """In the form of ty's own report."""
    try:
        found: list[dict[str, Any]] = [
            {
                "check_name": one["code"],
                "description": f"{one['code']}: {one['message'].partition(_MORE)[0]}",
                "severity": _SEVERITIES[one["severity"]],
                "location": {
                    "path": Path(unquote(urlsplit(file["uri"]).path)).relative_to(root).as_posix(),
                    "positions": {"begin": {"line": one["range"]["start"]["line"] + 1, "column": one["range"]["start"]["character"] + 1}},
                },
            }
            for file in report["items"]
            for one in file.get("items", ())
            if one["severity"] in _SEVERITIES
        ]
        told = [one for one in found if one["location"]["path"] != _CANARY]
    except (KeyError, TypeError, ValueError) as error:
        raise ServerError("the report was not understood") from error
    if len(told) == len(found):
        raise ServerError("the report is not whole")
    return told
