"""Messages that add: read as a description with what is there in mind, and compared with it."""

from collections.abc import Iterable, Sequence

from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.names import IMPLICIT_FIELDS, snake
from barnraise.planner.domain.language.building import draft_entity, settle
from barnraise.planner.domain.language.fields import is_implicit
from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.nouns import label
from barnraise.planner.domain.language.reading import read
from barnraise.planner.domain.language.relating import relation_of
from barnraise.planner.domain.language.restating import restated
from barnraise.planner.domain.language.sheet import Draft, Sheet
from barnraise.planner.domain.operations import AddEntity, AddField, AddRelation, Operation, OperationError

_NOT_ADDED = frozenset(
    "merge combine unify hide sort order reorder swap archive export import print email notify remind send warn highlight group filter "
    "round say answer greet respond redirect cache compress gzip encrypt throttle retry paginate animate translate optimize optimise "
    "refactor rewrite speed deploy".split()
)
"""What begins with these asks for a behaviour; it is no description of what is kept."""


def additions(manifest: Manifest, said: str, about: Entity | None) -> tuple[list[Operation], list[str]]:
    """What a message adds, and what was assumed; nothing when it says nothing that can be added. Raises OperationError."""
    if said.lower().split(" ", 1)[0] in _NOT_ADDED:
        return [], []
    sheet = read(restated(manifest, said, about), _seeded(manifest))
    asked = [item for draft in sheet.drafts.values() for item in draft.items]
    if sheet.missed and not asked and not sheet.bonds:
        return [], []
    given = [entity.name for entity in manifest.entities]
    fields = settle(sheet, given)
    new = [name for name in sheet.drafts if name not in given]
    operations: list[Operation] = [AddEntity(draft_entity(sheet, name, fields[name], linked=bool(sheet.parents(name)))) for name in new]
    operations += [AddField(name, _eased(field)) for name in given for field in fields[name]]
    operations += _bonds(manifest, sheet, operations)
    if not operations:
        _refuse_known(sheet, asked)
    return operations, sheet.assumed


def _refuse_known(sheet: Sheet, asked: Iterable[Item]) -> None:
    """What was asked for is there already."""
    if any(map(is_implicit, asked)):
        raise OperationError("Every record has this anyway: its id, and when it was created and last changed.")
    for bond in sheet.bonds.values():
        one, other = (label(sheet.drafts[name].words).lower() for name in (bond.child, bond.parent))
        raise OperationError(f"A {one} and a {other} are linked already.")


def _seeded(manifest: Manifest) -> Sheet:
    """A sheet that knows the manifest's entities, with nothing said of them yet."""
    return Sheet(drafts={entity.name: Draft(tuple(snake(entity.name).split("_"))) for entity in manifest.entities})


def _eased(field: Field) -> Field:
    """A new field of existing records cannot be required, unless it has a default."""
    return field if field.default is not None else field.model_copy(update={"required": False})


def _bonds(manifest: Manifest, sheet: Sheet, operations: Sequence[Operation]) -> list[Operation]:
    """The sheet's bonds as relations with free names; what is linked already stays as it is."""
    linked = {frozenset((relation.source, relation.target)) for relation in manifest.relations}
    members = {entity.name: set(manifest.members(entity.name)) for entity in manifest.entities}
    for operation in operations:
        if isinstance(operation, AddEntity):
            members[operation.entity.name] = {field.name for field in operation.entity.fields} | IMPLICIT_FIELDS
        elif isinstance(operation, AddField):
            members[operation.entity].add(operation.field.name)
    new = [bond for bond in sheet.bonds.values() if bond.role or frozenset((bond.child, bond.parent)) not in linked]
    return [AddRelation(relation_of(sheet, bond, members)) for bond in new]
