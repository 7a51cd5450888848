"""Pieces of the patterns that recognise messages which change something."""

import re
from collections.abc import Iterable

from barnraise.planner.domain.language.lookup import bare

OF = r"(?: (?:of|in|on|for) (?P<of>[\w' -]+?))?"
"""Whose field it is, when that is said."""

_MARKS = " \"'`."


def whole(*pieces: str) -> re.Pattern[str]:
    """A pattern for all of a message, made of named pieces."""
    return re.compile(f"^{''.join(pieces)}$", re.IGNORECASE)


def first_match(patterns: Iterable[re.Pattern[str]], said: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.match(said))), None)


def told(match: re.Match[str], group: str) -> str:
    """What a group has matched, without quotation marks; empty when it has not, or is none of the pattern's."""
    return (match.groupdict().get(group) or "").strip(_MARKS)


def parts(text: str) -> list[str]:
    """``the title and the note`` -> two parts."""
    return [part for part in re.split(r",|\band\b", text) if bare(part)]
