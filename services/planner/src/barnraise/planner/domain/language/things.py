"""What an item of a list is: a kind of thing, or a field of one."""

from dataclasses import replace

from barnraise.planner.domain.language.items import Item, read_list
from barnraise.planner.domain.language.kinship import KNOWN
from barnraise.planner.domain.language.lexicon import CRUD, DETERMINERS, ENUM_NOUNS, UNITS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.phrases import split_about
from barnraise.planner.domain.language.text import Tokens
from barnraise.planner.domain.language.types import TEXT_PLURALS, is_field_word, type_of


def names_things(item: Item) -> bool:
    """Whether an item of a list is rather a kind of thing than a field: a plural that is no usual field, or one with fields of its own."""
    if item.values or item.bounds or item.type or not item.words:
        return False
    if item.group:
        if _are_values(item):
            return False
        named = len(item.group) == 1 and item.group[0] in ("name", "title")
        return item.plural or (item.words[-1] not in ENUM_NOUNS and (named or len(read_list(item.group)) > 1))
    return item.plural and item.words[-1] not in TEXT_PLURALS and (item.many or type_of(item.words) == "string")


def _are_values(item: Item) -> bool:
    """Whether what stands in parentheses are values rather than fields: ``sun needs (full sun, half shade, shade)``."""
    inside = read_list(item.group)
    plain = all(len(one.words) <= 3 and not (one.values or one.type or one.bounds or one.group or one.plural) for one in inside)
    fields = any(is_field_word(one.words[-1]) or type_of(one.words) != "string" for one in inside)
    return len(inside) > 2 and plain and not fields and singular(item.words[-1]) not in KNOWN


def names_plainly(item: Item) -> bool:
    """Whether an item among things is one as well, though it might be a field elsewhere: "comments", "payments"."""
    return is_plural(item.words[-1]) and not (item.values or item.bounds or item.type or item.group or item.words[-1] in UNITS)


def outer(told: Tokens) -> tuple[list[Item], list[Item]]:
    """Of "the ingredients with amounts, the steps and a picture" the amounts, and what belongs to what has ingredients."""
    if not told or told[0] in DETERMINERS:
        return read_list(told), []
    cut = next((at for at in range(1, len(told) - 1) if told[at] in (",", "and") and told[at + 1] in DETERMINERS), None)
    return (read_list(told[:cut]), read_list(told[cut:])) if cut else (read_list(told), [])


def unverbed(item: Item) -> Item:
    """``record results`` in a list of what can be done are results."""
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
