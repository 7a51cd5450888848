"""E-mail at an event: asked for in a description or later, and what becomes of it when the application changes."""

from datetime import UTC, datetime

import pytest
from planner_asking import ask, made

from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = (
    "Orders have a number, a status (new, paid, sent) and belong to a customer. Customers have a name and an email. Notes have a text. "
    "Members have a name and an email."
)


def sent(manifest: Manifest) -> list[str]:
    return [f"{block.entity} {block.field or 'new'} to {block.to}" for block in manifest.integrations if block.kind == "email"]


BASE = made(SHOP)
CHANGED = "Order status to customer.email"
NEW = "Order new to customer.email"
SENDS = made(f"{SHOP} Notify the customer by e-mail when the status of an order changes.")


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("Send an e-mail when an order is created.", NEW),
        ("Customers get an email when a new order comes in.", NEW),
        ("Notify the customer by e-mail when the status of an order changes.", CHANGED),
        ("Email the customer when their order status changes.", CHANGED),
        ("It should send the customer an email when the status changes, and users sign in.", CHANGED),
        ("Send an e-mail to the member whenever a member is registered.", "Member new to email"),
    ],
)
def test_a_wish_for_an_e_mail_is_built_and_said(wish: str, expected: str) -> None:
    result = ask(f"{SHOP} {wish}")
    assert isinstance(result, PlanMade)
    assert result.manifest
    assert sent(result.manifest) == [expected]
    assert [entity.name for entity in result.manifest.entities] == ["Order", "Customer", "Note", "Member"]
    assert result.decision.open_points == ()
    assert any(said.startswith("An e-mail goes to ") for said in result.decision.assumed)


@pytest.mark.parametrize(
    "wish",
    [
        "Send e-mail reminders every week.",
        "Send an email when a note is created.",
        "Email me when an order is placed.",
        "Notify the members by e-mail when an order is created.",
        "Notify customers when an order is late.",
    ],
)
def test_what_cannot_be_sent_is_left_open(wish: str) -> None:
    result = ask(f"{SHOP} {wish}")
    assert isinstance(result, PlanMade)
    assert result.manifest
    assert sent(result.manifest) == []
    assert result.decision.open_points


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("send an e-mail to the customer when an order is created", [CHANGED, NEW]),
        ("remove the e-mail notifications", []),
        ("rename the email of customers to mail", ["Order status to customer.mail"]),
        ("rename orders to purchases", ["Purchase status to customer.email"]),
        ("remove the email from customers", []),
        ("remove status from orders", []),
        ("remove customers", []),
    ],
)
def test_e_mails_follow_what_they_are_about(text: str, expected: list[str]) -> None:
    assert sent(made(text, SENDS)) == expected


def test_what_cannot_be_sent_is_answered() -> None:
    assert isinstance(ask("send an email when a note is created", BASE), PlanAnswered)
    assert isinstance(ask("notify the customer by e-mail when the status of an order changes", SENDS), PlanAnswered)
