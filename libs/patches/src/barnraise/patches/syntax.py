"""Whether a file is whole, by its grammar."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq
from tree_sitter import Node

from barnraise.patches.grammars import captures, language_of, tree

_BODIES = """[
    (if_statement) (elif_clause) (else_clause) (for_statement) (while_statement) (try_statement) (except_clause) (finally_clause)
    (with_statement) (function_definition) (class_definition) (case_clause)
] @opener
[(block) (module)] @block"""
_NEAR = 30
"""Lines between two changes that are looked at as one stretch."""
_MOST_COMPARED = 16_000_000
"""The lines of the one times those of the other."""
_TYPE_STAR = re.compile(rb"^(export) type(?= \*)", re.MULTILINE)
"""Which the grammar does not know yet."""
_DOLLARS = re.compile(rb"\$\w*\$")
_FOREIGN = re.compile(
    rb"\s*(?:alter|comment|copy|do|grant|revoke|set|notify|listen|refresh|vacuum|analyze|pragma|attach|call|security|"
    rb"(?:create|drop)\s+(?:or\s+replace\s+)?(?!table|(?:unique\s+)?index|view))\b",
    re.IGNORECASE,
)
"""How statements begin that the grammar of SQL knows in part only: what is wrong there is not its to say."""
_COMMENT = re.compile(rb"\s*(?:--[^\n]*(?:\n|$)|/\*.*?\*/)", re.DOTALL)


@dataclass(frozen=True)
class Break:
    """Where a file stops being whole; ``line`` from 1."""

    line: int
    text: str


def first_break(path: str, data: bytes, before: bytes | None = None) -> Break | None:
    """None: the file is whole, or in no language that is known here, or too large to be parsed.

    ``before``: what the file was when it was whole; Python's indentation is looked at only where the two differ.
    """
    language = language_of(path)
    text = _without_dollars(data) if language == "sql" else _TYPE_STAR.sub(rb"\1     ", data) if language in ("typescript", "tsx") else data
    parsed = tree(text, language) if language else None
    if language is None or parsed is None:
        return None
    node = _first_error(parsed.root_node, text if language == "sql" else None)
    if node is None and language == "python":
        node = _misindented(parsed.root_node, [None] if before is None else _changed_rows(before, data))
    if node is None:
        return None
    line = node.start_point.row
    rows = data.split(b"\n")
    return Break(line + 1, rows[line].decode("utf-8", "replace").strip()[:120] if line < len(rows) else "")


def _first_error(root: Node, sql: bytes | None) -> Node | None:
    return next((node for node in _errors(root) if sql is None or not _is_foreign(sql, node)), None) if root.has_error else None


def _errors(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            waiting += reversed(node.children)


def _is_foreign(text: bytes, node: Node) -> bool:
    begin = text.rfind(b";", 0, node.start_byte) + 1
    while (comment := _COMMENT.match(text, begin)) is not None:
        begin = comment.end()
    return _FOREIGN.match(text, begin) is not None


def _without_dollars(data: bytes) -> bytes:
    """PostgreSQL's dollar-quoted texts as plain ones of the same length, blank."""
    text = bytearray(data)
    quotes = list(_DOLLARS.finditer(data))
    following: dict[bytes, list[re.Match[bytes]]] = {}
    for quote in reversed(quotes):
        following.setdefault(quote[0], []).append(quote)
    end = 0
    for quote in quotes:
        same = following[quote[0]]
        same.pop()
        if quote.start() >= end and same:
            end = same[-1].end()
            text[quote.start() : end] = b"'" + b" " * (end - quote.start() - 2) + b"'"
    return bytes(text)


def _misindented(root: Node, stretches: Sequence[tuple[int, int] | None]) -> Node | None:
    """The grammar passes over Python's bodies that are missing or whose lines are not indented alike."""
    for rows in stretches:
        found = captures("python", _BODIES, root, rows)
        for block in found.get("block", ()):
            if (child := _astray(block)) is not None:
                return child
        for opener in found.get("opener", ()):
            body = next((child for child in reversed(opener.children) if child.type == "block"), None)
            if body is None or not any(child.type != "comment" for child in body.named_children):
                return opener
    return None


def _astray(block: Node) -> Node | None:
    """What does not begin in the column of the block's first line."""
    first: Node | None = None
    row = -1
    for child in block.named_children:
        if child.type in ("comment", "line_continuation"):
            continue
        if child.start_point.row != row and first is not None and child.start_point.column != first.start_point.column:
            return child
        first, row = first or child, child.end_point.row
    return None


def _changed_rows(before: bytes, data: bytes) -> list[tuple[int, int]]:
    """Where the two differ, with a line more on either side; what is near to each other is one stretch, and so is what is too long to be
    compared line by line."""
    old, new = before.split(b"\n"), data.split(b"\n")
    most = min(len(old), len(new))
    head = next((row for row in range(most) if old[row] != new[row]), most)
    tail = next((row for row in range(most - head) if old[-1 - row] != new[-1 - row]), most - head)
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(old) * len(new) > _MOST_COMPARED:
        return [(max(head - 1, 0), head + len(new) + 1)]
    stretches: list[tuple[int, int]] = []
    for change in LCSseq.opcodes(old, new):
        if change.tag == "equal":
            continue
        start, end = max(head + change.dest_start - 1, 0), head + change.dest_end + 1
        if stretches and start <= stretches[-1][1] + _NEAR:
            start = stretches.pop()[0]
        stretches.append((start, end))
    return stretches
