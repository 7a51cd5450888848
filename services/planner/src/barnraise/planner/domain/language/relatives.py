"""Relative clauses, told as sentences of their own: ``customers who order plants`` are customers, and these order plants; ``the repairs
we do on each bike`` are repairs, each of one bike; ``the date the bike was dropped off`` is the date it was dropped off."""

import re

from barnraise.planner.domain.language.grammar.forms import participle, perfect, plain_verb, third_person
from barnraise.planner.domain.language.grammar.words import QUALIFIES
from barnraise.planner.domain.language.kinship import PEOPLE
from barnraise.planner.domain.language.lexicon import DETERMINERS, PREPOSITIONS, PRONOUNS
from barnraise.planner.domain.language.nouns import is_plural, singular

_I = re.IGNORECASE
_WORD = r"[a-z][a-z'-]{0,29}"
_NAME = rf"{_WORD}(?: {_WORD})??"
_ENDS = r"(?= ?(?:[,;.):(]|$)| (?:and|or|plus|with)\b)"
_SPEAKER = r"(?:i|we|you|they|he|she)"
_HELPED = r"(?:(?:was|were|is|are|got|gets|have been|has been|had been|have|has|had|will be|should be) )?"
_PARTICLE = r"(?: (?:off|up|in|out|back|down|over|away))?"
_ON = r"(?:on|for|to|with|in|at|about|from|of|off|against)"

_ON_EACH = re.compile(
    rf"\b(?:the |all |any )?(?P<what>{_NAME})(?: (?:that|which))? {_SPEAKER} (?:can |will |have to |need to )?(?P<verb>{_WORD}){_PARTICLE} "
    rf"{_ON} (?:each|every) (?P<of>{_WORD}){_ENDS}",
    _I,
)
_AT_EACH = re.compile(
    rf"\b(?:the |all |any )?(?P<what>{_WORD}) (?:who|that) (?:can |will )?(?P<verb>{_WORD}){_PARTICLE} "
    rf"{_ON} (?:each|every) (?P<of>{_WORD}){_ENDS}",
    _I,
)
_THEIRS = re.compile(
    rf"(?P<before>\b(?P<last>[a-z][a-z'-]+)(?:,|,? and|:) )(?:the |all |any )?(?P<what>{_NAME})(?: (?:that|which))? (?P<who>they|we|i) "
    rf"(?:have |had )?(?P<verb>{_WORD}){_ENDS}",
    _I,
)
_WHEN = re.compile(
    rf"\b(?P<when>the (?:date|time|day|month|year))(?: (?:that|when|on which))? "
    rf"(?P<who>{_SPEAKER}|it|(?:the|a|an|our|my|their|each) {_NAME}) "
    rf"{_HELPED}(?P<last>(?:last|first|next) )?(?P<done>{_WORD})(?P<off>{_PARTICLE})(?: (?:it|them))?{_ENDS}",
    _I,
)
_WHO = re.compile(
    rf"\b(?:the |which |name of the )?(?P<who>{_WORD}) (?:who|that) {_HELPED}(?P<done>{_WORD})"
    rf"(?:{_PARTICLE}| for) (?:it|them|(?:the|a|an) {_WORD}){_PARTICLE}{_ENDS}",
    _I,
)
_IN = re.compile(
    rf"\b(?P<place>(?:the )?{_NAME}) (?:(?:that|which) )?(?:it|they|he|she) "
    r"(?:is|are|was|were|sits|lives|stands|belongs|hangs|grows|comes|sit|live|stand|belong|hang|grow|come)"
    rf"(?: [a-z]+(?:ed|en|pt))? (?:in|on|at|to|from|under|with){_ENDS}",
    _I,
)
_BY = re.compile(
    rf"(?P<before>(?:[,:(]|\band|\bwith|\bor) )who {_HELPED}(?P<done>{_WORD})(?:{_PARTICLE}| on| for)(?: (?:it|them|that))?"
    rf"(?P<last> last| first)?{_ENDS}",
    _I,
)
_WHICH = re.compile(rf"(?P<before>[,:(] (?:and )?)which (?P<what>{_NAME})(?= ?(?:[,)]|$)| and\b)", _I)
_WHERE = re.compile(
    rf"\b(?P<place>(?:the )?{_NAME}) (?:where|in which|at which) (?:{_SPEAKER}|it) {_HELPED}(?P<done>{_WORD})(?: (?:it|them))?{_ENDS}", _I
)
_USED = re.compile(
    rf"(?P<before>(?:,|\band|\bwith) )(?:the |which |what )(?P<what>{_NAME})(?: (?:that|which))? {_SPEAKER} "
    rf"(?:have |had )?(?P<done>{_WORD})(?: (?:on|with|in|to|at|for|up|out))?(?: (?:it|them))?{_ENDS}",
    _I,
)
_DOING = re.compile(
    rf"(?P<before>(?:,|\band|\bwith|&) )(?P<who>(?:{_WORD} )?{_WORD}) (?:who|that|which) (?P<deed>(?P<verb>{_WORD}) [^,;:.()]+)$", _I
)
_DONE = re.compile(
    r"(?=[^.;:()\n]{1,200}? (?:that|which) )"
    rf"(?P<row>{_WORD}(?: {_WORD}){{0,2}}(?:(?:,|,? and) {_WORD}(?: {_WORD})?){{0,8}}) (?:that|which) "
    rf"(?:our |the |all )?(?P<who>{_WORD})(?: can)? (?P<verb>{_WORD})(?P<off>{_PARTICLE})"
    rf"(?:,? (?:and|or) (?:then )?(?P<then>{_WORD}){_PARTICLE})?(?= ?(?:[,;.]|$))",
    _I,
)
_SOMEBODY = frozenset("person people one guy man woman somebody someone staff colleague".split())
_PAIRS = frozenset(
    "shoes boots gloves skis trousers jeans glasses goggles scissors headphones sneakers trainers sandals binoculars tights".split()
)
"""What is one thing, though it is spoken of as several."""

_MAKING = frozenset(
    "make write catch find earn collect produce create cook bake brew build draw paint take pick harvest sell spend post".split()
)
"""What comes of these is of that occasion alone."""

_IN_A_ROW = 3
"""How many things of a row may be told so, each behind the one before."""

_WORKING = frozenset("work do handle manage run look".split())
"""Who does this is rather somebody in charge than by whom it was done once."""

_SENT_BACK = frozenset("return bring give use hand send".split())
"""What ends a loan rather than being another thing that is done."""

_LENT_OUT = (("check", "out"), ("sign", "out"), ("take", "out"), ("take", "home"))
_NO_MEANS = frozenset("price amount sum date time day cost place number way".split())


def related(said: str) -> list[str]:
    """The sentence without its relative clauses, and these as sentences."""
    more: list[str] = []
    for pattern, tell in _TOLD:
        said = pattern.sub(lambda match, tell=tell: tell(match, more), said)
    return [said, *more]


def _on_each(match: re.Match[str], more: list[str]) -> str:
    """``the repairs we do on each bike``"""
    what = match["what"].lower().split()
    verb = match["verb"].lower()
    if not is_plural(what[-1]) or not (plain_verb(verb) or participle(verb)) or set(what) & (PRONOUNS | PREPOSITIONS):
        return match[0]
    more.append(f"each {' '.join([*what[:-1], singular(what[-1])])} belongs to one {match['of'].lower()}")
    return match["what"]


def _at_each(match: re.Match[str], more: list[str]) -> str:
    """``the volunteers who help at each event``: who helps at one may help at others."""
    what, verb = match["what"].lower(), match["verb"].lower()
    if not is_plural(what) or not plain_verb(verb) or verb in QUALIFIES | {"belong"}:
        return match[0]
    more.append(f"each {match['of'].lower()} has many-to-many {what}")
    return f"many-to-many {what}"


def _theirs(match: re.Match[str], _: list[str]) -> str:
    """``tenants, the contracts they signed``: their contracts; ``players, matches we played``: matches."""
    what, verb, who = match["what"].lower().split(), match["verb"].lower(), match["who"].lower()
    told = set(what) & (PRONOUNS | PREPOSITIONS | {"and"} | QUALIFIES) or what[-1] in _PAIRS
    if not is_plural(match["last"].lower()) or not is_plural(what[-1]) or told or verb in QUALIFIES | {"have", "had"}:
        return match[0]
    return f"{match['before']}{'their ' if who == 'they' else ''}{match['what']}" if plain_verb(verb) or participle(verb) else match[0]


def _when(match: re.Match[str], _: list[str]) -> str:
    """``the date the bike was dropped off``"""
    done = match["done"].lower()
    if not participle(done) or done in QUALIFIES or set(match["who"].lower().split()[1:]) & (DETERMINERS | QUALIFIES | PRONOUNS):
        return match[0]
    return f"{match['when']} it was {match['last'] or ''}{done}{match['off']}"


def _who(match: re.Match[str], _: list[str]) -> str:
    """``the person who found it`` is by whom it was found, ``the technician who installed it`` that technician."""
    who, done = match["who"].lower(), match["done"].lower()
    if not participle(done) or is_plural(who) or who in DETERMINERS | PRONOUNS | PREPOSITIONS - _SOMEBODY:
        return match[0]
    return f"{perfect(participle(done))}-by" if who in _SOMEBODY else match["who"]


def _where(match: re.Match[str], _: list[str]) -> str:
    """``the shop where we bought it``"""
    place = match["place"].lower().split()
    known = participle(match["done"].lower()) and not set(place) & (PRONOUNS | PREPOSITIONS | {"and"})
    return match["place"] if known and not is_plural(place[-1]) else match[0]


def _by(match: re.Match[str], _: list[str]) -> str:
    """``who reported it``, ``who changed it last``; in one word, that is no verb any more."""
    done = match["done"].lower()
    verb = participle(done) or third_person(done)
    if not verb or done in QUALIFIES | {"does", "did", "has", "had"}:
        return match[0]
    last = (match["last"] or "").strip()
    by = "doer" if verb in _WORKING else f"{last} {perfect(verb)}-by".strip()
    return f"{match['before']}{by}"


def _which(match: re.Match[str], _: list[str]) -> str:
    """``vaccinations: which shot, the date``"""
    what = match["what"].lower().split()
    told = set(what) & (PRONOUNS | PREPOSITIONS | QUALIFIES | {"and", "or", "has", "have"})
    return match[0] if is_plural(what[-1]) or told or plain_verb(what[-1]) == what[-1] != what[0] else f"{match['before']}{match['what']}"


def _in(match: re.Match[str], _: list[str]) -> str:
    """``the room it is in``"""
    place = match["place"].lower().split()
    return match[0] if set(place[1:]) & (PRONOUNS | PREPOSITIONS | DETERMINERS) else match["place"]


def _used(match: re.Match[str], _: list[str]) -> str:
    """``distance, time and the shoes I wore``: a run is in one pair of them; ``the lures I tried`` are several, for several trips."""
    what, verb = match["what"].lower().split(), participle(match["done"].lower())
    before = re.findall(r"[\w-]+", match.string[: match.start()].lower())[-1:]
    among = match["before"] != "with " and any(map(is_plural, before))
    if not verb or among or set(what) & (_NO_MEANS | PRONOUNS | PREPOSITIONS):
        return match[0]
    if what[-1] in _PAIRS:
        return f"{match['before']}one {' '.join([*what[:-1], singular(what[-1])])}"
    if not is_plural(what[-1]):
        return f"{match['before']}{match['what']}"
    return f"{match['before']}{'several' if verb in _MAKING else 'many-to-many'} {match['what']}"


def _doing(match: re.Match[str], more: list[str]) -> str:
    """``suppliers and customers who place orders``"""
    who, verb = match["who"].lower().split(), match["verb"].lower()
    several = is_plural(who[-1]) or who[-1] in ("people", "staff")
    if not several or not plain_verb(verb) or verb in QUALIFIES | {"have", "need", "want"} or set(who) & (PRONOUNS - {"people"}):
        return match[0]
    more.append(f"{match['who']} {match['deed']}")
    return f"{match['before']}{match['who']}"


def _done(match: re.Match[str], more: list[str]) -> str:
    """``cameras and lenses that members borrow and return``"""
    row, who, verb = match["row"].lower(), match["who"].lower(), match["verb"].lower()
    several = [part.split()[-1] for part in re.split(r",? and |, ", row) if part.split()]
    somebody = is_plural(who) and (who.endswith(PEOPLE) or who not in PREPOSITIONS | PRONOUNS)
    if not somebody or not all(map(is_plural, several)) or not plain_verb(verb) or verb in QUALIFIES | {"have"}:
        return match[0]
    lent = (verb, match["off"].strip().lower()) in _LENT_OUT
    if len(several) < 2 and not match["then"]:
        return match[0]
    things = re.sub(r"^(?:keep |track |list |manage )+(?:of )?", "", match["row"], flags=_I)
    more.append(f"{match['who']} {'borrow' if lent else verb + match['off']} {things}")
    if match["then"] and match["then"].lower() not in _SENT_BACK:
        more.append(f"{match['who']} {match['then']} {things}")
    return match["row"]


_TOLD = (
    (_AT_EACH, _at_each),
    *[(_THEIRS, _theirs)] * _IN_A_ROW,
    (_BY, _by),
    (_WHICH, _which),
    (_ON_EACH, _on_each),
    (_WHEN, _when),
    (_WHO, _who),
    (_WHERE, _where),
    (_IN, _in),
    (_USED, _used),
    (_DONE, _done),
    (_DOING, _doing),
)
