"""Tables in a text: CSV, Markdown, aligned lines, pairs in a sentence, named lists, or plain numbers."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from barnraise.contracts.scripts import MAX_CELLS, Column, Table
from barnraise.planner.domain.scripts.numbers import AMOUNT, number_of

Rows = list[list[str]]
_MOST_COLUMNS = 40
_MOST_SAID = 20_000
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_LABEL = (
    r"noon|midnight|\d{1,2}(?::\d\d)?\s?[ap]m|\d{1,2}:\d\d|[^\W\d_][^,;:=\n\d]{0,40}?|\d{4}|Q[1-4](?: ?\d{4})?"
    r"|\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?"
)
_PAIR = (
    rf"(?P<label>{_LABEL})\s*(?:\s|[:=]|->|→|\(|\bis\b|\bat\b|\bwith\b|\s-\s)\s*(?P<number>{AMOUNT})"
    r"(?P<unit>\s?[^\W\d_°]{0,12}°?[CF]?)\)?"
)
_ONE_PAIR = re.compile(rf"^(?:and\s+)?{_PAIR}\s*[.!]?$")
_FIRST_PAIR = re.compile(rf"^\s*(?:and\s+)?{_PAIR}(?=\s+(?:as|with|in|on|using|for|then|where|by|sorted)\b|\.(?:\s|$))")
_COUNTED = re.compile(rf"({AMOUNT})\s+([^\W\d_][^,;\n\d]{{0,40}}?)(?=\s*(?:,|;|\n|\b(?:and|as|in|on|with)\b|[.!]?\s*$))")
_LIST = rf"\[?\(?\s*({AMOUNT}(?:\s*(?:,|;|\s)\s*(?:and\s+)?{AMOUNT})+)\s*\)?\]?"
_NAMED_LIST = re.compile(rf"(?P<name>[^\W\d_][\w %-]{{0,30}}?)\s*(?:values?\s*)?(?:[:=]|\bare\b|\bof\b|\bvalues\b)\s*{_LIST}", re.I)
_WORD_LIST = re.compile(r"(?P<name>[^\W\d_][\w -]{0,30}?)\s*[:=]\s*\[?(?P<items>[^\W\d_][\w' -]{0,30}(?:\s*,\s*[^\W\d_][\w' -]{0,30})+)\]?")
_HEADING = re.compile(r"^(?:(?:and|the|with|where|values? of|for|plot|draw|chart|graph|show|of|a|line|bar)\s+)+(?=\S)", re.I)
_PLAIN_LIST = re.compile(rf"(?<![\w.]){_LIST}")
_LONGEST_PAIR = 120
_JOINS = re.compile(r"\s*(?:\.\s+(?=[A-Z])|,\s*and\b|,(?!\d{3}(?!\d))|;|\band\b|\n|&)\s*")
_COLON = re.compile(r"[:\n]\s*")
_LEAD = re.compile(
    r"\b(?:from|data|table|for|of|with|values?|numbers?|figures|following|these|this|using|are|were|was|is|in|draw|plot|show|chart)\b\s*",
    re.I,
)
_WORD = re.compile(r"(?<=\s)(?=\S)")


@dataclass(frozen=True)
class Found:
    """A table, and the text without it. ``named``: the text has said what its columns are called."""

    table: Table
    rest: str
    named: bool = True


def find_table(text: str) -> Found | None:
    """The first table of the text, by whichever notation finds one; None if there is none."""
    if found := _blocks(text):
        return found
    said = text[:_MOST_SAID]
    return next((found for notation in (_named_lists, _pairs, _counted, _numbers) if (found := notation(said))), None)


def table_of_file(text: str, name: str) -> Table | None:
    """A CSV or TSV file as a table; None when it is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter = _delimiter(lines[:50])
    return _table(list(csv.reader(lines, delimiter=delimiter)), _name(name), comma=delimiter != ",") if delimiter else None


def column_name(label: str, taken: Sequence[str] = ()) -> str:
    """An identifier for a label, other than those that are taken."""
    base = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:50] or "column"
    base = base if base[0].isalpha() else f"c_{base}"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}_{count}", count + 1
    return name


def _blocks(text: str) -> Found | None:
    """Consecutive lines that are the rows of a table."""
    lines = text.splitlines()
    for reader in (_markdown, _delimited, _aligned):
        for start, end, rows, comma in reader(lines):
            if table := _table(rows, "data", comma=comma):
                return Found(table, "\n".join([*lines[:start], *lines[end:]]))
    return None


def _markdown(lines: list[str]) -> Iterator[tuple[int, int, Rows, bool]]:
    for start, end in _runs(lines, lambda line: line.count("|") >= 1):
        rows = [[cell.strip(" *`") for cell in line.strip().strip("|").split("|")] for line in lines[start:end] if not _RULE.match(line)]
        yield start, end, rows, False


def _delimited(lines: list[str]) -> Iterator[tuple[int, int, Rows, bool]]:
    for delimiter in ("\t", ";", ","):
        for start, end in _runs(lines, lambda line, mark=delimiter: line.count(mark) >= 1):
            block = lines[start:end]
            if _delimiter(block) == delimiter:
                rows = [[cell.strip() for cell in row] for row in csv.reader(block, delimiter=delimiter, skipinitialspace=True)]
                yield start, end, rows, delimiter != ","


def _aligned(lines: list[str]) -> Iterator[tuple[int, int, Rows, bool]]:
    """``Jan  255  3.1``, ``- Jan: 255``: a name and at least one number, with or without a line of headings."""
    bare = [re.sub(r"^\s*[-*•]\s+", "", line).strip() for line in lines]
    row = re.compile(rf"^(.*?[^\s:=])\s*(?:[:=]\s*|\s+)({AMOUNT}(?:\s+{AMOUNT})*)\s*$")
    for start, end in _runs(bare, lambda line: bool(row.match(line))):
        rows = [[match[1].strip(" :"), *re.findall(AMOUNT, match[2])] for line in bare[start:end] if (match := row.match(line))]
        width = Counter(map(len, rows)).most_common(1)[0][0]
        above = re.split(r"\s{2,}|\s*\|\s*|\s+", bare[start - 1]) if start else []
        headed = len(above) == width and not any(number_of(cell) for cell in above)
        header = [above] if headed else [[]]
        yield start - headed, end, [*header, *(cells for cells in rows if len(cells) == width)], False


def _runs(lines: list[str], fits: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Where at least two lines in succession fit."""
    start = None
    for at, line in enumerate([*lines, ""]):
        if line.strip() and fits(line):
            start = at if start is None else start
        elif start is not None:
            if at - start >= 2:
                yield start, at
            start = None


def _delimiter(lines: Sequence[str]) -> str | None:
    """What separates the cells: what stands equally often, and most often, in nearly every line."""
    best = None
    for mark in ("\t", ";", ",", "|"):
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=mark))
        width, times = counts.most_common(1)[0] if counts else (1, 0)
        if width > 1 and times >= 2 and times * 10 >= len(lines) * 9 and (best is None or width > best[0]):
            best = (width, mark)
    return best[1] if best else None


def _named_lists(text: str) -> Found | None:
    """``months: Jan, Feb; sales: 3, 4`` or ``x = 1, 2, 3 and y = 2, 4, 6``: lists of one length are columns."""
    lists: list[tuple[int, int, str, list[str]]] = []
    for match in _WORD_LIST.finditer(text):
        lists.append((match.start(), match.end(), match["name"], [item.strip() for item in match["items"].split(",")]))
    for match in _NAMED_LIST.finditer(text):
        lists.append((match.start(), match.end(), match["name"], re.findall(AMOUNT, match[2])))
    lists.sort()
    sizes = Counter(len(items) for *_, items in lists)
    size, count = sizes.most_common(1)[0] if sizes else (0, 0)
    if size < 2 or count < 2:
        return None
    chosen = [found for found in lists if len(found[3]) == size]
    headings = [_HEADING.sub("", name.strip()) for _, _, name, _ in chosen]
    rows = [headings, *([found[3][at] for found in chosen] for at in range(size))]
    table = _table(rows, "data")
    rest = text
    for start, end, *_ in reversed(chosen):
        rest = rest[:start] + rest[end:]
    return Found(table, rest) if table else None


def _pairs(text: str) -> Found | None:
    """``Jan 255, Feb 210 and Mar 196``: names with numbers, the longest run of them."""
    best: tuple[int, int, Rows] = (0, 0, [])
    begin, rows = 0, []
    for start, end in _parts(text):
        one, at, until = _pair(text[start:end], fresh=not rows)
        if one is None:
            rows = []
            continue
        begin = begin if rows and at == 0 else start + at
        rows = [*(rows if at == 0 else []), [one["label"].strip(" :(-"), (one["number"] + one["unit"]).strip()]]
        if len(rows) > len(best[2]):
            best = (begin, start + until, rows)
        rows = rows if start + until == end else []
    begin, end, rows = best
    table = _table([[], *rows], "data") if len(rows) >= 2 else None
    return Found(table, f"{text[:begin]} {text[end:]}", named=False) if table else None


def _pair(part: str, *, fresh: bool) -> tuple[re.Match[str] | None, int, int]:
    """The pair that a part of an enumeration is, and where in it that begins and ends: the first may come after other words, the last
    before some."""
    whole = _ONE_PAIR.match(part.strip()) if len(part) < _LONGEST_PAIR else None
    if whole and not (fresh and _LEAD.search(whole["label"])):
        return whole, 0, len(part)
    if not fresh and (first := _FIRST_PAIR.match(part[:_LONGEST_PAIR])):
        return first, 0, first.end()
    at, one = _last_pair(part)
    return one, at, len(part)


def _last_pair(part: str) -> tuple[int, re.Match[str] | None]:
    """The pair at the end of a part that begins with other words, and where it begins."""
    tail = part[-_LONGEST_PAIR:]
    for leads in (_COLON, _LEAD, _WORD):
        for lead in reversed(list(leads.finditer(tail))):
            if one := _ONE_PAIR.match(tail[lead.end() :].strip()):
                return len(part) - len(tail) + lead.end(), one
    return 0, None


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Where the parts of an enumeration stand."""
    start = 0
    for join in _JOINS.finditer(text):
        yield start, join.start()
        start = join.end()
    yield start, len(text)


def _counted(text: str) -> Found | None:
    """``12 apples, 7 pears and 3 plums``: numbers with names."""
    found = list(_COUNTED.finditer(text))
    runs: list[list[re.Match[str]]] = []
    for match in found:
        if runs and re.fullmatch(r"\s*(?:,|;|\n|and|\s)*\s*", text[runs[-1][-1].end() : match.start()]):
            runs[-1].append(match)
        else:
            runs.append([match])
    run = max(runs, key=len, default=[])
    if len(run) < 3:
        return None
    table = _table([[], *([match[2].strip(), match[1]] for match in run)], "data")
    return Found(table, text[: run[0].start()] + text[run[-1].end() :], named=False) if table else None


def _numbers(text: str) -> Found | None:
    """``3, 5, 2 and 8``: the longest list of at least three numbers."""
    best = max(_PLAIN_LIST.finditer(text), key=lambda match: len(re.findall(AMOUNT, match[1])), default=None)
    numbers = re.findall(AMOUNT, best[1]) if best else []
    if not best or len(numbers) < 3:
        return None
    table = _table([["Value"], *([number] for number in numbers)], "data")
    return Found(table, text[: best.start()] + text[best.end() :], named=False) if table else None


def _table(rows: Rows, name: str, *, comma: bool = False) -> Table | None:
    """Rows, the first of which are headings (or empty: there are none), as a table with at least one column of numbers."""
    header, body = rows[0], [row for row in rows[1:] if any(cell.strip() for cell in row)]
    width = len(header) or (len(body[0]) if body else 0)
    if header and all(number_of(cell, comma=comma) for cell in header if cell.strip()):
        header, body = [], [header, *body]
    body = [row for row in body if len(row) == width]
    if not body or not 1 <= width <= _MOST_COLUMNS or len(body) < 1:
        return None
    body = body[: MAX_CELLS // width]
    columns, cells, names = [], [], []
    for at in range(width):
        label = header[at].strip() if header else ""
        column, values = _column([row[at].strip() for row in body], label, names, comma=comma)
        names.append(column.name)
        columns.append(column)
        cells.append(values)
    if not any(column.type == "number" for column in columns):
        return None
    return Table(name=name, columns=tuple(columns), rows=tuple(zip(*cells, strict=True)))


def _column(cells: list[str], label: str, taken: Sequence[str], *, comma: bool) -> tuple[Column, list[str]]:
    """A column is of numbers when every cell that is filled is one, of at most one unit."""
    label, unit = _label(label)
    numbers = [number_of(cell, comma=comma) if cell not in ("", "-", "n/a", "NA", "N/A", "null", "NaN") else ("", "") for cell in cells]
    units = {number[1] for number in numbers if number and number[1]}
    if any(number is None for number in numbers) or not any(number and number[0] for number in numbers) or len(units) > 1:
        label = label or _kind_label(cells) or "Value"  # numbers of several units are no column of numbers
        return Column(name=column_name(label, taken), label=label[:200]), [cell[:400] for cell in cells]
    years = all(number and _YEAR.match(number[0] or "2000") for number in numbers)
    label = label or ("Year" if years else "Value")
    unit = unit or next(iter(units), "")
    return Column(name=column_name(label, taken), label=label[:200], type="number", unit=unit[:20]), [n[0] for n in numbers if n]


def _label(heading: str) -> tuple[str, str]:
    """``Rain (mm)`` is a label and a unit."""
    match = re.match(r"^(.*\S)\s*[(\[]([^()\[\]]{1,12})[)\]]$", heading)
    label, unit = (match[1], match[2]) if match else (heading, "")
    label = re.sub(r"_+", " ", label).strip()
    return label[:1].upper() + label[1:], unit


_YEAR = re.compile(r"^(?:1[5-9]|20)\d\d$")
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|août)[a-zé.]*$", re.I),
        "Month",
    ),
    (re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z.]*$", re.I), "Day"),
    (re.compile(r"^(?:noon|midnight|\d{1,2}(?::\d\d)?\s?(?:am|pm)|\d{1,2}:\d\d)$", re.I), "Time"),
    (re.compile(r"^Q[1-4]\b", re.I), "Quarter"),
    (re.compile(r"^\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?$"), "Date"),
    (re.compile(r"^week \d+$", re.I), "Week"),
)


def _kind_label(cells: Sequence[str]) -> str:
    """What a column without a heading is of, if its cells tell."""
    for pattern, label in _KINDS:
        if cells and all(pattern.match(cell) for cell in cells if cell):
            return label
    return "" if all(number_of(cell) for cell in cells if cell) else "Name"


def _name(file: str) -> str:
    return column_name(file.rpartition("/")[2].rpartition(".")[0] or "data")
