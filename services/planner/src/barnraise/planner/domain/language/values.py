"""Rules for messages that change which values a field may have."""

import re

from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.planner.domain.language.fields import enum_value
from barnraise.planner.domain.language.items import group_values
from barnraise.planner.domain.language.lexicon import ENUM_NOUNS
from barnraise.planner.domain.language.lookup import bare, enums, field_name, find_entity, owners, the_field
from barnraise.planner.domain.language.nouns import listed
from barnraise.planner.domain.language.text import tokens
from barnraise.planner.domain.language.wording import OF, first_match, parts, told, whole
from barnraise.planner.domain.operations import ChangeField, Operation, OperationError

_QUOTE = "[\"'`]?"
_SETS = (
    whole(
        r"(?:make |change |let |set )?(?P<what>[\w' -]+?)(?: of (?P<of>[\w' -]+?))?",
        r" (?:can be|should be one of|is one of|should be|be one of|to one of|be) (?:either )?(?P<values>.+)",
    ),
)
_ADDS_TO = (
    whole(
        rf"(?:add|include|allow) (?:the )?(?:(?:value|option)s? )?{_QUOTE}(?P<value>[\w, '\"-]+?){_QUOTE}(?: (?:value|option)s?)?",
        rf" (?:to|in|as) (?:an? |the )?(?P<field>[\w -]+?){OF}",
    ),
)
_PLACE = (
    rf"(?: (?P<where>between|after|before|behind) (?:the )?{_QUOTE}(?P<low>[\w -]+?){_QUOTE}"
    rf"(?: and (?:the )?{_QUOTE}(?P<high>[\w -]+?){_QUOTE})?)?"
)
_ADDS = (
    whole(
        rf"(?:add|include|insert|introduce|allow|put) (?:an? |the |another )?(?:new )?{_QUOTE}(?P<value>[\w -]+?){_QUOTE}",
        r"(?: as)?(?: (?:an?|the|another))?(?: (?!(?:between|after|before|behind)\b)(?P<field>[\w -]+?))?",
        _PLACE,
    ),
)
_VAGUE = re.compile(r"\b(?:status|stage|value|option|state|type|kind|choice|level|category|priority|values|options)\b", re.IGNORECASE)
_ABOUT_VALUES = re.compile(r"\b(?:values|options|choices|list|possible)\b")


def set_values(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``the status can be open, done or late``."""
    match = first_match(_SETS, said)
    values = _read(match["values"]) if match and re.search(r"\bor\b|/|,", match["values"]) else ()
    if not match or len(values) < 2:
        return []
    what = told(match, "what")
    if not owners(manifest, what):
        _refuse_unknown(manifest, what, values)
        return []
    entity, field = the_field(manifest, what, find_entity(manifest, told(match, "of")), about)
    changed = Field(name=field.name, label=field.label, type="enum", values=values, default=values[0], required=True)
    return [ChangeField(entity.name, field.name, changed, f"lets {field.name} of {entity.plural_label.lower()} be {', '.join(values)}")]


def add_values_to(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``add blocked to the status of tasks``: only when there is such an enumeration and no such entity."""
    match = first_match(_ADDS_TO, said)
    if not match or find_entity(manifest, match["field"]):
        return []
    owner = find_entity(manifest, told(match, "of"))
    known = [(entity, field) for entity, field in enums(manifest) if owner is None or entity.name == owner.name]
    named = field_name(_ABOUT_VALUES.sub("", match["field"])) or field_name(match["field"])
    exactly = [(entity, field) for entity, field in known if field.name == named]
    ending = [(entity, field) for entity, field in known if field.name.endswith(f"_{named}")]
    new = tuple(filter(None, (enum_value(bare(part)) for part in parts(match["value"]))))
    return [_valued(entity, field, (*field.values, *new)) for entity, field in (exactly or ending)[:1]]


def add_value(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``add a 'negotiation' stage between qualified and won``."""
    match = first_match(_ADDS, said)
    if not match:
        return []
    named, value = told(match, "field"), told(match, "value")
    words = value.split()
    if len(words) > 1 and not named and _VAGUE.search(words[-1]):
        value, named = " ".join(words[:-1]), words[-1]
    beside = [enum_value(match[part]) for part in ("low", "high") if match[part]]
    meant = next((pair for pair in enums(manifest) if _is_meant(pair[1], bare(named) if named else "", beside)), None)
    if not meant or not enum_value(value):
        return []
    return [_valued(*meant, _inserted(meant[1].values, enum_value(value), told(match, "where").lower(), beside))]


def value_to_remove(manifest: Manifest, what: str, of: str) -> Operation | None:
    """``the won stage``, ``won`` of ``stage``: the change that takes this value away; None when no value is meant."""
    value = enum_value(_VAGUE.sub("", bare(what)))
    if not of and not _VAGUE.search(what):
        return None
    for entity, field in enums(manifest):
        if value in field.values and (not of or bare(of) in _names(field)):
            return _without(entity, field, value)
    return None


def _read(values: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(enum_value, group_values(tokens(values))))))


def _refuse_unknown(manifest: Manifest, what: str, values: tuple[str, ...]) -> None:
    """A field that is spoken of as if it were there; other sentences are not about values."""
    words = bare(what).split()
    if words and find_entity(manifest, what) is None and (words[-1] in ENUM_NOUNS or what.lower().startswith("the ")):
        things, shown = manifest.entities[0].plural_label.lower(), ", ".join(value.replace("_", " ") for value in values)
        raise OperationError(f"There is no field called “{bare(what)[:60]}” here; “add a {bare(what)[:60]} ({shown}) to {things}” adds it.")


def _is_meant(field: Field, named: str, beside: list[str]) -> bool:
    """Whether a new value belongs here: beside its neighbours, or by the name of the field."""
    if not beside:
        return bool(named) and named in _names(field)
    return all(other in field.values for other in beside) or (_VAGUE.fullmatch(named) is not None and beside[0] in field.values)


def _names(field: Field) -> tuple[str, str]:
    return field.name.replace("_", " "), field.name.split("_")[-1]


def _inserted(values: tuple[str, ...], value: str, where: str, beside: list[str]) -> tuple[str, ...]:
    kept = [known for known in values if known != value]
    places = [kept.index(other) for other in beside if other in kept]
    place = len(kept) if not places else min(places) if where == "before" else min(places) + 1
    return (*kept[:place], value, *kept[place:])


def _valued(entity: Entity, field: Field, values: tuple[str, ...]) -> Operation:
    new = [value for value in values if value not in field.values]
    if not new:
        raise OperationError(f"{field.label} of {entity.plural_label.lower()} has that value already.")
    changed = field.model_copy(update={"values": tuple(dict.fromkeys(values))})
    shown = listed([value.replace("_", " ") for value in new])
    return ChangeField(entity.name, field.name, changed, f"adds {shown} to {field.name} of {entity.plural_label.lower()}")


def _without(entity: Entity, field: Field, value: str) -> Operation:
    if len(field.values) <= 2:
        raise OperationError(f"{field.label} needs at least two values.")
    kept = tuple(known for known in field.values if known != value)
    changed = field.model_copy(update={"values": kept, "default": field.default if field.default in kept else kept[0]})
    return ChangeField(entity.name, field.name, changed, f"removes {value} from {field.name} of {entity.plural_label.lower()}")
