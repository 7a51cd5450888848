"""What goes on with what was said before: ``Each hive has inspections. Also harvests in kg`` says what each hive has besides."""

import re

from barnraise.planner.domain.language.kinship import KNOWN
from barnraise.planner.domain.language.lexicon import AUXILIARIES, CRUD, MANAGING, MODALS, PRONOUNS, REQUESTS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import is_field_word
from barnraise.planner.domain.language.verbs import HAPPENINGS

_I = re.IGNORECASE
_EACH = re.compile(r"(?:^|[:,] )(?:each|every) (?P<thing>[a-z][\w-]*(?: [a-z][\w-]*)?) (?:has|have|gets|contains) ", _I)
_ALSO = re.compile(r"^\s*(?:also|plus|and also|additionally|as well as|besides that),? (?P<what>[^.;:]{3,200}?)\s*$", _I)
_ENDS = re.compile(r"([.;\n]+)")
_SAYS = AUXILIARIES | MODALS | PRONOUNS | {"has", "have", "each", "every", "per", "when", "if", "by", "so"}
_SHOWN = frozenset(
    "chart graph report reminder notification alert statistic stat export import dashboard page view filter login role user color "
    "colour".split()
)
_MEASURES = {
    "weight": "kg g grams kilos kilograms tonnes tons lbs pounds ounces",
    "volume": "l ml litres liters gallons",
    "distance": "km miles kilometres kilometers m metres meters",
    "duration": "minutes hours min",
    "amount": "euros eur euro dollars usd gbp chf",
}
_UNITS = {unit: measure for measure, units in _MEASURES.items() for unit in units.split()}
_IN = re.compile(
    rf"(?:^|(?<=, )|(?<=and )|(?<=also )|(?<=: )|(?<=has )|(?<=have )|(?<=with ))(?P<things>[a-z]+s) in (?P<unit>{'|'.join(_UNITS)})"
    r"(?=[.,;\n]|$| and\b)",
    _I,
)


def continued(text: str) -> str:
    """The text with such sentences told in full, and with things that are measured told as what is measured of each."""
    text = _IN.sub(_measured, text)
    pieces = _ENDS.split(text)
    thing = ""
    for at in range(0, len(pieces), 2):
        also = _ALSO.match(pieces[at])
        if also and thing and _names_things(also["what"]):
            pieces[at] = f" Each {thing} has {also['what']}"
        elif found := _EACH.search(pieces[at]):
            thing = found["thing"]
        elif pieces[at].strip():
            thing = ""
    return "".join(pieces)


def _names_things(what: str) -> bool:
    """Whether nothing is said but that there are such things."""
    words = re.findall(r"[a-z-]+", what.lower())
    if not words or set(words) & _SAYS or words[0] in CRUD | MANAGING | REQUESTS:
        return False
    first = next((word for word in words[:4] if is_plural(word)), "")
    return bool(first) and singular(words[-1]) not in _SHOWN and singular(first) not in _SHOWN


def _measured(match: re.Match[str]) -> str:
    """``harvests in kg``: each has a weight and a date."""
    thing = singular(match["things"].lower())
    if thing not in KNOWN | frozenset(HAPPENINGS.values()) | {"run", "ride", "swim", "catch", "hike"} or is_field_word(thing):
        return match[0]
    return f"{match['things']} (date, {_UNITS[match['unit'].lower()]} in {match['unit']})"
