"""Who does what to what, asked in a clause of its own: ``which player used which racket in which match`` says that each usage is of a
player, a racket and a match; ``who teaches which course`` that teachers teach courses; ``events and who attended`` that several attend."""

import re
from collections.abc import Sequence

from barnraise.contracts.names import plural
from barnraise.planner.domain.language.grammar.forms import participle, plain_verb, third_person
from barnraise.planner.domain.language.kinship import PEOPLE, PLAYERS, SOMEBODY, STAFF
from barnraise.planner.domain.language.lexicon import AUXILIARIES, PREPOSITIONS, PRONOUNS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.verbs import HAPPENINGS

_I = re.IGNORECASE
_WORD = r"[a-z][a-z-]{0,24}"
_NAME = rf"{_WORD}(?: {_WORD})?"
_SPEAKER = (
    r"(?:as an? [a-z]{2,20},? )?(?:i|we)(?:'d)? (?:also |just |then )?"
    r"(?:(?:want|need|would like|like|have|must|should|can)(?: to)? )?"
)
_SEE = (
    r"(?:record|note|track|know|see|log|list|keep track of|keep a record of|keep records of|keep an eye on|remember|manage|say|show|"
    r"register|store|find out|write down|check|document|tell)(?: down)?,? (?:of )?"
)
_LED = rf"(?P<led>(?:(?:, | and |, and |; )?(?:{_SPEAKER})?{_SEE})|, and |, | and |: | - |; |^|(?<=[.\n] )|(?<=\n))"
_ASKED = r"(?:which|what|whose)"
_HELPED = r"(?:(?:is|are|was|were|has|have|had|will|can|should|currently|actually|has been|have been) ){0,2}"
_OFF = r"(?: (?:off|up|in|out|back|down|over|away|after|to|on|at|for|with|from|by|of))?"
_ON = r"(?:on|for|to|with|in|at|about|from|of|by|during|under)"
_STOP = r"(?= ?(?:[,;.:()\n!?]|-|$)| (?:and|or|so|when|how|from when|from what|at what|until when|for how|because|on what|since)\b)"

_WHICH = re.compile(
    rf"{_LED}(?P<who>who|{_ASKED} {_NAME}?) (?P<helped>{_HELPED})(?P<verb>{_WORD})(?P<off>{_OFF}) {_ASKED} (?P<what>{_WORD}(?: {_WORD})??)"
    rf"(?P<more>(?:,? (?:and )?{_ON} {_ASKED} (?!time|day|date){_WORD}(?: {_WORD})??(?= |[,;.:()\n!?-]|$)){{0,3}}){_STOP}"
    r"(?P<times>(?:,? (?:and )?(?:at what time|what time|when|on what day|on what date|on which day|on which date|since when"
    r"|(?:from when (?:until|till|to) when)|for how long|how long|how many|how much|how often)(?= ?(?:[,;.\n!?]|$)| and\b)){0,3})",
    _I,
)
"""``who rents which plot``, ``which nurse took which sample from which patient and when``"""

_WE = re.compile(
    rf"{_LED}{_ASKED} (?P<what>{_NAME}) (?:we|they|i|you) (?:have |had )?(?P<verb>{_WORD})(?: {_ON})? (?:{_ASKED}|each|every) "
    rf"(?P<when>{_WORD}(?: {_WORD})??){_STOP}",
    _I,
)
"""``which songs we played at which rehearsal``"""

_CAME = re.compile(
    rf"(?P<led>,? and |, | with |: |\()(?:also )?(?:to )?(?:{_SEE})?(?P<who>who(?: all)?|which {_WORD}) "
    r"(?:(?:has|have|had|is|are|was|were|will|can) )?"
    r"(?:attend(?:s|ed|ing)?|came|comes|come|coming|(?:takes?|took|taking|taken) part|participat(?:es|ed|ing)|there"
    r"|show(?:s|ed)? up|present|join(?:s|ed|ing)?|sign(?:s|ed)? up|invited|went)"
    r"(?: (?:to |in |at |for )?(?:it|them|each|there))?(?= ?(?:[,;.:()\n!?]|$)| and\b)",
    _I,
)
"""``who came``, ``which members attended``"""

_MARK = "\x02"
_JOINED = re.compile(rf"{_MARK}(?:[ ,.;]|and\b|&)*", _I)
_ARE_IN = re.compile(
    rf"{_LED}{_ASKED} (?P<what>{_WORD}(?: {_WORD})??) (?P<verb>is|are|was|were|go|goes|belongs?) {_ON} (?:(?:the )?{_WORD} of )?{_ASKED} "
    rf"(?P<when>{_WORD}(?: {_WORD})??){_STOP}",
    _I,
)
"""``which pieces are on the programme of which concert``, ``which player is in which team``"""

_RECALLED = frozenset("borrowed lent bought owes booked reserved rented".split())
"""Of whom nothing else is said, these are told in ``recalling``."""

_HOLDS = frozenset("have own hold".split())
_CARES = (("look", "after"), ("care", "for"))
_EVENTS = {
    "have": "loan",
    "take": "record",
    "bring": "delivery",
    "drive": "trip",
    "work": "shift",
    "win": "win",
    "give": "record",
    "make": "record",
}
_TIMED = (
    (r"from when (?:until|till|to) when", "a start date and an end date"),
    (r"(?:at )?what time", "a time"),
    (r"(?:for )?how long", "a duration in minutes"),
    (r"how many", "a quantity"),
    (r"how much", "an amount"),
    (r"since when", "a start date"),
    (r"when|on (?:what|which) (?:day|date)", "a date"),
)


def asked(text: str) -> str:
    """The text with such questions told as what they ask for."""
    if not re.search(r"\b(?:which|what|who)\b", text, _I):
        return text
    people = _people(text)
    text = _JOINED.sub(".\n", _ARE_IN.sub(_within, _WE.sub(_shown, text)))
    text = _JOINED.sub(".\n", _WHICH.sub(lambda match: _done(match, people), text))
    return _CAME.sub(lambda match: _came(match, people), text)


def _people(text: str) -> list[str]:
    """The kinds of people that a text speaks of."""
    words = dict.fromkeys(word for word in re.findall(r"[a-z-]+", text.lower()) if is_plural(word))
    return [word for word in words if _are_people(word) and singular(word) not in _NOBODY]


def _are_people(word: str) -> bool:
    done = word.endswith("lists") or third_person(word)
    return (word.endswith(PEOPLE) and not done) or singular(word) in SOMEBODY


_NOBODY = frozenset(
    "number computer paper order offer letter poster folder sticker layer partner container trailer river corner filter flower floor door "
    "counter parameter printer scanner router server charger speaker owner other answer helper tower drawer locker cooker freezer plant "
    "event payment assistant tractor motor sensor monitor indicator error color colour factor mirror ancestor sector vector reactor "
    "restaurant fee committee employee coffee tree degree list guarantee grant variant shower meter water newsletter user".split()
)


def _base(verb: str) -> str:
    return "have" if verb in ("has", "have", "had") else participle(verb) or third_person(verb) or plain_verb(verb)


def _is_name(words: Sequence[str]) -> bool:
    return bool(words) and not set(words) & (PRONOUNS | PREPOSITIONS | AUXILIARIES | {"and", "or", "when"})


def _several(name: str) -> str:
    words = name.lower().split()
    return " ".join([*words[:-1], words[-1] if is_plural(words[-1]) else plural(words[-1])])


def _one(name: str) -> str:
    words = name.lower().split()
    return " ".join([*words[:-1], singular(words[-1])])


def _done(match: re.Match[str], people: list[str]) -> str:
    verb, off = match["verb"].lower(), match["off"].strip().lower()
    base, what = _base(verb), match["what"].lower()
    named = match["who"].lower().split()[1:]
    responsible = verb in ("responsible", "charge") and off in ("for", "of")
    if not (base or responsible) or not _is_name(what.split()) or (named and not _is_name(named)) or verb in PRONOUNS:
        return match[0]
    if not named and len(people) != 1 and verb in _RECALLED:
        return match[0]
    who = " ".join(named) or (people[0] if len(people) == 1 else _agents(base))
    more = [_one(part) for part in re.findall(rf"{_ASKED} ({_WORD}(?: (?!{_ON} |and ){_WORD})?)", match["more"], _I)]
    held = base in _HOLDS or (base, off) in _CARES or responsible
    times = _times(match["times"])
    passive = bool(re.search(r"\b(?:is|are|was|were|been)\b", match["helped"])) and bool(participle(verb))
    if held and not (more or times):
        told = f"Each {_one(what)} belongs to a {_one(who)}"
    elif more or times or (base in HAPPENINGS and participle(verb) == base and not passive):
        event = HAPPENINGS.get(base) or _EVENTS.get(base) or "assignment"
        parts = [f"a {_one(part)}" for part in dict.fromkeys((who, what, *more))]
        told = f"Each {event} belongs to {', '.join(parts[:-1])} and {parts[-1]}"
        told += f". Each {event} has {times or ('a loan date, a due date and a returned flag' if event == 'loan' else 'a date')}"
    elif passive:
        told = f"{_several(who)} are {verb} {off} {_several(what)}".replace("  ", " ")
    else:
        told = f"{_several(who)} {base}{' ' if off else ''}{off} {_several(what)}"
    return _apart(match, told)


def _agents(base: str) -> str:
    """``teachers`` of "teach": who does it, when nobody else is named."""
    return {"rent": "tenants", "use": "members", "have": "members", "own": "owners", "take": "members", "do": "members"}.get(
        base, f"{base.removesuffix('e')}ers"
    )


def _times(asked: str) -> str:
    found = []
    for pattern, field in _TIMED:
        if re.search(pattern, asked, _I):
            found.append(field)
            asked = re.sub(pattern, "", asked, flags=_I)
    return " and ".join(found)


def _apart(match: re.Match[str], told: str) -> str:
    """A sentence of its own, in place of the question and what leads to it."""
    before = match.string[: match.start()].rstrip()
    begins = "" if not before or before[-1] in ".;\n" else ".\n"
    return f"{begins}{' ' if before and not begins else ''}{told}{_MARK}"


def _shown(match: re.Match[str]) -> str:
    """``which songs we played at which rehearsal``: each rehearsal has several of them, which are played at others as well."""
    what, when = match["what"].lower().split(), match["when"].lower()
    if not is_plural(what[-1]) or not _base(match["verb"].lower()) or not _is_name(what) or not _is_name(when.split()):
        return match[0]
    return _apart(match, f"Each {_one(when)} has many-to-many {match['what'].lower()}")


def _within(match: re.Match[str]) -> str:
    """``which pieces are on which programme``: these may be on others too; ``which player is in which team``: in one."""
    what, when = match["what"].lower().split(), match["when"].lower().split()
    if not _is_name(what) or not _is_name(when):
        return match[0]
    several = is_plural(what[-1]) and match["verb"].lower() in ("are", "were", "go")
    told = f"Each {_one(match['when'])} has many-to-many {' '.join(what)}"
    return _apart(match, told if several else f"Each {_one(match['what'])} belongs to a {_one(match['when'])}")


def _came(match: re.Match[str], people: list[str]) -> str:
    """``events and who attended``: among those that are listed, the things that stand before; else what each of them has."""
    named = match["who"].lower().split()[1:]
    usual = people if len(people) == 1 else [word for word in people if singular(word) in SOMEBODY | STAFF | PLAYERS]
    who = _several(named[0]) if named and named[0] != "all" else next(iter(usual), "")
    if not who or not _is_name(who.split()):
        return match[0]
    before = re.findall(r"[\w-]+", match.string[: match.start()].lower())[-1:]
    led = match["led"]
    if before and is_plural(before[0]) and led.strip(" ,") in ("and", ""):
        return f" with many-to-many {who}"
    return f"{led}many-to-many {who}"
