"""Turns of phrase of those who ask for an application, told again in the few ways that the reader knows: ``judges score each project on
polish and fun from 1 to 10`` is ``each score has polish from 1 to 10`` and more."""

import re
from collections.abc import Callable

from barnraise.planner.domain.language.lexicon import PLACES, UNITS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import type_of

_WORD = r"[a-z][a-z'-]{1,30}"
_MANY = r"[a-z][a-z'-]{1,29}s"
_JUDGED = {
    "score": "score", "rate": "rating", "grade": "grade", "judge": "score", "evaluate": "evaluation", "assess": "assessment",
    "mark": "mark",
}  # fmt: skip

_SCALES = {
    ("poor", "mint"): "poor, fair, good, very good, near mint, mint", ("poor", "excellent"): "poor, fair, good, very good, excellent",
    ("easy", "hard"): "easy, medium, hard", ("low", "high"): "low, medium, high",
    ("beginner", "advanced"): "beginner, intermediate, advanced",
    ("beginner", "expert"): "beginner, intermediate, advanced, expert", ("xs", "xl"): "xs, s, m, l, xl", ("s", "xl"): "s, m, l, xl",
    ("a", "f"): "a, b, c, d, e, f", ("a", "e"): "a, b, c, d, e", ("bad", "excellent"): "bad, fair, good, excellent",
}  # fmt: skip
"""What lies between the two ends of a scale."""

_SCALE = re.compile(
    rf"(?<=[a-z]) \(?(?:from )?\b({'|'.join({low for low, _ in _SCALES})})(?: to |-| - )([a-z]+)\b\)?(?=[,.;)]|$| (?:and|on|for|by|per)\b)",
    re.I,
)
_OVER = rf"(?:,|;|^|: )(?: ?and)? ?(?P<who>{_MANY}(?: {_MANY})?|{_WORD} {_MANY}) "
_JUDGE = re.compile(
    rf"{_OVER}(?:can |then |will )?(?P<verb>{'|'.join(_JUDGED)}) (?:each |every |all |the |an? )?(?P<what>{_WORD}(?: {_WORD})?) "
    r"(?:on|for|by|in terms of|according to|in) (?P<on>[a-z][\w ,&-]{2,120}?),? (?:each |all )?"
    r"(?:from |on a scale (?:from |of ))(?P<low>\d{1,3}) ?(?:to|-) ?(?P<high>\d{1,3})$",
    re.I,
)
_POINTS = re.compile(
    rf"{_OVER}(?:can |then |will )?give (?:each |every |all |the )(?P<what>{_WORD}(?: {_WORD})?) (?P<on>points|marks|stars|a score|a mark|"
    r"a rating) (?:from |between )?(?P<low>\d{1,3}) ?(?:to|-|and) ?(?P<high>\d{1,3})$",
    re.I,
)
_GIVES = re.compile(
    rf"(?:^|, |: )(?:each|every|an?|one) (?P<who>{_WORD}) (?:can |then |will )?gives? (?:each|every|all|the|an?) (?P<what>{_WORD}) "
    r"(?P<on>an? (?:score|mark|grade|rating)|points|marks)(?: (?:from|of|between))? (?P<low>\d{1,3}) ?(?:to|-|and) ?(?P<high>\d{1,3})$",
    re.I,
)
_TAIL = re.compile(
    rf"(?:^|: )(?:(?:log|track|record|note|keep) )?(?P<child>(?:{_WORD} )?{_MANY})(?P<of> per {_WORD})?"
    rf"(?P<has>(?: with | have |: )[^.;:]{{3,200}}) "
    rf"(?:per|for each|for every|for an?) (?P<parent>{_WORD})(?P<rest>$|, (?P=parent)s .*)",
    re.I,
)
_KINDS = re.compile(rf"(?:^|: )((?:{_MANY}, ){{0,6}}{_MANY},? and {_MANY}) are (?:all )?({_MANY}) with ", re.I)

_SPELLS = frozenset(
    "night person week month hour day year unit seat head piece item time use season quarter minute second customer date".split()
)

_PLAIN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), instead)
    for pattern, instead in (
        # What it is for, and what is only looked at.
        (
            r",? (?:so|so that|in order that) (?:i|we|they|you) can (?:see|spot|follow|watch|compare|plan|decide|know)\b[^,.;:]*$",
            "",
        ),
        (rf",? and (?:to )?see (?:the |their |my )?(?:best|latest|average|total|overall|worst|highest|lowest|fastest) {_MANY}$", ""),
        (rf"^((?:{_WORD} ){{1,3}}{_WORD}) with (?:my |some )?(?:friends|family|colleagues|mates):", r"\1:"),
        (
            r"^(?:something|an? (?:app|site|thing|tool|platform|clone)) like [a-z]\w+,? (?:but |only |just )?(?:for|with) ((?:\w+ )?\w+)$",
            r"an app for \1",
        ),
        (r"\bkeep an? (?:log|list|diary|journal) of (?:my |our |all |the )?", "track "),
        (rf"^let ({_MANY}) (?=[a-z]+ )", r"\1 "),
        (
            rf"^(?:.{{0,60}}? )?(?:know|see|track) what(?:'s| is) in (?:each|every|the) ({_WORD}): ({_MANY}) ",
            "each \\1 has several \\2\n\\2 ",
        ),
        # What nouns of several words are, and short words for long ones.
        (r"\bbills? of materials?\b", "boms"),
        (
            r"\b(letter|certificate|proof|statement|report|record|note)s of (recommendation|insurance|delivery|purchase|account|absence)\b",
            r"\2 \1s",
        ),
        (r"(?<=, )crew(?=,| and\b|$)|(?<=have )crew(?=,| and\b|$)", "crew members"),
        (r"\bticketing (system|app|tool|software|platform)\b", r"ticket \1"),
        (r"\bpriorities (?=(?:of |\()?[a-z]+(?:/|, [a-z]+ or))", "a priority "),
        (rf"\b({_MANY}),? (?:with )?(?:quantities|amounts) and units\b", r"\1 (name, quantity, unit)"),
        (rf"\b({_MANY}) (?:every|each|per) (?:hour|minute|day|week|month|quarter of an hour) (with|have)\b", r"\1 \2"),
        # What was paid, asked and thought.
        (r"\b(?:the )?(?:price|what|amount) (?:i|we|they) (?:have |had )?paid(?: for (?:it|them|each))?\b", "purchase price"),
        (r"\b(?:the )?(?:price|what|amount) (?:i|we|they) (?:have |had )?(?:bought|got) (?:it|them|each) for\b", "purchase price"),
        (r"\b(?:the )?(?:price|what|amount) (?:i|we|they) (?:sell|are selling) (?:it|them|each) for\b", "selling price"),
        (r"\b(?:the )?(?:price|what|amount) (?:i|we|they) ask(?: for)?(?: (?:it|them))?\b", "asking price"),
        (r"\b(?:the )?(?:price|what|amount) (?:i|we|they) sold (?:it|them) for\b", "selling price"),
        (r"\bwhat (?:it's|it is|they're|they are|each is) worth(?: now| today)?\b", "current value (decimal)"),
        (r"\bhow many (?:of (?:them|each) )?(?:i|we|they) (?:have|own|got|keep)(?: left| in stock)?\b", "quantity"),
        (r"(?<=[(,] )what happened(?=[,)])|(?<=\()what happened(?=,)", "description"),
        (r"(?<=, )why(?=[,)]|$)", "reason"),
        # When it begins and ends.
        (rf"\b({_MANY}) from date to date\b", r"\1 with a start date and an end date"),
        (
            r"\b((?:booking|reservation|rental|shift|slot|appointment|loan|session)s) from time to time with\b",
            r"\1 with a start time, an end time and",
        ),
        (r"\b(songs|tracks|pieces|steps|stops|chapters) in order\b", r"\1"),
        # Who does what to whom.
        (
            rf"^(booking|rental|reservation|registration|review|delivery|purchase|sale|loan)s? of "
            rf"((?:{_WORD} )?{_MANY}) by ({_MANY})(?=:|,|$)",
            "each \\1 belongs to one \\2 and one \\3\nkeep ",
        ),
        (
            rf"\b({_MANY}) (?:can |may )?have (?:several|many|multiple|some) ({_MANY}),? (?:and|while) \2 (?:can |may )?(?:have )?"
            r"(?:several|many|multiple|some) \1\b",
            "\\1 have many-to-many \\2",
        ),
        (r"\b(reviews|ratings)( on [a-z]+)? (?:with |from |of )?(\d) ?(?:-|to) ?(\d) stars\b", r"\1\2 with a rating from \3 to \4"),
        (
            rf"^(.*?)\b({_WORD}) (system|app|tool|desk)\b(.*?),? assignments? to ({_MANY})\b",
            "\\1\\2 \\3\\4\neach \\2 belongs to one \\5\n\\2s have ",
        ),
        (
            rf"\b({_MANY}) hand in (?:their )?(?:work|homework|solutions?|essays)(?: with (.*?))?"
            rf"(?:,? (?:and )?(?:the )?{_MANY} (?:can )?grade (?:it|them)"
            r"( \([^)]*\))?)?$",
            "each submission belongs to one \\1\neach submission has \\2 and a grade\\3",
        ),
        (
            rf"\bwhich (?:of (?:my|our|the) )?({_WORD}) (?:has |have )?(?:borrowed|lent) which ({_WORD})\b.*$",
            "loans\neach loan belongs to one \\1 and one \\2\neach loan has a loan date, a due date and a return date",
        ),
        (
            rf",? (?:and )?which ({_MANY}) (?:are|were) (?:in|on|at|part of|assigned to) which ({_WORD})(?=,|$)",
            "\n\\1 have many-to-many \\2s\n",
        ),
        # What is posted, and what is only worked out from something else.
        (rf"^.*\bwhere (?:people|users|members|everyone|anyone) (?:can )?(?:post|list|share|publish|offer|add) ({_MANY}): ", r"\1: "),
        (
            r",? (?:and )?an? [\w -]{3,30} (?:automatically )?(?:generated|calculated|computed|derived|compiled) from (?:the |my |all )?"
            r"[a-z]+(?: [a-z]+)?$",
            "",
        ),
    )
)


def turned(said: str) -> list[str]:
    """The sentence in plainer words; in several when it says several things."""
    said = scaled(said)
    for pattern, instead in _PLAIN:
        said = pattern.sub(instead, said)
    return [again for line in said.split("\n") for again in _again(line.strip(" ,")) if again]


def _again(line: str) -> list[str]:
    for pattern, tell in _TOLD:
        match = pattern.search(line)
        if match and (told := tell(match)):
            head = line[: match.start()].rstrip(" ,:")
            spare = match[0].startswith(":") and is_plural(head.split()[-1].lower())
            return [part for part in ("" if spare else head, *told) if part]
    return [line]


def scaled(said: str) -> str:
    """``a grade from A to F`` with all that lies between the two."""
    return _SCALE.sub(_scaled, said)


def _scaled(match: re.Match[str]) -> str:
    """``condition from poor to mint`` has what lies between as well."""
    values = _SCALES.get((match[1].lower(), match[2].lower()))
    return f" ({values})" if values else match[0]


def _one(words: str) -> str:
    *before, last = words.lower().split()
    return " ".join((*before, singular(last)))


def _judged(match: re.Match[str]) -> list[str]:
    """``judges score each project on polish and fun from 1 to 10``"""
    name = _JUDGED.get(match.groupdict().get("verb", "").lower(), "score")
    listed = [part.strip() for part in re.split(r",| and | & ", match["on"]) if part.strip()]
    bounds = f"from {match['low']} to {match['high']}"
    has = " and ".join(f"a {part.removeprefix('a ').removeprefix('an ')} {bounds}" for part in listed)
    return [f"each {name} belongs to one {_one(match['who'])} and one {_one(match['what'])}", f"each {name} has {has}"]


def _tailed(match: re.Match[str]) -> list[str]:
    """``harvests with a date and a weight per block``: each harvest belongs to one block."""
    parent, fields = match["parent"].lower(), match["has"]
    listed = "," in fields or " and " in fields
    if not listed or parent in _SPELLS | UNITS | PLACES or is_plural(parent) or type_of((parent,)) != "string" or "(" in fields:
        return []
    last = tuple(re.split(r",| and | with | have ", fields)[-1].split())
    if last and type_of(last) == "decimal":
        return []  # a price per player
    told = f"{match['child']}{match['of'] or ''}{fields}"
    return [told, f"each {_one(match['child'])} belongs to one {parent}", *([match["rest"].lstrip(", ")] if match["rest"] else [])]


def _kinds(match: re.Match[str]) -> list[str]:
    """``boards and wheels are products with a price``: products have a kind."""
    kinds = ", ".join(part.strip() for part in re.split(r",| and ", match[1]) if part.strip())
    return [f"{match[2]} with a kind ({kinds}), {match.string[match.end() :]}"]


_TOLD: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]], ...] = (
    (_JUDGE, _judged),
    (_POINTS, _judged),
    (_GIVES, _judged),
    (_TAIL, _tailed),
    (_KINDS, _kinds),
)
