"""From an item of a list to a field, with what had to be assumed for it."""

from typing import Any

from barnraise.contracts.manifest import Field, FieldType
from barnraise.contracts.names import IMPLICIT_FIELDS, RESERVED_FIELDS, ascii_words, safe_field_name
from barnraise.planner.domain.language.items import Item, group_values
from barnraise.planner.domain.language.nouns import Words, label
from barnraise.planner.domain.language.types import SIGNED, STARS, type_of

DISPLAY = ("name", "title", "full_name", "label", "subject", "question", "headline")
_DEFAULTS = {"priority": ("low", "medium", "high")}
_LIMIT = 50


def to_field(item: Item) -> tuple[Field | None, list[str]]:
    """The field, and sentences about what was assumed. None for what every record has by itself, such as its id."""
    if is_implicit(item):
        return None, []
    name = safe_field_name("_".join(item.words))
    assumed = [f"“{item.text}” is a reserved word, so the field is called {name}."] if _plain(item) in RESERVED_FIELDS else []
    values = item.values or (group_values(item.group) if not item.bounds and item.type is None else ())
    kind, more = _kind(item, values)
    if kind == "enum" and not values:
        values = _DEFAULTS[item.words[-1]]
        assumed.append(f"The {item.text} is {', '.join(values[:-1])} or {values[-1]}.")
    if kind == "int" and item.bounds is None and item.type is None and _in_stars(item.words):
        assumed.append(f"The {item.text} is from 1 to 5.")
    if kind == "enum":
        kind, more = _enumerated(values)
    return Field(name=name, label=label(item.words), type=kind, **(_rules(item, name, kind) | more)), assumed


def is_implicit(item: Item) -> bool:
    """Whether every record has this by itself."""
    return _plain(item) in IMPLICIT_FIELDS


def retyped(field: Field, kind: FieldType) -> Field:
    """The same field with another type; what only fits the old type goes."""
    rules: dict[str, Any] = {"required": field.required and kind != "bool", "unique": field.unique}
    return Field(name=field.name, label=field.label, type=kind, **(rules | _bounds(tuple(field.name.split("_")), kind)))


def enum_value(text: str) -> str:
    """An enumeration's value as an identifier, empty when the text has no letter or digit."""
    ident = "_".join(ascii_words(text))[:40].strip("_")
    return f"v{ident}"[:40].strip("_") if ident and not ident[0].isalpha() else ident


def _kind(item: Item, values: Words) -> tuple[FieldType, dict[str, Any]]:
    if item.bounds:
        return "int", {"min": item.bounds.low, "max": item.bounds.high}
    if set(values) in ({"yes", "no"}, {"true", "false"}):
        return "bool", {"default": False}
    if len(values) > 1:
        return "enum", {}
    kind = item.type or type_of(item.words)
    if item.type is None and kind == "int" and _in_stars(item.words):
        return "int", {"min": 1, "max": 5}
    if item.type is None and kind == "string" and item.words[-1] in _DEFAULTS:
        return "enum", {}
    return kind, _bounds(item.words, kind)


def _in_stars(words: Words) -> bool:
    return words[-1] == "rating" and set(words[:-1]) <= STARS


def _bounds(words: Words, kind: FieldType) -> dict[str, Any]:
    if kind == "bool":
        return {"default": False}
    if kind in ("int", "decimal") and not set(words) & SIGNED:
        return {"min": 0}
    return {}


def _rules(item: Item, name: str, kind: FieldType) -> dict[str, Any]:
    """Required is what names a record, what has a default, and what the user wants to be."""
    usual = name in DISPLAY or name == "slug" or kind in ("enum", "bool")
    return {
        "required": "required" in item.notes or (usual and "optional" not in item.notes),
        "unique": "unique" in item.notes or name == "slug",
    }


def _enumerated(values: Words) -> tuple[FieldType, dict[str, Any]]:
    """An enumeration of these values; plain text when fewer than two of them can be written as identifiers."""
    idents = tuple(dict.fromkeys(filter(None, map(enum_value, values))))[:_LIMIT]
    return ("enum", {"values": idents, "default": idents[0]}) if len(idents) > 1 else ("string", {})


def _plain(item: Item) -> str:
    return "_".join(ascii_words(item.text))
