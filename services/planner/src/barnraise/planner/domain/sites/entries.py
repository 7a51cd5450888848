"""What a text says to stand in a section: dishes with prices, days with hours, people with roles, or simply names."""

import re

from barnraise.contracts.sites import Entry, SectionKind

_I = re.IGNORECASE
_PRICE = (
    r"(?:from |ab |dès )?(?:[$€£¥]\s?\d+(?:[.,]\d{1,2})?|\d+[.,]\d{2}\s?(?:[€$£]|euros?"
    r"|eur|usd|gbp)?|\d+\s?(?:[€$£]|euros?|eur|dollars?|pounds?|min(?:utes?)?|hours?"
    r"|days?|weeks?|km)(?!\w))(?: (?:a|an|per|each) ?\w*)?"
)
_PRICED = re.compile(rf"^(?P<title>.+?)\s*(?:[:=–—-]|for|at|\()?\s*(?P<note>{_PRICE})\)?(?:\s*[,:(–-]\s*(?P<text>.+?)\)?)?$", _I)
_DAY = (
    r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|urday|rsday)?s?|weekdays?|weekends?|daily|every ?day|bank holidays?"
    r"|(?:mo|di|mi|do|fr|sa|so)(?:ntag|enstag|ttwoch|nnerstag|eitag|mstag|nntag)?s?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)
_TIME = r"\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|h|uhr)?|noon|midnight"
_SPAN = rf"(?:from |von |de )?(?:{_TIME})\s*(?:-|–|to|until|till|bis|à)\s*(?:{_TIME})|closed|by appointment|geschlossen|fermé"
_HOURS = re.compile(
    rf"(?P<days>(?:{_DAY})(?:\s*(?:-|–|to|through|bis|and|&|,)\s*(?:{_DAY}))*)\s*[:,]?\s*(?P<times>(?:{_SPAN})(?"
    rf":\s*(?:and|,|&)\s*(?:{_SPAN}))*)",
    _I,
)
_CLOSED = re.compile(rf"\bclosed (?:on )?(?P<days>(?:{_DAY})(?:\s*(?:-|–|to|and|&|,)\s*(?:{_DAY}))*)", _I)
_ROLE = re.compile(r"^(?P<title>[^,(:–-]{2,60}?)\s*(?:\((?P<in>[^)]+)\)|(?:,| - | – |: )\s*(?P<role>.+))$")
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?"
_DATE = rf"(?:\d{{1,2}}\.? )?{_MONTHS}(?: \d{{1,2}}(?!\d))?(?:,? \d{{4}})?"
_YEARS = r"(?:19|20)\d\d(?:\s?[-–]\s?(?:(?:19|20)\d\d|today|now|present))?"
_DATED = re.compile(
    rf"^(?:(?P<first>(?:{_DAY}),?\s+(?:at\s+)?(?:{_TIME})(?:\s*[-–]\s*(?:{_TIME}))?(?=\s)|{_DATE}|{_YEARS}|(?:{_TIME})(?=\s))"
    r"\s*[:–-]?\s*(?P<what>.+)"
    rf"|(?P<title>.+?)\s*(?:[(:,–-]|on|at)\s*(?P<note>{_DATE}|{_YEARS}|\d{{1,2}}[:.]\d{{2}}\s?(?:am|pm)?|\d{{1,2}}\s?(?:am|pm))\)?)$",
    _I,
)
_EXPLAINED = re.compile(r"^(?P<title>[^:(]{2,80})(?::\s+|\s*\()(?P<text>[^()]+)\)?$")
_OPENS = re.compile(r"^\s*(?::|\(|-|–|=|,? (?:such as|like|including|namely)|with|are|is|of|listing|from|for)\s*", _I)
_ASKED = re.compile(r"(?P<asked>[^?.!\n]+\?)(?P<told>(?:(?![.!,;\n]\s*[^?.!,;\n]+\?).)*[.!]?)", re.S)
_MOST = 60
_LONGEST = 600
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+|\S+@\S+\.\w+")


def hours_in(text: str) -> list[Entry]:
    """Every ``Mon-Fri 8-18`` of a text."""
    open_ = [Entry(title=_day(match["days"])[:300], note=_tidy(match["times"])[:300]) for match in _HOURS.finditer(text)]
    closed = [Entry(title=_day(match["days"])[:300], note="closed") for match in _CLOSED.finditer(text)]
    return [*open_, *closed][:_MOST]


def entries_in(said: str, kind: SectionKind) -> list[Entry]:
    """The entries that stand behind the name of a section: ``: espresso 2.50, cappuccino 3.20``; empty when something else does."""
    if kind == "hours":
        return hours_in(said)
    opened = _OPENS.match(said)
    if not opened or kind in ("text", "contact"):
        return []
    content = _ADDRESS.sub("", said[opened.end() :])
    content = content.split(")", 1)[0] if opened[0].strip() == "(" else content
    if kind == "questions":
        return _answered(content)
    parts = [part for part in _parts(content) if part]
    entries = [entry for part in parts[:_MOST] if (entry := entry_of(part, kind))]
    named = opened[0].strip(" ,").lower() in (":", "(", "=", "such as", "like", "including", "namely", "listing")
    priced = any(entry.note for entry in entries)
    return entries if entries and (priced or (named and all(len(entry.title.split()) <= 9 for entry in entries))) else []


def _answered(content: str) -> list[Entry]:
    """Questions, each with what follows it: ``Do you deliver? Yes, on Fridays.``"""
    found = [(match["asked"].strip(" ,;-*"), match["told"].strip(" ,;-*\"'“”")) for match in _ASKED.finditer(content)]
    return [Entry(title=capital(asked)[:300], text=capital(told)[:5000]) for asked, told in found if asked][:_MOST]


def entry_of(said: str, kind: SectionKind) -> Entry | None:
    """One entry in words: ``Carrot cake at 3.50``; None when they name nothing."""
    if kind == "hours" and (found := hours_in(said)):
        return found[0]
    title, note, text = (part.strip() for part in _told(said.strip(" .\"'“”")[:_LONGEST], kind))
    if not any(char.isalnum() for char in title):
        return None
    return Entry(title=capital(title)[:300], note=note[:300], text=capital(text)[:5000])


def _told(said: str, kind: SectionKind) -> tuple[str, str, str]:
    """Title, note and text, as the entries of that kind of section are written."""
    if kind in ("menu", "cards", "gallery") and (match := _PRICED.match(said)):
        return match["title"], _tidy(match["note"]), match["text"] or ""
    if kind == "people" and (match := _ROLE.match(said)):
        return match["title"], capital((match["in"] or match["role"]).strip()), ""
    if kind == "timeline" and (match := _DATED.match(said)):
        return (match["what"] or match["title"]).strip(" ,("), match["first"] or match["note"], ""
    if kind in ("cards", "menu", "questions") and (match := _EXPLAINED.match(said)):
        return match["title"], "", match["text"]
    return said, "", ""


def _parts(said: str) -> list[str]:
    """An enumeration: lines with marks, else what commas separate, but not within parentheses or numbers."""
    block = said.split("\n\n", 1)[0]
    lines = [re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s*", "", line).strip() for line in block.splitlines() if line.strip()]
    if len(lines) > 1:
        return lines
    sentence = (
        re.split(r"(?<=[a-z)\d])[.!](?:\s|$)", block, maxsplit=1)[0].strip().removesuffix(")")
        if "(" not in block
        else block.split(". ", 1)[0]
    )
    parts = re.split(r"\s*;\s*|,(?!\d)(?![^(]*\))\s*(?:and |und |et )?|\s+(?:and|und|et)\s+(?=[^,]*$)(?![^(]*\))", sentence)
    return [part.strip(" ,") for part in parts]


def capital(words: str) -> str:
    words = words.strip()
    return words[:1].upper() + words[1:]


def _day(said: str) -> str:
    """``mon-fri`` as it stands on a door: ``Mon–Fri``."""
    words = re.sub(r"\s*(?:-|–|\bto\b|\bthrough\b|\bbis\b)\s*", "–", said.strip(), flags=_I)
    return re.sub(r"[^\W\d_]+", lambda match: match[0] if match[0].lower() in ("and", "und", "et") else match[0].capitalize(), words)


def _tidy(said: str) -> str:
    return re.sub(
        r"\s*(?:-|–|\bto\b|\buntil\b|\btill\b|\bbis\b)\s*",
        "–",
        re.sub(r"^(?:from|von|de) (?=\d)", "" if "–" in said or "-" in said else "from ", said.strip(), flags=_I),
        flags=_I,
    )
