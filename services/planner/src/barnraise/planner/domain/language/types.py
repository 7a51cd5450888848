"""What a field's words say about its type."""

import re

from barnraise.contracts.manifest import FieldType
from barnraise.planner.domain.language.nouns import singular

TYPE_WORDS: dict[str, FieldType] = {
    "string": "string", "str": "string", "varchar": "string", "char": "string", "short text": "string", "text": "text", "long text": "text",
    "markdown": "markdown", "html": "text", "number": "float", "numeric": "float", "integer": "int", "int": "int", "whole number": "int",
    "float": "float", "double": "float", "decimal": "decimal", "money": "decimal", "currency": "decimal", "price": "decimal",
    "date": "date", "day": "date", "time": "time", "datetime": "datetime", "timestamp": "datetime", "date time": "datetime",
    "bool": "bool", "boolean": "bool", "flag": "bool", "checkbox": "bool", "toggle": "bool", "yes/no": "bool", "email": "email",
    "e-mail": "email", "url": "url", "link": "url", "file": "file", "image": "file", "photo": "file", "picture": "file", "upload": "file",
    "pdf": "file", "json": "json", "colour": "color", "color": "color", "phone": "phone", "phone number": "phone", "percentage": "float",
}  # fmt: skip
"""Types that a user may name."""

LEADING_TYPES = frozenset("integer int boolean bool string decimal float varchar numeric markdown".split())
FLAG_WORDS = frozenset("flag checkbox toggle boolean bool switch tickbox".split())

_LAST: dict[FieldType, str] = {
    "email": "email e-mail mail",
    "phone": "phone telephone mobile fax cellphone",
    "url": "url website link homepage webpage site uri",
    "color": "colour color",
    "file": "photo photograph image picture attachment file document avatar logo cover scan pdf video audio recording upload resume "
    "cv thumbnail icon "
    "screenshot poster",
    "date": "date birthday deadline dob due birthdate anniversary since until joined founded died on born day expiry expiration",
    "datetime": "at timestamp datetime when",
    "int": "runtime quantity qty count capacity age stock seat serving page point credit minute duration floor copy rep calorie "
    "vote like view position rank mileage interval level year attendance stars bedroom bathroom kilometre kilometer systolic diastolic "
    "row landing mite repeat egg dock download click stroke population score rating bpm pulse odometer vintage elo tempo",
    "float": "gravity ph haemoglobin hemoglobin voltage current pressure humidity dose consumption weight height width length "
    "distance temperature latitude longitude area volume depth speed percentage percent "
    "hour kwh thrust yield elevation altitude nitrate nitrite ammonia phosphate alkalinity salinity chlorine turbidity",
    "decimal": "price cost amount fee salary budget total balance discount tax wage deposit revenue income subtotal rent rate charge fine "
    "tip payment earning expense worth refund bonus spend premium surcharge cash turnover profit payout commission",
    "text": "manifesto pitch agenda motivation complaint synopsis description note body content summary bio biography comment remark "
    "instruction direction message story detail abstract text "
    "review feedback letter transcript lyric explanation steps about synopsis overview reason recommendation diagnosis prescription",
    "bool": "neutered sterilised occupied refundable allowed done active completed complete paid published archived available enabled "
    "visible finished public private featured verified "
    "approved starred pinned favourite favorite returned confirmed watched read cancelled closed resolved sold delivered shipped booked "
    "explicit urgent billable deleted hidden locked sent received signed vaccinated owned billed reimbursed recurring bought purchased "
    "adopted passed answered correct occupied attended absent vacant rented borrowed refundable plus-one seen enrolled insured",
    "json": "json",
}  # fmt: skip
_BY_LAST: dict[str, FieldType] = {word: kind for kind, words in _LAST.items() for word in words.split()}
_PREPOSITION = re.compile(r"\s(?:of|per|in|for|from|to|by|until|about|with)\s")
_COUNTS = re.compile(
    r"^(?:number|count|amount|quantity) of |^(?:cooking|prep|preparation|baking|waiting|total|travel|processing|playing|play|cook|cycle"
    r"|lead|response|reaction|transit|setup|running|driving|flight) time$"
)
_HEADS = re.compile(r"^(?:party|group|class|team|household|family|crew|batch) size$")
_CLOCK = re.compile(r"^(?:opening|closing|wake|bed) ?time$|^time$|^time of day$")
TEXT_PLURALS = frozenset(
    "dimensions allergies highlights blockers symptoms findings achievements learnings takeaways thoughts "
    "pros cons preferences restrictions strengths weaknesses hobbies notes instructions directions remarks details contents steps".split()
)
"""Plurals that are written in one piece of text."""

PLAIN = frozenset("sku isbn status type category brand make model species breed colour color size plate vin barcode".split())
"""Words that are fields by themselves, besides those that tell a type."""

EACH_HAS_ONE = frozenset("name title address surname nickname number code city country postcode role position location".split())
"""Of these, "members with names and addresses" have one each."""

_BY_END: dict[str, FieldType] = {
    **dict.fromkeys(("phone number", "mobile number", "telephone number", "fax number"), "phone"),
    **dict.fromkeys(("email address", "e-mail address"), "email"),
    **dict.fromkeys(TEXT_PLURALS, "text"),
    **dict.fromkeys(
        (
            "goals",
            "goals for",
            "goals against",
            "assists",
            "attempts",
            "laps",
            "wins",
            "losses",
            "draws",
            "runs",
            "frames",
            "yellow cards",
            "red cards",
        ),
        "int",
    ),
    "web address": "url",
    **dict.fromkeys(("floor plan", "site plan", "ground plan", "seating plan", "user manual"), "file"),
    **dict.fromkeys(("arrival", "departure"), "date"),
    **dict.fromkeys(("meeting point", "starting point", "pickup point", "drop-off point", "collection point"), "string"),
    **dict.fromkeys(("face value", "replacement value", "nominal value", "low estimate", "high estimate"), "decimal"),
    "handicap": "float",
    **dict.fromkeys(("kick-off", "kickoff", "kick off"), "datetime"),
    **dict.fromkeys(("colours", "colors"), "string"),
    **dict.fromkeys(("check in", "check out", "check-in", "check-out"), "date"),
    "time": "datetime",
}
_NO_STARS = frozenset("age credit energy content film movie safety".split())
STARS = frozenset("star user overall customer average review my your guest reader".split())
"""Ratings of these kinds, as those of none, are from 1 to 5."""

MEASURES = frozenset("litres liters kilometres kilometers miles metres meters grams kilograms kilos kg km hectares acres tonnes".split())
MEASURED_IN: dict[str, str] = {
    **dict.fromkeys(("minute", "hour"), "duration"), **dict.fromkeys(("km", "kilometre", "kilometer", "mile"), "distance"),
    **dict.fromkeys(("kg", "kilo", "gram", "kilogram"), "weight"), **dict.fromkeys(("litre", "liter", "ml"), "volume"),
    **dict.fromkeys(("euro", "dollar", "eur", "usd", "pound"), "amount"),
}  # fmt: skip
"""What is told in these units."""

_GERMAN_ENDS: dict[str, FieldType] = {
    "datum": "date", "preis": "decimal", "betrag": "decimal", "kosten": "decimal", "gebuehr": "decimal", "anzahl": "int", "dauer": "int",
    "beschreibung": "text", "bemerkung": "text",
}  # fmt: skip
"""The ends of long German words that are in no lexicon."""

_CONTAINERS = frozenset(
    "frame box bag cup glass bottle load bale crate pallet sack bucket jar tin carton pack packet piece slice spoon teaspoon tablespoon "
    "portion dose barrel keg roll sheet".split()
)
_NO_COUNTS = frozenset(
    "kind type sort term method mode means place country source reason form name date detail list set group collection team cause proof "
    "record history log area field point condition statement certificate letter word note".split()
)
"""What stands before an "of" and is not counted."""

_SPELLS_OF_TIME = frozenset("day week month year hour".split())
_MARKS: dict[str, FieldType] = {"allowed": "bool", "done": "string"}
_PRICED = frozenset("eur euro euros usd dollar dollars gbp pounds chf".split())
_PLANNED = frozenset("planned expected actual estimated scheduled target".split())
_MOMENTS = frozenset("end start close completion finish delivery return arrival departure".split())
_SPANNED = frozenset("warranty guarantee contract lease rental project subscription membership insurance course season".split())
_LIMITS = frozenset("min max minimum maximum".split())
_DONE = frozenset(
    "inspection visit service contact checkup check-up check maintenance "
    "seen login donation update change calibration cleaning revision audit "
    "vaccination appointment review purchase order test".split()
)
_SUFFIXES = frozenset("km m cm mm kg g mg lb lbs ml l miles kwh w bpm rpm mph kcal".split())
_NUMBERED = frozenset("shirt jersey squad table track episode chapter page season week round lap line lane issue row seat heat".split())
"""The numbers of these are counted, those of others are codes: an invoice number, a serial number."""

_VALUED = frozenset("estimated market insured insurance current total sale purchase book monetary deal order contract".split())
_NOT_NUMBERS = frozenset("level position".split())
SIGNED = frozenset("balance temperature latitude longitude elevation altitude year vintage score profit".split())


def is_field_word(word: str) -> bool:
    """Whether a word alone is a usual field, so that "name sku quantity" are three."""
    return word in PLAIN or word in EACH_HAS_ONE or word in _BY_LAST


def type_of(words: tuple[str, ...]) -> FieldType:
    """A field's type by its words; ``string`` when they say nothing."""
    phrase = " ".join(words)
    if len(words) == 1 and (kind := next((kind for end, kind in _GERMAN_ENDS.items() if phrase.endswith(end) and phrase != end), None)):
        return kind
    if _COUNTS.search(phrase) or _HEADS.search(phrase) or (len(words) == 3 and words[1] == "of" and _counts(words[0], words[2])):
        return "decimal" if phrase.startswith("amount of money") else "int"
    if _CLOCK.search(phrase):
        return "time"
    if len(words) > 1 and words[-1] in ("from", "to"):
        return "date" if words[0] == "valid" else type_of(words[:-1])
    if kind := _by_end(words) or (_by_both(words[-2], words[-1]) or _by_first(words) if len(words) > 1 else None):
        return kind
    head = _PREPOSITION.split(phrase)[0].split() if words[-1] not in ("on", "at") else list(words)
    return _BY_END.get(" ".join(head[-2:])) or _BY_END.get(head[-1]) or _by_last(head, head[-1])


def _counts(head: str, of: str) -> bool:
    """``frames of brood``, ``bags of seeds``: how many of them there are."""
    one = singular(head)
    if one in _CONTAINERS:
        return True
    plain = one != head and not is_field_word(one) and one not in _NO_COUNTS and head not in MEASURES
    return plain and singular(of) == of and _BY_LAST.get(one, "string") == "string"


def _by_end(words: tuple[str, ...]) -> FieldType | None:
    """What the last word says if it stands behind others: "prescription only", "protein g", "working days"."""
    if words[-1] in ("days", "dates", "times") or words in (("opening", "hours"), ("office", "hours"), ("business", "hours")):
        return "string"
    if len(words) == 2 and words[0] == "time" and words[1].endswith("ed"):
        return "datetime"
    if len(words) == 2 and words[-1] in ("only", "opt-in", "optin"):
        return "bool"
    if kind := _by_measure(words):
        return kind
    if len(words) > 2 and words[-2] == "per":
        return type_of(words[:-2])
    return "float" if len(words) > 1 and (words[-1] in _SUFFIXES or words[0] in ("kg", "km")) else None


def _by_measure(words: tuple[str, ...]) -> FieldType | None:
    """What is counted, priced or planned: "times per day", "value in EUR", "number in stock", "planned end"."""
    if words[0] in ("times", "number") and len(words) > 2 and (words[1] == "in" or words[-1] in _SPELLS_OF_TIME):
        return "int"
    if len(words) > 2 and words[-2] == "in" and words[-1] in _PRICED:
        return "decimal"
    if len(words) != 2:
        return None
    if words[0] in _PLANNED and words[1] in _MOMENTS:
        return "datetime" if words[1] in ("start", "arrival", "departure") else "date"
    spanned = words[1] in ("end", "start") and words[0] in _SPANNED
    if words[0] == "estimate" and words[1] in ("low", "high"):
        return "decimal"
    return "date" if spanned else _MARKS.get(words[1])


def _by_first(words: tuple[str, ...]) -> FieldType | None:
    if words[0] in ("is", "has", "was", "contains", "requires", "allows"):
        return "bool"
    built = words[0] == "year" and len(words) == 2
    if built or (words[0] in _LIMITS and _BY_LAST.get(words[-1], "int") == "int"):
        return "int"
    if (
        len(words) == 2
        and words[1].endswith(("ed", "paid", "spent", "owed", "due"))
        and (kind := _BY_LAST.get(words[0])) in ("decimal", "float", "int")
    ):
        return kind
    if words[0] in ("hours", "days") and len(words) == 2 and words[1].endswith("ed"):
        return "float"
    if words[0] == "last" and len(words) == 2 and (words[1] in _DONE or words[1].endswith("ed")):
        return "date"
    return "date" if (words[0] == "date" and words[1] != "of") or (words[0] == "next" and len(words) == 2) else None


def _by_both(before: str, last: str) -> FieldType | None:
    """What two words say together that the last alone does not."""
    if last == "number" and before in _NUMBERED:
        return "int"
    return _by_kind(before, last)


def _by_kind(before: str, last: str) -> FieldType | None:
    if singular(last) == "site" and before in ("construction", "building", "job", "work", "dive", "nest", "camp", "test", "client"):
        return "string"
    if (last == "pressure" and before == "blood") or (last == "position" and before in ("gps", "geo", "map")):
        return "string"
    if last in ("value", "level", "reading") and _BY_LAST.get(before) == "float":
        return "float"
    if last in ("value", "sum") and before in _VALUED:
        return "decimal"
    if last == "date":
        return "date"
    return "decimal" if last == "estimate" and _BY_LAST.get(before) == "decimal" else None


def _by_last(head: list[str], last: str) -> FieldType:
    kind = _BY_LAST.get(last) or _BY_LAST.get(singular(last), "string")
    if kind == "string" and len(head) == 1 and last in MEASURES:
        return "float"
    if last in ("on", "at") and len(head) == 1:
        return "string"
    if last == "rating" and len(head) > 1 and head[-2] in _NO_STARS:
        return "string"
    # One word says "paid"; two, as in "team active", hardly do. A single "level" or "position" is rather a name than a number.
    if (kind == "bool" and len(head) > 2) or (last in _NOT_NUMBERS and len(head) == 1):
        return "string"
    return kind
