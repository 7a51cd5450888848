"""What a script computes and draws: tables of data, figures drawn from them, and statistics of them."""

from typing import Annotated, Literal, Self

from pydantic import Field as Spec
from pydantic import StringConstraints, model_validator

from barnraise.contracts.base import Contract

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Caption = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Cell = Annotated[str, StringConstraints(max_length=400)]
FigureKind = Literal["bar", "barh", "line", "area", "pie", "scatter", "histogram", "box"]
Statistic = Literal["count", "sum", "mean", "median", "min", "max", "deviation", "variance"]
MAX_CELLS = 50_000


class Column(Contract):
    """``number`` columns hold decimal numbers with a point; ``unit`` is shown beside the label."""

    name: Name
    label: Caption
    type: Literal["number", "text"] = "text"
    unit: Annotated[str, StringConstraints(max_length=20)] = ""


class Table(Contract):
    """Rows of text as in a CSV file; an empty cell is a missing value."""

    name: Name
    columns: Annotated[tuple[Column, ...], Spec(min_length=1, max_length=40)]
    rows: tuple[tuple[Cell, ...], ...]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"table {self.name!r}: a column stands twice")
        if len(self.rows) * len(names) > MAX_CELLS:
            raise ValueError(f"table {self.name!r}: more than {MAX_CELLS} cells")
        numbers = [at for at, column in enumerate(self.columns) if column.type == "number"]
        for row in self.rows:
            if len(row) != len(names):
                raise ValueError(f"table {self.name!r}: a row has {len(row)} cells instead of {len(names)}")
            if any(row[at] and not _is_number(row[at]) for at in numbers):
                raise ValueError(f"table {self.name!r}: a cell of a number column is no number")
        return self

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class Figure(Contract):
    """A drawing of a table: ``y`` columns over ``x``. With ``statistic`` the rows of equal ``x`` are brought together first.

    ``x`` is None for a histogram and a box plot, and where the rows are simply counted off."""

    name: Name
    title: Caption
    kind: FigureKind
    table: Name
    x: Name | None = None
    y: Annotated[tuple[Name, ...], Spec(min_length=1, max_length=12)]
    statistic: Statistic | None = None
    stacked: bool = False
    sort: Literal["as_given", "ascending", "descending"] = "as_given"
    average: bool = Spec(default=False, description="Draw a line at the mean.")
    log: bool = False


class Summary(Contract):
    """A table of statistics of number columns, of all rows or (``by``) of each group."""

    name: Name
    title: Caption
    table: Name
    by: Name | None = None
    of: Annotated[tuple[Name, ...], Spec(max_length=12)]
    statistics: Annotated[tuple[Statistic, ...], Spec(min_length=1)]


class Script(Contract):
    """A program with its data, whose results are files."""

    tables: Annotated[tuple[Table, ...], Spec(min_length=1, max_length=10)]
    figures: Annotated[tuple[Figure, ...], Spec(max_length=20)] = ()
    summaries: Annotated[tuple[Summary, ...], Spec(max_length=20)] = ()

    def table(self, name: str) -> Table:
        """The table of that name; KeyError if there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        names = [*(table.name for table in self.tables), *(result.name for result in (*self.figures, *self.summaries))]
        if len(set(names)) != len(names):
            raise ValueError("a table, figure or summary of a script stands twice")
        for figure in self.figures:
            self._check(figure.table, figure.x, figure.y, figure.name)
        for summary in self.summaries:
            self._check(summary.table, summary.by, summary.of, summary.name)
        return self

    def _check(self, table: str, by: str | None, of: tuple[str, ...], about: str) -> None:
        known = {column.name: column.type for found in self.tables if found.name == table for column in found.columns}
        if by is not None and by not in known:
            raise ValueError(f"{about!r}: there is no column {by!r} in a table {table!r}")
        for name in of:
            if known.get(name) != "number":
                raise ValueError(f"{about!r}: there is no number column {name!r} in a table {table!r}")


def _is_number(cell: str) -> bool:
    try:
        number = float(cell)
    except ValueError:
        return False
    return number - number == 0
