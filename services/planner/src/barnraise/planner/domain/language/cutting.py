"""Where a list is cut: words that are said once for two items, and rows that lack their commas."""

from collections.abc import Iterator

from barnraise.planner.domain.language.lexicon import DETERMINERS, PREPOSITIONS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.text import Group, Token, Tokens
from barnraise.planner.domain.language.types import is_field_word

LONGEST = 6
"""How many words an item has at most."""

Chunk = tuple[Tokens, tuple[str, ...]]
"""A piece between separators, and the values that were read off it."""

_COUNTERPARTS = {
    "end": ("start", "begin"), "last": ("first",), "away": ("home",), "max": ("min",), "maximum": ("minimum",), "closing": ("opening",),
    "departure": ("arrival",), "due": ("issue", "start", "order"), "shipping": ("billing",), "billing": ("shipping",),
    "arrival": ("departure",), "return": ("loan", "pickup", "pick-up"), "selling": ("purchase", "buying"), "check-out": ("check-in",),
    "delivery": ("order", "pickup", "billing"), "second": ("first",), "sale": ("purchase",),
}  # fmt: skip
"""What may share its last word with what stands before it."""


def shared(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """``start and end date`` are a start date and an end date: the last word is said once for both."""
    before: Chunk | None = None
    for told in chunks:
        chunk = told
        if before and not before[1] and (pair := _before_and_after(before[0], chunk[0])):
            before, chunk = (pair[0], ()), (pair[1], chunk[1])
        words = [word for word in chunk[0] if word not in DETERMINERS]
        if before and not before[1] and len(words) == 2 and _shares(before[0], str(words[0]), str(words[1])):
            before = ((*before[0], singular(str(words[1]))), ())
            chunk = ((*chunk[0][:-1], singular(str(chunk[0][-1]))), chunk[1])
        if before:
            yield before
        before = chunk
    if before:
        yield before


def _shares(one: Tokens, first: str, last: str) -> bool:
    """``start and end date``, ``birth and death dates``"""
    alone = len(one) == 1 and isinstance(one[0], str) and not is_field_word(one[0]) and not is_plural(one[0])
    return one[-1] in _COUNTERPARTS.get(first, ()) or (alone and last in ("dates", "times", "prices", "numbers", "addresses", "names"))


def _before_and_after(one: Tokens, other: Tokens) -> tuple[Tokens, Tokens] | None:
    """``mood before and after`` is one before and one after; so is a ``price before and after tax``, so are ``before and after photos``."""
    if other[:1] != ("after",) or not one or one[-1] != "before":
        return None
    named, rest = one[:-1], other[1:]
    if [word for word in named if word not in DETERMINERS]:
        return (*one, *rest), (*named, *other)
    return (("before", *(singular(str(word)) for word in rest)), ("after", *(singular(str(word)) for word in rest))) if rest else None


def parted(chunk: Tokens) -> list[Tokens]:
    """``name sku quantity`` are three items that lack their commas, ``movie in a hall at a start time`` is three with prepositions."""
    words = [word for word in chunk if isinstance(word, str)]
    if cut := _uncommaed(chunk):
        return cut
    if len(words) == len(chunk) and len(words) > (1 if words[0] in ("name", "title") else 2) and all(map(is_field_word, words)):
        return [(word,) for word in words]
    if len(words) <= LONGEST or "called" in words or ":" in words:
        return [chunk]
    cuts = [at for at, word in enumerate(chunk) if at and word in PREPOSITIONS and chunk[at + 1 : at + 2] and chunk[at + 1] in DETERMINERS]
    return [chunk[start:end] for start, end in zip([0, *(at + 1 for at in cuts)], [*cuts, len(chunk)], strict=True)]


def _uncommaed(chunk: Tokens) -> list[Tokens]:
    """``name email membership type (monthly, yearly)``: three items that lack their commas; empty when it is no such row."""
    if len(chunk) < 4 or chunk[0] not in ("name", "title") or not isinstance(chunk[-1], Group):
        return []
    cut: list[list[Token]] = [[]]
    for at, token in enumerate(chunk):
        cut[-1].append(token)
        ends = isinstance(token, str) and is_field_word(token) and not isinstance(chunk[at + 1 : at + 2][:1], Group)
        if at + 1 < len(chunk) and ends and not isinstance(chunk[at + 1], Group) and chunk[at + 1] not in ("number", "address", "date"):
            cut.append([])
    return [tuple(part) for part in cut] if len(cut) > 2 else []
