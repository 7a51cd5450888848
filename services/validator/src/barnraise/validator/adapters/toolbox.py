"""The tools and how each is called. A project's own configuration is never read: it could switch checks off, or point tools elsewhere."""

import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from ruff import find_ruff_bin

from barnraise.validator.adapters.base_layer import node_modules, python_packages, typescript
from barnraise.validator.adapters.own_packages import excusing_tsc, excusing_ty
from barnraise.validator.adapters.parse_files import PARSERS
from barnraise.validator.adapters.process import Limits, run_tool
from barnraise.validator.domain.findings import Reader, read_bandit, read_ruff, read_ruff_format, read_syntax, read_tsc, read_ty
from barnraise.validator.domain.runs import Run

_RUFF = ("--isolated", "--no-cache", "--no-respect-gitignore", "--output-format=json")
_RULES = "E4,E7,E9,F,B,I"
_FRAMEWORK = ["fastapi.Depends", "fastapi.Query", "fastapi.Path", "fastapi.Body", "fastapi.Header", "fastapi.File", "fastapi.Form"]
_LINE_LENGTH = 88
_TYPESCRIPT = {
    "target": "ES2022",
    "lib": ["ES2023", "DOM", "DOM.Iterable"],
    "module": "ESNext",
    "moduleResolution": "bundler",
    "moduleDetection": "force",
    "jsx": "react-jsx",
    "strict": True,
    "noEmit": True,
    "skipLibCheck": True,
    "isolatedModules": True,
    "allowImportingTsExtensions": True,
    "types": ["vite/client"],
}
_TY = """
[environment]
root = ["./backend", "."]
python-version = "3.11"
python-platform = "linux"
[src]
respect-ignore-files = false
"""

Command = Callable[[Path, Sequence[str]], Sequence[str | Path] | str]
"""The command line for some files of a directory, or a sentence that says why there is none. A tool that does not look at each file by
itself is pointed at the directory, and always at all of it."""


@dataclass(frozen=True)
class CommandTool:
    """A tool that is a program. ``spares``: the beginnings of paths that it does not look at."""

    name: str
    suffixes: tuple[str, ...]
    command: Command
    reads: Callable[[Path], Reader]
    limits: Limits
    by_file: bool = False
    spares: tuple[str, ...] = ()

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return [path for path in files if path.endswith(self.suffixes) and not path.startswith(self.spares)]

    def reader(self, directory: Path) -> Reader:
        return self.reads(directory)

    async def run(self, directory: Path, files: Sequence[str]) -> Run:
        command = self.command(directory, files)
        if isinstance(command, str):
            return Run("missing", 0, "", command, 0.0)
        return await run_tool(command, directory, self.limits)


def toolbox(base_dir: Path | None, config_dir: Path, limits: Limits) -> list[CommandTool]:
    """All tools; the slowest first, so that it does not start last. Writes their configuration into ``config_dir``."""
    config_dir.mkdir(parents=True, exist_ok=True)
    python = (".py", ".pyi")
    return [
        CommandTool("bandit", python, _bandit(config_dir), lambda _: read_bandit, limits, by_file=True, spares=("backend/tests/",)),
        CommandTool("tsc", (".ts", ".tsx"), _tsc(base_dir), lambda directory: excusing_tsc(read_tsc, directory, base_dir), limits),
        CommandTool("ty", python, _ty(base_dir, config_dir), lambda directory: excusing_ty(read_ty, directory, base_dir), limits),
        CommandTool("syntax", tuple(PARSERS), _syntax, lambda _: read_syntax, limits),
        CommandTool("ruff", python, _ruff, lambda directory: read_ruff(str(directory)), limits),
        CommandTool("ruff-format", python, _ruff_format, lambda directory: read_ruff_format(str(directory)), limits),
    ]


def _ruff(directory: Path, _: Sequence[str]) -> Sequence[str | Path]:
    length = f"line-length={_line_length(directory)}"  # decides where an import is wrapped
    options = ["--select", _RULES, "--config", length, "--config", 'src=["backend"]', "--config", 'target-version="py311"']
    calls = f"lint.flake8-bugbear.extend-immutable-calls={json.dumps(_FRAMEWORK)}"
    return [find_ruff_bin(), "check", *_RUFF, *options, "--config", calls, "."]


def _ruff_format(directory: Path, _: Sequence[str]) -> Sequence[str | Path]:
    length = f"line-length={_line_length(directory)}"
    return [find_ruff_bin(), "format", *_RUFF, "--check", "--config", length, "."]


def _syntax(directory: Path, _: Sequence[str]) -> Sequence[str | Path]:
    return [sys.executable, "-I", "-m", "barnraise.validator.adapters.parse_files", directory]


def _bandit(config_dir: Path) -> Command:
    ini = config_dir / "bandit.ini"
    ini.write_text("[bandit]\n")  # named, so that a .bandit file of the project is not looked for
    options = ["--format", "json", "--quiet", "--exit-zero", "--ini", ini, "--skip", "B101"]
    return lambda _, files: [sys.executable, "-I", "-m", "bandit", *options, "--", *(f"./{path}" for path in files)]


def _ty(base_dir: Path | None, config_dir: Path) -> Command:
    config = config_dir / "ty.toml"
    config.write_text(_TY)
    program = next((str(file.locate()) for file in distribution("ty").files or () if file.name == "ty"), "ty")

    def command(directory: Path, _: Sequence[str]) -> Sequence[str | Path] | str:
        """The packages are shown as those of an installed Python, so that they count as somebody else's code."""
        if (packages := python_packages(base_dir)) is None:
            return "The base layer with the applications' Python packages is not prepared; types are not checked."
        prefix = directory.parent / "python"
        (prefix / "lib/python3.11").mkdir(parents=True)
        (prefix / "lib/python3.11/site-packages").symlink_to(packages)
        options = ["--output-format=gitlab", "--exit-zero", "--no-progress"]
        return [program, "check", "--config-file", config, "--python", prefix, *options, "."]

    return command


def _tsc(base_dir: Path | None) -> Command:
    def command(directory: Path, _: Sequence[str]) -> Sequence[str | Path] | str:
        """Configuration and packages stand beside the files, where the compiler finds them and the project cannot replace them."""
        modules = node_modules(base_dir)
        if modules is None or (program := typescript(modules)) is None:
            return "The base layer with the applications' node_modules is not prepared; TypeScript is not checked."
        beside = directory.parent
        (beside / "node_modules").symlink_to(modules)
        (beside / "tsconfig.json").write_text(json.dumps({"compilerOptions": _TYPESCRIPT, "include": [f"{directory.name}/frontend/src"]}))
        # One thread: several end hardly sooner, and take twice the processor from the tools beside it.
        return [program, "-p", beside / "tsconfig.json", "--pretty", "false", "--singleThreaded"]

    return command


def _line_length(directory: Path) -> int:
    """The project's own line length, where it names a sane one: style is the project's to choose."""
    for file in (directory / "backend/pyproject.toml", directory / "pyproject.toml"):
        try:
            wanted = tomllib.loads(file.read_text())["tool"]["ruff"]["line-length"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(wanted, int) and 40 <= wanted <= 320:
            return wanted
    return _LINE_LENGTH
