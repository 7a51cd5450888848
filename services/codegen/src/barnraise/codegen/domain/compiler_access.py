"""Who may do what in the application, with every wildcard of the manifest's roles written out."""

from dataclasses import dataclass

from barnraise.contracts.manifest import Manifest, Role

ACTIONS: tuple[str, ...] = ("read", "create", "update", "delete")


@dataclass(frozen=True)
class RoleView:
    """``rights``: the actions on each entity, by the entity's name; entities without any are left out."""

    name: str
    label: str
    rights: dict[str, tuple[str, ...]]


def roles(manifest: Manifest) -> list[RoleView]:
    """The administrator's role first: the one that may do everything, else the first, which then may. Without roles there is one."""
    entities = [entity.name for entity in manifest.entities]
    everything = dict.fromkeys(entities, ACTIONS)
    views = [RoleView(role.name, role.label, _rights(role, entities)) for role in manifest.roles]
    if not views:
        return [RoleView("member", "Member", everything)]
    first = next((view for view in views if view.rights == everything), views[0])
    return [RoleView(first.name, first.label, everything), *(view for view in views if view is not first)]


def _rights(role: Role, entities: list[str]) -> dict[str, tuple[str, ...]]:
    granted = {tuple(right.split(".")) for right in role.may}
    rights = {name: tuple(action for action in ACTIONS if granted & _ways(name, action)) for name in entities}
    return {name: actions for name, actions in rights.items() if actions}


def _ways(entity: str, action: str) -> set[tuple[str, ...]]:
    return {(entity, action), (entity, "*"), ("*", action), ("*", "*")}
