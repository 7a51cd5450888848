"""Manifest v1: the strict description of an application that the blueprint compiler turns into source."""

from collections import Counter
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field as Spec
from pydantic import StringConstraints, field_validator, model_validator

from barnraise.contracts.base import Contract
from barnraise.contracts.names import IMPLICIT_FIELDS, check_entity_name, check_field_name, plural, snake
from barnraise.contracts.scripts import Script
from barnraise.contracts.sites import Design, Site

FieldType = Literal[
    "string", "text", "markdown", "int", "float", "decimal", "bool", "date", "time", "datetime",
    "enum", "email", "url", "phone", "color", "file", "json",
]  # fmt: skip

GROUPING_TYPES = frozenset(("enum", "bool", "string", "date", "datetime"))
"""Of these types a field may be that a chart groups records by."""

AMOUNT_TYPES = frozenset(("int", "decimal"))
"""Of these types a field may be that says what is paid; a float is not exact."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
EnumValue = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Scalar = bool | int | Decimal | str


class Field(Contract):
    """A typed attribute of an entity. ``min`` and ``max`` bound numbers; ``max_length`` bounds strings."""

    name: str
    label: Label
    type: FieldType = "string"
    required: bool = True
    unique: bool = False
    default: Scalar | None = None
    values: tuple[EnumValue, ...] = ()
    min: Decimal | None = None
    max: Decimal | None = None
    max_length: Annotated[int, Spec(ge=1, le=100_000)] | None = None

    _name = field_validator("name")(check_field_name)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.type == "enum") != bool(self.values):
            raise ValueError(f"field {self.name!r}: an enum needs values, and only an enum has them")
        if len(set(self.values)) != len(self.values):
            raise ValueError(f"field {self.name!r}: the same enum value stands twice")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"field {self.name!r}: min is greater than max")
        if (self.min is not None or self.max is not None) and self.type not in ("int", "float", "decimal"):
            raise ValueError(f"field {self.name!r}: only numbers have min and max")
        if self.type == "enum" and self.default is not None and self.default not in self.values:
            raise ValueError(f"field {self.name!r}: the default is not one of its values")
        return self


class Entity(Contract):
    """A kind of record. Every entity has the implicit fields ``id``, ``created_at`` and ``updated_at``."""

    name: str
    label: Label
    plural_label: Label
    fields: Annotated[tuple[Field, ...], Spec(max_length=60)]
    display: str | None = Spec(default=None, description="The field shown as a record's name.")

    _name = field_validator("name")(check_entity_name)

    @property
    def table(self) -> str:
        """The plural snake-case name: the table, the module and (with dashes) the URL path."""
        return plural(snake(self.name))

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        names = Counter(field.name for field in self.fields)
        twice = [name for name, count in names.items() if count > 1]
        if twice:
            raise ValueError(f"entity {self.name}: field {twice[0]!r} stands twice")
        if self.display is not None and self.display not in names:
            raise ValueError(f"entity {self.name}: display field {self.display!r} does not exist")
        return self


class Relation(Contract):
    """``one_to_many``: each ``target`` record points to one ``source`` record through ``field`` (column ``<field>_id``),
    listed on the source as ``inverse``. ``many_to_many``: ``field`` on the source lists targets, ``inverse`` on the target
    lists sources. Source and target may be the same entity (a tree, a network)."""

    kind: Literal["one_to_many", "many_to_many"]
    source: str
    target: str
    field: str
    inverse: str
    required: bool = False
    on_delete: Literal["cascade", "restrict", "set_null"] = "restrict"

    _names = field_validator("field", "inverse")(check_field_name)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.required and self.on_delete == "set_null":
            raise ValueError(f"relation {self.field!r}: a required relation cannot be set to null on delete")
        if self.source == self.target and self.field == self.inverse:
            raise ValueError(f"relation {self.field!r}: a self relation needs two names")
        return self


class Role(Contract):
    """A kind of user of the application and what it may do (``entity.action``, ``*`` for all)."""

    name: EnumValue
    label: Label
    may: tuple[Annotated[str, StringConstraints(pattern=r"^(\*|[A-Z][A-Za-z0-9]*)\.(\*|read|create|update|delete)$")], ...] = ()


class Page(Contract):
    """A page of the web application: a list of an entity, or the dashboard that counts all of them."""

    name: Slug
    title: Label
    kind: Literal["dashboard", "entity"]
    entity: str | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.kind == "entity") != (self.entity is not None):
            raise ValueError(f"page {self.name!r}: an entity page needs an entity, and only it has one")
        return self


class Theme(Contract):
    """The look of an application: an accent colour, the colour scheme that it starts with, and its design."""

    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")] = "#2563eb"
    scheme: Literal["auto", "light", "dark"] = "auto"
    design: Design = "modern"


class Chart(Contract):
    """A figure of the dashboard: the records of ``entity`` in groups, each counted, or a number of theirs added up or averaged.

    ``by`` is what they are grouped by: an enum, a flag, a short text, a date (in months), or the one record that they belong to.
    ``of`` is the number that ``sum`` and ``average`` are about."""

    name: Slug
    title: Label
    entity: str
    by: str
    measure: Literal["count", "sum", "average"] = "count"
    of: str | None = None
    kind: Literal["bar", "line"] = "bar"

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.measure == "count") != (self.of is None):
            raise ValueError(f"chart {self.name!r}: a sum and an average are of a number, and only they are")
        return self


class Access(Contract):
    """Who may use the application: everybody, or who signs in; only then roles hold. ``own``: the entities of whose records
    everyone sees only their own."""

    sign_in: bool = False
    own: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.own and not self.sign_in:
            raise ValueError("records of one's own need signing in")
        return self


class Integration(Contract):
    """An outside service that the application is wired to. With ``stripe`` the records of ``entity`` are paid for; ``amount`` is
    their number with the price, in whole units of the currency. With ``email`` somebody is told when a record of ``entity`` is made
    or, if there is a ``field``, when that choice of it changes; ``to`` is the record's e-mail field, or ``relation.field`` of the one
    that it belongs to. With ``oidc`` people who sign in may do so at an OpenID Connect provider; ``provider`` is which one is meant, as
    in ``google``. ``stripe`` and ``email`` blocks that say none of this are kept and build nothing."""

    kind: Literal["supabase", "stripe", "oidc", "email"]
    entity: str | None = None
    amount: str | None = None
    field: str | None = None
    to: str | None = None
    provider: Slug | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.provider is not None and self.kind != "oidc":
            raise ValueError("only signing in by OpenID Connect has a provider")
        if self.amount is not None and (self.kind != "stripe" or self.entity is None):
            raise ValueError("only what is paid for at stripe has an amount")
        if self.to is not None and (self.kind != "email" or self.entity is None):
            raise ValueError("only an e-mail about an entity goes to an address")
        if self.field is not None and self.to is None:
            raise ValueError("an e-mail about a change goes to an address")
        return self


class Check(Contract):
    """An acceptance check in words, bound to the entity that it is about."""

    id: Slug
    text: Annotated[str, Spec(max_length=400)]
    entity: str | None = None


class Manifest(Contract):
    """A whole project: an application of entities, a static site, or a script. Compiling equal manifests gives byte-equal trees."""

    version: Literal[1] = 1
    kind: Literal["app", "site", "script"] = "app"
    name: Slug
    title: Label
    description: Annotated[str, Spec(max_length=2000)] = ""
    entities: Annotated[tuple[Entity, ...], Spec(max_length=60)] = ()
    relations: Annotated[tuple[Relation, ...], Spec(max_length=200)] = ()
    roles: tuple[Role, ...] = ()
    pages: tuple[Page, ...] = ()
    charts: Annotated[tuple[Chart, ...], Spec(max_length=20)] = ()
    access: Access = Access()
    theme: Theme = Theme()
    integrations: tuple[Integration, ...] = ()
    checks: tuple[Check, ...] = ()
    site: Site | None = None
    script: Script | None = None

    def entity(self, name: str) -> Entity:
        """The entity of that name; KeyError if there is none."""
        for entity in self.entities:
            if entity.name == name:
                return entity
        raise KeyError(name)

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        held = {"app": bool(self.entities), "site": self.site is not None, "script": self.script is not None}
        for kind, there in held.items():
            if there != (kind == self.kind):
                what = {"app": "an entity", "site": "a site", "script": "a script"}[kind]
                raise ValueError(f"{what} does not belong to the kind {self.kind!r}" if there else f"the kind {kind!r} needs {what}")
        return self

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        _refuse_twice("entity", [entity.name.lower() for entity in self.entities])
        _refuse_twice("table", [entity.table for entity in self.entities])
        _refuse_twice("role", [role.name for role in self.roles])
        _refuse_twice("page", [page.name for page in self.pages])
        _refuse_twice("chart", [chart.name for chart in self.charts])
        _refuse_twice("check", [check.id for check in self.checks])
        known = {entity.name for entity in self.entities}
        mentioned = [name for relation in self.relations for name in (relation.source, relation.target)]
        mentioned += [page.entity for page in self.pages if page.entity]
        mentioned += [chart.entity for chart in self.charts] + list(self.access.own)
        mentioned += [check.entity for check in self.checks if check.entity]
        mentioned += [right.split(".")[0] for role in self.roles for right in role.may if not right.startswith("*")]
        mentioned += [block.entity for block in self.integrations if block.entity]
        for name in mentioned:
            if name not in known:
                raise ValueError(f"entity {name!r} is mentioned but does not exist")
        for entity in self.entities:
            _refuse_twice(f"member of {entity.name}", self.members(entity.name))
        for chart in self.charts:
            self._check_chart(chart)
        for block in self.integrations:
            self._check_integration(block)
        return self

    def _check_chart(self, chart: Chart) -> None:
        types = {field.name: field.type for field in self.entity(chart.entity).fields}
        parents = {relation.field for relation in self.relations if relation.kind == "one_to_many" and relation.target == chart.entity}
        if chart.by not in parents and types.get(chart.by) not in GROUPING_TYPES:
            raise ValueError(f"chart {chart.name!r}: {chart.entity} cannot be grouped by {chart.by!r}")
        if chart.of is not None and types.get(chart.of) not in ("int", "float", "decimal"):
            raise ValueError(f"chart {chart.name!r}: {chart.entity} has no number {chart.of!r}")

    def _check_integration(self, block: Integration) -> None:
        if block.entity is None:
            return
        types = {field.name: field.type for field in self.entity(block.entity).fields}
        if block.amount is not None and types.get(block.amount) not in AMOUNT_TYPES:
            raise ValueError(f"{block.entity} has no amount {block.amount!r} to be paid")
        if block.field is not None and types.get(block.field) != "enum":
            raise ValueError(f"{block.entity} has no choice {block.field!r} to tell of")
        if block.to is not None and not self.reaches(block.entity, block.to):
            raise ValueError(f"{block.entity} has no e-mail address {block.to!r}")

    def reaches(self, entity: str, to: str) -> bool:
        """Whether ``to`` is an e-mail field of the entity, or ``relation.field`` of the one record that its records belong to."""
        relation, _, name = to.rpartition(".")
        parents = {each.field: each.source for each in self.relations if each.kind == "one_to_many" and each.target == entity}
        owner = parents.get(relation) if relation else entity
        return owner is not None and any((field.name, field.type) == (name, "email") for field in self.entity(owner).fields)

    def members(self, name: str) -> list[str]:
        """Every attribute name that the entity's class will have: fields, foreign keys, relations, implicit fields."""
        names = [field.name for field in self.entity(name).fields] + sorted(IMPLICIT_FIELDS)
        for relation in self.relations:
            if relation.kind == "one_to_many":
                names += [relation.field, f"{relation.field}_id"] if relation.target == name else []
                names += [relation.inverse] if relation.source == name else []
            else:
                names += [relation.field] if relation.source == name else []
                names += [relation.inverse] if relation.target == name else []
        return names


def _refuse_twice(what: str, names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{what} {twice[0]!r} stands twice")
