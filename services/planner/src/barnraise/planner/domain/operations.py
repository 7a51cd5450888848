"""Typed changes of a manifest. Each is applied purely and tells in words what it did; what does not fit raises OperationError."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import assert_never

from pydantic import ValidationError

from barnraise.contracts.manifest import (
    AMOUNT_TYPES,
    GROUPING_TYPES,
    Access,
    Chart,
    Entity,
    Field,
    Integration,
    Manifest,
    Relation,
    Role,
    Theme,
)


class OperationError(ValueError):
    """The change does not fit this manifest; the text says why, for people."""


@dataclass(frozen=True)
class AddEntity:
    entity: Entity


@dataclass(frozen=True)
class RemoveEntity:
    entity: str


@dataclass(frozen=True)
class RenameEntity:
    """``renamed`` has the new name and labels and nothing else that is new."""

    entity: str
    renamed: Entity


@dataclass(frozen=True)
class AddField:
    entity: str
    field: Field


@dataclass(frozen=True)
class RemoveField:
    entity: str
    field: str


@dataclass(frozen=True)
class ChangeField:
    """Replaces a field, also by one of another name. ``told`` says what is different."""

    entity: str
    field: str
    changed: Field
    told: str


@dataclass(frozen=True)
class PlaceField:
    """Puts a field at that place among its entity's fields, counted without it."""

    entity: str
    field: str
    place: int
    told: str


@dataclass(frozen=True)
class AddRelation:
    relation: Relation


@dataclass(frozen=True)
class RemoveRelation:
    entity: str
    member: str


@dataclass(frozen=True)
class ChangeRelation:
    """Replaces the relation by which an entity's records point to another's. ``told`` says what is different."""

    entity: str
    member: str
    changed: Relation
    told: str


@dataclass(frozen=True)
class SetTitle:
    title: str


@dataclass(frozen=True)
class SetTheme:
    theme: Theme
    told: str


@dataclass(frozen=True)
class AddChart:
    chart: Chart


@dataclass(frozen=True)
class RemoveChart:
    chart: str


@dataclass(frozen=True)
class SetAccess:
    """Who may come in, and what each role may do then."""

    access: Access
    roles: tuple[Role, ...]
    told: str


@dataclass(frozen=True)
class SetIntegrations:
    """The outside services that the application is wired to."""

    integrations: tuple[Integration, ...]
    told: str


Operation = (
    AddEntity | RemoveEntity | RenameEntity | AddField | RemoveField | ChangeField | PlaceField | AddRelation | RemoveRelation
    | ChangeRelation | SetTitle | SetTheme | AddChart | RemoveChart | SetAccess | SetIntegrations
)  # fmt: skip


def apply(manifest: Manifest, operation: Operation) -> tuple[Manifest, str]:
    """The changed manifest, checked, and what changed, in words."""
    changed, told = _apply(manifest, operation)
    try:
        return Manifest.model_validate(changed.model_dump()), told
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise OperationError(f"That would not fit: {reason}.") from error


def _apply(manifest: Manifest, operation: Operation) -> tuple[Manifest, str]:
    match operation:
        case AddEntity(entity):
            changed = _with(manifest, entities=(*manifest.entities, entity)), f"adds {entity.plural_label.lower()}{_with_fields(entity)}"
        case RemoveEntity(name):
            changed = _without_entity(manifest, name)
        case RenameEntity(name, renamed):
            changed = _renamed(manifest, name, renamed)
        case AddField(name, field):
            changed = _add_field(manifest, name, field)
        case RemoveField(name, field):
            changed = _without_field(manifest, name, field)
        case ChangeField(name, field, new, told):
            changed = _with_what_stands(_change_field(manifest, name, field, new), told)
        case PlaceField(name, field, place, told):
            changed = _placed(manifest, name, field, place), told
        case AddRelation(relation):
            changed = _with(manifest, relations=(*manifest.relations, relation)), _told(manifest, relation)
        case RemoveRelation(name, member):
            changed = _without_relation(manifest, name, member)
        case ChangeRelation(name, member, relation, told):
            changed = _with_what_stands(_change_relation(manifest, name, member, relation), told)
        case _:
            changed = _set(manifest, operation)
    return changed


def _set(manifest: Manifest, operation: SetTitle | SetTheme | AddChart | RemoveChart | SetAccess | SetIntegrations) -> tuple[Manifest, str]:
    """What is not about the records themselves."""
    match operation:
        case SetTitle(title):
            changed = _with(manifest, title=title), f"calls the application {title}"
        case SetTheme(theme, told):
            changed = _with(manifest, theme=theme), told
        case AddChart(chart):
            changed = _with(manifest, charts=(*manifest.charts, chart)), f"adds the chart “{chart.title}”"
        case RemoveChart(name):
            changed = _without_chart(manifest, name)
        case SetAccess(access, roles, told):
            changed = _with(manifest, access=access, roles=roles), told
        case SetIntegrations(integrations, told):
            changed = _with(manifest, integrations=integrations), told
        case _:
            assert_never(operation)
    return changed


def _with(manifest: Manifest, **changes: object) -> Manifest:
    return manifest.model_copy(update=changes)


def _entity(manifest: Manifest, name: str) -> Entity:
    try:
        return manifest.entity(name)
    except KeyError:
        raise OperationError(f"There is nothing called “{name}” here.") from None


def _replace(manifest: Manifest, name: str, change: Callable[[Entity], Entity]) -> Manifest:
    _entity(manifest, name)
    return _with(manifest, entities=tuple(change(entity) if entity.name == name else entity for entity in manifest.entities))


def _add_field(manifest: Manifest, name: str, field: Field) -> tuple[Manifest, str]:
    entity = _entity(manifest, name)
    if field.name in {known.name for known in entity.fields}:
        raise OperationError(f"{entity.plural_label} have a field “{field.label}” already.")
    told = f"adds the field {field.name} ({field.type}) to {entity.plural_label.lower()}"
    return _replace(manifest, name, lambda entity: entity.model_copy(update={"fields": (*entity.fields, field)})), told


def _without_field(manifest: Manifest, name: str, field: str) -> tuple[Manifest, str]:
    entity = _entity(manifest, name)
    if field not in {known.name for known in entity.fields}:
        raise OperationError(f"{entity.plural_label} have no field “{field.replace('_', ' ')}”.")
    kept = tuple(known for known in entity.fields if known.name != field)
    display = None if entity.display == field else entity.display
    told = f"removes the field {field} from {entity.plural_label.lower()}"
    changed = _replace(manifest, name, lambda entity: entity.model_copy(update={"fields": kept, "display": display}))
    return _with_what_stands(changed, told)


def _placed(manifest: Manifest, name: str, field: str, place: int) -> Manifest:
    def change(entity: Entity) -> Entity:
        others = [known for known in entity.fields if known.name != field]
        moved = [known for known in entity.fields if known.name == field]
        return entity.model_copy(update={"fields": (*others[:place], *moved, *others[place:])})

    return _replace(manifest, name, change)


def _change_field(manifest: Manifest, name: str, field: str, changed: Field) -> Manifest:
    def change(entity: Entity) -> Entity:
        fields = tuple(changed if known.name == field else known for known in entity.fields)
        return entity.model_copy(update={"fields": fields, "display": changed.name if entity.display == field else entity.display})

    def follow(chart: Chart) -> Chart:
        names = {end: changed.name for end in ("by", "of") if chart.entity == name and getattr(chart, end) == field}
        return chart.model_copy(update=names)

    ends = {f"{each.field}.{field}": (each.target, f"{each.field}.{changed.name}") for each in manifest.relations if each.source == name}

    def stay(block: Integration) -> Integration:
        names = {end: changed.name for end in ("amount", "field", "to") if block.entity == name and getattr(block, end) == field}
        target, to = ends.get(str(block.to), ("", ""))
        return block.model_copy(update=names | ({"to": to} if target == block.entity else {}))

    followed = {"charts": tuple(map(follow, manifest.charts)), "integrations": tuple(map(stay, manifest.integrations))}
    return _with(_replace(manifest, name, change), **followed)


def _without_entity(manifest: Manifest, name: str) -> tuple[Manifest, str]:
    entity = _entity(manifest, name)
    if len(manifest.entities) == 1:
        raise OperationError(f"{entity.plural_label} are all that this application keeps; to remove them, delete the project.")
    changed = _with(
        manifest,
        entities=tuple(other for other in manifest.entities if other.name != name),
        relations=tuple(relation for relation in manifest.relations if name not in (relation.source, relation.target)),
        pages=tuple(page for page in manifest.pages if page.entity != name),
        checks=tuple(check for check in manifest.checks if check.entity != name),
        roles=_with_rights(manifest, lambda of: None if of == name else of),
        access=manifest.access.model_copy(update={"own": tuple(own for own in manifest.access.own if own != name)}),
    )
    return _with_what_stands(changed, f"removes {entity.plural_label.lower()}")


def _renamed(manifest: Manifest, name: str, renamed: Entity) -> tuple[Manifest, str]:
    entity = _entity(manifest, name)
    new = renamed.model_copy(update={"fields": entity.fields, "display": entity.display})

    def point(relation: Relation) -> Relation:
        return relation.model_copy(update={end: new.name for end in ("source", "target") if getattr(relation, end) == name})

    changed = _with(
        manifest,
        entities=tuple(new if other.name == name else other for other in manifest.entities),
        relations=tuple(map(point, manifest.relations)),
        pages=tuple(page.model_copy(update={"entity": new.name}) if page.entity == name else page for page in manifest.pages),
        checks=tuple(check.model_copy(update={"entity": new.name}) if check.entity == name else check for check in manifest.checks),
        roles=_with_rights(manifest, lambda of: new.name if of == name else of),
        charts=tuple(chart.model_copy(update={"entity": new.name}) if chart.entity == name else chart for chart in manifest.charts),
        integrations=tuple(
            block.model_copy(update={"entity": new.name}) if block.entity == name else block for block in manifest.integrations
        ),
        access=manifest.access.model_copy(update={"own": tuple(new.name if own == name else own for own in manifest.access.own)}),
    )
    return changed, f"renames {entity.plural_label.lower()} to {new.plural_label.lower()}"


def _with_rights(manifest: Manifest, entity: Callable[[str], str | None]) -> tuple[Role, ...]:
    """The roles with the rights to each entity's records moved to what it is called now; None takes them away."""

    def moved(role: Role) -> Iterable[str]:
        for right in role.may:
            of, _, action = right.partition(".")
            if now := entity(of):
                yield f"{now}.{action}"

    return tuple(role.model_copy(update={"may": tuple(moved(role))}) for role in manifest.roles)


def _without_relation(manifest: Manifest, name: str, member: str) -> tuple[Manifest, str]:
    def concerns(relation: Relation) -> bool:
        child = relation.target if relation.kind == "one_to_many" else relation.source
        parent = relation.source if relation.kind == "one_to_many" else relation.target
        return (child == name and relation.field == member) or (parent == name and relation.inverse == member)

    kept = tuple(relation for relation in manifest.relations if not concerns(relation))
    if len(kept) == len(manifest.relations):
        raise OperationError(f"{_entity(manifest, name).plural_label} are not linked to “{member.replace('_', ' ')}”.")
    told = f"removes {member.replace('_', ' ')} from {_entity(manifest, name).plural_label.lower()}"
    return _with_what_stands(_with(manifest, relations=kept), told)


def _change_relation(manifest: Manifest, name: str, member: str, changed: Relation) -> Manifest:
    def replaced(relation: Relation) -> Relation:
        return changed if relation.kind == "one_to_many" and (relation.target, relation.field) == (name, member) else relation

    return _with(manifest, relations=tuple(map(replaced, manifest.relations)))


def _without_chart(manifest: Manifest, name: str) -> tuple[Manifest, str]:
    gone = next((chart for chart in manifest.charts if chart.name == name), None)
    if gone is None:
        raise OperationError("There is no such chart here.")
    return _with(manifest, charts=tuple(chart for chart in manifest.charts if chart.name != name)), f"removes the chart “{gone.title}”"


def _with_what_stands(manifest: Manifest, told: str) -> tuple[Manifest, str]:
    """Without the charts and the payments for which something is missing now, which is told."""
    kept = tuple(chart for chart in manifest.charts if _stands(manifest, chart))
    gone = [f"“{chart.title}”" for chart in manifest.charts if chart not in kept]
    which = f" and with that the chart{'s' if len(gone) > 1 else ''} {_listed(gone)}" if gone else ""
    wired = tuple(block for block in manifest.integrations if _is_wired(manifest, block))
    lost = {"payments" if block.amount else "e-mails" for block in manifest.integrations if block not in wired}
    paid = f" and with that the {_listed(sorted(lost))}" if lost else ""
    return _with(manifest, charts=kept, integrations=wired), f"{told}{which}{paid}"


def _is_wired(manifest: Manifest, block: Integration) -> bool:
    if block.entity is None:
        return True
    entity = next((entity for entity in manifest.entities if entity.name == block.entity), None)
    types = {field.name: field.type for field in entity.fields} if entity else {}
    amount = block.amount is None or types.get(block.amount) in AMOUNT_TYPES
    choice = block.field is None or types.get(block.field) == "enum"
    return entity is not None and amount and choice and (block.to is None or manifest.reaches(block.entity, block.to))


def _stands(manifest: Manifest, chart: Chart) -> bool:
    """Whether all that a chart is about is there."""
    entity = next((entity for entity in manifest.entities if entity.name == chart.entity), None)
    types = {field.name: field.type for field in entity.fields} if entity else {}
    parents = {r.field for r in manifest.relations if r.kind == "one_to_many" and r.target == chart.entity}
    numbers = chart.of is None or types.get(chart.of) in ("int", "float", "decimal")
    return entity is not None and numbers and (chart.by in parents or types.get(chart.by) in GROUPING_TYPES)


def _told(manifest: Manifest, relation: Relation) -> str:
    source, target = _entity(manifest, relation.source), _entity(manifest, relation.target)
    if relation.kind == "many_to_many":
        return f"links {source.plural_label.lower()} and {target.plural_label.lower()}, many to many"
    role = relation.field.replace("_", " ")
    named = "" if role == source.label.lower() else f" as its {role}"
    return f"lets each {target.label.lower()} belong to one {source.label.lower()}{named}"


def _with_fields(entity: Entity) -> str:
    names = _listed(field.label.lower() for field in entity.fields)
    return f" with {names}" if names else ""


def _listed(parts: Iterable[str]) -> str:
    known = list(parts)
    return " and ".join(filter(None, [", ".join(known[:-1]), *known[-1:]]))
