"""Rules for messages that add: they are put into the words of a description, read with what is there in mind, and compared with it."""

import re

from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.names import plural, snake
from barnraise.planner.domain.language.building import draft_entity, relation_of, settle
from barnraise.planner.domain.language.items import read_list
from barnraise.planner.domain.language.lookup import bare, find_entity
from barnraise.planner.domain.language.nouns import is_plural, listed
from barnraise.planner.domain.language.reading import names_things, read
from barnraise.planner.domain.language.sheet import Draft, Sheet
from barnraise.planner.domain.language.text import tokens
from barnraise.planner.domain.operations import AddEntity, AddField, AddRelation, Operation, OperationError

_I = re.IGNORECASE
_ADD = re.compile(
    r"^(?:add|include|introduce|attach|put|create|insert|allow|store|track|record|support|show|need|have|also) (?P<what>.+)$", _I
)
_TO = re.compile(
    r"^(?P<what>.+?) (?:to|for|on|in|into) (?:the |each |every |all |all the |my |our )?(?P<to>[\w'-]+(?: [\w'-]+){0,2}?)(?P<more> (?:with|that have|which have|having) .+)?$",
    _I,
)
_WITH_TO = re.compile(r"^(?P<what>.+? (?:with|having) .+) (?:to|for|on) (?:the |each |every |all )?(?P<to>[\w'-]+(?: [\w'-]+)?)$", _I)
_GIVE = re.compile(
    r"^(?:give|let) (?:the |each |every |all )?(?P<to>[\w'-]+(?: [\w'-]+)?) (?:have )?(?P<what>(?:an? |the |some |many |its |their |optional |required |unique ).+)$",
    _I,
)
_ENTITY = re.compile(r"\b(?:entity|table|model|record type|section|resource|page)\b(?: (?:called|named|for))?", _I)
_LINK = re.compile(
    r"^(?:link|connect|relate|tie|assign) (?:the |each |every )?(?P<child>[\w' -]+?) (?:to|with) (?:the |a |an |one )?(?P<parent>[\w' -]+)$",
    _I,
)


def additions(manifest: Manifest, said: str, about: Entity | None) -> tuple[list[Operation], list[str]]:
    """What a message adds, and what was assumed; nothing when it says nothing that can be added. Raises OperationError."""
    description = _described(manifest, said, about)
    sheet = read(description, _seeded(manifest))
    if sheet.missed and not (len(sheet.drafts) > len(manifest.entities) and any(d.items for d in sheet.drafts.values())):
        if not any(draft.items for draft in sheet.drafts.values()) and not sheet.bonds:
            return [], []
    given = {entity.name for entity in manifest.entities}
    fields = settle(sheet, given)
    operations: list[Operation] = [
        AddEntity(draft_entity(sheet, name, fields[name], linked=bool(sheet.parents(name)))) for name in sheet.drafts if name not in given
    ]
    operations += [AddField(name, _eased(field)) for name in given for field in fields.get(name, ())]
    operations += _bonds(manifest, sheet, operations)
    return operations, sheet.assumed


def _described(manifest: Manifest, said: str, about: Entity | None) -> str:
    """The message as a description: ``add a due date to tasks`` is ``tasks have a due date``."""
    if match := _LINK.match(said):
        return f"Each {match['child']} belongs to a {match['parent']}."
    if (match := _GIVE.match(said)) and (entity := find_entity(manifest, match["to"])):
        return f"{entity.plural_label} have {match['what']}."
    match = _ADD.match(said)
    if not match:
        return said
    what = _ENTITY.sub("", match["what"]).strip()
    for pattern in (_WITH_TO, _TO):
        found = pattern.match(what)
        if found and (entity := find_entity(manifest, found["to"])) and len(bare(found["to"]).split()) <= len(entity.label.split()) + 1:
            more = found.groupdict().get("more") or ""
            return f"{entity.plural_label} have {_many(found['what'], more)}{more}."
        if found and pattern is _TO and not found["more"] and _is_field_list(found["what"]):
            raise OperationError(f"There is nothing called “{bare(found['to'])[:60]}” here.")
    return _new_thing(manifest, what, about, named=what != match["what"])


def _many(what: str, more: str) -> str:
    """A thing that gets fields of its own is one of many."""
    return f"many {re.sub(r'^(?:an?|the) ', '', what)}" if more else what


def _new_thing(manifest: Manifest, what: str, about: Entity | None, *, named: bool) -> str:
    """``suppliers with a name``, ``a Category entity``; a bare field goes to the only entity, or to the one spoken of last."""
    head, joint, rest = _cut(what)
    if joint:
        return f"{_plural(head)} have {rest}."
    if "(" in what:
        return f"{what}."
    if named or not _is_field_list(what):
        return f"{listed([_plural(part) for part in re.split(r',| and ', what) if part.strip()])}, {manifest.entities[0].plural_label}."
    if len(manifest.entities) == 1 or about:
        return f"{(about or manifest.entities[0]).plural_label} have {what}."
    names = listed([entity.plural_label.lower() for entity in manifest.entities])
    raise OperationError(
        f"To which of {names} shall I add {what[:80]}? Say it as in “add {what[:80]} to {manifest.entities[0].plural_label.lower()}”."
    )


def _cut(what: str) -> tuple[str, str, str]:
    match = re.match(
        r"^(?P<head>[\w' -]{1,60}?)(?P<joint> with | that have | that has | which have | which has | having |: )(?P<rest>.+)$", what, _I
    )
    return (match["head"], match["joint"], match["rest"]) if match else (what, "", "")


def _plural(text: str) -> str:
    words = re.sub(r"^(?:an?|the|new|another) ", "", text.strip(), flags=_I).replace("_", " ").split()
    if not words:
        return text
    last = words[-1].lower()
    return " ".join([*words[:-1], last if is_plural(last) else plural(last)])


def _is_field_list(what: str) -> bool:
    items = read_list(tokens(what))
    return bool(items) and not any(names_things(item) for item in items)


def _seeded(manifest: Manifest) -> Sheet:
    """A sheet that knows the manifest's entities, with nothing said of them yet."""
    return Sheet(drafts={entity.name: Draft(tuple(snake(entity.name).split("_"))) for entity in manifest.entities})


def _eased(field: Field) -> Field:
    """A new field of existing records cannot be required, unless it has a default."""
    return field if field.default is not None else field.model_copy(update={"required": False})


def _bonds(manifest: Manifest, sheet: Sheet, operations: list[Operation]) -> list[Operation]:
    """The sheet's bonds as relations with free names; what is linked already stays as it is."""
    known = {frozenset((relation.source, relation.target)) for relation in manifest.relations}
    members = {entity.name: set(manifest.members(entity.name)) for entity in manifest.entities}
    for operation in operations:
        if isinstance(operation, AddEntity):
            members[operation.entity.name] = {field.name for field in operation.entity.fields} | {"id", "created_at", "updated_at"}
        elif isinstance(operation, AddField):
            members[operation.entity].add(operation.field.name)
    made: list[Operation] = []
    for bond in sheet.bonds.values():
        if frozenset((bond.child, bond.parent)) in known and not bond.role:
            continue
        made.append(AddRelation(relation_of(sheet, bond, members)))
    return made
