"""Messages that ask a question which each record shall answer: ``when it was paid``, ``who signed for it``, ``how long it took``."""

import re

from barnraise.contracts.manifest import Entity, FieldType, Manifest
from barnraise.planner.domain.language.grammar.forms import participle, participle_of, plain_verb, third_person
from barnraise.planner.domain.language.kinship import PEOPLE, SOMEBODY, STAFF
from barnraise.planner.domain.language.lookup import find_entity, find_field, means
from barnraise.planner.domain.language.nouns import listed, singular
from barnraise.planner.domain.language.wording import told, whole
from barnraise.planner.domain.operations import OperationError

_KEEP = (
    r"(?:(?:see|know|note|store|track|record|remember|keep|save|show|log|capture|write down|add|include|have|need)(?: down)? )?"
    r"(?:(?:also|and|plus|besides) )?"
)
_THEM = r"(?:it|this|that|them|they|these|one|each one|(?:the|an?|each|every|our|my) (?P<of>[\w-]+(?: [\w-]+)?)|each|every one)"
_BE = r"(?:was|were|is|are|got|gets|get|has been|have been|had been|will be|should be|shall be)"
_VERB = r"(?P<verb>[a-z-]{2,20})"
_HOW = r"(?:last |first |finally |actually |really |originally )?"
_TAIL = r"(?: (?:for|to|by|with|in|on|at|off|up|back|out|over|from|away|down))?"
_SOMEBODY = r"(?:i|we|they|you|he|she|somebody|someone|people)"
_ASK = r"(?P<ask>when|where|why|how often|how many times|whether|if|by whom|to whom|for whom) "
_PASSIVE = whole(_KEEP, _ASK, _THEM, f" {_BE} ", _HOW, _VERB, _TAIL)
_ACTIVE = whole(
    _KEEP, r"(?P<ask>when|where|why|how often|how many times) ", f"(?:{_THEM}|{_SOMEBODY}) ", _HOW, _VERB, f"(?: (?:it|them))?{_TAIL}"
)
_DOER = whole(_KEEP, r"(?:who|whoever|which person) ", _HOW, _VERB, f"{_TAIL}(?: {_THEM})?")
_AMOUNT = whole(
    _KEEP, r"how (?P<ask>much|long|far|heavy|big|large|old|high|tall|many there)(?: (?:time|money))? ?", f"(?:{_THEM})? ?",
    r"(?P<verb>cost|costs|took|takes|lasted|lasts|weighs|weighed|is|are|was|were|paid|spent)?(?: to [a-z]+)?",
)  # fmt: skip
_ENDS: dict[str, tuple[str, FieldType]] = {
    "start": ("start time", "datetime"), "begin": ("start time", "datetime"), "end": ("end time", "datetime"),
    "finish": ("end time", "datetime"),
}  # fmt: skip
_AMOUNTS: dict[str, tuple[str, FieldType]] = {
    "long": ("duration in minutes", "int"), "far": ("distance", "float"), "heavy": ("weight", "float"), "old": ("age", "int"),
    "high": ("height", "float"), "tall": ("height", "float"), "big": ("size", "string"), "large": ("size", "string"),
    "many there": ("quantity", "int"),
}  # fmt: skip
_NO_DEEDS = frozenset("be have do use need want like mean see know work belong exist".split())
_ASKED_NOW = frozenset("make write build create add change".split())
"""Of the application itself one asks who made it, with no thing behind it."""


def noted(manifest: Manifest, said: str, about: Entity | None) -> str:
    """The message as a description of what each record has besides; empty when it asks for nothing such. Raises OperationError when it
    does not say of which things."""
    found = _found(said)
    if not found:
        return ""
    words, kind, match = found
    entity = _meant(manifest, told(match, "of"), about, f"{words} ({kind})")
    if entity is None:
        return ""
    taken = find_field(entity, words)
    if taken and taken.label.lower() == words:
        raise OperationError(f"{entity.plural_label} have a field “{taken.label}” already.")
    return f"{entity.plural_label} have a {words} ({kind})."


def is_noted(manifest: Manifest, said: str) -> bool:
    """Whether a message that looks like a question asks each record, not us."""
    found = None if "?" in said else _found(said.strip(" .!"))
    named = told(found[2], "of") if found else ""
    return bool(found) and (not named or find_entity(manifest, named) is not None)


def _found(said: str) -> tuple[str, FieldType, re.Match[str]] | None:
    if match := _AMOUNT.match(said):
        verb, ask = told(match, "verb").lower(), told(match, "ask").lower()
        if ask == "much":
            weighed = verb.startswith("weigh")
            words, kind = ("weight", "float") if weighed else ("price" if verb in ("is", "are", "was", "were") else "cost", "decimal")
        else:
            words, kind = _AMOUNTS[ask]
        return (words, kind, match) if verb or ask == "many there" else None  # type: ignore[return-value]
    if (match := _DOER.match(said)) and (deed := _deed(told(match, "verb"), past=True)):
        plain = deed in _ASKED_NOW and not re.search(r" (?:it|them|the|each|an?)\b", said)
        return None if plain else (f"{participle_of(deed)} by", "string", match)
    for pattern in (_PASSIVE, _ACTIVE):
        match = pattern.match(said)
        deed = _deed(told(match, "verb"), past=pattern is _PASSIVE) if match else ""
        if match and deed:
            return *_answered(told(match, "ask").lower(), deed), match
    return None


def _answered(ask: str, deed: str) -> tuple[str, FieldType]:
    """What a record says to the question."""
    done = participle_of(deed)
    if ask == "when":
        return _ENDS.get(deed, (f"{done} on", "date"))
    answers: dict[str, tuple[str, FieldType]] = {
        "where": (f"place {done}", "string"), "why": (f"reason {done}", "text"), "how often": (f"times {done}", "int"),
        "how many times": (f"times {done}", "int"), "whether": (done, "bool"), "if": (done, "bool"),
    }  # fmt: skip
    return answers.get(ask, (f"{done} {ask.split(maxsplit=1)[0]}", "string"))


def _deed(word: str, *, past: bool) -> str:
    """The verb, if the word is a form of one that something may be noted of."""
    word = word.lower()
    base = participle(word) or ("" if past else third_person(word) or plain_verb(word))
    return "" if base in _NO_DEEDS else base


def _meant(manifest: Manifest, named: str, about: Entity | None, what: str) -> Entity | None:
    """Of which things: those that are named, that were spoken of, or that are no people where they are more than one kind."""
    if named:
        entity = find_entity(manifest, named)
        return entity if entity and means(named, entity) else None
    if about or len(manifest.entities) == 1:
        return about or manifest.entities[0]
    things = [entity for entity in manifest.entities if not _are_people(entity)]
    if len(things) == 1:
        return things[0]
    names = [entity.plural_label.lower() for entity in (things or manifest.entities)]
    raise OperationError(f"Of which of {listed(names)} shall I keep that? Say it as in “add {what} to {names[0]}”.")


def _are_people(entity: Entity) -> bool:
    """Orders and papers only sound like it."""
    word = entity.plural_label.lower().split()[-1]
    noun = singular(word)
    named = any(field.name in ("name", "first_name", "full_name", "email", "phone") for field in entity.fields)
    return noun in STAFF | SOMEBODY or (word.endswith(PEOPLE) and named)
