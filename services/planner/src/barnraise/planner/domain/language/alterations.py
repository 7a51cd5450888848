"""Rules for messages that alter what is there: names, looks, types, what is required, what goes. Each gives operations, or none
when the message is not of its kind; it raises OperationError when the message is, but does not fit."""

from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.names import IMPLICIT_FIELDS, safe_entity_name
from barnraise.planner.domain.language.fields import retyped
from barnraise.planner.domain.language.looks import changed_theme
from barnraise.planner.domain.language.lookup import bare, field_name, find_entity, find_field, means, owners, the_field
from barnraise.planner.domain.language.nouns import label, one, plural_label
from barnraise.planner.domain.language.text import Range, tokens
from barnraise.planner.domain.language.types import TYPE_WORDS
from barnraise.planner.domain.language.values import value_to_remove
from barnraise.planner.domain.language.wording import OF, first_match, parts, told, whole
from barnraise.planner.domain.operations import (
    ChangeField,
    Operation,
    OperationError,
    RemoveEntity,
    RemoveField,
    RemoveRelation,
    RenameEntity,
    SetTheme,
    SetTitle,
)

_APP = (
    r"(?:the |this |my |our )?(?:whole )?(?P<app>(?:name|title) of the app(?:lication)?|app(?:lication)?(?:'s)? (?:name|title)"
    r"|app|application|project|site|tool|program|title)"
)
_NEW_TITLE = r"(?: (?:to|as|into|be))? (?!of |in |on |for )(?P<new>.+?)(?: instead)?"
_TITLES = (
    whole(r"(?P<verb>rename|call|name|title) (?:it|", _APP, ")", _NEW_TITLE),
    whole(r"(?P<verb>change|set) ", _APP, _NEW_TITLE),
    whole(r"the (?:app|application) should be called (?P<new>.+)"),
)
_RENAMES = (
    whole(r"(?:rename|change the (?:name|label) of) (?P<old>.+?)", OF, " (?:to|into|as) (?P<new>.+)"),
    whole(r"(?:rename|replace) (?P<old>.+?) (?:to|with|by|into) (?P<new>.+?) (?:in|of|for|on) (?P<of>[\w' -]+)"),
    whole(r"replace (?P<old>.+?)", OF, " (?:with|by) (?P<new>.+)"),
    whole(r"call (?P<old>.+?) (?P<new>[\w'\"-]+(?: [\w'\"-]+)?) instead"),
)
_REMOVALS = (
    whole(
        r"(?:remove|delete|drop|get rid of|take out|take away|kill|strip|no more) (?P<what>.+?)",
        r"(?: (?:from|of|in|on) (?P<of>[\w' -]+))?",
    ),
    whole(r"(?:don't|do not|no longer|won't) (?:need|want|use) (?P<what>.+?)(?: (?:any ?more|any longer))?"),
)
_NONE_OF = (whole(r"no (?P<what>[\w' -]+)"),)
_EASE = "required|mandatory|compulsory|obligatory|optional|unique"
_HOW = rf"(?:an? )?(?P<how>{_EASE})(?:(?:,| and|, and) (?P<also>{_EASE}))?(?: field| value)?"
_NOT = r"(?P<not>not |no longer )?"
_RULES = (
    whole(r"(?:make|set|mark|let) (?P<what>.+?)", OF, r" (?:as |to be |be |to )?", _NOT, _HOW),
    whole(r"(?P<what>.+?)", OF, r" (?:is|are|should|must|has to|have to|needs? to) ", _NOT, "(?:be )?", _HOW),
)
_KIND = rf"(?:an? |the )?(?P<kind>{'|'.join(sorted(TYPE_WORDS, key=len, reverse=True))})(?: field)?"
_TYPED = r"(?:the type of )?(?P<what>(?:(?! to ).)+?)"
_TYPES = (
    whole(r"(?:change|make|turn|convert|set) ", _TYPED, OF, r" (?:to be |into |to |be )?", _KIND),
    whole(_TYPED, OF, r" (?:should be|must be|is|becomes|has to be) ", _KIND),
)
_RANGE = r" (?:from|between) (?P<range>-?\d+ (?:and|to) \d+)"
_BOUNDS = (
    whole(r"(?:make|set|limit|keep) (?P<what>[\w' -]+?)", OF, r"(?: to)?(?: be| go| range)?", _RANGE),
    whole(r"(?P<what>[\w' -]+?)", OF, r" (?:is|goes|ranges|(?:should|must|has to|can)(?: be| go| range)?)", _RANGE),
)


def theme(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``make it dark green``, ``dark mode``, ``use #ff0000 as accent``."""
    if owners(manifest, "theme") or owners(manifest, "mode"):
        return []
    changed = changed_theme(manifest.theme, said)
    return [SetTheme(*changed)] if changed else []


def title(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``rename the app to X``; but ``rename the project to X`` means the projects, if there are any."""
    match = first_match(_TITLES, said)
    if not match or not (new := told(match, "new")):
        return []
    app = told(match, "app")
    meant_else = find_entity(manifest, app) or (told(match, "verb").lower() == "rename" and owners(manifest, app))
    return [] if app and meant_else else [SetTitle(new[:120])]


def rename(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``rename tasks to jobs``, ``rename the due date of tasks to deadline``."""
    matches = [match for pattern in _RENAMES if (match := pattern.match(said))]
    match = next(
        (match for match in matches if not told(match, "of") or find_entity(manifest, told(match, "of"))), next(iter(matches), None)
    )
    if not match:
        return []
    old, new = told(match, "old"), told(match, "new")
    if not field_name(new):
        raise OperationError(f"“{new[:60]}” cannot be a name.")
    owner = find_entity(manifest, told(match, "of"))
    if owner is None and (entity := find_entity(manifest, old)) and means(old, entity):
        return [RenameEntity(entity.name, _named(entity, new))]
    entity, field = the_field(manifest, old, owner, about)
    changed = field.model_copy(update={"name": field_name(new), "label": label(tuple(bare(new).split()))})
    return [ChangeField(entity.name, field.name, changed, f"renames {field.name} of {entity.plural_label.lower()} to {changed.name}")]


def remove(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``remove the notes from tasks``, ``drop comments``, ``remove the won stage``."""
    match = first_match(_REMOVALS, said) or first_match(_NONE_OF, said)
    if not match or (match.re in _NONE_OF and not (find_entity(manifest, match["what"]) or owners(manifest, match["what"]))):
        return []
    what, of = told(match, "what"), told(match, "of")
    owner = find_entity(manifest, of)
    if of and owner is None:
        value = value_to_remove(manifest, what, of)
        return [value] if value else [_gone(manifest, f"{what} {of}", None, about)]
    return [_gone(manifest, part, owner, about) for part in parts(what)]


def rules(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``make the email of customers unique``, ``the due date should be optional``, ``email must be unique and required``."""
    match = first_match(_RULES, said)
    if not match:
        return []
    owner, negated = find_entity(manifest, told(match, "of")), bool(match["not"])
    operations: list[Operation] = []
    for part in parts(told(match, "what")):
        entity, field = the_field(manifest, part, owner, about)
        for how in filter(None, (told(match, "how").lower(), told(match, "also").lower())):
            changed = _ruled(entity, field, how, negated=negated)
            operations.append(changed)
            field = changed.changed
    return operations


def retype(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``make the price a whole number``, ``change the colour of projects to text``."""
    match = first_match(_TYPES, said)
    if not match:
        return []
    kind = TYPE_WORDS[match["kind"].lower()]
    entity, field = the_field(manifest, told(match, "what"), find_entity(manifest, told(match, "of")), about)
    said_so = f"changes the type of {field.name} of {entity.plural_label.lower()} to {kind}"
    return [ChangeField(entity.name, field.name, retyped(field, kind), said_so)]


def bound(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``the rating should be between 1 and 5``."""
    match = first_match(_BOUNDS, said)
    bounds = next((mark for mark in tokens(f"from {match['range']}") if isinstance(mark, Range)), None) if match else None
    if not match or not bounds:
        return []
    entity, field = the_field(manifest, told(match, "what"), find_entity(manifest, told(match, "of")), about)
    changed = Field(name=field.name, label=field.label, type="int", required=field.required, min=bounds.low, max=bounds.high)
    said_so = f"keeps {field.name} of {entity.plural_label.lower()} between {bounds.low} and {bounds.high}"
    return [ChangeField(entity.name, field.name, changed, said_so)]


def _named(entity: Entity, new: str) -> Entity:
    words = one(tuple(bare(new).split()))
    return entity.model_copy(update={"name": safe_entity_name(" ".join(words)), "label": label(words), "plural_label": plural_label(words)})


def _gone(manifest: Manifest, what: str, owner: Entity | None, about: Entity | None) -> Operation:
    """What is meant by these words, removed: an entity, a value, a link or a field."""
    if owner is None and (entity := find_entity(manifest, what)) and means(what, entity):
        return RemoveEntity(entity.name)
    if owner is None and (value := value_to_remove(manifest, what, "")):
        return value
    if owner and not find_field(owner, what) and (member := _link(manifest, owner, what)):
        return RemoveRelation(owner.name, member)
    entity, field = the_field(manifest, what, owner, about)
    return RemoveField(entity.name, field.name)


def _link(manifest: Manifest, owner: Entity, what: str) -> str | None:
    """The relation of an entity that is called so, in either number."""
    own = {field.name for field in owner.fields} | IMPLICIT_FIELDS
    called = (field_name(what), field_name(" ".join(one(tuple(bare(what).split())))))
    return next((member for member in manifest.members(owner.name) if member in called and member not in own), None)


def _ruled(entity: Entity, field: Field, how: str, *, negated: bool) -> ChangeField:
    if how == "unique":
        change, said_so = {"unique": not negated}, "not unique" if negated else "unique"
    else:
        required = (how != "optional") != negated
        change, said_so = {"required": required}, "required" if required else "optional"
    changed = field.model_copy(update=change)
    return ChangeField(entity.name, field.name, changed, f"makes {field.name} of {entity.plural_label.lower()} {said_so}")
