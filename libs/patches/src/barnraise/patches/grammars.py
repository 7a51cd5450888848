"""Which language a path's file is in, and its tree. Parsing is in memory; the grammars are in the package, nothing is fetched."""

import time
from functools import cache
from itertools import count
from typing import Literal

from tree_sitter import Node, Parser, Point, Query, QueryCursor, Tree
from tree_sitter_language_pack import get_language

Language = Literal["python", "typescript", "tsx", "javascript", "json", "css", "html", "yaml", "toml", "sql"]

_LANGUAGES: dict[str, Language] = {
    "py": "python", "pyi": "python", "ts": "typescript", "mts": "typescript", "cts": "typescript", "tsx": "tsx",
    "js": "javascript", "jsx": "javascript", "mjs": "javascript", "cjs": "javascript", "json": "json", "css": "css",
    "html": "html", "htm": "html", "yaml": "yaml", "yml": "yaml", "toml": "toml", "sql": "sql",
}  # fmt: skip
MAX_PARSED = 2 << 20
"""Bytes; larger files are not parsed."""
MAX_SECONDS = 1.0
"""Of processor time. The largest file takes half of it; trees of text that is made to be hard grow with its square."""
_PIECE = 1 << 10
"""Bytes that the parser is given at a time. A node's text is fetched anew by such pieces, however short it is."""
_TOLD = 32
"""The clock is looked at each so many times that the parser tells how far it is, which is every few dozen microseconds."""


def language_of(path: str) -> Language | None:
    return _LANGUAGES.get(path.rsplit("/", 1)[-1].rpartition(".")[2].lower())


def tree(data: bytes, language: Language) -> Tree | None:
    """None for a file that is too large to be looked at, or made so that it takes long."""
    if len(data) > MAX_PARSED:
        return None
    end = time.thread_time() + MAX_SECONDS
    told = count(1)
    try:
        return Parser(get_language(language)).parse(
            lambda offset, _: data[offset : offset + _PIECE],
            progress_callback=lambda *_: next(told) % _TOLD == 0 and time.thread_time() > end,
        )
    except ValueError:  # the parser's way to say that it was stopped
        return None


def captures(language: Language, query: str, node: Node, rows: tuple[int, int] | None = None) -> dict[str, list[Node]]:
    """``rows``: only what is at least in part between these lines (from 0, end excluded)."""
    cursor = QueryCursor(_query(language, query))
    if rows is not None:
        cursor.set_point_range(Point(rows[0], 0), Point(rows[1], 0))
    return cursor.captures(node)


@cache
def _query(language: Language, query: str) -> Query:
    return Query(get_language(language), query)
