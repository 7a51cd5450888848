"""Rules for messages that adjust what is there: defaults, limits, links, fields that are split or moved. Like those of ``alterations``,
each gives operations or none, and raises OperationError when the message is of its kind but does not fit."""

import re
from decimal import Decimal
from typing import Any

from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.names import snake
from barnraise.planner.domain.language.fields import enum_value, to_field
from barnraise.planner.domain.language.items import read_list
from barnraise.planner.domain.language.lookup import bare, enums, find_entity, find_field, owners, the_field
from barnraise.planner.domain.language.text import tokens
from barnraise.planner.domain.language.wording import OF, first_match, told, whole
from barnraise.planner.domain.operations import (
    AddField,
    ChangeField,
    ChangeRelation,
    Operation,
    OperationError,
    PlaceField,
    RemoveField,
    RemoveRelation,
)

_THE = r"(?:the |each |every |an? |all )?"
_SPLITS = (whole(r"(?:split|divide|separate|break) (?:up )?(?P<what>[\w' -]+?)", OF, r" (?:up )?(?:into|in|to) (?P<parts>.+)"),)
_MOVES = (whole(r"move (?P<what>[\w' -]+?) (?:from|of) (?P<of>[\w' -]+?) (?:to|into|over to) (?P<to>[\w' -]+)"),)
_PUT = rf"(?:put|move|show|place|list|display|have|bring) {_THE}(?P<what>[\w' -]+?)(?: (?:of|in|on) {_THE}(?P<of>[\w' -]+?))?"
_PLACES = (
    whole(_PUT, rf" (?:right |directly |just )?(?P<where>before|after|behind|above|below|under|in front of) {_THE}(?P<beside>[\w' -]+)"),
    whole(_PUT, r" (?:to |at |in )?(?:the )?(?:very )?(?P<where>first|top|beginning|start|front|last|end|bottom)(?: place| position)?"),
)
_IN_FRONT = frozenset(("before", "above", "in front of"))
_AT_THE_END = frozenset(("last", "end", "bottom"))
_DEFAULTS = (
    whole(
        r"(?:set |make |change )?(?:the )?default (?:value )?(?:of |for )?(?P<what>[\w' -]+?)", OF, r" (?:should be|is|to|be) (?P<value>.+)"
    ),
    whole(r"(?P<what>[\w' -]+?)", OF, r" (?:should default|defaults?|must default) to (?P<value>.+)"),
    whole(r"(?:set |make )(?P<what>[\w' -]+?)", OF, r" (?:default to )(?P<value>.+)"),
    whole(r"(?P<what>[\w' -]+?)", OF, r" (?:should be|is) (?P<value>[\w' -]+?) by default"),
)
_NUMBER = r"(?P<number>-?\d{1,9}(?:[.,]\d{1,4})?)"
_SHOULD = r"(?:should be|must be|has to be|may be|can be|is|be|to|should have|must have|has)"
_WHAT = r"(?P<what>[\w' -]+?)"
_LETTERS = r"(?P<number>\d{1,6}) (?:characters|letters|chars)"
_AT_MOST = r"(?:at most|no (?:more|longer) than|not longer than|up to|a maximum of|max(?:imum)?)"
_LENGTHS = (
    whole("(?:limit|restrict|cut) ", _WHAT, OF, r" to (?:at most |a maximum of |max(?:imum)? )?", _LETTERS),
    whole("(?:make )?", _WHAT, OF, f" {_SHOULD} {_AT_MOST} ", _LETTERS),
)
_SIDE = r"(?P<side>at least|more than|greater than|above|at most|no more than|less than|below|under|a minimum of|a maximum of)"
_NOT_NEGATIVE = r"(?P<side>(?:can ?not|can't|must not|should not|may not|never) be negative|(?:should|must) be positive)"
_LIMITS = (
    whole("(?:make )?", _WHAT, OF, f" {_SHOULD} {_SIDE} {_NUMBER}"),
    whole("(?:make )?", _WHAT, OF, f" {_NOT_NEGATIVE}"),
    whole(r"(?:set )?the (?P<side>minimum|maximum)(?: of| for)? ", _WHAT, OF, rf" (?:is|should be|to|must be) {_NUMBER}"),
)
_LEAST = frozenset(("at least", "more than", "greater than", "above", "a minimum of", "minimum"))
_CHILD, _PARENT = rf"{_THE}(?P<child>[\w' -]+?)", rf"{_THE}(?P<parent>[\w' -]+)"
_NEEDS_PARENT = (whole(_CHILD, " (?:must|has to|have to) (?:always )?(?:belong to|have|be linked to) ", _PARENT),)
_WHOSE = r"(?: (?:of|for|on) (?P<of>[\w' -]+?))?"
_RULED = (
    whole("(?:make|set) ", _WHAT, _WHOSE, " (?P<how>required|mandatory|optional)"),
    whole(_WHAT, _WHOSE, " (?:is|should be|must be) (?P<how>required|mandatory|optional)"),
)
_NOT_ANY_MORE = "(?:should not|shouldn't|do not|don't|no longer|must not|does not|need not)"
_UNLINKS = (
    whole("(?:unlink|disconnect|detach|decouple) ", _CHILD, " (?:from|and) ", _PARENT),
    whole(_CHILD, f" {_NOT_ANY_MORE} (?:belong to|have) ", _PARENT),
    whole("(?:remove|delete|drop) the (?:link|relation|relationship|connection) (?:between|from|of) ", _CHILD, " (?:and|to) ", _PARENT),
)
_VALUE = "(?:value|option|choice|stage|status|state|priority|type|category)"
_VALUE_RENAMES = (
    whole(
        rf"(?:rename|change|call) (?:the )?(?:{_VALUE} )?[\"']?(?P<old>[\w -]+?)[\"']?(?: {_VALUE})? (?:to|into|as) ",
        r"[\"']?(?P<new>[\w -]+?)[\"']?(?: (?:in|of|for) (?:the )?(?P<field>[\w -]+?)",
        OF,
        ")?",
    ),
)


def split(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``split the name of customers into first and last name``"""
    match = first_match(_SPLITS, said)
    items = [field for item in read_list(tokens(match["parts"])) if (field := to_field(item)[0])] if match else []
    if not match or len(items) < 2:
        return []
    entity, field = the_field(manifest, told(match, "what"), find_entity(manifest, told(match, "of")), about)
    first, *others = [new.model_copy(update={"required": field.required and new.type == field.type}) for new in items]
    said_so = f"splits {field.name} of {entity.plural_label.lower()}: it is {first.name} now"
    eased = [new.model_copy(update={"required": False}) for new in others]
    return [ChangeField(entity.name, field.name, first, said_so), *(AddField(entity.name, new) for new in eased)]


def move(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``move the email from customers to contacts``"""
    match = first_match(_MOVES, said)
    source, target = (find_entity(manifest, told(match, side)) for side in ("of", "to")) if match else (None, None)
    if not match or not source or not target:
        return []
    entity, field = the_field(manifest, told(match, "what"), source, None)
    eased = field if field.default is not None else field.model_copy(update={"required": False})
    return [AddField(target.name, eased), RemoveField(entity.name, field.name)]


def place(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``put the total before the status``, ``show the due date first``"""
    match = first_match(_PLACES, said)
    if not match or not owners(manifest, told(match, "what")):
        return []
    entity, field = the_field(manifest, told(match, "what"), find_entity(manifest, told(match, "of")), about)
    others = [known for known in entity.fields if known.name != field.name]
    where = told(match, "where").lower()
    if beside := told(match, "beside"):
        other = find_field(entity, beside)
        if other is None or other == field:
            raise OperationError(f"{entity.plural_label} have no other field “{bare(beside)[:60]}”.")
        number = others.index(other) + (where not in _IN_FRONT)
        said_so = f"puts {field.name} of {entity.plural_label.lower()} {'before' if where in _IN_FRONT else 'after'} {other.name}"
    else:
        number = len(others) if where in _AT_THE_END else 0
        said_so = f"puts {field.name} of {entity.plural_label.lower()} {'last' if where in _AT_THE_END else 'first'}"
    return [PlaceField(entity.name, field.name, number, said_so)]


def default(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``the default priority should be medium``"""
    match = first_match(_DEFAULTS, said)
    if not match:
        return []
    entity, field = the_field(manifest, told(match, "what"), find_entity(manifest, told(match, "of")), about)
    value = _value(field, told(match, "value"))
    if value is None:
        raise OperationError(f"“{told(match, 'value')[:60]}” cannot be a default of {field.label.lower()}.")
    changed = field.model_copy(update={"default": value})
    shown = told(match, "value")
    return [ChangeField(entity.name, field.name, changed, f"sets the default of {field.name} of {entity.plural_label.lower()} to {shown}")]


def limit(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``limit the title to 80 characters``, ``the amount must be at least 10``, ``the price cannot be negative``"""
    length, match = first_match(_LENGTHS, said), first_match(_LIMITS, said)
    found = length or match
    if not found:
        return []
    entity, field = the_field(manifest, told(found, "what"), find_entity(manifest, told(found, "of")), about)
    if length:
        if field.type not in ("string", "text", "markdown"):
            raise OperationError(f"{field.label} is no text.")
        change, said_so = {"max_length": max(1, min(int(length["number"]), 100_000))}, f"at most {length['number']} characters long"
    else:
        change, said_so = _bounded(field, told(found, "side").lower(), told(found, "number"))
    changed = Field.model_validate(field.model_dump() | change)
    return [ChangeField(entity.name, field.name, changed, f"keeps {field.name} of {entity.plural_label.lower()} {said_so}")]


def tie(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``a task must belong to a project``, ``make the project of tasks optional``: whether a record needs the one that it belongs to."""
    if match := first_match(_NEEDS_PARENT, said):
        child, parent = find_entity(manifest, told(match, "child")), find_entity(manifest, told(match, "parent"))
        how = "required"
    elif match := first_match(_RULED, said):
        child, parent, how = (
            find_entity(manifest, told(match, "of")) or about,
            find_entity(manifest, told(match, "what")),
            match["how"].lower(),
        )
    else:
        return []
    words = bare(told(match, "what") if "what" in match.groupdict() else told(match, "parent")).replace(" ", "_")
    for relation in manifest.relations:
        meant = relation.field == words or (parent is not None and relation.source == parent.name and relation.field == snake(parent.name))
        if relation.kind == "one_to_many" and meant and (child is None or relation.target == child.name):
            entity = next(entity for entity in manifest.entities if entity.name == relation.target)
            ease = "optional" if how == "optional" else "required"
            said_so = f"makes the {relation.field.replace('_', ' ')} of {entity.plural_label.lower()} {ease}"
            changed = relation.model_copy(update={"required": how != "optional"})
            return [ChangeRelation(relation.target, relation.field, changed, said_so)]
    return []


def unlink(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``unlink tasks from projects``, ``tasks should not belong to projects``"""
    match = first_match(_UNLINKS, said)
    child, parent = (find_entity(manifest, told(match, side)) for side in ("child", "parent")) if match else (None, None)
    if not child or not parent:
        return []
    linked = [r for r in manifest.relations if {r.source, r.target} == {child.name, parent.name}]
    if not linked:
        raise OperationError(f"{child.plural_label} and {parent.plural_label.lower()} are not linked.")
    return [RemoveRelation(r.target if r.kind == "one_to_many" else r.source, r.field) for r in linked]


def rename_value(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``rename the stage won to closed``, ``rename 'low' to 'minor' in priority``: only when a value is called so and nothing else."""
    match = first_match(_VALUE_RENAMES, said)
    old, new = (enum_value(told(match, side)) for side in ("old", "new")) if match else ("", "")
    if not match or not new or find_entity(manifest, told(match, "old")):
        return []
    named = bare(told(match, "field")).replace(" ", "_") if told(match, "field") else ""
    for entity, field in enums(manifest):
        if old in field.values and named in ("", field.name, entity.table) and old not in [known.name for known in entity.fields]:
            values = tuple(dict.fromkeys(new if value == old else value for value in field.values))
            if len(values) < 2:
                raise OperationError(f"{field.label} needs at least two values.")
            changed = field.model_copy(update={"values": values, "default": new if field.default == old else field.default})
            return [
                ChangeField(entity.name, field.name, changed, f"renames {old} to {new} in {field.name} of {entity.plural_label.lower()}")
            ]
    return []


def _value(field: Field, text: str) -> str | bool | int | Decimal | None:
    """A text as a value of the field; None when it is none."""
    if field.type == "enum":
        return enum_value(text) if enum_value(text) in field.values else None
    if field.type == "bool":
        return {"true": True, "yes": True, "on": True, "checked": True, "false": False, "no": False, "off": False}.get(text.lower())
    if field.type in ("int", "float", "decimal"):
        number = re.fullmatch(r"-?\d{1,9}(?:\.\d{1,4})?", text)
        return (int(text) if field.type == "int" else Decimal(text)) if number and (field.type != "int" or "." not in text) else None
    return text[:120] if field.type in ("string", "text", "markdown") else None


def _bounded(field: Field, side: str, number: str) -> tuple[dict[str, Any], str]:
    if field.type not in ("int", "float", "decimal"):
        raise OperationError(f"{field.label} is no number.")
    if not number:
        return {"min": Decimal(0)}, "from 0"
    bound = Decimal(number.replace(",", "."))
    key = "min" if side in _LEAST else "max"
    other = field.max if key == "min" else field.min
    if other is not None and (bound > other if key == "min" else bound < other):
        raise OperationError(f"{field.label} cannot be from {bound if key == 'min' else other} to {other if key == 'min' else bound}.")
    return {key: bound}, f"{'at least' if key == 'min' else 'at most'} {number}"
