"""Refinements as people say them: several in place of one, questions that each record answers, units, and what came last."""

import pytest
from planner_asking import ask, made

from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest

BASE = made(
    "Repairs have a title and a fee and belong to a bike. Bikes have a brand and a weight. Mechanics have a name and an email. "
    "Repairs belong to a mechanic."
)
ALONE = made("Parcels have a number, a recipient and a postage.")


def links(manifest: Manifest) -> set[str]:
    return {
        f"{r.target}>{r.source}" if r.kind == "one_to_many" else f"{r.source}.{r.field}<>{r.target}.{r.inverse}" for r in manifest.relations
    }


def typed(manifest: Manifest, name: str) -> dict[str, str]:
    return {field.name: field.type for field in manifest.entity(name).fields}


def told(text: str, manifest: Manifest) -> str:
    result = ask(text, manifest)
    assert isinstance(result, PlanAnswered), result
    return result.text


@pytest.mark.parametrize(
    "message",
    [
        "each repair can have several mechanics",
        "a repair may need more than one mechanic",
        "repairs can be done by two or more mechanics",
        "allow several mechanics per repair",
        "there can be many different mechanics for a repair",
    ],
)
def test_a_link_to_one_becomes_a_link_to_several(message: str) -> None:
    manifest = made(message, BASE)
    assert links(manifest) == {"Repair>Bike", "Repair.mechanics<>Mechanic.repairs"}
    assert typed(manifest, "Repair") == typed(BASE, "Repair")


def test_several_that_are_there_already_are_no_change() -> None:
    said = told("each mechanic can have several repairs", BASE)
    assert "can have several repairs already" in said
    assert "“each repair can have several mechanics”" in said


def test_people_who_are_new_are_shared_and_what_was_written_stays() -> None:
    manifest = made("a parcel can have more than one recipient", ALONE)
    assert links(manifest) == {"Parcel.recipients<>Recipient.parcels"}
    assert typed(manifest, "Parcel") == typed(ALONE, "Parcel")
    assert "drop the recipient of parcels" in ask("a parcel can have more than one recipient", ALONE).summary  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("message", "field", "kind"),
    [
        ("when it was collected", "collected_on", "date"),
        ("I also want to know when it was weighed", "weighed_on", "date"),
        ("when we shipped it", "shipped_on", "date"),
        ("who packed it", "packed_by", "string"),
        ("also who signed for it", "signed_by", "string"),
        ("where it was found", "place_found", "string"),
        ("why it was refused", "reason_refused", "text"),
        ("how long it took", "duration", "int"),
        ("how heavy it is", "weight", "float"),
        ("how many times it was returned", "times_returned", "int"),
        ("whether it was insured", "insured", "bool"),
    ],
)
def test_a_question_that_each_record_answers_is_a_field(message: str, field: str, kind: str) -> None:
    new = typed(made(message, ALONE), "Parcel")
    assert {name: new[name] for name in new if name not in typed(ALONE, "Parcel")} == {field: kind}


def test_a_question_goes_to_the_things_that_it_names() -> None:
    assert typed(made("when the bike was sold", BASE), "Bike")["sold_on"] == "date"
    assert "“add sold on (date) to repairs”" in told("when it was sold", BASE)


@pytest.mark.parametrize("question", ["who made it?", "who can see this", "what is there", "how long does it take?", "who built this app"])
def test_a_question_to_us_is_answered(question: str) -> None:
    assert ask(question, ALONE).decision.intent == "question"


@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("the fee should be in euros", "Fee (EUR)"),
        ("make the fee in dollars", "Fee (USD)"),
        ("all prices are in CHF", "Fee (CHF)"),
        ("the currency should be pounds", "Fee (GBP)"),
        ("use £ for the fee of repairs", "Fee (GBP)"),
    ],
)
def test_the_currency_of_money_is_told(message: str, label: str) -> None:
    manifest = made(message, BASE)
    assert [field.label for field in manifest.entity("Repair").fields if field.type == "decimal"] == [label]
    assert len(manifest.entities) == 3


def test_a_unit_takes_the_place_of_the_one_before() -> None:
    manifest = made("show the weight in lbs", made("weight should be in kg", BASE))
    assert [field.label for field in manifest.entity("Bike").fields if field.type == "float"] == ["Weight (lb)"]
    assert "no number" in told("the email should be in kg", BASE)


@pytest.mark.parametrize(
    "message", ["drop the last one", "remove what you just added", "no, take that out again", "delete the last thing you added"]
)
def test_what_was_added_last_goes_with_its_step(message: str) -> None:
    result = ask(message, ALONE)
    assert isinstance(result, PlanMade)
    assert result.decision.intent == "undo"


def test_the_last_field_is_the_one_that_stands_last() -> None:
    assert list(typed(made("remove the last field", ALONE), "Parcel")) == ["number", "recipient"]
    assert list(typed(made("drop the last field of bikes", BASE), "Bike")) == ["brand"]
    assert "“drop the last field of repairs”" in told("drop the last field", BASE)


@pytest.mark.parametrize(
    ("message", "instead"),
    [
        ("the fee feels wrong somehow", "“make the fee of repairs required”"),
        ("bikes look odd", "“add a due date to bikes”"),
        ("wobble the flux", "“add a due date to repairs”"),
    ],
)
def test_who_is_not_understood_hears_what_can_be_said_of_it(message: str, instead: str) -> None:
    said = told(message, BASE)
    assert "Nothing was changed." in said
    assert instead in said
