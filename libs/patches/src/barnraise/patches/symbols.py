"""Functions, classes, methods and named values of Python, TypeScript and JavaScript, by qualified name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node

from barnraise.patches.grammars import Language, language_of, tree

Kind = Literal["class", "function", "value"]

_KINDS: dict[str, Kind] = {
    "function_definition": "function", "class_definition": "class",
    "function_declaration": "function", "generator_function_declaration": "function", "class_declaration": "class",
    "abstract_class_declaration": "class", "interface_declaration": "class", "type_alias_declaration": "value", "enum_declaration": "class",
    "internal_module": "class", "method_definition": "function", "abstract_method_signature": "function", "method_signature": "function",
    "public_field_definition": "value", "field_definition": "value", "property_signature": "value", "function_signature": "function",
}  # fmt: skip
_WRAPPERS = frozenset({"decorated_definition", "export_statement", "ambient_declaration", "expression_statement"})
_DECLARATIONS = frozenset({"lexical_declaration", "variable_declaration"})
_FLOW = frozenset(
    {"if_statement", "else_clause", "try_statement", "except_clause", "finally_clause", "with_statement", "block", "statement_block"}
)
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function"})
_MODEL_SPELLINGS = re.compile(r"\.prototype\.|[.:#/]+")
_DEEPEST = 12
_LANGUAGES: tuple[Language, ...] = ("python", "typescript", "tsx", "javascript")


@dataclass(frozen=True)
class Symbol:
    """Lines ``start`` to ``end`` (from 0, end excluded), with its decorators and ``export``. ``body``: where a class's own lines are.
    ``alone``: nothing else stands on its lines."""

    name: str
    kind: Kind
    start: int
    end: int
    body: tuple[int, int] | None
    alone: bool
    text: bytes


@dataclass(frozen=True)
class _Source:
    data: bytes
    rows: list[bytes]

    def text(self, node: Node) -> bytes:
        return self.data[node.start_byte : node.end_byte]


def symbols_of(path: str, data: bytes) -> list[Symbol] | None:
    """In order of the file, each before what is in it. None: the file's language has no symbols here."""
    language = language_of(path)
    parsed = tree(data, language) if language in _LANGUAGES else None
    if parsed is None:
        return None
    return list(_inside(parsed.root_node, "", _Source(data, data.split(b"\n"))))


def named(symbols: Sequence[Symbol], name: str) -> list[Symbol]:
    """Those of the qualified name, also as ``class Cart``, ``Cart::total()`` or ``Cart#total``; where there is none, those that end so."""
    words = re.sub(r"\(.*", "", name.strip()).split()
    wanted = _plain(words[-1]) if words else ""
    if not wanted:
        return []
    exact = [symbol for symbol in symbols if _plain(symbol.name) == wanted]
    return exact or [symbol for symbol in symbols if _plain(symbol.name).endswith(f".{wanted}")]


def _plain(name: str) -> str:
    return _MODEL_SPELLINGS.sub(".", name).strip(".")


def _inside(node: Node, prefix: str, source: _Source) -> Iterator[Symbol]:
    waiting = [(child, child) for child in reversed(node.named_children)]
    while waiting:
        outer, child = waiting.pop()
        if child.type in _WRAPPERS:
            waiting += [(outer, inner) for inner in reversed(child.named_children) if inner.type != "decorator"]
        elif child.type in _FLOW:
            waiting += [(inner, inner) for inner in reversed(child.named_children)]
        elif child.type in _KINDS:
            yield from _symbol(outer, child, child.child_by_field_name("name"), _KINDS[child.type], prefix, source)
        elif child.type in _DECLARATIONS:
            for one in child.named_children:
                value = one.child_by_field_name("value")
                kind: Kind = "function" if value is not None and value.type in _FUNCTIONS else "value"
                yield from _symbol(outer, one, one.child_by_field_name("name"), kind, prefix, source)
        elif child.type == "assignment":
            yield from _symbol(outer, child, child.child_by_field_name("left"), "value", prefix, source)


def _symbol(outer: Node, node: Node, name: Node | None, kind: Kind, prefix: str, source: _Source) -> Iterator[Symbol]:
    called = source.text(name) if name is not None else b""
    if not called or b"\n" in called or len(called) > 200:
        return
    qualified = f"{prefix}{called.decode('utf-8', 'replace').strip(chr(34))}"
    body = node.child_by_field_name("body")
    before, behind = _edges(outer, source.rows)
    alone = not before.strip() and behind.strip() in (b"", b";", b",")
    lines = (body.start_point.row, body.end_point.row + 1) if body is not None and kind == "class" else None
    yield Symbol(qualified, kind, outer.start_point.row, _end(outer), lines, alone, source.text(outer))
    if body is not None and kind == "class" and qualified.count(".") < _DEEPEST:
        yield from _inside(body, f"{qualified}.", source)


def _edges(node: Node, rows: list[bytes]) -> tuple[bytes, bytes]:
    last = _end(node) - 1
    column = node.end_point.column if node.end_point.row == last else len(rows[last])
    return rows[node.start_point.row][: node.start_point.column], rows[last][column:].split(b"#")[0].split(b"//")[0]


def _end(node: Node) -> int:
    return node.end_point.row + (1 if node.end_point.column else 0)
