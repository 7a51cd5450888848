"""The e-mails that the application sends, as the templates want to see them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from barnraise.contracts.manifest import Manifest

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_app import AppView
    from barnraise.codegen.domain.compiler_ends import ToOne
    from barnraise.codegen.domain.compiler_entity import EntityView


@dataclass(frozen=True)
class Notice:
    """A message when a record is created, or when its ``field`` changes. ``to`` is an address of its own, or of ``parent``'s record."""

    entity: "EntityView"
    to: str
    field: str | None
    parent: "ToOne | None"

    @property
    def model(self) -> str:
        return f"models.{self.entity.module}.{self.entity.name}"

    @property
    def arguments(self) -> list[str]:
        """Of the notice's definition in the backend."""
        told = [f'"{self.entity.key}"', f'"{self.to}"']
        if self.field:
            told.append(f'field="{self.field}"')
        if self.parent:
            told += [f"parent=models.{self.parent.target.module}.{self.parent.target.name}", f'key="{self.parent.column}"']
        return [self.model, *told]


def notices(manifest: Manifest, app: "AppView") -> list[Notice]:
    found = []
    for block in manifest.integrations:
        if block.kind == "email" and block.entity and block.to:
            entity, (relation, _, to) = app.view(block.entity), block.to.rpartition(".")
            parent = next((end for end in entity.to_one if end.name == relation), None)
            found.append(Notice(entity, to, block.field, parent))
    return found
