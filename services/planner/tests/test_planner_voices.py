"""Prompts in voices that are hardly sentences: notes, nested bullets, literals, arrows, letters, other languages."""

import time
from datetime import UTC, datetime

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language.letters import matter_of
from barnraise.planner.domain.language.nameable import is_field_name
from barnraise.planner.domain.language.rows import apart
from barnraise.planner.domain.language.text import clean, parts
from barnraise.planner.domain.language.translation import translated
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)


def built(prompt: str) -> Manifest:
    return plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=prompt), AT).manifest


def typed(manifest: Manifest, name: str) -> dict[str, str]:
    return {field.name: field.type for entity in manifest.entities if entity.name == name for field in entity.fields}


def links(manifest: Manifest) -> set[str]:
    return {f"{r.target}>{r.source}" if r.kind == "one_to_many" else f"{r.source}<>{r.target}" for r in manifest.relations}


def names(manifest: Manifest) -> set[str]:
    return {entity.name for entity in manifest.entities}


def test_a_row_of_things_and_of_what_is_said_of_them_is_cut() -> None:
    row = "depot: lines (number, colour), stops (name, zone), a line serves many stops in order, trams (plate, seats), trips: date, driver"
    assert apart(row) == [
        "depot: lines (number, colour), stops (name, zone)",
        "a line serves many stops in order",
        "trams (plate, seats)",
        "trips: date, driver",
    ]


@pytest.mark.parametrize(
    "whole", ["members (name, email), books (title, author) and loans", "a book has a title, tags (name, colour), pages", "name, price"]
)
def test_a_plain_row_stays_whole(whole: str) -> None:
    assert apart(whole) == [whole]


@pytest.mark.parametrize(
    ("prompt", "entity", "wanted"),
    [
        ("Lab app. Tickets: price, open or closed.", "Ticket", {"price": "decimal", "open": "bool"}),
        ("Lab app. Exams: date, written or oral, grade.", "Exam", {"date": "date", "type": "enum"}),
        ("Lab app. Samples have a barcode, a temperature in °C and a purity in %.", "Sample", {"temperature": "float", "purity": "float"}),
        ("Each project goes through permits: type, submitted on, granted on.", "Permit", {"submitted_on": "date", "granted_on": "date"}),
        ("Students sign up with name, birthday and phone.", "Student", {"birthday": "date", "phone": "phone"}),
        ("Club app. Members join teams; name, e-mail and street are needed.", "Member", {"name": "string", "email": "email"}),
        ("Garden app. My grandma collects roses. For every rose she wants to note the year and the price.", "Rose", {"year": "int"}),
        ('{"Cat": ["name", "colour"], "Visit": ["date", "cost"]}', "Visit", {"date": "date", "cost": "decimal"}),
        (
            "Needs\n- Customers\n  - name\n  - phone\n- Orders\n  - date\n  - status (new, paid)\n- Products\n  - name\n  - stock",
            "Product",
            {"name": "string", "stock": "int"},
        ),
        ("Table: pupils | id, name, birthday\nTable: marks | id, value 1-6, date", "Mark", {"value": "int", "date": "date"}),
        ("An adoption site: cats with name, colour (black/white), age.", "Cat", {"name": "string", "colour": "enum"}),
        (
            "Repairs have a status, the date the bike was dropped off and the person who fixed it.",
            "Repair",
            {"dropped_off": "date", "fixed_by": "string"},
        ),
        (
            "Inventory of tools with a name, the price we paid, the shop where we bought it and when it was last sharpened",
            "Tool",
            {"purchase_price": "decimal", "shop": "string", "last_sharpened": "date"},
        ),
        (
            "quick crud for feature flags: key, enabled, who changed it last and when",
            "FeatureFlag",
            {"key": "string", "enabled": "bool", "last_changed_by": "string", "date": "date"},
        ),
        ("wounds and the dressings we put on each wound, with date and type of dressing", "Dressing", {"type_of_dressing": "string"}),
        ("Boxes have a label, the room it is in and the person who packed it.", "Box", {"room": "string", "packed_by": "string"}),
        ("Expense app: expenses with an amount, receipts as photos and who paid.", "Expense", {"receipts": "file", "paid_by": "string"}),
        ("What it must do: store pumps (model, location), log failures of a pump (date, cause).", "Failure", {"date": "date"}),
    ],
)
def test_fields_are_found_in_further_voices(prompt: str, entity: str, wanted: dict[str, str]) -> None:
    assert typed(built(prompt), entity).items() >= wanted.items()


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Fleet. Cars (plate, seats), drivers (name, phone), trips (date, km). trip -> car, trip -> driver", {"Trip>Car", "Trip>Driver"}),
        ("gym. classes - title, weekday, start. members - name, phone. members book classes.", {"Class<>Member"}),
        ("Trips. Bookings link passengers and flights. Flights have a number.", {"Booking>Passenger", "Booking>Flight"}),
        ("keep track of customers, their bikes and the repairs we do on each bike", {"Bike>Customer", "Repair>Bike"}),
        ("A list of farmers, their fields and the crops they grow on each field", {"Field>Farmer", "Crop>Field"}),
        ("log my runs - distance, and the shoes I wore. Shoes should track total mileage.", {"Run>Shoe"}),
        ("my trips - date, the rod I used and the lures I tried. Lures have a name.", {"Trip<>Lure"}),
        ("Nursery with suppliers and customers who place orders for plants", {"Order>Customer", "Order>Plant"}),
        (
            "Film club: cameras and tripods that members borrow and return; show overdue items",
            {"Loan>Member", "Loan>Camera", "Loan>Tripod"},
        ),
        ("Bike rental shop with customers, rentals and payments", {"Rental>Bike", "Rental>Customer", "Payment>Customer"}),
        ("Church planning: events with a date, the volunteers who help at each event, and rooms", {"Event<>Volunteer"}),
        ("A list of tenants, the contracts they signed and the letters they wrote", {"Contract>Tenant", "Letter>Tenant"}),
        ("Sales app with leads and the calls we made to each lead", {"Call>Lead"}),
        ("tickets with a title, who works on it and a priority", {"Ticket>Person"}),
        ("family chores app: chores with points, who does it, how often, and a leaderboard", {"Chore>Person"}),
        ("Tasks have a title and whose turn it is. Members have a name.", {"Task>Member"}),
        ("User(name, email), Post(title, body), Note(text). User 1-n Post, Note belongs to User", {"Post>User", "Note>User"}),
    ],
)
def test_ties_are_found_in_further_voices(prompt: str, wanted: set[str]) -> None:
    assert links(built(prompt)) >= wanted


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Todo app. Users sign up with email and password. Todos have a title.", {"Todo"}),
        ("entities:\n1. Hall: code, city\n2. Pallet: barcode, arrived at\nrelations: a pallet is stored in a hall", {"Pallet", "Hall"}),
        ('pls build: "Plant Care" - plants, with name + species', {"Plant"}),
        ("a simple app where my flatmates and I can split expenses", {"Group", "Person", "Expense", "Share"}),
        ("app for my roommates and me to share recipes", {"Recipe", "Ingredient"}),
        ("lab: microscopes and lamps that pupils check out and return, show missing items", {"Microscope", "Lamp", "Pupil", "Loan"}),
        ("Loan app. Loans have a date. A loan says who borrowed which tool. Tools have a name.", {"Loan", "Tool"}),
    ],
)
def test_no_silly_things_come_of_it(prompt: str, wanted: set[str]) -> None:
    assert names(built(prompt)) == wanted


@pytest.mark.parametrize(
    ("prompt", "point"),
    [
        ("Lamps have a name. Show me all lamps that are missing.", "Lists of only some records"),
        ("Members have a name. I want to see who has not paid.", "Lists of only some records"),
        ("Snacks have a price and a leaderboard.", "a ranking"),
    ],
)
def test_what_is_no_field_is_an_open_point(prompt: str, point: str) -> None:
    made = plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=prompt), AT)
    assert any(point in said for said in made.decision.open_points)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("date of birth", True),
        ("is active", True),
        ("price per night", True),
        ("job application", True),
        ("items with purchase price", False),
        ("receipts as photos", False),
        ("who does it", False),
        ("columns backlog", False),
        ("parking permit management", False),
        ("leaderboard", False),
    ],
)
def test_only_what_can_be_one_is_a_name(name: str, fits: bool) -> None:
    assert is_field_name(name.split()) == fits


def test_a_ranking_is_a_chart_of_what_each_has() -> None:
    manifest = built("family chores app: chores with points, who does it, how often, and a leaderboard")
    assert [(chart.entity, chart.measure, chart.of, chart.by) for chart in manifest.charts] == [("Chore", "sum", "points", "person")]


def test_a_letter_is_read_without_its_wishes() -> None:
    assert matter_of("Guten Tag, please find our wish list. We sell tea.") == "We sell tea."


def test_nouns_that_are_alike_for_one_and_for_several_are_several_without_an_article() -> None:
    told = translated("Fahrer bieten Fahrten an. Der Fahrer hat einen Namen. Auftrag: Datum, Fahrer.", "de")
    assert told
    assert told.text.startswith("drivers offer rides. the driver has")
    assert told.text.endswith("driver.")


@pytest.mark.parametrize(
    "piece", ['"a": ["b", ', "a -> b, ", "as (b, c), ", "- a\n  - b\n", "each A has many Bs, ", "as of a b (c, ", "; the a, b and c "]
)
def test_long_rows_are_read_in_their_length(piece: str) -> None:
    started = time.perf_counter()
    for part in parts(clean(piece * 3_000)):
        apart(part)
    assert time.perf_counter() - started < 3
