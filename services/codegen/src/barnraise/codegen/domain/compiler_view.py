"""The manifest as the templates want to see it: names, types and expressions settled, user text still raw."""

import keyword
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from barnraise.codegen.domain import compiler_access, compiler_color, compiler_fields, compiler_samples
from barnraise.codegen.domain.compiler_access import RoleView
from barnraise.codegen.domain.compiler_charts import ChartView, chart_view
from barnraise.codegen.domain.compiler_fields import Names
from barnraise.codegen.domain.compiler_text import LINE_LENGTH, call, natural
from barnraise.contracts.manifest import Entity, Field, Manifest, Relation
from barnraise.contracts.names import snake

_IMPORTED = ("bool", "crud", "db", "decimal", "dt", "float", "int", "list", "orm", "sa", "schemas", "str", "types", "typing")
_QUERY = ("limit", "offset", "q", "sort")
_SYSTEM_PATHS = ("stats",)


@dataclass(frozen=True)
class Column:
    """``name: Mapped[python] = mapped_column(arguments)``, or the same with ``relationship``."""

    name: str
    python: str
    arguments: list[str]


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


@dataclass(frozen=True)
class ToOne:
    """The end of a one-to-many relation that holds the foreign key."""

    name: str
    target: "EntityView"
    inverse: str
    required: bool
    on_delete: str
    filter: str

    @property
    def column(self) -> str:
        return f"{self.name}_id"


@dataclass(frozen=True)
class ToMany:
    """One end of a many-to-many relation."""

    name: str
    target: "EntityView"
    inverse: str
    table: str
    forward: bool
    filter: str


@dataclass(frozen=True)
class FromMany:
    """The end of a one-to-many relation that others point to."""

    name: str
    source: "EntityView"
    field: str
    filter: str


@dataclass(frozen=True)
class Link:
    table: str
    source: "EntityView"
    target: "EntityView"

    @property
    def pairs(self) -> list[tuple[int, int]]:
        rows = min(len(self.source.rows), len(self.target.rows))
        same = self.source is self.target
        return [(at, (at + step) % rows) for at in range(rows) for step in (1, 2) if rows > step or (rows and not same and step == 1)]


def _condition(left: str, right: str, before: int) -> str:
    """What joins two tables, as an argument of a relationship whose name has ``before`` letters."""
    line = f"lambda: {left} == {right}"
    if 8 + before + 1 + len(line) + 1 <= LINE_LENGTH:
        return line
    inner = f"{left} == {right}" if 12 + len(f"{left} == {right}") <= LINE_LENGTH else f"{left}\n            == {right}"
    return f"lambda: (\n            {inner}\n        )"


class EntityView:
    """An entity with its relations, ready for every template."""

    def __init__(self, entity: Entity, app: "AppView") -> None:
        self._entity, self._app = entity, app
        self.name, self.table = entity.name, entity.table
        self.title, self.plural = entity.label, entity.plural_label
        self.words = entity.table.replace("_", " ")
        self.module = f"{self.table}_" if keyword.iskeyword(self.table) else self.table
        self.key = self.table.replace("_", "-")
        self.path = f"{self.key}-list" if self.key in _SYSTEM_PATHS else self.key
        self.fields = entity.fields
        self.owned = entity.name in app.manifest.access.own

    @cached_property
    def members(self) -> frozenset[str]:
        return frozenset(self._app.manifest.members(self.name))

    @cached_property
    def n(self) -> Names:
        return Names(self.members)

    @cached_property
    def aliases(self) -> list[str]:
        return [name for name in _IMPORTED if name in self.members]

    # --- relations

    @cached_property
    def to_one(self) -> list[ToOne]:
        return [
            ToOne(
                name=relation.field,
                target=self._app.view(relation.source),
                inverse=relation.inverse,
                required=self._app.really_required(relation),
                on_delete=relation.on_delete,
                filter=self.parameter(f"{relation.field}_id"),
            )
            for relation in self._app.manifest.relations
            if relation.kind == "one_to_many" and relation.target == self.name
        ]

    @cached_property
    def from_many(self) -> list[FromMany]:
        sources = [
            (relation, self._app.view(relation.target))
            for relation in self._app.manifest.relations
            if relation.kind == "one_to_many" and relation.source == self.name
        ]
        return [FromMany(item.inverse, view, item.field, view.parameter(f"{item.field}_id")) for item, view in sources]

    @cached_property
    def to_many(self) -> list[ToMany]:
        ends: list[ToMany] = []
        for relation in self._app.manifest.relations:
            if relation.kind != "many_to_many":
                continue
            table = self._app.link_table(relation)
            if relation.source == self.name:
                ends.append(self._end(relation.field, relation.target, relation.inverse, table, True))
            if relation.target == self.name:
                ends.append(self._end(relation.inverse, relation.source, relation.field, table, False))
        return ends

    def _end(self, name: str, target: str, inverse: str, table: str, forward: bool) -> ToMany:
        return ToMany(name, self._app.view(target), inverse, table, forward, self.parameter(name))

    def parameter(self, name: str) -> str:
        """The query parameter of a filter; the four that every list has keep their names."""
        return f"{name}_is" if name in _QUERY else name

    @property
    def others(self) -> list["EntityView"]:
        """The entities that this one's class names, without itself."""
        named = {end.target.name: end.target for end in [*self.to_one, *self.to_many]}
        named |= {end.source.name: end.source for end in self.from_many}
        named.pop(self.name, None)
        return sorted(named.values(), key=lambda view: natural(view.module))

    # --- models

    @property
    def columns(self) -> list[Column]:
        return [*(self._column(field) for field in self.fields), *(self._foreign_key(end) for end in self.to_one)]

    def _column(self, field: Field) -> Column:
        arguments = [compiler_fields.column_type(field, self.n)]
        default = compiler_fields.default(field)
        arguments += [f"default={compiler_fields.literal(default, self.n)}"] if default is not None else []
        arguments += ["unique=True"] if compiler_fields.unique(field) else []
        # ``Any`` says nothing about null.
        arguments += [f"nullable={not field.required}"] if field.type == "json" else []
        optional = "" if field.required or field.type == "json" else " | None"
        return Column(field.name, compiler_fields.python_type(field, self.n) + optional, arguments)

    def _foreign_key(self, end: ToOne) -> Column:
        rule = end.on_delete.upper().replace("_", " ")
        key = f'{self.n["sa"]}.ForeignKey("{end.target.table}.id", ondelete="{rule}")'
        return Column(end.column, f"{self.n['int']}{'' if end.required else ' | None'}", [key, "index=True"])

    @property
    def relationships(self) -> list[Column]:
        listed = self.n["list"]
        found = []
        for end in self.to_one:
            python = f'"{end.target.name}{"" if end.required else " | None"}"'
            remote = [f'remote_side="{self.name}.id"'] if end.target is self else []
            found.append(Column(end.name, python, [f"foreign_keys=[{end.column}]", *remote, f'back_populates="{end.inverse}"']))
        for end in self.from_many:
            key = f'foreign_keys="{end.source.name}.{end.field}_id"'
            # The foreign key's own rule decides on delete, not the session.
            arguments = [key, f'back_populates="{end.field}"', 'passive_deletes="all"']
            found.append(Column(end.name, f'{listed}["{end.source.name}"]', arguments))
        for end in self.to_many:
            link = f"_links.{end.table}"
            ours, theirs = ("source_id", "target_id") if end.forward else ("target_id", "source_id")
            sides = (("primaryjoin", ours), ("secondaryjoin", theirs)) if end.target is self else ()
            joins = [f"{side}={_condition(f'{self.name}.id', f'{link}.c.{column}', len(side))}" for side, column in sides]
            order = f'order_by="{end.target.name}.id"'
            arguments = [f"secondary={link}", *joins, order, f'back_populates="{end.inverse}"', "passive_deletes=True"]
            found.append(Column(end.name, f'{listed}["{end.target.name}"]', arguments))
        return found

    @property
    def checks(self) -> list[str]:
        calls = [check for field in self.fields for check in compiler_fields.checks(field, self.n)]
        return [call(f"{self.n['db']}.{name}", arguments, 8, tail=",") for name, arguments in calls]

    @cached_property
    def display(self) -> Field | None:
        """The field that names a record: the manifest's choice, else the first short text."""
        chosen = [field for field in self.fields if field.name == self._entity.display]
        kinds = (("string",), ("email", "phone", "url"), ("text", "markdown"))
        fallback = [field for kind in kinds for field in self.fields if field.type in kind]
        return next(iter(chosen or fallback), None)

    @property
    def label(self) -> str:
        """The body of ``__str__``; empty where the default will do."""
        field = self.display
        if field is None:
            return ""
        value = f"self.{field.name}"
        text = value if field.type in compiler_fields.TEXTS or field.type == "enum" else f"{self.n['str']}({value})"
        if field.type in ("text", "markdown"):
            text = f"{self.n['types']}.brief({value})"
        if field.required:
            return text
        return f"{text} or super().__str__()" if text == value or "brief" in text else f"super().__str__() if {value} is None else {text}"

    # --- API

    @property
    def choices(self) -> list[Choice]:
        return [Choice(compiler_fields.choice(field), field.values) for field in self.fields if field.type == "enum"]

    @property
    def inputs(self) -> list[Item]:
        types = self.n["types"]
        items = [self._input(field) for field in self.fields]
        for end in self.to_one:
            kind = f"{types}.Reference"
            items.append(Item(end.column, kind) if end.required else Item(end.column, f"{kind} | None", "None"))
        return [*items, *(Item(end.name, f"{types}.References", "[]") for end in self.to_many)]

    def _input(self, field: Field) -> Item:
        kind = compiler_fields.api_type(field, self.n)
        default = compiler_fields.default(field)
        if default is not None:
            return Item(field.name, kind if field.required else f"{kind} | None", compiler_fields.literal(default, self.n))
        return Item(field.name, kind) if field.required else Item(field.name, f"{kind} | None", "None")

    @property
    def outputs(self) -> list[Item]:
        types, number = self.n["types"], self.n["int"]
        items = []
        for field in self.fields:
            kind = compiler_fields.read_type(field, self.n)
            items.append(Item(field.name, read=kind if field.required or field.type == "json" else f"{kind} | None"))
        for end in self.to_one:
            items.append(Item(end.column, read=number if end.required else f"{number} | None"))
            items.append(Item(end.name, read=f"{types}.Ref | None"))
        return [*items, *(Item(end.name, read=f"{self.n['list']}[{types}.Ref]") for end in self.to_many)]

    @property
    def filters(self) -> list[dict[str, str]]:
        crud, schemas = self.n["crud"], self.n["schemas"]
        found = [
            (field.name, f"{crud}.Flag" if field.type == "bool" else f"{schemas}.{compiler_fields.choice(field)} | None")
            for field in self.fields
            if field.type in ("bool", "enum")
        ]
        found += [(end.column, f"{crud}.Filter") for end in self.to_one] + [(end.name, f"{crud}.Filter") for end in self.to_many]
        return [{"name": self.parameter(name), "type": kind} for name, kind in found]

    @property
    def search(self) -> list[str]:
        return [f"models.{self.name}.{field.name}" for field in self._searchable]

    @property
    def _searchable(self) -> list[Field]:
        return [field for field in self.fields if field.type in ("string", "text", "markdown", "email", "url", "phone")]

    # --- tests and sample rows

    @cached_property
    def room(self) -> int:
        """How many records there can be, as far as the tests care."""
        return min([6, *(room for field in self.fields if (room := compiler_samples.room(field)) is not None)])

    @property
    def sample(self) -> list[tuple[str, str]]:
        values = [(field.name, compiler_samples.fresh(field)) for field in self.fields]
        return values + [(end.column, f'new("{end.target.path}")["id"]') for end in self.to_one if end.required]

    @property
    def sortable(self) -> list[str]:
        return ["created_at", *(field.name for field in self.fields if field.type != "json"), *(end.column for end in self.to_one)]

    @property
    def wrong(self) -> list[tuple[str, str]]:
        values = [(field.name, value) for field in self.fields for value in compiler_samples.wrong(field)]
        values += [(field.name, "None") for field in self.fields if field.required]
        values += [(end.column, value) for end in self.to_one for value in ("0", '"x"', "10**30")]
        return values + [(end.name, value) for end in self.to_many for value in ("1", '["x"]', "[0]", "None")]

    @property
    def nested(self) -> bool:
        return any(field.type == "json" for field in self.fields)

    @property
    def mandatory(self) -> list[str]:
        fields = [field.name for field in self.fields if field.required and compiler_fields.default(field) is None]
        return fields + [end.column for end in self.to_one if end.required]

    @property
    def emptied(self) -> str | None:
        """A field that a row of a CSV file cannot be without."""
        return next((name for name in self.mandatory if name in {field.name for field in self.fields}), None)

    @property
    def uniques(self) -> list[str]:
        return [field.name for field in self.fields if compiler_fields.unique(field) and self.room >= 2]

    @property
    def searched(self) -> list[str]:
        long = [field for field in self._searchable if field.type in ("string", "text", "markdown")]
        return [field.name for field in long if compiler_fields.longest(field) >= 12 and self.room >= 2]

    @property
    def filtered(self) -> list[tuple[str, str, str, str]]:
        if self.room < 2:
            return []
        found = [(field.name, "True", "False") for field in self.fields if field.type == "bool"]
        enums = [field for field in self.fields if field.type == "enum" and len(field.values) > 1]
        found += [(field.name, f'"{field.values[0]}"', f'"{field.values[1]}"') for field in enums]
        return [(name, self.parameter(name), first, second) for name, first, second in found]

    @cached_property
    def rows(self) -> list[list[tuple[str, str]]]:
        return [self._row(number) for number in range(min(compiler_samples.ROWS, self.room))]

    def _row(self, number: int) -> list[tuple[str, str]]:
        values = []
        for field in self.fields:
            if field.type == "file" and field.required:
                values.append((field.name, f'"{number:032x}/sample.txt"'))
            elif field.type != "file":
                values.append((field.name, compiler_samples.shown(field, snake(self.name), number)))
        for end in self.to_one:
            if end.target is not self:
                values.append((end.column, str(number % min(3, end.target.room))))
            elif number and not end.required:
                values.append((end.column, str((number - 1) // 2)))
        return values

    # --- frontend

    @property
    def documented(self) -> list[str]:
        return [*(field.name for field in self.fields), *(end.column for end in self.to_one), *(end.name for end in self.to_many)]

    @property
    def row_types(self) -> list[str]:
        found = [f"{field.name}: {compiler_fields.typescript(field)}{'' if field.required else ' | null'}" for field in self.fields]
        for end in self.to_one:
            found += [f"{end.column}: number{'' if end.required else ' | null'}", f"{end.name}: kit.Ref | null"]
        return [*found, *(f"{end.name}: kit.Ref[]" for end in self.to_many)]

    @property
    def input_types(self) -> list[str]:
        found = []
        for field in self.fields:
            mark = "" if field.required and compiler_fields.default(field) is None else "?"
            found.append(f"{field.name}{mark}: {compiler_fields.typescript(field)}{'' if field.required else ' | null'}")
        found += [f"{end.column}{': number' if end.required else '?: number | null'}" for end in self.to_one]
        return [*found, *(f"{end.name}?: number[]" for end in self.to_many)]

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
        names = [self.display.name] if self.display else []
        names += [field.name for field in self.fields if field.type not in long and field.name not in names]
        relations = [end.name for end in self.to_one]
        return {*names[: 6 - min(2, len(relations))], *relations[:2]}


class AppView:
    """The whole application."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.slug, self.title = manifest.name, manifest.title
        self.description = manifest.description
        self.theme = manifest.theme
        self.entities = [EntityView(entity, self) for entity in manifest.entities]
        self._views = {view.name: view for view in self.entities}

    def view(self, name: str) -> EntityView:
        return self._views[name]

    @property
    def modules(self) -> list[str]:
        return sorted((view.module for view in self.entities), key=natural)

    @property
    def has_files(self) -> bool:
        return any(field.type == "file" for view in self.entities for field in view.fields)

    @property
    def sign_in(self) -> bool:
        return self.manifest.access.sign_in

    @cached_property
    def roles(self) -> list[RoleView]:
        return compiler_access.roles(self.manifest)

    @cached_property
    def owned(self) -> list[EntityView]:
        """The entities of whose records everyone has their own."""
        return [view for view in self.entities if view.owned]

    @property
    def owned_end(self) -> tuple[EntityView, ToOne] | None:
        """A relation to records that everyone has their own of."""
        found = ((view, end) for view in self.entities for end in view.to_one if end.target.owned and end.target is not view)
        return next(found, None)

    @property
    def named_relation(self) -> tuple[EntityView, ToOne] | None:
        """A relation for the test that gives a record by its name, as the first of its kind has one."""
        found = ((view, end) for view in self.entities for end in view.to_one if end.target is not view)
        return next(found, None)

    @cached_property
    def charts(self) -> list[ChartView]:
        return [chart_view(chart, self.view(chart.entity)) for chart in self.manifest.charts]

    @property
    def groupings(self) -> set[str]:
        return {chart.grouping for chart in self.charts}

    @cached_property
    def by_need(self) -> list[EntityView]:
        """Every entity after those that its records refer to, as far as there is such an order."""
        ordered: list[EntityView] = []

        def add(view: EntityView, above: tuple[EntityView, ...] = ()) -> None:
            if view in ordered or view in above:
                return
            for end in sorted(view.to_one, key=lambda end: not end.required):
                if end.required or view.name not in self._reachable(end.target.name, self._needs):
                    add(end.target, (*above, view))
            ordered.append(view)

        for view in self.entities:
            add(view)
        return ordered

    @cached_property
    def links(self) -> list[Link]:
        chosen = [relation for relation in self.manifest.relations if relation.kind == "many_to_many"]
        return [Link(self.link_table(item), self.view(item.source), self.view(item.target)) for item in chosen]

    def link_table(self, relation: Relation) -> str:
        """Two underscores, which no entity's table has."""
        return f"{self.view(relation.source).table}__{relation.field}"

    def really_required(self, relation: Relation) -> bool:
        """Relations that require each other in a circle would allow no first record: the one that closes it is optional."""
        return relation.required and relation not in self._circular

    @property
    def _circular(self) -> list[Relation]:
        return self._required[0]

    @property
    def _needs(self) -> dict[str, set[str]]:
        """Which entities must have records before each can have one."""
        return self._required[1]

    @cached_property
    def _required(self) -> tuple[list[Relation], dict[str, set[str]]]:
        needs: dict[str, set[str]] = {name: set() for name in self._views}
        closing = []
        for relation in self.manifest.relations:
            if relation.kind != "one_to_many" or not relation.required:
                continue
            if relation.target in self._reachable(relation.source, needs):
                closing.append(relation)
            else:
                needs[relation.target].add(relation.source)
        return closing, needs

    def _reachable(self, start: str, needs: dict[str, set[str]]) -> set[str]:
        found, waiting = set(), [start]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += needs[name]
        return found

    @property
    def navigation(self) -> list[dict[str, Any]]:
        """The manifest's pages, then every entity that has none."""
        pages = [{"title": page.title, "entity": page.entity} for page in self.manifest.pages]
        if not any(page["entity"] is None for page in pages):
            pages.insert(0, {"title": "Dashboard", "entity": None})
        shown = {page["entity"] for page in pages}
        return pages + [{"title": view.plural, "entity": view.name} for view in self.entities if view.name not in shown]

    @property
    def colors(self) -> dict[str, str]:
        accent = self.theme.accent
        return {
            "accent": accent,
            "on_accent": compiler_color.on(accent),
            "ink": compiler_color.ink(accent, dark=False),
            "ink_dark": compiler_color.ink(accent, dark=True),
        }
