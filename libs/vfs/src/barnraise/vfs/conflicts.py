"""Conflicts, place by place: what both sides changed, and how a person's choices settle it."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

import pygit2

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
"""A line as git counts them: a carriage return in the middle of one does not end it."""
Side = Literal["mine", "theirs", "both"]
Choices = Mapping[str, Side]
"""Which side to take, by a hunk's id; ``both`` is mine, then theirs."""


@dataclass(frozen=True)
class Hunk:
    """A place that both sides changed: its text in each of the three versions, None where there is no such file.

    ``id`` is the same as long as the place, its surroundings apart, is the same. ``line`` is where it begins in mine, from 1.
    """

    id: str
    line: int
    base: bytes | None
    mine: bytes | None
    theirs: bytes | None

    def taking(self, side: Side) -> bytes | None:
        if side == "both" and self.mine is not None and self.theirs is not None:
            return _whole_lines(self.mine) + self.theirs
        if side == "both":
            return self.theirs if self.mine is None else self.mine
        return self.mine if side == "mine" else self.theirs


@dataclass(frozen=True)
class FileConflict:
    """A file with the places that are not settled. One that is binary, or that one side deleted or made a folder, is one place."""

    path: str
    binary: bool
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True)
class Versions:
    """A file as it was, as it is on either side; None where it is not."""

    base: bytes | None
    mine: bytes | None
    theirs: bytes | None

    @property
    def binary(self) -> bool:
        return any(b"\0" in data for data in (self.base, self.mine, self.theirs) if data is not None)


def settle(path: str, versions: Versions, choices: Choices) -> bytes | FileConflict | None:
    """The file with every choice in it, None when it is gone; a FileConflict while a place is without a choice."""
    parts = list(_named(path, _parts(versions)))
    hunks = [part for part in parts if isinstance(part, Hunk)]
    if any(hunk.id not in choices for hunk in hunks):
        return FileConflict(path, versions.binary, tuple(hunks))
    pieces = [part.taking(choices[part.id]) if isinstance(part, Hunk) else part for part in parts]
    return None if pieces == [None] else b"".join(_joined(pieces))


def merge_file(path: str, versions: Versions) -> bytes | FileConflict | None:
    """Both sides' changes of one file, as git merges them; None: it is gone. A FileConflict where they touch."""
    base, mine, theirs = versions.base, versions.mine, versions.theirs
    if theirs in (mine, base):
        return mine
    if mine == base:
        return theirs
    if base is None or mine is None or theirs is None or versions.binary:
        return settle(path, versions, {})
    parts = list(_woven(base, mine, theirs))
    whole = [part for part in parts if isinstance(part, bytes)]
    return b"".join(_joined(whole)) if len(whole) == len(parts) else settle(path, versions, {})


def _joined(pieces: Sequence[bytes | None]) -> Iterator[bytes]:
    """A piece that ends the file without a newline gets one when something follows it."""
    known = [piece for piece in pieces if piece]
    yield from map(_whole_lines, known[:-1])
    yield from known[-1:]


def _whole_lines(text: bytes) -> bytes:
    return text if not text or text.endswith(b"\n") else text + b"\n"


def _named(path: str, parts: Sequence[bytes | Hunk]) -> Iterator[bytes | Hunk]:
    """Hunks with their ids. Equal places of a file are told apart by their number."""
    seen: Counter[str] = Counter()
    for part in parts:
        if not isinstance(part, Hunk):
            yield part
            continue
        what = repr((path, part.base, part.mine, part.theirs))
        yield replace(part, id=hashlib.sha256(f"{what}{seen[what]}".encode()).hexdigest()[:16])
        seen[what] += 1


def _parts(versions: Versions) -> list[bytes | Hunk]:
    """The file in pieces: merged text and hunks, in order."""
    base, mine, theirs = versions.base, versions.mine, versions.theirs
    whole: list[bytes | Hunk] = [Hunk("", 1, base, mine, theirs)]
    if mine is None or theirs is None or versions.binary:
        return whole
    parts = list(_woven(base or b"", mine, theirs))
    return parts if any(isinstance(part, Hunk) for part in parts) else whole


@dataclass(frozen=True)
class _Change:
    """Lines ``start`` to ``end`` of the base became lines ``to_start`` to ``to_end``; counted from 0, ends excluded."""

    start: int
    end: int
    to_start: int
    to_end: int


def _woven(base: bytes, mine: bytes, theirs: bytes) -> Iterator[bytes | Hunk]:
    before, ours, yours = (_LINE.findall(text) for text in (base, mine, theirs))
    at, shift, their_shift = 0, 0, 0
    for start, end, changed, their_changed in _regions(_changes(base, mine), _changes(base, theirs)):
        yield b"".join(before[at:start])
        grown, their_grown = _growth(changed), _growth(their_changed)
        my_text = b"".join(ours[start + shift : end + shift + grown])
        their_text = b"".join(yours[start + their_shift : end + their_shift + their_grown])
        if not their_changed or my_text == their_text:
            yield my_text
        elif not changed:
            yield their_text
        else:
            yield Hunk("", start + shift + 1, b"".join(before[start:end]), my_text, their_text)
        at, shift, their_shift = end, shift + grown, their_shift + their_grown
    yield b"".join(before[at:])


def _regions(mine: Sequence[_Change], theirs: Sequence[_Change]) -> Iterator[tuple[int, int, list[_Change], list[_Change]]]:
    """Stretches of the base that something changed, with the changes of both sides; what touches is one stretch."""
    waiting = sorted(chain(((change, True) for change in mine), ((change, False) for change in theirs)), key=lambda one: one[0].start)
    while waiting:
        start, end = waiting[0][0].start, waiting[0][0].end
        taken = 0
        while taken < len(waiting) and waiting[taken][0].start <= end:
            end = max(end, waiting[taken][0].end)
            taken += 1
        group, waiting = waiting[:taken], waiting[taken:]
        yield start, end, [change for change, own in group if own], [change for change, own in group if not own]


def _growth(changes: Sequence[_Change]) -> int:
    return sum((change.to_end - change.to_start) - (change.end - change.start) for change in changes)


def _changes(old: bytes, new: bytes) -> list[_Change]:
    patch = pygit2.Patch.create_from(old, new, context_lines=0)
    return [_change(hunk) for hunk in patch.hunks]


def _change(hunk: pygit2.DiffHunk) -> _Change:
    """git counts from 1, and names the line before where nothing stands."""
    start = hunk.old_start - (1 if hunk.old_lines else 0)
    to_start = hunk.new_start - (1 if hunk.new_lines else 0)
    return _Change(start, start + hunk.old_lines, to_start, to_start + hunk.new_lines)
