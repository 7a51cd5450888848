"""The ends of relations, as the entity on each side sees them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_entity import EntityView


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
        rows = min(len(self.source.tests.rows), len(self.target.tests.rows))
        same = self.source is self.target
        return [(at, (at + step) % rows) for at in range(rows) for step in (1, 2) if rows > step or (rows and not same and step == 1)]
