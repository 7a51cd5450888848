"""What a schema says, whatever its notation; and the manifest that follows from it. Always valid: what does not fit is named, not kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from pydantic import ValidationError

from barnraise.contracts.manifest import Entity, Field, FieldType, Manifest, Relation
from barnraise.contracts.names import IMPLICIT_FIELDS, ascii_words, plural, safe_entity_name, safe_field_name, snake
from barnraise.planner.domain.language.building import MAX_ENTITIES, MAX_FIELDS, MAX_RELATIONS, display_of, slug
from barnraise.planner.domain.language.fields import enum_value
from barnraise.planner.domain.language.nouns import Words, label, one, plural_label
from barnraise.planner.domain.language.types import type_of

OnDelete = Literal["cascade", "restrict", "set_null"]
_BY_NAME = frozenset(("email", "url", "phone", "color"))
"""Types of text that a name tells and a schema mostly does not."""


@dataclass
class Column:
    """``type`` None: it is not known, and the name decides. ``values`` are those of an enumeration."""

    name: str
    type: FieldType | None = None
    required: bool = False
    unique: bool = False
    default: bool | int | Decimal | str | None = None
    values: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    length: int | None = None


@dataclass(frozen=True)
class Link:
    """Each record of the table points to one of ``target`` through ``column``."""

    column: str
    target: str
    required: bool = False
    on_delete: OnDelete = "restrict"


@dataclass
class Table:
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    key: tuple[str, ...] = ()


@dataclass
class Outline:
    """``many``: pairs of tables whose records belong together in any number. ``left``: what was not understood."""

    title: str | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    many: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    manifest: Manifest
    left: tuple[str, ...]


def imported(outline: Outline, description: str) -> Imported | None:
    """The manifest of an outline; None when it has no table that could be one."""
    _fold_join_tables(outline)
    return _Import(outline).made(description)


def _fold_join_tables(outline: Outline) -> None:
    """A table that only ties two others together is a relation of theirs, not a thing."""
    for name, table in list(outline.tables.items()):
        linking = {link.column for link in table.links}
        own = [column for column in table.columns if column not in linking and ascii_name(column) not in IMPLICIT_FIELDS]
        pointed = any(link.target == name for other in outline.tables.values() for link in other.links)
        if len(table.links) == 2 and not own and not pointed:
            first, second = (link.target for link in table.links)
            outline.many.append((first, second))
            del outline.tables[name]


class _Import:
    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._left = list(outline.left)
        self._names: dict[str, str] = {}
        self._taken: dict[str, set[str]] = {}

    def made(self, description: str) -> Imported | None:
        for table in self._outline.tables.values():
            self._name(table)
        fields = {table.name: self._fields(table) for table in self._outline.tables.values() if table.name in self._names}
        relations = tuple([*self._links(), *self._pairs()][:MAX_RELATIONS])
        entities = tuple(self._entity(name, own) for name, own in fields.items())
        if not entities:
            return None
        title = (self._outline.title or entities[0].plural_label).strip()[:120]
        manifest = Manifest(name=slug(title), title=title, description=description[:2000], entities=entities, relations=relations)
        return Imported(manifest, tuple(dict.fromkeys(self._left)))

    def _name(self, table: Table) -> None:
        words = words_in(table.name)
        try:
            name = safe_entity_name(" ".join(one(words))) if words else ""
        except ValueError:
            name = ""
        twice = {known.lower() for known in self._names.values()} | {plural(snake(known)) for known in self._names.values()}
        if not name or name.lower() in twice or plural(snake(name)) in twice or len(self._names) >= MAX_ENTITIES:
            self._left.append(f"the table {table.name}")
            return
        self._names[table.name] = name
        self._taken[name] = set(IMPLICIT_FIELDS)

    def _entity(self, table: str, fields: list[Field]) -> Entity:
        words = one(words_in(table))
        return Entity(
            name=self._names[table], label=label(words), plural_label=plural_label(words), fields=tuple(fields), display=display_of(fields)
        )

    def _fields(self, table: Table) -> list[Field]:
        links = {link.column for link in table.links}
        wanted = [column for column in table.columns.values() if column.name not in links and not _is_implicit(table, column)]
        made = [self._field(self._names[table.name], column) for column in wanted[:MAX_FIELDS]]
        self._left += [f"{table.name}.{column.name}" for column in wanted[MAX_FIELDS:]]
        return [own for own in made if own]

    def _field(self, entity: str, column: Column) -> Field | None:
        words = words_in(column.name)
        try:
            name = safe_field_name("_".join(words))
        except ValueError:
            name = ""
        if not name or name in self._taken[entity]:
            self._left.append(f"{entity}.{column.name}")
            return None
        self._taken[entity].add(name)
        return _checked(name, label(words), column)

    def _links(self) -> Iterator[Relation]:
        for table in self._outline.tables.values():
            for link in table.links:
                if table.name not in self._names or link.target not in self._names:
                    self._left.append(f"the link {table.name}.{link.column}")
                    continue
                source, target = self._names[link.target], self._names[table.name]
                called = safe_field_name("_".join(words_in(link.column.removesuffix("_id").removesuffix("Id"))) or snake(source), "ref")
                role = self._take(target, called, "_id")
                tree = source == target
                inverse = "children" if tree else plural(snake(target)) if called == snake(source) else f"{role}_{plural(snake(target))}"
                on_delete = "restrict" if link.required and link.on_delete == "set_null" else link.on_delete
                yield Relation(
                    kind="one_to_many", source=source, target=target, field=role, inverse=self._take(source, inverse[:44].strip("_")),
                    required=link.required and not tree, on_delete=on_delete,
                )  # fmt: skip

    def _pairs(self) -> Iterator[Relation]:
        for first, second in self._outline.many:
            if first not in self._names or second not in self._names:
                self._left.append(f"the link between {first} and {second}")
                continue
            source, target = self._names[first], self._names[second]
            forward = self._take(source, plural(snake(target)))
            yield Relation(
                kind="many_to_many", source=source, target=target, field=forward, inverse=self._take(target, plural(snake(source)))
            )

    def _take(self, entity: str, name: str, also: str = "") -> str:
        """A name like this that nothing else of the entity has; it has it now."""
        safe, number = safe_field_name(name, "list"), 1
        tried = safe
        while {tried, f"{tried}{also}"} & self._taken[entity]:
            number += 1
            tried = f"{safe}_{number}"
        self._taken[entity] |= {tried, f"{tried}{also}"}
        return tried


def words_in(name: str) -> Words:
    """``orderLines`` and ``order_lines`` are the words order and lines."""
    return tuple(ascii_words(snake(name).replace("_", " ")))


def ascii_name(name: str) -> str:
    return "_".join(words_in(name))


def _is_implicit(table: Table, column: Column) -> bool:
    """What every record has by itself: its number and its times."""
    name = ascii_name(column.name)
    numbered = column.type in (None, "int", "string") and table.key == (column.name,)
    own_number = numbered and (name in ("id", "uuid", "uid", "pk") or name.endswith("_id"))
    return name in IMPLICIT_FIELDS or own_number or name in ("created", "updated", "modified", "updated_on", "created_on")


def _checked(name: str, shown: str, column: Column) -> Field:
    """The field, without the default or the bounds when these contradict its type."""
    rules = _rules(column)
    for without in ((), ("default",), ("default", "min", "max")):
        kept: dict[str, Any] = {key: value for key, value in rules.items() if key not in without}
        try:
            return Field(name=name, label=shown, **kept)
        except ValidationError:
            continue
    return Field(name=name, label=shown, required=column.required, unique=column.unique)


def _told_by_name(column: Column) -> FieldType:
    """What the name says of a text, which few schemas do: ``email``, ``website``, ``notes``; else a line, or a text where that is said."""
    kind, told = column.type or "string", type_of(words_in(column.name))
    if told in _BY_NAME or (told in ("text", "markdown") and not column.length):
        return told
    return "string" if told == "string" and column.unique else kind


def _rules(column: Column) -> dict[str, Any]:
    values = tuple(dict.fromkeys(filter(None, map(enum_value, column.values))))
    kind: FieldType = "enum" if len(values) > 1 else column.type or "string"
    kind = _told_by_name(column) if kind in ("string", "text") and not values else kind
    rules: dict[str, Any] = {"type": kind, "required": column.required or kind == "bool", "unique": column.unique}
    if kind == "enum":
        default = enum_value(str(column.default)) if column.default is not None else None
        return rules | {"values": values, "default": default if default in values else None}
    if kind == "bool":
        return rules | {"default": bool(column.default) if isinstance(column.default, bool | int) else False}
    if column.default is not None and kind in ("string", "int", "decimal", "float"):
        rules["default"] = column.default
    if kind in ("int", "float", "decimal"):
        rules |= {"min": column.low, "max": column.high}
    if kind == "string" and column.length:
        rules["max_length"] = min(column.length, 100_000)
    return rules
