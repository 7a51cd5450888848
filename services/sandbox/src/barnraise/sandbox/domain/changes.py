"""What differs between two commits, as a preview must know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Changes:
    """``files`` to write or, with None, to delete; ``backend``: whether the running API must be started anew."""

    files: Mapping[str, bytes | None]
    backend: bool


def between(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Changes:
    """From one tree (path -> content) to another."""
    written = {path: content for path, content in new.items() if old.get(path) != content}
    deleted: dict[str, bytes | None] = {path: None for path in old if path not in new}
    files = written | deleted
    return Changes(files, any(_runs_in_backend(path) for path in files))


def _runs_in_backend(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return parts[:1] == ("backend",) and parts[1:2] != ("tests",) and not path.endswith(".md")
