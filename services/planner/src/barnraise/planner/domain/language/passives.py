"""What is said beside the thing that it is said of: ``apartments (number) in a building``, ``is taken from a patient on a collection
date``. It is told in sentences of its own, or as what belongs and what it has."""

import re

from barnraise.planner.domain.language.lexicon import (
    CRUD,
    DETERMINERS,
    FILLERS,
    MANAGING,
    PARTICIPLES_BY,
    PLACES,
    PREPOSITIONS,
    QUANTIFIERS,
    UNITS,
)
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import is_verb

_WORD = r"[a-z][a-z'-]{1,30}"
_NAME = rf"{_WORD}(?: {_WORD}){{0,2}}?"
_DATED = ("date", "datetime", "time", "decimal", "int", "float")
_GROUPED = re.compile(
    rf"\b({_WORD}s)( ?\([^()]{{3,300}}\)) (?:that are |which are )?(?:\w+ed )?(?:in|on|of|at|for|from|by|per|inside|under|within|to) "
    rf"(?:an?|one|each|every|the|their|its)? ?({_NAME})(?=,|;|\.|$| and\b| &)",
    re.I,
)
_BETWEEN = re.compile(
    rf"\b({_WORD}s)((?: ?\([^()]{{3,300}}\)| with [^;:().]{{3,120}}?)?),? ?\bbetween "
    rf"an? ({_NAME}) and an? ({_NAME})(?=,|;|\.|$| and\b| (?:for|at|on|with|in)\b)",
    re.I,
)
_NO_NAMES = DETERMINERS | QUANTIFIERS | PREPOSITIONS | CRUD | MANAGING | FILLERS | {"and", "or", "with", "has", "have", "plus", "are", "is"}
_CHAIN = re.compile(
    rf"\b([a-z][a-z-]{{1,30}}s)((?: of| for| by| in| on| at| to| from) (?:an?|"
    rf"one) {_NAME}(?:(?: for| in| on| at| to| from| by) (?:an?|one) {_NAME})+)"
    r"(?=,|;|\.|$| and\b| with\b| ?\()",
    re.I,
)
_LINK = re.compile(
    rf" (?:of|for|by|in|on|at|to|from) (?:an?|one) ({_NAME})(?= (?:of|for|by|in|on|at|to|from) an?\b| (?:for|in|on|at) one\b|$)", re.I
)
_BY_GROUP = re.compile(rf"\b({_WORD}s) ({_WORD}) by ({_WORD}s)(?= ?\()", re.I)


def beside(said: str) -> str:
    """The sentence without what is said of its things beside them, and that in lines of its own behind it."""
    more: list[str] = []

    def tied(match: re.Match[str]) -> str:
        child, parents = match[1], match.groups()[2:]
        if any(type_of((parent.split()[-1].lower(),)) != "string" or parent.split()[-1].lower() in UNITS | PLACES for parent in parents):
            return match[0]
        if len(parents) == 1 and not (is_plural(child.lower()) and ("," in match[2] or "/" not in match[2])):
            return match[0]
        more.append(f"each {_called(match)} belongs to {' and '.join(f'one {_single(parent)}' for parent in parents)}")
        return f"{match[1]}{match[2]}"

    said = _BETWEEN.sub(tied, said)
    said = _GROUPED.sub(tied, said)
    said = _CHAIN.sub(lambda match: _chained(match, more), said)
    said = _BY_GROUP.sub(lambda match: _given(match, more), said)
    return "\n".join((said, *more))


def _chained(match: re.Match[str], more: list[str]) -> str:
    """``sign-ups of a scout for a camp``, ``appointments for a service at a datetime``"""
    aims = _LINK.findall(match[2])
    if not is_plural(match[1].lower()) or len(aims) < 2:
        return match[0]
    fields = [aim for aim in aims if type_of(tuple(aim.lower().split())) in _DATED]
    owners = [aim for aim in aims if aim not in fields]
    child = _called(match)
    more.extend(f"each {child} belongs to one {_single(owner)}" for owner in owners)
    more.extend(f"each {child} has a {field}" for field in fields)
    return match[1]


def _called(match: re.Match[str]) -> str:
    """``vital sign`` of "record vital signs (": the noun with a word before it that belongs to its name."""
    before = match.string[: match.start(1)].rstrip(" ").rpartition(" ")[2].lower()
    led = match.string[: match.start(1)].endswith(" ") and before.isalpha()
    plain = led and before not in _NO_NAMES and not is_verb(before) and not is_plural(before)
    return f"{before} {singular(match[1].lower())}" if plain else singular(match[1].lower())


def _single(name: str) -> str:
    words = name.split()
    return " ".join((*words[:-1], singular(words[-1].lower())))


def _given(match: re.Match[str], more: list[str]) -> str:
    """``donations given by families (``"""
    if not _is_done(match[2].lower()):
        return match[0]
    more.append(f"each {_called(match)} belongs to one {singular(match[3].lower())}")
    return match[1]


def _is_done(word: str) -> bool:
    return (word.endswith("ed") and word != "bed") or word in PARTICIPLES_BY
