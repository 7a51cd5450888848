"""All tools: what each looks at, what its findings depend on, and how it is run."""

import hashlib
import json
import os
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from barnraise.chassis.logs import get_logger
from barnraise.validator.adapters import programs
from barnraise.validator.adapters.base_layer import node_modules, python_packages, typescript
from barnraise.validator.adapters.checks import advisories, grammars, schemas
from barnraise.validator.adapters.crews import ForkedCrew
from barnraise.validator.adapters.elsewhere import Unchecked, by_itself, is_page, is_setting
from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.own_packages import excusing_tsc, excusing_ty
from barnraise.validator.adapters.process import Limits, run_tool
from barnraise.validator.adapters.programs import Command
from barnraise.validator.adapters.seats import ServerError
from barnraise.validator.adapters.tsc_servers import TscServers
from barnraise.validator.adapters.ty_servers import TyServers
from barnraise.validator.domain.findings import (
    Reader,
    read_advisories,
    read_bandit,
    read_hadolint,
    read_own,
    read_oxlint,
    read_ruff,
    read_ruff_format,
    read_shellcheck,
    read_tsc,
    read_ty,
)
from barnraise.validator.domain.runs import Run

Wanted = Callable[[str], bool]
"""Is this path one of them?"""

_FOREIGN = {"node_modules", ".git"}
_CHECKS = "barnraise.validator.adapters.checks"
_PYTHON = (".py", ".pyi")
_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx")
_PAGES = (".html", ".htm")
_SYNTAX = (".py", ".json", ".yaml", ".yml", ".toml")
_BINARY = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".avif",
    ".ico",
    ".pdf",
    ".zip",
    ".gz",
    ".woff",
    ".woff2",
    ".ttf",
    ".mp4",
    ".mp3",
    ".db",
)
_INDEX_SIZE = 256 << 20
"""Bytes that the index of all advisories may have."""


_ORDER = "bandit security secrets syntax several schemas html css links advisories grammars sql"
_CREW = "bandit security secrets syntax grammar schemas sql html css".split()
"""Tools that look at each file by itself and share a fork where there is little to look at."""
_MODULES = {"grammar": "grammars"}
"""Where they are called otherwise."""
CALLS = [f"{_CHECKS}.{name}:main" for name in _ORDER.split()]
"""What the fork server makes ready before it is asked, in the order in which projects have need of it."""


@dataclass(frozen=True)
class CommandTool:
    """A tool that is a program. ``beside``: what its findings depend on besides the files that it looks at; where it looks at each by
    itself, on that and on what others there are."""

    name: str
    looks_at: Wanted
    command: Command
    reads: Callable[[Path], Reader]
    limits: Limits
    by_file: bool = False
    beside: Wanted | None = None
    crew: ForkedCrew | None = None

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return _among(self.looks_at, files)

    def context(self, files: Mapping[str, str]) -> str:
        if not self.by_file:
            return _digest(files, self._seen)
        return _digest(files, self.beside) if self.beside else ""

    def needs(self, files: Collection[str], shown: Sequence[str]) -> Collection[str]:
        return shown if self.by_file and self.beside is None else [path for path in files if self._seen(path)]

    def seen(self, directory: Path) -> Iterator[str]:
        """Those of the files that are there that its findings depend on."""
        above = len(str(directory)) + 1
        for folder, _, names in os.walk(directory):
            for name in names:
                if self._seen(path := f"{folder}/{name}"[above:]):
                    yield path

    def _seen(self, path: str) -> bool:
        return self.looks_at(path) or (self.beside is not None and self.beside(path))

    def reader(self, directory: Path) -> Reader:
        return self.reads(directory)

    async def run(self, directory: Path, files: Sequence[str]) -> Run:
        command = self.command(directory, files)
        if isinstance(command, str):
            return Run("missing", 0, "", command, 0.0)
        return await run_tool(command, directory, self.limits)


@dataclass(frozen=True)
class ForkedTool:
    """A tool that is a module of ``checks``, run by the fork server. ``more``: arguments."""

    name: str
    looks_at: Wanted
    server: ForkServer
    limits: Limits
    module: str
    reads: Reader
    by_file: bool = True
    more: tuple[str, ...] = ()
    crew: ForkedCrew | None = None

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return _among(self.looks_at, files)

    def context(self, files: Mapping[str, str]) -> str:
        return "" if self.by_file else _digest(files, self.looks_at)

    def needs(self, files: Collection[str], shown: Sequence[str]) -> Collection[str]:
        """Where it looks at files together, it may look whether others are there."""
        return shown if self.by_file else files

    def reader(self, directory: Path) -> Reader:
        return self.reads

    async def run(self, directory: Path, files: Sequence[str]) -> Run:
        return await self.server.run(f"{_CHECKS}.{self.module}:main", self.more, directory, self.limits, json.dumps(files))


@dataclass(frozen=True)
class ServedTool:
    """What says sooner the same as its program would, mostly a server that knows the project already; where it cannot, the program."""

    cold: CommandTool
    serve: Callable[[Path, Sequence[str]], Awaitable[Run]]
    """Raises ServerError."""
    by_file: bool = False
    crew: ForkedCrew | None = None

    @property
    def name(self) -> str:
        return self.cold.name

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return self.cold.among(files)

    def context(self, files: Mapping[str, str]) -> str:
        return self.cold.context(files)

    def needs(self, files: Collection[str], shown: Sequence[str]) -> Collection[str]:
        return self.cold.needs(files, shown)

    def reader(self, directory: Path) -> Reader:
        return self.cold.reader(directory)

    async def run(self, directory: Path, files: Sequence[str]) -> Run:
        try:
            return await self.serve(directory, files)
        except ServerError as error:
            get_logger().info("a tool's program was asked in place of its server", tool=self.name, reason=str(error))
            return await self.cold.run(directory, files)


@dataclass(frozen=True)
class Servers:
    ty: TyServers
    tsc: TscServers


Tools = list[CommandTool | ForkedTool | ServedTool | Unchecked]


def toolbox(
    base_dir: Path | None,
    config_dir: Path,
    limits: Limits,
    server: ForkServer,
    advisories_dir: Path | None = None,
    servers: Servers | None = None,
) -> Tools:
    """All tools; the slowest first, so that it does not start last. Writes their configuration into ``config_dir``."""
    config_dir.mkdir(parents=True, exist_ok=True)
    tools = [*_programs(base_dir, config_dir, limits), *_checks(config_dir, limits, server, advisories_dir), Unchecked()]
    return [_served(tool, servers, base_dir) if servers and isinstance(tool, CommandTool) else tool for tool in tools]


def _served(tool: CommandTool, servers: Servers, base_dir: Path | None) -> CommandTool | ServedTool:
    async def ty(directory: Path, files: Sequence[str]) -> Run:
        if (packages := python_packages(base_dir)) is None:
            return await tool.run(directory, files)
        return await servers.ty.run(directory, files, packages, lambda with_backend: programs.ty_config(with_backend=with_backend))

    async def tsc(directory: Path, _: Sequence[str]) -> Run:
        if (modules := node_modules(base_dir)) is None or (program := typescript(modules)) is None:
            raise ServerError("there is no compiler")
        return await servers.tsc.run(directory, tool.seen(directory), tool.looks_at, modules, program)

    async def settings(directory: Path, files: Sequence[str]) -> Run:
        """Where that is nothing, there is nothing either with all that they may speak of."""
        run = await replace(tool, command=programs.tsc_settings(base_dir, programs.NODE)).run(directory, files)
        if (run.ending, run.code) != ("exited", 0):
            raise ServerError("it was not shown all")
        return run

    serves = {"ty": ty, "tsc": tsc, "tsc-settings": settings}
    return ServedTool(tool, serves[tool.name], tool.by_file) if tool.name in serves else tool


def _programs(base_dir: Path | None, config_dir: Path, limits: Limits) -> list[CommandTool]:
    python, dockerfile, lengths = _ends(_PYTHON), _is_dockerfile, _named("pyproject.toml")
    return [
        CommandTool("tsc", is_page, programs.tsc(base_dir), lambda at: excusing_tsc(read_tsc, at, base_dir), limits,
                    beside=_ends((".json", *_SCRIPTS))),
        CommandTool("tsc-settings", is_setting, programs.tsc_settings(base_dir),
                    lambda at: by_itself(excusing_tsc(read_tsc, at, base_dir)), limits, by_file=True),
        CommandTool("ty", python, programs.ty(base_dir, config_dir), lambda at: excusing_ty(read_ty, at, base_dir), limits,
                    beside=_ends((".txt", ".toml"))),
        CommandTool("ruff", python, programs.ruff, lambda at: read_ruff(str(at)), limits, by_file=True, beside=lengths),
        CommandTool("ruff-format", python, programs.ruff_format, lambda at: read_ruff_format(str(at)), limits, by_file=True,
                    beside=lengths),
        CommandTool("oxlint", _ends(_SCRIPTS), programs.oxlint(config_dir), lambda _: read_oxlint, limits, by_file=True),
        CommandTool("hadolint", dockerfile, programs.hadolint(config_dir), lambda _: read_hadolint, limits, by_file=True),
        CommandTool("shellcheck", _ends((".sh", ".bash", ".ksh")), programs.shellcheck(), lambda _: read_shellcheck, limits, by_file=True),
    ]  # fmt: skip


def _checks(config_dir: Path, limits: Limits, server: ForkServer, advisories_dir: Path | None) -> Tools:
    def own(name: str, looks_at: Wanted, *, by_file: bool = True) -> ForkedTool:
        return ForkedTool(name, looks_at, server, limits, _MODULES.get(name, name), read_own(name), by_file, crew=crew if by_file else None)

    crew = ForkedCrew(server, limits, {name: f"{_CHECKS}.{_MODULES.get(name, name)}" for name in _CREW})
    indexed, copy = replace(limits, output=_INDEX_SIZE), (str(advisories_dir), str(config_dir)) if advisories_dir else ()
    return [
        ForkedTool("bandit", _is_in_use, server, limits, "bandit", read_bandit, crew=crew),
        own("security", _ends((*_SCRIPTS, *_PAGES, ".py", ".sh"))),
        own("secrets", lambda path: not path.lower().endswith(_BINARY)),
        own("syntax", _ends(_SYNTAX)),
        own("grammar", lambda path: grammars.language_of(path) is not None),
        own("schemas", lambda path: schemas.kind_of(path) is not None),
        own("sql", _ends((".sql",))),
        own("html", _ends(_PAGES)),
        own("css", _ends((".css",))),
        own("links", _ends((*_PAGES, ".css")), by_file=False),
        ForkedTool("advisories", advisories.is_list, server, indexed, "advisories", read_advisories, by_file=False, more=copy),
    ]


def _among(wanted: Wanted, files: Iterable[str]) -> Sequence[str]:
    return [path for path in files if wanted(path) and _FOREIGN.isdisjoint(path.split("/"))]


def _digest(files: Mapping[str, str], wanted: Wanted) -> str:
    """Of the names of all files, and of the contents of some: what is there decides what an import or an address means."""
    return hashlib.sha256("\n".join(f"{path} {files[path] if wanted(path) else ''}" for path in sorted(files)).encode()).hexdigest()


def _ends(suffixes: tuple[str, ...]) -> Wanted:
    return lambda path: path.endswith(suffixes)


def _named(name: str) -> Wanted:
    return lambda path: path.rpartition("/")[2] == name


def _is_in_use(path: str) -> bool:
    """Python that is no test."""
    return path.endswith(_PYTHON) and not path.startswith(("backend/tests/", "tests/"))


def _is_dockerfile(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in ("Dockerfile", "Containerfile") or name.startswith("Dockerfile.") or name.endswith(".dockerfile")
