"""JSON, YAML, TOML and Python that cannot be read."""

import ast
import json
import re
import tomllib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from barnraise.validator.adapters.checks.files import Found, asked, tell

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


def main() -> None:
    tell((path, found) for path in asked() for found in look(path))


def look(path: str) -> Iterator[Found]:
    """What is broken about a file; no file of the project is ever followed out of it."""
    file = Path(path)
    if _COMMENTED.search(path) or file.is_symlink():
        return
    kind, parse = PARSERS[PurePosixPath(path).suffix]
    try:
        parse(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        yield _broken(kind, "The file is not UTF-8 text.")
    except json.JSONDecodeError as error:
        yield _broken(kind, error.msg, error.lineno, error.colno)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        yield _broken(kind, error.problem or "not YAML", *((mark.line + 1, mark.column + 1) if mark else ()))
    except SyntaxError as error:
        yield _broken(kind, error.msg, error.lineno, error.offset)
    except (ValueError, yaml.YAMLError, RecursionError, MemoryError) as error:
        yield _broken(kind, *_placed(error))


def _broken(kind: str, message: str, line: int | None = None, column: int | None = None) -> Found:
    return Found(f"invalid-{kind}", "error", message, line or None, column or None)


def _placed(error: Exception) -> tuple[str, int | None, int | None]:
    """tomllib says the place in words."""
    match = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    if match:
        return str(error)[: match.start()], int(match[1]), int(match[2])
    return str(error) or type(error).__name__, None, None
