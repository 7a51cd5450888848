"""Lists: how they are cut into items, and what an item says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from barnraise.contracts.manifest import FieldType
from barnraise.planner.domain.language.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    ENUM_NOUNS,
    FILLERS,
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    QUANTIFIERS,
    UNITS,
)
from barnraise.planner.domain.language.nouns import is_plural
from barnraise.planner.domain.language.text import Group, Range, Token, Tokens, words_of
from barnraise.planner.domain.language.types import FLAG_WORDS, LEADING_TYPES, TYPE_WORDS

SEPARATORS = frozenset((",", "and", "&", "plus"))
_NOTES = {"optional": "optional", "optionally": "optional", "required": "required", "mandatory": "required", "unique": "unique"}
_TRIGGERS: tuple[tuple[str, ...], ...] = tuple(
    tuple(phrase.split())
    for phrase in (
        "that is either, which is either, which can be, that can be, which may be, that may be, can be either, is one of, one of, can be, "
        "may be, is either, either, which is, that is, being, such as, like, of, is, are, :"
    ).split(", ")
)
_LONGEST = 6


@dataclass(frozen=True)
class Item:
    """One thing of a list. ``group`` is what stood in parentheses behind it, which its use decides: values, fields or a remark."""

    words: tuple[str, ...]
    many: bool = False
    singled: bool = False
    values: tuple[str, ...] = ()
    bounds: Range | None = None
    notes: frozenset[str] = frozenset()
    type: FieldType | None = None
    group: Tokens = ()

    @property
    def plural(self) -> bool:
        return self.many or (bool(self.words) and is_plural(self.words[-1]))

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read_list(tokens: Sequence[Token]) -> list[Item]:
    """The items of ``a, b and c``; an enumeration such as ``a status of new, open or done`` is one item."""
    return [item for chunk, values in _chunks(tuple(tokens)) if (item := read_item(chunk, values)) is not None]


def read_item(tokens: Tokens, values: tuple[str, ...] = ()) -> Item | None:
    """The item that a piece between separators describes; None when there is no noun in it."""
    group = next((token.tokens for token in tokens if isinstance(token, Group)), ())
    bounds = next((token for token in tokens if isinstance(token, Range)), None)
    words = [token for token in tokens if isinstance(token, str) and token not in (",", "/", "&")]
    item = Item((), values=values, bounds=bounds)
    if ":" in words:
        words, item = _annotated(words, item)
    if not values and "/" in tokens:
        words, item = _slashed(tokens, item)
    item = _grouped(item, group)
    words, item = _led(words, item)
    words, item = _trailed(words, item)
    named = tuple(word for word in words if word != ":")
    if not named or len(named) > _LONGEST or not any(word[0].isalpha() for word in named):
        return None
    return replace(item, words=named)


def read_values(tokens: Sequence[Token], *, closing: tuple[str, ...] = ("or",)) -> tuple[tuple[str, ...], int] | None:
    """``pending, paid or shipped``: the values and how many tokens they take. None when no list that ends in "or" stands here."""
    found: list[list[str]] = [[]]
    closed = False
    for at, token in enumerate(tokens):
        if token in ("or", "/", *closing) and found[-1]:
            closed = closed or token != "/"
            found.append([])
        elif token == "," and not closed:
            found += [[]] if found[-1] else []
        elif token in ("or", "and") and not found[-1]:
            closed = closed or token in closing
        elif not isinstance(token, str) or token in SEPARATORS or token == ":" or (found[-1] and _leads_on(tokens, at)):
            return _values(found, closed, at)
        elif token not in ("a", "an", "either", "the"):
            found[-1].append(token)
            if len(found[-1]) > 3 and not closed:
                return None
    return _values(found, closed, len(tokens))


def _leads_on(tokens: Sequence[Token], at: int) -> bool:
    """A preposition that does not end a value: "shipped by post", but not "checked in, ..."."""
    return tokens[at] in PREPOSITIONS and at + 1 < len(tokens) and tokens[at + 1] not in (",", "or", "/", "and")


def group_values(group: Tokens) -> tuple[str, ...]:
    """A group as the values of an enumeration: ``(low, medium, high)``."""
    parts: list[list[str]] = [[]]
    for token in group:
        if token in (",", "/", "or", "and", "&"):
            parts.append([])
        elif isinstance(token, str) and token != ":":
            parts[-1].append(token)
    return _unique(parts)


def _values(found: list[list[str]], closed: bool, taken: int) -> tuple[tuple[str, ...], int] | None:
    values = _unique(found)
    return (values, taken) if closed and len(values) > 1 else None


def _unique(parts: list[list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(part) for part in parts if part and len(part) <= 4))


def _chunks(tokens: Tokens) -> Iterator[tuple[Tokens, tuple[str, ...]]]:
    """Pieces between separators, each with the values that were read off it."""
    chunk: list[Token] = []
    values: tuple[str, ...] = ()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token in SEPARATORS or (token == "or" and not values):
            if chunk:
                yield tuple(chunk), values
            chunk, values, at = [], (), at + 1
            continue
        read = _enumeration(tokens, at, chunk) if chunk and not values else None
        if read:
            values, at = read
            continue
        chunk.append(token)
        at += 1
    if chunk:
        yield tuple(chunk), values


def _enumeration(tokens: Tokens, at: int, chunk: list[Token]) -> tuple[tuple[str, ...], int] | None:
    """An enumeration that begins here, behind its name: with a word such as "of", or at once behind "status" and the like."""
    for trigger in _TRIGGERS:
        if tokens[at : at + len(trigger)] == trigger:
            closing = ("or", "and") if trigger[-1] in ("as", "like", "either") or trigger[0] == "one" else ("or",)
            read = read_values(tokens[at + len(trigger) :], closing=closing)
            return (read[0], at + len(trigger) + read[1]) if read else None
    words = [word for word in chunk if word not in DETERMINERS]
    if len(words) == 1 and words[0] in ENUM_NOUNS and isinstance(tokens[at], str) and tokens[at] not in PREPOSITIONS - {"to"} | {"/"}:
        read = read_values(tokens[at:])
        return (read[0], at + read[1]) if read else None
    return None


def _annotated(words: list[str], item: Item) -> tuple[list[str], Item]:
    """``due: date`` names a type behind the colon."""
    at = words.index(":")
    name, kind = words[:at], " ".join(word for word in words[at + 1 :] if word not in DETERMINERS | {":"})
    notes = item.notes | {_NOTES[word] for word in kind.split() if word in _NOTES}
    kind = " ".join(word for word in kind.split() if word not in _NOTES)
    return (name or words[at + 1 :]), replace(item, type=TYPE_WORDS.get(kind), notes=notes)


def _slashed(tokens: Tokens, item: Item) -> tuple[list[str], Item]:
    """``RSVP status yes/no/maybe``: values around the slashes, the name before the first of them."""
    words = [token for token in tokens if isinstance(token, str) and token not in (",", "&")]
    first = words.index("/")
    parts = [[words[first - 1]] if first else []]
    for word in words[first:]:
        if word == "/":
            parts.append([])
        else:
            parts[-1].append(word)
    values = _unique(parts)
    name = words[: first - 1] if first else []
    if set(values) in ({"yes", "no"}, {"true", "false"}, {"on", "off"}):
        return name, replace(item, type="bool")
    if not [word for word in name if word not in DETERMINERS]:
        return words[first - 1 : first], item
    return name, replace(item, values=values)


def _grouped(item: Item, group: Tokens) -> Item:
    """A type, a remark or bounds in parentheses; anything else is kept for whoever uses the item."""
    words = words_of(group)
    bounds = next((token for token in group if isinstance(token, Range)), None)
    joined = "/".join(words) if "/" in group else " ".join(words)
    notes = {_NOTES[word] for word in words if word in _NOTES}
    rest = " ".join(word for word in words if word not in _NOTES)
    if bounds:
        return replace(item, bounds=bounds, notes=item.notes | notes)
    if joined in TYPE_WORDS or (notes and rest in TYPE_WORDS):
        return replace(item, type=TYPE_WORDS.get(joined) or TYPE_WORDS[rest], notes=item.notes | notes)
    if notes and not rest:
        return replace(item, notes=item.notes | notes)
    return replace(item, group=group)


def _led(words: list[str], item: Item) -> tuple[list[str], Item]:
    """Take what leads an item: articles, quantities, remarks, "a list of", "whether it is", a type."""
    many, singled, notes, kind = item.many, item.singled, set(item.notes), item.type
    words = list(words)
    while words:
        word, following = words[0], words[1] if len(words) > 1 else ""
        if word in ("list", "set", "collection", "series", "lots", "plenty", "lot") and following == "of":
            many, words = True, words[2:]
        elif word == "one" and words[1:3] == ["or", "more"]:
            many, words = True, words[3:]
        elif word in ("any", "unlimited") and words[1:3] == ["number", "of"]:
            many, words = True, words[3:]
        elif word in ("whether", "if"):
            kind, words = "bool", [other for other in words[1:] if other not in PRONOUNS | AUXILIARIES | DETERMINERS]
        elif word in ("flag", "checkbox") and following in ("for", "that", "whether", "if", "to"):
            kind, words = "bool", words[2:]
        elif word in LEADING_TYPES | {"markdown"} and following and following not in PREPOSITIONS:
            kind, words = TYPE_WORDS[word], words[1:]
        elif word in _NOTES:
            notes, words = notes | {_NOTES[word]}, words[1:]
        elif word in QUANTIFIERS and following:
            many, words = many or word not in ("one", "single", "any"), words[1:]
        elif (
            word in DETERMINERS
            or word in MODALS
            or (word in FILLERS and following)
            or (word in ("with", "for", "have", "has") and following)
        ):
            singled, words = singled or word in ("a", "an", "one", "the"), words[1:]
        else:
            break
    return words, replace(item, many=many, singled=singled, notes=frozenset(notes), type=kind)


def _trailed(words: list[str], item: Item) -> tuple[list[str], Item]:
    """Take what trails an item: "in minutes", "in markdown", "field", "flag", "called x", "it was last watered"."""
    kind, notes = item.type, set(item.notes)
    for at, word in enumerate(words):
        rest = words[at + 1 :]
        if word in ("called", "named") and rest and at:
            kind, words = kind or TYPE_WORDS.get(" ".join(w for w in words[:at] if w not in ("field", "fields"))), rest
            break
        if word in ("it", "they", "he", "she") and at and len(rest) > 1 and rest[0] in AUXILIARIES | {"has", "have"}:
            kind = kind or TYPE_WORDS.get(words[0])
            words = [other for other in rest if other not in AUXILIARIES | {"has", "have"}]
            break
        if word in ("in", "as", "using") and at and rest:
            unit = " ".join(other for other in rest if other not in DETERMINERS)
            if unit in TYPE_WORDS and unit not in UNITS | {"day", "price", "time"}:
                kind, words = kind or TYPE_WORDS[unit], words[:at]
                break
            if rest[0] in UNITS or unit == "plain text":
                words = words[:at]
                break
    while len(words) > 1 and words[-1] in FLAG_WORDS | {"field", "fields", "attribute", "column", "only"} | set(_NOTES):
        if words[-1] in FLAG_WORDS:
            kind = "bool"
        notes |= {_NOTES[words[-1]]} if words[-1] in _NOTES else set()
        words = words[:-1]
    return words, replace(item, type=kind, notes=frozenset(notes))
