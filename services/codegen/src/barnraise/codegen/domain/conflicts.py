"""Conflicts as messages tell them, bounded; choices as merges take them."""

from collections.abc import Iterable, Iterator

from barnraise.contracts import conflicts
from barnraise.contracts.conflicts import MAX_SHOWN, Choice
from barnraise.vfs import Choices, FileConflict, Hunk

_MAX_HUNKS = 40
"""Of one message, so that it stays well within what the bus carries."""


def told(files: Iterable[FileConflict]) -> tuple[conflicts.FileConflict, ...]:
    """The first files and places; when these are settled, the rest are told."""
    return tuple(_bounded(files))


def taken(choices: Iterable[Choice]) -> Choices:
    return {choice.hunk: choice.take for choice in choices}


def _bounded(files: Iterable[FileConflict]) -> Iterator[conflicts.FileConflict]:
    left = _MAX_HUNKS
    for file in files:
        if left <= 0:
            return
        hunks = tuple(_hunk(hunk) for hunk in file.hunks[:left])
        left -= max(1, len(hunks))
        yield conflicts.FileConflict(path=file.path, binary=file.binary, hunks=hunks)


def _hunk(hunk: Hunk) -> conflicts.Hunk:
    return conflicts.Hunk(id=hunk.id, line=hunk.line, base=_text(hunk.base), mine=_text(hunk.mine), theirs=_text(hunk.theirs))


def _text(data: bytes | None) -> str | None:
    if data is None:
        return None
    text = data.decode("utf-8", "replace").replace("\0", "\ufffd")
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
