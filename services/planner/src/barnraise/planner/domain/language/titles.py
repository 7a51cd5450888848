"""What an application is called."""

import re

from barnraise.planner.domain.language.deeds import VERBS
from barnraise.planner.domain.language.grammar import read_clauses
from barnraise.planner.domain.language.kinship import PEOPLE, SOMEBODY
from barnraise.planner.domain.language.lexicon import (
    ACRONYMS,
    CRUD,
    DETERMINERS,
    MANAGING,
    MODALS,
    MODIFIERS,
    NOT_THINGS,
    PLACES,
    PREPOSITIONS,
    QUANTIFIERS,
    REQUESTS,
)
from barnraise.planner.domain.language.nouns import is_plural, plural_label, singular
from barnraise.planner.domain.language.passages import Passage
from barnraise.planner.domain.language.phrases import head_words, managing
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.text import Tokens
from barnraise.planner.domain.language.verbs import is_verb

_CALLED = re.compile(
    r"(?<!field )(?<!column )(?<!attribute )(?<!entity )\b(?:called|named|titled)\s+(?:\"([^\"\n]{1,60})\"|'([^'\n]{1,60})'"
    r"|([A-Z][\w&'-]{0,30}(?:\s[A-Z][\w&'-]{0,30}){0,3}))"
)
_LONGEST = 5
_RUNNING = frozenset("run running managing own have got manage operate lead at is".split())
_ORGANISING = frozenset(
    word
    for verb in "organise organize run plan manage host hold coordinate prepare".split()
    for word in (verb, f"{verb.removesuffix('e')}ing")
) | {"running", "planning"}
_COMMON = frozenset("company business office team family home house household firm agency startup factory town city village".split())
_HEADINGS = frozenset(
    "user users stories story spec specs specification brief description tables table scope overview model schema".split()
)
_NOUNS_TOO = frozenset(
    "plan book log list store record post mark track view share review rate schedule document archive catalogue catalog".split()
)
_PLAIN = frozenset("app application system tool software website platform site something database program solution".split())
_TELLING = frozenset("home tool time work life".split())
_SAYS = frozenset("who what where when how i we am".split())
_ASKING = REQUESTS | DETERMINERS | MODIFIERS | {"i", "me", "us", "we", "i'd", "to"}
CONJUNCTIONS = frozenset("and or with to that which who where".split())


def given_title(text: str) -> str | None:
    """The name that a text gives: ``called Lifeline``."""
    match = _CALLED.search(text)
    return next((part.strip() for part in match.groups() if part), None) if match else None


def title_of(made: list[Passage], sheet: Sheet) -> str:
    """A title from the words that ask for the application, else from its first entity."""
    first = next((passage for passage in made[:1]), None)
    if first and (occasion := _occasion(first.head)):
        return _titled(occasion)
    if first and (trade := _trade(first)):
        return _titled(trade)
    if first and not _is_own(first):
        opening = (
            first.head
            or (first.body[0][1][0].subject if first.body and first.body[0][1] else None)
            or (first.body[0][0] if first.body else ())
        )
        begins = managing(opening or ())
        keeps = begins == 1 or (opening or ())[:1] in (("keep",), ("keeping",))
        words = [word for word in head_words((opening or ())[begins if begins and keeps else 0 :]) if word not in DETERMINERS]
        if words and words[0].removesuffix("s") in (MANAGING | CRUD) - _NOUNS_TOO:
            words.pop(0)
        if any(at and _is_deed(words[at - 1], word) for at, word in enumerate(words)):
            words = []  # "patients visit doctors" is no title
        words = [] if set(words) & (_SAYS | MODALS) or (not first.head and _tells(words)) else words
        while words and (words[0] in MODIFIERS - PLACES or words[0] in NOT_THINGS) and words[0] not in _TELLING:
            words.pop(0)
        telling = [word for word in words if word not in MODIFIERS | NOT_THINGS | {"app", "application", "system", "tool", "site", "and"}]
        telling = [] if set(telling) <= _HEADINGS else telling
        listed = "," in (opening or ()) and not first.head
        if telling and len(words) <= _LONGEST and not listed and not set(words) & PREPOSITIONS and len(" ".join(words)) <= 50:
            return _titled([word for word in words if word not in ("app", "application")] or words)
        if listed and telling and telling[0] in PLACES:
            return _titled(telling[:1])
    names = list(sheet.drafts)
    return _titled(plural_label(sheet.drafts[names[0]].words).split()) if names else "Application"


def _occasion(head: Tokens) -> list[str]:
    """The one thing that is organised: ``an app to run our church bake sale``; empty when the head names none."""
    words = [word for word in head if isinstance(word, str)]
    for at in range(1, len(words) - 2):
        led = words[at - 1] in ("to", "for", "help", "helps", "that") and words[at + 1] in DETERMINERS - {"all", "each", "every"}
        named = [word for word in words[at + 2 :] if word not in MODIFIERS - PLACES]
        if led and words[at] in _ORGANISING and 0 < len(named) < _LONGEST and len(words) == len(head):
            plain = not set(named) & (PREPOSITIONS | DETERMINERS | CONJUNCTIONS) and not is_plural(named[-1])
            return named if plain and named[-1] not in _PLAIN | _COMMON else []
    return []


def _trade(passage: Passage) -> list[str]:
    """The trade that a scene names: ``I run a small bike repair shop``, ``a thing for our church``; empty when it names none."""
    tokens = passage.head or tuple(token for clause, _ in passage.body for token in clause)
    before = tuple(word.strip("\"'(),.:;").lower() for word in passage.said.split())[:40]
    for at, word in enumerate(before):
        led = word in ("a", "an", "this") and at > 0 and (before[at - 1] in _RUNNING or _is_for(before[:at]))
        owned = word in ("our", "my") or led
        if not owned:
            continue
        named = [other for other in before[at + 1 : at + 6] if other not in MODIFIERS - PLACES]
        end = next((n for n, other in enumerate(named) if other in PLACES - _COMMON), None)
        if end is not None and all(other in tokens or other in PLACES for other in named[: end + 1]):
            return [] if set(named[:end]) & (PREPOSITIONS | DETERMINERS | CONJUNCTIONS) else named[: end + 1]
    return []


def _is_for(before: tuple[str, ...]) -> bool:
    """``an app for`` says nothing of its own, so that whom it is for names it."""
    return before[-1] == "for" and before[-2:-1] != () and before[-2] in _PLAIN and set(before[:-2]) <= _ASKING


def _is_deed(who: str, verb: str) -> bool:
    """Whether two words say that somebody does something: ``patients visit``, ``band plays``."""
    somebody = is_plural(who) and (who.endswith(PEOPLE) or singular(who) in SOMEBODY | {"critic", "judge", "user", "coach"})
    if somebody and is_verb(verb) and not is_plural(verb):
        return True
    return (verb in VERBS and is_plural(who)) or (verb.removesuffix("s") in VERBS - {"book", "order"} and verb.endswith("s"))


def _tells(words: list[str]) -> bool:
    """Whether words say that somebody does something rather than naming anything: ``student picks three electives``."""
    if set(words[1:]) & (MODALS | QUANTIFIERS):
        return True
    return bool(len(words) > 2 and read_clauses((*words, "things")).clauses)


def _is_own(passage: Passage) -> bool:
    """Whether it is about the one who speaks: ``we sell furniture``."""
    begins = passage.said.lower().split()[:1]
    return not passage.asked and begins in (["i"], ["i'm"], ["we"], ["we're"])


def _titled(words: list[str]) -> str:
    return " ".join(word.upper() if word.lower() in ACRONYMS else word[:1].upper() + word[1:] for word in words)
