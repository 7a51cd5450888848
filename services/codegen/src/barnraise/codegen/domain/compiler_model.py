"""An entity's table and its class in the generated models."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from barnraise.codegen.domain import compiler_fields
from barnraise.codegen.domain.compiler_text import LINE_LENGTH, call
from barnraise.contracts.manifest import Field

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_ends import ToOne
    from barnraise.codegen.domain.compiler_entity import EntityView


@dataclass(frozen=True)
class Column:
    """``name: Mapped[python] = mapped_column(arguments)``, or the same with ``relationship``."""

    name: str
    python: str
    arguments: list[str]


def _condition(left: str, right: str, before: int) -> str:
    """What joins two tables, as an argument of a relationship whose name has ``before`` letters."""
    line = f"lambda: {left} == {right}"
    if 8 + before + 1 + len(line) + 1 <= LINE_LENGTH:
        return line
    inner = f"{left} == {right}" if 12 + len(f"{left} == {right}") <= LINE_LENGTH else f"{left}\n            == {right}"
    return f"lambda: (\n            {inner}\n        )"


class ModelView:
    """What ``models/<entity>.py`` says beyond names."""

    def __init__(self, entity: "EntityView") -> None:
        self._entity = entity

    @property
    def columns(self) -> list[Column]:
        return [*(self._column(field) for field in self._entity.fields), *(self._foreign_key(end) for end in self._entity.to_one)]

    def _column(self, field: Field) -> Column:
        arguments = [compiler_fields.column_type(field, self._entity.n)]
        default = compiler_fields.default(field)
        arguments += [f"default={compiler_fields.literal(default, self._entity.n)}"] if default is not None else []
        arguments += ["unique=True"] if compiler_fields.unique(field) else []
        # ``Any`` says nothing about null.
        arguments += [f"nullable={not field.required}"] if field.type == "json" else []
        optional = "" if field.required or field.type == "json" else " | None"
        return Column(field.name, compiler_fields.python_type(field, self._entity.n) + optional, arguments)

    def _foreign_key(self, end: "ToOne") -> Column:
        rule = end.on_delete.upper().replace("_", " ")
        key = f'{self._entity.n["sa"]}.ForeignKey("{end.target.table}.id", ondelete="{rule}")'
        return Column(end.column, f"{self._entity.n['int']}{'' if end.required else ' | None'}", [key, "index=True"])

    @property
    def relationships(self) -> list[Column]:
        listed = self._entity.n["list"]
        found = []
        for end in self._entity.to_one:
            python = f'"{end.target.name}{"" if end.required else " | None"}"'
            remote = [f'remote_side="{self._entity.name}.id"'] if end.target is self._entity else []
            found.append(Column(end.name, python, [f"foreign_keys=[{end.column}]", *remote, f'back_populates="{end.inverse}"']))
        for end in self._entity.from_many:
            key = f'foreign_keys="{end.source.name}.{end.field}_id"'
            # The foreign key's own rule decides on delete, not the session.
            arguments = [key, f'back_populates="{end.field}"', 'passive_deletes="all"']
            found.append(Column(end.name, f'{listed}["{end.source.name}"]', arguments))
        for end in self._entity.to_many:
            link = f"_links.{end.table}"
            ours, theirs = ("source_id", "target_id") if end.forward else ("target_id", "source_id")
            sides = (("primaryjoin", ours), ("secondaryjoin", theirs)) if end.target is self._entity else ()
            joins = [f"{side}={_condition(f'{self._entity.name}.id', f'{link}.c.{column}', len(side))}" for side, column in sides]
            order = f'order_by="{end.target.name}.id"'
            arguments = [f"secondary={link}", *joins, order, f'back_populates="{end.inverse}"', "passive_deletes=True"]
            found.append(Column(end.name, f'{listed}["{end.target.name}"]', arguments))
        return found

    @property
    def checks(self) -> list[str]:
        calls = [check for field in self._entity.fields for check in compiler_fields.checks(field, self._entity.n)]
        return [call(f"{self._entity.n['db']}.{name}", arguments, 8, tail=",") for name, arguments in calls]

    @property
    def label(self) -> str:
        """The body of ``__str__``; empty where the default will do."""
        field = self._entity.display
        if field is None:
            return ""
        value = f"self.{field.name}"
        text = value if field.type in compiler_fields.TEXTS or field.type == "enum" else f"{self._entity.n['str']}({value})"
        if field.type in ("text", "markdown"):
            text = f"{self._entity.n['types']}.brief({value})"
        if field.required:
            return text
        return f"{text} or super().__str__()" if text == value or "brief" in text else f"super().__str__() if {value} is None else {text}"
