"""Blocks and symbol edits of one file to spans of it: one place for each, or a refusal that says what stands there instead."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

from barnraise.patches.candidates import FUZZY, Candidate, Haystack, Level
from barnraise.patches.edits import Block, Refusal, RefusalCode, Replacement, SymbolEdit
from barnraise.patches.healing import UnindentableError, reindented, spans
from barnraise.patches.lines import Span, Text
from barnraise.patches.symbols import Symbol, named, symbols_of

NEAR = 15
"""A stated line counts for places at most so many lines away."""
_MOST_QUOTED = 12


@dataclass(frozen=True)
class Placed:
    """Where an edit was put: lines from 1, both ends included (an insertion: the line that it stands before), and how it was found."""

    path: str
    block: int
    first: int
    last: int
    level: Level
    score: float


class _RefusedError(Exception):
    def __init__(self, code: RefusalCode, detail: str) -> None:
        super().__init__(detail)
        self.code: RefusalCode = code


class FileEdits:
    """All blocks and symbol edits of one file, placed on the text that their author saw."""

    def __init__(self, path: str, data: bytes) -> None:
        """Raises ValueError for a file that is not text."""
        self.path = path
        self._data = data
        self._text = Text.of(data)
        self._hay = Haystack(self._text.lines)
        self.placed: list[Placed] = []
        self.refusals: list[Refusal] = []

    def apply(self, edits: Iterable[Replacement | SymbolEdit]) -> bytes | None:
        """The file with all of them in it; None where there are refusals."""
        blocks: list[tuple[int, Block]] = []
        found: list[Span] = []
        number = 0
        for edit in edits:
            if isinstance(edit, SymbolEdit):
                number += 1
                found += self._tried(number, partial(self._symbol_spans, number, edit))
                continue
            for block in edit.blocks:
                number += 1
                blocks.append((number, block))
        found += self._placed_blocks(blocks)
        ordered = sorted(found, key=lambda span: (span.start, span.end, span.block))
        for one, following in pairwise(ordered):
            if following.start < one.end:
                self._refuse(
                    following.block, "overlapping", f"changes lines of {self.path} that edit {one.block} changes too; make one of both"
                )
        return None if self.refusals else self._text.spliced(ordered).written()

    def _tried(self, number: int, made: Callable[[], list[Span]]) -> list[Span]:
        try:
            return made()
        except _RefusedError as refused:
            self._refuse(number, refused.code, str(refused))
        except UnindentableError as error:
            self._refuse(number, "indentation", f"cannot be indented as {self.path} is: {error}; quote the lines as they stand there")
        return []

    def _refuse(self, number: int, code: RefusalCode, detail: str) -> None:
        self.refusals.append(Refusal(code, self.path, f"Edit {number} of {self.path} {detail}.", number))

    # blocks

    def _placed_blocks(self, blocks: Sequence[tuple[int, Block]]) -> list[Span]:
        rivals = _in_order([self._rivals(block) for _, block in blocks])
        found: list[Span] = []
        for (number, block), candidates in zip(blocks, rivals, strict=True):
            found += self._tried(number, partial(self._block_spans, number, block, candidates))
        return found

    def _rivals(self, block: Block) -> list[Candidate]:
        """All places of the block, fewer where its scope says so."""
        if not any(line.strip() for line in block.search):
            whole = block.search == self._text.lines or not (block.search or any(line.strip() for line in self._text.lines))
            return [Candidate("exact", (*range(len(block.search)), len(self._text.lines)))] if whole else []
        candidates = self._hay.find(block.search)
        if len(candidates) > 1 and block.scope:
            ranges = [(symbol.start, symbol.end) for symbol in named(self._symbols, block.scope)]
            inside = [one for one in candidates if any(start <= one.start and one.end <= end for start, end in ranges)]
            return inside or candidates
        return candidates

    def _block_spans(self, number: int, block: Block, candidates: list[Candidate]) -> list[Span]:
        if not candidates:
            raise _RefusedError("not_found", self._missing(block))
        chosen = candidates[0] if len(candidates) == 1 else _nearest(candidates, block.near)
        if chosen is None:
            places = ", ".join(str(one.start + 1) for one in candidates[:6])
            raise _RefusedError(
                "ambiguous", f'may stand in {len(candidates)} places (lines {places}); quote more lines around it, or say in="symbol"'
            )
        if not block.search:
            return [Span(0, len(self._text.lines), block.replace, number, block.ends)]
        made = spans(block, chosen, self._hay, number)
        self.placed.append(Placed(self.path, number, chosen.start + 1, chosen.end, chosen.level, round(chosen.score, 3)))
        return made

    def _missing(self, block: Block) -> str:
        if not any(line.strip() for line in block.search):
            return "has nothing to search for; quote the lines beside the place"
        near = self._hay.likest(block.search)
        if near:
            lines = self._text.lines[near[0].start : near[0].end][:_MOST_QUOTED]
            quoted = "\n".join(line[:200] for line in lines)
            return (
                f"has a search text that stands nowhere in it; the nearest is lines {near[0].start + 1}-{near[0].end} "
                f"({near[0].score:.0%} alike, {FUZZY:.0%} are needed):\n{quoted}\n"
            )
        return "has a search text that stands nowhere in it, and nothing in it is like it"

    # symbols

    @cached_property
    def _symbols(self) -> list[Symbol]:
        return symbols_of(self.path, self._data) or []

    def _symbol_spans(self, number: int, edit: SymbolEdit) -> list[Span]:
        symbol = self._symbol(edit)
        start, end = symbol.start, symbol.end
        lead = _lead_of(self._text.lines[start])
        if edit.action == "inside":
            start, end, lead, text = self._inside(symbol, edit)
        elif edit.action == "delete":
            start, end, text = *self._with_gap(start, end), ()
        elif edit.action == "replace":
            text = reindented(edit.text, lead)
            start = self._with_comments(start, text)
        elif edit.action == "before":
            gap = self._gap(start, end)
            end, text = start, (*reindented(edit.text, lead), *gap)
        else:
            gap = self._gap(start, end)
            start, text = end, (*gap, *reindented(edit.text, lead))
        self.placed.append(Placed(self.path, number, start + 1, max(end, start + 1), "exact", 1.0))
        return list(_changed(self._text.lines, start, end, text, number))

    def _symbol(self, edit: SymbolEdit) -> Symbol:
        if symbols_of(self.path, b"") is None:
            raise _RefusedError("not_readable", "names a symbol, but symbols are known in Python, TypeScript and JavaScript only")
        found = named(self._symbols, edit.name)
        if len(found) > 1 and edit.near is not None:
            found = [one for one in found if one.start < edit.near <= one.end] or found
        if not found:
            known = ", ".join(symbol.name for symbol in self._symbols[:40])
            raise _RefusedError("no_such_symbol", f"names '{edit.name[:100]}', which is not in it; it has: {known or 'no symbols'}")
        if len(found) > 1:
            places = ", ".join(f"{one.name} in lines {one.start + 1}-{one.end}" for one in found[:6])
            raise _RefusedError("ambiguous", f"names '{edit.name[:100]}', which is there {len(found)} times ({places}); say near=\"line\"")
        if not found[0].alone:
            raise _RefusedError(
                "ambiguous", f"names '{edit.name[:100]}', which shares its lines with something else; use a search/replace block"
            )
        return found[0]

    def _inside(self, symbol: Symbol, edit: SymbolEdit) -> tuple[int, int, str, tuple[str, ...]]:
        if symbol.body is None:
            raise _RefusedError("no_such_symbol", f"puts text inside '{symbol.name}', which is no class")
        first, last = symbol.body
        braces = self._text.lines[last - 1].strip().startswith("}")
        rows = [line for line in self._text.lines[first + (1 if braces else 0) : last - (1 if braces else 0)] if line.strip()]
        lead = min((_lead_of(line) for line in rows), key=len, default=_lead_of(self._text.lines[symbol.start]) + "  ")
        at = last - 1 if braces else last
        return at, at, lead, (*(("",) if rows else ()), *reindented(edit.text, lead))

    def _with_comments(self, start: int, text: Sequence[str]) -> int:
        """Comments above a symbol stay, unless the new text begins with the same ones."""
        for count in range(min(start, len(text)), 0, -1):
            if tuple(self._text.lines[start - count : start]) == tuple(text[:count]) and text[0].strip():
                return start - count
        return start

    def _with_gap(self, start: int, end: int) -> tuple[int, int]:
        """What is deleted takes the blank lines before it along, where some follow it too or nothing does."""
        lines = self._text.lines
        if end < len(lines) and lines[end].strip():
            return start, end
        while start > 0 and not lines[start - 1].strip():
            start -= 1
        return start, end

    def _gap(self, start: int, end: int) -> tuple[str, ...]:
        """As many blank lines as stand beside the symbol, one at least."""
        before = _blank_before(self._text.lines, start)
        after = _blank_before(tuple(reversed(self._text.lines)), len(self._text.lines) - end)
        return ("",) * (max(before, after) or 1)


def _in_order(rivals: list[list[Candidate]]) -> list[list[Candidate]]:
    """Blocks come in the order of the file: each keeps the places, from the first to the last, that leave all others one too.

    So as many equal blocks as there are places take these in order. Where blocks do not come in order, nothing is known.
    """
    first = _leftmost(rivals)
    last = _leftmost([[_mirrored(one) for one in candidates] for candidates in reversed(rivals)])
    if first is None or last is None:
        return rivals
    bounds = zip(rivals, first, reversed(last), strict=True)
    return [
        [one for one in candidates if low.start <= one.start and one.end <= -high.start] if low and high else []
        for candidates, low, high in bounds
    ]


def _leftmost(rivals: list[list[Candidate]]) -> list[Candidate | None] | None:
    """For each block the first place behind the one before it; None where a block has none. Blocks without any place are passed over."""
    found: list[Candidate | None] = []
    before: Candidate | None = None
    for candidates in rivals:
        behind = [one for one in candidates if before is None or (one.start > before.start and one.end > before.end)]
        if candidates and not behind:
            return None
        before = min(behind, key=lambda one: (one.end, one.start), default=before)
        found.append(before if behind else None)
    return found


def _mirrored(candidate: Candidate) -> Candidate:
    """The file seen from its end."""
    return Candidate(candidate.level, (-candidate.end, -candidate.start))


def _nearest(candidates: Sequence[Candidate], near: int | None) -> Candidate | None:
    if near is None:
        return None
    ranked = sorted((abs(one.start + 1 - near), number) for number, one in enumerate(candidates))
    clear = ranked[0][0] <= NEAR and 2 * ranked[0][0] < ranked[1][0]
    return candidates[ranked[0][1]] if clear else None


def _changed(lines: Sequence[str], start: int, end: int, text: tuple[str, ...], number: int) -> Iterator[Span]:
    """Without the lines that stay at either end, so that neighbours can be edited beside it."""
    while start < end and text and lines[start] == text[0]:
        start, text = start + 1, text[1:]
    while start < end and text and lines[end - 1] == text[-1]:
        end, text = end - 1, text[:-1]
    if start < end or text:
        yield Span(start, end, text, number)


def _blank_before(lines: Sequence[str], at: int) -> int:
    count = 0
    while at - count > 0 and not lines[at - count - 1].strip():
        count += 1
    return count if at - count > 0 else 0


def _lead_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
