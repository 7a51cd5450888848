"""Finding in a manifest what a user's words mean."""

from collections.abc import Iterable

from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.names import ascii_words, safe_field_name
from barnraise.planner.domain.language.nouns import listed, one, singular
from barnraise.planner.domain.operations import OperationError

_GENERAL = ("_address", "_number", "_field", "_column", "_value", "_date")
"""What may be said of a field behind its name: "the phone number" is the phone."""

_NOISE = frozenset("the a an its their his her my our each every all field fields attribute column entity entities table tables of".split())


def bare(text: str) -> str:
    """The words that name something, in lower case: ``the "Due date" field`` -> ``due date``."""
    words = ascii_words(text.replace("'s ", " "))
    kept = [word for word in words if word not in _NOISE]
    return " ".join(kept or words)


def find_entity(manifest: Manifest, text: str | None) -> Entity | None:
    """The entity of these words, in either number, or of their noun alone."""
    words = bare(text).split() if text else []
    for tried in (words, words[-1:]):
        key = _key(tried)
        for entity in manifest.entities:
            if key and key in (_key(ascii_words(entity.label)), _key(ascii_words(entity.plural_label)), entity.name.lower()):
                return entity
    return None


def find_field(entity: Entity, text: str) -> Field | None:
    """The entity's field of these words; a part of its name is enough when it fits one only."""
    name = field_name(text)
    if not name:
        return None
    names = {name, name.removesuffix("_flag").removesuffix("_checkbox"), "_".join(one(tuple(name.split("_"))))}
    exact = [field for field in entity.fields if names & {field.name, "_".join(ascii_words(field.label))}]
    general = {name.removesuffix(end) for name in names for end in _GENERAL if name.endswith(end)}
    exact = exact or [field for field in entity.fields if field.name in general]
    near = [field for field in entity.fields if f"_{field.name}_".find(f"_{name}_") >= 0]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def owners(manifest: Manifest, text: str) -> list[tuple[Entity, Field]]:
    """Every entity that has a field of these words."""
    return [(entity, field) for entity in manifest.entities if (field := find_field(entity, text))]


def field_name(text: str) -> str:
    """The name that a field of these words has; empty when they have no letter."""
    try:
        return safe_field_name("_".join(bare(text).split()))
    except ValueError:
        return ""


def means(text: str, entity: Entity) -> bool:
    """Whether words in which an entity was found say no more than its name."""
    return len(bare(text).split()) <= len(ascii_words(entity.label))


def the_field(manifest: Manifest, what: str, owner: Entity | None, about: Entity | None) -> tuple[Entity, Field]:
    """The field that is meant, of the owner if one is named, else rather of what is spoken about. Raises OperationError when there
    is none, or more than one."""
    inside = None if owner else _possessive(manifest, what)
    if inside:
        return inside
    found = [pair for pair in owners(manifest, what) if owner is None or pair[0].name == owner.name]
    found = [pair for pair in found if about and pair[0].name == about.name] or found
    if not found:
        raise OperationError(f"There is no field called “{bare(what)[:80]}”{f' in {owner.plural_label.lower()}' if owner else ''} here.")
    if len(found) > 1:
        names, first = listed([entity.plural_label for entity, _ in found]), found[0][0].plural_label.lower()
        raise OperationError(f"{names} all have a field “{bare(what)}”: say of which, as in “of {first}”.")
    return found[0]


def _possessive(manifest: Manifest, what: str) -> tuple[Entity, Field] | None:
    """``task's due date``: the field behind the entity's name."""
    words = bare(what).split()
    for entity in manifest.entities:
        size = len(ascii_words(entity.label))
        named = _key(words[:size]) in (_key(ascii_words(entity.label)), _key(ascii_words(entity.plural_label)))
        if named and (field := find_field(entity, " ".join(words[size:]))):
            return entity, field
    return None


def enums(manifest: Manifest) -> Iterable[tuple[Entity, Field]]:
    return ((entity, field) for entity in manifest.entities for field in entity.fields if field.type == "enum")


def _key(words: list[str]) -> str:
    return "".join([*words[:-1], singular(words[-1])]) if words else ""
