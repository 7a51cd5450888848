"""Search/replace blocks, the body of ``<patch>``.

    <<<<<<< SEARCH in="Cart.total" near="40"
    lines as they stand in the file
    =======
    lines that shall stand there
    >>>>>>> REPLACE

``in`` and ``near`` may be left out. The three markers of a block are of one length, from five characters on: text that has such a line
itself takes longer ones.
"""

import re

from barnraise.patches.edits import Block
from barnraise.patches.tagged import attributes

_SEARCH = re.compile(r"^\s*(<{5,})\s*SEARCH\b>?(.*)$")
_REPLACE = re.compile(r"^\s*(>{5,})\s*REPLACE\s*$")


class UnreadableError(ValueError):
    """What stands in an element is not what its tag says; the text says why."""


def read_blocks(body: tuple[str, ...], line: int, scope: str | None = None, near: int | None = None) -> tuple[Block, ...]:
    """``line``: where the body begins in the reply, for messages; ``scope``, ``near``: what the tag says. Raises UnreadableError."""
    blocks: list[Block] = []
    at = 0
    while at < len(body):
        opening = _SEARCH.match(body[at])
        if opening is None:
            if _REPLACE.match(body[at]):
                raise UnreadableError(f"line {line + at} ends a block that did not begin")
            at += 1
            continue
        end = _closing(body, at, len(opening[1]), line)
        hints = attributes(opening[2])
        search, replace = _halves(body[at + 1 : end], len(opening[1]), line + at)
        blocks.append(Block(search, replace, hints.get("in") or scope, whole_number(hints.get("near")) or near))
        at = end + 1
    if not blocks:
        raise UnreadableError("it has no block (<<<<<<< SEARCH, =======, >>>>>>> REPLACE)")
    return tuple(blocks)


def whole_number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


def _closing(body: tuple[str, ...], start: int, length: int, line: int) -> int:
    for at in range(start + 1, len(body)):
        closing = _REPLACE.match(body[at])
        if closing is not None and len(closing[1]) == length:
            return at
        opening = _SEARCH.match(body[at])
        if opening is not None and len(opening[1]) == length:
            break
    raise UnreadableError(f"the block in line {line + start} has no {'>' * length} REPLACE")


def _halves(lines: tuple[str, ...], length: int, line: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    divider = "=" * length
    found = [number for number, text in enumerate(lines) if text.strip() == divider]
    if len(found) != 1:
        many = "several lines" if found else "no line"
        raise UnreadableError(f"the block in line {line} has {many} of {length} equals signs; make its three markers of another length")
    return lines[: found[0]], lines[found[0] + 1 :]
