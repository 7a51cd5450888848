"""Every kind of figure can be drawn, also from tables with gaps."""

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import figures
from figures import Look
from tables import Table

TABLE = Table({"name": ["a", "b", "c"], "x": [1.0, 2.0, 3.0], "y": [4.0, None, 6.0], "z": [1.0, 1.0, 2.0]})
LOOK = Look("A title with $ signs $", "#2563eb", {"y": "Why"})
KINDS: dict[str, Callable[[], Figure]] = {
    "bar": lambda: figures.bar(TABLE, "name", ["y", "z"], LOOK, average=True, log=True),
    "stacked": lambda: figures.bar(TABLE, "name", ["y", "z"], LOOK, stacked=True),
    "barh": lambda: figures.barh(TABLE, "name", ["y"], LOOK),
    "line": lambda: figures.line(TABLE, "name", ["y"], LOOK),
    "line over numbers": lambda: figures.line(TABLE, "x", ["y"], LOOK),
    "line over rows": lambda: figures.line(TABLE, None, ["y"], LOOK),
    "area": lambda: figures.area(TABLE, "name", ["y", "z"], LOOK),
    "pie": lambda: figures.pie(TABLE, "name", ["y"], LOOK),
    "scatter": lambda: figures.scatter(TABLE, "x", ["y"], LOOK),
    "histogram": lambda: figures.histogram(TABLE, ["y", "z"], LOOK),
    "box": lambda: figures.box(TABLE, ["y", "z"], LOOK),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_has_its_title(kind: str) -> None:
    assert KINDS[kind]().axes[0].get_title() == LOOK.title


def test_a_bar_is_as_high_as_its_number() -> None:
    bars = figures.bar(TABLE, "name", ["y"], LOOK).axes[0].patches
    assert [bar.get_height() for bar in bars if isinstance(bar, Rectangle)] == [4.0, 0.0, 6.0]


def test_a_pie_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="needs numbers above zero"):
        figures.pie(Table({"name": ["a"], "y": [0.0]}), "name", ["y"], LOOK)


def test_equal_drawings_give_equal_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        figures.save(KINDS["bar"](), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")
