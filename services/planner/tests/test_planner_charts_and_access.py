"""Charts, signing in and roles: asked for in a description or later, and what becomes of them when the application changes."""

from datetime import UTC, datetime

import pytest
from planner_asking import ask, made

from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Chart, Manifest
from barnraise.planner.domain.language import answers

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = (
    "Orders have a number, a total, a status (new, paid), an order date and belong to a customer. Customers have a name. "
    "Expenses have a description, an amount, a date and a category. Reviews have a rating from 1 to 5 and belong to a product. "
    "Products have a name."
)


BASE = made(SHOP)
CHARTED = made(f"{SHOP} Show orders per month, a chart of orders by customer and the average rating by product.")


def shown(chart: Chart) -> str:
    return " ".join(filter(None, (chart.entity, chart.measure, chart.of, "by", chart.by, chart.kind)))


def charts(manifest: Manifest) -> list[str]:
    return [shown(chart) for chart in manifest.charts]


WISHES = [
    ("a chart of spending per category", ["Expense sum amount by category bar"]),
    ("a pie chart of orders by status", ["Order count by status bar"]),
    ("revenue per month", ["Order sum total by order_date line"]),
    ("average rating by product", ["Review average rating by product bar"]),
    ("the number of orders per customer", ["Order count by customer bar"]),
    ("a chart of expenses by month and one by category", ["Expense sum amount by date line", "Expense sum amount by category bar"]),
    ("a dashboard with orders by status, revenue per month", ["Order count by status bar", "Order sum total by order_date line"]),
    ("a monthly revenue chart", ["Order sum total by order_date line"]),
]


@pytest.mark.parametrize(("wish", "expected"), WISHES, ids=[wish for wish, _ in WISHES])
def test_a_wish_for_a_chart_is_one_at_once_and_later(wish: str, expected: list[str]) -> None:
    first = ask(f"{SHOP} I'd like to see {wish}.")
    assert isinstance(first, PlanMade)
    assert first.manifest is not None
    assert charts(first.manifest) == expected
    assert first.decision.open_points == ()
    assert [entity.name for entity in first.manifest.entities] == [entity.name for entity in BASE.entities]
    assert charts(made(f"show {wish}", BASE)) == expected


def test_what_cannot_be_drawn_is_said() -> None:
    assert ask(f"{SHOP} I want a chart of bananas by moon.").decision.open_points == (
        "No chart “bananas by moon” was made: nothing here has such numbers or groups.",
    )
    assert isinstance(ask("add a chart of bananas by moon", BASE), PlanAnswered)


def test_only_a_title_and_things_by_their_makers_are_no_charts() -> None:
    manifest = made("Sales dashboard: orders with a date and an amount. Posts by authors.")
    assert manifest.charts == ()
    assert {"Order", "Post", "Author"} == {entity.name for entity in manifest.entities}


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("remove the chart of orders by customer", ["Order count by order_date line", "Review average rating by product bar"]),
        ("remove all charts", []),
        ("rename the order date to placed on", ["Order count by placed_on line", "Order count by customer bar", CHARTED.charts[2]]),
        ("rename orders to purchases", ["Purchase count by order_date line", "Purchase count by customer bar", CHARTED.charts[2]]),
        ("remove the order date", ["Order count by customer bar", CHARTED.charts[2]]),
        ("remove the customer from orders", ["Order count by order_date line", CHARTED.charts[2]]),
        ("delete reviews", ["Order count by order_date line", "Order count by customer bar"]),
        ("make the rating text", ["Order count by order_date line", "Order count by customer bar"]),
    ],
)
def test_charts_follow_what_they_are_about_or_go_with_it(message: str, left: list[str | Chart]) -> None:
    assert charts(made(message, CHARTED)) == [shown(chart) if isinstance(chart, Chart) else chart for chart in left]


def test_a_chart_that_goes_with_a_field_is_told() -> None:
    assert ask("remove the order date", CHARTED).model_dump()["summary"].endswith("and with that the chart “Orders per month”.")


SIGNED = made(f"{SHOP} Users sign in and only see their own orders. Only managers can delete customers.")


def of_others(entity: str, action: str) -> list[str]:
    return [f"{other.name}.{action}" for other in BASE.entities if other.name != entity]


@pytest.mark.parametrize(
    ("text", "own", "roles"),
    [
        ("Users sign in.", (), {}),
        ("with login", (), {}),
        ("Everyone only sees their own orders.", ("Order",), {}),
        ("Each user can only see their own data.", ("Order", "Customer", "Expense", "Review", "Product"), {}),
        ("Admins can do everything, members may only read.", (), {"admin": ["*.*"], "member": ["*.read"]}),
        ("There are two roles: admin and viewer.", (), {"admin": ["*.*"], "viewer": ["*.read"]}),
        ("Guests cannot edit orders.", (), {"guest": ["*.read", "*.create", "*.delete", *of_others("Order", "update")]}),
    ],
)
def test_who_comes_in_is_read(text: str, own: tuple[str, ...], roles: dict[str, list[str]]) -> None:
    for manifest in (made(f"{SHOP} {text}"), made(text.rstrip(".").replace("with", "add"), BASE)):
        assert manifest.access.sign_in
        assert manifest.access.own == own
        assert {role.name: sorted(role.may) for role in manifest.roles} == {name: sorted(may) for name, may in roles.items()}
        assert [entity.name for entity in manifest.entities] == [entity.name for entity in BASE.entities]


def test_what_only_some_may_others_may_not() -> None:
    roles = {role.name: role.may for role in SIGNED.roles}
    assert roles["manager"] == ("*.*",)
    assert "*.update" in roles["user"]
    assert "Order.delete" in roles["user"]
    assert not {"*.delete", "Customer.delete"} & set(roles["user"])


def test_signing_in_goes_with_all_that_hangs_on_it() -> None:
    manifest = made("remove the login", SIGNED)
    assert (manifest.access.sign_in, manifest.access.own, manifest.roles) == (False, (), ())
    assert made("remove the roles", SIGNED).access == SIGNED.access


def test_records_may_be_shown_to_everyone_again() -> None:
    assert made("everyone may see all orders", SIGNED).access.own == ()


def test_who_leads_may_do_more_than_is_said_of_it() -> None:
    assert [role.may for role in made("admins can delete orders", BASE).roles] == [("*.*",)]


def test_own_records_follow_their_entity() -> None:
    assert made("rename orders to purchases", SIGNED).access.own == ("Purchase",)
    assert made("delete orders", SIGNED).access.own == ()


def test_signing_in_and_roles_are_told() -> None:
    for text, manifest in ((f"{SHOP} Users sign in.", None), ("add a login page", BASE)):
        assert ask(text, manifest).decision.open_points == ()
    assert "Users sign in." in answers.understood(SIGNED)


@pytest.mark.parametrize(
    "text",
    [
        "Visitors have a name and sign in at the desk. Visits have a date.",
        "Volunteers sign up for shifts. Shifts have a start time. Volunteers have a name.",
        "Accounts have a name, a login and a role of admin or member.",
        "Users can upload photos and rate them from 1 to 5.",
    ],
)
def test_other_words_are_no_sign_in(text: str) -> None:
    assert not made(text).access.sign_in
