"""Messages that say in what something is told: ``the total should be in euros``, ``weights in kg``."""

from barnraise.contracts.manifest import Entity, Field, FieldType, Manifest
from barnraise.planner.domain.language.lookup import find_entity, owners, the_field
from barnraise.planner.domain.language.nouns import singular
from barnraise.planner.domain.language.wording import OF, first_match, parts, told, whole
from barnraise.planner.domain.operations import ChangeField, Operation, OperationError

_MONEY = {
    "EUR": "€ eur euro", "USD": "$ usd dollar us-dollar", "GBP": "£ gbp pound sterling", "CHF": "chf franken", "JPY": "¥ jpy yen",
    "SEK": "sek krona", "NOK": "nok", "DKK": "dkk", "PLN": "pln zloty", "INR": "₹ inr rupee", "CAD": "cad", "AUD": "aud",
}  # fmt: skip
_MEASURES = {
    "kg": "kg kilo kilogram", "g": "g gram", "lb": "lb lbs", "km": "km kilometre kilometer", "m": "m metre meter", "cm": "cm centimetre "
    "centimeter", "mm": "mm millimetre millimeter", "miles": "mile", "l": "l litre liter", "ml": "ml", "min": "min minute", "h": "h hour",
    "days": "day", "s": "sec second", "%": "% percent", "°C": "°c celsius", "°F": "°f fahrenheit", "kWh": "kwh",
    "inches": "inch", "ft": "feet ft",
}  # fmt: skip
_MONEYS = {word: code for code, words in _MONEY.items() for word in words.split()}
_UNITS = _MONEYS | {word: unit for unit, words in _MEASURES.items() for word in words.split()}
_UNIT = r"(?:the )?(?P<unit>[^\W\d]{1,12}|[€$£¥₹%]|us-dollars?|°[cf])"
_WHAT = r"(?:the |all |all the |each |our )?(?P<what>[\w' -]+?)"
_MUST = "(?:should|must|has to|have to|shall|will|needs? to)"
_VERB = "(?:make|show|display|give|store|keep|measure|put|have|set|change|switch|convert|count) "
_BARE = whole(_WHAT, OF, " in ", _UNIT)
_IN = (
    whole(_WHAT, OF, rf" (?:{_MUST} be|is|are)(?: always| all)?(?: given| shown| measured| stored| counted)? in ", _UNIT),
    whole(_VERB, _WHAT, OF, r"(?: to)?(?: be)? (?:in|to|into) ", _UNIT),
    _BARE,
    whole("(?:use|take) ", _UNIT, " (?:for|as the (?:unit|currency) of) ", _WHAT, OF),
    whole(r"(?:the )?(?:unit|currency) of (?P<what>[\w' -]+?) (?:should be|is|must be) ", _UNIT),
)
_ALL = (
    whole(r"(?:the |our )?(?P<what>currency)(?: (?:should|must|has to|shall) be| is) ", _UNIT),
    whole(r"(?:use|switch to|change to|make it|everything(?: should be| is)? in) ", _UNIT, r"(?: as (?:the )?currency| everywhere)?"),
)
_SUMS = frozenset("price amount sum money currency prices amounts sums".split()) | frozenset(("amounts of money", "sums of money"))


def measured_in(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """Says the unit in the field's label; money is kept exactly."""
    match = first_match(_IN, said)
    unit = _unit(match["unit"]) if match else ""
    if match and unit:
        return _told(manifest, told(match, "what"), told(match, "of"), unit, about, bare=match.re is _BARE)
    match = first_match(_ALL, said)
    unit = _unit(match["unit"]) if match else ""
    if match and unit in _MONEY:
        return _everywhere(manifest, unit)
    return []


def _told(manifest: Manifest, what: str, of: str, unit: str, about: Entity | None, *, bare: bool) -> list[Operation]:
    owner = find_entity(manifest, of) if of else None
    if bare and not all(owners(manifest, part) for part in parts(what)) and what.lower() not in _SUMS:
        return []
    if not of and what.lower() in _SUMS and not owners(manifest, what) and unit in _MONEY:
        return _everywhere(manifest, unit)
    found = [the_field(manifest, part, owner, about) for part in parts(what)]
    return [_changed(entity, field, unit) for entity, field in found]


def _everywhere(manifest: Manifest, unit: str) -> list[Operation]:
    sums = [(entity, field) for entity in manifest.entities for field in entity.fields if field.type == "decimal"]
    if not sums:
        first = manifest.entities[0].plural_label.lower()
        raise OperationError(f"There is no amount of money here yet. Say “add a price to {first}” first.")
    return [_changed(entity, field, unit) for entity, field in sums]


def _changed(entity: Entity, field: Field, unit: str) -> ChangeField:
    kind: FieldType = "decimal" if unit in _MONEY else field.type
    if field.type not in ("string", "int", "float", "decimal"):
        raise OperationError(f"{field.label} of {entity.plural_label.lower()} is no number: it cannot be in {unit}.")
    if field.type == "string":
        kind = "decimal" if unit in _MONEY else "float"
    label = f"{field.label.split(' (')[0][:100]} ({unit})"
    told_of = f"tells {field.name} of {entity.plural_label.lower()} in {unit}"
    changed = field.model_copy(
        update={"label": label, "type": kind, "default": field.default if kind == field.type else None, "max_length": None}
    )
    return ChangeField(entity.name, field.name, changed, told_of)


def _unit(word: str) -> str:
    word = word.lower()
    return _UNITS.get(word) or _UNITS.get(singular(word), "")
