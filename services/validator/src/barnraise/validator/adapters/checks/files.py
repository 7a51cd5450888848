"""What every check of our own does: read the files that it is given, say what it found."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from barnraise.contracts.diagnostics import Severity

MAX_SIZE = 2 << 20
"""Bytes of a file that is looked at; what is larger is nobody's writing."""
MOST = 100
"""Findings of a check in one file that are told."""


@dataclass(frozen=True)
class Found:
    """One finding in a file; ``line`` and ``column`` from 1."""

    code: str
    severity: Severity
    message: str
    line: int | None = None
    column: int | None = None


Look = Callable[[str, str], Iterable[Found]]
"""What is found in a file, by its path and its text."""


def by_file(look: Look) -> None:
    """Look at each of the files by itself. One that cannot be looked at is a finding, and does not keep the others from it."""
    tell((path, found) for path in asked() if (text := read(path)) is not None for found in _looked(look, path, text))


def asked() -> list[str]:
    return json.load(sys.stdin)


def tell(found: Iterable[tuple[str | None, Found]]) -> None:
    json.dump([{"path": path, **asdict(one)} for path, one in found], sys.stdout)


def read(path: str) -> str | None:
    """None for what is no file of the project, not text, or very large."""
    file = Path(path)
    if file.is_symlink() or not file.is_file() or file.stat().st_size > MAX_SIZE:
        return None
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a position in a text."""
    before = text.rfind("\n", 0, offset)
    return text.count("\n", 0, offset) + 1, offset - before


def matches(rule: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """Each match of a rule, with its line and column."""
    for match in rule.finditer(text):
        yield match, *place(text, match.start())


def _looked(look: Look, path: str, text: str) -> list[Found]:
    try:
        found = list(islice(look(path, text), MOST + 1))
        return found if len(found) <= MOST else [*found[:MOST], Found("more", "warning", "There are more findings in this file.")]
    except RecursionError:
        return [Found("not-checked", "warning", "The file is nested too deeply to be checked.")]
