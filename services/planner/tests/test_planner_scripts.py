"""Scripts from words: the data in a message are found, drawn as they were asked for, and changed by what is said next."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.documents import Attachment
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.scripts import Script
from barnraise.planner.domain.planning import plan
from barnraise.planner.domain.scripts.tables import find_table

AT = datetime(2026, 1, 1, tzinfo=UTC)
RAIN = "Draw a bar chart of monthly rain in Oslo: Jan 55, Feb 41, Mar 52"
WORDS = "draw bar chart of sales by region 3 5 , ; : \n | - = Jan Feb ( ) $ % x y 1,200 sort line pie".split(" ")
FILE = b"region,product,sales\nNorth,A,10\nSouth,A,20\nNorth,B,5\n".decode()


def read(text: str, manifest: Manifest | None = None, **more: Any) -> PlanMade | PlanAnswered:
    return plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text, manifest=manifest, **more), AT)


def script(text: str, *after: str, **more: Any) -> Script:
    """The script that a message makes, changed by those that follow it."""
    event = read(text, **more)
    assert isinstance(event, PlanMade), event
    assert event.manifest
    for said in after:
        event = read(said, event.manifest)
        assert isinstance(event, PlanMade), event
        assert event.manifest
    assert event.manifest.script
    return event.manifest.script


def rows(text: str) -> tuple[tuple[str, ...], ...]:
    found = find_table(text)
    return found.table.rows if found else ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a chart of this table: Jan 255, Feb 210 and Mar 196", (("Jan", "255"), ("Feb", "210"), ("Mar", "196"))),
        ("spending: rent 1,200, food 450", (("rent", "1200"), ("food", "450"))),
        ("Germany: 83.2; France: 67.4", (("Germany", "83.2"), ("France", "67.4"))),
        ("goals: Team A = 3, Team B = 5", (("Team A", "3"), ("Team B", "5"))),
        ("by region: North (120), South (95)", (("North", "120"), ("South", "95"))),
        ("2019: 5, 2020: 7, 2021: 9", (("2019", "5"), ("2020", "7"), ("2021", "9"))),
        ("6am 12, noon 21, 15:30 24", (("6am", "12"), ("noon", "21"), ("15:30", "24"))),
        ("Q1 $1.2M, Q2 $1.5M, Q3 $900k", (("Q1", "1200000"), ("Q2", "1500000"), ("Q3", "900000"))),
        ("Mon 12°C, Tue -4°C with a red line", (("Mon", "12"), ("Tue", "-4"))),
        ("apples 3, pears 4. Make it green", (("apples", "3"), ("pears", "4"))),
        ("12 cats, 7 dogs and 3 rabbits", (("cats", "12"), ("dogs", "7"), ("rabbits", "3"))),
        ("months: Jan, Feb; sales: 3, 4", (("Jan", "3"), ("Feb", "4"))),
        ("x = 1, 2, 3 and y = 2, 4, 9", (("1", "2"), ("2", "4"), ("3", "9"))),
        ("the numbers 3, 5, 2 and 8", (("3",), ("5",), ("2",), ("8",))),
        ("a,b\nx,1\ny,2", (("x", "1"), ("y", "2"))),
        ('"last, first",n\n"Ada, L.",1\n"Bo, K.",2', (("Ada, L.", "1"), ("Bo, K.", "2"))),
        ("City;Temp\nOslo;3,5\nRom;1.015,2", (("Oslo", "3.5"), ("Rom", "1015.2"))),
        ("a\tb\nx\t1\ny\t2", (("x", "1"), ("y", "2"))),
        ("| Fruit | Kg |\n|---|---:|\n| Fig | 12 |\n| Pear | 7.5 |", (("Fig", "12"), ("Pear", "7.5"))),
        ("Name  H  W\nAnn   1  55\nBob   2  80", (("Ann", "1", "55"), ("Bob", "2", "80"))),
        ("- Anna: 12\n- Bob: 15", (("Anna", "12"), ("Bob", "15"))),
        ("place,rain\nOslo,\nRome,n/a\nBonn,3", (("Oslo", ""), ("Rome", ""), ("Bonn", "3"))),
        ("a rating from 1 to 5", ()),
        ("books have a title and an author", ()),
    ],
)
def test_tables_are_found_in_many_notations(text: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "kinds", "x", "y"),
    [
        (RAIN, ["bar"], "month", ("rain",)),
        ("pie chart of my spending: rent 1200, food 450", ["pie"], "name", ("spending",)),
        ("Plot x = 1, 2, 3 and y = 2, 4, 9 as a scatter plot", ["scatter"], "x", ("y",)),
        ("histogram of 3, 5, 2, 8, 9", ["histogram"], None, ("value",)),
        ("horizontal bar chart of heights in m: Burj 828, Merdeka 679", ["barh"], "name", ("heights",)),
        ("Visualise revenue: Q1 12, Q2 15, Q3 11", ["line"], "quarter", ("revenue",)),
        ("draw weight against height as a scatter plot\n\nname,height,weight\na,1,2\nb,2,3", ["scatter"], "height", ("weight",)),
        ("line chart of area over year\n\nyear,population,area\n1990,3.5,2\n2000,4.1,2", ["line"], "year", ("area",)),
        ("box plot of the weights\n\nname,height,weight\na,1,2\nb,2,3", ["box"], None, ("weight",)),
        ("bar chart of sales by city\n\ncity,product,sales\nA,x,1\nB,y,2", ["bar"], "city", ("sales",)),
        ("make a bar chart and a pie chart of votes: Ann 3, Bob 5", ["bar", "pie"], "name", ("votes",)),
    ],
)
def test_what_is_drawn(text: str, kinds: list[str], x: str | None, y: tuple[str, ...]) -> None:
    figures = script(text).figures
    assert [figure.kind for figure in figures] == kinds
    assert (figures[0].x, figures[0].y) == (x, y)


def test_every_statistic_that_is_asked_for_is_computed_or_said_to_be_missing() -> None:
    event = read("compute mean, standard deviation and variance and the quartiles of 3, 7, 8, 5")
    assert isinstance(event, PlanMade)
    assert event.manifest
    assert event.manifest.script
    assert event.manifest.script.summaries[0].statistics == ("mean", "deviation", "variance")
    assert any("Of statistics there are" in point for point in event.decision.open_points)


def test_a_script_has_a_title_labels_and_units_from_the_words() -> None:
    event = read("Draw a bar chart of average rainfall in mm from this table: Jan 255, Feb 210")
    assert isinstance(event, PlanMade)
    assert event.manifest
    assert (event.manifest.kind, event.manifest.title) == ("script", "Average rainfall")
    made = event.manifest.script
    assert made
    assert [(column.label, column.unit) for column in made.tables[0].columns] == [("Month", ""), ("Rainfall", "mm")]
    assert made.figures[0].title == "Average rainfall"
    assert event.decision.understood[0] == "A table of 2 rows with Month and Rainfall (mm)."


def test_rows_of_one_name_are_added_up_and_that_is_said() -> None:
    event = read(f"bar chart of sales by region\n\n{FILE}")
    assert isinstance(event, PlanMade)
    assert event.manifest
    assert event.manifest.script
    assert event.manifest.script.figures[0].statistic == "sum"
    assert "Several rows have the same region, so I add them up." in event.decision.assumed
    assert script(f"bar chart of average sales by region\n\n{FILE}").figures[0].statistic == "mean"


def test_statistics_are_computed_by_group() -> None:
    made = script(f"compute the median of sales by region\n\n{FILE}")
    assert made.figures == ()
    assert [(s.by, s.of, s.statistics) for s in made.summaries] == [("region", ("sales",), ("median",))]


def test_a_file_that_comes_along_is_the_data() -> None:
    attachment = Attachment(name="last-year.csv", media_type="text/csv", text=FILE)
    made = script("draw a pie chart of sales per product", attachments=(attachment,))
    assert made.tables[0].name == "last_year"
    assert len(made.tables[0].rows) == 3
    assert made.figures[0].x == "product"


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ("make it a line chart", lambda s: [f.kind for f in s.figures] == ["line"]),
        ("draw it as a pie chart instead", lambda s: [f.kind for f in s.figures] == ["pie"]),
        ("also draw a pie chart", lambda s: [f.kind for f in s.figures] == ["bar", "pie"]),
        ("add a line chart and remove the bar chart", lambda s: [f.kind for f in s.figures] == ["line"]),
        ("change Feb to 44.5", lambda s: s.tables[0].rows[1] == ("Feb", "44.5")),
        ("the value for February should be 7", lambda s: s.tables[0].rows[1] == ("Feb", "7")),
        ("add Apr 60", lambda s: s.tables[0].rows[-1] == ("Apr", "60")),
        ("remove Jan", lambda s: [row[0] for row in s.tables[0].rows] == ["Feb", "Mar"]),
        ("sort from lowest to highest", lambda s: s.figures[0].sort == "ascending"),
        ("sort it", lambda s: s.figures[0].sort == "descending"),
        ("add an average line", lambda s: s.figures[0].average),
        ("use a log scale", lambda s: s.figures[0].log),
        ("call it Wet Oslo", lambda s: s.figures[0].title == "Wet Oslo"),
        ("remove the statistics", lambda s: s.summaries == ()),
        ("compute the median", lambda s: s.summaries[0].statistics == ("median",)),
    ],
)
def test_a_script_is_changed_by_words(said: str, check: Any) -> None:
    assert check(script(RAIN, said))


def test_several_changes_in_one_message() -> None:
    changed = script(RAIN, "make it a line chart, add Apr 60 and change Jan to 50. Then add an average line.")
    assert changed.figures[0].kind == "line"
    assert changed.figures[0].average
    assert changed.tables[0].rows == (("Jan", "50"), ("Feb", "41"), ("Mar", "52"), ("Apr", "60"))


def test_the_looks_change_as_those_of_applications_do() -> None:
    before = read(RAIN)
    assert isinstance(before, PlanMade)
    after = read("make it dark green", before.manifest)
    assert isinstance(after, PlanMade)
    assert after.manifest
    assert after.manifest.theme.accent == "#166534"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("what is the average?", "The average of rain is 49.33333333."),
        ("Which month had the highest rain?", "The largest of rain is 55 (Jan)."),
        ("what is in it?", "A table of 3 rows with Month and Rain."),
        ("add users with a name", "Nothing was changed."),
        ("add a trend line", "Trends, correlations and forecasts are not computed yet. Nothing was changed."),
        ("remove the pie chart", "There is no pie chart here. Nothing was changed."),
        ("add Apr 60, 70", "A row has 2 cells: Month, Rain. Nothing was changed."),
    ],
)
def test_questions_and_what_does_not_fit_change_nothing(said: str, answer: str) -> None:
    before = read(RAIN)
    assert isinstance(before, PlanMade)
    after = read(said, before.manifest)
    assert isinstance(after, PlanAnswered)
    assert answer in after.text


@pytest.mark.parametrize("text", ["draw a bar chart of sales per customer", "Write a Python script that scrapes news", "plot it"])
def test_without_data_they_are_asked_for(text: str) -> None:
    event = read(text)
    assert isinstance(event, PlanAnswered)
    assert event.asks
    assert "Jan 255" in event.text


def test_an_application_with_a_chart_stays_an_application() -> None:
    event = read("an expense tracker with a pie chart of spending per category")
    assert isinstance(event, PlanMade)
    assert event.manifest
    assert event.manifest.kind == "app"


@pytest.mark.parametrize("text", ["1 ", "a 1,", "a: ", "111,", "x y ", "and ", "a=b,", "a,b\n", "|a|b\n", "7 cats, ", "a 1\n", "(1) "])
def test_reading_tables_takes_no_longer_than_their_length(text: str) -> None:
    began = time.process_time()
    find_table(text * (100_000 // len(text)))
    assert time.process_time() - began < 5


def test_amounts_of_several_units_are_names() -> None:
    event = read("draw a bar chart\n$3,1\n5%,2\n7%,3")
    assert isinstance(event, PlanMade)
    assert event.manifest
    assert event.manifest.script
    assert [column.type for column in event.manifest.script.tables[0].columns] == ["text", "number"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from("draw bar chart of sales by region 3 5 , ; : \n | - = Jan Feb ( ) $ % x y 1,200 sort line pie".split(" ")),
        max_size=40,
    )
)
def test_any_text_is_read(words: list[str]) -> None:
    event = read(" ".join(words) or "draw")
    manifest = event.manifest if isinstance(event, PlanMade) else None
    if manifest and manifest.script:
        assert isinstance(read(" ".join(reversed(words)), manifest), PlanMade | PlanAnswered)
