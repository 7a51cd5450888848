"""What specifications and forms of words put around a plain sentence: ``the system shall record for each vehicle the make`` says what each
vehicle has, ``up to four persons`` are several."""

import re

from barnraise.contracts.names import plural
from barnraise.planner.domain.language.lexicon import MODIFIERS, PLACES
from barnraise.planner.domain.language.nouns import is_plural, singular

_I = re.IGNORECASE
_SYSTEM = (
    r"(?:(?:the|this|our|your|a|an|it|proposed|new|vendor's|following) ){0,3}(?:system|solution|application|app|platform|software|tool"
    r"|program|website|portal|database|product|module|vendor|supplier's system|it) "
    r"(?:must|shall|should|will|has to|needs to|is to|can|could|ought to) "
)
_KEEP = r"(?:record|store|maintain|keep|capture|hold|save|track|log|manage|register|note|write down|document|collect)"
_ABLE = r"(?:also )?(?:be able to |be capable of |allow (?:us |users |staff |you |the user |people )?to |let us |help us |enable us to )?"
_ROLL = (
    r"(?:an? |the )?(?:central |complete |single |up-to-date )?"
    r"(?:register|registry|list|record|records|database|log|file|track|overview) of "
)
_DOING = (
    r"(?:registration|management|recording|creation|administration|tracking|storage|maintenance|entry|handling|capture|cataloguing|logging"
    r"|documentation|input|registering|managing|recording|creating|tracking|storing|entering|maintaining|capturing)"
)
_NAME = r"[a-z][a-z-]{1,24}(?: (?!(?:we|i|you|they|it|he|she|the|system|staff)\b)[a-z][a-z-]{1,24}){0,2}?"
_FEW = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve|2|3|4|5|6|7|8|9|10|12|15|20|25|30|50|100)"
_PLAIN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, _I), instead)
    for pattern, instead in (
        (
            rf"(?m)(^|(?<=[.;:] )){_SYSTEM}{_ABLE}{_KEEP},? for (?:each|every|any|an?) ({_NAME}),? ?(?=(?:the|its|an?|their|his|her)\b)",
            r"\1Each \2 has ",
        ),
        (
            rf"(?m)(^|(?<=[.;:] ))for (?:each|every) ({_NAME}),? (?:please )?{_KEEP} (?:down )?"
            r"(?=(?:the|its|an?|their|his|her|who|when|how)\b)",
            r"\1Each \2 has ",
        ),
        (rf"(?m)(^|(?<=[.;:] )){_SYSTEM}{_ABLE}{_KEEP} {_ROLL}", r"\1keep track of "),
        (
            rf"(?m)(^|(?<=[.;:] )){_SYSTEM}(?:also )?(?:allow|support|enable|permit|provide|offer|cover)s?"
            rf"(?: for)? (?:the )?{_DOING} of ",
            r"\1manage ",
        ),
        (r"\b(?:at most|no more than|not more than|a maximum of|maximum|max) one(?= [a-z])", "one"),
        (rf" ?\((?:up to|max(?:imum)?|at least|min(?:imum)?|at most) {_FEW}\)", ""),
        (r" ?\((?:1|one|0|zero|two|2) or (?:more|several|many)\)", ""),
        (
            rf"\b(?:up to|at most|no more than|a maximum of|at least|more than|a minimum of|between {_FEW} and) {_FEW}"
            r"(?= (?:[a-z-]+ )?[a-z]+s\b)"
            r"(?! (?:minutes|hours|days|weeks|months|years|points|characters|words|people))",
            "several",
        ),
        (
            r"(?<=ed) (?:once|twice|(?:two|three|four|five|six|several|many) times) (?:a|per|every|each) (?:day|week|month|year|season)\b",
            "",
        ),
        (r"\b(one [a-z-]+(?: [a-z-]+)?) at (?:a|any one) time\b", r"\1"),
        (
            r"(?<=[a-z]) in (?:(?:a certain|a given|a fixed|the right|a particular) order|(?:an? |the )?sequence)"
            r"(?= ?(?:[.,;)\n]|$)| with\b)",
            "",
        ),
        (r"\bwho(?:'s| has| have) got\b", "who has"),
        (r"\bwho has what\b(?! in\b)", "who borrowed what"),
    )
)
_ONE_OF = re.compile(
    rf"\b(?:one|any) of (?:our|the|their|my|its|these) (?:{_FEW} |several |many |available )?([a-z][a-z-]{{1,24}}s)"
    r"(?= ?(?:[.,;:)\n]|$)| (?:and|or|at|in|on|for|to|with|from|per)\b)",
    _I,
)
"""``one of our six courts``"""

_MORE_THAN_ONE = re.compile(
    r"\b(?:more than one|one or two) ([a-z][a-z-]{1,24})"
    r"(?= ?(?:[.,;:)\n]|$)| (?:and|or|at|in|on|for|to|with|from|per)\b)",
    _I,
)


_LENDING = re.compile(r"^(?:an? |our |my |the )?(?P<of>[a-z]{3,12}) library\.?$", _I)
_BOOKS = MODIFIERS | PLACES | frozenset("book books public lending reference reading law medical music photo image media video".split())


def _lent(match: re.Match[str]) -> str:
    """``toy library``: one that lends toys."""
    of = match["of"].lower()
    return match[0] if of in _BOOKS or is_plural(of) else f"{of} library: members borrow {plural(of)}"


def unburdened(text: str) -> str:
    """The text without such words."""
    for pattern, instead in _PLAIN:
        text = pattern.sub(instead, text)
    text = _LENDING.sub(_lent, text)
    text = _ONE_OF.sub(lambda match: f"one {singular(match[1].lower())}" if is_plural(match[1].lower()) else match[0], text)
    return _MORE_THAN_ONE.sub(lambda match: f"several {match[1] if is_plural(match[1].lower()) else plural(match[1].lower())}", text)
