"""An entity as the templates want to see it: names and relations settled, user text still raw."""

import keyword
from functools import cached_property
from typing import TYPE_CHECKING

from barnraise.codegen.domain import compiler_samples
from barnraise.codegen.domain.compiler_api import ApiView
from barnraise.codegen.domain.compiler_ends import FromMany, ToMany, ToOne
from barnraise.codegen.domain.compiler_fields import Names
from barnraise.codegen.domain.compiler_model import ModelView
from barnraise.codegen.domain.compiler_page import PageView
from barnraise.codegen.domain.compiler_tests import TestsView
from barnraise.codegen.domain.compiler_text import natural
from barnraise.contracts.manifest import Entity, Field

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_app import AppView

_IMPORTED = ("bool", "crud", "db", "decimal", "dt", "float", "int", "list", "orm", "sa", "schemas", "str", "types", "typing")
_QUERY = ("limit", "offset", "q", "sort")
_SYSTEM_PATHS = ("stats",)


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

    @cached_property
    def essence(self) -> str:
        """All that the entity's own files depend on: itself, its relations, the entities that those lead to, and who may do what."""
        manifest = self._app.manifest
        relations = [relation for relation in manifest.relations if self.name in (relation.source, relation.target)]
        names = {name for relation in relations for name in (relation.source, relation.target)} | {self.name}
        said = [entity.model_dump_json() for entity in manifest.entities if entity.name in names]
        said += [f"{relation.model_dump_json()} {self._app.really_required(relation)}" for relation in relations]
        said += [self.name, manifest.access.model_dump_json(), *(role.model_dump_json() for role in manifest.roles)]
        return "\n".join(said)

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

    # --- what several parts ask for

    @cached_property
    def display(self) -> Field | None:
        """The field that names a record: the manifest's choice, else the first short text."""
        chosen = [field for field in self.fields if field.name == self._entity.display]
        kinds = (("string",), ("email", "phone", "url"), ("text", "markdown"))
        fallback = [field for kind in kinds for field in self.fields if field.type in kind]
        return next(iter(chosen or fallback), None)

    @cached_property
    def searchable(self) -> list[Field]:
        return [field for field in self.fields if field.type in ("string", "text", "markdown", "email", "url", "phone")]

    @cached_property
    def room(self) -> int:
        """How many records there can be, as far as the tests care."""
        return min([6, *(room for field in self.fields if (room := compiler_samples.room(field)) is not None)])

    @property
    def documented(self) -> list[str]:
        return [*(field.name for field in self.fields), *(end.column for end in self.to_one), *(end.name for end in self.to_many)]

    # --- the parts, one for each kind of file

    @cached_property
    def model(self) -> ModelView:
        return ModelView(self)

    @cached_property
    def api(self) -> ApiView:
        return ApiView(self)

    @cached_property
    def tests(self) -> TestsView:
        return TestsView(self)

    @cached_property
    def page(self) -> PageView:
        return PageView(self)
