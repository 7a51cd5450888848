"""From a block and its place to the spans that it changes there: only what differs between search and replace is written,
so that a context line that was quoted wrongly stays as it stands in the file."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from barnraise.patches.candidates import Candidate, Haystack, loose
from barnraise.patches.edits import Block
from barnraise.patches.lines import Span

MOST_COMPARED = 250_000
"""Lines of the search text times lines of the replacement, for a block that is not quoted exactly."""


class UnindentableError(ValueError):
    """The block's indentation cannot be told from the file's."""


def spans(block: Block, candidate: Candidate, hay: Haystack, number: int) -> list[Span]:
    """In order. Raises UnindentableError."""
    made = _whole(block, candidate) if candidate.level == "exact" else _differing(block, candidate, hay)
    return [Span(start, end, lines, number, block.ends) for start, end, lines in made if end > start or lines or block.ends is not None]


def _whole(block: Block, candidate: Candidate) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """What is the same at either end is left out."""
    old, new = block.search, block.replace
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    yield candidate.start + head, candidate.end - tail, new[head : len(new) - tail]


def _differing(block: Block, candidate: Candidate, hay: Haystack) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    if len(block.search) * len(block.replace) > MOST_COMPARED:
        raise UnindentableError("it is too long to be compared line by line")
    indentation = Indentation(_pairs(block, candidate, hay))
    matcher = SequenceMatcher(None, [line.rstrip() for line in block.search], [line.rstrip() for line in block.replace], autojunk=False)
    for tag, low, high, new_low, new_high in matcher.get_opcodes():
        if tag != "equal":
            written = tuple(indentation.of(line) for line in block.replace[new_low:new_high])
            yield candidate.at[low], candidate.at[high], written


def _pairs(block: Block, candidate: Candidate, hay: Haystack) -> Iterator[tuple[str, str]]:
    """The indentation of the block's lines and of the file's, where they are the same line."""
    for number, line in enumerate(block.search):
        if line.strip() and candidate.at[number] < candidate.at[number + 1]:
            there = hay.lines[candidate.at[number]]
            if candidate.level != "fuzzy" or loose([line]) == loose([there]):
                yield _lead(line), _lead(there)


class Indentation:
    """Turns the indentation of a block's lines into that of the file."""

    def __init__(self, pairs: Iterator[tuple[str, str]]) -> None:
        self._known: dict[str, str] = {}
        for mine, there in pairs:
            if self._known.setdefault(mine, there) != there:
                raise UnindentableError(f"lines that are indented alike in the block ({len(mine)} blanks) are not in the file")

    def of(self, line: str) -> str:
        text = line.lstrip()
        mine = _lead(line)
        if not text:
            return ""
        return (self._known[mine] if mine in self._known else self._derived(mine)) + text

    def _derived(self, mine: str) -> str:
        if not self._known:
            return mine
        inside = [known for known in self._known if mine.startswith(known)]
        if inside:
            outer = max(inside, key=len)
            return self._known[outer] + self._in_kind(mine[len(outer) :])
        for known, there in self._known.items():  # further out than all that is known
            if there.endswith(known) and known.startswith(mine):
                return there[: len(there) - len(known)] + mine
            if known.endswith(there) and mine.startswith(known[: len(known) - len(there)]):
                return mine[len(known) - len(there) :]
        raise UnindentableError(f"a line with {len(mine)} blanks before it is like none that stands in the file")

    def _in_kind(self, rest: str) -> str:
        """Tabs where the file has tabs."""
        if any("\t" in there for there in self._known.values()) and rest.strip(" ") == "" and len(rest) % 4 == 0:
            return "\t" * (len(rest) // 4)
        return rest


def reindented(lines: Sequence[str], lead: str) -> tuple[str, ...]:
    """The lines as one piece, with its least indented line at ``lead``."""
    margins = [_lead(line) for line in lines if line.strip()]
    margin = min(margins, key=len, default="")
    if any(not other.startswith(margin) for other in margins):
        raise UnindentableError("its lines are indented with tabs and blanks mixed")
    return tuple(lead + line[len(margin) :] if line.strip() else "" for line in lines)


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
