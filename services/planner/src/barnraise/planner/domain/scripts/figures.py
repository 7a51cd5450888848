"""From wishes to figures and summaries that fit a table."""

import re
from collections.abc import Sequence
from typing import get_args

from barnraise.contracts.scripts import Column, Figure, FigureKind, Statistic, Summary, Table
from barnraise.planner.domain.scripts.tables import column_name
from barnraise.planner.domain.scripts.wishes import Wish

_IN_TIME = re.compile(r"\b(?:year|month|date|day|week|quarter|time|hour|minute|second)s?\b", re.IGNORECASE)
_COUNTED_OFF = re.compile(
    r"\b(?:year|month|date|day|week|quarter|time|hour|minute|second|age|x|id|no|nr|number|index|rank)\b", re.IGNORECASE
)
_MANY = 12
_MOST_LINES = 6
_ALONE: frozenset[FigureKind] = frozenset(("histogram", "box"))
STATISTIC_WORDS: dict[Statistic, str] = {
    "count": "number", "sum": "sum", "mean": "average", "median": "median", "min": "smallest", "max": "largest",
    "deviation": "standard deviation", "variance": "variance",
}  # fmt: skip


class UnfitError(ValueError):
    """A figure cannot be drawn of this table; the text says why, for people."""


def figure_of(wish: Wish, table: Table, title: str, taken: Sequence[str]) -> tuple[Figure, list[str]]:
    """The figure, and what was assumed about it. Raises UnfitError."""
    numbers = [column.name for column in table.columns if column.type == "number"]
    kind = wish.kind or _fitting(table, wish)
    x = None if kind in _ALONE else wish.x or _across(table, kind, wish.y)
    y = wish.y or tuple(name for name in numbers if name != x)
    assumed = []
    if kind == "scatter" and (x is None or table.column(x).type != "number"):
        x, y = _two_numbers(numbers, y)
    if kind == "pie":
        y = y[:1]
    if not wish.y and len(y) > _MOST_LINES:
        assumed.append(f"Of {len(y)} columns of numbers I draw the first {_MOST_LINES}.")
    y = y[:_MOST_LINES] if not wish.y else y[:12]
    if not y:
        raise UnfitError("There is no second column of numbers to draw.")
    if kind in ("pie", "barh") and x is None:
        raise UnfitError(f"A {'pie chart' if kind == 'pie' else 'bar chart'} needs a name for each number.")
    if kind == "bar" and x is None:
        kind = "histogram" if len(table.rows) > _MANY else "line"
        assumed.append(f"The numbers have no names, so I draw a {kind}.")
    statistic = None
    if x and kind in ("bar", "barh", "line", "area", "pie") and _repeats(table, x):
        statistic = wish.statistic or "sum"
        if wish.statistic is None:
            assumed.append(f"Several rows have the same {table.column(x).label.lower()}, so I add them up.")
    name = column_name(f"{title}" if len(title) < 40 else f"{'_'.join(y)}_{kind}", taken)
    marks = {"stacked": wish.stacked and len(y) > 1, "average": wish.average, "log": wish.log, "sort": wish.sort}
    return Figure.model_validate(
        {"name": name, "title": title[:200], "kind": kind, "table": table.name, "x": x, "y": y, "statistic": statistic, **marks}
    ), assumed


def summary_of(table: Table, statistics: Sequence[Statistic], by: str | None, of: Sequence[str], taken: Sequence[str]) -> Summary | None:
    """The statistics of the table's numbers, other than what they are grouped by and what only counts the rows off."""
    numbers = [column for column in table.columns if column.type == "number" and column.name != by]
    telling = [column.name for column in numbers if not _COUNTED_OFF.fullmatch(column.label)] or [column.name for column in numbers]
    chosen = list(of) or telling
    if not chosen:
        return None
    wanted = statistics if set(statistics) <= set(get_args(Statistic)) else ()
    words = " and ".join(STATISTIC_WORDS[statistic].capitalize() for statistic in wanted) if len(wanted) < 3 else "Statistics"
    title = f"{words} of {', '.join(table.column(name).label.lower() for name in chosen[:4])}" + (
        f" by {table.column(by).label.lower()}" if by else ""
    )
    name = column_name(f"summary_by_{by}" if by else "summary", taken)
    return Summary(name=name, title=title[:200], table=table.name, by=by, of=tuple(chosen[:12]), statistics=tuple(wanted))


def _fitting(table: Table, wish: Wish) -> FigureKind:
    """The kind that shows a table best, when none is asked for."""
    texts = [column for column in table.columns if column.type == "text"]
    numbers = [column for column in table.columns if column.type == "number"]
    first = table.column(wish.x) if wish.x else table.columns[0]
    if len(table.columns) == 1:
        return "histogram" if len(table.rows) > _MANY else "line"
    if _IN_TIME.search(first.label) and len(table.rows) > 2:
        return "line"
    if not texts and len(numbers) == 2:
        return "line" if _ascending([row[0] for row in table.rows]) else "scatter"
    return "barh" if len(table.rows) > _MANY and any(len(row[0]) > 12 for row in table.rows) else "bar"


def _across(table: Table, kind: FigureKind, y: Sequence[str]) -> str | None:
    """What the figure goes along: the first column of text, else a column that counts the rows off."""
    free = [column for column in table.columns if column.name not in y]
    if kind == "scatter":
        numbers = [column for column in free if column.type == "number"]
        return numbers[0].name if len(numbers) > (0 if y else 1) else None
    chosen = next((column for column in free if column.type == "text"), None) or next(filter(_counts_off, free), None)
    if chosen is None and sum(column.type == "number" for column in table.columns) > 1:
        chosen = next(iter(free), None)
    return chosen.name if chosen else None


def _counts_off(column: Column) -> bool:
    return bool(_COUNTED_OFF.search(column.label))


def _two_numbers(numbers: Sequence[str], y: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    if len(numbers) < 2:
        raise UnfitError("A scatter plot needs two columns of numbers.")
    if len(y) >= 2:
        return y[-1], tuple(y[:-1])
    x = next(name for name in numbers if name not in y)
    return x, tuple(y) or tuple(name for name in numbers if name != x)[:1]


def _repeats(table: Table, x: str) -> bool:
    at = [column.name for column in table.columns].index(x)
    cells = [row[at] for row in table.rows]
    return len(set(cells)) < len(cells)


def _ascending(cells: Sequence[str]) -> bool:
    values = [float(cell) for cell in cells if cell]
    return values == sorted(values) and len(set(values)) == len(values)
