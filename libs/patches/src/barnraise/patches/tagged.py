"""The tagged text of a reply, line by line: elements with their attributes and raw bodies, and prose, which nobody reads.

    <changes>
    <patch path="backend/app/cart.py">          blocks, see ``blocks``
    <diff path="backend/app/cart.py">           unified diff, see ``unified``
    <symbol path="..." name="Cart.total" action="replace">
    <file path="web/src/New.tsx">
    <delete path="..."/>
    <rename path="..." to="..."/>
    </changes>

A tag has a line of its own. An element ends with the line ``</patch>`` (``</diff>`` ...) or, where its text may have such a line, with
the line that its attribute ``end`` gives. A body is taken as it is: nothing in it is escaped. Only where there is no ``end``, a code fence
around all of it is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ATTRIBUTES = r"""((?:\s+[\w-]+\s*=\s*(?:"[^"\n]*"|'[^'\n]*'))*)\s*"""
_OPENING = re.compile(rf"^\s*<(changes|patch|diff|symbol|file|delete|rename){_ATTRIBUTES}(/?)>\s*$")
_CLOSING = re.compile(r"^\s*</(changes|patch|diff|symbol|file|delete|rename)>\s*$")
_BROKEN = re.compile(r"^\s*<(patch|diff|symbol|file|delete|rename)\s+\w*path\s*=")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})[\w+.#-]*\s*$")
_EMPTY = ("delete", "rename")


@dataclass(frozen=True)
class Element:
    """``line`` of its tag, from 1. ``body``: lines without ends. ``fault``: why it cannot be used, where it cannot."""

    tag: str
    attributes: dict[str, str]
    body: tuple[str, ...]
    line: int
    fault: str | None = None

    @property
    def path(self) -> str:
        return self.attributes.get("path", "")

    @property
    def shown(self) -> str:
        path = f' path="{self.path[:120]}"' if self.path else ""
        return f"<{self.tag}{path}>"


@dataclass(frozen=True)
class Tagged:
    """``cut``: the element that the text stops in, and ``end`` how many characters stand before it."""

    elements: tuple[Element, ...]
    cut: Element | None
    end: int


def read_tagged(text: str, *, complete: bool) -> Tagged:
    """``complete``: the text's end is its author's, so that its last line is a whole one also without a newline."""
    return _Reader(text, complete).read()


def attributes(text: str) -> dict[str, str]:
    return {match[1]: match[2] if match[2] is not None else match[3] for match in _ATTRIBUTE.finditer(text)}


class _Reader:
    def __init__(self, text: str, complete: bool) -> None:
        self._lines = [line.removesuffix("\r") for line in text.split("\n")]
        self._offsets = [0]
        for line in text.split("\n"):
            self._offsets.append(self._offsets[-1] + len(line) + 1)
        # The part behind the last newline is a line only when nothing more can come.
        self._count = len(self._lines) if complete else len(self._lines) - 1
        self._length = len(text)
        self._at = 0
        self._elements: list[Element] = []
        self._outer: Element | None = None

    def read(self) -> Tagged:
        end = 0
        while self._at < self._count:
            start = self._at
            if not self._step():
                return Tagged(tuple(self._elements), self._unfinished(start), self._offsets[start])
            end = min(self._offsets[self._at], self._length)
        rest = "".join(self._lines[self._count :])
        cut = self._outer
        if rest.lstrip().startswith("<"):
            cut = Element("tag", {}, (), self._count + 1)
        return Tagged(tuple(self._elements), cut, end)

    def _step(self) -> bool:
        """Reads one line of prose or one element; False when the text stops inside it."""
        line = self._lines[self._at]
        opening = _OPENING.match(line)
        if opening is not None:
            return self._open(opening)
        closing = _CLOSING.match(line)
        if closing is not None and closing[1] == "changes" and self._outer is not None:
            self._outer = None
        elif closing is not None and closing[1] not in (*_EMPTY, "changes"):
            why = f"line {self._at + 1} has </{closing[1]}> where nothing is open; text with such a line needs another end=..."
            self._elements.append(Element(closing[1], {}, (), self._at + 1, why))
        elif _BROKEN.match(line):
            self._elements.append(
                Element("tag", {}, (), self._at + 1, f"the tag in line {self._at + 1} cannot be read: {line.strip()[:120]}")
            )
        self._at += 1
        return True

    def _open(self, opening: re.Match[str]) -> bool:
        tag, known = opening[1], attributes(opening[2])
        element = Element(tag, known, (), self._at + 1)
        if tag == "changes":
            self._outer = element
        elif tag in _EMPTY and known.get("path"):
            self._elements.append(element)
        elif known.get("path") or tag == "diff":
            return self._body(element)
        self._at += 1
        return True

    def _body(self, element: Element) -> bool:
        closer = element.attributes.get("end", "").strip() or f"</{element.tag}>"
        for number in range(self._at + 1, self._count):
            line = self._lines[number]
            if line.strip() == closer:
                body = self._lines[self._at + 1 : number]
                inner = tuple(body) if "end" in element.attributes else _unfenced(body, element.path)
                self._elements.append(Element(element.tag, element.attributes, inner, element.line))
                self._at = number + 1
                return True
            if "end" not in element.attributes and self._begins_another(line):
                why = f"{element.shown} in line {element.line} is not closed before line {number + 1}"
                self._elements.append(Element(element.tag, element.attributes, (), element.line, why))
                self._at = number
                return True
        return False

    def _begins_another(self, line: str) -> bool:
        if line.startswith("</changes>"):
            return self._outer is not None
        return line.startswith("<") and (match := _OPENING.match(line)) is not None and "path" in attributes(match[2])

    def _unfinished(self, start: int) -> Element:
        opening = _OPENING.match(self._lines[start])
        return Element(opening[1] if opening else "tag", attributes(opening[2]) if opening else {}, (), start + 1)


def _unfenced(body: list[str], path: str) -> tuple[str, ...]:
    """The body without a code fence around all of it, which many put there by habit; Markdown may have one of its own."""
    inner = list(_trimmed(body))
    fenced = len(inner) >= 2 and _FENCE.match(inner[0]) is not None and inner[-1].strip() == inner[0].strip()[:3]
    return tuple(inner[1:-1]) if fenced and not path.lower().endswith((".md", ".mdx", ".rst")) else tuple(body)


def _trimmed(lines: list[str]) -> Iterator[str]:
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    last = next((number for number in range(len(lines), first, -1) if lines[number - 1].strip()), first)
    yield from lines[first:last]
