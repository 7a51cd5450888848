"""An entity in the generated front end."""

from typing import TYPE_CHECKING

from barnraise.codegen.domain import compiler_fields
from barnraise.contracts.manifest import Field

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_entity import EntityView


class PageView:
    """What ``entities/<entity>.ts`` says beyond names."""

    def __init__(self, entity: "EntityView") -> None:
        self._entity = entity

    @property
    def row_types(self) -> list[str]:
        found = [f"{field.name}: {compiler_fields.typescript(field)}{'' if field.required else ' | null'}" for field in self._entity.fields]
        for end in self._entity.to_one:
            found += [f"{end.column}: number{'' if end.required else ' | null'}", f"{end.name}: kit.Ref | null"]
        return [*found, *(f"{end.name}: kit.Ref[]" for end in self._entity.to_many)]

    @property
    def input_types(self) -> list[str]:
        found = []
        for field in self._entity.fields:
            mark = "" if field.required and compiler_fields.default(field) is None else "?"
            found.append(f"{field.name}{mark}: {compiler_fields.typescript(field)}{'' if field.required else ' | null'}")
        found += [f"{end.column}{': number' if end.required else '?: number | null'}" for end in self._entity.to_one]
        return [*found, *(f"{end.name}?: number[]" for end in self._entity.to_many)]

    def limits(self, field: Field) -> list[tuple[str, str]]:
        """What the form's control of a field should know beyond its type."""
        low, high = compiler_fields.bounds(field)
        found = [(name, f"{value:f}") for name, value in (("min", low), ("max", high)) if value is not None]
        if field.type in ("string", "text", "markdown"):
            found.append(("maxLength", str(compiler_fields.longest(field))))
        default = compiler_fields.default(field)
        return found if default is None else [*found, ("initial", compiler_fields.json_literal(default))]

    def relation_label(self, name: str) -> str:
        return name.replace("_", " ").capitalize()

    @property
    def in_list(self) -> set[str]:
        """The members shown as columns of a list: the name, then what is short, at most six."""
        long = ("text", "markdown", "json", "file")
        names = [self._entity.display.name] if self._entity.display else []
        names += [field.name for field in self._entity.fields if field.type not in long and field.name not in names]
        relations = [end.name for end in self._entity.to_one]
        return {*names[: 6 - min(2, len(relations))], *relations[:2]}
