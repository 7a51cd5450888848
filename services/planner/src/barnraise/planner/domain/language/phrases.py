"""Noun phrases: what a subject or a request is about."""

from collections.abc import Sequence

from barnraise.planner.domain.language.lexicon import (
    APPS,
    AUXILIARIES,
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
)
from barnraise.planner.domain.language.nouns import Words, is_plural
from barnraise.planner.domain.language.text import Token, Tokens, words_of

_LONGEST = 4
_SPEAKERS = frozenset(("i", "we", "you"))
_ENDS_OF_HEADS = PREPOSITIONS | frozenset(", : with where which that called named having".split())
_ABOUT = frozenset("for on of in to per about by from between against during".split())
_RECORDS = frozenset("track record records log logs".split())
_GATHERED = frozenset(
    "list set collection each kind database register catalogue catalog archive inventory overview directory piece pair log record diary "
    "history schedule library range selection".split()
)
"""What is but many of what follows it: a register of fire extinguishers."""

_HOW_OFTEN = frozenset("yearly monthly weekly daily regularly online annually quarterly sometimes often usually always".split())
_IN_NO_NAME = frozenset("has have had up out off who there which".split())
_HELPED = frozenset("me us to with my our the people build track manage keep organise organize".split())
_POLITE = frozenset("hi hello hey dear please kindly ok okay so well now basically like just".split())
_WISHING = frozenset(
    "i we you us me would 'd like love want wants need needs to have can could i'd we'd i'll let's lets am are looking for".split()
)
CORE_APPS = frozenset("app application system tool platform portal website webapp software program service api site".split())


def strip_lead(tokens: Tokens) -> tuple[Tokens, bool]:
    """Without "please build me a" and its like; and whether there was such a request."""
    tokens = tokens[_told_by(tokens) :]
    tokens = tokens[2:] if tokens[:2] in (("there", "are"), ("there", "is")) else tokens
    at, asked = 0, False
    while at < len(tokens) and isinstance(tokens[at], str):
        word = str(tokens[at])
        if word == "help" and tokens[at + 1 : at + 2] and tokens[at + 1] not in _HELPED:
            break  # a help desk
        if word in REQUESTS:
            asked = True
        elif not _leads(word, str(tokens[at - 1]) if at else ""):
            break
        at += 1
    return tokens[at:], asked


def _told_by(tokens: Tokens) -> int:
    """How many tokens say who wants it, or that the program shall: "as a coach I", "the system shall"."""
    if tokens[:1] == ("as",) and tokens[1:2] and tokens[1] in DETERMINERS:
        return next((at for at, token in enumerate(tokens[:8]) if token in ("i", "we")), 0)
    at = 1 if tokens and tokens[0] in DETERMINERS else 0
    shall = len(tokens) > at + 3 and tokens[at] in CORE_APPS | {"it"} and tokens[at + 1] in MODALS
    able = shall and tokens[at + 2 : at + 5] == ("be", "able", "to")
    if not shall or not isinstance(tokens[at + 2], str) or not (able or _is_managing(str(tokens[at + 2]), first=True)):
        return 0
    return at + (5 if able else 2)


def split_about(words: Words) -> tuple[Words, str, Words | None]:
    """``orders from customers`` -> the orders, "from", the customers."""
    at = next((at for at, word in enumerate(words) if at and word in _ABOUT), None)
    return (words[:at], words[at], noun(words[at + 1 :])) if at else (words, "", None)


def _leads(word: str, before: str) -> bool:
    """Whether a word still is part of what comes before the request's object."""
    if before in REQUESTS | {"up"} and word in ("up", "me", "us", "track"):
        return word != "track"
    return word in _POLITE | _WISHING and (word != "for" or before in ("", "looking"))


def managing(tokens: Sequence[Token]) -> int | None:
    """Where what is managed begins: behind "to track", "for managing", "that keeps track of"; None when nothing is."""
    for at, token in enumerate(tokens):
        if token in _RECORDS and at + 1 < len(tokens) and tokens[at - 1 : at] in (("keep",), ("keeping",), ("keeps",)):
            return at + 2 if tokens[at + 1] == "of" else at + 1
        leads = at == 0 or tokens[at - 1] in ("to", "for", "that", "which", "and", "me", "us", "helps", "i", "we", "can", "of")
        if leads and isinstance(token, str) and _is_managing(token, first=at == 0) and at + 1 < len(tokens):
            if (token in ("keep", "keeping", "keeps") and tokens[at + 1] in _RECORDS) or (
                token.endswith("ing") and tokens[at + 1] in CORE_APPS
            ):
                continue  # "a booking system" books no systems
            return at + 1
    return None


def noun(tokens: Sequence[Token], *, named: bool = False) -> Words | None:
    """The words of a noun phrase without articles; None when it is none, or says nothing ("the following fields").

    ``named``: something is said of it, so that even "tools" or "pages" are a thing.
    """
    words = list(words_of(tuple(tokens)))
    while words and (
        words[0] in DETERMINERS | FILLERS | QUANTIFIERS | {"then", "also", "so", "oh", "and"}
        or (words[0] == "well" and len(words) > 1)
        or (words[0].isdigit() and len(words) > 1)
    ):
        words.pop(0)
    if "of" in words[1:]:  # "a list of tasks", "each of the tasks"
        words = words[words.index("of") + 1 :] if words[0] in _GATHERED else words[: words.index("of")]
        words = [word for word in words if word not in DETERMINERS]
    cut = next((at for at, word in enumerate(words) if word in PREPOSITIONS | _SPEAKERS and at), len(words))
    words = words[:cut]
    while len(words) > 1 and words[-1] in _HOW_OFTEN:
        words.pop()
    if len(words) > 1 and (set(words) & _IN_NO_NAME or words[0] in PREPOSITIONS):
        return None
    if not words or len(words) > _LONGEST or not words[-1][0].isalpha() or (words[-1] in NOT_THINGS and not named):
        return None
    if any(word in PRONOUNS | MODALS | AUXILIARIES | DETERMINERS for word in words) and not (named and words == ["people"]):
        return None
    return tuple(words)


def head_words(tokens: Sequence[Token]) -> list[str]:
    """What a request calls the thing that it asks for: the words before "for", "with", "to", "that" and their like."""
    words: list[str] = []
    for token in tokens:
        if not isinstance(token, str) or token in _ENDS_OF_HEADS or (words and token in _SPEAKERS):
            break
        words.append(token)
    return [word for word in words if word not in DETERMINERS]


def implied(words: Sequence[str]) -> Words | None:
    """The things that a kind of program is for: ``expense tracker`` -> ``expense``; None when it does not say."""
    rest = [word for word in words if word not in MODIFIERS and word not in ("&", "and", ",")]
    named = len(rest)
    if rest[:1] == ["booking"] and named == 2 and rest[1] in CORE_APPS:
        return ("booking",)
    while rest and (rest[-1] in APPS | NOT_THINGS):
        rest.pop()
    if not rest or not rest[-1][0].isalpha() or len(rest) > 2 or len(rest) == named or rest[-1] in PLACES | NOT_THINGS | PRONOUNS:
        return None
    return tuple(rest)


def is_program(words: Sequence[str]) -> bool:
    """Whether a phrase names a program: its noun is "app", "tracker", "blog" and the like."""
    return bool(words) and not is_plural(words[-1]) and words[-1] in APPS


def _is_managing(word: str, *, first: bool) -> bool:
    if word in MANAGING:
        return True
    if word.endswith("ing"):
        stem = word[:-3]
        return bool({stem, f"{stem}e", stem[:-1] if stem[-2:-1] == stem[-1:] else stem} & MANAGING)
    return not first and word.endswith("s") and (word[:-1] in MANAGING or word[:-2] in MANAGING)
