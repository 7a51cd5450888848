"""Nothing that was said is dropped without a word: things that a description names and that stand nowhere in what was made of it."""

import re
from collections.abc import Iterable

from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language.grammar.forms import gerund, participle, plain_verb, third_person
from barnraise.planner.domain.language.kinship import KNOWN
from barnraise.planner.domain.language.lexicon import (
    ACRONYMS,
    APPS,
    AUDIENCE,
    AUXILIARIES,
    CRUD,
    DETERMINERS,
    FILLERS,
    MANAGING,
    MODALS,
    MODIFIERS,
    NOT_THINGS,
    PLACES,
    PREPOSITIONS,
    PRONOUNS,
    QUANTIFIERS,
    REQUESTS,
    UNITS,
)
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import is_field_word, type_of
from barnraise.planner.domain.language.verbs import HAPPENINGS

_PIECES = re.compile(r"[,;:()\n]|[.!?](?:\s|$)|\s-\s|\band\b|\bor\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z][a-z-]+")
_SCENE = re.compile(
    r"^\s*(?:hi|hello|hey|dear|thanks|so basically|(?:i|we)(?:'m|'re| are| am| run| have been| sell| do)?\b)", re.IGNORECASE
)
_EMPTY = (
    DETERMINERS | QUANTIFIERS | FILLERS | PRONOUNS | PREPOSITIONS | AUXILIARIES | MODALS | REQUESTS | MANAGING | CRUD | APPS | AUDIENCE
    | PLACES | MODIFIERS | NOT_THINGS | UNITS | ACRONYMS
    | frozenset(
        "days lots ones times types kinds sorts pages lists tables forms others numbers names details needs members people everyones parts "
        "places events happens yes status always sometimes us belongs this besides thanks regards records charts columns options entities "
        "requirements models objects objectives classes values persons things goals reasons purposes steps users notes dates roles rows "
        "relations relationships cases fields class spreadsheets".split()
    )
)  # fmt: skip
_SHORTEST, _STEM, _MOST = 4, 5, 8


def unsaid(text: str, manifest: Manifest, told: Iterable[str]) -> list[str]:
    """The pieces of a clean description that name several of something of which neither the manifest nor what was ``told`` says
    anything; at most 8."""
    known = _stems(f"{manifest.model_dump_json(exclude={'description'})} {' '.join(told)}")
    lost: list[str] = []
    for piece in _PIECES.split(text):
        words = _WORD.findall(piece.lower())
        if not words or len(words) > 14 or _SCENE.match(piece):
            continue
        missing = [
            word
            for at, word in enumerate(words)
            if _is_thing(word, words[at - 1] if at else "", (*words, "")[at + 1]) and not _is_known(word, known)
        ]
        if missing:
            lost.append(" ".join(piece.split()))
    return list(dict.fromkeys(lost))[:_MOST]


def _stems(text: str) -> set[str]:
    return {
        singular(word)[:_STEM] for part in re.findall(r"[A-Za-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)) for word in (part.lower(),)
    }


def _is_known(word: str, known: set[str]) -> bool:
    stem = singular(word)
    return any(part[:_STEM] in known for part in stem.split("-")) or stem[: _STEM - 1] in {one[: _STEM - 1] for one in known}


def _is_thing(word: str, before: str, then: str) -> bool:
    """Whether a word names several things, and is no verb."""
    one = singular(word)
    if not is_plural(word) or word in _EMPTY or one in _EMPTY or len(one) < _SHORTEST or type_of((one,)) not in ("string", "text"):
        return False
    led = before in DETERMINERS | PREPOSITIONS
    named = (one in KNOWN or one in HAPPENINGS.values()) and then not in DETERMINERS | {"from", "to"}
    verb = third_person(word) and not (led or named)
    return not (verb or participle(word) or gerund(word) or plain_verb(word) == word or is_field_word(one))
