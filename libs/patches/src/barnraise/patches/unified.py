"""Unified diffs, the body of ``<diff>``. Line numbers and counts are not believed: a hunk is a block of lines to find."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from barnraise.patches.blocks import UnreadableError
from barnraise.patches.edits import Block, Deletion, Edit, Rename, Replacement, WholeFile

_NOTHING = "/dev/null"
_MODE = re.compile(r"^(?:new file mode|new mode|old mode|deleted file mode) (\d+)$")
_FILE = "100"


@dataclass(frozen=True)
class _Part:
    """One file's lines: what its headers say, and the rest."""

    old: str | None
    new: str | None
    lines: tuple[str, ...]


def read_diff(body: tuple[str, ...], path: str) -> list[Edit]:
    """``path``: what the tag says, or nothing where the headers say it. Raises UnreadableError."""
    parts = list(_parts(body))
    if path and len(parts) > 1:
        raise UnreadableError("it has several files; give each its own <diff>, or none a path")
    return [edit for part in parts for edit in _edits(part, path)]


def _edits(part: _Part, path: str) -> Iterator[Edit]:
    old = path or part.old or part.new
    new = part.new if part.new == _NOTHING else path or part.new or part.old
    if not old or not new or (old == _NOTHING and new == _NOTHING):
        raise UnreadableError("it does not say which file it is about")
    blocks = tuple(_hunks(part.lines))
    if new == _NOTHING:
        yield Deletion(old)
    elif _NOTHING in (old, part.old):
        yield WholeFile(new, _written(blocks))
    else:
        if old != new:
            yield Rename(old, new)
        if blocks:
            yield Replacement(old, blocks)
        elif old == new:
            raise UnreadableError("it changes nothing")


def _written(blocks: tuple[Block, ...]) -> str:
    text = "".join(f"{line}\n" for block in blocks for line in block.replace)
    return text.removesuffix("\n") if blocks and blocks[-1].ends is False else text


def _parts(body: tuple[str, ...]) -> Iterator[_Part]:
    old = new = None
    lines: list[str] = []
    at = 0
    while at < len(body):
        if _is_header(body, at):
            if lines:
                yield _Part(old, new, tuple(lines))
            old, new, lines = _named(body[at][4:]), _named(body[at + 1][4:]), []
            at += 2
            continue
        mode = _MODE.match(body[at])
        if mode is not None and not mode[1].startswith(_FILE):
            raise UnreadableError("it makes a link or a device, which projects cannot have")
        if body[at].startswith("diff --git "):
            if lines or old:
                yield _Part(old, new, tuple(lines))
            old, new, lines = None, None, []
        elif body[at].startswith(("rename from ", "rename to ")) and not lines:
            name = body[at].split(" ", 2)[2].strip()
            old, new = (name, new) if body[at].startswith("rename from") else (old, name)
        elif lines or body[at].startswith(("@@", "+", "-", " ")):
            lines.append(body[at])
        at += 1
    yield _Part(old, new, tuple(lines))


def _is_header(body: tuple[str, ...], at: int) -> bool:
    """Two lines may be a removed and an added one as well; headers have a hunk behind them, or headers before."""
    if not (body[at].startswith("--- ") and at + 1 < len(body) and body[at + 1].startswith("+++ ")):
        return False
    return "".join(body[at + 2 : at + 3]).startswith("@@") or at == 0 or body[at - 1].startswith(("diff --git ", "index "))


def _named(text: str) -> str:
    name = text.split("\t", 1)[0].strip().strip('"')
    return name if name == _NOTHING else re.sub(r"^[ab]/", "", name)


def _hunks(lines: tuple[str, ...]) -> Iterator[Block]:
    hunk: list[str] = []
    for line in (*lines, "@@"):
        if not line.startswith("@@"):
            hunk.append(line)
        elif any(known[:1] in ("+", "-") for known in hunk):
            yield _block(hunk)
            hunk = []
        else:
            hunk = []


def _block(hunk: list[str]) -> Block:
    search: list[str] = []
    replace: list[str] = []
    ends: dict[str, bool] = {}
    sign = " "
    for line in _without_last_blank(hunk):
        if line.startswith("\\"):
            ends[sign] = False
            continue
        sign, text = (line[0], line[1:]) if line[:1] in ("+", "-", " ") else (" ", line)
        if sign != "+":
            search.append(text)
        if sign != "-":
            replace.append(text)
    after = False if ends.keys() & {"+", " "} else True if ends else None
    return Block(tuple(search), tuple(replace), ends=after)


def _without_last_blank(hunk: list[str]) -> list[str]:
    """Without the empty lines that stand before a closing tag or the next hunk: an empty line of the file would be one blank."""
    end = len(hunk)
    while end and hunk[end - 1] == "":
        end -= 1
    return hunk[:end]
