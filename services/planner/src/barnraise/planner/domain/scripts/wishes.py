"""What a text wants to see of a table: which drawings, of which columns, and which statistics."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from barnraise.contracts.scripts import Column, FigureKind, Statistic, Table

_I = re.IGNORECASE
_DRAWN = r"(?:charts?|graphs?|plots?|diagrams?)"
_KINDS: tuple[tuple[str, FigureKind], ...] = (
    (rf"horizontal (?:bars?\b|bar {_DRAWN})|(?:bar|bars) lying", "barh"),
    (rf"(?:stacked )?area {_DRAWN}", "area"),
    (r"histograms?|distribution\b", "histogram"),
    (r"box ?plots?|box[- ]and[- ]whiskers?(?: plots?)?", "box"),
    (rf"scatter ?(?:{_DRAWN}|diagrams?)?|dot {_DRAWN}|bubble {_DRAWN}", "scatter"),
    (rf"(?:pie|donut|doughnut)(?: {_DRAWN})?", "pie"),
    (rf"(?:line|trend|time series) ?{_DRAWN}|curves?\b|as (?:a )?lines?\b", "line"),
    (rf"(?:stacked |grouped )?(?:bar|column) {_DRAWN}|balkendiagramm|säulendiagramm|(?:as )?bars\b", "bar"),
)
KIND = re.compile("|".join(f"(?P<k{at}>{pattern})" for at, (pattern, _) in enumerate(_KINDS)), _I)
ANY = re.compile(rf"\b(?:{_DRAWN}|draw|plot|visuali[sz]e|diagramm?|figure)\b", _I)
STATISTICS: tuple[tuple[re.Pattern[str], Statistic], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})\b", _I), statistic)
    for pattern, statistic in (
        ("average|mean|avg", "mean"),
        ("median", "median"),
        (r"standard deviations?|std(?:[. ]?dev)?|stdev|deviations?|standardabweichung|écart[- ]type", "deviation"),
        ("variances?|varianz", "variance"),
        ("sum|total|totals|add up", "sum"),
        ("minimum|min|lowest|smallest", "min"),
        ("maximum|max|highest|largest|biggest", "max"),
        ("count|number of|how many", "count"),
    )
)
_NOT_YET = tuple(
    (re.compile(rf"\b(?:{pattern})\b", _I), point)
    for pattern, point in (
        (
            r"trend ?lines?|regressions?|correlat\w+|forecasts?|predict(?:s|ions?)?|extrapolate|interpolate|curve fit(?:ting)?",
            "Trends, correlations and forecasts are not computed yet.",
        ),
        (
            r"modes?(?= of| and|,)|(?:percen|quan|quar)tiles?|skew(?:ness)?|kurtosis|confidence intervals?|outliers?|t-?tests?|anova",
            "Of statistics there are number, sum, average, median, smallest, largest, standard deviation and variance.",
        ),
        (
            r"animat(?:e|ed|ions?)|interactive|3d|heat ?maps?|maps?|gantt|sankey|treemaps?|radar",
            "Figures are pictures of the common kinds.",
        ),
    )
)
_ALL: tuple[Statistic, ...] = ("count", "sum", "mean", "median", "min", "max")
_BY = re.compile(r"\b(?:by|per|for each|grouped by|over|against|versus|vs\.?|across|each|on the x[- ]axis)\s+(?:the\s+)?", _I)
_SMALL = frozenset("of the a an and in by per with for each over against versus vs from to as on at is are this that these my our".split())


@dataclass(frozen=True)
class Wish:
    """A drawing that a text asks for; ``x`` and ``y`` as far as it names columns, ``said`` in its own words."""

    kind: FigureKind | None = None
    x: str | None = None
    y: tuple[str, ...] = ()
    statistic: Statistic | None = None
    stacked: bool = False
    sort: str = "as_given"
    average: bool = False
    log: bool = False
    said: str = ""


def beyond(text: str) -> list[str]:
    """What a text wishes for that a script of ours cannot do yet, in words."""
    return [point for pattern, point in _NOT_YET if pattern.search(text)]


def drawings(text: str, table: Table) -> list[Wish]:
    """The drawings of a text, in its order; one of no kind when it only wants something drawn."""
    marks = _marks(text)
    if not marks:
        return [_wish(None, text, table)] if ANY.search(text) else []
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    starts = [0, *(mark.start() for mark in marks[1:])]
    return [_wish(_kind(mark), text[start:end], table) for mark, start, end in zip(marks, starts, ends, strict=True)]


def kinds_in(text: str) -> list[FigureKind]:
    """The kinds of drawings that a text names, in its order."""
    return [_kind(mark) for mark in _marks(text)]


def statistics(text: str) -> tuple[Statistic, ...]:
    """The statistics that a text names, in its order; all when it wants them summed up."""
    found = sorted((match.start(), statistic) for pattern, statistic in STATISTICS if (match := pattern.search(text)))
    return tuple(statistic for _, statistic in found) or _ALL


def grouping(text: str, table: Table) -> str | None:
    """The column that ``by`` or ``per`` is said of."""
    return next((column.name for match in _BY.finditer(text) if (column := _named(text[match.end() :], table.columns))), None)


def columns_in(text: str, columns: Sequence[Column]) -> Iterator[str]:
    """The columns that a text names, in its order."""
    words = _words(text)
    places = {}
    for column in columns:
        wanted = [word for word in _words(f"{column.label} {column.name}") if word not in _SMALL]
        where = [words.index(word) for word in dict.fromkeys(wanted) if word in words]
        if where and len(where) == len(set(wanted)):
            places[column.name] = min(where)
    yield from sorted(places, key=lambda name: places[name])


def _marks(text: str) -> list[re.Match[str]]:
    """Where kinds are named; words that touch name one."""
    marks = [*KIND.finditer(text)]
    return [mark for at, mark in enumerate(marks) if at == 0 or mark.start() - marks[at - 1].end() > 2]


def _kind(mark: re.Match[str]) -> FigureKind:
    return next(kind for at, (_, kind) in enumerate(_KINDS) if mark[f"k{at}"])


def _wish(kind: FigureKind | None, said: str, table: Table) -> Wish:
    x = grouping(said, table)
    named = [name for name in columns_in(said, table.columns) if name != x]
    numbers = tuple(name for name in named if table.column(name).type == "number")
    x = x or next((name for name in named if table.column(name).type == "text"), None)
    down = re.search(r"\b(?:descending|highest (?:to|first)|largest (?:to|first)|ranked|decreasing|biggest first)\b", said, _I)
    up = re.search(r"\b(?:ascending|sort(?:ed)?|order(?:ed)? by|lowest (?:to|first)|smallest (?:to|first)|increasing)\b", said, _I)
    return Wish(
        kind,
        x,
        numbers,
        next((statistic for pattern, statistic in STATISTICS if pattern.search(said)), None),
        bool(re.search(r"\bstack(?:ed)?\b", said, _I)),
        "descending" if down else "ascending" if up else "as_given",
        bool(
            re.search(
                r"\b(?:average|mean) line\b|\bline (?:for|at|showing) the (?:average|mean)\b|\bwith (?:an? |the )?(?:average|mean)\b",
                said,
                _I,
            )
        ),
        bool(re.search(r"\blog(?:arithmic)?\b(?: scale)?", said, _I)),
        said,
    )


def _named(said: str, columns: Sequence[Column]) -> Column | None:
    """The column with whose label or name a text begins."""
    begins = _words(said)[:4]
    for column in columns:
        wanted = [word for word in _words(column.label) if word not in _SMALL]
        if wanted and (begins[: len(wanted)] == wanted or (begins and begins[0] in wanted)):
            return column
    return None


def _words(text: str) -> list[str]:
    """Words without their plural's s."""
    return [
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in re.findall(r"[^\W_]+", text.lower())
    ]
