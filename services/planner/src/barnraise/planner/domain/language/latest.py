"""Messages about what came last: ``drop the last field``, ``remove the last two fields of orders``."""

from barnraise.contracts.manifest import Entity, Manifest
from barnraise.planner.domain.language.lookup import find_entity
from barnraise.planner.domain.language.nouns import listed
from barnraise.planner.domain.language.wording import first_match, told, whole
from barnraise.planner.domain.operations import Operation, OperationError, RemoveEntity, RemoveField

_DROP = r"(?:remove|delete|drop|get rid of|take out|take away|kill|scrap|lose|forget|discard|skip) "
_LAST = (
    whole(
        _DROP, r"the (?:very )?(?:last|latest|newest|most recent) (?:(?P<many>two|three|2|3) )?"
        r"(?P<what>field|column|attribute|propert(?:y|ie)|"
        r"entit(?:y|ie)|table|kind of record)s?(?: (?:that )?(?:i|we|you) (?:just )?added)?(?: (?:of|from|in|on) (?P<of>[\w' -]+))?",
    ),
)  # fmt: skip
_NUMBER = {"two": 2, "2": 2, "three": 3, "3": 3}


def drop_last(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """What was added last stands last."""
    match = first_match(_LAST, said)
    if not match:
        return []
    if told(match, "what").lower().startswith(("entit", "table", "kind")):
        return [RemoveEntity(manifest.entities[-1].name)]
    owner = find_entity(manifest, told(match, "of")) or about or (manifest.entities[0] if len(manifest.entities) == 1 else None)
    if owner is None or (told(match, "of") and not find_entity(manifest, told(match, "of"))):
        names = listed([entity.plural_label.lower() for entity in manifest.entities])
        first = manifest.entities[0].plural_label.lower()
        raise OperationError(f"The last field of which of {names}? Say it as in “drop the last field of {first}”, or “undo”.")
    gone = owner.fields[-_NUMBER.get(told(match, "many").lower(), 1) :]
    if not gone or len(gone) == len(owner.fields):
        raise OperationError(f"{owner.plural_label} would have no field left.")
    return [RemoveField(owner.name, field.name) for field in reversed(gone)]
