"""Jobs, studies and projects: lines that begin with a head, which has a period, and go on with what was done."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from barnraise.planner.domain.resumes.lines import Line
from barnraise.planner.domain.resumes.marks import tidy
from barnraise.planner.domain.resumes.periods import Period, period_in
from barnraise.planner.domain.resumes.vocabulary import DEGREE, ORGANISATION, ROLE, SCHOOL, is_place

_SPLIT = re.compile(r"\t|\s[|•·@]\s|\s[–—-]\s|\s(?:at|bei|bei der|chez|beim)\s(?=[A-ZÄÖÜÉ\d])|\s/\s")
_COMMA = re.compile(r",\s+(?![^(]*\))")
_URL = re.compile(r"\(?(?:https?://|www\.)[^\s)]+\)?|\b(?:github|gitlab)\.com/[^\s),]+")
_LABELLED = re.compile(r"^(?:location|ort|lieu|company|employer|firma|position|title|role|rolle|poste)\s*:\s*", re.IGNORECASE)
_EXPLAINED = re.compile(r"^[A-ZÄÖÜÉ][^:.]{2,40}: \S.{10,}")
_SCORE = re.compile(
    r"\b(?:gpa|grade|note|abschlussnote|durchschnitt|mention|final grade|result)\b[:\s]*([\w .,/+-]{1,24})|\b(first[- ]class(?: "
    r"honours)?|distinction|"
    r"(?:magna |summa )?cum laude|2:[12]|mention (?:très bien|bien|assez bien))\b",
    re.IGNORECASE,
)


@dataclass
class Entry:
    """``heads``: the lines of its head without the period; ``body``: what follows."""

    heads: list[str]
    period: Period | None
    body: list[Line] = field(default_factory=list)
    url: str = ""


def entries_of(lines: list[Line], *, single: bool = True) -> list[Entry]:
    """The section's entries. Text before the first of them becomes an entry without a period."""
    lines = _trimmed(lines)
    dated = [place for place, line in enumerate(lines) if _begins(line, single=single)]
    if not dated:
        return _undated(lines)
    lead = _lead(lines, dated[0])
    starts = _starts(lines, dated, lead)
    entries = _undated(lines[: starts[0][0]]) if starts[0][0] else []
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    return entries + [_entry(lines[start:end], date - start, single=single) for (start, date), end in zip(starts, ends, strict=True)]


def _trimmed(lines: list[Line]) -> list[Line]:
    places = [place for place, line in enumerate(lines) if not line.blank]
    return lines[places[0] : places[-1] + 1] if places else []


def _begins(line: Line, *, single: bool) -> bool:
    """Whether a line has a period and no more than a head has besides."""
    if line.blank or len(line.text) > 140 or (line.bullet and not _is_head(line.text)):
        return False
    period = period_in(line.text, single=single)
    if period is None or (period.single and len(period.rest) > 90):
        return False
    return not (period.single and line.text.rstrip().endswith(".") and len(line.text) > 50)


def _is_head(text: str) -> bool:
    """A listed line that is a head itself: ``• 2019 - 2021: Engineer, Acme``."""
    period = period_in(text)
    return period is not None and (bool(re.match(r"[\d(]|[A-Z][a-zé]{2,9}\.? \d{4}", text)) or (not period.single and len(text) < 90))


def _lead(lines: list[Line], first: int) -> int:
    """How many lines of a head come before the line with its period, as the first entry shows."""
    before = lines[:first]
    if len(before) <= 2 and all(line.short for line in before):
        return len(before)
    run = 0
    while run < 2 and run < first and lines[first - 1 - run].short:
        run += 1
    return run


def _starts(lines: list[Line], dated: list[int], lead: int) -> list[tuple[int, int]]:
    """(where the entry begins, where its period stands), of each."""
    found: list[tuple[int, int]] = []
    for date in dated:
        floor = found[-1][1] + 1 if found else 0
        start = date
        while start > floor and date - start < lead and lines[start - 1].short and not _tail(lines, start - 1, floor):
            start -= 1
        # A second period in one head: several positions in one house stay together.
        if found and start == found[-1][1] + 1 and not lines[start].bullet and _bare(lines[date]) and not lines[start - 1].bullet:
            continue
        found.append((start, date))
    return found


def _tail(lines: list[Line], place: int, floor: int) -> bool:
    """Whether a line goes on with the text of the entry before: it is lower-case, or the line before it is cut short."""
    text, before = lines[place].text, lines[place - 1] if place > floor else None
    return text[:1].islower() or (
        before is not None and before.bullet and len(before.text) > 70 and not lines[place].level and not ROLE.search(text)
    )


def _bare(line: Line) -> bool:
    period = period_in(line.text)
    return period is not None and not period.rest


def _entry(lines: list[Line], date: int, *, single: bool) -> Entry:
    period = period_in(lines[date].text, single=single)
    heads = [line.text for line in lines[:date] if not line.blank]
    heads += [period.rest] if period and period.rest else []
    body = lines[date + 1 :]
    while body and _more_head(heads, body[0]):
        heads.append(body.pop(0).text)
    return _linked(Entry([_LABELLED.sub("", head) for head in heads], period, body))


def _more_head(heads: list[str], line: Line) -> bool:
    if not line.short or line.text[:1].islower() or len(line.text) > 80 or line.text.endswith(":"):
        return False
    known = [part for head in heads for part in parts_of(head)]
    placed = [part for part in known if not is_place(part)]
    if is_place(line.text):
        return len(known) < 4
    return len(placed) < 2 and len(heads) < 3


def _linked(entry: Entry) -> Entry:
    for place, head in enumerate(entry.heads):
        if match := _URL.search(head):
            entry.url = entry.url or match[0].strip("()")
            entry.heads[place] = (head[: match.start()] + head[match.end() :]).strip(" \t|–—-,()")
    entry.heads = [head for head in entry.heads if head]
    return entry


def _undated(lines: list[Line]) -> list[Entry]:
    """Blocks between empty lines, or else heads with listed lines below them."""
    entries: list[Entry] = []
    fresh = True
    marked = any(line.level for line in lines)
    for line in _trimmed(lines):
        if line.blank:
            fresh = True
        elif marked and not line.level and entries:
            entries[-1].body.append(line)
        elif not line.bullet and (
            fresh
            or _EXPLAINED.match(line.text)
            or not entries
            or line.level
            or (entries[-1].body and entries[-1].body[-1].bullet and line.short)
        ):
            entries.append(Entry([line.text], None))
            fresh = False
        elif line.bullet and (not entries or (fresh and not entries[-1].heads)):
            entries.append(Entry([line.text], None))
            fresh = not entries[-1].heads
        else:
            entries[-1].body.append(line)
            fresh = False
    return [_linked(entry) for entry in entries]


def parts_of(head: str) -> list[str]:
    return [tidy(part) for part in _SPLIT.split(head) if tidy(part)]


@dataclass
class Told:
    """What an entry's head says: who one was, where, and in which town."""

    role: str = ""
    house: str = ""
    place: str = ""
    rest: list[str] = field(default_factory=list)


def told(entry: Entry, *, is_role: Callable[[str], bool], is_house: Callable[[str], bool]) -> Told:
    """The parts of a head, sorted. Where neither words tell, the role comes first."""
    parts = [piece for head in entry.heads for part in parts_of(head) for piece in _pieces(part, is_role, is_house)]
    said = Told()
    places = [part for part in parts if is_place(part)]
    others = [part for part in parts if not is_place(part)]
    if not others and places:
        others, places = places[:1], places[1:]
    said.place = ", ".join(dict.fromkeys(places))
    role = next((part for part in others if is_role(part) and not is_house(part)), None) or next(
        (part for part in others if is_role(part)), None
    )
    house = next((part for part in others if is_house(part) and part != role), None)
    left = [part for part in others if part not in (role, house)]
    if role is None:
        role = left.pop(0) if left and (house is not None or len(left) > 1) else None
    if house is None:
        house = left.pop(0) if left else None
    said.role, said.house, said.rest = role or "", house or "", left
    return said


def _pieces(part: str, is_role: Callable[[str], bool], is_house: Callable[[str], bool]) -> Iterator[str]:
    """A comma parts a role from a house, and a house from its town; other commas belong to a name."""
    pieces = [piece.strip() for piece in _COMMA.split(part)]
    while len(pieces) > 1 and is_place(", ".join(pieces[-2:])) and len(pieces) > 2 and is_place(pieces[-1]) and is_place(pieces[-2]):
        yield ", ".join(pieces[-2:])
        pieces = pieces[:-2]
    if len(pieces) > 1 and is_place(pieces[-1]):
        yield pieces.pop()
    if len(pieces) > 2 and ":" in pieces[0] and not any(map(is_house, pieces)):
        yield ", ".join(pieces)
    elif len(pieces) > 1 and (is_role(pieces[0]) != is_role(pieces[-1]) or is_house(pieces[0]) != is_house(pieces[-1])):
        cut = next(
            (n for n, piece in enumerate(pieces) if n and (is_house(piece) != is_house(pieces[0]) or is_role(piece) != is_role(pieces[0]))),
            1,
        )
        yield ", ".join(pieces[:cut])
        yield ", ".join(pieces[cut:])
    elif len(pieces) == 2:
        yield from pieces
    else:
        yield ", ".join(pieces)


def is_role(text: str) -> bool:
    return bool(ROLE.search(text))


def is_house(text: str) -> bool:
    return bool(ORGANISATION.search(text))


def is_degree(text: str) -> bool:
    return bool(DEGREE.search(text))


def is_school(text: str) -> bool:
    return bool(SCHOOL.search(text))


def texts(body: list[Line]) -> tuple[str, tuple[str, ...]]:
    """The running text and the listed points of a body; a listed point goes on in the lines below it."""
    running: list[str] = []
    points: list[str] = []
    listing = False
    for line in body:
        if line.bullet:
            points.append(line.text)
            listing = True
        elif line.blank:
            listing = False
        elif listing and points:
            points[-1] = f"{points[-1]} {line.text}"
        else:
            running.append(line.text)
    return " ".join(running), tuple(points)


def score_in(text: str) -> str:
    match = _SCORE.search(text)
    return (match[1] or match[2]).strip(" .,") if match else ""
