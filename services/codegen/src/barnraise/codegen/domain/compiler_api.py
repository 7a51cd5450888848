"""An entity in the generated API: what it takes, what it gives, what it can be asked for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from barnraise.codegen.domain import compiler_fields
from barnraise.contracts.manifest import Field

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_entity import EntityView


@dataclass(frozen=True)
class Item:
    """A member of the API's schemas: the type in a new record and in changes, the default, the type in an answer."""

    name: str
    kind: str = ""
    default: str = ""
    read: str = ""


@dataclass(frozen=True)
class Choice:
    """The values of an enum, as a type of its own."""

    alias: str
    values: tuple[str, ...]


class ApiView:
    """What ``schemas/<entity>.py`` and ``routes/<entity>.py`` say beyond names."""

    def __init__(self, entity: "EntityView") -> None:
        self._entity = entity

    @property
    def choices(self) -> list[Choice]:
        return [Choice(compiler_fields.choice(field), field.values) for field in self._entity.fields if field.type == "enum"]

    @property
    def inputs(self) -> list[Item]:
        types = self._entity.n["types"]
        items = [self._input(field) for field in self._entity.fields]
        for end in self._entity.to_one:
            kind = f"{types}.Reference"
            items.append(Item(end.column, kind) if end.required else Item(end.column, f"{kind} | None", "None"))
        return [*items, *(Item(end.name, f"{types}.References", "[]") for end in self._entity.to_many)]

    def _input(self, field: Field) -> Item:
        kind = compiler_fields.api_type(field, self._entity.n)
        default = compiler_fields.default(field)
        if default is not None:
            return Item(field.name, kind if field.required else f"{kind} | None", compiler_fields.literal(default, self._entity.n))
        return Item(field.name, kind) if field.required else Item(field.name, f"{kind} | None", "None")

    @property
    def outputs(self) -> list[Item]:
        types, number = self._entity.n["types"], self._entity.n["int"]
        items = []
        for field in self._entity.fields:
            kind = compiler_fields.read_type(field, self._entity.n)
            items.append(Item(field.name, read=kind if field.required or field.type == "json" else f"{kind} | None"))
        for end in self._entity.to_one:
            items.append(Item(end.column, read=number if end.required else f"{number} | None"))
            items.append(Item(end.name, read=f"{types}.Ref | None"))
        return [*items, *(Item(end.name, read=f"{self._entity.n['list']}[{types}.Ref]") for end in self._entity.to_many)]

    @property
    def filters(self) -> list[dict[str, str]]:
        crud, schemas = self._entity.n["crud"], self._entity.n["schemas"]
        found = [
            (field.name, f"{crud}.Flag" if field.type == "bool" else f"{schemas}.{compiler_fields.choice(field)} | None")
            for field in self._entity.fields
            if field.type in ("bool", "enum")
        ]
        found += [(end.column, f"{crud}.Filter") for end in self._entity.to_one] + [
            (end.name, f"{crud}.Filter") for end in self._entity.to_many
        ]
        return [{"name": self._entity.parameter(name), "type": kind} for name, kind in found]

    @property
    def search(self) -> list[str]:
        return [f"models.{self._entity.name}.{field.name}" for field in self._entity.searchable]
