"""Types of TypeScript, by a server of the compiler for each of the projects that were looked at last: it is asked about the files that an
edit may reach (``domain.reach``); what it said of the others still holds."""

import asyncio
import json
import re
import shutil
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from barnraise.validator.adapters.language_server import LanguageServer
from barnraise.validator.adapters.process import Limits
from barnraise.validator.adapters.programs import TYPESCRIPT
from barnraise.validator.adapters.seats import Seat, Seats, ServerError, beside, change, contents_of, write
from barnraise.validator.domain.reach import reached
from barnraise.validator.domain.runs import Run

_SOURCES = "frontend/src"
_CONFIGS = ("tsconfig.json", "jsconfig.json")
_ENV = {"GOMAXPROCS": "2", "GOMEMLIMIT": "200MiB"}
_SETTINGS = {"disableAutomaticTypeAcquisition": True, "tsserver": {"disableAutomaticTypeAcquisition": True}}
_CANARY = "export const sings: number = import.meta.env.MODE;\n"
"""A file of ours with an error that is this one only where our settings hold and the packages were found."""
_SINGS = 2322
_ERROR = 1
"""The protocol's number."""
_SYNTAX = re.compile(r"error TS1\d{3}:")


@dataclass
class _Known:
    """A server, and what it has said of each file."""

    server: LanguageServer
    canary: str
    said: dict[str, list[str]] = field(default_factory=dict)

    async def aclose(self) -> None:
        await self.server.aclose()


class TscServers:
    """``most`` bounds how many there are, and ``limits.memory`` each. A project that is new is the program's: that is as quick."""

    def __init__(self, folder: Path, limits: Limits, most: int) -> None:
        self._limits = limits
        self.seats: Seats[_Known] = Seats(folder, most, newcomers=False)

    async def run(self, directory: Path, files: Iterable[str], is_page: Callable[[str], bool], modules: Path, program: Path) -> Run:
        """As the program's own run would end. ``files``: all that the compiler may read, of which the pages are looked at. Raises
        ServerError: the program must be asked instead."""

        async def look(seat: Seat[_Known]) -> Run:
            shown = list(files)
            contents = await beside(lambda: contents_of(directory, shown), len(shown))
            said = await self._said(seat, contents, is_page, modules, program)
            return Run("exited", 0, "".join(f"{line}\n" for path in sorted(said) for line in said[path]), "", 0.0)

        run = await self.seats.run(directory, look)
        if _SYNTAX.search(run.output):
            raise ServerError("of syntax, the program says less")
        return run

    async def aclose(self) -> None:
        await self.seats.aclose()

    async def _said(
        self, seat: Seat[_Known], contents: Mapping[str, bytes], is_page: Callable[[str], bool], modules: Path, program: Path
    ) -> Mapping[str, list[str]]:
        _check(contents)
        root = seat.folder / "files"
        if (known := seat.server) is None or seat.made_with != modules:
            await self.seats.stop(seat)
            known = seat.server = await self._started(seat.folder, contents, modules, program)
            seat.made_with = modules
            asked: Collection[str] = [path for path in contents if is_page(path)]
        else:
            asked = reached(seat.contents, contents, is_page, lambda name: _is_package(modules, name))
            gone, new, changed = await beside(lambda: change(root, seat.contents, contents), len(contents))
            await known.server.tell_of_files(
                gone=[root / path for path in gone], new=[root / path for path in new], changed=[root / path for path in changed]
            )
        seat.contents = dict(contents)
        said = await _asked(known, root, sorted(asked))
        known.said = {path: lines for path, lines in known.said.items() if path in contents} | said
        return known.said

    async def _started(self, folder: Path, contents: Mapping[str, bytes], modules: Path, program: Path) -> _Known:
        canary = f"{_SOURCES}/canary-{uuid.uuid4().hex}.ts"
        await asyncio.to_thread(_prepare, folder, {**contents, canary: _CANARY.encode()}, modules)
        server = await LanguageServer.start([program, "--lsp", "-stdio"], folder / "files", _SETTINGS, self._limits, _ENV)
        return _Known(server, canary)


def _prepare(folder: Path, contents: Mapping[str, bytes], modules: Path) -> None:
    """Our settings stand where the server looks first, which is where the sources are."""
    shutil.rmtree(folder, ignore_errors=True)
    config = json.dumps({"compilerOptions": TYPESCRIPT, "include": ["**/*"], "exclude": []})
    write(folder / "files", {**contents, f"{_SOURCES}/tsconfig.json": config.encode()})
    (folder / "node_modules").symlink_to(modules)


def _check(contents: Mapping[str, bytes]) -> None:
    """What would be another project for a server than for the program. Raises ServerError."""
    for path, content in contents.items():
        if "node_modules" in path or (path.startswith(_SOURCES) and path.endswith(_CONFIGS)):
            raise ServerError("the project brings its own packages or settings")
        if path.startswith(_SOURCES) and b"sconfig" in content:
            raise ServerError("the project reads settings")


def _is_package(modules: Path, name: str) -> bool:
    if not name or "\0" in name or ".." in name:
        return False
    try:
        return any((modules / folder).is_dir() for folder in (name, f"@types/{name.replace('@', '').replace('/', '__')}"))
    except OSError:  # no name is that long
        return False


async def _asked(known: _Known, root: Path, files: list[str]) -> dict[str, list[str]]:
    paths = [*files, known.canary]
    told = await known.server.ask_each("textDocument/diagnostic", [{"textDocument": {"uri": (root / path).as_uri()}} for path in paths])
    try:
        errors = [[one for one in report["items"] if one["severity"] == _ERROR] for report in told]
        if [one["code"] for one in errors[-1]] != [_SINGS]:
            raise ServerError("it does not see the project as it should")
        return {path: [_line(root, path, one) for one in found] for path, found in zip(files, errors, strict=False)}
    except (KeyError, TypeError, IndexError) as error:
        raise ServerError("the report was not understood") from error


def _line(root: Path, path: str, one: Any) -> str:
    """As the program would write it."""
    start = one["range"]["start"]
    message = one["message"].partition("\n")[0].replace(f"{root}/", "")
    return f"{path}({start['line'] + 1},{start['character'] + 1}): error TS{one['code']}: {message}"
