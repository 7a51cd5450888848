"""A file's text as lines, each with the end that it has, so that what is not changed stays byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass

_BOM = "\ufeff"


@dataclass(frozen=True)
class Span:
    """Lines ``start`` to ``end`` (from 0, end excluded) become ``lines``. ``ends``: whether the file shall end with a newline
    where the span reaches its end; None: as it did. ``block``: the edit's number in its file, from 1."""

    start: int
    end: int
    lines: tuple[str, ...]
    block: int
    ends: bool | None = None


@dataclass(frozen=True)
class Text:
    lines: tuple[str, ...]
    ends: tuple[str, ...]
    mark: str = ""

    @staticmethod
    def of(data: bytes) -> "Text":
        """Raises UnicodeDecodeError; a NUL makes a file binary and raises ValueError."""
        text = data.decode("utf-8")
        if "\0" in text:
            raise ValueError("binary")
        mark = _BOM if text.startswith(_BOM) else ""
        pieces = text.removeprefix(mark).split("\n")
        ended, last = pieces[:-1], pieces[-1]
        lines = [piece.removesuffix("\r") for piece in ended] + ([last] if last else [])
        ends = ["\r\n" if piece.endswith("\r") else "\n" for piece in ended] + ([""] if last else [])
        return Text(tuple(lines), tuple(ends), mark)

    @property
    def newline(self) -> str:
        """The end that most lines have."""
        return "\r\n" if self.ends.count("\r\n") * 2 > len(self.ends) else "\n"

    def written(self) -> bytes:
        return (self.mark + "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))).encode()

    def spliced(self, spans: Sequence[Span]) -> "Text":
        """With every span in its place; they are in order and do not overlap."""
        lines: list[str] = []
        ends: list[str] = []
        at = 0
        for span in spans:
            lines += [*self.lines[at : span.start], *span.lines]
            ends += [*self.ends[at : span.start], *[self.newline] * len(span.lines)]
            at = span.end
        lines += self.lines[at:]
        ends += self.ends[at:]
        ended = not self.ends or self.ends[-1] != ""
        if spans and spans[-1].end == len(self.lines) and spans[-1].ends is not None:
            ended = spans[-1].ends
        kept = [end or self.newline for end in ends[:-1]]
        if ends:
            kept.append((ends[-1] or self.newline) if ended else "")
        return Text(tuple(lines), tuple(kept), self.mark)
