"""Wishes to see only some of what is kept, as in "show overdue items": a look at the records, and no thing of its own."""

import re

from barnraise.planner.domain.language.lexicon import DETERMINERS
from barnraise.planner.domain.language.text import Tokens, words_of

_STATES = (
    "overdue late missing unreturned unpaid outstanding upcoming expired expiring unanswered unsold unread unassigned unfinished available "
    "incomplete free empty vacant low due today's tomorrow's newest latest recent oldest cheapest highest lowest fastest slowest top worst "
    "duplicate inactive"
)
_VIEWING = "show shows display displays highlight highlights flag flags list lists see view find spot warn remind"
_STATE = rf"(?:{'|'.join(_STATES.split())})\b"
_VIEW = rf"(?:{'|'.join(_VIEWING.split())}) (?:me |us )?(?:(?:all|the|any|which|what|who|only|just|of|about) )*"
_WANTED = r"^(?:(?:also|please|it should|we want to|i want to|to) )*"
_CUT = re.compile(rf"(?:, ?(?:and )?|; ?| and (?:to )?)(?={_VIEW}{_STATE})", re.IGNORECASE)
_SOME = re.compile(rf"{_WANTED}{_VIEW}{_STATE}[^:,]*$", re.IGNORECASE)
_WHICH = re.compile(
    rf"{_WANTED}{_VIEW}[\w' -]{{2,40}} (?:is|are|was|were|has|have)(?: not| never| still)? {_STATE}[^:,]*$",
    re.IGNORECASE,
)
_UNDONE = (
    r"(?:see|show|list|know|find out|check)(?: me| us)? (?:who|which [\w -]{2,30}?|whose [\w -]{2,30}?) "
    r"(?:(?:has|have|is|are|did|do|does|was|were) (?:not|never|still|already)|hasn't|haven't|isn't|aren't|didn't)\b"
)
_UNTOLD = re.compile(rf"{_WANTED}{_UNDONE}[^:,]*$", re.IGNORECASE)
WISHED = rf"{_VIEW}(?:[\w'-]+ ){{0,5}}?{_STATE}|{_UNDONE}"
"""A pattern of such wishes."""


def views_apart(said: str) -> list[str]:
    """A sentence, and behind it what it wishes to see: ``pupils borrow lamps, show missing lamps``."""
    return _CUT.split(said)


def is_view(tokens: Tokens) -> bool:
    """Whether a sentence does nothing but ask for some of the records to be seen."""
    words = words_of(tokens)
    said = " ".join(words)
    short = len(words) == len(tokens) and len([word for word in words if word not in DETERMINERS]) < 12
    return short and bool(_SOME.match(said) or _WHICH.match(said) or _UNTOLD.match(said))
