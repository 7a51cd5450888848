"""From a sheet to a manifest: what is a field, what a relation, what usually belongs to what; always valid."""

from collections.abc import Collection, Iterable

from barnraise.contracts.manifest import Entity, Field, Manifest, Relation, Theme
from barnraise.contracts.names import IMPLICIT_FIELDS, RESERVED_ENTITIES, ascii_words, plural, safe_field_name, snake
from barnraise.planner.domain.language.catalogue import CATALOGUE
from barnraise.planner.domain.language.fields import DISPLAY, to_field
from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.kinship import BELONGS, COLLECTIONS, PARTS, TAGS
from barnraise.planner.domain.language.nouns import Words, label, listed, one, plural_label
from barnraise.planner.domain.language.reading import names_things, read
from barnraise.planner.domain.language.sheet import Bond, Sheet
from barnraise.planner.domain.language.types import type_of

MAX_ENTITIES, MAX_FIELDS, MAX_RELATIONS = 40, 50, 120
_SHOWN_TYPES = ("string", "date", "datetime", "text", "email", "phone", "url", "int", "enum", "decimal", "markdown")


Members = dict[str, set[str]]
"""The names that are taken in each entity."""


def settle(sheet: Sheet, given: Collection[str] = ()) -> dict[str, list[Field]]:
    """Decide every item: the bonds among them go into the sheet, the rest are each entity's fields. Of the given entities only what
    is new is decided."""
    fields: dict[str, list[Field]] = {}
    for owner in list(sheet.drafts):
        own = [item for item in sheet.drafts[owner].items if not _relates(sheet, owner, item)]
        fields[owner] = [field for item in own if (field := _field(sheet, item))]
    new = [name for name in sheet.drafts if name not in given]
    _infer(sheet, new)
    return {name: fields.get(name) or (_usual_fields(sheet, name) if name in new else []) for name in sheet.drafts}


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
    typed = next((name for kind in _SHOWN_TYPES for name, field in known.items() if field.type == kind), None)
    return named or ending or typed


def _field(sheet: Sheet, item: Item) -> Field | None:
    field, assumed = to_field(item)
    sheet.assumed += [told for told in assumed if told not in sheet.assumed]
    return field


def _relates(sheet: Sheet, owner: str, item: Item) -> bool:
    """Whether the item is a relation rather than a field; if so it is bound."""
    words = item.words
    if item.values or item.bounds or item.type:
        return False
    if _is_tree(sheet, owner, words):
        sheet.bind(owner, owner, role=("parent",))
        return True
    if target := sheet.exactly(words):
        _bind(sheet, owner, target, item)
        return True
    if not item.plural and len(words) > 1 and type_of(words) == "string" and (target := sheet.exactly(words[-1:])):
        sheet.bind(owner, target, role=words)
        return True
    if names_things(item) and not item.group:
        target = sheet.known(words) or sheet.entity(words)
        _bind(sheet, owner, target, item)
        return True
    return False


def _is_tree(sheet: Sheet, owner: str, words: Words) -> bool:
    """Whether words such as "parent task" or "subtasks" mean other records of the same kind."""
    if words[0] in ("parent", "sub") and len(words) > 1:
        return sheet.exactly(words[1:]) == owner
    last = words[-1]
    return last.startswith("sub") and sheet.exactly((last.removeprefix("sub").removeprefix("-"),)) == owner


def _bind(sheet: Sheet, owner: str, target: str, item: Item) -> None:
    if owner == target:
        sheet.bind(owner, owner, role=("parent",))
    elif not item.plural:
        sheet.bind(owner, target)
    elif _is_shared(sheet, owner, target):
        if not sheet.bound(owner, target):
            sheet.bind(owner, target, many=True)
    elif not sheet.bound(target, owner):
        sheet.bind(target, owner)


def _is_shared(sheet: Sheet, owner: str, target: str) -> bool:
    """Whether several owners may have the same target."""
    back = any(item.plural and sheet.exactly(item.words) == owner for item in sheet.drafts[target].items)
    gathered = sheet.noun(owner) in COLLECTIONS and any(parent != owner for parent in sheet.parents(target))
    return back or gathered or sheet.noun(target) in TAGS


def _infer(sheet: Sheet, names: Iterable[str]) -> None:
    """Bind what nothing was said of to what it usually belongs to."""
    for name in names:
        draft = sheet.drafts[name]
        noun = sheet.noun(name)
        whole = sheet.exactly(draft.words[:-1]) if len(draft.words) > 1 else None
        if whole and not sheet.bound(name, whole):
            sheet.bind(name, whole)
        if any(bond.many and name in (bond.child, bond.parent) for bond in sheet.bonds.values()) and noun not in PARTS:
            continue
        said = [parent for parent in sheet.parents(name) if parent != whole]
        if not said and not (whole and noun not in PARTS):
            _belong(sheet, name, BELONGS.get(noun, ()))


def _belong(sheet: Sheet, name: str, groups: tuple[str, ...]) -> None:
    for group in groups:
        nouns = group.split()
        parents = [other for noun in nouns for other in sheet.drafts if other != name and sheet.noun(other) == noun]
        if parents and not any(sheet.bound(name, parent) for parent in parents):
            sheet.bind(name, parents[0])
            child, parent = (label(sheet.drafts[n].words).lower() for n in (name, parents[0]))
            sheet.assumed.append(f"Each {child} belongs to one {parent}.")


def _usual_fields(sheet: Sheet, name: str) -> list[Field]:
    """The fields of a thing that nothing was said of: those that such a thing has in the catalogue, else a name."""
    plural_name = plural_label(sheet.drafts[name].words)
    for _, _, description in CATALOGUE:
        for sentence in description.split(". "):
            if sentence.startswith(f"{plural_name} have"):
                items = [item for item in next(iter(read(sentence).drafts.values())).items if not names_things(item)]
                usual = [field for item in items if not sheet.exactly(item.words) and (field := to_field(item)[0])]
                said = listed([field.label.lower() for field in usual])
                sheet.assumed.append(f"{plural_name} have the usual fields: {said}.")
                return usual
    if sheet.parents(name) and sheet.noun(name) in BELONGS:
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
            here = _role(bond)
            fields[bond.child] = [field for field in fields[bond.child] if field.name not in (here, f"{here}_id")]
    taken: Members = {name: {field.name for field in fields[name]} | IMPLICIT_FIELDS for name in names}
    bonds = [bond for bond in sheet.bonds.values() if bond.child in taken and bond.parent in taken]
    return tuple(relation_of(sheet, bond, taken) for bond in bonds[:MAX_RELATIONS])


def relation_of(sheet: Sheet, bond: Bond, taken: Members) -> Relation:
    """A bond as a relation whose names are free on both sides; they are taken afterwards."""
    if bond.many:
        field = _take(plural(snake(bond.parent)), taken[bond.child])
        inverse = _take(plural(snake(bond.child)), taken[bond.parent])
        return Relation(kind="many_to_many", source=bond.child, target=bond.parent, field=field, inverse=inverse)
    field = _take(_role(bond), taken[bond.child], "_id")
    wanted = "children" if bond.child == bond.parent else plural(snake(bond.child))
    if bond.role and bond.child != bond.parent and bond.role != sheet.drafts[bond.parent].words:
        wanted = f"{field}_{wanted}"
    inverse = _take(wanted[:44].strip("_"), taken[bond.parent])
    part = sheet.noun(bond.child) in PARTS and bond.child != bond.parent
    return Relation(
        kind="one_to_many", source=bond.parent, target=bond.child, field=field, inverse=inverse, required=part,
        on_delete="cascade" if part else "restrict",
    )  # fmt: skip


def _role(bond: Bond) -> str:
    return safe_field_name("_".join(bond.role) or snake(bond.parent), "ref")


def _take(name: str, taken: set[str], also: str = "") -> str:
    """A name like this one that is not taken, nor is it with ``also`` behind it; it is now."""
    safe = safe_field_name(name, "list")
    tried, number = safe, 1
    while tried in taken or (also and f"{tried}{also}" in taken):
        number += 1
        tried = f"{safe}_{number}"
    taken |= {tried, f"{tried}{also}"}
    return tried


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
