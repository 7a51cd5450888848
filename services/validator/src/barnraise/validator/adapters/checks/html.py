"""HTML by its own rules: every element is known, ended where it must be and nowhere else, and ids, attributes and texts for pictures are
as they should be. Of templates, which are HTML only once they are filled, only what is certain is said."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from barnraise.validator.adapters.checks.files import Found, by_file

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
OPTIONAL = frozenset("html head body li dt dd p rt rp optgroup option colgroup caption thead tbody tfoot tr td th".split())
"""Elements that need no end tag."""
ELEMENTS = frozenset(
    "a abbr acronym address article aside audio b bdi bdo big blockquote button canvas center cite code data datalist del details dfn "
    "dialog div dl em fencedframe fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 header hgroup i iframe "
    "ins kbd label legend main map mark marquee math menu meter nav nobr noframes noscript object ol output param picture pre progress q "
    "ruby s samp script search section select selectedcontent slot small span strike strong style sub summary sup svg table template "
    "textarea time title tt u ul var video".split()
) | VOID | OPTIONAL  # fmt: skip
_FOREIGN = ("svg", "math")
_TEMPLATE = re.compile(r"\{\{|\{%|<%|<\?(?!xml)")


def main() -> None:
    by_file(look)


def look(_: str, text: str) -> Iterator[Found]:
    reader = _Reader(is_template=bool(_TEMPLATE.search(text)))
    reader.feed(text)
    yield from reader.cut()
    reader.close()
    yield from reader.ended()


class _Reader(HTMLParser):
    def __init__(self, *, is_template: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._is_template = is_template
        self._open: list[tuple[str, int, int]] = []
        self._ids: dict[str, int] = {}
        self._found: list[Found] = []

    def cut(self) -> Iterator[Found]:
        """What is left of a file that ends within a tag."""
        if self.rawdata.startswith("<") and not self._is_template:
            yield self._here("unclosed-tag", "A tag is not ended.")

    def ended(self) -> Iterator[Found]:
        yield from self._found
        for tag, line, column in self._open:
            if tag not in OPTIONAL and not self._is_template:
                yield Found("unclosed-element", "error", f"<{tag}> is not ended.", line, column)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look_at(tag, attrs)
        if tag not in VOID:
            line, offset = self.getpos()
            self._open.append((tag, line, offset + 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<br/>`` is as good as ``<br>``; ``<div/>`` is not ended by it, except in drawings and formulas."""
        self._look_at(tag, attrs)
        if tag not in VOID and not self._is_foreign() and tag not in _FOREIGN and "-" not in tag:
            self._found.append(self._here("self-closed", f"<{tag}/> is not ended by its slash."))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        at = next((at for at in reversed(range(len(self._open))) if self._open[at][0] == tag), None)
        if at is None:
            if not self._is_template:
                self._found.append(self._here("unexpected-end", f"</{tag}> ends nothing."))
            return
        for inner, line, column in self._open[at + 1 :]:
            if inner not in OPTIONAL and not self._is_template:
                self._found.append(Found("unclosed-element", "error", f"<{inner}> is not ended.", line, column))
        del self._open[at:]

    def _look_at(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        said = dict(attrs)
        if tag not in ELEMENTS and "-" not in tag and not self._is_foreign():
            self._found.append(self._here("unknown-element", f"There is no element <{tag}>."))
        for name in () if self._is_template else sorted({name for name in names if names.count(name) > 1}):
            self._found.append(self._here("duplicate-attribute", f"<{tag}> has {name} twice."))
        if tag == "img" and "alt" not in said and not self._is_foreign():
            self._found.append(self._here("missing-alt", "A picture has no text for those who cannot see it (alt).", "warning"))
        if (own := said.get("id")) and not _TEMPLATE.search(own) and not self._is_template:
            line, _ = self.getpos()
            if own in self._ids:
                self._found.append(self._here("duplicate-id", f"The id {own!r} is also on line {self._ids[own]}."))
            self._ids.setdefault(own, line)

    def _is_foreign(self) -> bool:
        return any(tag in _FOREIGN for tag, _, _ in self._open)

    def _here(self, code: str, message: str, severity: str = "error") -> Found:
        line, offset = self.getpos()
        return Found(code, "warning" if severity == "warning" else "error", message[:300], line, offset + 1)
