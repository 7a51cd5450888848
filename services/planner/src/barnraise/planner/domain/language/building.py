"""From a sheet to a manifest: what is a field, what a relation; always valid."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from barnraise.contracts.manifest import Entity, Field, FieldType, Manifest, Relation, Theme
from barnraise.contracts.names import IMPLICIT_FIELDS, RESERVED_ENTITIES, ascii_words, plural, snake
from barnraise.planner.domain.language.doers import is_somebody
from barnraise.planner.domain.language.fields import DISPLAY, to_field
from barnraise.planner.domain.language.inferring import infer
from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.kinship import (
    BELONGS,
    CHIEFS,
    COLLECTIONS,
    KIN,
    KINDRED,
    KNOWN,
    NAMELESS,
    PARTS,
    PEOPLE,
    PLAYERS,
    SENT,
    SOMEBODY,
    STAFF,
    TAGS,
)
from barnraise.planner.domain.language.lexicon import DETERMINERS
from barnraise.planner.domain.language.nameable import is_field_name, is_name
from barnraise.planner.domain.language.nouns import ANIMALS_ALIKE, Words, is_plural, label, listed, one, plural_label
from barnraise.planner.domain.language.phrases import split_about
from barnraise.planner.domain.language.relating import Members, relation_of, role_of
from barnraise.planner.domain.language.sheet import Sheet, sides_of
from barnraise.planner.domain.language.text import words_of
from barnraise.planner.domain.language.things import names_things
from barnraise.planner.domain.language.types import EACH_HAS_ONE, TEXT_PLURALS, type_of
from barnraise.planner.domain.language.usual import among, lacking_name, tells_itself, usual_items

MAX_ENTITIES, MAX_FIELDS, MAX_RELATIONS = 40, 50, 120
_TELLING = ("description", "summary", "text", "message", "note")
"""Texts that tell records apart better than their dates do."""

_SHOWN_TYPES = ("date", "datetime", "text", "email", "phone", "url", "int", "enum", "decimal", "markdown")


_ASIDES = frozenset("special dietary additional extra medical".split())
"""What is of such a kind is written down in a text, whatever it is called: special requests."""

_MEETINGS = frozenset("appointment booking reservation rental loan visit enrolment enrollment registration".split())
_SITTINGS = frozenset("booking appointment meeting shift session lesson class event slot talk".split())
"""Things that last hours rather than days."""

_MEASURED = frozenset("reading measurement metric observation".split())
_DOERS = ("er", "or", "ist", "ian", "ee", "person", "member", "student", "nurse", "guest")
_ALIKE = ANIMALS_ALIKE | {"aircraft", "species"}
_DAYS = frozenset("date day weekday".split())
_HOMES = frozenset("flat apartment house home property cottage villa listing".split())
_COUNTED = (("rooms",), ("bathrooms",), ("beds",), ("floors",))


def settle(sheet: Sheet, given: Collection[str] = ()) -> dict[str, list[Field]]:
    """Decide every item: the bonds among them go into the sheet, the rest are each entity's fields. Of the given entities only what
    is new is decided."""
    fields: dict[str, list[Field]] = {}
    besides: dict[str, bool] = {}
    for owner in list(sheet.drafts):
        own = [item for item in sheet.drafts[owner].items if not _relates(sheet, owner, item)]
        measured = any(item.words[-1] == "unit" for item in own)
        besides[owner] = all("besides" in item.notes for item in own)
        own = _dated(sheet, owner, own)
        fields[owner] = [field for item in own if (field := _field(sheet, owner, item, measured=measured))]
    new = [name for name in sheet.drafts if name not in given]
    infer(sheet, new)
    for name in filter(sheet.drafts.__contains__, new):
        if besides.get(name, True):
            fields[name] = _completed(sheet, name, fields.get(name, []))
        elif not _names_itself(sheet, name, fields[name]) and (
            called := lacking_name(
                sheet.drafts[name].words, frozenset(field.name for field in fields[name]), owned=bool(sheet.parents(name))
            )
        ):
            fields[name].insert(0, Field(name=called, label=called.capitalize(), required=True))
            sheet.assumed.append(f"{plural_label(sheet.drafts[name].words)} have a {called} as well, as they usually do.")
    return {name: fields.get(name, []) for name in sheet.drafts}


def _names_itself(sheet: Sheet, name: str, own: Iterable[Field]) -> bool:
    """Whether a thing that is nobody is known by what it belongs to, or by a text that was told of it."""
    if plural_label(sheet.drafts[name].words[-1:]).lower().endswith(PEOPLE) or sheet.noun(name) in SOMEBODY:
        return False
    return tells_itself(own, sum(1 for parent in sheet.parents(name) if sheet.noun(parent) not in STAFF))


def _completed(sheet: Sheet, name: str, own: list[Field]) -> list[Field]:
    """The usual fields of a new thing, and those it has besides."""
    told = {field.name for field in own}
    return [*(field for field in _usual_fields(sheet, name) if field.name not in told), *own]


def build(sheet: Sheet, title: str, description: str, theme: Theme) -> Manifest:
    """The manifest of a sheet with at least one entity. What exceeds a manifest's limits is left out and noted in the sheet."""
    fields = settle(sheet)
    names = _distinct(sheet)
    relations = _relations(sheet, names, fields)
    linked = {relation.target for relation in relations if relation.kind == "one_to_many"}
    entities = tuple(draft_entity(sheet, name, fields[name], linked=name in linked) for name in names)
    return Manifest(name=slug(title), title=title, description=description[:2000], entities=entities, relations=relations, theme=theme)


def slug(title: str) -> str:
    """A manifest's name from its title: ``app`` where nothing of the title can be in it."""
    text = "-".join(ascii_words(title))[:60].strip("-")
    return text if text and text[0].isalpha() else f"app-{text}"[:60].strip("-")


def display_of(fields: Iterable[Field]) -> str | None:
    """The field that names a record, if one does."""
    known = {field.name: field for field in fields}
    named = next((name for name in DISPLAY if name in known), None)
    ending = next((name for name, field in known.items() if field.type == "string" and name.endswith(("_name", "_title"))), None)
    line = next((name for name, field in known.items() if field.type == "string"), None)
    told = next((name for name in _TELLING if name in known), None)
    typed = next((name for kind in _SHOWN_TYPES for name, field in known.items() if field.type == kind), None)
    return named or ending or line or told or typed


def _dated(sheet: Sheet, owner: str, own: list[Item]) -> list[Item]:
    """The "from" and "to" of a leave are dates."""
    until = {item.words[:-1] for item in own if item.words[-1] in ("until", "till") and len(item.words) > 1}
    own = [replace(item, type=item.type or "date") if item.words[-1] == "from" and item.words[:-1] in until else item for item in own]
    spans = {("start",), ("end",)}
    if spans <= {item.words for item in own}:
        kind: FieldType = "datetime" if sheet.noun(owner) in _SITTINGS else "date"
        own = [replace(item, type=item.type or kind) if item.words in spans else item for item in own]
    if any(item.words[-1] in _DAYS and not item.type for item in own):
        own = [replace(item, type="time") if _is_clock(item) else item for item in own]
    ends = {("from",), next((item.words for item in own if item.words in (("until",), ("till",))), ("to",))}
    if not ends <= {item.words for item in own} or sheet.noun(owner) in SENT:
        return own
    return [replace(item, words=(*item.words, "date")) if item.words in ends else item for item in own]


def _is_clock(item: Item) -> bool:
    """Whether an item beside a date is a time of that day."""
    timed = item.words[-1] == "time" and len(item.words) <= 2 and type_of(item.words) == "datetime"
    return item.type is None and not item.values and (timed or item.words in (("start",), ("end",), ("from",), ("to",), ("until",)))


def _field(sheet: Sheet, owner: str, item: Item, *, measured: bool) -> Field | None:
    """The item's field. A quantity that has a unit is measured, not counted; the rating of a player is no number of stars."""
    plain = not (item.type or item.values or item.bounds)
    if plain and _is_counted(sheet, owner, item):
        item = replace(item, type="int")
    if plain and measured and item.words in (("quantity",), ("amount",)):
        item = replace(item, type="decimal")
    elif plain and item.words == ("value",) and sheet.noun(owner) in _MEASURED:
        item = replace(item, type="float")
    elif plain and item.words == ("rating",) and sheet.noun(owner) in PLAYERS:
        item = replace(item, type="int")
    elif plain and (words := described_in(sheet, item)):
        item = replace(item, words=words[0], type=words[1])
    if not is_field_name(item.words):
        sheet.missed.append(item.text)
        return None
    field, assumed = to_field(item)
    sheet.assumed += [told for told in assumed if told not in sheet.assumed]
    return field


def _relates(sheet: Sheet, owner: str, item: Item) -> bool:
    """Whether the item is a relation rather than a field; if so it is bound."""
    words = item.words
    if _is_key(sheet, owner, words):
        return True
    plain = not (item.values or item.bounds or item.type or _is_counted(sheet, owner, item))
    if not plain or _is_tied(sheet, owner, item):
        return plain
    if (target := sheet.exactly(words)) and (target != owner or item.plural):  # a weight is no child of a weight
        _bind(sheet, owner, target, item)
        return True
    initials = _spelt(sheet, owner, words)
    if initials:
        sheet.bind(owner, initials)
        return True
    last = sheet.exactly(words[-1:]) or sheet.ending(words)
    if last and not item.plural and "of" not in words and type_of(words) == "string" and (len(words) > 1 or last != owner):
        sheet.bind(owner, last, role=words if len(words) > 1 else ())  # "panel", where solar panels are kept
        return True
    several = (names_things(item) and not item.group and not described_in(sheet, item)) or _is_usually_under(sheet, owner, item)
    if several:
        _have(sheet, owner, split_about(words)[0] or words, item)
    return several or is_somebody(sheet, owner, words)


def _have(sheet: Sheet, owner: str, words: Words, item: Item) -> None:
    """The owner has several things that are called so, if anything can be."""
    if is_name(words):
        _bind(sheet, owner, sheet.known(words) or sheet.entity(words), item)
    else:
        sheet.missed.append(item.text)


def _spelt(sheet: Sheet, owner: str, words: Words) -> str | None:
    """The entity of which a word has the initials: the "PO" of a line is its purchase order."""
    if len(words) != 1 or len(words[0]) < 2:
        return None
    spelt = (name for name, draft in sheet.drafts.items() if name != owner and len(draft.words) > 1)
    return next((name for name in spelt if "".join(word[0] for word in sheet.drafts[name].words) == words[0]), None)


def _is_counted(sheet: Sheet, owner: str, item: Item) -> bool:
    """Whether the rooms of a home are how many it has, as nothing else is said of rooms."""
    return sheet.noun(owner) in _HOMES and item.words in _COUNTED and not (item.many or item.group or sheet.exactly(item.words))


def _is_key(sheet: Sheet, owner: str, words: Words) -> bool:
    """Whether the item is the key of another entity, as schemas write it: ``user_id``."""
    target = sheet.exactly(words[:-1]) if words[-1] == "id" and len(words) > 1 else None
    if target == owner:
        return False  # the ID that a student has
    if target:
        sheet.bind(owner, target, role=("parent",) if target == owner else ())
    return target is not None


def _is_usually_under(sheet: Sheet, owner: str, item: Item) -> bool:
    """Whether a plural that might be a text is rather the things that usually belong to such an owner: the comments of a task."""
    groups = " ".join(BELONGS.get(one(item.words)[-1], ())).split()
    single = len(item.words) == 1 and is_plural(item.words[0]) and item.words[0] not in TEXT_PLURALS
    return single and sheet.noun(owner) in groups


def described_in(sheet: Sheet, item: Item) -> tuple[Words, FieldType | None] | None:
    """What a plural is when it is a field rather than things: "names" of members are the name of each, "dietary needs" a text."""
    words = item.words
    if not is_plural(words[-1]) or item.many or item.group or type_of(words) != "string" or sheet.known(words):
        return None
    if (single := one(words))[-1] in EACH_HAS_ONE:
        return single, None
    aside = words[0] in _ASIDES or (single[-1] not in KNOWN and not words[-1].endswith(PEOPLE))
    return (words, "text") if len(words) > 1 and aside else None


def _is_tied(sheet: Sheet, owner: str, item: Item) -> bool:
    """Whether the item says by itself what it is: "author: User", "assigned to an employee", "parent task"; if so it is bound."""
    words, target = item.words, sheet.exactly(item.of) if item.of else None
    inside = words_of(item.group)
    if not target and item.group and len(inside) == len(item.group) < 3:
        target = sheet.exactly(tuple(inside))
    if target and target != owner and item.group and item.plural:
        sheet.bind(owner, target, many=True, role=words)  # "assignees (users)"
        return True
    if not target and item.of and item.of[-1].endswith(_DOERS) and words[-1] not in ("type", "kind"):
        target = sheet.entity(item.of)
    if role := _is_tree(sheet, owner, words):
        sheet.bind(owner, owner, role=role)
        return True
    if target:
        sheet.bonds.pop((owner, target, ()), None)
        sheet.bind(owner, target, role=() if sheet.exactly(words) == target else words)
    elif len(words) > 3 and words[0].endswith("ed") and words[1] in ("to", "by", "in", "with") and words[2] in DETERMINERS:
        target = sheet.known(words[3:]) or sheet.entity(words[3:])
        sheet.bind(owner, target)
    return target is not None


def _is_tree(sheet: Sheet, owner: str, words: Words) -> Words:
    """What another record of the same kind is to this one, if words such as "parent task", "subtasks" or "manager" mean one."""
    if words in CHIEFS and sheet.noun(owner) in STAFF:
        return words
    if len(words) == 1 and words[0] in KIN and sheet.noun(owner) in KINDRED:
        return words
    led = words[0] in ("parent", "sub") and len(words) > 1
    others = words[1:] if led else (words[-1].removeprefix("sub").removeprefix("-"),)
    return ("parent",) if (led or words[-1].startswith("sub")) and sheet.exactly(others) == owner else ()


def _bind(sheet: Sheet, owner: str, target: str, item: Item) -> None:
    if owner == target:
        sheet.bind(owner, owner, role=("parent",))
    elif not item.plural and (item.words[-1] not in _ALIKE or "single" in item.notes):
        sheet.bind(owner, target)
    elif "two" in item.notes and sheet.noun(target) in PLAYERS:
        for side in sides_of(sheet, target):
            sheet.bind(owner, target, role=(side, *sheet.drafts[target].words))
    elif "shared" in item.notes or _is_shared(sheet, owner, target):
        if not sheet.bound(owner, target):
            sheet.bind(owner, target, many=True)
    elif not sheet.bound(target, owner):
        sheet.bind(*((owner, target) if _is_under(sheet, owner, target) else (target, owner)))


def _is_shared(sheet: Sheet, owner: str, target: str) -> bool:
    """Whether several owners may have the same target."""
    back = any(item.plural and sheet.exactly(item.words) == owner for item in sheet.drafts[target].items)
    gathered = sheet.noun(owner) in COLLECTIONS and any(parent != owner for parent in sheet.parents(target))
    return back or gathered or sheet.noun(target) in TAGS


def _is_under(sheet: Sheet, owner: str, target: str) -> bool:
    """Whether it usually is the other way round: "appointments with vets" belong to a vet."""
    if sheet.noun(owner) in _MEETINGS:
        return True
    above, below = BELONGS.get(sheet.noun(owner), ()), BELONGS.get(sheet.noun(target), ())
    return any(sheet.noun(target) in group.split() for group in above) and not any(sheet.noun(owner) in group.split() for group in below)


def _usual_fields(sheet: Sheet, name: str) -> list[Field]:
    """The fields of a thing that nothing was said of: those that such a thing has in the catalogue, else a name."""
    plural_name = plural_label(sheet.drafts[name].words)
    if items := usual_items(among(sheet.drafts[name].words, {sheet.noun(other) for other in sheet.drafts})):
        usual = [field for item in items if not sheet.exactly(item.words) and (field := to_field(item)[0])]
        said = listed([field.label.lower() for field in usual])
        sheet.assumed.append(f"{plural_name} have the usual fields: {said}.")
        return usual
    if sheet.parents(name) and sheet.noun(name) in NAMELESS | PARTS:
        return []
    sheet.assumed.append(f"{plural_name} have a name, as nothing else was said of them.")
    return [Field(name="name", label="Name", required=True)]


def _distinct(sheet: Sheet) -> list[str]:
    """The entities that can stand beside each other: no two with one name or one table."""
    taken: set[str] = set()
    names: list[str] = []
    for name in sheet.drafts:
        keys = {name.lower(), f"table {plural(snake(name))}"}
        if keys & taken or len(names) >= MAX_ENTITIES:
            sheet.missed.append(f"{label(sheet.drafts[name].words)} (too much for one application)")
            continue
        if name.removesuffix("Record") in RESERVED_ENTITIES:
            sheet.assumed.append(f"“{name.removesuffix('Record')}” is a reserved word, so the thing is called {name}.")
        taken |= keys
        names.append(name)
    return names


def _relations(sheet: Sheet, names: list[str], fields: dict[str, list[Field]]) -> tuple[Relation, ...]:
    """Every bond as a relation. A field that says the same as a relation gives way to it."""
    for bond in sheet.bonds.values():
        if bond.child in fields and not bond.many:
            here = role_of(bond)
            fields[bond.child] = [field for field in fields[bond.child] if field.name not in (here, f"{here}_id")]
    taken: Members = {name: {field.name for field in fields[name]} | IMPLICIT_FIELDS for name in names}
    bonds = [bond for bond in sheet.bonds.values() if bond.child in taken and bond.parent in taken]
    return tuple(relation_of(sheet, bond, taken) for bond in bonds[:MAX_RELATIONS])


def draft_entity(sheet: Sheet, name: str, fields: Iterable[Field], *, linked: bool) -> Entity:
    """A draft as an entity. What nothing names gets a name, unless it is known by what it belongs to."""
    kept: dict[str, Field] = {}
    for field in fields:
        kept.setdefault(field.name, field)
    if len(kept) > MAX_FIELDS:
        sheet.missed.append(f"more than {MAX_FIELDS} fields of {label(sheet.drafts[name].words)}")
    own = list(kept.values())[:MAX_FIELDS]
    if display_of(own) is None and not linked:
        own.insert(0, Field(name="name", label="Name", required=True))
    words = one(sheet.drafts[name].words)
    return Entity(name=name, label=label(words), plural_label=plural_label(words), fields=tuple(own), display=display_of(own))
