"""What people say in short, told in full before the text is read."""

import re

from barnraise.planner.domain.language.continuing import continued
from barnraise.planner.domain.language.inbrief import in_brief
from barnraise.planner.domain.language.judging import judged
from barnraise.planner.domain.language.measuring import measured
from barnraise.planner.domain.language.questioning import asked
from barnraise.planner.domain.language.recalling import recalled
from barnraise.planner.domain.language.requiring import unburdened
from barnraise.planner.domain.language.rowing import rowed
from barnraise.planner.domain.language.spanning import spanned
from barnraise.planner.domain.language.staging import staged
from barnraise.planner.domain.language.trailing import carried_on
from barnraise.planner.domain.language.turns import scaled

_PLAIN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\b(?:keep|keeping) (?:tabs|an eye|an overview) (?:on|of)\b", "track"),
        (r"(?<=[a-z]), (?:and )?track (?=(?:[a-z]+ )?[a-z]+s(?:[.;,\n]|$))", ". Track "),
        (r"^as an? (?:[a-z-]+ ){1,3}?(?=(?:i|we) (?:want|need|would|have|manage|run|track|must|like)\b)", ""),
        (r"\brent (?=payments?\b)", ""),
        (r"\bincome (and|&|, (?=expen)) ?(?=(?:expense|spending|expenditure)s?\b)", r"incomes \1 "),
        (r"\b(?:expenses|spending) (?:and|&) income\b", "expenses and incomes"),
        (r"\brequest (?:for )?(?:time off|days? off|leave|holidays?|vacations?)\b", "have leave requests"),
        (r"\b(?:can )?(?:say|answer|reply|respond)(?: with)? (yes(?:, | or )no(?:,? or maybe)?)(?= and\b|[.,;]|$)", r"have an answer (\1)"),
        (r"\b(?:can |may )?bring (?:a |their |some )?plus[- ]ones?\b", "have a number of plus-ones"),
    )
)
"""Turns of phrase, and what they say."""


def in_full(text: str) -> str:
    """The clean text with its ellipses told: rows without commas, what one wants to recall, stages by their names, what goes on with what
    was said before, what begins and ends, who judges what."""
    for pattern, instead in _PLAIN:
        text = pattern.sub(instead, text)
    for told in (in_brief, unburdened, measured, scaled, rowed, asked, carried_on, recalled, staged, continued, spanned, judged):
        text = told(text)
    return text
