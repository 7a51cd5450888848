"""Rules for messages that add: they are put into the words of a description, read with what is there in mind, and compared with it."""

import re
from collections.abc import Iterable, Sequence

from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.names import IMPLICIT_FIELDS, plural, snake
from barnraise.planner.domain.language.building import draft_entity, relation_of, settle
from barnraise.planner.domain.language.fields import is_implicit
from barnraise.planner.domain.language.items import Item, read_list
from barnraise.planner.domain.language.lookup import bare, find_entity
from barnraise.planner.domain.language.nouns import is_plural, label, listed
from barnraise.planner.domain.language.reading import names_things, read
from barnraise.planner.domain.language.sheet import Draft, Sheet
from barnraise.planner.domain.language.text import tokens
from barnraise.planner.domain.language.wishes import is_wish
from barnraise.planner.domain.operations import AddEntity, AddField, AddRelation, Operation, OperationError

_I = re.IGNORECASE
_ADD = re.compile(
    r"^(?:add|include|introduce|attach|put|create|insert|allow|store|track|record|support|show|need|have|also) (?P<what>.+)$", _I
)
_EACH = r"(?:the |each |every |all the |all |my |our )?"
_JOINT = re.compile(rf" (?P<joint>to|for|on|in|into) {_EACH}", _I)
_TARGET = re.compile(r"(?P<to>[a-z][\w'-]*(?: [\w'-]+){0,2}?)(?P<more> (?:with|that have|which have|having) .+)?$", _I)
_GIVE = re.compile(
    r"^(?:give|let) (?:the |each |every |all )?(?P<to>[\w'-]+(?: [\w'-]+)?) (?:have )?"
    r"(?P<what>(?:an? |the |some |many |its |their |optional |required |unique ).+)$",
    _I,
)
_LINK = re.compile(
    r"^(?:link|connect|relate|tie|assign) (?:the |each |every )?(?P<child>[\w' -]+?) (?:to|with) (?:the |an? |one )?(?P<parent>[\w' -]+)$",
    _I,
)
_WHOLE = re.compile(
    r"^(?P<head>[\w' -]{1,60}?)(?P<joint> with | that have | that has | which have | which has | having |: )(?P<rest>.+)$", _I
)
_KIND = re.compile(r"\b(?:entity|table|model|record type|section|resource|page)\b(?: (?:called|named|for))?", _I)
_ARTICLE = re.compile(r"^(?:an?|the|new|another) ", _I)
_WIDGET = re.compile(r"\b(?:page|screen|form|button|view)\b", _I)


def additions(manifest: Manifest, said: str, about: Entity | None) -> tuple[list[Operation], list[str]]:
    """What a message adds, and what was assumed; nothing when it says nothing that can be added. Raises OperationError."""
    sheet = read(_described(manifest, said, about), _seeded(manifest))
    asked = [item for draft in sheet.drafts.values() for item in draft.items]
    if sheet.missed and not asked and not sheet.bonds:
        return [], []
    given = [entity.name for entity in manifest.entities]
    fields = settle(sheet, given)
    new = [name for name in sheet.drafts if name not in given]
    operations: list[Operation] = [AddEntity(draft_entity(sheet, name, fields[name], linked=bool(sheet.parents(name)))) for name in new]
    operations += [AddField(name, _eased(field)) for name in given for field in fields[name]]
    operations += _bonds(manifest, sheet, operations)
    if not operations:
        _refuse_known(sheet, asked)
    return operations, sheet.assumed


def _described(manifest: Manifest, said: str, about: Entity | None) -> str:
    """The message as a description: ``add a due date to tasks`` is ``tasks have a due date``. Empty when it is no addition."""
    if match := _LINK.match(said):
        return "" if is_wish(said) else _linked(manifest, match["child"], match["parent"])
    if (match := _GIVE.match(said)) and (entity := find_entity(manifest, match["to"])):
        return f"{entity.plural_label} have {match['what']}."
    match = _ADD.match(said)
    if not match:
        return said
    what = _KIND.sub("", match["what"]).strip()
    return _aimed(manifest, what) or _new_thing(manifest, what, about, said=match["what"])


def _linked(manifest: Manifest, child: str, parent: str) -> str:
    if not find_entity(manifest, child):
        _refuse_unknown(child)
    return f"Each {child} belongs to a {parent}."


def _aimed(manifest: Manifest, what: str) -> str | None:
    """``a rating from 1 to 5 to tasks`` is added to what its last "to" names. None when it names nothing that is there."""
    joints = list(_JOINT.finditer(what))
    for joint in reversed(joints):
        target = _TARGET.match(what, joint.end())
        entity = find_entity(manifest, target["to"]) if target else None
        if target and entity and len(bare(target["to"]).split()) <= len(entity.label.split()) + 1:
            return _added(entity, what[: joint.start()], target["more"] or "")
    if joints and joints[-1]["joint"].lower() == "to" and _is_field_list(what[: joints[-1].start()]):
        _refuse_unknown(what[joints[-1].end() :])
    return None


def _added(entity: Entity, what: str, more: str) -> str:
    """What is said of what is added, as in "comments with a body", makes it a thing; a wish alone does not."""
    if more:
        return f"{entity.plural_label} have many {_ARTICLE.sub('', what)}{more}."
    wished = is_wish(what) and all(map(names_things, read_list(tokens(what))))
    return "" if wished else f"{entity.plural_label} have {what}."


def _refuse_unknown(target: str) -> None:
    match = _TARGET.match(target)
    if match and not match["more"]:
        raise OperationError(f"There is nothing called “{bare(target)[:60]}” here.")


def _refuse_known(sheet: Sheet, asked: Iterable[Item]) -> None:
    """What was asked for is there already."""
    if any(map(is_implicit, asked)):
        raise OperationError("Every record has this anyway: its id, and when it was created and last changed.")
    for bond in sheet.bonds.values():
        one, other = (label(sheet.drafts[name].words).lower() for name in (bond.child, bond.parent))
        raise OperationError(f"A {one} and a {other} are linked already.")


def _new_thing(manifest: Manifest, what: str, about: Entity | None, *, said: str) -> str:
    """``suppliers with a name``, ``a Category entity``; a bare field goes to the only entity, or to the one spoken of last."""
    whole = _WHOLE.match(what)
    detailed = whole or "(" in what
    if is_wish(whole["head"] if whole else what) and (not detailed or _WIDGET.search(said)):
        return ""
    if whole:
        return f"{_plural(whole['head'])} have {whole['rest']}."
    if detailed:
        return f"{what}."
    if what != said or not _is_field_list(what):
        things = [_plural(part) for part in re.split(r",| and ", what) if part.strip()]
        return f"{listed(things)}, {manifest.entities[0].plural_label}."
    if len(manifest.entities) == 1 or about:
        return f"{(about or manifest.entities[0]).plural_label} have {what}."
    names, first = listed([entity.plural_label.lower() for entity in manifest.entities]), manifest.entities[0].plural_label.lower()
    raise OperationError(f"To which of {names} shall I add {what[:80]}? Say it as in “add {what[:80]} to {first}”.")


def _plural(text: str) -> str:
    words = _ARTICLE.sub("", text.strip()).replace("_", " ").split()
    if not words:
        return text
    last = words[-1].lower()
    return " ".join([*words[:-1], last if is_plural(last) else plural(last)])


def _is_field_list(what: str) -> bool:
    items = read_list(tokens(what))
    return bool(items) and not any(map(names_things, items))


def _seeded(manifest: Manifest) -> Sheet:
    """A sheet that knows the manifest's entities, with nothing said of them yet."""
    return Sheet(drafts={entity.name: Draft(tuple(snake(entity.name).split("_"))) for entity in manifest.entities})


def _eased(field: Field) -> Field:
    """A new field of existing records cannot be required, unless it has a default."""
    return field if field.default is not None else field.model_copy(update={"required": False})


def _bonds(manifest: Manifest, sheet: Sheet, operations: Sequence[Operation]) -> list[Operation]:
    """The sheet's bonds as relations with free names; what is linked already stays as it is."""
    linked = {frozenset((relation.source, relation.target)) for relation in manifest.relations}
    members = {entity.name: set(manifest.members(entity.name)) for entity in manifest.entities}
    for operation in operations:
        if isinstance(operation, AddEntity):
            members[operation.entity.name] = {field.name for field in operation.entity.fields} | IMPLICIT_FIELDS
        elif isinstance(operation, AddField):
            members[operation.entity].add(operation.field.name)
    new = [bond for bond in sheet.bonds.values() if bond.role or frozenset((bond.child, bond.parent)) not in linked]
    return [AddRelation(relation_of(sheet, bond, members)) for bond in new]
