"""Payments: asked for in a description or later, and what becomes of them when the application changes."""

from datetime import UTC, datetime

import pytest
from planner_asking import ask, made

from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = "Orders have a number, a total and belong to a customer. Customers have a name. Products have a name and a price."


def paid(manifest: Manifest) -> list[str]:
    return [f"{block.kind} {block.entity} {block.amount}" for block in manifest.integrations]


BASE = made(SHOP)
PAID = made(f"{SHOP} Customers pay for orders with Stripe.")
ORDERS, PRODUCTS = "stripe Order total", "stripe Product price"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("Customers pay with Stripe.", ORDERS),
        ("Customers can pay for orders online.", ORDERS),
        ("Take payments online.", ORDERS),
        ("I want to accept credit card payments.", ORDERS),
        ("It needs a checkout page.", ORDERS),
        ("Users log in and pay by card.", ORDERS),
        ("We accept payments via Stripe for products.", PRODUCTS),
    ],
)
def test_a_wish_to_be_paid_is_built_and_what_was_assumed_is_said(wish: str, expected: str) -> None:
    result = ask(f"{SHOP} {wish}")
    assert isinstance(result, PlanMade)
    assert result.manifest
    assert paid(result.manifest) == [expected]
    assert [entity.name for entity in result.manifest.entities] == ["Order", "Customer", "Product"]
    assert result.decision.open_points == ()
    assert any("whole units of one currency" in said for said in result.decision.assumed)


@pytest.mark.parametrize(
    "wish", ["Customers pay for lessons with Stripe.", "Customers pay for customers online.", "Pay for orders with PayPal."]
)
def test_what_cannot_be_paid_for_is_left_open(wish: str) -> None:
    result = ask(f"{SHOP} {wish}")
    assert isinstance(result, PlanMade)
    assert result.manifest
    assert (paid(result.manifest), len(result.decision.open_points)) == ([], 1)


def test_nothing_with_a_price_is_nothing_to_pay_for() -> None:
    result = ask("Notes have a title and a text. Take payments online.")
    assert result.decision.open_points == ("Taking payments is not built: nothing here has a price, an amount or a total.",)


@pytest.mark.parametrize(
    "text", ["Payments have an amount and a date.", "Books have a title and a checkout date.", "Members pay a fee and have a name."]
)
def test_payments_that_are_only_written_down_are_records(text: str) -> None:
    result = ask(f"{SHOP} {text}")
    assert isinstance(result, PlanMade)
    assert result.manifest
    assert paid(result.manifest) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add Stripe payments to orders", ORDERS),
        ("let customers pay for products with Stripe", PRODUCTS),
        ("add online payments", ORDERS),
        ("customers should be able to pay by credit card", ORDERS),
    ],
)
def test_payments_can_come_later(text: str, expected: str) -> None:
    assert paid(made(text, BASE)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("remove payments", []),
        ("remove stripe", []),
        ("remove payments for orders", []),
        ("rename total to sum", ["stripe Order sum"]),
        ("rename orders to purchases", ["stripe Purchase total"]),
        ("remove the total from orders", []),
        ("remove orders", []),
        ("make the total a text", []),
        ("take payments for products", [ORDERS, PRODUCTS]),
    ],
)
def test_payments_follow_what_they_are_for(text: str, expected: list[str]) -> None:
    assert paid(made(text, PAID)) == expected


def test_what_goes_with_a_field_is_told() -> None:
    assert ask("remove the total from orders", PAID).decision.understood == (
        "removes the field total from orders and with that the payments",
    )


def test_records_called_payments_are_not_the_payments() -> None:
    kept = made("Payments have an amount and a date. Orders have a total. Customers pay for orders online.")
    changed = made("remove payments", kept)
    assert ([entity.name for entity in changed.entities], paid(changed)) == (["Order"], [ORDERS])


@pytest.mark.parametrize(
    ("text", "base"), [("remove payments", BASE), ("add online payments", PAID), ("take payments for customers", BASE)]
)
def test_what_does_not_fit_is_answered(text: str, base: Manifest) -> None:
    assert isinstance(ask(text, base), PlanAnswered)
