"""All tools: what each looks at, what its findings depend on, and how it is run."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from barnraise.chassis.logs import get_logger
from barnraise.validator.adapters import programs
from barnraise.validator.adapters.base_layer import python_packages
from barnraise.validator.adapters.checks import advisories, grammars, schemas
from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.language_server import ServerError
from barnraise.validator.adapters.own_packages import excusing_tsc, excusing_ty
from barnraise.validator.adapters.process import Limits, run_tool
from barnraise.validator.adapters.programs import Command, ty_config
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


CALLS = [f"{_CHECKS}.{name}:main" for name in "bandit security secrets syntax schemas html css links advisories grammars sql".split()]
"""What the fork server makes ready before it is asked, in the order in which projects have need of it."""


@dataclass(frozen=True)
class CommandTool:
    """A tool that is a program. ``beside``: what its findings depend on besides the files that it looks at, where it does not look at each
    by itself."""

    name: str
    looks_at: Wanted
    command: Command
    reads: Callable[[Path], Reader]
    limits: Limits
    by_file: bool = False
    beside: Wanted = lambda _: False

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return _among(self.looks_at, files)

    def depends_on(self, files: Iterable[str]) -> Sequence[str]:
        return [path for path in files if self.looks_at(path) or self.beside(path)]

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

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return _among(self.looks_at, files)

    def depends_on(self, files: Iterable[str]) -> Sequence[str]:
        return self.among(files)

    def reader(self, directory: Path) -> Reader:
        return self.reads

    async def run(self, directory: Path, files: Sequence[str]) -> Run:
        return await self.server.run(f"{_CHECKS}.{self.module}:main", self.more, directory, self.limits, json.dumps(files))


@dataclass(frozen=True)
class ServedTool:
    """ty, by a server that knows the project already; where there is none, or it breaks, by its program."""

    cold: CommandTool
    servers: TyServers
    base_dir: Path | None
    by_file: bool = False

    @property
    def name(self) -> str:
        return self.cold.name

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return self.cold.among(files)

    def depends_on(self, files: Iterable[str]) -> Sequence[str]:
        return self.cold.depends_on(files)

    def reader(self, directory: Path) -> Reader:
        return self.cold.reader(directory)

    async def run(self, directory: Path, files: Sequence[str]) -> Run:
        packages = python_packages(self.base_dir)
        try:
            if packages is not None:
                return await self.servers.run(directory, files, packages, lambda with_backend: ty_config(with_backend=with_backend))
        except ServerError as error:
            get_logger().warning("a language server was left", reason=str(error))
        return await self.cold.run(directory, files)


Tools = list[CommandTool | ForkedTool | ServedTool]


def toolbox(
    base_dir: Path | None,
    config_dir: Path,
    limits: Limits,
    server: ForkServer,
    advisories_dir: Path | None = None,
    servers: TyServers | None = None,
) -> Tools:
    """All tools; the slowest first, so that it does not start last. Writes their configuration into ``config_dir``."""
    config_dir.mkdir(parents=True, exist_ok=True)
    called = _programs(base_dir, config_dir, limits)
    served: Tools = [ServedTool(tool, servers, base_dir) if servers and tool.name == "ty" else tool for tool in called]
    return [*served, *_checks(config_dir, limits, server, advisories_dir)]


def _programs(base_dir: Path | None, config_dir: Path, limits: Limits) -> list[CommandTool]:
    python, dockerfile, lengths = _ends(_PYTHON), _is_dockerfile, _named("pyproject.toml")
    return [
        CommandTool("tsc", _is_page, programs.tsc(base_dir), lambda at: excusing_tsc(read_tsc, at, base_dir), limits,
                    beside=_ends((".json", ".js", ".jsx", ".mts", ".cts"))),
        CommandTool("ty", python, programs.ty(base_dir, config_dir), lambda at: excusing_ty(read_ty, at, base_dir), limits,
                    beside=_ends((".txt", ".toml"))),
        CommandTool("ruff", python, programs.ruff, lambda at: read_ruff(str(at)), limits, beside=lengths),
        CommandTool("ruff-format", python, programs.ruff_format, lambda at: read_ruff_format(str(at)), limits, beside=lengths),
        CommandTool("oxlint", _ends(_SCRIPTS), programs.oxlint(config_dir), lambda _: read_oxlint, limits, by_file=True),
        CommandTool("hadolint", dockerfile, programs.hadolint(config_dir), lambda _: read_hadolint, limits, by_file=True),
        CommandTool("shellcheck", _ends((".sh", ".bash", ".ksh")), programs.shellcheck(), lambda _: read_shellcheck, limits, by_file=True),
    ]  # fmt: skip


def _checks(config_dir: Path, limits: Limits, server: ForkServer, advisories_dir: Path | None) -> Tools:
    ini = config_dir / "bandit.ini"
    ini.write_text("[bandit]\n")

    def own(name: str, looks_at: Wanted, module: str, *, by_file: bool = True) -> ForkedTool:
        return ForkedTool(name, looks_at, server, limits, module, read_own(name), by_file)

    indexed, copy = replace(limits, output=_INDEX_SIZE), (str(advisories_dir), str(config_dir)) if advisories_dir else ()
    return [
        ForkedTool("bandit", _is_in_use, server, limits, "bandit", read_bandit,
                   more=(str(ini),)),
        own("security", _ends((*_SCRIPTS, *_PAGES, ".py", ".sh")), "security"),
        own("secrets", lambda path: not path.lower().endswith(_BINARY), "secrets"),
        own("syntax", _ends(_SYNTAX), "syntax"),
        own("grammar", lambda path: grammars.language_of(path) is not None, "grammars"),
        own("schemas", lambda path: schemas.kind_of(path) is not None, "schemas"),
        own("sql", _ends((".sql",)), "sql"),
        own("html", _ends(_PAGES), "html"),
        own("css", _ends((".css",)), "css"),
        own("links", _ends((*_PAGES, ".css")), "links", by_file=False),
        ForkedTool("advisories", advisories.is_list, server, indexed, "advisories", read_advisories, by_file=False, more=copy),
    ]  # fmt: skip


def _among(wanted: Wanted, files: Iterable[str]) -> Sequence[str]:
    return [path for path in files if wanted(path) and _FOREIGN.isdisjoint(PurePosixPath(path).parts)]


def _ends(suffixes: tuple[str, ...]) -> Wanted:
    return lambda path: path.endswith(suffixes)


def _named(name: str) -> Wanted:
    return lambda path: PurePosixPath(path).name == name


def _is_in_use(path: str) -> bool:
    """Python that is no test."""
    return path.endswith(_PYTHON) and not path.startswith(("backend/tests/", "tests/"))


def _is_page(path: str) -> bool:
    """TypeScript whose packages and settings are known here. Of all other, oxlint says whether it can be read."""
    return path.startswith("frontend/src/") and path.endswith((".ts", ".tsx"))


def _is_dockerfile(path: str) -> bool:
    name = PurePosixPath(path).name
    return name in ("Dockerfile", "Containerfile") or name.startswith("Dockerfile.") or name.endswith(".dockerfile")
