"""Tables: columns of equal length, read from and written to CSV files. A number that is missing is None."""

import csv
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Cell = str | float | None
STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "count": len,
    "sum": sum,
    "mean": statistics.fmean,
    "median": statistics.median,
    "min": min,
    "max": max,
    "deviation": statistics.stdev,
    "variance": statistics.variance,
}
"""Deviation and variance are those of a sample."""


@dataclass(frozen=True)
class Table:
    """The cells of each column, by its name, in the order of the rows."""

    columns: dict[str, list[Cell]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def text(self, name: str) -> list[str]:
        """A column as it is written."""
        return [shown(cell) for cell in self.columns[name]]

    def numbers(self, name: str) -> list[float]:
        """The numbers of a column that are there."""
        return [cell for cell in self.columns[name] if isinstance(cell, (int, float))]

    def numbers_or_nan(self, name: str) -> list[float]:
        """The numbers of a column, with NaN where one is missing, so that its rows stay in step with the others."""
        return [cell if isinstance(cell, (int, float)) else float("nan") for cell in self.columns[name]]


def read(path: Path, numbers: Sequence[str] = ()) -> Table:
    """A CSV file with a header; ``numbers`` names the columns that hold numbers. Raises ValueError with the line of a cell that is none."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        names = next(rows)
        columns: dict[str, list[Cell]] = {name: [] for name in names}
        for line, row in enumerate(rows, start=2):
            for name, cell in zip(names, row, strict=True):
                columns[name].append(_number(cell, f"{path.name}, line {line}, {name}") if name in numbers else cell)
    return Table(columns)


def write(table: Table, path: Path) -> None:
    """The table as a CSV file with a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(table.columns)
        rows.writerows(zip(*(table.text(name) for name in table.columns), strict=True))


def ordered(table: Table, by: str, *, descending: bool = False) -> Table:
    """The rows in the order of a column of numbers; those without one come last."""

    def key(row: int) -> tuple[bool, float]:
        cell = table.columns[by][row]
        if not isinstance(cell, (int, float)):
            return True, 0.0
        return False, -cell if descending else cell

    rows = sorted(range(len(table)), key=key)
    return Table({name: [cells[row] for row in rows] for name, cells in table.columns.items()})


def grouped(table: Table, by: str, of: Sequence[str], statistic: str) -> Table:
    """A row for each value of the column ``by``, with a statistic of the columns ``of``, in the order in which the values first occur."""
    groups: dict[str, list[int]] = {}
    for row, value in enumerate(table.text(by)):
        groups.setdefault(value, []).append(row)
    columns: dict[str, list[Cell]] = {by: list(groups)}
    for name in of:
        columns[name] = [measured([table.columns[name][row] for row in rows], statistic) for rows in groups.values()]
    return Table(columns)


def summary(
    table: Table, of: Sequence[str], wanted: Sequence[str], labels: dict[str, str], by: str | None = None
) -> Table:
    """Statistics of columns of numbers: a row for each column, or for each value of the column ``by``."""
    if by is None:
        columns: dict[str, list[Cell]] = {"column": [labels.get(name, name) for name in of]}
        return Table(
            columns | {statistic: [measured(table.columns[name], statistic) for name in of] for statistic in wanted}
        )
    each: dict[str, list[Cell]] = {labels.get(by, by): [*dict.fromkeys(table.text(by))]}
    for name in of:
        for statistic in wanted:
            each[f"{labels.get(name, name)}, {statistic}"] = grouped(table, by, [name], statistic).columns[name]
    return Table(each)


def measured(cells: Sequence[Cell], statistic: str) -> float | None:
    """A statistic of the numbers among the cells; None when there are too few of them."""
    numbers = [cell for cell in cells if isinstance(cell, (int, float))]
    try:
        return STATISTICS[statistic](numbers)
    except ValueError:
        return None


def shown(cell: Cell) -> str:
    """A cell as people write it: whole numbers without a point, others with at most six digits that matter."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e15 else f"{cell:.6g}"


def _number(cell: str, where: str) -> float | None:
    if not cell.strip():
        return None
    try:
        return float(cell)
    except ValueError:
        raise ValueError(f"{where}: {cell!r} is no number") from None
