"""What is said in a few words, and the things that it stands for."""

import pytest
from planner_asking import made

from barnraise.contracts.manifest import Manifest


def links(manifest: Manifest) -> set[str]:
    return {f"{r.target}>{r.source}" if r.kind == "one_to_many" else f"{r.source}<>{r.target}" for r in manifest.relations}


def typed(manifest: Manifest, name: str) -> dict[str, str]:
    return {field.name: field.type for field in manifest.entity(name).fields}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a film club: members check out films", {"Loan>Member", "Loan>Film"}),
        ("pupils sign out instruments", {"Loan>Pupil", "Loan>Instrument"}),
        ("cameras lent out to students", {"Loan>Camera", "Loan>Student"}),
        ("canoes at our boathouse that are rented out to guests", {"Rental>Canoe", "Rental>Guest"}),
        ("I lend games and records to neighbours", {"Loan>Neighbour", "Loan>Game", "Loan>Record"}),
        ("we have one trailer and members borrow it", {"Loan>Member", "Loan>Trailer"}),
        ("sauna booking for a sauna in our block", {"Booking>Sauna", "Booking>Person"}),
        ("track complaints guests raise", {"Complaint>Guest"}),
        ("plays performed at festivals", {"Festival<>Play"}),
        ("birds spotted on hikes", {"Hike<>Bird"}),
        ("tennis club: who plays against whom", {"Match>Player"}),
        ("horse riding timetable for 5 riders", {"Ride>Rider", "Ride>Horse"}),
    ],
)
def test_a_few_words_tie_what_they_name(text: str, wanted: set[str]) -> None:
    assert links(made(text)) == wanted


@pytest.mark.parametrize(
    ("text", "thing", "fields"),
    [
        ("weekly rent per tenant", "WeeklyRent", {"week_start": "date", "amount": "decimal"}),
        ("landlord: yearly charge per unit", "YearlyCharge", {"year": "int", "amount": "decimal"}),
        ("daily revenue per shop", "DailyRevenue", {"date": "date", "amount": "decimal"}),
        ("record what the pupils painted and how long", "Entry", {"painted": "text", "duration": "int", "date": "date"}),
    ],
)
def test_what_is_noted_time_and_again_has_its_time(text: str, thing: str, fields: dict[str, str]) -> None:
    assert typed(made(text), thing) == fields


def test_what_only_sounds_like_it_stays_as_it_is() -> None:
    assert "Loan" not in {entity.name for entity in made("guests check out of rooms").entities}
    assert {"Meal"} == {entity.name for entity in made("write down what we ate and how much").entities}


def test_a_register_of_things_is_no_thing_beside_them() -> None:
    text = "The system shall maintain a register of fume hoods. Each hood shall have a serial number and a location."
    assert {entity.name for entity in made(text).entities} == {"Hood"}
