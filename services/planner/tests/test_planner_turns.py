"""Turns of phrase: how those who ask for an application put what the reader knows in plainer words."""

import time
from datetime import UTC, datetime

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language.infull import in_full
from barnraise.planner.domain.language.relatives import related
from barnraise.planner.domain.language.turns import turned
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)


def made(text: str):
    return plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text), AT)


def links(manifest: Manifest) -> set[str]:
    return {f"{r.target}>{r.source}" if r.kind == "one_to_many" else f"{r.source}<>{r.target}" for r in manifest.relations}


def typed(manifest: Manifest, name: str) -> dict[str, str]:
    return {field.name: field.type for entity in manifest.entities if entity.name == name for field in entity.fields}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Cooking show: jurors rate every dish on taste and looks from 1 to 5",
            [
                "Cooking show",
                "each rating belongs to one juror and one dish",
                "each rating has a taste from 1 to 5 and a looks from 1 to 5",
            ],
        ),
        ("coins with grade from poor to mint", ["coins with grade (poor, fair, good, very good, near mint, mint)"]),
        ("rooms: name, theme, price per player", ["rooms: name, theme, price per player"]),
        ("log dives, and see the deepest dives", ["log dives, and see the deepest dives"]),
        ("log runs and see the fastest runs", ["log runs"]),
        ("stamps with country and what I paid for it", ["stamps with country and purchase price"]),
    ],
)
def test_a_turn_of_phrase_is_told_plainly(said, told):
    assert turned(said) == told


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Guests rent cabins from date to date and leave reviews 1-5 stars",
            {"Rental>Guest", "Rental>Cabin", "Review>Guest", "Review>Cabin"},
        ),
        ("As a coach I want to record drills (name, minutes) for each player so that I can see progress", {"Drill>Player"}),
        ("teams submit videos, jurors score each video on sound and cut from 0 to 5", {"Video>Team", "Score>Juror", "Score>Video"}),
        ("books can have several authors and authors several books", {"Book<>Author"}),
        ("students hand in essays with a file, teachers grade it A-F", {"Essay>Student"}),
        ("Tasting notes with date and score out of 100 for a bottle", {"TastingNote>Bottle"}),
        ("Candidates apply for jobs with an expected salary", {"Application>Candidate", "Application>Job"}),
    ],
)
def test_things_that_are_told_in_passing_are_tied(text, wanted):
    assert wanted <= links(made(text).manifest)


def test_what_is_said_of_the_program_is_of_the_thing_that_it_is_for():
    told = made(
        "recipe manager with ingredients, tags, cooking time, difficulty easy/medium/hard, and a shopping list generated from recipes"
    )
    assert {"cooking_time": "int", "difficulty": "enum"}.items() <= typed(told.manifest, "Recipe").items()
    assert not any("Shopping" in entity.name for entity in told.manifest.entities)
    assert any("worked out from other records" in point for point in told.decision.open_points)


def test_records_of_their_own_may_be_asked_for_without_that_word():
    told = made("Members keep notes with a title and a text. Members should be able to log in and see only their notes.")
    assert told.manifest.access is not None
    assert "Note" in {entity.name for entity in told.manifest.entities}
    assert any("own notes" in line or "their own" in line for line in told.decision.understood)


def test_both_ends_of_a_span_are_of_one_type():
    bottles = typed(made("Bottles have a producer, drink from and drink until").manifest, "Bottle")
    assert bottles["drink_from"] == bottles["drink_until"] == "date"


@pytest.mark.parametrize(
    "said",
    ["score each " * 700, "as with " * 900, "a, " * 2500, "books have several " * 400, "track what's in each " * 350, "from " * 1500],
)
def test_hostile_texts_are_turned_in_no_time(said):
    begun = time.perf_counter()
    turned(said[:8000])
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    "said",
    [
        "which a b which c in which d " * 270,
        "each a is b, done by a " * 340,
        "for each a, " * 660,
        "who came, and " * 570,
        "and and that " * 610,
    ],
)
def test_hostile_texts_are_told_in_full_in_no_time(said):
    begun = time.process_time()
    for part in related(in_full(said[:8000])):
        assert len(part) < 80_000
    assert time.process_time() - begun < 2
