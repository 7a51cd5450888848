"""What the generated tests try with an entity, and the rows of a first look."""

from functools import cached_property
from typing import TYPE_CHECKING

from barnraise.codegen.domain import compiler_fields, compiler_samples
from barnraise.codegen.domain.compiler_text import python
from barnraise.contracts.names import snake

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_entity import EntityView


class TestsView:
    """Members and values as Python expressions."""

    def __init__(self, entity: "EntityView") -> None:
        self._entity = entity

    @property
    def sample(self) -> list[tuple[str, str]]:
        values = [(field.name, compiler_samples.fresh(field)) for field in self._entity.fields]
        return values + [(end.column, f'new("{end.target.path}")["id"]') for end in self._entity.to_one if end.required]

    @property
    def sortable(self) -> list[str]:
        return [
            "created_at",
            *(field.name for field in self._entity.fields if field.type != "json"),
            *(end.column for end in self._entity.to_one),
        ]

    @property
    def wrong(self) -> list[tuple[str, str]]:
        values = [(field.name, value) for field in self._entity.fields for value in compiler_samples.wrong(field)]
        values += [(field.name, "None") for field in self._entity.fields if field.required]
        values += [(end.column, value) for end in self._entity.to_one for value in ("0", '"x"', "10**30")]
        return values + [(end.name, value) for end in self._entity.to_many for value in ("1", '["x"]', "[0]", "None")]

    @property
    def nested(self) -> bool:
        return any(field.type == "json" for field in self._entity.fields)

    @property
    def mandatory(self) -> list[str]:
        fields = [field.name for field in self._entity.fields if field.required and compiler_fields.default(field) is None]
        return fields + [end.column for end in self._entity.to_one if end.required]

    @property
    def emptied(self) -> str | None:
        """A field that a row of a CSV file cannot be without."""
        return next((name for name in self.mandatory if name in {field.name for field in self._entity.fields}), None)

    @property
    def uniques(self) -> list[str]:
        return [field.name for field in self._entity.fields if compiler_fields.unique(field) and self._entity.room >= 2]

    @property
    def searched(self) -> list[str]:
        long = [field for field in self._entity.searchable if field.type in ("string", "text", "markdown")]
        return [field.name for field in long if compiler_fields.longest(field) >= 12 and self._entity.room >= 2]

    @property
    def filtered(self) -> list[tuple[str, str, str, str]]:
        if self._entity.room < 2:
            return []
        found = [(field.name, "True", "False") for field in self._entity.fields if field.type == "bool"]
        enums = [field for field in self._entity.fields if field.type == "enum" and len(field.values) > 1]
        found += [(field.name, f'"{field.values[0]}"', f'"{field.values[1]}"') for field in enums]
        return [(name, self._entity.parameter(name), first, second) for name, first, second in found]

    @property
    def typed(self) -> list[tuple[str, str, str]]:
        """What a person must enter to make a record: the control's name, what is done with it, and with what."""
        needed = [field for field in self._entity.fields if field.required or field is self._entity.display]
        return [(field.name, *compiler_samples.typed(field)) for field in needed]

    @property
    def retyped(self) -> tuple[str, str] | None:
        """A field that names the record, and another text for it."""
        field = self._entity.display
        return (field.name, python(compiler_samples.fitting(field, "Another name", 1))) if field and field.type == "string" else None

    @cached_property
    def rows(self) -> list[list[tuple[str, str]]]:
        return [self._row(number) for number in range(min(compiler_samples.ROWS, self._entity.room))]

    def _row(self, number: int) -> list[tuple[str, str]]:
        values = []
        for field in self._entity.fields:
            if field.type == "file" and field.required:
                values.append((field.name, f'"{number:032x}/sample.txt"'))
            elif field.type != "file":
                values.append((field.name, compiler_samples.shown(field, snake(self._entity.name), number)))
        for end in self._entity.to_one:
            if end.target is not self._entity:
                values.append((end.column, str(number % min(3, end.target.room))))
            elif number and not end.required:
                values.append((end.column, str((number - 1) // 2)))
        return values
