"""Packages that a project asks for beside those of the base layer. Its tests see them and the checks of types do not: that an import of
such a one is not found here says nothing."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from barnraise.contracts.diagnostics import Diagnostic
from barnraise.validator.adapters.base_layer import node_modules, python_packages
from barnraise.validator.domain.findings import Reader

_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")
_PYTHON = re.compile(r"module `(\w+)")
_NODE = re.compile(r"module '((?:@[^/']+/)?[^/'.][^/']*)")
_ROOTS = ("backend", ".")


def excusing_ty(reads: Reader, directory: Path, base_dir: Path | None) -> Reader:
    """A module's name need not be that of its distribution: where there is one more of these, every module may be of it that is not a
    module of the project."""

    def read(output: str) -> list[Diagnostic]:
        found = reads(output)
        if not any(one.code in _TY for one in found) or not _more_python(directory, base_dir):
            return found
        return [_excused(one) if one.code in _TY and not _is_local(directory, one.message) else one for one in found]

    return read


def excusing_tsc(reads: Reader, directory: Path, base_dir: Path | None) -> Reader:
    def read(output: str) -> list[Diagnostic]:
        found = reads(output.replace(f"{directory}/", ""))
        if not any(one.code in _TSC for one in found):
            return found
        own = _more_node(directory, base_dir)
        return [_excused(one) if one.code in _TSC and (name := _NODE.search(one.message)) and name[1] in own else one for one in found]

    return read


_TY = ("import-not-found", "unresolved-import")
_TSC = ("TS2307", "TS7016")


def _excused(one: Diagnostic) -> Diagnostic:
    told = f"{one.message[:1800]} It may be of a package that the project asks for: its tests will tell."
    return one.model_copy(update={"severity": "info", "message": told})


def _is_local(directory: Path, message: str) -> bool:
    name = _PYTHON.search(message)
    return name is None or any((directory / root / f"{name[1]}{end}").exists() for root in _ROOTS for end in ("", ".py"))


def _more_python(directory: Path, base_dir: Path | None) -> set[str]:
    packages = python_packages(base_dir)
    here = {_normal(path.name.partition("-")[0]) for path in packages.glob("*.dist-info")} if packages else set()
    return {_normal(found[1]) for line in _asked(directory) if (found := _NAME.match(line))} - here


def _asked(directory: Path) -> Iterator[str]:
    for root in _ROOTS:
        for file in sorted((directory / root).glob("requirements*.txt")):
            yield from _text(file).splitlines()
        yield from _strings(_table(tomllib.loads, directory / root / "pyproject.toml").get("project"), "dependencies")


def _more_node(directory: Path, base_dir: Path | None) -> set[str]:
    package = _table(json.loads, directory / "frontend/package.json")
    asked = {name for kind in ("dependencies", "devDependencies") for name in _strings(package, kind)}
    modules = node_modules(base_dir)
    return {name for name in asked if modules is None or not (modules / name).is_dir()}


def _table(loads: Any, file: Path) -> dict[str, Any]:
    try:
        said = loads(_text(file) or "{}") if file.suffix == ".json" else loads(_text(file))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _strings(table: object, key: str) -> list[str]:
    said = table.get(key) if isinstance(table, dict) else None
    return [one for one in said if isinstance(one, str)] if isinstance(said, list | dict) else []


def _text(file: Path) -> str:
    """Nothing where there is no such file, or a link in its place."""
    return file.read_text(errors="replace") if file.is_file() and not file.is_symlink() else ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
