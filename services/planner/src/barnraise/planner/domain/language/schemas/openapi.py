"""OpenAPI: the object schemas of a document (3.x, and 2.0's definitions)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from barnraise.contracts.manifest import FieldType
from barnraise.planner.domain.language.nouns import is_plural, one
from barnraise.planner.domain.language.schemas.outline import Column, Link, Outline, Table, words_in

_FORMATS: dict[str, FieldType] = {
    "date": "date", "date-time": "datetime", "time": "time", "email": "email", "uri": "url", "url": "url", "binary": "file", "byte": "file",
    "float": "float", "double": "float", "decimal": "decimal",
}  # fmt: skip
_TYPES: dict[str, FieldType] = {"integer": "int", "number": "float", "boolean": "bool", "string": "string"}
_SHAPES = re.compile(
    r"(?<=[a-z0-9])(?:Create|Created|Update|Patch|Read|Response|Request|Input|Output|Dto|DTO|Schema|Model|Base|Detail|Summary|In|Out)$"
)
_NOT_THINGS = re.compile(
    r"(?:Error|Problem|Page|Paginated\w*|List|Collection|Envelope|Token|Credentials|Health\w*|Meta)$|^(?:Error|Problem)"
)
_DEEP = 6


def outline_of(document: Mapping[str, Any]) -> Outline:
    """The things of the document: schemas of one thing in several shapes (``PetCreate``, ``PetRead``) are one."""
    found = (document.get("components") or {}).get("schemas") or document.get("definitions") or {}
    title = str((document.get("info") or {}).get("title") or "").strip()
    outline = Outline(title=re.sub(r"\s+(?:REST\s+)?API$", "", title, flags=re.IGNORECASE) or None)
    reader = _Reader(found if isinstance(found, dict) else {}, outline)
    reader.read()
    return outline


class _Reader:
    def __init__(self, schemas: Mapping[str, Any], outline: Outline) -> None:
        self._schemas = {str(name): schema for name, schema in schemas.items() if isinstance(schema, dict)}
        self._outline = outline
        self._things = {name: _thing(name) for name, schema in self._schemas.items() if self._is_thing(name, schema)}

    def read(self) -> None:
        for thing in dict.fromkeys(self._things.values()):
            self._outline.tables[thing] = Table(thing, key=("id",))
        for name, thing in self._things.items():
            properties, required = self._members(self._schemas[name])
            for member, schema in properties.items():
                self._member(self._outline.tables[thing], str(member), schema, required=member in required)

    def _is_thing(self, name: str, schema: Mapping[str, Any]) -> bool:
        return not _NOT_THINGS.search(_thing(name)) and bool(self._members(schema)[0])

    def _members(self, schema: Any, depth: int = 0) -> tuple[dict[str, Any], set[str]]:
        """The properties with those of ``allOf``; and which are required."""
        if not isinstance(schema, dict) or depth > _DEEP:
            return {}, set()
        properties: dict[str, Any] = {}
        required: set[str] = set()
        for part in schema.get("allOf") or ():
            more, needed = self._members(self._resolved(part), depth + 1)
            properties |= more
            required |= needed
        own = schema.get("properties")
        properties |= own if isinstance(own, dict) else {}
        return properties, required | {str(name) for name in schema.get("required") or () if isinstance(name, str)}

    def _member(self, table: Table, name: str, schema: Any, *, required: bool) -> None:
        schema, nullable = _plain(schema)
        needed = required and not nullable
        if target := self._target(schema):
            self._link(table, name, target, required=needed)
        elif schema.get("type") == "array":
            self._several(table, name, schema.get("items"))
        elif target := self._by_name(name, table):
            self._link(table, name, target, required=needed)
        elif name not in table.columns:
            table.columns[name] = self._column(name, self._resolved(schema), required=needed)
        elif needed:
            table.columns[name].required = True

    def _several(self, table: Table, name: str, items: Any) -> None:
        schema, _ = _plain(items)
        target = self._target(schema) or (
            self._named(one(words_in(name))) if is_plural(words_in(name)[-1:][0] if words_in(name) else "") else None
        )
        if target is None:
            column = Column(name, "json")
            table.columns.setdefault(name, column)
        elif (target, table.name) not in self._outline.many and (table.name, target) not in self._outline.many:
            self._outline.many.append((table.name, target))

    def _link(self, table: Table, column: str, target: str, *, required: bool) -> None:
        role = words_in(re.sub(r"_?[iI][dD]$", "", column))
        if all(words_in(re.sub(r"_?[iI][dD]$", "", link.column)) != role for link in table.links):
            table.links.append(Link(column, target, required))

    def _target(self, schema: Any) -> str | None:
        """The thing that a reference names."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        return self._things.get(str(reference).rsplit("/", 1)[-1]) if reference else None

    def _by_name(self, name: str, table: Table) -> str | None:
        """``ownerId`` and ``owner_id`` point to an owner, if there are owners."""
        words = words_in(name)
        return self._named(words[:-1]) if len(words) > 1 and words[-1] == "id" else None

    def _named(self, words: tuple[str, ...]) -> str | None:
        return next((thing for thing in self._outline.tables if one(words_in(thing)) == one(words)), None) if words else None

    def _resolved(self, schema: Any) -> dict[str, Any]:
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        found = self._schemas.get(str(reference).rsplit("/", 1)[-1]) if reference else schema
        return found if isinstance(found, dict) else {}

    def _column(self, name: str, schema: dict[str, Any], *, required: bool) -> Column:
        kind = schema.get("type")
        column = Column(name, _FORMATS.get(str(schema.get("format"))) or _TYPES.get(str(kind)), required)
        if isinstance(kind, str) and kind in ("object", "array"):
            column.type = "json"
        values = schema.get("enum")
        column.values = tuple(str(value) for value in values if isinstance(value, str | int)) if isinstance(values, list) else ()
        default = schema.get("default")
        column.default = default if isinstance(default, bool | int | str) else None
        column.low, column.high = _number(schema.get("minimum")), _number(schema.get("maximum"))
        length = schema.get("maxLength")
        column.length = length if isinstance(length, int) and length > 0 else None
        return column


def _plain(schema: Any) -> tuple[dict[str, Any], bool]:
    """The schema without ``null`` among its kinds, and whether null is one."""
    if not isinstance(schema, dict):
        return {}, False
    nullable = schema.get("nullable") is True
    kinds = schema.get("type")
    if isinstance(kinds, list):
        nullable = nullable or "null" in kinds
        schema = schema | {"type": next((kind for kind in kinds if kind != "null"), None)}
    for key in ("anyOf", "oneOf"):
        if isinstance(options := schema.get(key), list):
            told = [option for option in options if isinstance(option, dict) and option.get("type") != "null"]
            nullable = nullable or len(told) < len(options)
            schema = {name: value for name, value in schema.items() if name != key} | (told[0] if told else {})
    single = schema.get("allOf")
    if isinstance(single, list) and len(single) == 1 and isinstance(single[0], dict):
        schema = schema | single[0]
    return schema, nullable


def _thing(name: str) -> str:
    """``PetCreate`` and ``PetRead`` are both a ``Pet``."""
    last = name.rsplit(".", 1)[-1]
    for _ in range(3):
        last = _SHAPES.sub("", last)
    return last


def _number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
