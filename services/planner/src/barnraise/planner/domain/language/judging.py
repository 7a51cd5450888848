"""Judgements that several give of the same: ``judges score projects from 1 to 10 and leave a comment`` says that a score is of a judge and
of a project, and has points and a comment."""

import re

from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.telling.roles import ANYONE, SPEAKERS
from barnraise.planner.domain.language.types import is_field_word

_I = re.IGNORECASE
_JUDGED = {
    "score": ("score", "points"), "rate": ("rating", "rating"), "grade": ("grade", "mark"), "judge": ("judgement", "points"),
    "mark": ("mark", "points"), "evaluate": ("evaluation", "score"), "assess": ("assessment", "score"), "vote for": ("vote", "points"),
    "vote on": ("vote", "points"),
}  # fmt: skip
_WORD = r"[a-z][a-z'-]{1,30}"
_JUDGE = re.compile(
    rf"(?P<lead>^|[.,;:\n]\s*(?:and )?)(?P<who>(?:{_WORD} )?{_WORD}s) (?:can |then |will |may )?(?P<verb>{'|'.join(_JUDGED)}) "
    rf"(?:(?P<each>each|every|a) |all |the |all the )?(?P<what>{_WORD}(?: (?!from|between|with){_WORD})?)"
    rf"(?: (?:with (?:a |an )?(?:{_WORD} )?)?(?:from |between |of )?"
    rf"(?P<low>\d{{1,3}}) ?(?:to|-|and) ?(?P<high>\d{{1,3}}))?(?:,? (?:and )?(?:leave|give|write|add|with)s? (?:an? )?(?P<more>{_WORD}))?"
    r"(?=[.,;\n]|$)",
    _I,
)


def judged(text: str) -> str:
    """The text with such judgements told as things."""
    return _JUDGE.sub(_told, text)


def _told(match: re.Match[str]) -> str:
    who, what = match["who"].lower().split(), match["what"].lower().split()
    nobody = who[-1] in ANYONE | SPEAKERS or not is_plural(who[-1])
    if nobody or not (match["each"] or is_plural(what[-1])) or is_field_word(singular(what[-1])):
        return match[0]
    name, value = _JUDGED[match["verb"].lower()]
    if not match["low"] and (value not in ("rating", "points") or re.search(rf"\b{name}s?\b", match.string, _I) or match["verb"] == "mark"):
        return match[0]
    more = f" and a {match['more']}" if match["more"] else ""
    bounds = f"a {value} from {match['low']} to {match['high']}" if match["low"] else "a rating"
    lead = match["lead"] if match["lead"].strip(" ,and") else ". " if match["lead"] else ""
    return f"{lead}Each {name} belongs to one {_one(who)} and one {_one(what)}. Each {name} has {bounds}{more}"


def _one(words: list[str]) -> str:
    return " ".join((*words[:-1], singular(words[-1])))
