"""The manifest's charts as the templates want to see them: how a chart groups, what it shows, and records to try it with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from barnraise.codegen.domain import compiler_fields
from barnraise.codegen.domain.compiler_text import call, python
from barnraise.contracts.manifest import Chart, Field

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_ends import ToOne
    from barnraise.codegen.domain.compiler_entity import EntityView

_GROUPINGS = {"enum": "choice", "bool": "flag", "string": "text", "date": "month", "datetime": "month"}


@dataclass(frozen=True)
class ChartView:
    """``grouping`` is one of choice, flag, text, month and record."""

    name: str
    title: str
    kind: str
    measure: str
    entity: "EntityView"
    field: Field | None
    parent: "ToOne | None"
    of: str | None

    @property
    def grouping(self) -> str:
        return _GROUPINGS[self.field.type] if self.field else "record"

    @property
    def column(self) -> str:
        """The attribute that records are grouped by, in the model and in the API."""
        return self.parent.column if self.parent else self.field.name if self.field else ""

    @property
    def arguments(self) -> list[str]:
        """Of the chart's definition in the backend."""
        model = f"models.{self.entity.module}.{self.entity.name}"
        parts = [f"{model}.{self.column}", f"_by_{self.grouping}"]
        if self.parent:
            target = self.parent.target
            parts[1] = call("_by_record", [f"models.{target.module}.{target.name}"], 8, tail=",")
        if self.of:
            parts += [f"of={model}.{self.of}"]
        return [*parts, "average=True"] if self.measure == "average" else parts

    @property
    def filter(self) -> str | None:
        """The query parameter that limits the entity's list to one group."""
        if self.parent:
            return self.parent.filter
        return self.entity.parameter(self.column) if self.grouping in ("choice", "flag") else None

    @property
    def function(self) -> str:
        return self.name.replace("-", "_")

    # --- tests

    @property
    def comparison(self) -> list[str]:
        """What the test's comparison is called with."""
        parts = ["new", python(self.name), "path", "by"]
        parts += [f'of="{self.of}"'] if self.of else []
        parts += ["average=True"] if self.measure == "average" else []
        return [*parts, "month=True"] if self.grouping == "month" else parts

    @property
    def narrowed(self) -> tuple[str, str] | None:
        """The limit that makes one group of several when it is set to 1, and that group's label."""
        if self.grouping == "month":
            return ("MOST_MONTHS", "Earlier") if len(self.tried) > 1 else None
        several = self.others > 1 or (self.others and self.tried) if self.grouping == "text" else len(set(self.tried)) > 1
        return ("MOST_GROUPS", "Other") if self.grouping in ("text", "record") and several else None

    @property
    def others(self) -> int:
        """How many records the test makes besides, each with a text of its own."""
        return min(2 if self._unique else 1, self.entity.room - len(self.tried)) if self.grouping == "text" else 0

    @property
    def _unique(self) -> bool:
        return self.field is not None and compiler_fields.unique(self.field)

    @property
    def tried(self) -> list[str]:
        """What the records of the chart's test have in the column, as Python expressions; as many as there can be."""
        room, parent = self.entity.room, self.parent
        if parent and parent.target is self.entity:
            room -= 2
        return self._values()[: max(0, room)]

    def _values(self) -> list[str]:
        field = self.field
        if self.parent:
            return ["first", "first", "second"] if self.parent.target.room > 1 else ["first", "first"]
        if field is None:
            return []
        if self.grouping == "choice":
            return [python(value) for value in (field.values[-1], *field.values[:1], *field.values[-1:])]
        if self.grouping == "month":
            clock = "T10:00:00Z" if field.type == "datetime" else ""
            return [f'"2030-{day}{clock}"' for day in ("01-31", "03-01", "03-31")]
        if self.grouping == "flag":
            return ["False", "True", "False"]
        return [] if self._unique else ["word", "word"]

    @property
    def order(self) -> list[str] | None:
        """The keys in the order in which the chart of those records must show them; None where amounts decide."""
        if self.field and self.grouping == "choice":
            return [python(value) for value in self.field.values]
        if self.grouping == "flag":
            return ['"true"', '"false"']
        if self.grouping == "month" and len(self.tried) > 1:
            return ['"2030-01"', '"2030-02"', '"2030-03"']
        return None


def chart_view(chart: Chart, entity: "EntityView") -> ChartView:
    field = next((field for field in entity.fields if field.name == chart.by), None)
    parent = next((end for end in entity.to_one if end.name == chart.by), None)
    return ChartView(chart.name, chart.title, chart.kind, chart.measure, entity, field, parent, chart.of)
