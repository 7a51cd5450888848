"""What begins and ends by itself: ``permits are for a vehicle and expire`` says that each permit has an expiry date."""

import re

from barnraise.planner.domain.language.lexicon import AUXILIARIES, MODALS, PRONOUNS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.verbs import is_verb

_I = re.IGNORECASE
_DATES = {
    "expire": "an expiry date", "lapse": "an expiry date", "renew": "a renewal date", "close": "a closing date", "open": "an opening date",
    "start": "a start date", "begin": "a start date", "end": "an end date", "finish": "an end date",
}  # fmt: skip
_NOUNS_TOO = frozenset("start end close open finish begin".split())
"""Such words may be fields as well: ``shifts with a start and end``."""

_VERB = rf"(?:{'|'.join(_DATES)})(?:s|es)?"
_WHEN = (
    r"(?: (?:automatically|yearly|monthly|annually|again|on (?:a|some|their|its) (?:certain |given |specific )?date"
    r"|(?:after|every) (?:a|an|one|some|"
    r"\d+) (?:day|week|month|year)s?))?"
)
_NOUN = rf"(?!(?:is|are|has|have|can|may|must|should|will|belongs?|and|or|with|of|for|in|to|{_VERB})\b)[a-z][\w-]*"
_SPAN = re.compile(
    rf"(?P<lead>(?:^|[.;:\n]|, (?=each\b|every\b))\s*(?:and |also )?)(?P<who>(?:(?:each|every|all|an?|the|our|my) )?(?:{_NOUN} )?{_NOUN})"
    r"(?P<rest>| [^.;:\n]*?(?:,|,? and|,? then|,? that|,? which))"
    rf"(?P<verbs> {_VERB}{_WHEN}(?:(?:,| and) {_VERB}{_WHEN}){{0,2}})(?=[.;,\n]|$)",
    _I,
)
_VERBS = re.compile(_VERB, _I)
_NAME = re.compile(
    r"^(?P<title>(?!(?:an?|the|i|we|my|our|each|every|build|make|create|please|track|manage|keep)\b)[a-z][\w'-]*(?: [\w'-]+){0,4}) "
    r"for (?:an?|the|my|our) "
    r"(?P<of>[\w'-]+(?: [\w'-]+){0,3})\.\s+(?=(?P<next>[^.;\n]{5,}))",
    _I,
)
_WISHED = frozenset("can want wants need needs may must should when if until before after".split())
_SAYS = AUXILIARIES | MODALS | {"has", "have", "and", "with", "that", "to", "who", "for", "track", "needs", "wants"}
_FINITE = re.compile(r"\b(?:has|have|is|are|can|may|must|should|belongs?)\b", _I)


def spanned(text: str) -> str:
    """The text with its first sentence as a title, if it is but that, and with what begins or ends told as dates."""
    text = _NAME.sub(_titled, text, count=1)
    for _ in range(8):
        match = next((found for found in _SPAN.finditer(text) if _is_subject(found)), None)
        if not match:
            return text
        text = _told(match)
    return text


def _titled(match: re.Match[str]) -> str:
    """``Parking permit management for an apartment complex. Residents have units``"""
    words = match["title"].lower().split()
    later = match.string[match.end("of") :].lower()
    spoken = is_plural(words[-1]) and singular(words[-1]) in later
    first, verb = (*match["next"].lower().split(), "", "")[:2]
    told = _FINITE.search(match["next"]) or (is_plural(first) and is_verb(verb))
    if set(words) & _SAYS or spoken or not told:
        return match[0]
    return f"{match['title']}: "


def _is_subject(match: re.Match[str]) -> bool:
    """Whether several such things, or each of them, begin or end: not "the shop opens", and not "shifts with a start and end"."""
    words, rest = match["who"].lower().split(), match["rest"].lower()
    if words[-1] in ("each", "every", "all", "a", "an", "the", "our", "my"):
        return False
    if not (is_plural(words[-1]) or words[0] in ("each", "every", "a", "an")) or set(words) & (PRONOUNS | AUXILIARIES | MODALS):
        return False
    before = match.string[: match.start("verbs")]
    said = set(rest.split())
    nouns = said & _NOUNS_TOO or set(_VERBS.findall(match["verbs"].lower())) & _NOUNS_TOO
    had = bool(said & {"has", "have"}) and is_plural(words[-1])
    listed = had or bool(said & (_NOUNS_TOO | {"with", "-"})) or "," in rest.rstrip(", ")
    return not (said & _WISHED or before.count("(") > before.count(")") or (listed and nouns))


def _told(match: re.Match[str]) -> str:
    *before, last = (word for word in match["who"].lower().split() if word not in ("each", "every", "all", "a", "an", "the", "our", "my"))
    thing = " ".join((*before, singular(last)))
    dates = [_DATES[base] for verb in _VERBS.findall(match["verbs"]) if (base := _base(verb.lower()))]
    rest = re.sub(r"(?:,|,? and|,? then|,? that|,? which)$", "", match["rest"])
    kept = f"{match['who']}{rest}. " if rest.strip() else ""
    said = f"{match['lead']}{kept}Each {thing} has {' and '.join(dict.fromkeys(dates))}"
    after = match.string[match.end() :]
    return match.string[: match.start()] + said + (f". {after[1:].lstrip().removeprefix('and ')}" if after.startswith(",") else after)


def _base(verb: str) -> str:
    return next((base for base in (verb, verb[:-1], verb[:-2]) if base in _DATES), "")
