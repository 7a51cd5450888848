"""From words with places to lines in reading order: what stands in two columns side by side is read one column after the other.

A place is in points: ``x0`` and ``x1`` from the page's left, ``top`` and ``bottom`` from its top. Columns are told from tables and
from dates at the margin: their lines stand where they like, those of a table stand in rows.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_GUTTER = 10.0
_FEWEST = 4
_MANY = 12
_LEVEL = 2.0
_ROWS = 0.7
_WIDE = 1.5
_APART = 1.7
_DATES = re.compile(r"\d{4}|\d{1,2}/\d{2}")


@dataclass
class Line:
    words: list[dict]

    @property
    def top(self) -> float:
        return min(word["top"] for word in self.words)

    @property
    def height(self) -> float:
        return max(word["bottom"] - word["top"] for word in self.words)

    @property
    def text(self) -> str:
        """A wide gap in a line is a tab."""
        parts, before = [], None
        for word in self.words:
            if before is not None:
                parts.append("\t" if word["x0"] - before > _WIDE * self.height else " ")
            parts.append(word["text"])
            before = word["x1"]
        return "".join(parts)

    def crosses(self, x: float) -> bool:
        return any(word["x0"] < x + _GUTTER / 2 and word["x1"] > x - _GUTTER / 2 for word in self.words)


def page_text(words: list[dict], width: float) -> str:
    return "\n".join(_read(_lines(words), width))


def _lines(words: list[dict]) -> list[Line]:
    """Words whose middles are on one height, from left to right."""
    lines: list[Line] = []
    for word in sorted(words, key=lambda word: (word["top"] + word["bottom"], word["x0"])):
        middle, last = (word["top"] + word["bottom"]) / 2, lines[-1].words[-1] if lines else None
        if last is not None and abs((last["top"] + last["bottom"]) / 2 - middle) < 0.3 * (word["bottom"] - word["top"]):
            lines[-1].words.append(word)
        else:
            lines.append(Line([word]))
    for line in lines:
        line.words.sort(key=lambda word: word["x0"])
    return lines


def _read(lines: list[Line], width: float) -> list[str]:
    found = _columns(lines, width)
    if found is None:
        return _paragraphs(lines)
    x, first, last = found
    left, right = _split(lines[first:last], x)
    parts = [_read(lines[:first], width), _paragraphs(left), _paragraphs(right), _read(lines[last:], width)]
    joined: list[str] = []
    for part in parts:
        joined += [*([""] if joined and part else []), *part]
    return joined


def _columns(lines: list[Line], width: float) -> tuple[float, int, int] | None:
    """Where the gutter is, and which lines are beside it: the longest stretch that two columns fill; None when there is none."""
    best: tuple[int, float, int, int] | None = None
    x = 0.15 * width
    while x < 0.85 * width:
        first, last = _stretch(lines, x)
        left, right = _split(lines[first:last], x)
        if _are_columns(left, right) and (best is None or last - first > best[0]):
            best = (last - first, x, first, last)
        x += 4
    return best[1:] if best else None


def _stretch(lines: list[Line], x: float) -> tuple[int, int]:
    """The longest run of lines that leave the gutter free."""
    longest, start = (0, 0), 0
    for index in range(len(lines) + 1):
        if index == len(lines) or lines[index].crosses(x):
            longest = max(longest, (start, index), key=lambda run: run[1] - run[0])
            start = index + 1
    return longest


def _split(lines: list[Line], x: float) -> tuple[list[Line], list[Line]]:
    sides: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        for side, words in zip(sides, ([w for w in line.words if w["x1"] <= x], [w for w in line.words if w["x0"] >= x]), strict=True):
            if words:
                side.append(Line(words))
    return sides


def _are_columns(left: list[Line], right: list[Line]) -> bool:
    fewer = min(len(left), len(right))
    if fewer < _FEWEST or _is_dates(left) or _is_dates(right):
        return False
    rows = [(one, other) for one in left for other in right if abs(one.top - other.top) < _LEVEL]
    if any(_are_labels([row[side] for row in rows]) for side in (0, 1)):
        return False
    return len(rows) < _ROWS * fewer or fewer >= _MANY


def _are_labels(beside: list[Line]) -> bool:
    """Whether what stands in rows with the other side says of what, or when: then the rows belong together."""
    labels = sum(line.text.endswith(":") or (bool(_DATES.search(line.text)) and len(line.text) < 30) for line in beside)
    return labels >= 3 and labels * 2 >= len(beside)


def _is_dates(lines: list[Line]) -> bool:
    return sum(bool(_DATES.search(line.text)) and len(line.text) < 30 for line in lines) > len(lines) / 2


def _paragraphs(lines: list[Line]) -> list[str]:
    """The lines, with an empty one where they stand further apart than most do."""
    steps = [after.top - before.top for before, after in pairwise(lines)]
    usual = median(steps) if steps else 0.0
    said: list[str] = []
    for line, step in zip(lines, [0.0, *steps], strict=False):
        if said and step > _APART * max(usual, line.height):
            said.append("")
        said.append(line.text)
    return said
