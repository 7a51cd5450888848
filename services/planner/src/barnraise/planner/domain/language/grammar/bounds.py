"""Where the clauses of a sentence begin: each subject with its verb."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from barnraise.planner.domain.language.grammar.forms import gerund, participle, plain_verb
from barnraise.planner.domain.language.grammar.groups import NOUNISH, Number, Verb, number_of, verb_at
from barnraise.planner.domain.language.grammar.words import (
    ADVERBS,
    ASIDES,
    ASKING,
    BESIDE,
    CUTS,
    HAVING,
    HOLDING,
    JOINTS,
    NOTING,
    OFTEN,
    PRONOUNS,
    QUALIFIES,
    RELATIVES,
    SPEAKERS,
    SUBORDINATES,
    trimmed,
    word,
)
from barnraise.planner.domain.language.lexicon import AUXILIARIES, CRUD, DETERMINERS, MANAGING, MODALS, PREPOSITIONS, QUANTIFIERS
from barnraise.planner.domain.language.nouns import is_plural
from barnraise.planner.domain.language.text import Group, Range, Tokens
from barnraise.planner.domain.language.types import type_of

_LONGEST_NAME, _LONGEST_ROW = 6, 24
_COUNTS = DETERMINERS | QUANTIFIERS
_OF = frozenset("consist dispose think speak approve compose make".split())
_SKIPPED = JOINTS | {"also", "then", "finally", "additionally"} | SUBORDINATES


@dataclass(frozen=True)
class Begun:
    """A subject from ``start`` and its verb. ``near``: it is what was named last; ``again``: it is the subject before; ``aside``: it only
    says when or why; ``of_last``: it is done to what was named last, as in "tools, which gardeners can borrow"."""

    start: int
    verb: Verb
    near: bool = False
    again: bool = False
    aside: bool = False
    of_last: bool = False


def begun(tokens: Tokens, at: int) -> Iterator[Begun]:
    """Every subject with its verb, in order; none when there is no clause."""
    now = _first(tokens, at)
    if now is None:
        return
    yield now
    number: Number = _number(tokens, now)
    at = now.verb.end
    while at < len(tokens):
        found = _next(tokens, at, now, number)
        if found:
            yield found
            number = number if (found.again or found.near) and not found.verb.may else _number(tokens, found)
            now, at = found, max(found.verb.end, at + 1)
        else:
            at += 1


def _number(tokens: Tokens, one: Begun) -> Number:
    """With what number further verbs of the same subject agree."""
    return "many" if one.verb.may else number_of(_last_of(tokens[one.start : one.verb.start]))


def name_at(tokens: Tokens, start: int) -> Verb | None:
    """The verb of a short subject that begins here."""
    if word(tokens, start) in ASKING:
        return None
    for end in range(start + 1, min(len(tokens), start + _LONGEST_NAME + 1)):
        told = tokens[end - 1]
        if not isinstance(told, str):
            if not isinstance(told, Group) or end - 1 == start:
                return None
        elif told in CUTS - {"with"} | JOINTS | {":"} or (told in RELATIVES and end - 1 > start):
            return None
        if word(tokens, end - 1) in _COUNTS | CUTS | {"of"}:
            continue
        subject = tokens[start:end]
        plain = subject[: subject.index("with")] if "with" in subject else subject
        verb = verb_at(tokens, end, number_of(plain))
        if verb and _is_subject(subject) and (plain == subject or " " in verb.base):
            return verb
    return None


def _first(tokens: Tokens, at: int) -> Begun | None:
    """Where the first subject and its verb stand."""
    for end in range(at + 1, min(len(tokens), at + _LONGEST_ROW)):
        if isinstance(tokens[end - 1], Range):
            return None
        before = word(tokens, end - 1)
        if before in JOINTS | CUTS | {"of"} or (before in _COUNTS and end - at > 1):
            continue
        verb = verb_at(tokens, end, number_of(_last_of(tokens[at:end])))
        if verb and _is_subject(tokens[at:end]):
            return Begun(at, verb)
    return None


def _last_of(tokens: Tokens) -> Tokens:
    """The last of a row of subjects, by which the verb goes."""
    cut = max((at for at, mark in enumerate(tokens) if mark == ","), default=-1)
    return trimmed(tokens[cut + 1 :]) if cut >= 0 else tokens


def _is_subject(tokens: Tokens) -> bool:
    words = [mark for mark in tokens if isinstance(mark, str)]
    if not words or set(words) & (MODALS | AUXILIARIES | {"has", "have"}) or words[0] in CUTS - {"as"}:
        return False
    if any(before == "to" and plain_verb(told) for before, told in pairwise(words)):
        return False  # "an app to log requests"
    relative = words[-1] in RELATIVES and len(words) > 4
    spoken = words[-1] in PRONOUNS | SPEAKERS | DETERMINERS and len(words) > 1  # "the date it was watered"
    return not relative and not spoken


def _next(tokens: Tokens, at: int, now: Begun, number: Number) -> Begun | None:
    """What begins at a place: another doing of the same, another clause, or one that says more of what was named last."""
    told, before = tokens[at], word(tokens, at - 1)
    if told in JOINTS | SUBORDINATES if isinstance(told, str) else False:
        return _joined(tokens, at, now, number)
    field = now.verb.base in HAVING and before and type_of((before,)) != "string"  # "the date it was watered"
    field = field or (now.verb.base in HAVING | NOTING and _asks(tokens, at))
    if told in PRONOUNS and not field and before not in JOINTS | RELATIVES | ASKING:
        verb = verb_at(tokens, at + 1, number_of((told,)))
        return Begun(at, verb) if verb else None
    if told in SPEAKERS and _is_aside(tokens, now) and before not in RELATIVES | ASKING and (noted := verb_at(tokens, at + 1, "many")):
        return Begun(at, noted)  # "when a member uses a machine we log"
    if told in ("each", "every") and not before:
        verb = name_at(tokens, at)
        return Begun(at, verb) if verb else None
    if told in RELATIVES:
        plainly = before not in JOINTS | {":"} and word(tokens, at + 1) not in QUALIFIES | SPEAKERS | {"they"}
        done = before not in JOINTS | {":"} and word(tokens, at + 1) in ("is", "are", "was", "were")
        verb = verb_at(tokens, at + 1, "any") if plainly or done else None
        verb = verb if plainly or (verb and verb.passive and word(tokens, verb.end) == "by") else None
        return Begun(at, verb, near=True) if verb else None
    return _reduced(tokens, at, now)


def _is_aside(tokens: Tokens, now: Begun) -> bool:
    return now.aside or word(tokens, now.start) in ASIDES


def _asks(tokens: Tokens, at: int) -> bool:
    """Whether what stands here is part of a question: ``which pupil it was``, ``how long it took``."""
    for back in range(at - 1, max(-1, at - 6), -1):
        if word(tokens, back) in JOINTS | {":", ""}:
            return False
        if word(tokens, back) in ASKING | {"what", "which"}:
            return True
    return False


def _joined(tokens: Tokens, at: int, now: Begun, number: Number) -> Begun | None:
    """What begins behind an "and", a comma or a "when"."""
    if tokens[at] == "when" and now.verb.base in HAVING:
        return None  # a field
    if tokens[at] == "," and not now.verb.passive and word(tokens, at + 2) == "by" and (base := participle(word(tokens, at + 1))):
        return Begun(at, Verb(at + 1, at + 2, base, passive=True), near=True)
    if tokens[at] == "," and word(tokens, at + 1) in ("which", "who", "that"):
        return _related(tokens, at + 1)
    start = next((end for end in range(at + 1, min(at + 6, len(tokens))) if word(tokens, end) not in _SKIPPED), len(tokens))
    aside = any(mark in ASIDES for mark in tokens[at:start])
    listed = now.verb.base in HAVING
    if again := _suffered(tokens, start, now) or _doing(tokens, start, number, loud=start - at > 1 and not listed, again=now.again):
        return Begun(at, again, again=True, aside=aside)
    verb = name_at(tokens, start)
    return Begun(at, verb, aside=aside) if verb and not (listed and _may_be_field(tokens, start, verb)) else None


def _related(tokens: Tokens, at: int) -> Begun | None:
    """``, which have a name``, ``, which is located in a region``, ``, which gardeners can borrow``"""
    following = word(tokens, at + 1)
    if following not in SPEAKERS | {"they"} and (verb := verb_at(tokens, at + 1, "any")):
        tied = verb.passive and word(tokens, verb.end) in BESIDE
        sure = tied or (not verb.passive and not verb.may and verb.base != "be")
        return Begun(at, verb, near=True) if sure else None
    done = name_at(tokens, at + 1)
    return Begun(at + 1, done, of_last=True) if done and not done.passive and done.base not in HAVING | {"be"} else None


def _may_be_field(tokens: Tokens, start: int, verb: Verb) -> bool:
    """Whether what looks like a clause in a list of fields is one of them: "a brood frames count", "parts cost"."""
    plain = verb.end - verb.start == 1 and verb.base not in HAVING | {"be"} and word(tokens, verb.end) not in _COUNTS
    indefinite = word(tokens, start) in ("a", "an")
    return plain and (indefinite or (verb.base in NOUNISH and word(tokens, start) not in _COUNTS))


def _doing(tokens: Tokens, at: int, number: Number, *, loud: bool, again: bool) -> Verb | None:
    """A verb behind "and" that goes with the subject before; ``loud``: behind a comma and an "and"; ``again``: it is not the first such,
    as in "create courses, enroll students and record grades"."""
    verb = verb_at(tokens, at, "many" if number == "any" else number)
    if verb is None or (verb.start == verb.end and verb.base != "be") or word(tokens, at) in OFTEN:
        return None
    helped = verb.may or verb.passive or verb.base in ("have", "be")
    following = tokens[verb.end] if verb.end < len(tokens) else ""
    if following == "or" and verb.base not in NOUNISH and plain_verb(word(tokens, verb.end + 1)):
        return verb  # "accept or reject it"
    ends = verb.end + 1 >= len(tokens) or tokens[verb.end + 1] in JOINTS
    if (following in PREPOSITIONS and ends) or (following == "of" and verb.base not in _OF):
        return None  # "departs on, returns on"; "frames of brood"
    plain = isinstance(following, str) and following not in JOINTS | {":", ""}
    if helped or (plain and (verb.base in HAVING or following in _COUNTS)):
        return verb
    several = is_plural(str(following)) or is_plural(word(tokens, verb.end + 1))
    sure = plain and (verb.base not in NOUNISH or loud or (again and verb.base in CRUD | MANAGING))
    return verb if sure and (following in PREPOSITIONS or several) else None


def _suffered(tokens: Tokens, at: int, now: Begun) -> Verb | None:
    """``is held in a room and taught by a teacher``: done to the same subject."""
    base = participle(word(tokens, at)) if now.verb.passive else ""
    return Verb(at, at + 1, base, passive=True) if base and word(tokens, at + 1) in PREPOSITIONS else None


def _reduced(tokens: Tokens, at: int, now: Begun) -> Begun | None:
    """``loot found in a session``, ``a project containing files``, ``invoices belonging to projects``: said of what was named last."""
    told, following = word(tokens, at), word(tokens, at + 1)
    before = word(tokens, at - 1) or "group"
    if not told or at == now.verb.end or before in _COUNTS | PREPOSITIONS:
        return None
    if gerund(told) == "belong" and following == "to":
        return Begun(at, Verb(at, at + 1, "belong"), near=True)
    if before in JOINTS | ADVERBS:
        return None
    if told in HOLDING:
        return Begun(at, Verb(at, at + 1, "have"), near=True)
    sure = following == "by" or (following in BESIDE and word(tokens, at + 2) in DETERMINERS | {"one"})
    base = participle(told) if sure and word(tokens, at + 2) not in JOINTS | {""} else ""
    return Begun(at, Verb(at, at + 1, base, passive=True), near=True) if base and before[:1].isalpha() else None
