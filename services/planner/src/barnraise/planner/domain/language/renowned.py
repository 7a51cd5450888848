"""Applications that a text asks for by name alone: ``wedding planner``, ``a tool for invoices and time tracking``."""

import re
from dataclasses import dataclass

from barnraise.planner.domain.language.catalogue import CATALOGUE
from barnraise.planner.domain.language.lexicon import AUDIENCE, DETERMINERS, MODIFIERS, PLACES, REQUESTS
from barnraise.planner.domain.language.nouns import listed, plural_label, singular
from barnraise.planner.domain.language.phrases import CORE_APPS
from barnraise.planner.domain.language.reading import read
from barnraise.planner.domain.language.sheet import Sheet

_LONGEST = 300
_EARLY = 60
"""What is asked for is said in the first words: not "members, and a game master notes the time"."""

_US = frozenset("family household home team group class office couple".split())
"""Whom a small program is for, which says nothing of what it keeps."""

_PLAIN = REQUESTS | MODIFIERS | CORE_APPS | DETERMINERS | AUDIENCE | _US | {"i", "me", "us", "an", "for", "tracker", "manager"}
"""What says nothing more of an application than that it is one."""

_ALIKE = (("customer", "client"), ("supplier", "vendor"), ("student", "pupil"), ("teacher", "instructor"), ("guest", "visitor"))
"""What is called by one of these words or by another."""

_DOER = re.compile(
    r" (?:where|in which|so|so that|for|with|lets?|letting|helps?|helping) (?:(?:my|our|the|all|other) )?[a-z-]+"
    r"(?: and (?:i|me|us|myself|my [a-z]+))? (?:can|could|may|will|to) (?:easily |both |all )?"
)
"""Who does it: ``where my flatmates and I can``. What is done says what it is."""

_FOR_WHOM = re.compile(r" for (?:an?|my|our|the)(?: (?!(?:with|that|where|who|which|and|to|of|in)\b)[a-z-]+){1,3}[.! ]*$")
_BETWEEN = re.compile(r"^ (?:and|with|plus)(?: (?:an?|the|my|our))? $|^ $")


@dataclass(frozen=True)
class Known:
    """What a key word of the catalogue stands for, and where it ends in the text."""

    key: str
    title: str
    description: str
    start: int = 0
    more: tuple["Known", ...] = ()


def well_known(text: str) -> Known | None:
    """The application that a short text asks for; the longest key word decides. ``more`` are those that are asked for beside it."""
    if len(text) > _LONGEST:
        return None
    said = f" {' '.join(re.findall(r'[a-z0-9-]+', text.lower()))} "
    said = re.sub(r" (to|can|and|that|which|stores?) store(?= [a-z])", r" \1 keep", said)  # no shop
    deed = _DOER.sub(" ", said, count=1)
    said, fitting = (deed, found) if (found := _fitting(deed)) else (said, _fitting(said))
    if not fitting:
        return None
    fitting = [known for known in fitting if known.start < said.find(" for ")] or fitting  # not the solar of "a CRM for a solar installer"
    fitting = [known for known in fitting if known.key not in _US] or fitting  # not the household of "household expenses"
    first = max(fitting, key=lambda known: len(known.key))
    more = [known for known in fitting if known.title != first.title and _beside(said, first, known)]
    best = sorted(more, key=lambda known: -len(known.key))[:1]
    return Known(first.key, first.title, first.description, first.start, tuple(best))


def _fitting(said: str) -> list[Known]:
    return [
        Known(key, title, description, said.index(f" {key} ") + 1)
        for keys, title, description in CATALOGUE
        for key in keys.split(", ")
        if 0 <= said.find(f" {key} ") <= _EARLY
    ]


def names_only(text: str, known: Known) -> bool:
    """Whether a text says nothing but what such an application is called, and for whom: ``make a lost and found app for our school``."""
    said = re.findall(r"[a-z0-9-]+", _FOR_WHOM.sub("", text.lower()))
    at = next((at for at in range(len(said)) if said[at : at + len(known.key.split())] == known.key.split()), 0)
    rest = said[:at] + said[at + len(known.key.split()) :]
    return set(rest) <= _PLAIN


def with_usual(sheet: Sheet, known: Known) -> Sheet:
    """What such an application usually keeps, with what the text had named besides."""
    usual = read(_in_words_of(sheet, " ".join([known.description, *(other.description for other in known.more)])))
    keys = [other.key for other in (known, *known.more)]
    named = {singular(word) for key in keys for word in key.split()}
    for draft in sheet.drafts.values():
        if not set(draft.words) <= named and draft.words != ("item",):
            usual.entity(draft.words)
    things = listed([plural_label(draft.words).lower() for draft in usual.drafts.values()])
    usual.assumed.insert(0, f"It keeps what is usual for it: {things}.")
    for part in sheet.missed:
        named = any(key in part.lower() for key in keys)
        rest = part.partition(":")[2].strip() if named else part  # what is said behind the name is no part of it
        usual.missed += [rest] if rest else []
    return usual


def _in_words_of(sheet: Sheet, description: str) -> str:
    """The description with the words that the text has for its people: clients rather than customers."""
    named = {draft.words[-1] for draft in sheet.drafts.values()}
    for alike in _ALIKE:
        said = next((word for word in alike if word in named), None)
        for other in alike if said else ():
            description = re.sub(
                rf"\b{other}(?=s?\b)", lambda match, said=said: _as(match[0], said or ""), description, flags=re.IGNORECASE
            )
    return description


def _as(found: str, said: str) -> str:
    return said.capitalize() if found[0].isupper() else said


def _beside(said: str, one: Known, other: Known) -> bool:
    """Whether nothing but an "and" stands between the two. A place before the other is only where it is: a church potluck."""
    first, last = sorted((one, other), key=lambda known: known.start)
    between = said[first.start + len(first.key) : last.start]
    return bool(_BETWEEN.match(between)) and last.start > first.start and not (between == " " and first.key in PLACES)
