"""What a program is asked for with: things that it keeps, and features, which are no things; those that it lacks are said."""

import time

import pytest
from planner_asking import ask, made

from barnraise.contracts.events import PlanMade
from barnraise.planner.domain.language.features import take_features


def things(prompt: str) -> set[str]:
    return {entity.name for entity in made(prompt).entities}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("expense tracker with dark theme, search and CSV export", {"Expense", "Category"}),
        ("Habit tracker with streaks and reminders", {"Habit", "CheckIn"}),
        ("A minimal notes app with tags, markdown and full text search", {"Note", "Tag"}),
        ("Build a help desk with login, dark mode and a dashboard of open tickets by priority", {"Customer", "Ticket", "Reply"}),
        ("inventory system with low stock alerts and CSV export", {"Product", "Supplier", "Movement"}),
        ("A CRM with contacts, companies, deals and a pipeline board", {"Contact", "Company", "Deal"}),
        ("employee portal with employees, expense reports and leave requests", {"Employee", "ExpenseReport", "LeaveRequest"}),
        ("A monitoring tool with sensors and alerts. Alerts have a severity and belong to a sensor.", {"Sensor", "Alert"}),
        ("Library where members borrow books", {"Member", "Book", "Loan"}),
        ("School management: students, teachers, attendance", {"Student", "Teacher", "Attendance"}),
        ("Simple invoicing app with clients and PDF export", {"Client", "Invoice", "InvoiceLine"}),
    ],
)
def test_features_are_no_things(prompt: str, expected: set[str]) -> None:
    assert things(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "point"),
    [
        ("Habit tracker with streaks and reminders", "Not built yet: “streaks”"),
        ("Habit tracker with streaks and reminders", "Sending e-mail, notifications or reminders is not generated yet."),
        ("a recipe box with recipes, tags and a kitchen view", "Not built yet: “kitchen view”"),
    ],
)
def test_what_no_application_has_is_said(prompt: str, point: str) -> None:
    plan = ask(prompt)
    assert isinstance(plan, PlanMade)
    assert point in plan.decision.open_points


def test_what_a_thing_is_kept_for_is_not_said_to_be_missing() -> None:
    points = ask("Meal planner with weekly plan and shopping list").decision.open_points
    assert points == ("Not built yet: “weekly plan”",)


def test_fields_that_sound_like_features_stay_fields() -> None:
    (item,) = made("inventory app with name, sku, barcode, design and reorder level").entities
    assert {field.name for field in item.fields} == {"name", "sku", "barcode", "design", "reorder_level"}


@pytest.mark.parametrize("prompt", ["a to-do list with due dates and priorities", "TODO app with categories, priorities & due dates"])
def test_what_each_thing_has_may_be_said_in_the_plural(prompt: str) -> None:
    manifest = made(prompt)
    (todo,) = [entity for entity in manifest.entities if entity.name == "Todo"]
    assert {("priority", "enum"), ("due_date", "date")} <= {(field.name, field.type) for field in todo.fields}
    assert {entity.name for entity in manifest.entities} <= {"Todo", "Category"}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("booking system for a hotel with rooms and guests", {"Booking", "Room", "Guest"}),
        ("tracking tool for a lab with samples and tests", {"Sample", "Test"}),
        ("personal library: book title, author, isbn, read status, notes", {"Book"}),
        ("a shared grocery list for our family", {"List", "Item"}),
        ("A simple e-commerce site with products, cart and checkout", {"Customer", "Product", "Order", "OrderLine"}),
        ("Build a simple CRM where sales reps can track leads, log calls and schedule follow-ups", {"Lead", "Call", "FollowUp"}),
        ("property rental management: properties, tenants, leases (start, end, rent)", {"Property", "Tenant", "Lease"}),
        ("Meal planner with weekly plan and shopping list", {"Recipe", "Ingredient", "Meal", "ShoppingItem"}),
        ("customer list: first name, last name, email", {"Customer"}),
    ],
)
def test_a_program_is_no_thing(prompt: str, expected: set[str]) -> None:
    assert things(prompt) == expected


def test_what_a_program_is_for_names_it() -> None:
    assert made("build an app for a food bank: donors, donations (item, quantity), recipients").title == "Food Bank"
    assert made("an app for managing a small zoo: animals, species, keepers").title == "Zoo"
    (book,) = made("personal library: book title, author, isbn").entities
    assert [field.name for field in book.fields] == ["title", "author", "isbn"]


def test_whom_a_program_is_for_does_not_say_what_it_is() -> None:
    assert things("a CRM for a solar installer") == {"Company", "Contact", "Deal"}


def test_what_is_named_for_the_second_time_begins_a_sentence() -> None:
    manifest = made("an app to manage talks, speakers and rooms, speakers have a biography and a photo")
    owners = {entity.name for entity in manifest.entities if any(field.name == "photo" for field in entity.fields)}
    assert owners == {"Speaker"}


def test_no_record_keeps_a_password_of_those_who_sign_in() -> None:
    manifest = made("Users have a password, a name and an email. Articles have a headline and belong to a user.")
    (user,) = [entity for entity in manifest.entities if entity.name == "User"]
    assert manifest.access.sign_in and {field.name for field in user.fields} == {"name", "email"}
    (entry,) = made("A password manager: entries have a site, a username and a password").entities
    assert "password" in {field.name for field in entry.fields}


def test_a_site_is_called_what_stands_in_quotes() -> None:
    assert made("A landing page for my yoga studio 'Lotus' with class schedule and pricing").title == "Lotus"


def test_the_colour_of_bars_is_no_new_chart() -> None:
    script = made("Plot a pie chart: apples 30, pears 20, plums 50")
    changed = ask("make the bars green", script)
    assert changed.summary == "Makes the accent colour green."
    assert changed.manifest.script == script.script


def test_a_chart_of_what_the_application_is_about() -> None:
    (chart,) = made("expense tracker with monthly chart per category").charts
    assert (chart.entity, chart.by, chart.measure, chart.of, chart.title) == (
        "Expense",
        "category",
        "sum",
        "amount",
        "Expenses per category",
    )


@pytest.mark.parametrize(
    "text", ["app with " + "clean " * 1400, "app with " + "a b, " * 1500, "x " * 3000 + "app with y", "it has " * 1200]
)
def test_hostile_lists_cost_little(text: str) -> None:
    before = time.process_time()
    take_features(text)
    assert time.process_time() - before < 1
