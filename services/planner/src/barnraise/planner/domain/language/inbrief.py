"""What is said in a few words, told as the sentences that they stand for: ``monthly bill per member`` are bills, each of one member;
``who plays with whom`` are matches between two players; ``pieces sung at concerts`` are at several concerts."""

import re
from collections.abc import Callable

from barnraise.contracts.names import plural
from barnraise.planner.domain.language.grammar.forms import gerund, participle, participle_of, plain_verb, third_person
from barnraise.planner.domain.language.kinship import KNOWN, PEOPLE, SOMEBODY, STAFF
from barnraise.planner.domain.language.lexicon import DETERMINERS, PREPOSITIONS, PRONOUNS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import HAPPENINGS

_I = re.IGNORECASE
_WORD = r"[a-z][a-z-]{1,24}"
_LED = r"(?P<led>^|(?<=[.\n;] )|(?<=\n)|: |\b(?:track|log|record|keep|note|manage|store|want|need)(?:ing)?(?: the| our| my| down)? )"
_STOP = r"(?= ?(?:[.,;:\n]|$)| and\b)"
_ITS = r"(?:the |our |my |all |each |every )?"

_MANY = rf"{_WORD}s(?:,? (?:and )?{_WORD}s){{0,3}}"
_TAKEN_OUT = re.compile(
    rf"\b(?P<who>{_WORD}s|people) (?:can |may |will )?(?:check|sign|take)s? out (?!of\b|at\b|on\b|the (?:trash|bins?)\b)"
    rf"(?=(?:the |our |some )?{_WORD})",
    _I,
)
_HANDED_OUT = re.compile(r"\b(hired|lent|loaned|rented|leased|let) out (?=(?:to|by)\b)", _I)
_PASSED = re.compile(
    rf"\b(?P<what>{_WORD}s)(?: (?:at|in|of|from) (?:one|a|our|my|the) {_WORD})?(?: (?:that|which))? (?:are |get )?"
    rf"(?P<verb>hired|lent|loaned|rented|leased) to (?P<who>{_WORD}s){_STOP}",
    _I,
)
_LENDS = re.compile(
    rf"\b(?:i|we) (?:often |sometimes |always )?(?:lend|loan)(?: out)? (?:my |our |some )?(?P<what>{_MANY}) to (?:my |our )?"
    rf"(?P<who>{_WORD}s){_STOP}",
    _I,
)
_HAS_MINE = re.compile(rf"\bwho(?: currently| still)? (?:has|have|has got) (?:my|our) (?P<what>{_MANY}){_STOP}", _I)
_TAKES = r"(?P<verb>book|reserve|rent|hire|borrow|share|use)s?"
_ONLY_ONE = re.compile(
    rf"\b(?:we|i) (?:only |just )?(?:have|own|run|got|have got) (?:one|an?|a single) (?P<what>{_WORD}(?: {_WORD})?),? "
    rf"(?:and|that|which|so) (?:all )?(?:our |the )?(?P<who>people|{_WORD}s|we all|everyone|anyone) "
    rf"(?:can |may |all |want to |to )*{_TAKES}(?: it)?{_STOP}",
    _I,
)
_A_BOOKING = re.compile(
    rf"^(?:an? |simple |the )*(?P<named>{_WORD}) (?P<event>booking|reservation|rental|hire)(?: app| system| tool| calendar)? "
    rf"for (?:an?|one|the|our) (?P<what>{_WORD}(?: {_WORD})?)(?: (?:in|at|of) (?:an?|one|the|our|my) (?:{_WORD} ?){{1,3}})?{_STOP}",
    _I,
)
_WHAT_THEY = re.compile(rf"{_LED}(?P<what>{_WORD}s) (?P<who>(?:{_WORD}s|people)) (?P<verb>{_WORD}){_STOP}", _I)
_DONE_AT = re.compile(
    rf"\b(?P<what>{_WORD}s) (?P<verb>{_WORD}) (?:at|in|on|during) {_ITS}(?P<when>{_WORD}s){_STOP}",
    _I,
)
_PERFORMED = frozenset(
    participle_of(base)
    for base in "sing play perform serve screen dance rehearse see spot observe present discuss sell taste visit exhibit read eat learn "
    "cover use".split()
)
"""What is done so is done again at another time."""

_OFTEN = re.compile(
    rf"{_LED}(?P<often>daily|weekly|monthly|quarterly|yearly|annual|hourly) (?P<what>{_WORD}) "
    rf"(?:per|for each|for every|by) (?P<of>{_WORD}){_STOP}",
    _I,
)
_DATED = {
    "daily": "a date", "weekly": "a week start (date)", "monthly": "a month (date)", "quarterly": "a quarter start (date)",
    "yearly": "a year", "annual": "a year", "hourly": "a datetime",
}  # fmt: skip
_SUMS = frozenset(
    "sale bill fee rent due salary wage payment contribution revenue income expense cost spending subscription charge".split()
)
_WITH_WHOM = re.compile(
    rf"(?:{_LED}|, | and )(?:(?:see|know|log|track|record|note|show|list) )?who (?P<verb>{_WORD})(?P<more>(?: {_WORD}){{0,2}}?)"
    rf" (?:with|against|next to|opposite|versus|vs) who(?:m)?(?: and (?P<when>when|where))?{_STOP}",
    _I,
)
_PLAYS = frozenset("play compete box fight fence wrestle race spar".split())
_OUTINGS = frozenset("walk ride run drive swim".split())
_ROTA = re.compile(
    rf"^(?:an? |the |our |my )?(?:(?P<what>{_WORD}) )?(?P<deed>{_WORD}ing) "
    rf"(?:schedule|rota|roster|plan|planner|calendar|timetable|shifts?) for "
    rf"(?:(?:my|our|the) )?(?:\d{{1,3}} |two |three |four |five |six |seven |eight |ten |several |some )?(?P<who>{_WORD}s){_STOP}",
    _I,
)
_WHAT_ELSE = (
    r"(?P<more>(?:(?:,| and|, and|,? &) ?(?:how long|for how long|how much|how many|how often|when|where|why|with whom|how it went)"
    rf"(?=[ ,.;]|$))*)(?: (?:they|he|she|it|each|everyone) {_WORD})?"
)
_PRACTISED = re.compile(
    r"(?P<led>^|[:;.,] |\n|\band )(?:to )?(?:note|write down|record|log|remember|enter|track|keep track of)(?: down)? what "
    rf"(?P<who>they|he|she|each|everyone|{_ITS}(?!we\b|i\b|you\b|it\b){_WORD}s?) (?:have |has |had |did )?"
    rf"(?P<verb>{_WORD}){_WHAT_ELSE}{_STOP}",
    _I,
)
_MORE = {
    "how long": "a duration in minutes", "how much": "an amount", "how many": "a quantity", "how often": "a number of times",
    "when": "a date", "where": "a location", "why": "a reason", "with whom": "a partner", "how it went": "a comment",
}  # fmt: skip


def in_brief(text: str) -> str:
    """The clean text with such words told in sentences."""
    text = _LENDS.sub(lambda match: f"{match['who']} borrow {match['what']}", text)
    text = _HAS_MINE.sub(lambda match: f"people borrow {match['what']}", text)
    text = _HANDED_OUT.sub(r"\1 ", text)
    for pattern, tell in _TOLD:
        text = pattern.sub(tell, text)
    return text


def _taken(match: re.Match[str]) -> str:
    return f"{match['who']} borrow " if _are_people(match["who"]) else match[0]


def _passed(match: re.Match[str]) -> str:
    """Who hires what: the tools do not belong to them."""
    return f"{match['what']} are {match['verb']} to {match['who']}" if _are_people(match["who"]) else match[0]


def _only_one(match: re.Match[str]) -> str:
    """``we have one boat and people reserve it``: one, too, is something to keep."""
    who, verb = match["who"].lower(), match["verb"].lower()
    people = who if who != "people" and _are_people(who) else "people"
    if singular(match["what"].lower().split()[-1]) in _KEPT_BY:
        return match[0]
    return f"{people} {'reserve' if verb in ('share', 'use') else verb} {_several(match['what'].lower())}"


def _a_booking(match: re.Match[str]) -> str:
    """``room booking for a room in our village hall``"""
    what, named = match["what"].lower(), match["named"].lower()
    if named not in what.split() or is_plural(what):
        return match[0]
    event = {"hire": "rental"}.get(match["event"].lower(), match["event"].lower())
    told = f"{plural(event)}. Each {event} belongs to one {what} and one person"
    return f"{told}. Each {event} has a start time, an end time and notes"


def _what_they_do(match: re.Match[str]) -> str:
    """``issues tenants report``"""
    what, who, verb = match["what"].lower(), match["who"].lower(), match["verb"].lower()
    told = _is_thing(what) and _are_people(who) and plain_verb(verb) == verb
    return f"{match['led'] if match['led'].endswith(': ') else ''}{match['who']} {verb} {match['what']}" if told else match[0]


def _done_at(match: re.Match[str]) -> str:
    """``pieces sung at concerts``"""
    what, when, verb = match["what"].lower(), match["when"].lower(), match["verb"].lower()
    if verb not in _PERFORMED or not _is_thing(what) or not _is_thing(when) or _are_people(what):
        return match[0]
    return f"{when} have many-to-many {what}"


def _regular(match: re.Match[str]) -> str:
    """``monthly bill per member``, ``daily sales per product``"""
    what, of, often = match["what"].lower(), match["of"].lower(), match["often"].lower()
    noun = singular(what)
    if not _is_name(of) or is_plural(of) or noun in ("report", "chart", "overview", "total", "average", "statistic", "summary", "update"):
        return match[0]
    kind = type_of((noun,))
    measure = f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
    value = "an amount" if noun in _SUMS else ("hours" if noun == "hour" else measure) if kind in ("int", "float", "decimal") else "notes"
    thing = f"{often} {noun}" if noun in _SUMS or kind == "string" else f"{often} record"
    led = match["led"] if match["led"].endswith(": ") else "track "
    return f"{led}{plural(thing)}. Each {thing} belongs to one {of}. Each {thing} has {_DATED[often]} and {value}"


def _paired(match: re.Match[str]) -> str:
    """``who plays with whom``"""
    base = plain_verb(third_person(match["verb"].lower()) or match["verb"].lower())
    if not base:
        return match[0]
    people = {singular(word) for word in re.findall(r"[a-z-]+", match.string.lower()) if is_plural(word) and _are_people(word)}
    playing = base in _PLAYS
    who = next(iter(people)) if len(people) == 1 else "player" if playing else "person"
    event = "match" if playing else "pairing"
    where = " and a location" if match["when"] == "where" else ""
    led = match["led"] or ""
    before = match.string[: match.start()].strip()
    apart = "" if not before else ". "
    return f"{apart if led.strip() in ('', ':') else led}Each {event} is between two {_many(who)}. Each {event} has a date{where}"


def _rota(match: re.Match[str]) -> str:
    """``dog walking schedule for 3 walkers``"""
    base, what, who = gerund(match["deed"].lower()), (match["what"] or "").lower(), match["who"].lower()
    if not base or not _are_people(who):
        return match[0]
    event = HAPPENINGS.get(base) or (base if base in KNOWN | _OUTINGS else f"{match['deed'].lower()} shift")
    named = what if what and what not in DETERMINERS and (what in KNOWN or type_of((what,)) == "string") else ""
    of = f"one {named} and one {singular(who)}" if named in KNOWN else f"one {singular(who)}"
    return f"{plural(event)}. Each {event} belongs to {of}. Each {event} has a date, a start time and a done flag"


def _practised(match: re.Match[str]) -> str:
    """``note what they practised and how long``: what stands before has that, or entries of their own."""
    verb = match["verb"].lower()
    base = participle(verb) or plain_verb(verb)
    if not base or base in ("be", "have", "do", "need", "want", "like"):
        return match[0]
    fields = [_MORE[asked] for asked in _MORE if asked in match["more"].lower()]
    told = ", ".join([f"{verb if participle(verb) else base} (text)", *fields])
    before = match.string[: match.start()].strip()
    if match["led"].startswith(":") and before:
        return f": {told if len(fields) == 0 else told + ' and a date' if 'a date' not in fields else told}"
    who = match["who"].lower().split()[-1]
    of = f". Each entry belongs to one {singular(who)}" if is_plural(who) and _are_people(who) else ""
    dated = "" if "a date" in fields else ", a date"
    return f"{match['led']}entries. Each entry has {told}{dated}{of}"


def _are_people(word: str) -> bool:
    word = word.lower()
    done = bool(third_person(word)) and singular(word) not in _MATES
    return word == "people" or singular(word) in STAFF | SOMEBODY | _MATES or (is_plural(word) and word.endswith(PEOPLE) and not done)


_MATES = frozenset("friend neighbour neighbor flatmate roommate colleague volunteer cousin classmate kid child teacher walker".split())


_KEPT_BY = frozenset("shop club company business team school office question problem".split())
"""Who has one of these is who asks."""


def _several(words: str) -> str:
    *before, last = words.split()
    return " ".join([*before, last if is_plural(last) else plural(last)])


def _is_name(word: str) -> bool:
    return word not in PRONOUNS | PREPOSITIONS | DETERMINERS


def _is_thing(word: str) -> bool:
    return is_plural(word) and _is_name(word)


def _many(word: str) -> str:
    return "people" if word == "person" else plural(word)


_TOLD: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_TAKEN_OUT, _taken),
    (_PASSED, _passed),
    (_ONLY_ONE, _only_one),
    (_A_BOOKING, _a_booking),
    (_WHAT_THEY, _what_they_do),
    (_DONE_AT, _done_at),
    (_OFTEN, _regular),
    (_WITH_WHOM, _paired),
    (_ROTA, _rota),
    (_PRACTISED, _practised),
)
