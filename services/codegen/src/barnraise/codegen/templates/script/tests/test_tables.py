"""Reading, arranging and measuring tables."""

from pathlib import Path

import pytest

import tables
from tables import Table


@pytest.fixture
def table() -> Table:
    return Table({"place": ["a", "b", "a", "c"], "value": [1.0, 5.0, 3.0, None]})


def test_a_file_is_read_as_it_was_written(table: Table, tmp_path: Path) -> None:
    tables.write(table, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "place,value\na,1\nb,5\na,3\nc,\n"
    assert tables.read(tmp_path / "t.csv", numbers=["value"]) == table


def test_a_cell_that_is_no_number_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("place,value\na,many\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"t\.csv, line 2, value: 'many'"):
        tables.read(tmp_path / "t.csv", numbers=["value"])


def test_rows_are_ordered_by_a_number(table: Table) -> None:
    assert tables.ordered(table, "value").text("place") == ["a", "a", "b", "c"]
    assert tables.ordered(table, "value", descending=True).text("value") == ["5", "3", "1", ""]


def test_rows_of_one_name_are_brought_together(table: Table) -> None:
    found = tables.grouped(table, "place", ["value"], "sum")
    assert found == Table({"place": ["a", "b", "c"], "value": [4.0, 5.0, 0]})


@pytest.mark.parametrize(
    ("statistic", "value"),
    [
        ("count", 3),
        ("sum", 9.0),
        ("mean", 3.0),
        ("median", 3.0),
        ("min", 1.0),
        ("max", 5.0),
        ("deviation", 2.0),
        ("variance", 4.0),
    ],
)
def test_statistics_leave_missing_numbers_out(table: Table, statistic: str, value: float) -> None:
    assert tables.measured(table.columns["value"], statistic) == value


def test_there_is_no_mean_of_nothing() -> None:
    assert tables.measured([None, "x"], "mean") is None


def test_a_summary_has_a_row_for_each_column_or_group(table: Table) -> None:
    whole = tables.summary(table, ["value"], ["min", "max"], {"value": "Value"})
    assert whole.columns == {"column": ["Value"], "min": [1.0], "max": [5.0]}
    groups = tables.summary(table, ["value"], ["mean"], {"place": "Place"}, by="place")
    assert groups.columns == {"Place": ["a", "b", "c"], "value, mean": [2.0, 5.0, None]}


@pytest.mark.parametrize(
    ("cell", "text"), [(None, ""), ("x", "x"), (3.0, "3"), (0.1 + 0.2, "0.3"), (1234567.5, "1.23457e+06")]
)
def test_numbers_are_written_as_people_do(cell: str | float | None, text: str) -> None:
    assert tables.shown(cell) == text
