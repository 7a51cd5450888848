"""What differs between two commits, as a preview must know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["app", "site", "script"]
"""What there is to see: a page with an API, plain pages, or the results of a program."""

_MARKS: tuple[tuple[str, Kind], ...] = (("frontend/index.html", "app"), ("index.html", "site"), ("main.py", "script"))


@dataclass(frozen=True)
class Changes:
    """``files`` to write or, with None, to delete; ``restart``: whether the running API must be started anew, or the script run again."""

    files: Mapping[str, bytes | None]
    restart: bool


def kind_of(files: Mapping[str, bytes]) -> Kind | None:
    """What of a tree a preview can show; None: nothing."""
    return next((kind for path, kind in _MARKS if path in files), None)


def between(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Changes:
    """From one tree (path -> content) to another."""
    written = {path: content for path, content in new.items() if old.get(path) != content}
    deleted: dict[str, bytes | None] = {path: None for path in old if path not in new}
    files = written | deleted
    return Changes(files, any(_runs(path, kind_of(new)) for path in files))


def _runs(path: str, kind: Kind | None) -> bool:
    """Whether it is part of what runs: tests and prose are not."""
    folders = PurePosixPath(path).parts[:-1]
    inside = kind == "script" or folders[:1] == ("backend",)
    return inside and "tests" not in folders[:2] and not path.endswith(".md")
