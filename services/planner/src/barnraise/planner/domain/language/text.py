"""From raw text to sentences of tokens. Linear in the text's length, which is cut first."""

import re
import unicodedata
from dataclasses import dataclass

from barnraise.planner.domain.language.layouts import laid_out, nested
from barnraise.planner.domain.language.letters import matter_of
from barnraise.planner.domain.language.lexicon import PLACES
from barnraise.planner.domain.language.notations import NOTATIONS
from barnraise.planner.domain.language.retelling import retold
from barnraise.planner.domain.language.rows import apart

MAX_READ = 8_000
_TAG = re.compile(r"<[^<>]{0,200}>")
_GAP = re.compile(r"\s+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": ",", "…": ".", "•": "-", "·": "-", "\t": " ", "\r": "\n"})
_SHORT = (
    (re.compile(r"\be\.\s?g\.,?", re.I), "such as"),
    (re.compile(r"\bi\.\s?e\.,?", re.I), ","),
    (re.compile(r",?\s*(?:\band )?\b(?:etc\b\.?|so (?:on|forth)\b)", re.I), ""),
    (re.compile(r"(?<!/)\b(max|min|no|nr|tel|approx|dept|est|incl|ref|acc|temp|avg)\. ?(?=(?-i:[a-z(,])(?![a-z ]{2,30}:))", re.I), r"\1 "),
)
_ALIKE = {
    "freind": "friend", "freinds": "friends", "wich": "which", "menage": "manage", "collecton": "collection", "lable": "label",
    "payed": "paid", "wheter": "whether", "untill": "until", "seperate": "separate", "reciever": "receiver", "enviroment": "environment",
    "goverment": "government", "acount": "account", "adres": "address", "begining": "beginning", "beleive": "believe",
    "cancled": "cancelled", "commitee": "committee", "definately": "definitely", "diferent": "different", "equiptment": "equipment",
    "employe": "employee", "employes": "employees", "foriegn": "foreign", "garantee": "guarantee", "langauge": "language",
    "managment": "management", "necesary": "necessary", "occured": "occurred", "perscription": "prescription", "posession": "possession",
    "prefered": "preferred", "proffesional": "professional", "recomend": "recommend", "referance": "reference",
    "responsable": "responsible",
    "shipement": "shipment", "suplier": "supplier", "supliers": "suppliers", "tecnician": "technician", "vehical": "vehicle",
    "vehicals": "vehicles", "volonteer": "volunteer", "volonteers": "volunteers", "warehosue": "warehouse", "recrod": "record",
    "recrods": "records", "teh": "the", "thier": "their", "hte": "the", "adn": "and", "eahc": "each", "eech": "each", "nmae": "name",
    "numer": "number", "nubmer": "number", "pirce": "price", "staus": "status", "statsu": "status", "emial": "email",
    "telefone": "telephone",
    "trak": "track", "ppl": "people", "aproved": "approved", "departement": "department", "quantaty": "quantity",
    "expence": "expense", "expences": "expenses", "categry": "category", "catagory": "category", "wether": "whether",
    "adress": "address", "adresses": "addresses", "recieve": "receive", "recieved": "received", "calender": "calendar",
    "libary": "library", "restaraunt": "restaurant", "resturant": "restaurant", "shedule": "schedule", "buisness": "business",
    "descripton": "description", "discription": "description", "quantitiy": "quantity", "custumer": "customer", "custumers": "customers",
    "recepies": "recipes", "reciepe": "recipe", "reciepes": "recipes", "ingrediants": "ingredients", "apointment": "appointment",
    "apointments": "appointments", "maintainance": "maintenance", "lisence": "licence", "tittle": "title", "ammount": "amount",
    "mgmt": "management", "mgt": "management", "mgr": "manager", "dept": "department", "depts": "departments", "appt": "appointment",
    "appts": "appointments", "qty": "quantity", "cust": "customer", "tel": "telephone",
}  # fmt: skip
"""Common misspellings and short forms, and what they stand for."""

_WORD = re.compile(r"[A-Za-z]{3,12}")


def _anew(match: re.Match[str]) -> str:
    """``talks, speakers and rooms, speakers have a photo``: what is named for the second time begins a sentence."""
    named = match.string.find(match[1]) < match.start()
    return f"; {match[1]} " if named else match[0]


_TOGETHER = (
    (re.compile(rf"^((?:(?:an?|the|my|our) )?(?:{'|'.join(sorted(PLACES))})) (where|in which) (?=[a-z]+s )", re.I), r"\1 app \2 "),
    (re.compile(r"(?<=[a-z)]), (?:and )?([a-z]+s) (?=(?:have|contain|include|belong|with)\b)", re.I), _anew),
    (re.compile(r"\bmany[- ]to[- ]many\b", re.I), "many-to-many"),
    (re.compile(r"\b(?:one|zero) or (?:more|several|many)\b|\bat least one\b|\bone to many\b", re.I), "many"),
    (re.compile(r"\bexactly one\b", re.I), "one"),
    (re.compile(r"\bplus[- ]one\b", re.I), "plus-one"),
    (re.compile(r"\bto-do(?=s?\b)", re.I), "todo"),
    (
        re.compile(r", whose ([^.;:()\n]{3,80}?),? (?:we|i) (?:keep|store|record|note|save|need|track|know|write down)\b", re.I),
        r", which has \1",
    ),
    (re.compile(r"\baccording to\b", re.I), "by"),
    (re.compile(r"\b(?:mg|mmol|g|kg|ml|km|m)/(?:dl|l|ml|h|s|kg|m2|m3|min)\b"), "mg"),
    (re.compile(r"(?:,| and|, and) an? ([\w ]{2,20}?) (?:that |which )?(?:they|it|he|she) belongs? to\b", re.I), r" and belong to a \1"),
    (
        re.compile(
            r"\bset the ([\w-]{2,20}) of (?:an?|the|each|every) ([\w-]{2,20}) to "
            r"((?:[\w -]{2,20}, ?){0,6}[\w -]{2,20} or [\w-]{2,20})",
            re.I,
        ),
        r"set the \1. Each \2 has a \1 (\3)",
    ),
    (
        re.compile(
            r"(?m)(^|(?<=[.;] ))([A-Z][\w ]{2,30}: [^.:;()\n]{3,200}?), (?:and )?"
            r"(belongs? to|linked to|assigned to|owned by|written by|made by"
            r"|led by) ((?:an?|one|the) [\w ]{2,30})(?=[.;]|$)"
        ),
        r"\1\2. It is \3 \4",
    ),
    (re.compile(r"\bIt is (?=belongs? to)"), "It "),
    (re.compile(r"\bweather (?=(?:it|they|he|she|the|or not)\b)", re.I), "whether "),
    (re.compile(r"(?<=[a-z]) (?:in|near|around) (?!(?:Euros?|Celsius)\b)[A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20})?(?=[.,;)]|$| for\b)"), ""),
    (re.compile(r"(?m)^(?:each|every|an?|the) ([\w-]{2,20})'s ([\w -]{2,30}s)(?=:? (?:with|have|has)\b| ?[(:])", re.I), r"Each \1 has \2"),
    (
        re.compile(
            r"\b(?:the )?(?:\w{2,15} )?(?:details|data|information|attributes|fields|properties) of (an?|each|every|the) ([\w-]{2,20}) "
            r"(?:are|include|consist of):? ",
            re.I,
        ),
        r"\1 \2 has ",
    ),
    (
        re.compile(r"'s (?:[\w-]{2,15} )?(?:details|data|information|attributes|fields|properties) (?:are|include|consist of):? ", re.I),
        " has ",
    ),
    (re.compile(r"\b([a-z]{2,30}s)' (?=[a-z]{3})", re.I), r"\1 and their "),
    (re.compile(r"\bdates? and times?\b", re.I), "datetime"),
    (re.compile(r"\bas well as\b|\balong with\b|\btogether with\b", re.I), "and"),
    (re.compile(r"\bsign(s|ing)? in\b", re.I), r"sign-in"),
    (re.compile(r"(?<=[a-z]) sign(s)? up with (?=(?:an? |their )?[a-z ]{2,30}(?:,| and\b))", re.I), r" register\1 with "),
    (re.compile(r"[,;:] (?=as an? [a-z]+,? i (?:can|want|see|need|would|should)\b)", re.I), "\n"),
    (re.compile(r"(?<!,) ?\byes or no\b", re.I), " yes/no"),
    (re.compile(r"\bone (?=(?:can|may|must|should) [a-z])", re.I), "we "),
    (re.compile(r"(?<=[a-z]) \+ (?=[a-z])", re.I), " and "),
    (re.compile(r"°? ?°[CF]\b"), "degrees"),
    (re.compile(r"\bin %"), "in percent"),
    (re.compile(r"(?<=[a-z]) [-] ((?:[\w' ]{2,40},){1,12} ?[\w' ]{2,40}) [-] (?=(?:in|at|on|for|by|to|with|of)\b)", re.I), r" (\1) "),
    (re.compile(r"\b(they|we|you)'re\b", re.I), r"\1 are"),
    (re.compile(r"\b(i|we)'d (?:like|love|want|prefer) to\b", re.I), r"\1 want to"),
    (re.compile(r"\b(i|we)'d (?:also )?(?:like|love|want|need)\b", re.I), r"\1 need"),
    (re.compile(r"\bw/ ?(?=[a-z])", re.I), "with "),
    (re.compile(r"\b(he|she|it|there|that)'s (?=(?:an?|the|\w+ed|in|on|at|still|been)\b)", re.I), r"\1 is "),
    (re.compile(r",? ?\b(?:of course|basically|obviously)\b,?(?= )", re.I), ""),
    (re.compile(r"\b([a-z]+) or not(?: \1| \w+ed)?(?=[,.;)]|$| and\b)", re.I), r"\1 flag"),
    (re.compile(r"\b(i|we|they|you)'ve(?: got)?\b", re.I), r"\1 have"),
    (re.compile(r"\b(i|we|they|you|it|each|every \w{1,20}) (ha(?:ve|s)) got\b", re.I), r"\1 \2"),
    (re.compile(r"\b(?:about|around|roughly|some|over|nearly|up to) (?=\d{1,6} [a-z])", re.I), ""),
    (
        re.compile(
            r"(?<=s) (in|out|up|down|incoming|outgoing|buy|sell|debit|credit)(?: (?:or|and) |/)(in|out|up|down|incoming|outgoing|buy|sell|"
            r"debit|credit)\b(?! (?:of|at|on|to)\b)",
            re.I,
        ),
        r" (direction of \1 or \2)",
    ),
)
_CAMEL = re.compile(r"\b[A-Za-z][a-z0-9]+(?:[A-Z][a-z0-9]+)+\b")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_RANGE = re.compile(r"\b(?:from |between |of )?(-?\d{1,7})\s?(?:to|and|-)\s?(\d{1,7})\b(?!-)|\bout of (\d{1,7})\b", re.I)
_TOKEN = re.compile(r"\x01-?\d+:\d+|[a-z0-9]+(?:[-'][a-z0-9]+)*|[,:()/&]")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_INDENT = re.compile(r"\n[ \t]{2,}(?=\w)")
_ASIDE = re.compile(r"[^\S\n]-[^\S\n](?=\w)([^\n.;]{3,400}?)[^\S\n]-[^\S\n](and\b[^\n.;]{0,600})")
_LATER_DASH = re.compile(r"(:\s?[A-Za-z ]{2,40}) - (?=[A-Za-z])")
_DASH = re.compile(r"(?<=[A-Za-z]) - (?=[A-Za-z])")
_TYPED = re.compile(
    r"[\w ]{1,40}: ?(?:[A-Z]\w{1,40}$|(?:string|str|varchar|text|markdown|int(?:eger)?|number|float|decimal|money|bool(?:ean)?"
    r"|date|time|datetime|timestamp|enum|e-?mail|url|file|image|phone|uuid|json)\b)"
)
"""A line of a schema: ``budget: decimal``."""

_DEEPEST = 2
_FLAG = re.compile(r"(?<=[,:(] )((?:[a-z][\w-]* ){0,2}[a-z][\w-]*)\?(?:\.?(?= [A-Z]|$)|(?=[,)]))")
"""A field that asks: ``location, remote? Employers have``."""

_STOP = re.compile(r"(?<=[.!])\s+|(?<=\?)\s+(?!and\b|or\b)|[;\n]")


@dataclass(frozen=True)
class Range:
    """Two numbers that bound something."""

    low: int
    high: int


@dataclass(frozen=True)
class Group:
    """What stands in parentheses."""

    tokens: tuple["Token", ...]


Token = str | Range | Group
Tokens = tuple[Token, ...]


@dataclass(frozen=True)
class Sentence:
    """``said`` is as the user wrote it, ``tokens`` are lower case."""

    said: str
    tokens: Tokens


_SIGNS = {"€": "euros", "£": "GBP", "¥": "JPY", "₹": "INR"}
_SIGN = re.compile(r"\b(in|use|be|to) ?([€£¥₹])(?=[\s,.;)]|$)", re.IGNORECASE)
"""A currency that is told by its sign alone."""


def clean(text: str) -> str:
    """Plain characters on lines, with single spaces and without markup, at most ``MAX_READ`` long."""
    text = unicodedata.normalize("NFKC", text[: 2 * MAX_READ]).translate(_QUOTES)
    text = _SIGN.sub(lambda match: f"{match[1]} {_SIGNS[match[2]]}", text)
    text = _INDENT.sub("\n- ", nested(text))
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] not in "CSM" or char in "+<>=$`^|~")
    return _GAP.sub(lambda match: "\n" if "\n" in match[0] else " ", _TAG.sub(" ", text))[:MAX_READ]


def sentences(text: str) -> list[Sentence]:
    """The sentences of a clean text, told again in the ways that the reader knows."""
    return [sentence for part in parts(text) for sentence in again(part)]


def again(part: str) -> list[Sentence]:
    """A sentence, told again; in several when it says several things."""
    return [Sentence(part, tokens(told)) for told in retold(part) if any(char.isalnum() for char in told)]


def parts(text: str) -> list[str]:
    """The sentences of a clean text. A list of bullets under "X:" reads as "X: a, b, c" unless its bullets say more than that."""
    text = laid_out(matter_of(text))
    for pattern, instead in (*_SHORT, *NOTATIONS, *_TOGETHER):
        text = pattern.sub(instead, text)
    text = _FLAG.sub(r"\1 flag.", text)
    text = _ASIDE.sub(r" \2; \1", _WORD.sub(lambda match: _ALIKE.get(match[0].lower(), match[0]), text))
    told = (_headed(part.strip(" \"'`*#_.!?")) for line in _joined(text.split("\n")) for part in _stops(line))
    return [part for row in told for part in apart(row)]


def tokens(text: str) -> Tokens:
    """Words in lower-case ASCII, separators, numbers from-to as ``Range``, parentheses as ``Group``."""
    text = _CAMEL.sub(lambda match: _HUMP.sub(" ", match[0]), text)
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("_", " ").replace("|", "/")
    flat = flat.replace("[", "(").replace("]", ")").replace("{", "(").replace("}", ")").replace("'s ", " ")
    return _grouped(_TOKEN.findall(_RANGE.sub(_ranged, flat)))


def text_of(tokens: Tokens) -> str:
    """The tokens as a text that makes them again."""
    out: list[str] = []
    for token in tokens:
        told = (
            f"({text_of(token.tokens)})"
            if isinstance(token, Group)
            else f"from {token.low} to {token.high}"
            if isinstance(token, Range)
            else token
        )
        out.append(told if told in (",", ":") or not out else f" {told}")
    return "".join(out)


def words_of(tokens: Tokens) -> list[str]:
    """The words at the top level."""
    return [token for token in tokens if isinstance(token, str) and token[0].isalnum()]


def _headed(part: str) -> str:
    """A dash behind a head is a colon: ``Chess club - members with a name``."""
    dash, colon = part.find(" - "), part.find(":")
    early = 0 < dash < colon and len(part[:dash].split()) <= 5
    return _LATER_DASH.sub(r"\1: ", part, count=1) if colon >= 0 and not early else _DASH.sub(": ", part, count=1)


def _ranged(match: re.Match[str]) -> str:
    low, high = (0, int(match[3])) if match[3] else (int(match[1]), int(match[2]))
    return f" \x01{low}:{high} " if low <= high else match[0]


def _grouped(flat: list[str]) -> Tokens:
    """Parentheses as groups, and in these again; deeper ones are flattened into the second level. An unclosed one ends with the
    sentence."""
    levels: list[list[Token]] = [[], [], []]
    depth = 0
    for word in flat:
        if word == "(":
            depth += 1
        elif word != ")":
            levels[min(depth, _DEEPEST)].append(_token(word))
        elif depth:
            depth -= 1
            _close(levels, depth)
    _close(levels, 0)
    return tuple(levels[0])


def _close(levels: list[list[Token]], depth: int) -> None:
    """Put what is deeper than this into groups."""
    for level in range(_DEEPEST, depth, -1):
        if levels[level]:
            levels[level - 1].append(Group(tuple(levels[level])))
            levels[level] = []


def _token(word: str) -> Token:
    if word[0] == "\x01":
        low, _, high = word[1:].partition(":")
        return Range(int(low), int(high))
    return word


def _stops(line: str) -> list[str]:
    """Cut at full stops and semicolons that are not within parentheses."""
    parts, start, depth = [], 0, 0
    stops = {match.start(): match.end() for match in _STOP.finditer(line)}
    for at, char in enumerate(line):
        depth = depth + 1 if char == "(" else max(0, depth - 1) if char == ")" else depth
        if at in stops and depth == 0:
            parts.append(line[start:at])
            start = stops[at]
    return [*parts, line[start:]]


def _joined(lines: list[str]) -> list[str]:
    """Lines, with bullets that only name something put behind the line that heads them."""
    out: list[str] = []
    heading = typed = False
    for line in lines:
        bullet = _BULLET.match(line)
        said = line[bullet.end() if bullet else 0 :].strip(" *_`#")
        if not said:
            continue
        if bullet and (heading or typed) and _TYPED.match(said):
            before = out[-1][:-1] + "," if typed else out[-1].rstrip(": ") + " ("
            out[-1], heading, typed = f"{before} {said.replace(',', ' ')})", False, True
            continue
        typed = False
        if bullet and heading and len(said.split()) <= 5 and not set(said) & set(":(."):
            out[-1] += f"{'' if out[-1].endswith(':') else ',' if ':' in out[-1] else ':'} {said}"
        else:
            out.append(said)
            heading = not bullet and (said.endswith(":") or len(said.split()) <= 3)
    return out
