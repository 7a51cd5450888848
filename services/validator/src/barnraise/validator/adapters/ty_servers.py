"""Types of Python, by a server of ty for each of the projects that were looked at last: it works out again only what an edit touches."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from barnraise.validator.adapters.language_server import LanguageServer
from barnraise.validator.adapters.process import Limits
from barnraise.validator.adapters.seats import Seat, Seats, ServerError, beside, change, contents_of, write
from barnraise.validator.domain.runs import Run

_MORE = "\n\ninfo:"
"""What the program leaves out of its report."""
_SEVERITIES = {1: "major", 2: "minor", 3: "info"}
"""Of the protocol, in the words of ty's report; hints are left out, as there."""
_CANARY = "_canary_.py"
"""A file of ours with an error: where there is nothing to tell, the server waits until there is; and a report without it is not whole."""


class TyServers:
    """``most`` bounds how many there are, and ``limits.memory`` each."""

    def __init__(self, program: str, folder: Path, limits: Limits, most: int) -> None:
        self._program = program
        self._limits = limits
        self.seats: Seats[LanguageServer] = Seats(folder, most)

    async def run(self, directory: Path, files: Sequence[str], packages: Path, config: Callable[[bool], str]) -> Run:
        """As the program's own run would end. ``config``: ty's configuration, for a project with or without a folder ``backend``,
        ending in its section ``environment``. Raises ServerError: the program must be asked instead."""

        async def look(seat: Seat[LanguageServer]) -> Run:
            return Run("exited", 0, json.dumps(await self._told(seat, directory, files, packages, config)), "", 0.0)

        return await self.seats.run(directory, look)

    async def aclose(self) -> None:
        await self.seats.aclose()

    async def _told(
        self, seat: Seat[LanguageServer], directory: Path, files: Sequence[str], packages: Path, config: Callable[[bool], str]
    ) -> list[dict[str, Any]]:
        contents = await beside(lambda: contents_of(directory, files), len(files))
        root = seat.folder / "files"
        wanted = config((directory / "backend").is_dir()) + f'python = "{seat.folder / "python"}"\n'
        if seat.server is None or seat.made_with != (packages, wanted):
            seat.server = await self._started(seat, packages, wanted, contents)
            seat.made_with = packages, wanted
        else:
            gone, new, changed = await beside(lambda: change(root, seat.contents, contents), len(files))
            # Where files have come, the whole folder has for it: else it does not see what that makes of an import.
            paths = {"gone": gone, "changed": changed}
            told = {how: [root / path for path in some] for how, some in paths.items()}
            await seat.server.tell_of_files(new=[root] * bool(gone or new), **told)
        seat.contents = contents
        return _findings(root, await seat.server.ask("workspace/diagnostic", {"previousResultIds": []}))

    async def _started(self, seat: Seat[LanguageServer], packages: Path, config: str, contents: Mapping[str, bytes]) -> LanguageServer:
        await self.seats.stop(seat)
        await asyncio.to_thread(_prepare, seat.folder, packages, config, contents)
        configuration = {"configurationFile": str(seat.folder / "ty.toml"), "diagnosticMode": "workspace"}
        return await LanguageServer.start([self._program, "server"], seat.folder / "files", configuration, self._limits)


def _prepare(folder: Path, packages: Path, config: str, contents: Mapping[str, bytes]) -> None:
    """The packages are shown as those of an installed Python, so that they count as somebody else's code."""
    (folder / "python/lib/python3.11").mkdir(parents=True)
    (folder / "python/lib/python3.11/site-packages").symlink_to(packages)
    (folder / "ty.toml").write_text(config)
    write(folder / "files", {**contents, _CANARY: b"sings: int = ''\n"})


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
