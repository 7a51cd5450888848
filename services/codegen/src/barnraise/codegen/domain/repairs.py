"""What a repair may touch: the files and rules that the critic named as safely fixable, by ruff or oxlint."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from barnraise.contracts.diagnostics import Diagnostic

_RULE = re.compile(r"^[A-Z]{1,8}[0-9]{1,5}$")
_SCRIPT_RULE = re.compile(r"^([a-z0-9-]{1,30})\(([a-z0-9-]{1,60})\)$")
"""As oxlint names one: ``jsx-a11y(scope)``."""
_SOURCE = (".py", ".pyi")
_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx")
_LINE_LENGTH = 88


@dataclass(frozen=True)
class RepairPlan:
    """Files (sorted) and the rules to fix in them. Of Python (ruff), no rules means: only their format."""

    paths: tuple[str, ...]
    rules: tuple[str, ...]


def plan_repair(diagnostics: Iterable[Diagnostic]) -> RepairPlan:
    """From the fixable findings of ruff."""
    found = [finding for finding in diagnostics if finding.fixable and finding.tool.startswith("ruff") and finding.path]
    paths = {finding.path for finding in found if finding.path and finding.path.endswith(_SOURCE)}
    rules = {finding.code for finding in found if _RULE.match(finding.code)}
    return RepairPlan(tuple(sorted(paths)), tuple(sorted(rules)))


def plan_scripts(diagnostics: Iterable[Diagnostic], contents: Mapping[str, bytes]) -> RepairPlan:
    """From the fixable findings of oxlint, in files that are there."""
    found = [finding for finding in diagnostics if finding.fixable and finding.tool == "oxlint" and finding.path in contents]
    paths = {finding.path for finding in found if finding.path and finding.path.endswith(_SCRIPTS)}
    named = {match for finding in found if (match := _SCRIPT_RULE.match(finding.code))}
    rules = {match[2] if match[1] == "eslint" else f"{match[1]}/{match[2]}" for match in named}
    return RepairPlan(tuple(sorted(paths)) if rules else (), tuple(sorted(rules)))


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
