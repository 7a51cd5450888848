"""CSS that browsers would pass over: what cannot be parsed, and names of properties that are misspelt."""

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2

from barnraise.validator.adapters.checks.files import Found, by_file

_VENDOR = re.compile(r"^-|^\*|^_")
_NESTED = frozenset("media supports layer container scope starting-style utility variant custom-variant document".split())
"""Rules that have rules in them."""
_PLAIN = frozenset("font-face page property counter-style position-try view-transition font-palette-values color-profile".split())
_ALIKE = 0.84


def main() -> None:
    by_file(look)


def look(_: str, text: str) -> Iterator[Found]:
    yield from _rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))
    if (open_brace := _unclosed(text)) is not None:
        yield Found("unclosed-block", "error", "A block is not ended.", open_brace)


def _rules(nodes: Iterable[Any]) -> Iterator[Found]:
    for node in nodes:
        if node.type == "error":
            yield Found("invalid-css", "error", f"This is not CSS: {node.message}.", node.source_line, node.source_column)
        elif node.type == "qualified-rule":
            yield from _selector(node)
            yield from _inside(node.content)
        elif node.type == "at-rule":
            yield from _at_rule(node)
        elif node.type == "declaration":
            yield from _declaration(node)


def _at_rule(node: Any) -> Iterator[Found]:
    name = node.lower_at_keyword
    if node.content is None:
        return
    if name in _NESTED:
        yield from _rules(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))
    elif name in _PLAIN:
        yield from _errors(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))


def _inside(content: list[Any]) -> Iterator[Found]:
    yield from _rules(tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True))


def _errors(nodes: Iterable[Any]) -> Iterator[Found]:
    return (one for one in _rules(nodes) if one.code == "invalid-css")


def _selector(node: Any) -> Iterator[Found]:
    said = tinycss2.serialize(node.prelude).strip()
    if not said:
        yield Found("empty-selector", "error", "A block has no selector.", node.source_line, node.source_column)
    elif ";" in said or said.endswith((",", ">", "+")) or ",," in said.replace(" ", "") or said.startswith(","):
        yield Found("invalid-selector", "error", f"{said[:80]!r} is no selector.", node.source_line, node.source_column)


def _declaration(node: Any) -> Iterator[Found]:
    name = node.lower_name
    if not any(part.type not in ("whitespace", "comment") for part in node.value) and not name.startswith("--"):
        yield Found("empty-value", "error", f"{name} has no value.", node.source_line, node.source_column)
    for part in node.value:
        if part.type == "error":
            yield Found("invalid-css", "error", f"This is not CSS: {part.message}.", part.source_line, part.source_column)
        elif part.type == "literal" and part.value == ":" and not name.startswith("--") and name != "filter":
            message = f"After the value of {name} there is another declaration: a semicolon is missing."
            yield Found("missing-semicolon", "error", message, part.source_line, part.source_column)
    if not _VENDOR.match(name) and name not in _properties() and (meant := difflib.get_close_matches(name, _properties(), 1, _ALIKE)):
        yield Found("unknown-property", "error", f"There is no property {name}: {meant[0]}?", node.source_line, node.source_column)


def _unclosed(text: str) -> int | None:
    """The line of the innermost block that the file does not end; strings and comments are passed over."""
    opened: list[int] = []
    for match in re.finditer(r"/\*.*?(?:\*/|$)|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|url\([^)\"']*\)|[{}]", text, re.DOTALL):
        if match[0] == "{":
            opened.append(text.count("\n", 0, match.start()) + 1)
        elif match[0] == "}" and opened:
            opened.pop()
    return opened[-1] if opened else None


@cache
def _properties() -> frozenset[str]:
    """Of CSS and of what browsers took over from SVG."""
    return frozenset((Path(__file__).parent / "properties.txt").read_text().split())
