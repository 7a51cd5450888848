"""Refinements: what a sentence wants to change in a manifest."""

import re
from collections.abc import Callable, Iterable

from barnraise.contracts.manifest import Entity, Field, Manifest, Page, Relation, Theme
from barnraise.contracts.names import plural, safe_field_name, snake
from barnraise.planner.domain.language.items import entity_name, read_item, singular, split_list, to_field
from barnraise.planner.domain.language.lexicon import COLOURS, TYPE_WORDS

Change = tuple[Manifest, str]
_Q = r"[\"'“”‘’`]?"


class NotUnderstood(ValueError):  # noqa: N818 - it is an answer
    """The sentence is a change, but not one that can be made here; the text says why."""


def change(manifest: Manifest, text: str) -> tuple[Manifest, list[str]] | None:
    """The changed manifest with what was changed, in words; None when the sentence asks for no change that is known."""
    said: list[str] = []
    for sentence in re.split(
        r"(?<=[.;!])\s+|\n+|\s+(?:and then|then)\s+|,?\s+and\s+(?=(?:add|remove|rename|make|delete|drop|change)\b)", text.strip()
    ):
        sentence = sentence.strip(" .;!")
        if not sentence:
            continue
        made = _one(manifest, sentence)
        if made is None:
            return None
        manifest, words = made
        said.append(words)
    return (manifest, said) if said else None


def _one(manifest: Manifest, sentence: str) -> Change | None:
    for pattern, handler in _RULES:
        if match := pattern.match(sentence):
            made = handler(manifest, match)
            if made is not None:
                return made
    return None


def _add(manifest: Manifest, match: re.Match[str]) -> Change | None:
    """ "add X to Y": an enumeration value, fields, or things that belong to Y."""
    what, target = match["what"], match["target"]
    entity = _entity(manifest, target)
    if entity is None:
        return _add_value(manifest, what, target)
    with_ = re.match(r"^(.{2,40}?)\s+with\s+(.+)$", what)
    pieces = [what] if with_ else split_list(what)
    words: list[str] = []
    for piece in pieces:
        bare = re.sub(r"\s+fields?$", "", piece.strip(), flags=re.IGNORECASE)
        item = read_item(bare)
        if item is None:
            raise NotUnderstood(f"I do not see what to add in “{piece}”.")
        other = _entity(manifest, " ".join(item.words))
        if other and other.name != entity.name and bare == piece.strip():
            manifest = _link(manifest, entity, other) if not item.plural else _link(manifest, other, entity)
            words.append(f"relates {entity.label} and {other.label}")
        elif (
            item.plural and not item.values and bare == piece.strip() and to_field(item).type == "string" and not re.match(r"^an?\s", piece)
        ):
            manifest = _new_entity(manifest, item.words, (), entity)
            words.append(f"adds {plural(item.words[-1]) if not item.plural else item.words[-1]} to {entity.plural_label.lower()}")
        else:
            field = to_field(item)
            if any(known.name == field.name for known in entity.fields):
                raise NotUnderstood(f"{entity.label} has a field {field.label.lower()} already.")
            if field.required and field.type == "string":
                field = field.model_copy(update={"required": False})
            entity = entity.model_copy(update={"fields": (*entity.fields, field)})
            manifest = _replace(manifest, entity)
            words.append(f"adds the field {field.name} ({field.type}) to {entity.label}")
    return manifest, ", ".join(words)


def _should_have(manifest: Manifest, match: re.Match[str]) -> Change | None:
    return _add(manifest, match) if _entity(manifest, match["target"]) else None


def _add_value(manifest: Manifest, what: str, target: str) -> Change | None:
    for entity in manifest.entities:
        for field in entity.fields:
            if field.type == "enum" and singular(field.name.replace("_", " ")) == singular(_bare(target)):
                value = safe_field_name(re.sub(r"\b(?:value|option|stage|status)\b", "", what) or what)
                changed = field.model_copy(update={"values": (*[v for v in field.values if v != value], value)})
                return _replace(manifest, _with_field(entity, changed)), f"adds {value} to {field.name} of {entity.label}"
    raise NotUnderstood(f"There is nothing called “{target}” here.")


def _add_between(manifest: Manifest, match: re.Match[str]) -> Change | None:
    value, low, high = (safe_field_name(match[name]) for name in ("value", "low", "high"))
    for entity in manifest.entities:
        for field in entity.fields:
            if low in field.values and high in field.values:
                at = max(field.values.index(low), field.values.index(high))
                values = [v for v in field.values if v != value]
                values.insert(at, value)
                changed = field.model_copy(update={"values": tuple(values)})
                return _replace(manifest, _with_field(entity, changed)), f"adds {value} to {field.name} of {entity.label}"
    return None


def _add_entity(manifest: Manifest, match: re.Match[str]) -> Change | None:
    item = read_item(match["what"])
    if item is None:
        return None
    if _entity(manifest, " ".join(item.words)):
        raise NotUnderstood(f"There are {match['what']} already.")
    parent = _entity(manifest, match["target"]) if match.groupdict().get("target") else None
    if match.groupdict().get("target") and parent is None:
        raise NotUnderstood(f"There is nothing called “{match['target']}” here.")
    fields = tuple(to_field(found) for piece in split_list(match["fields"] or "") if (found := read_item(piece)))
    manifest = _new_entity(manifest, item.words, fields, parent)
    return manifest, f"adds {match['what'].strip()}"


def _remove(manifest: Manifest, match: re.Match[str]) -> Change | None:
    entity = _entity(manifest, match["target"])
    if entity is None:
        raise NotUnderstood(f"There is nothing called “{match['target']}” here.")
    names = {safe_field_name(_bare(piece)) for piece in split_list(match["what"])}
    kept = tuple(field for field in entity.fields if field.name not in names)
    missing = names - {field.name for field in entity.fields}
    if missing:
        raise NotUnderstood(f"{entity.label} has no field {', '.join(sorted(missing))}.")
    display = entity.display if entity.display not in names else next((f.name for f in kept if f.type == "string"), None)
    changed = entity.model_copy(update={"fields": kept, "display": display})
    return _replace(manifest, changed), f"removes {', '.join(sorted(names))} from {entity.label}"


def _remove_any(manifest: Manifest, match: re.Match[str]) -> Change | None:
    entity = _entity(manifest, match["what"])
    if entity:
        if len(manifest.entities) == 1:
            raise NotUnderstood("This is the only thing that the application keeps.")
        kept = {
            "entities": tuple(other for other in manifest.entities if other.name != entity.name),
            "relations": tuple(r for r in manifest.relations if entity.name not in (r.source, r.target)),
            "pages": tuple(page for page in manifest.pages if page.entity != entity.name),
        }
        return manifest.model_copy(update=kept), f"removes {entity.plural_label.lower()}"
    owner = _owner(manifest, match["what"])
    if owner is None:
        raise NotUnderstood(f"There is nothing called “{match['what']}” here.")
    return _remove(manifest, re.match(r"(?P<what>.+) from (?P<target>.+)", f"{match['what']} from {owner.name}"))  # type: ignore[arg-type]


def _rename(manifest: Manifest, match: re.Match[str]) -> Change | None:
    old, new = _bare(match["old"]), match["new"].strip(" \"'“”")
    entity = _entity(manifest, old)
    if entity and not match.groupdict().get("target"):
        return _rename_entity(manifest, entity, new)
    if re.search(r"\b(app|application|project|title|it)\b", old):
        return manifest.model_copy(update={"title": new[:120]}), f"calls the application {new}"
    owner = _entity(manifest, match["target"]) if match.groupdict().get("target") else _owner(manifest, old)
    if owner is None:
        raise NotUnderstood(f"There is nothing called “{old}” here.")
    name = safe_field_name(new)
    fields = tuple(
        f.model_copy(update={"name": name, "label": new.capitalize()}) if f.name == safe_field_name(old) else f for f in owner.fields
    )
    display = name if owner.display == safe_field_name(old) else owner.display
    return _replace(manifest, owner.model_copy(update={"fields": fields, "display": display})), f"renames {old} of {owner.label} to {name}"


def _rename_entity(manifest: Manifest, entity: Entity, new: str) -> Change:
    item = read_item(new)
    if item is None:
        raise NotUnderstood(f"“{new}” cannot be a name.")
    name = entity_name(item.words)
    label = " ".join((*item.words[:-1], singular(item.words[-1]))).capitalize()
    renamed = entity.model_copy(update={"name": name, "label": label, "plural_label": plural(snake(name)).replace("_", " ").capitalize()})

    def point(relation: Relation) -> Relation:
        changes = {key: name for key in ("source", "target") if getattr(relation, key) == entity.name}
        if relation.source == entity.name and relation.field == safe_field_name(snake(entity.name), "ref"):
            changes["field"] = safe_field_name(snake(name), "ref")
        if relation.target == entity.name and relation.inverse == plural(snake(entity.name)):
            changes["inverse"] = safe_field_name(plural(snake(name)), "list")
        return relation.model_copy(update=changes)

    return (
        manifest.model_copy(
            update={
                "entities": tuple(renamed if other.name == entity.name else other for other in manifest.entities),
                "relations": tuple(point(relation) for relation in manifest.relations),
                "pages": tuple(
                    page.model_copy(update={"entity": name, "name": renamed.table.replace("_", "-"), "title": renamed.plural_label})
                    if page.entity == entity.name
                    else page
                    for page in manifest.pages
                ),
            }
        ),
        f"renames {entity.plural_label.lower()} to {renamed.plural_label.lower()}",
    )


def _make(manifest: Manifest, match: re.Match[str]) -> Change | None:
    how = match["how"].lower()
    owner = _entity(manifest, match["target"]) if match["target"] else _owner(manifest, match["what"])
    field = _field(owner, match["what"]) if owner else None
    if owner is None or field is None:
        raise NotUnderstood(f"There is no field called “{match['what']}” here.")
    update = {"unique": {"unique": True}, "optional": {"required": False}}.get(how, {"required": True})
    return _replace(manifest, _with_field(owner, field.model_copy(update=update))), f"makes {field.name} of {owner.label} {how}"


def _retype(manifest: Manifest, match: re.Match[str]) -> Change | None:
    kind = TYPE_WORDS.get(_bare(match["kind"]))
    owner = _entity(manifest, match["target"]) if match["target"] else _owner(manifest, match["what"])
    field = _field(owner, match["what"]) if owner else None
    if kind is None or owner is None or field is None:
        return None
    changed = Field(name=field.name, label=field.label, type=kind, required=field.required, unique=field.unique)
    return _replace(manifest, _with_field(owner, changed)), f"makes {field.name} of {owner.label} a {kind}"


def _theme(manifest: Manifest, match: re.Match[str]) -> Change | None:
    words = _bare(match["colour"])
    if words in ("dark", "light"):
        return manifest.model_copy(update={"theme": Theme(accent=manifest.theme.accent, scheme=words)}), f"starts in {words} mode"
    if words not in COLOURS:
        return None
    return manifest.model_copy(update={"theme": Theme(accent=COLOURS[words], scheme=manifest.theme.scheme)}), f"makes the accent {words}"


def _new_entity(manifest: Manifest, words: tuple[str, ...], fields: tuple[Field, ...], parent: Entity | None) -> Manifest:
    name = entity_name(words)
    head = (*words[:-1], singular(words[-1]))
    fields = fields or (Field(name="name", label="Name", type="string"),)
    shown = next((f.name for f in fields if f.type == "string"), None)
    label = " ".join(head).capitalize()
    entity = Entity(name=name, label=label, plural_label=plural(snake(name)).replace("_", " ").capitalize(), fields=fields, display=shown)
    page = Page(name=entity.table.replace("_", "-"), title=entity.plural_label, kind="entity", entity=name)
    manifest = manifest.model_copy(update={"entities": (*manifest.entities, entity), "pages": (*manifest.pages, page)})
    return _link(manifest, entity, parent) if parent else manifest


def _link(manifest: Manifest, child: Entity, parent: Entity) -> Manifest:
    field = safe_field_name(snake(parent.name), "ref")
    inverse = safe_field_name(plural(snake(child.name)), "list")
    relation = Relation(kind="one_to_many", source=parent.name, target=child.name, field=field, inverse=inverse)
    if any((r.source, r.target) == (parent.name, child.name) for r in manifest.relations):
        raise NotUnderstood(f"{child.label} and {parent.label} are related already.")
    return manifest.model_copy(update={"relations": (*manifest.relations, relation)})


def _entity(manifest: Manifest, text: str | None) -> Entity | None:
    if not text:
        return None
    item = read_item(text)
    names = {entity_name(item.words), entity_name(item.words[-1:])} if item else set()
    return next((entity for entity in manifest.entities if entity.name in names), None)


def _owner(manifest: Manifest, text: str) -> Entity | None:
    """The one entity that has such a field."""
    owners = [entity for entity in manifest.entities if _field(entity, text)]
    return owners[0] if len(owners) == 1 else None


def _field(entity: Entity | None, text: str) -> Field | None:
    try:
        name = safe_field_name(_bare(text))
    except ValueError:
        return None
    return next((field for field in entity.fields if field.name == name), None) if entity else None


def _with_field(entity: Entity, changed: Field) -> Entity:
    return entity.model_copy(update={"fields": tuple(changed if field.name == changed.name else field for field in entity.fields)})


def _replace(manifest: Manifest, entity: Entity) -> Manifest:
    return manifest.model_copy(update={"entities": tuple(entity if other.name == entity.name else other for other in manifest.entities)})


def _bare(text: str) -> str:
    return re.sub(r"^(?:an?|the|its|their)\s+|\s+fields?$|[\"'“”‘’`]", "", text.strip().lower()).strip()


def _rule(pattern: str, handler: Callable[[Manifest, re.Match[str]], Change | None]) -> tuple:
    lead = r"^(?:please\s+|can you\s+|could you\s+|now\s+|also\s+)*"
    return re.compile(lead + pattern + r"\s*(?:please)?[.!?]?$", re.IGNORECASE), handler


_RULES: Iterable = (
    _rule(
        rf"add\s+(?:an?\s+|the\s+)?{_Q}(?P<value>[\w -]{{1,40}}?){_Q}\s+(?:stage|value|status|option|state)?\s*between\s+{_Q}(?P<low>[\w ]+?){_Q}\s+and\s+{_Q}(?P<high>[\w ]+){_Q}",
        _add_between,
    ),
    _rule(r"(?:add|create)\s+(?P<what>[\w -]{2,40}?)\s+to\s+(?P<target>[\w -]{2,40}?)\s+with\s+(?P<fields>.+)", _add_entity),
    _rule(
        r"(?:add|create|introduce|include|give)\s+(?P<what>.{1,300}?)\s+(?:to|for|on)\s+(?:the\s+|each\s+|every\s+|all\s+)?(?P<target>[\w -]{2,50})",
        _add,
    ),
    _rule(
        r"(?P<target>[\w -]{2,40}?)\s+(?:should|must|need to|needs to|shall|can)?\s*(?:also\s+)?(?:have|has|need|needs|get)\s+(?P<what>.{1,300})",
        _should_have,
    ),
    _rule(r"(?:add|create)\s+(?:an?\s+|the\s+)?(?:entity\s+|table\s+)?(?P<what>[\w -]{2,40}?)(?:\s+with\s+(?P<fields>.+))?", _add_entity),
    _rule(r"(?:remove|delete|drop)\s+(?P<what>.{1,200}?)\s+(?:from|of)\s+(?P<target>[\w -]{2,50})", _remove),
    _rule(r"(?:remove|delete|drop)\s+(?P<what>[\w -]{2,60})", _remove_any),
    _rule(r"rename\s+(?P<old>.{1,60}?)\s+(?:of|in|on)\s+(?P<target>[\w -]{2,40}?)\s+to\s+(?P<new>.{1,60})", _rename),
    _rule(r"(?:rename|call)\s+(?P<old>.{1,60}?)\s+(?:to|into|as)\s+(?P<new>.{1,60})", _rename),
    _rule(r"call\s+(?P<old>it|the app|the application)\s+(?P<new>.{1,60})", _rename),
    _rule(
        r"make\s+(?P<what>[\w -]{2,60}?)(?:\s+(?:of|in|on)\s+(?P<target>[\w -]{2,40}?))?\s+(?P<how>unique|required|mandatory|optional)",
        _make,
    ),
    _rule(
        r"(?:change|make|turn)\s+(?P<what>[\w -]{2,60}?)(?:\s+(?:of|in|on)\s+(?P<target>[\w -]{2,40}?))?\s+(?:to|into|a|an)\s+(?:an?\s+)?(?P<kind>[\w ]{2,30})",
        _retype,
    ),
    _rule(
        r"(?:make|paint|turn|change)\s+(?:it|the (?:theme|colou?r|design|look|accent))(?:\s+(?:colou?r|to|into))?\s+(?:be\s+)?(?P<colour>[\w ]{3,20})",
        _theme,
    ),
)
