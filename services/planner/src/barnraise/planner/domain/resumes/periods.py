"""Periods: "2019 - 2022", "Jan 2020 – present", "03/2018–heute", "seit 2021", in English, German and French."""

import re
from typing import NamedTuple

from barnraise.planner.domain.resumes.marks import tidy
from barnraise.planner.domain.resumes.resume import PRESENT

_NAMES = (
    "jan january januar janner janvier janv",
    "feb february februar fevrier fevr fev",
    "mar march marz mars maerz mrz",
    "apr april avril avr",
    "may mai",
    "jun june juni juin",
    "jul july juli juillet juil",
    "aug august aout",
    "sep sept september septembre",
    "oct october okt oktober octobre",
    "nov november novembre",
    "dec december dez dezember decembre",
)
_SPELT = {"março": "mar", "märz": "mar", "mär": "mar", "jän": "jan", "jänner": "jan", "février": "feb", "févr": "feb", "fév": "feb",
          "août": "aug", "décembre": "dec", "déc": "dec"}  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTHS |= {name: _MONTHS[plain] for name, plain in _SPELT.items()}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_NAME = "|".join(sorted({*_MONTHS, *_SEASONS}, key=len, reverse=True))
_YEAR = r"(?:19[4-9]\d|20[0-4]\d)"
_MONTHLY = rf"{_YEAR}-(?:0[1-9]|1[0-2])\b(?!-\d)"
_DATE = rf"(?:(?:(?:\d{{1,2}}[.]?\s+)?(?:{_NAME})\b\.?,?\s*)?['’]?{_YEAR}\b|\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR}|\d{{1,2}}\s?[./]\s?{_YEAR})"
_NOW = (
    r"present|now|today|current(?:ly)?|ongoing|to date|date|heute|jetzt|laufend|aktuell|dato|aujourd['’]hui|auj\.?|ce jour|"
    r"actuel(?:lement)?"
    r"|présent|en cours"
)
_TO = r"\s*(?:-|–|—|−|‐|‑|→|~|/|to|until|till|bis(?: zum)?|à|au|jusqu['’]à|jusqu['’]en)\s*"
_RANGE = re.compile(rf"(?<![\w/.])(?:from |von |de |du )?({_DATE}){_TO}({_DATE}|(?:{_NOW})(?!\w)|\d{{2}}\b(?![/.]))", re.IGNORECASE)
_MONTHS_RANGE = re.compile(rf"(?<![\w/.])({_MONTHLY}){_TO}({_MONTHLY}|(?:{_NOW})(?!\w))", re.IGNORECASE)
_SINCE = re.compile(rf"(?<![\w/.])(?:since|seit|ab|depuis|from)\s+({_DATE})|(?<![\w/.])({_DATE})\s*[-–—]\s*(?=$|[\t|),])", re.IGNORECASE)
_SINGLE = re.compile(rf"(?<![\w/.-])({_DATE})(?![\w/-])", re.IGNORECASE)
_YEAR_ONLY = re.compile(_YEAR)
_WRAPPED = re.compile(r"\(\s*[,;]?\s*\)|\[\s*\]")


class Period(NamedTuple):
    """ISO dates, and the text without them."""

    start: str
    end: str
    rest: str
    single: bool = False

    @property
    def date(self) -> str:
        """The one date of a thing that has but one."""
        return self.end if self.end and self.end != PRESENT else self.start


def period_in(text: str, *, single: bool = True) -> Period | None:
    """The first period in a text; with ``single`` a lone date counts: it is when something ended."""
    if match := _MONTHS_RANGE.search(text) or _RANGE.search(text):
        start, end = iso(match[1]), match[2]
        if re.fullmatch(r"\d{2}", end):
            ended = start[:2] + end if int(start[:2] + end) >= int(start[:4]) else ""
            return Period(start, ended, _without(text, match)) if ended else None
        return Period(start, iso(end) if _YEAR_ONLY.search(end) else PRESENT, _without(text, match))
    if match := _SINCE.search(text):
        return Period(iso(match[1] or match[2]), PRESENT, _without(text, match))
    if single and (match := _SINGLE.search(text)):
        return Period("", iso(match[1]), _without(text, match), single=True)
    return None


def iso(text: str) -> str:
    """``"March 2019"`` -> ``"2019-03"``; a year alone stays a year."""
    year = _YEAR_ONLY.search(text)
    assert year
    low = text.lower()
    if word := re.search(rf"\b({_NAME})\b", low):
        name = word[1]
        return f"{year[0]}-{_MONTHS.get(name) or _SEASONS[name]:02d}" if name not in _SEASONS else year[0]
    numbers = [int(number) for number in re.findall(r"\d+", low.replace(year[0], " ", 1))]
    month = numbers[-1] if numbers else 0
    return f"{year[0]}-{month:02d}" if 1 <= month <= 12 else year[0]


def _without(text: str, match: re.Match[str]) -> str:
    rest = text[: match.start()] + " \t " + text[match.end() :]
    rest = _WRAPPED.sub("", re.sub(r"\(\s*\t\s*\)|\[\s*\t\s*\]", "\t", rest))
    return tidy(re.sub(r"\s*\t\s*", "\t", re.sub(r"[ ]{2,}", " ", rest)))


_SHOWN = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(),
}
_PRESENT = {"en": "present", "de": "heute", "fr": "aujourd’hui"}


def shown(start: str, end: str, language: str) -> str:
    """A period for people: ``Mar 2019 – present``."""
    dates = [_shown(date, language) for date in (start, end) if date]
    return " – ".join(dict.fromkeys(dates))


def _shown(date: str, language: str) -> str:
    if date == PRESENT:
        return _PRESENT.get(language, PRESENT)
    year, _, month = date.partition("-")
    number = month[:2]
    if not number.isdecimal() or not 1 <= int(number) <= 12:
        return year if number else date
    return f"{number}/{year}" if language == "de" else f"{_SHOWN.get(language, _SHOWN['en'])[int(number) - 1]} {year}"
