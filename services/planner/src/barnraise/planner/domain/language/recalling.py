"""What one wants to recall, asked in a clause of its own: ``track what I've lent to friends``, ``know where I parked``, ``see how much
water I drink``. It is told as the things that are kept then: loans, parkings, water entries."""

import re

from barnraise.planner.domain.language.grammar.forms import participle, participle_of, plain_verb
from barnraise.planner.domain.language.lexicon import UNITS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import type_of

_WORD = r"[a-z][a-z-]{1,20}"
_LED = (
    r"\b(?:(?:let me|me) )?"
    r"(?:track(?:s|ing)?|keep(?:s|ing)? (?:track|an? (?:log|list|record|overview|diary)) of|remember(?:s|ing)?|know|see|log(?:s|ging)?"
    r"|record(?:ing)?|list(?:s|ing)?|note|write down|follow|monitor|manage|store|save|show(?:s|ing)?(?: me)?|tells? me|forget|for|of),? "
    r"|,? and |, |: |^"
)
_MY = r"(?:my |our |the |all |all my )*"
_PERSON = rf"(?:,? (?:and )?(?P<joint>to|from|with|by) {_MY}(?P<who>{_WORD}(?: {_WORD})?))?"
_ASIDE = (
    r"(?P<more>(?:,? (?:and )?(?:when|where|why|how much|for how much|to whom|from whom|who|how long|for how long)(?=[,.;]|$| and))*)"
    r"(?: together| on (?:my |the )?[a-z]+| in (?:my |the |our )?[a-z]+| at (?:home|work)| from (?:the|my) [a-z]+)?"
    r"(?: (?:(?:each|every|per|a) (?:day|week|month|year)|daily|weekly|monthly|so far|already|this year|over time|lately))*"
)
_END = r"(?=[.,:;(\n!?]|$| and | with | so )"
_HAVE = r"(?:(?:'ve| have| had|'ll| will| did| do)(?: already| ever| not| never)?)?"
_ASKED = tuple(
    (re.compile(f"(?P<led>{_LED}){asked}{_PERSON}{_ASIDE}{_END}", re.I), kind)
    for asked, kind in (
        (
            rf"(?:what|everything|the (?:things|stuff|items)(?: that)?|things|stuff|who) (?:i|we){_HAVE} (?P<verb>{_WORD})"
            r"(?: them| him| her| people)?",
            "what",
        ),
        (rf"(?:which|what) (?P<noun>(?:{_WORD} )?{_WORD}s) (?:i|we){_HAVE} (?P<verb>{_WORD})", "which"),
        (r"(?:who|whoever) (?:still )?(?P<verb>owes) (?:me|us|whom|who|what)(?: money| what| how much)?(?: to whom?)?", "who"),
        (rf"who{_HAVE}(?: has)? (?P<verb>borrowed|lent|bought|owes|booked|reserved|rented) (?:what|which (?P<noun>{_WORD}))", "who"),
        (rf"where (?:i|we){_HAVE} (?P<verb>{_WORD})(?: {_MY}(?P<noun>{_WORD}))?", "where"),
        (rf"where (?:my|our|all my|the) (?P<noun>{_WORD}s?) (?P<verb>are|is)", "where"),
        (rf"when (?:i|we){_HAVE} last (?P<verb>{_WORD}) {_MY}(?P<noun>{_WORD}s)", "last"),
        (
            rf"how (?P<how>much|many|long|far|often) (?:(?P<noun>{_WORD}(?: {_WORD})?) )?(?:i|we){_HAVE} (?P<verb>{_WORD})"
            rf"(?: on (?P<on>{_WORD}))?",
            "how",
        ),
    )
)
_OF_LOANS = "an item, a loan date, a due date and a returned flag"
_DEEDS: dict[str, tuple[str, str]] = {
    "lend": ("loans", _OF_LOANS),
    "borrow": ("loans", _OF_LOANS),
    "owe": ("debts", "an amount, a reason, a date and a paid flag"),
    "spend": ("expenses", "a description, an amount, a date and a category"),
    "pay": ("payments", "a purpose, an amount and a date"),
    "earn": ("earnings", "a source, an amount and a date"),
    "eat": ("meals", "a name, a date, a kind (breakfast, lunch, dinner, snack) and notes"),
    "drink": ("drinks", "a name, an amount in ml and a datetime"),
    "read": ("books", "a title, an author, a finished on, a rating from 1 to 5 and notes"),
    "watch": ("titles", "a name, a kind (film, series, show), a watched on, a rating from 1 to 5 and notes"),
    "book": ("bookings", "an item, a date and a status (booked, cancelled)"),
    "reserve": ("reservations", "an item, a date and a status (reserved, cancelled)"),
    "rent": ("rentals", "an item, a start date, an end date and a price"),
    "plant": ("plantings", "a plant, a variety, a planted on, a location and notes"),
    "sow": ("plantings", "a plant, a variety, a sown on, a location and notes"),
    "buy": ("purchases", "an item, a price, a purchase date and a shop"),
    "sell": ("sales", "an item, a price, a sale date and a buyer"),
    "cook": ("dishes", "a name, a cooked on, a rating from 1 to 5 and notes"),
    "bake": ("bakes", "a name, a baked on, a rating from 1 to 5 and notes"),
    "wear": ("outfits", "a name, a worn on and notes"),
    "park": ("parkings", "a location, a datetime and notes"),
    "visit": ("visits", "a place, a date, a rating from 1 to 5 and notes"),
    "do": ("activities", "a name, a date, a duration in minutes and notes"),
    "run": ("runs", "a date, a distance in km and a duration in minutes"),
    "weigh": ("weighings", "a date and a weight in kg"),
    "give": ("gifts", "an item, an occasion and a date"),
    "learn": ("learnings", "a title, a date and notes"),
}
"""What is kept of what one does, and what is noted of each."""

_PEOPLE = frozenset("lend borrow owe give".split())
"""Of what one does with somebody, it is kept with whom."""

_NOBODY = frozenset("people others someone somebody anyone everyone whom who them us me whoever".split())
_PLACING = frozenset("put keep store leave hide place are is".split())
_TITLED = frozenset("book film movie series show song article podcast game album paper story magazine comic play".split())
_AMOUNTS = {"many": "a count", "much": "an amount", "long": "a duration in minutes", "far": "a distance in km", "often": "a note"}
_MORE = {"where": "a location", "why": "a reason", "how much": "an amount", "how long": "a duration in minutes"}
_GUARD = re.compile(r"\b(?:each|every|per|for all)\b|[:(]", re.I)
_TRACKING = re.compile(r"\b(?:want|need|like) to (?:track|remember|know|keep|log|record|note)\b", re.I)
_STOP = re.compile(r"[.;!?\n]")


def recalled(text: str, *, more: bool = False) -> str:
    """The text with what one wants to recall told as things and what each of them has. ``more``: after another such clause, so that a
    joint may lead to it."""
    for pattern, kind in _ASKED:
        for match in pattern.finditer(text):
            before = _STOP.split(text[: match.start()])[-1]
            joined = match["led"].strip(" ,").lower() in ("", "and", ":") and match.start() > 0 and kind != "who"
            loose = joined and not (more or _TRACKING.search(before))
            guarded = _GUARD.search(before) and not (kind == "who" and match["noun"])
            told = None if guarded or loose else _told(match, kind)
            if told:
                return recalled(_put(match, *told), more=True)
    return text


def _put(match: re.Match[str], things: str, fields: str) -> str:
    """What follows may say itself what each has."""
    rest = match.string[match.end() :]
    led = match["led"] if match.start() and match["led"].strip(" ,").lower() in ("", "and", "for", "of", ":") else "track "
    text = f"{match.string[: match.start()]}{led}{things}{rest}"
    if rest.lstrip()[:1] in (":", "(") or rest.startswith(" with "):
        return text
    return f"{text.rstrip(' .')}.\n{fields}."


def _told(match: re.Match[str], kind: str) -> tuple[str, str] | None:
    """The things, and a sentence of what each of them has."""
    given = match.groupdict()
    base = _base(str(given["verb"]).lower())
    noun = str(given.get("noun") or "").lower()
    if not base:
        return None
    if kind == "how":
        return _measured(str(given["how"]).lower(), noun, base, given)
    if kind == "last":
        return noun, f"Each {singular(noun)} has a name and a last {participle_of(base)} on"
    if kind == "which" or (kind == "where" and base in _PLACING):
        return _named(noun or "items", base, given, where=kind == "where")
    return _done_with(kind, noun, base, given)


def _done_with(kind: str, noun: str, base: str, given: dict[str, str | None]) -> tuple[str, str] | None:
    """``what I have lent``, ``who borrowed which laptop``"""
    if base not in _DEEDS and (kind != "what" or not participle(str(given["verb"]).lower())):
        return None
    if kind == "who" and noun:
        thing, fields = singular(_DEEDS[base][0]), _DEEDS[base][1].removeprefix("an item, ")
        return f"{thing}s", f"Each {thing} has a person, {fields}. Each {thing} belongs to a {singular(noun)}"
    things, fields = _DEEDS.get(base, ("items", f"a name, a {participle_of(base)} on and notes"))
    return things, _sentence(things, fields, base, given)


def _named(noun: str, base: str, given: dict[str, str | None], *, where: bool) -> tuple[str, str] | None:
    if not is_plural(noun) and not where:
        return None
    things = noun if is_plural(noun) else f"{noun} items"
    title = "a title" if singular(things.split()[-1]) in _TITLED else "a name"
    fields = f"{title}, a location and notes" if where else f"{title}, a {participle_of(base)} on and notes"
    return things, _sentence(things, fields, base, given)


def _measured(how: str, noun: str, base: str, given: dict[str, str | None]) -> tuple[str, str] | None:
    """``how much water I drink``, ``how long I sleep``, ``how much I spend on food``"""
    if base in ("spend", "earn", "owe", "pay") and noun in ("", "money"):
        things, fields = _DEEDS[base]
        return things, _sentence(things, fields, base, given)
    if not noun and base in ("run", "weigh"):
        return _DEEDS[base][0], _sentence(*_DEEDS[base], base, given)
    if base in ("have", "own", "need", "want", "be") or (how in ("much", "many") and not noun):
        return None
    spent = noun in UNITS and singular(noun) in ("hour", "minute")
    about = base if spent or not noun else singular(noun)
    amount = f"{'hours' if noun.startswith('hour') else 'a duration in minutes'}" if spent else _AMOUNTS[how]
    return f"{about} entries", f"Each {about} entry has a date, {amount} and notes"


def _sentence(things: str, fields: str, base: str, given: dict[str, str | None]) -> str:
    """What each has, and with whom it is done."""
    thing = " ".join((*things.split()[:-1], singular(things.rsplit(maxsplit=1)[-1])))
    who = str(given.get("who") or "").lower()
    asked = {word for word in _MORE if word in str(given.get("more") or "").lower()}
    fields = ", ".join((*(_MORE[word] for word in _MORE if word in asked and _MORE[word] not in fields), fields))
    somebody = bool(who) and who.split()[-1] not in _NOBODY and type_of((who.split()[-1],)) == "string" and is_plural(who)
    if not somebody and (base in _PEOPLE or who in _NOBODY):
        return f"Each {thing} has a person, {fields}"
    tied = f". Each {thing} belongs to a {singular(who)}" if somebody else ""
    return f"Each {thing} has {fields}{tied}"


def _base(told: str) -> str:
    return "owe" if told == "owes" else told if told in ("are", "is") else participle(told) or plain_verb(told)
