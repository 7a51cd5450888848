"""A script in sentences: what it holds, and what can be said to it."""

import statistics
from collections.abc import Callable, Sequence

from barnraise.contracts.manifest import Manifest
from barnraise.contracts.scripts import Column, Figure, Script, Statistic, Summary, Table
from barnraise.planner.domain.language.nouns import listed
from barnraise.planner.domain.scripts.figures import STATISTIC_WORDS
from barnraise.planner.domain.scripts.wishes import STATISTICS, columns_in

_MEASURES: dict[Statistic, Callable[[Sequence[float]], float]] = {
    "count": len, "sum": sum, "mean": statistics.fmean, "median": statistics.median, "min": min, "max": max,
    "deviation": statistics.stdev, "variance": statistics.variance,
}  # fmt: skip
_OF_SEVERAL = ("deviation", "variance")

_DRAWN = {
    "bar": "A bar chart", "barh": "A bar chart with lying bars", "line": "A line chart", "area": "A chart of areas", "pie": "A pie chart",
    "scatter": "A scatter plot", "histogram": "A histogram", "box": "A box plot",
}  # fmt: skip


def describe_script(script: Script) -> tuple[str, ...]:
    """Its tables, figures and summaries, a sentence each."""
    return (
        *(_table(table) for table in script.tables),
        *(_figure(script.table(figure.table), figure) for figure in script.figures),
        *(_summary(script.table(summary.table), summary) for summary in script.summaries),
    )


def answer_script(manifest: Manifest, question: str) -> str:
    """An answer from the data: the statistics that are asked for, else what there is."""
    assert manifest.script
    script = manifest.script
    table = script.tables[0]
    asked = [found for pattern, found in STATISTICS if pattern.search(question)]
    named = [name for name in columns_in(question, table.columns) if table.column(name).type == "number"]
    wanted = named or [column.name for column in table.columns if column.type == "number"][-1:]
    if not asked or not wanted:
        return f"{manifest.title}:\n" + "\n".join(f"- {line}" for line in describe_script(script))
    return " ".join(_measured(table, name, statistic) for name in wanted for statistic in asked)


def _measured(table: Table, name: str, statistic: Statistic) -> str:
    at = [column.name for column in table.columns].index(name)
    rows = [row for row in table.rows if row[at]]
    numbers = [float(row[at]) for row in rows]
    if len(numbers) < (2 if statistic in _OF_SEVERAL else 1):
        return f"{table.column(name).label} has {'too few' if numbers else 'no'} numbers."
    value = _MEASURES[statistic](numbers)
    said = f"The {STATISTIC_WORDS[statistic]} of {table.column(name).label.lower()} is {value:.10g}{_unit(table.column(name))}"
    extreme = (
        next((row[0] for row, number in zip(rows, numbers, strict=True) if number == value), "") if statistic in ("min", "max") else ""
    )
    return f"{said} ({extreme})." if extreme and at else f"{said}."


def _unit(column: Column) -> str:
    return f" {column.unit}" if column.unit else ""


def script_examples(manifest: Manifest) -> str:
    """Things that can be said to this script."""
    assert manifest.script
    script = manifest.script
    row = script.tables[0].rows[0][0] if script.tables[0].columns[0].type == "text" else ""
    value = f"“change {row} to 12”, " if row else ""
    return f"You can say: “make it a line chart”, “add a pie chart”, {value}“sort from highest to lowest”, “make it dark green”, or “undo”."


def _table(table: Table) -> str:
    columns = [f"{column.label}{f' ({column.unit})' if column.unit else ''}" for column in table.columns]
    return f"A table of {len(table.rows)} {'row' if len(table.rows) == 1 else 'rows'} with {listed(columns)}."


def _figure(table: Table, figure: Figure) -> str:
    y = listed([table.column(name).label.lower() for name in figure.y])
    along = f" by {table.column(figure.x).label.lower()}" if figure.x else ""
    how = [
        *([f"the {figure.statistic} of each"] if figure.statistic else []),
        *(["stacked"] if figure.stacked else []),
        *([f"sorted, {figure.sort}"] if figure.sort != "as_given" else []),
        *(["with a line at the average"] if figure.average else []),
        *(["on a logarithmic scale"] if figure.log else []),
    ]
    return f"{_DRAWN[figure.kind]} of {y}{along}: “{figure.title}”{f' ({listed(how)})' if how else ''}."


def _summary(table: Table, summary: Summary) -> str:
    of = listed([table.column(name).label.lower() for name in summary.of])
    by = f" for each {table.column(summary.by).label.lower()}" if summary.by else ""
    return f"A table of the {listed(list(summary.statistics))} of {of}{by}."
