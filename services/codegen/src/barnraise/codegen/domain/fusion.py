"""Three orders made one: by shared words, by what uses what, by meaning. And the texts that the third is made of."""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from barnraise.patches.symbols import Symbol

_K = 10
"""Of reciprocal rank fusion: how much the very first places count before those behind them (Cormack, Clarke and Büttcher, 2009: 60, for
lists of a thousand; ours have some ten to some hundred)."""
_PIECE = 120
"""Characters of names in a piece: few enough that none is drowned, about 40 tokens."""
_PIECES = 12
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ENCLOSED = {'"""': '"""', "'''": "'''", "/*": "*/", "<!--": "-->"}
_REMARKS = ("//", "#", "--")
_HEAD = 2000
"""Characters in which a file says what it is."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Rank:
    """``score``: the greater, the sooner shown. The rest are places, from 1, in each order; None where it has nothing to do with it."""

    score: float
    words: int | None = None
    uses: int | None = None
    meaning: int | None = None


@dataclass(frozen=True)
class Closeness:
    """How near each thing is to the question by its meaning, -1 to 1; or ``without``: why that is not known of any."""

    scores: Mapping[tuple[str, str], float]
    without: str = ""

    def of(self, kind: str) -> dict[str, float] | None:
        """Name -> nearness; None where nothing is known."""
        return None if self.without else {name: score for (known, name), score in self.scores.items() if known == kind}


def places(scores: Mapping[Key, float]) -> dict[Key, int]:
    """From 1 for the greatest; without those that are not above 0. What is equal shares a place."""
    place: dict[Key, int] = {}
    best = sorted((score for score in scores.values() if score > 0), reverse=True)
    first = {score: number for number, score in reversed(list(enumerate(best, 1)))}
    for key, score in scores.items():
        if score > 0:
            place[key] = first[score]
    return place


def fused(*orders: Mapping[Key, int]) -> dict[Key, float]:
    """Reciprocal rank fusion, 1 for what comes first in all orders. What is in none is not among them."""
    keys = {key for order in orders for key in order}
    return {key: sum((_K + 1) / (_K + order[key]) for order in orders if key in order) / len(orders) for key in keys}


def pieces(path: str, text: str, symbols: Sequence[Symbol]) -> tuple[str, ...]:
    """What of a file its meaning is taken from: where it stands, what it says of itself at its head, and the names of what it defines, some
    at a time; of one that defines nothing that is known, how it begins. So what changes inside of a function changes nothing here."""
    where = _spoken(path)
    names = list(dict.fromkeys(_spoken(symbol.name) for symbol in symbols))
    if not names:
        return (f"{where}. {' '.join(text[: 4 * _PIECE].split())}",)
    said = _said_at_head(text[:_HEAD])
    made, held = [f"{where}. {said}"] if said else [], ""
    for name in names:
        if held and len(held) + len(name) > _PIECE:
            made.append(f"{where}. {held}")
            held = ""
        held += f"{name}, "
    return tuple([*made, f"{where}. {held}"][:_PIECES])


def _said_at_head(text: str) -> str:
    """Its first remark or docstring, on one line, if it begins with one."""
    lines = text.splitlines()
    text = "\n".join(lines[1:] if lines and lines[0].startswith("#!") else lines).lstrip()
    for mark, end in _ENCLOSED.items():
        if text.startswith(mark):
            return " ".join(text[len(mark) :].partition(end)[0].replace("*", " ").split())[: 2 * _PIECE]
    remarks = takewhile(lambda line: line.startswith(_REMARKS), map(str.strip, text.splitlines()))
    return " ".join(" ".join(line.lstrip("/#-") for line in remarks).split())[: 2 * _PIECE]


def _spoken(name: str) -> str:
    """``OrderLines.net_total`` as words: order lines net total."""
    return " ".join(word.lower() for word in _WORD.findall(name))[:_PIECE]
