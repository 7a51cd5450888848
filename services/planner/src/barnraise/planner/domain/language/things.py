"""What an item of a list is: a kind of thing, or a field of one."""

from dataclasses import replace

from barnraise.planner.domain.language.grammar.forms import participle, plain_verb
from barnraise.planner.domain.language.items import Item, group_values, read_list
from barnraise.planner.domain.language.kinship import KNOWN, LEADERS, PEOPLE, PLAYERS, STAFF
from barnraise.planner.domain.language.lexicon import CRUD, DETERMINERS, ENUM_NOUNS, MANAGING, UNITS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.phrases import split_about
from barnraise.planner.domain.language.text import Tokens
from barnraise.planner.domain.language.types import TEXT_PLURALS, is_field_word, type_of

_STATES = frozenset("open new draft pending done active inactive won lost overdue ready waiting".split()) | {"in progress", "on hold"}
_PLACED = frozenset("aisle rack bin shelf row bay floor".split())
"""Where something is: of a location these are fields rather than kinds."""


def names_things(item: Item) -> bool:
    """Whether an item of a list is rather a kind of thing than a field: a plural that is no usual field, or one with fields of its own."""
    if item.values or item.bounds or item.type or not item.words:
        return False
    if item.group:
        if _are_values(item):
            return item.plural and singular(item.words[-1]) in KNOWN
        named = len(item.group) == 1 and item.group[0] in ("name", "title")
        return item.plural or (item.words[-1] not in ENUM_NOUNS and (named or len(read_list(item.group)) > 1))
    return item.plural and item.words[-1] not in TEXT_PLURALS and (item.many or type_of(item.words) == "string" or _is_written(item))


def _is_written(item: Item) -> bool:
    """``prescriptions``: each is a thing, though one by itself is a text."""
    return len(item.words) == 1 and singular(item.words[0]) in KNOWN and type_of(item.words) == "text"


_PAIRS = frozenset(
    (("in", "out"), ("buy", "sell"), ("win", "loss"), ("home", "away"), ("credit", "debit"), ("income", "expense"), ("bride", "groom"),
     ("male", "female"), ("indoor", "outdoor"), ("online", "offline"), ("internal", "external"), ("public", "private"))
)  # fmt: skip
"""Two of a kind, which are values and no fields."""


def _are_values(item: Item) -> bool:
    """Whether what stands in parentheses are values rather than fields: ``sun needs (full sun, half shade, shade)``."""
    if {"yes", "no"} <= set(group_values(item.group)) and "," in item.group:
        return True
    inside = read_list(item.group)
    plain = all(len(one.words) <= 3 and not (one.values or one.type or one.bounds or one.group) for one in inside)
    several = [one for one in inside if one.plural]
    plain = plain and len(several) * 2 < len(inside) and not any(singular(one.words[-1]) in KNOWN for one in several)
    flags = all(type_of(one.words) == "bool" for one in inside)
    fields = any(_is_field(one) for one in inside)
    led = any(one.words[-1] in STAFF | LEADERS for one in inside) and not _is_somebody(item)
    paired = tuple(one.words[-1] for one in inside) in _PAIRS
    return paired or (len(inside) > 2 and plain and not (fields or flags or led))


def _is_field(one: Item) -> bool:
    if one.words[-1] in _PLACED:
        return True
    return type_of(one.words) != "bool" and (is_field_word(one.words[-1]) or type_of(one.words) != "string")


def _is_somebody(item: Item) -> bool:
    """Whether kinds of it may be people: ``users (admin, manager, clerk)``, but not ``teams (coach, captain, stadium)``."""
    last = singular(item.words[-1])
    return last in (STAFF | PLAYERS) - {"team"} or f"{last}s".endswith(PEOPLE)


def is_of_kinds(item: Item) -> bool:
    """``plans (hot desk, dedicated, office)`` among things: a thing of several kinds."""
    last = item.words[-1]
    thing = is_plural(last) and singular(last) not in ENUM_NOUNS and last not in TEXT_PLURALS and type_of((last,)) == "string"
    return thing and bool(item.group) and not (item.values or item.type or item.bounds) and _are_values(item)


def inside(item: Item) -> list[Item]:
    """What stands in parentheses behind a thing: its fields, or the kinds of it, or the states in which it may be."""
    if is_valued(item):
        return [Item(("value",), values=group_values(item.group))]
    if not is_of_kinds(item):
        return read_list(item.group)
    values = group_values(item.group)
    states = sum(1 for value in values if participle(value.split()[-1]) or value in _STATES)
    name = "status" if states * 2 > len(values) else "type"
    return [Item((name,), values=values, notes=frozenset(("besides",)))]


def is_valued(item: Item) -> bool:
    """``a result (won, lost, drawn)``: a field with its values, whatever it is called."""
    return not item.plural and bool(item.group) and not item.type and _are_values(item)


def names_plainly(item: Item) -> bool:
    """Whether an item among things is one as well, though it might be a field elsewhere: "comments", "payments"."""
    return is_plural(item.words[-1]) and not (item.values or item.bounds or item.type or item.group or item.words[-1] in UNITS)


def closed(told: Tokens) -> tuple[Tokens, Tokens]:
    """``quantity and unit, steps, tags``: what an "and" closes, and what follows that."""
    at = next((at for at, mark in enumerate(told) if at and mark in ("and", "&")), None)
    end = next((end for end in range(at + 2, len(told) - 1) if told[end] == ","), None) if at else None
    return (told[:end], told[end + 1 :]) if end and "before" not in told[:end] else (told, ())


def outer(told: Tokens, *, held: bool) -> tuple[list[Item], list[Item]]:
    """Of "the ingredients with amounts, the steps and a picture" the amounts, and what belongs to what has ingredients; ``held``: it is
    said to have them."""
    inner, after = closed(told) if held else (told, ())
    if after:
        return read_list(inner), read_list(after)
    if not told or told[0] in DETERMINERS:
        return read_list(told), []
    cut = next((at for at in range(1, len(told) - 1) if told[at] in (",", "and") and told[at + 1] in DETERMINERS), None)
    return (read_list(told[:cut]), read_list(told[cut:])) if cut else (read_list(told), [])


def unverbed(item: Item) -> Item:
    """``record results`` in a list of what can be done are results, ``log the result (won, lost)`` is one; ``doors to knock`` are doors."""
    if len(item.words) > 2 and item.words[-2] == "to" and is_plural(item.words[-3]) and plain_verb(item.words[-1]):
        item = replace(item, words=item.words[:-2])
    if len(item.words) > 2 and item.group and item.words[0] in CRUD | MANAGING | {"note"} and item.words[1] in DETERMINERS:
        values = () if any(map(_is_field, read_list(item.group))) or is_plural(item.words[-1]) else group_values(item.group)
        return replace(item, words=item.words[2:], values=values, group=() if values else item.group)
    core = split_about(item.words)[0]
    led = len(core) > 1 and is_plural(core[-1]) and core[0] in CRUD - {"post", "list", "track"}
    words = item.words[2:] if led and item.words[1] in DETERMINERS else item.words[1:]
    return replace(item, words=words) if led and words else item


def are_fields(tokens: Tokens) -> bool:
    """``keep the date borrowed and the date returned``: nothing but fields, each with an article."""
    items = read_list(tokens)
    typed = sum(1 for item in items if type_of(item.words) != "string" or is_field_word(item.words[-1]) or item.group)
    led = tokens[0] in ("a", "an", "the") or typed > 1
    return bool(items) and led and not any(map(names_things, items)) and len(items[0].words) < 4
