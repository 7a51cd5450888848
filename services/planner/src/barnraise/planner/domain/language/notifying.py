"""Wishes for e-mail: ``send the customer an e-mail when the status of an order changes``; and whom it reaches."""

import re
from dataclasses import dataclass

from barnraise.contracts.manifest import Entity, Integration, Manifest
from barnraise.planner.domain.language.lookup import find_entity
from barnraise.planner.domain.language.nouns import one

_I = re.IGNORECASE
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]?")
_BEGIN = r"(?:^|(?<=[,(\s]))(?:(?:,|and|also|please|it|we|i|the app|the system|they|to|then|can|should|must|shall|will|want) )*"
_THE = r"(?:the |their |its |an? |each |every |all )?"
_MAIL = r"(?:an? |out )?(?:e-?mail|mail)s?(?: (?:notification|message|alert|confirmation)s?)?"
_BY = r"(?:by|via|with|through|per|using) e-?mail"
_WHO = r"(?P<{}>[a-z]+)"
_DEEDS = (
    rf"sends? {_MAIL}(?: to {_THE}{_WHO.format('one')})?",
    rf"sends? {_THE}{_WHO.format('two')} {_MAIL}",
    rf"(?:notify|notifies|inform|informs) {_THE}{_WHO.format('three')} {_BY}",
    rf"e-?mails? {_THE}{_WHO.format('four')}",
    rf"{_THE}{_WHO.format('five')} (?:should |must |shall |can )?(?:get|gets|receive|receives|be sent|is sent|are sent) {_MAIL}",
    rf"{_THE}{_WHO.format('six')} (?:is|are|gets?|should be|must be) (?:notified|informed|e-?mailed)(?: {_BY})?",
)
_WHEN = r"(?:when|whenever|as soon as|once|if|after|each time|every time)"
_WISH = re.compile(rf"{_BEGIN}(?:{'|'.join(_DEEDS)}),? {_WHEN} (?P<event>[^.,;!?]{{3,80}})", _I)
_MADE = re.compile(
    rf"^(?:(?:there is|they have|we get) )?{_THE}(?:new )?(?P<what>[a-z]+(?: [a-z]+)?)"
    r" (?:is|are|has been|was|gets) (?:created|placed|added|made|booked|received|submitted|registered|entered)(?: by .*)?$"
    rf"|^(?:(?:there is|they have|we get) )?{_THE}new (?P<new>[a-z]+(?: [a-z]+)?)(?: (?:comes in|arrives|appears))?$",
    _I,
)
_CHANGED = re.compile(
    rf"^{_THE}(?P<field>[a-z]+)(?: of {_THE}(?P<of>[a-z]+(?: [a-z]+)?))? (?:changes|is changed|is updated|was changed)$"
    rf"|^{_THE}(?P<whose>[a-z]+(?: [a-z]+)?)(?:'s|s')? (?P<its>[a-z]+) (?:changes|is changed|is updated|was changed)$"
    rf"|^{_THE}(?P<changes>[a-z]+(?: [a-z]+)?) changes (?:its |their )?(?P<this>[a-z]+)$",
    _I,
)
_ME = frozenset("me us everyone everybody someone somebody people".split())
EMAIL = "email"


@dataclass(frozen=True)
class Notifying:
    """A wish for an e-mail. ``who`` is the word for whom it reaches; ``event`` the words for when."""

    said: str
    who: str
    event: str


def take_notifying(text: str) -> tuple[str, list[Notifying]]:
    """The text without its wishes for e-mail at an event, and these. What else there is of messages stays."""
    left: list[str] = []
    wished: list[Notifying] = []
    for match in _SENTENCE.finditer(text):
        said = match[0]
        found = _WISH.search(said) if len(said) <= 1000 else None
        event = found["event"].strip().replace("’", "'") if found else ""
        if found and (_MADE.match(event) or _CHANGED.match(event)):
            who = next((value for name, value in found.groupdict().items() if name != "event" and value), "")
            wished.append(Notifying(found[0].strip(" ,"), who.lower(), event))
            said = f"{said[: found.start()].rstrip(' ,')}{said[found.end() :]}"
        left.append(said)
    return ("".join(left) if wished else text), wished


def notice_of(manifest: Manifest, wish: Notifying) -> Integration | None:
    """The block for a wish; None when what it is about is not there, or has no address."""
    entity, field = _about(manifest, wish.event)
    if entity is None or field == "":
        return None
    addresses = [to for to in _addresses(manifest, entity) if _is_of(manifest, entity, to, wish.who)]
    return Integration(kind=EMAIL, entity=entity.name, field=field, to=addresses[0]) if addresses else None


def told(manifest: Manifest, block: Integration) -> str:
    """An e-mail in a sentence."""
    entity, relation = manifest.entity(str(block.entity)), str(block.to).rpartition(".")[0]
    whose = f"the e-mail address of its {relation.replace('_', ' ')}" if relation else "its own e-mail address"
    when = f"when the {block.field.replace('_', ' ')} of one of the {entity.plural_label.lower()} changes" if block.field else ""
    return f"An e-mail goes to {whose} {when or f'when there is a new {entity.label.lower()}'}."


def unmade(wish: Notifying) -> str:
    return f"No e-mail “{wish.said[:100]}” is sent: there is no such thing, or no e-mail address that belongs to it."


def _about(manifest: Manifest, event: str) -> tuple[Entity | None, str | None]:
    """What an event happens to, and the choice that changes; an empty one if there is none of the name."""
    if made := _MADE.match(event):
        return find_entity(manifest, made["what"] or made["new"]), None
    changed = _CHANGED.match(event)
    if changed is None:
        return None, None
    name = (changed["field"] or changed["its"] or changed["this"]).lower()
    of = changed["of"] or changed["whose"] or changed["changes"]
    named = find_entity(manifest, of) if of else None
    candidates = [named] if named else [] if of else list(manifest.entities)
    for entity in candidates:
        for field in entity.fields:
            if field.type == "enum" and name in (field.name, field.name.rpartition("_")[2]):
                return entity, field.name
    return None, ""


def _addresses(manifest: Manifest, entity: Entity) -> list[str]:
    """The entity's own e-mail fields, then those of what its records belong to."""
    own = [field.name for field in entity.fields if field.type == "email"]
    parents = [(each.field, each.source) for each in manifest.relations if each.kind == "one_to_many" and each.target == entity.name]
    return own + [
        f"{relation}.{field.name}" for relation, source in parents for field in manifest.entity(source).fields if field.type == "email"
    ]


def _is_of(manifest: Manifest, entity: Entity, to: str, who: str) -> bool:
    """Whether an address is that of whoever is meant; when nobody is named, any is."""
    if not who:
        return True
    if who in _ME:
        return False
    relation = to.rpartition(".")[0]
    word = one((who,))[0]
    meant = find_entity(manifest, who)
    if not relation:
        return meant is None or meant.name == entity.name or word in to
    source = next(each.source for each in manifest.relations if each.field == relation and each.target == entity.name)
    return relation.endswith(word) or (meant is not None and meant.name == source)
