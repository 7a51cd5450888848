"""What can be paid for in the application, as the templates want to see it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from barnraise.contracts.manifest import Manifest

if TYPE_CHECKING:
    from barnraise.codegen.domain.compiler_app import AppView
    from barnraise.codegen.domain.compiler_entity import EntityView


@dataclass(frozen=True)
class Payable:
    """``amount`` names the number of the entity's records that is the price."""

    entity: "EntityView"
    amount: str

    @property
    def model(self) -> str:
        return f"models.{self.entity.module}.{self.entity.name}"

    @property
    def optional(self) -> bool:
        return any(field.name == self.amount and not field.required for field in self.entity.fields)


def payables(manifest: Manifest, app: "AppView") -> list[Payable]:
    """One for each entity that is paid for at Stripe."""
    wanted = {block.entity: block.amount for block in manifest.integrations if block.kind == "stripe" and block.entity and block.amount}
    return [Payable(app.view(entity), amount) for entity, amount in wanted.items()]
