"""Where a block's lines may stand in a file: exactly, or healed step by step.

A later step is taken only where every earlier one found nothing. From the third on, blank lines do not count.

1. ``exact``
2. ``trailing``: apart from blanks at lines' ends
3. ``indent``: apart from indentation
4. ``loose``: apart from kinds of quotes, blanks and a last comma or semicolon
5. ``fuzzy``: similar, see ``FUZZY`` and ``MARGIN``
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal

from rapidfuzz.distance import Indel

Level = Literal["exact", "trailing", "indent", "loose", "fuzzy"]

FUZZY = 0.8
"""How similar (0 to 1, the mean over lines weighed by their length) the block has to be to the place."""
MARGIN = 0.08
"""Places that are at most so much less similar than the best one are its rivals."""
ALIKE = 0.5
"""How similar each line has to be that is not the same."""
_MOST_LINES = 400
"""Longer blocks are not placed by likeness."""
_MOST_PLACES = 6
_MOST_SAME = 200
"""More places of the same text are not looked for, and none of them is taken."""
_MOST_LOOKS = 20_000
_MOST_COMPARED = 24
"""So many lines of a block may be other than the file's; each costs a comparison letter by letter."""
_FORGOTTEN = {ord(blank): None for blank in " \t\f\v\u00a0"} | {ord(quote): "'" for quote in "\"'`\u2018\u2019\u201c\u201d"}


def loose(lines: Sequence[str]) -> list[str]:
    """The lines without what is often quoted wrongly. All at once: what a translation costs is its beginning."""
    texts = "\n".join(lines).translate(_FORGOTTEN).split("\n") if lines else []
    return [text.rstrip(",;") or text for text in texts]


_KEYS: dict[Level, Callable[[Sequence[str]], list[str]]] = {
    "exact": list,
    "trailing": lambda lines: [line.rstrip() for line in lines],
    "indent": lambda lines: [line.strip() for line in lines],
    "loose": loose,
}


@dataclass(frozen=True)
class Candidate:
    """``at[n]``: the file's line of the block's line n; the last one is the end of the place. ``score`` is 1 unless found by likeness."""

    level: Level
    at: tuple[int, ...]
    score: float = 1.0

    @property
    def start(self) -> int:
        return self.at[0]

    @property
    def end(self) -> int:
        return self.at[-1]


@dataclass(frozen=True)
class _Keyed:
    """Lines in one spelling: ``keys``, the file's line of each, and where each key stands among them."""

    keys: Sequence[str]
    numbers: Sequence[int]

    @cached_property
    def known(self) -> frozenset[str]:
        """The keys once more, for the many blocks that stand nowhere in this spelling."""
        return frozenset(self.keys)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, key in enumerate(self.keys):
            found[key].append(number)
        return found


class Haystack:
    """A file's lines, ready to be searched."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._keyed: dict[Level, _Keyed] = {}
        self._looks = _MOST_LOOKS

    def find(self, search: Sequence[str]) -> list[Candidate]:
        """The places at the first step that has any; by line, or the likest first."""
        for level in ("exact", "trailing", "indent", "loose"):
            found = list(self._same(level, search))
            if found:
                return found
        likest = self.likest(search)
        good = [candidate for candidate in likest if candidate.score >= FUZZY]
        return [candidate for candidate in good if candidate.score >= good[0].score - MARGIN]

    def likest(self, search: Sequence[str]) -> list[Candidate]:
        """Places by likeness, also where it is too small; the likest first."""
        wanted = _keyed("loose", search)
        if not wanted.keys or len(wanted.keys) > _MOST_LINES:
            return []
        hay = self._lines("loose")
        found = [self._alike(search, wanted, start) for start in self._starts(wanted) if 0 <= start <= len(hay.keys) - len(wanted.keys)]
        return sorted((candidate for candidate in found if candidate.score > 0.3), key=lambda one: (-one.score, one.start))

    def _lines(self, level: Level) -> _Keyed:
        if level not in self._keyed:
            self._keyed[level] = _keyed(level, self.lines)
        return self._keyed[level]

    def _same(self, level: Level, search: Sequence[str]) -> Iterator[Candidate]:
        wanted, hay = _keyed(level, search), self._lines(level)
        if not wanted.keys or not hay.known.issuperset(wanted.keys):
            return
        length = len(wanted.keys)
        # The rarest line leads, so that a block of common lines costs little.
        lead = min(range(length), key=lambda number: len(hay.places.get(wanted.keys[number], ())))
        found = 0
        for place in hay.places.get(wanted.keys[lead], ()):
            start = place - lead
            if start >= 0 and found < _MOST_SAME and hay.keys[start] == wanted.keys[0] and hay.keys[start : start + length] == wanted.keys:
                found += 1
                yield Candidate(level, self._mapped(len(search), wanted, hay, start))

    def _mapped(self, count: int, wanted: _Keyed, hay: _Keyed, start: int) -> tuple[int, ...]:
        """Blank lines of the block are at blank ones of the file where there are such, else at the next line that is not blank."""
        places = {number: hay.numbers[start + place] for place, number in enumerate(wanted.numbers)}
        first, last = wanted.numbers[0], wanted.numbers[-1]
        at = [places.get(number, -1) for number in range(count + 1)]
        for number in range(first - 1, -1, -1):
            at[number] = at[number + 1] - self._is_blank(at[number + 1] - 1)
        for number in range(last + 1, count + 1):
            before = at[number - 1]
            at[number] = before + 1 if number == last + 1 or self._is_blank(before) else before
        following = at[last]
        for number in range(last - 1, first, -1):
            following = at[number] if at[number] >= 0 else following
            at[number] = following if at[number] < 0 else at[number]
        for number in range(first + 1, last):
            if number not in places:
                at[number] = min(at[number - 1] + 1, at[number])
        return tuple(at)

    def _is_blank(self, line: int) -> bool:
        return 0 <= line < len(self.lines) and not self.lines[line].strip()

    def _starts(self, wanted: _Keyed) -> list[int]:
        """Where most of the block's lines stand in their order; a line that stands often says little."""
        hay = self._lines("loose")
        votes: Counter[int] = Counter()
        for number, key in enumerate(wanted.keys):
            places = hay.places.get(key, ())
            if len(places) <= 200:
                for place in places:
                    votes[place - number] += len(key) / len(places)  # ty: ignore[invalid-assignment]
        best = [start for start, _ in votes.most_common(_MOST_PLACES)]
        if best or len(wanted.keys) > 1:
            return best
        return list(islice((place for place, key in enumerate(hay.keys) if self._near(key, wanted.keys[0])), _MOST_PLACES))

    def _near(self, one: str, other: str) -> bool:
        """Whether it may be the same line, misquoted; so many looks are for all blocks of the file together."""
        if not one or self._looks < 0 or abs(len(one) - len(other)) > 0.3 * max(len(one), len(other)):
            return False
        self._looks -= 1
        return _ratio(one, other) >= FUZZY

    def _alike(self, search: Sequence[str], wanted: _Keyed, start: int) -> Candidate:
        hay = self._lines("loose")
        others = hay.keys[start : start + len(wanted.keys)]
        pairs = list(zip(wanted.keys, others, strict=True))
        costly = sum(key != other for key, other in pairs) > _MOST_COMPARED
        likeness = [1.0 if key == other else 0.0 if costly else _ratio(key, other) for key, other in pairs]
        weights = [len(key) + 4 for key in wanted.keys]
        score = sum(one * weight for one, weight in zip(likeness, weights, strict=True)) / sum(weights)
        # One line that is something else keeps a long block from its place.
        return Candidate(
            "fuzzy", self._mapped(len(search), wanted, hay, start), score if min(likeness) >= ALIKE else min(score, FUZZY - 0.01)
        )


def _keyed(level: Level, lines: Sequence[str]) -> _Keyed:
    keys = _KEYS[level](lines)
    if level in ("exact", "trailing"):
        return _Keyed(keys, range(len(keys)))
    filled = [number for number, text in enumerate(keys) if text]
    return _Keyed([keys[number] for number in filled], filled)


def _ratio(one: str, other: str) -> float:
    if max(len(one), len(other)) > 400:
        return 0.0
    return Indel.normalized_similarity(one, other)
