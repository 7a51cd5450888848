"""Bonds between things as relations of a manifest, under names that are free."""

from dataclasses import replace

from barnraise.contracts.manifest import Relation
from barnraise.contracts.names import plural, safe_field_name, snake
from barnraise.planner.domain.language.kinship import GATHERS, PARTS
from barnraise.planner.domain.language.sheet import Bond, Sheet

Members = dict[str, set[str]]
"""The names that each thing has taken already."""


def relation_of(sheet: Sheet, bond: Bond, taken: Members) -> Relation:
    """A bond as a relation whose names are free on both sides; they are taken afterwards."""
    part = _is_part(sheet, bond)
    if not part and sheet.noun(bond.child) in PARTS and sheet.noun(bond.parent) in GATHERS and not bond.role:
        bond = replace(bond, child=bond.parent, parent=bond.child, many=True)  # a menu item is in many orders
    if bond.many:
        field = _take(plural(snake(bond.parent)), taken[bond.child])
        inverse = _take(plural(snake(bond.child)), taken[bond.parent])
        return Relation(kind="many_to_many", source=bond.child, target=bond.parent, field=field, inverse=inverse)
    field = _take(role_of(bond), taken[bond.child], "_id")
    tree = bond.child == bond.parent and bond.role in ((), ("parent",))
    wanted = "children" if tree else plural(snake(bond.child))
    if bond.role and not tree and bond.role != sheet.drafts[bond.parent].words:
        wanted = f"{field}_{wanted}"
    inverse = _take(wanted[:44].strip("_"), taken[bond.parent])
    return Relation(
        kind="one_to_many", source=bond.parent, target=bond.child, field=field, inverse=inverse, required=part,
        on_delete="cascade" if part else "restrict",
    )  # fmt: skip


def _is_part(sheet: Sheet, bond: Bond) -> bool:
    """``items``, ``order lines`` of an order; but not its ``menu items``, which are there without it."""
    words = sheet.drafts[bond.child].words
    noun = sheet.noun(bond.child)
    own = len(words) == 1 or noun != "item" or words[0] == "line" or bool(set(words[:-1]) & set(sheet.drafts[bond.parent].words))
    return noun in PARTS and bond.child != bond.parent and own


def role_of(bond: Bond) -> str:
    """What the child calls its parent."""
    return safe_field_name("_".join(bond.role) or snake(bond.parent), "ref")


def _take(name: str, taken: set[str], also: str = "") -> str:
    """A name like this one that is not taken, nor is it with ``also`` behind it; it is now."""
    safe = safe_field_name(name, "list")
    tried, number = safe, 1
    while tried in taken or (also and f"{tried}{also}" in taken):
        number += 1
        tried = f"{safe}_{number}"
    taken |= {tried, f"{tried}{also}"}
    return tried
