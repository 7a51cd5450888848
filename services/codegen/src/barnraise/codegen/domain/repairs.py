"""What a repair may touch: the files and rules that the critic named as safely fixable."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from barnraise.contracts.diagnostics import Diagnostic

_RULE = re.compile(r"^[A-Z]{1,8}[0-9]{1,5}$")
_SOURCE = (".py", ".pyi")
_LINE_LENGTH = 88


@dataclass(frozen=True)
class RepairPlan:
    """Python files (sorted) and the ruff rules to fix in them; no rules means: only their format."""

    paths: tuple[str, ...]
    rules: tuple[str, ...]


def plan_repair(diagnostics: Iterable[Diagnostic]) -> RepairPlan:
    """From the fixable findings of ruff; findings of other tools have no safe fix."""
    found = [finding for finding in diagnostics if finding.fixable and finding.tool.startswith("ruff") and finding.path]
    paths = {finding.path for finding in found if finding.path and finding.path.endswith(_SOURCE)}
    rules = {finding.code for finding in found if _RULE.match(finding.code)}
    return RepairPlan(tuple(sorted(paths)), tuple(sorted(rules)))


def by_package(plan: RepairPlan, contents: Mapping[str, bytes]) -> dict[str, RepairPlan]:
    """The plan's files that are there, by the directory of the nearest ``pyproject.toml`` ("" for the top), relative to it."""
    packages: dict[str, list[str]] = {}
    for path in plan.paths:
        if path in contents:
            packages.setdefault(_package(path, contents), []).append(path)
    return {
        root: RepairPlan(tuple(path.removeprefix(f"{root}/") for path in paths), plan.rules) for root, paths in sorted(packages.items())
    }


def line_length(pyproject: bytes | None) -> int:
    """The package's own ``tool.ruff.line-length``, where it says a sane one: the one thing that is taken from its configuration."""
    try:
        wanted = tomllib.loads((pyproject or b"").decode())["tool"]["ruff"]["line-length"]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return _LINE_LENGTH
    return wanted if isinstance(wanted, int) and 40 <= wanted <= 320 else _LINE_LENGTH


def _package(path: str, contents: Mapping[str, bytes]) -> str:
    parents = (str(parent) for parent in PurePosixPath(path).parents)
    return next((parent for parent in parents if f"{parent}/pyproject.toml" in contents), "")
