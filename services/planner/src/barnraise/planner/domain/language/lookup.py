"""Finding in a manifest what a user's words mean."""

from collections.abc import Iterable

from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.names import ascii_words, safe_field_name
from barnraise.planner.domain.language.nouns import singular

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
    exact = [field for field in entity.fields if name in (field.name, "_".join(ascii_words(field.label)))]
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


def enums(manifest: Manifest) -> Iterable[tuple[Entity, Field]]:
    return ((entity, field) for entity in manifest.entities for field in entity.fields if field.type == "enum")


def _key(words: list[str]) -> str:
    return "".join([*words[:-1], singular(words[-1])]) if words else ""
