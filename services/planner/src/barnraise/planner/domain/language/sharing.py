"""Messages by which something that has one of the others gets several: ``each order can have several couriers``."""

from barnraise.contracts.manifest import Entity, Field, Manifest, Relation
from barnraise.contracts.names import plural, safe_field_name
from barnraise.planner.domain.language.additions import additions
from barnraise.planner.domain.language.kinship import PEOPLE, SOMEBODY, STAFF
from barnraise.planner.domain.language.lookup import bare, find_entity, find_field, means
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.wording import first_match, told, whole
from barnraise.planner.domain.operations import AddRelation, ChangeField, ChangeRelation, Operation, OperationError

_ONE = r"(?:(?:each|every|an?|one|the|all|any|some|one and the same|the same|a single) )?(?P<one>[\w-]+(?: [\w-]+)??)"
_MANY = (
    r"(?:several|many|multiple|various|different|(?:more than|not (?:only|just)) one|two or more|one or more|at least (?:two|2)"
    r"|(?:an? |any )?(?:small |large |whole )?number of|a few|a couple of)(?: different)?"
)
_OTHERS = r"(?:of (?:the|our|these) )?(?P<many>[\w-]+(?: [\w-]+)?)"
_CAN = r"(?:can|could|may|might|must|should|will|shall|needs? to|has to|have to|ought to)"
_AT_ONCE = r"(?: at (?:once|the same time|a time)| together| in total)?"
_HAS = rf"(?:{_CAN} )?(?:also |now |often |sometimes )?(?:have|has|need|needs|get|gets)"
_ALLOWED = r"(?:(?:there (?:can|could|may|might|will|should) be|allow|permit|support|enable|let there be|(?:i|we) (?:need|want)) )?"
_PER = r" (?:per|(?:for|on|in) (?:each|every|an?|one)) (?P<one>[\w-]+(?: [\w-]+)?)"
_SHARES = (
    whole(_ONE, rf" (?:{_HAS}|{_CAN}(?: [\w-]+){{1,4}}?) ", _MANY, " ", _OTHERS, _AT_ONCE),
    whole(_ALLOWED, _MANY, " ", _OTHERS, _PER),
    whole("(?:let|allow) ", _ONE, " (?:to )?(?:have|get) ", _MANY, " ", _OTHERS),
)


def share(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """A link to one becomes a link to several; so does a text that names one person. None for what is new, which is added."""
    match = first_match(_SHARES, said)
    one = find_entity(manifest, told(match, "one")) if match else None
    if not match or one is None or not means(told(match, "one"), one):
        return []
    words = bare(told(match, "many")).split()
    words = [*words[:-1], words[-1] if is_plural(words[-1]) else plural(words[-1])]
    called = "_".join([*words[:-1], singular(words[-1])])
    other = find_entity(manifest, told(match, "many"))
    other = other if other and means(told(match, "many"), other) else None
    mine = [r for r in manifest.relations if r.kind == "one_to_many" and r.target == one.name]
    linked = [r for r in mine if r.field == called] or [r for r in mine if other and r.source == other.name]
    if len(linked) == 1:
        return [_widened(manifest, one, linked[0], called)]
    if linked:
        roles = " or ".join(r.field.replace("_", " ") for r in linked)
        raise OperationError(f"Each {one.label.lower()} has several such links: say which shall be many, {roles}.")
    if other:
        _refuse_linked(manifest, one, other)
        return []
    return _people(manifest, one, words, called)


def _widened(manifest: Manifest, one: Entity, relation: Relation, called: str) -> ChangeRelation:
    other = manifest.entity(relation.source)
    kept = {name for name in manifest.members(one.name) if name != relation.field}
    names = plural(called if called == relation.field else relation.field)
    field = safe_field_name(names if names not in kept else f"{names}_list")
    changed = Relation(kind="many_to_many", source=one.name, target=other.name, field=field, inverse=relation.inverse)
    each, theirs = field.replace("_", " "), relation.inverse.replace("_", " ")
    said_so = f"lets each {one.label.lower()} have several {each}, and each {other.label.lower()} several {theirs}"
    said_so += " (what records have already becomes the first of several)"
    return ChangeRelation(one.name, relation.field, changed, said_so)


def _refuse_linked(manifest: Manifest, one: Entity, other: Entity) -> None:
    """They are several already."""
    known = [relation for relation in manifest.relations if {relation.source, relation.target} == {one.name, other.name}]
    if not known:
        return
    there = f"Each {one.label.lower()} can have several {other.plural_label.lower()} already."
    more = (
        f"To let each {other.label.lower()} have several too, say “each {other.label.lower()} can have several {one.plural_label.lower()}”."
    )
    raise OperationError(there if known[0].kind == "many_to_many" else f"{there} {more}")


def _people(manifest: Manifest, one: Entity, words: list[str], called: str) -> list[Operation]:
    """People who are new here are shared, and so is what has only been written as a text: they are with several of these."""
    noun, written = singular(words[-1]), find_field(one, called)
    people = noun in STAFF | SOMEBODY or words[-1].endswith(PEOPLE)
    named = written is not None and written.name == called and written.type == "string"
    if not is_plural(words[-1]) or not (people or named) or type_of(tuple(called.split("_"))) != "string":
        return []
    found, _ = additions(manifest, f"{one.plural_label} have many {' '.join(words)}", one)
    shared = [_shared(operation, one) for operation in found]
    return [*shared, _aside(one, written)] if named and written else shared


def _aside(one: Entity, written: Field) -> ChangeField:
    """What people wrote so far stays until they have picked who is meant."""
    of = f"{written.name.replace('_', ' ')} of {one.plural_label.lower()}"
    changed = written.model_copy(update={"label": f"{written.label[:100]} (as text)", "required": False})
    return ChangeField(one.name, written.name, changed, f"keeps what is written as {of} beside it, until you say “drop the {of}”")


def _shared(operation: Operation, one: Entity) -> Operation:
    if not isinstance(operation, AddRelation) or operation.relation.kind == "many_to_many" or operation.relation.source != one.name:
        return operation
    bond = operation.relation
    inverse = safe_field_name(one.table)
    return AddRelation(Relation(kind="many_to_many", source=one.name, target=bond.target, field=bond.inverse, inverse=inverse))
