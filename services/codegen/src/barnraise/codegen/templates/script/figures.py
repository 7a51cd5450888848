"""Figures: each function draws a table and gives the drawing; ``save`` writes it as SVG and as PNG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tables import Table

# Colours that people with colour blindness can tell apart come after the accent.
OTHERS = ("#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#0072b2", "#f0e442", "#999999")

mpl.rcParams.update(
    {
        "axes.axisbelow": True,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlepad": 14,
        "axes.titlesize": 14,
        "figure.dpi": 100,
        "figure.figsize": (8, 4.5),
        "font.size": 11,
        "legend.frameon": False,
        "svg.hashsalt": "figures",
        "text.parse_math": False,
    }
)


@dataclass(frozen=True)
class Look:
    """A figure's title and accent colour, and the labels of columns by their names."""

    title: str
    accent: str
    labels: dict[str, str] = field(default_factory=dict)

    def label(self, name: str) -> str:
        return self.labels.get(name, name)

    def colors(self, count: int) -> list[str]:
        palette = (self.accent, *(color for color in OTHERS if color != self.accent))
        return [palette[at % len(palette)] for at in range(count)]


def bar(
    table: Table,
    x: str,
    y: Sequence[str],
    look: Look,
    *,
    stacked: bool = False,
    average: bool = False,
    log: bool = False,
) -> Figure:
    """Upright bars: one for each row, side by side or stacked for several columns."""
    figure, axes = _sheet(look)
    names, width = table.text(x), 0.8 if stacked else 0.8 / len(y)
    below = [0.0] * len(names)
    for number, (name, color) in enumerate(zip(y, look.colors(len(y)), strict=True)):
        heights = [0.0 if math.isnan(value) else value for value in table.numbers_or_nan(name)]
        shift = 0.0 if stacked else (number - (len(y) - 1) / 2) * width
        axes.bar(
            [at + shift for at in range(len(names))], heights, width, bottom=below, color=color, label=look.label(name)
        )
        below = [low + height for low, height in zip(below, heights, strict=True)] if stacked else below
    _categories(axes, names)
    _finish(axes, look, x, y, table, average=average, log=log)
    return figure


def barh(table: Table, x: str, y: Sequence[str], look: Look, *, stacked: bool = False) -> Figure:
    """Bars that lie: the first row on top."""
    figure, axes = _sheet(look)
    names, width = table.text(x), 0.8 if stacked else 0.8 / len(y)
    figure.set_figheight(max(3.0, 0.35 * len(names) * (1 if stacked else len(y)) + 1.5))
    left = [0.0] * len(names)
    for number, (name, color) in enumerate(zip(y, look.colors(len(y)), strict=True)):
        lengths = [0.0 if math.isnan(value) else value for value in table.numbers_or_nan(name)]
        shift = 0.0 if stacked else (number - (len(y) - 1) / 2) * width
        axes.barh(
            [at + shift for at in range(len(names))], lengths, width, left=left, color=color, label=look.label(name)
        )
        left = [begin + length for begin, length in zip(left, lengths, strict=True)] if stacked else left
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    axes.set_xlabel(look.label(y[0]) if len(y) == 1 else "")
    axes.set_ylabel(look.label(x))
    _legend(axes, y)
    return figure


def line(
    table: Table, x: str | None, y: Sequence[str], look: Look, *, average: bool = False, log: bool = False
) -> Figure:
    """A line for each column, with a mark at each row; missing numbers leave a gap."""
    figure, axes = _sheet(look)
    places, names = _places(table, x)
    for name, color in zip(y, look.colors(len(y)), strict=True):
        axes.plot(places, table.numbers_or_nan(name), color=color, marker="o", markersize=4, label=look.label(name))
    if names is not None:
        _categories(axes, names)
    _finish(axes, look, x, y, table, average=average, log=log)
    return figure


def area(
    table: Table, x: str | None, y: Sequence[str], look: Look, *, average: bool = False, log: bool = False
) -> Figure:
    """Areas on top of each other."""
    figure, axes = _sheet(look)
    places, names = _places(table, x)
    layers = [[0.0 if math.isnan(value) else value for value in table.numbers_or_nan(name)] for name in y]
    axes.stackplot(places, *layers, colors=look.colors(len(y)), labels=[look.label(name) for name in y], alpha=0.85)
    if names is not None:
        _categories(axes, names)
    _finish(axes, look, x, y, table, average=average, log=log)
    return figure


def pie(table: Table, x: str, y: Sequence[str], look: Look) -> Figure:
    """The shares of the rows in a column; rows without a positive number have none."""
    figure, axes = _sheet(look)
    shares = [(name, value) for name, value in zip(table.text(x), table.numbers_or_nan(y[0]), strict=True) if value > 0]
    if not shares:
        raise ValueError(f"{look.title}: a pie chart needs numbers above zero")
    names, values = [name for name, _ in shares], [value for _, value in shares]
    axes.pie(values, labels=names, colors=look.colors(len(names)), autopct="%1.0f%%", startangle=90, counterclock=False)
    axes.set_aspect("equal")
    return figure


def scatter(table: Table, x: str, y: Sequence[str], look: Look, *, log: bool = False) -> Figure:
    """A dot for each row that has both numbers."""
    figure, axes = _sheet(look)
    for name, color in zip(y, look.colors(len(y)), strict=True):
        axes.scatter(
            table.numbers_or_nan(x), table.numbers_or_nan(name), color=color, alpha=0.8, label=look.label(name)
        )
    _finish(axes, look, x, y, table, log=log)
    return figure


def histogram(table: Table, y: Sequence[str], look: Look) -> Figure:
    """How many numbers fall into each range; the ranges follow from the numbers."""
    figure, axes = _sheet(look)
    for name, color in zip(y, look.colors(len(y)), strict=True):
        axes.hist(table.numbers(name), bins="auto", color=color, alpha=0.7, edgecolor="white", label=look.label(name))
    axes.set_xlabel(look.label(y[0]) if len(y) == 1 else "")
    axes.set_ylabel("Count")
    axes.grid(axis="y", alpha=0.3)
    _legend(axes, y)
    return figure


def box(table: Table, y: Sequence[str], look: Look) -> Figure:
    """A box from the first to the third quarter of each column's numbers, with the median in it."""
    figure, axes = _sheet(look)
    drawn = axes.boxplot(
        [table.numbers(name) for name in y], patch_artist=True, tick_labels=[look.label(name) for name in y]
    )
    for patch, color in zip(drawn["boxes"], look.colors(len(y)), strict=True):
        patch.set_facecolor(color)
    axes.grid(axis="y", alpha=0.3)
    return figure


def save(figure: Figure, path: Path) -> None:
    """``path``.svg and ``path``.png; equal drawings give equal SVG files."""
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(path.with_suffix(".png"), dpi=150)


def _sheet(look: Look) -> tuple[Figure, Axes]:
    figure = Figure(layout="constrained")
    axes = figure.subplots()
    axes.set_title(look.title, wrap=True)
    return figure, axes


def _places(table: Table, x: str | None) -> tuple[list[float], list[str] | None]:
    """Where the rows stand: at the numbers of a column, or side by side with their names."""
    rows = [float(row) for row in range(len(table))]
    if x is None:
        return [row + 1 for row in rows], None
    if len(table.numbers(x)) == len(table):
        return table.numbers(x), None
    return rows, table.text(x)


def _categories(axes: Axes, names: Sequence[str]) -> None:
    """Names below their places; slanted when they are many or long, and only every so many when there is no room for all."""
    step = max(1, math.ceil(len(names) / 40))
    slanted = sum(len(name) + 2 for name in names) > 90
    axes.set_xticks(
        range(0, len(names), step), names[::step], rotation=45 if slanted else 0, ha="right" if slanted else "center"
    )


def _finish(
    axes: Axes, look: Look, x: str | None, y: Sequence[str], table: Table, *, average: bool = False, log: bool = False
) -> None:
    axes.set_xlabel(look.label(x) if x else "")
    axes.set_ylabel(look.label(y[0]) if len(y) == 1 else "")
    axes.grid(axis="y", alpha=0.3)
    if log:
        axes.set_yscale("log")
    numbers = table.numbers(y[0])
    if average and numbers:
        mean = math.fsum(numbers) / len(numbers)
        axes.axhline(mean, color="#555555", linestyle="--", linewidth=1.2, label=f"Average: {mean:.4g}")
    if average or len(y) > 1:
        axes.legend()


def _legend(axes: Axes, y: Sequence[str]) -> None:
    if len(y) > 1:
        axes.legend()
