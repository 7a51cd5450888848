"""Lists: how they are cut into items, and what an item says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from barnraise.contracts.manifest import FieldType
from barnraise.planner.domain.language.cutting import LONGEST, parted, shared
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
from barnraise.planner.domain.language.nouns import ANIMALS_ALIKE, is_plural, singular
from barnraise.planner.domain.language.spoken import parts_of, spoken
from barnraise.planner.domain.language.text import Group, Range, Token, Tokens, words_of
from barnraise.planner.domain.language.types import FLAG_WORDS, LEADING_TYPES, TYPE_WORDS, is_field_word, type_of

SEPARATORS = frozenset((",", "and", "&", "plus"))
_NOTES = {
    "optional": "optional", "optionally": "optional", "required": "required", "mandatory": "required", "unique": "unique",
    "many-to-many": "shared",
}  # fmt: skip
_TRIGGERS: tuple[tuple[str, ...], ...] = tuple(
    tuple(phrase.split())
    for phrase in (
        "that is either, which is either, which can be, that can be, which may be, that may be, can be either, is one of, one of, can be, "
        "may be, is either, either, which is, that is, being, such as, like, of, is, are, :"
    ).split(", ")
)
_MOST_TOKENS = 300
"""What an enumeration may take, so that a text of nothing but beginnings of them is read in its length."""

_COMMA, _COLON, _SLASH = frozenset((",",)), frozenset((":",)), frozenset(("/",))
_ENDS = SEPARATORS | _COLON
_NO_VALUE = (PREPOSITIONS - {"to"}) | _SLASH
_HELPERS = AUXILIARIES | {"has", "have"}
_LEADS = _NOTES | dict.fromkeys(("their", "its", "his", "her"), "theirs") | dict.fromkeys(("a", "an"), "single")
"""What leads an item and says something of it."""

_IT = frozenset("it them him her".split())
_RELATIVES = frozenset("who whom which that i we you they".split())
_WHOLE = frozenset(
    "second seconds minute minutes day days week weeks month months year "
    "years points characters words bpm rpm teu px pixels kcal calories mah "
    "fps ms".split()
)
_FLAGS = frozenset("passed open present online indoor won".split())
_SPELLS = frozenset("second seconds minute minutes day days week weeks month months year years".split())
_SHORT = {"no": "number", "nr": "number", "desc": "description", "addr": "address"}
_GATHERINGS = frozenset("crew team pool fleet list set collection series lots plenty lot log record register history diary".split())
_SCHEMA_TYPES = frozenset("int integer varchar bool boolean decimal float numeric".split())
_TRAILING = FLAG_WORDS | frozenset(_NOTES) | {"field", "fields", "attribute", "column", "only"}


@dataclass(frozen=True)
class Item:
    """One thing of a list. ``group`` is what stood in parentheses behind it, which its use decides: values, fields or a remark.
    ``of``: what a colon said that it is, when that is no type: ``author: User``."""

    words: tuple[str, ...]
    many: bool = False
    values: tuple[str, ...] = ()
    bounds: Range | None = None
    notes: frozenset[str] = frozenset()
    type: FieldType | None = None
    group: Tokens = ()
    of: tuple[str, ...] = ()

    @property
    def plural(self) -> bool:
        return self.many or (bool(self.words) and (is_plural(self.words[-1]) or self.words[-1] in ANIMALS_ALIKE))

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read_list(tokens: Sequence[Token]) -> list[Item]:
    """The items of ``a, b and c``; an enumeration such as ``a status of new, open or done`` is one item."""
    parts = ((part, values) for chunk, values in shared(_chunks(tuple(tokens))) for part in (parted(chunk) if not values else [chunk]))
    return [item for part, values in parts if (item := read_item(part, values)) is not None]


def read_item(tokens: Tokens, values: tuple[str, ...] = ()) -> Item | None:
    """The item that a piece between separators describes; None when there is no noun in it."""
    group = next((mark.tokens for mark in tokens if isinstance(mark, Group)), ())
    bounds = next((mark for mark in tokens if isinstance(mark, Range)), None)
    words = [word for word in tokens if isinstance(word, str) and word not in (",", "/", "&")]
    item = Item((), values=values, bounds=bounds)
    if ":" in words:
        words, item = _annotated(words, item)
    if not values and "/" in tokens:
        words, item = _slashed(tokens, item)
    item = _grouped(item, group)
    if (told := spoken([word for word in words if word not in ("and", "also")])) is not None:
        return replace(item, words=tuple(told[0]), type=item.type or (None if item.values or item.group else told[1]))
    words, item = _led(words, item)
    words, item = _trailed(words, item)
    while len(words) > 2 and words[-1] in _IT and words[-2] in PREPOSITIONS:
        words = words[:-2]
    item = replace(item, of=item.of or _said_to_be(words))
    relative = next((at for at, word in enumerate(words) if at and word in _RELATIVES), len(words))
    named = tuple(part for word in words[:relative] if word != ":" for part in parts_of(_SHORT.get(word, word)))
    if not named or len(named) > LONGEST or not any(word[0].isalpha() for word in named):
        return None
    return replace(item, words=named)


def _said_to_be(words: list[str]) -> tuple[str, ...]:
    """``an owner who is a user`` -> a user."""
    at = next((at for at, word in enumerate(words) if at and word in _RELATIVES), len(words))
    return tuple(words[at + 3 :]) if words[at + 1 : at + 2] == ["is"] and words[at + 2 : at + 3] in (["a"], ["an"]) else ()


def read_values(tokens: Sequence[Token], *, closing: tuple[str, ...] = ("or",)) -> tuple[tuple[str, ...], int] | None:
    """``pending, paid or shipped``: the values and how many tokens they take. None when no list that ends in "or" stands here."""
    found: list[list[str]] = [[]]
    closed = False
    for at, mark in enumerate(tokens[:_MOST_TOKENS]):
        if mark in ("or", "/", *closing) and found[-1]:
            closed = closed or mark != "/"
            found.append([])
        elif mark in _COMMA and not closed:
            found += [[]] if found[-1] else []
        elif mark in ("or", "and") and not found[-1]:
            closed = closed or mark in closing
        elif mark in ("of", "to", "in") and found[-1] in (["out"], ["ready"], ["up"]):
            found[-1].append(str(mark))
        elif not isinstance(mark, str) or mark in _ENDS or (found[-1] and _leads_on(tokens, at)):
            return _values(found, closed, at)
        elif mark not in ("a", "an", "either", "the"):
            found[-1].append(mark)
            if len(found[-1]) > 3 and not closed:
                return None
    return _values(found, closed, min(len(tokens), _MOST_TOKENS))


def group_values(group: Tokens) -> tuple[str, ...]:
    """A group as the values of an enumeration: ``(low, medium, high)``."""
    parts: list[list[str]] = [[]]
    for mark in group:
        if mark in (",", "/", "or", "and", "&"):
            parts.append([])
        elif isinstance(mark, str) and mark not in _COLON:
            parts[-1].append(mark)
    return _unique(parts)


def _leads_on(tokens: Sequence[Token], at: int) -> bool:
    """A preposition that ends the values: "shipped by post", but not "checked in, ..."."""
    return tokens[at] in PREPOSITIONS and at + 1 < len(tokens) and tokens[at + 1] not in (",", "or", "/", "and")


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
        read = _enumeration(tokens, at, chunk) if chunk and not values else None
        if tokens[at] == "or" and (pair := _either(tokens, at, chunk)):
            (chunk, values), at = pair, at + 2
        elif tokens[at] in SEPARATORS or (tokens[at] == "or" and not values):
            if chunk:
                yield tuple(chunk), values
            chunk, values, at = [], (), at + 1
        elif read:
            values, at = read
        else:
            chunk.append(tokens[at])
            at += 1
    if chunk:
        yield tuple(chunk), values


def _either(tokens: Tokens, at: int, chunk: Sequence[Token]) -> tuple[list[Token], tuple[str, ...]] | None:
    """``date, passed or failed, grade``: a flag; ``date, theory or practical, grade``: one of two kinds."""
    other = tokens[at + 1 : at + 2]
    after = tokens[at + 2 : at + 3]
    if len(chunk) != 1 or (after and after[0] not in SEPARATORS) or not all(_is_plain(word) for word in (*chunk, *other)) or not other:
        return None
    one = str(chunk[0])
    if one in _FLAGS or type_of((one,)) == "bool":
        return ["whether", one], ()
    return (["type"], (one, str(other[0]))) if after and at > 1 and not any(map(is_field_word, (one, str(other[0])))) else None


def _is_plain(token: Token) -> bool:
    return isinstance(token, str) and token.isalpha() and not is_plural(token)


def _enumeration(tokens: Tokens, at: int, chunk: list[Token]) -> tuple[tuple[str, ...], int] | None:
    """The values of an enumeration that begins here, and where it ends: behind a word such as "of", or at once behind "status"."""
    for trigger in _TRIGGERS:
        if tokens[at : at + len(trigger)] == trigger:
            closing = ("or", "and") if trigger[-1] in ("as", "like", "either") or trigger[0] == "one" else ("or",)
            return _values_at(tokens, at + len(trigger), closing) or _values_told(tokens, at, chunk)
    words = [word for word in chunk if word not in DETERMINERS] if len(chunk) <= LONGEST else []
    named = len(words) == 1 and words[0] in ENUM_NOUNS
    if named and isinstance(tokens[at], str) and tokens[at] not in _NO_VALUE:
        return _values_at(tokens, at, ("or",))
    return None


def _values_told(tokens: Tokens, at: int, chunk: Sequence[Token]) -> tuple[tuple[str, ...], int] | None:
    """``a status: waiting, in progress, ready``: all that stands behind the colon of what has values, if it is short and plain."""
    rest = tokens[at + 1 : at + 60]
    plain = (
        tokens[at] == ":"
        and chunk
        and chunk[-1] in ENUM_NOUNS | {"position", "medium"}
        and all(isinstance(mark, str) and mark not in (":", "/") for mark in rest)
    )
    parts = [part for part in _split_at_commas(rest) if part] if plain else []
    few = len(parts) > 2 and all(len(part) < 3 and " ".join(part) not in TYPE_WORDS for part in parts)
    usual = sum(1 for part in parts if is_field_word(part[-1])) * 2 > len(parts)
    return (_unique(parts), len(tokens)) if few and not usual and len(tokens) <= at + 60 else None


def _split_at_commas(tokens: Sequence[Token]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for mark in tokens:
        if mark in (",", "and", "&", "or"):
            parts.append([])
        elif isinstance(mark, str):
            parts[-1].append(mark)
    return parts


def _values_at(tokens: Tokens, start: int, closing: tuple[str, ...]) -> tuple[tuple[str, ...], int] | None:
    read = read_values(tokens[start : start + _MOST_TOKENS], closing=closing)
    return (read[0], start + read[1]) if read else None


def _annotated(words: list[str], item: Item) -> tuple[list[str], Item]:
    """``due: date`` names a type behind the colon."""
    at = words.index(":")
    kind = [word for word in words[at + 1 :] if word not in DETERMINERS | {":"}]
    plain = " ".join(word for word in kind if word not in _NOTES)
    of = () if plain in TYPE_WORDS else tuple(plain.split())
    return words[:at] or words[at + 1 :], replace(item, type=TYPE_WORDS.get(plain), notes=item.notes | _noted(kind), of=of)


def _slashed(tokens: Tokens, item: Item) -> tuple[list[str], Item]:
    """``RSVP status yes/no/maybe``: values around the slashes, the name before the first of them."""
    words = [word for word in tokens if isinstance(word, str) and word not in (",", "&")]
    first = words.index("/")
    parts = [[words[first - 1]] if first else []]
    for word in words[first:]:
        if word in _SLASH:
            parts.append([])
        else:
            parts[-1].append(word)
    values = _unique(parts)
    name = words[: first - 1] if first else []
    if set(values) in ({"yes", "no"}, {"true", "false"}, {"on", "off"}, {"y", "n"}):
        return name, replace(item, type="bool")
    if not [word for word in name if word not in DETERMINERS]:
        return words[first - 1 : first], item
    return name, replace(item, values=values)


def _grouped(item: Item, group: Tokens) -> Item:
    """A type, a remark or bounds in parentheses; anything else is kept for whoever uses the item."""
    words = words_of(group)
    bounds = next((mark for mark in group if isinstance(mark, Range)), None)
    if len(words) == len(group) == 1 and words[0] in UNITS and words[0] not in TYPE_WORDS:
        return replace(item, type="int" if words[0] in _WHOLE else "float")
    joined = "/".join(words) if "/" in group else " ".join(words)
    notes = _noted(words)
    rest = " ".join(word for word in words if word not in _NOTES)
    if bounds and "," not in group:
        return replace(item, bounds=bounds, notes=item.notes | notes)
    if joined in TYPE_WORDS or (notes and rest in TYPE_WORDS):
        return replace(item, type=TYPE_WORDS.get(joined) or TYPE_WORDS[rest], notes=item.notes | notes)
    if notes and not rest:
        return replace(item, notes=item.notes | notes)
    if len(words) in (2, 3) and len(group) == len(words) and words[0] in ("a", "an", "the"):
        return replace(item, of=tuple(words[1:]))  # "owner (a customer)"
    return replace(item, group=group)


def _noted(words: Sequence[str]) -> frozenset[str]:
    return frozenset(_NOTES[word] for word in words if word in _NOTES)


def _led(words: list[str], item: Item) -> tuple[list[str], Item]:
    """Take what leads an item: articles, quantities, remarks, "a list of", "whether it is", a type."""
    if words[:2] == ["how", "many"] and len(words) > 2:
        return ["number", "of", words[2]], item
    while words:
        taken = _lead(words, item)
        if taken is None:
            break
        words, item = taken
    return words, item


def _lead(words: list[str], item: Item) -> tuple[list[str], Item] | None:
    """The words without the first thing that leads them; None when they begin with the noun."""
    word, rest = words[0], words[1:]
    if many := _many(words):
        return words[many:], replace(item, many=True)
    if kind := _leading_type(words):
        return kind[0], replace(item, type=kind[1])
    if (word in QUANTIFIERS or word.isdigit()) and rest:
        pair = frozenset(("two",)) if word in ("two", "2") else frozenset(("single",)) if word == "one" else frozenset()
        return rest, replace(item, many=item.many or word not in ("one", "any"), notes=item.notes | pair)
    if word in _LEADS and (rest or word in _NOTES):
        return rest, replace(item, notes=item.notes | {_LEADS[word]})
    if word in DETERMINERS or word in MODALS or (rest and (word in FILLERS or word in ("with", "for", "have", "has"))):
        return rest, item
    return None


def _many(words: list[str]) -> int:
    """How many of the first words say that there are several: ``a list of``, ``one or more``."""
    if words[0] in _GATHERINGS and words[1:2] == ["of"]:
        return 2
    told = words[0] == "one" and words[1:3] == ["or", "more"]
    return 3 if told or (words[0] in ("any", "unlimited") and words[1:3] == ["number", "of"]) else 0


def _leading_type(words: list[str]) -> tuple[list[str], FieldType] | None:
    """The words behind a type: ``whether it is paid``, ``a flag for``, ``integer``."""
    word, following = words[0], words[1] if len(words) > 1 else ""
    if word in ("whether", "if"):
        return [other for other in words[1:] if other not in PRONOUNS | AUXILIARIES | DETERMINERS], "bool"
    if word in ("flag", "checkbox") and following in ("for", "that", "whether", "if", "to"):
        return words[2:], "bool"
    if word in LEADING_TYPES and following and following not in PREPOSITIONS:
        return words[1:], TYPE_WORDS[word]
    return None


def _trailed(words: list[str], item: Item) -> tuple[list[str], Item]:
    """Take what trails an item: "in minutes", "in markdown", "field", "flag", "called x", "it was last watered"."""
    for at in range(1, len(words) - 1):
        cut = _renamed(words, at) or _used(words, at) or _measured(words, at)
        if cut:
            words, kind = cut
            item = replace(item, type=item.type or kind)
            break
    if len(words) > 1 and words[-1] in _SCHEMA_TYPES and item.type is None:
        words, item = words[:-1], replace(item, type=TYPE_WORDS[words[-1]])
    if len(words) > 2 and words[-2] in ("at", "on") and words[-1] in ("timestamp", "datetime"):
        words = words[:-1]
    if len(words) == 2 and words[-1] == "only":
        return words, replace(item, type=item.type or "bool")
    while len(words) > 1 and words[-1] in _TRAILING:
        item = replace(item, type="bool" if words[-1] in FLAG_WORDS else item.type, notes=item.notes | _noted(words[-1:]))
        words = words[:-1]
    return words, item


def _renamed(words: list[str], at: int) -> tuple[list[str], FieldType | None] | None:
    """``a text field called notes``"""
    if words[at] not in ("called", "named"):
        return None
    return words[at + 1 :], TYPE_WORDS.get(" ".join(word for word in words[:at] if word not in ("field", "fields")))


def _used(words: list[str], at: int) -> tuple[list[str], FieldType | None] | None:
    """``the date it was last watered``"""
    if words[at] not in ("it", "they", "he", "she") or len(words) < at + 3 or words[at + 1] not in _HELPERS:
        return None
    done = [word for word in words[at + 1 :] if word not in _HELPERS]
    return (done, TYPE_WORDS[words[0]]) if words[0] in TYPE_WORDS else ([*words[:at], *done], type_of(tuple(words[:at])))


def _measured(words: list[str], at: int) -> tuple[list[str], FieldType | None] | None:
    """``a duration in minutes``, ``a body in markdown``"""
    if words[at] not in ("in", "as", "using") and words[at : at + 2] != ["of", "type"]:
        return None
    unit = " ".join(word for word in words[at + 1 :] if word not in DETERMINERS | {"type"})
    unit = unit if unit in TYPE_WORDS else singular(unit)
    if unit in TYPE_WORDS and unit not in UNITS | {"day", "price", "time"}:
        return words[:at], TYPE_WORDS[unit]
    if words[at + 1] not in UNITS:
        return (words[:at], None) if unit == "plain text" else None
    kind = type_of(tuple(words[:at]))
    vague = kind in ("string", "datetime", "time") or (kind == "float" and words[at + 1] in _SPELLS)
    return words[:at], ("int" if words[at + 1] in _WHOLE else "float") if vague else None
