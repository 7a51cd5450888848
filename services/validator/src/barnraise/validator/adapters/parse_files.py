"""A program: parses every JSON, YAML, TOML and Python file below a directory and prints what is broken, as JSON.

It runs as a tool of its own, under a tool's limits, because parsers can be made to take all memory or to overflow the stack.
"""

import ast
import json
import re
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

_SKIPPED = {"node_modules", ".git"}
_COMMENTED = re.compile(r"(^|/)(tsconfig[^/]*|jsconfig|\.vscode/[^/]*|devcontainer)\.json$")
"""Files whose readers take comments and trailing commas."""


class _AnyTagLoader(yaml.SafeLoader):
    """Knows no tags: syntax is all that is asked, and nothing is constructed from them."""


def _python(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(text)


def _yaml(text: str) -> None:
    for _ in yaml.compose_all(text, Loader=_AnyTagLoader):
        pass


PARSERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    ".py": ("python", _python),
    ".json": ("json", json.loads),
    ".yaml": ("yaml", _yaml),
    ".yml": ("yaml", _yaml),
    ".toml": ("toml", tomllib.loads),
}


def check(directory: Path) -> list[dict[str, Any]]:
    """Every broken file below the directory, in order of their paths."""
    return [finding for path in sorted(_files(directory)) if (finding := _broken(directory, path))]


def _files(directory: Path) -> Iterator[Path]:
    for entry in directory.iterdir():
        if entry.is_symlink() or entry.name in _SKIPPED:
            continue
        if entry.is_dir():
            yield from _files(entry)
        elif entry.suffix in PARSERS:
            yield entry


def _broken(directory: Path, path: Path) -> dict[str, Any] | None:
    kind, parse = PARSERS[path.suffix]
    name = path.relative_to(directory).as_posix()
    if _COMMENTED.search(name):
        return None
    message, line, column = "", None, None
    try:
        parse(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        message = "The file is not UTF-8 text."
    except json.JSONDecodeError as error:
        message, line, column = error.msg, error.lineno, error.colno
    except yaml.MarkedYAMLError as error:
        message, mark = error.problem or "not YAML", error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    except SyntaxError as error:
        message, line, column = error.msg, error.lineno, error.offset
    except (ValueError, yaml.YAMLError, RecursionError, MemoryError) as error:
        message, line, column = _placed(error)
    return {"path": name, "kind": kind, "message": message, "line": line, "column": column} if message else None


def _placed(error: Exception) -> tuple[str, int | None, int | None]:
    """tomllib says the place in words."""
    match = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    if match:
        return str(error)[: match.start()], int(match[1]), int(match[2])
    return str(error) or type(error).__name__, None, None


if __name__ == "__main__":
    json.dump(check(Path(sys.argv[1])), sys.stdout)
