"""Well-known applications: each is built as the catalogue has it when a text says nothing but what it is called."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.planner.domain.language.catalogue import CATALOGUE
from barnraise.planner.domain.language.nouns import plural_label
from barnraise.planner.domain.language.reading import read
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)
TITLES = {title: (keys.split(", "), description) for keys, title, description in CATALOGUE}


def made(text: str):
    return plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text), AT)


def test_a_key_word_stands_for_one_application():
    keys = Counter(key for keys, _, _ in CATALOGUE for key in keys.split(", "))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize(("title", "description"), [(title, told) for title, (_, told) in TITLES.items()])
def test_what_an_application_keeps_is_read_to_its_last_word(title, description):
    sheet = read(description)
    told = [
        sentence.partition(" have ")[0].partition(" belong ")[0].partition(" can")[0] for sentence in description.rstrip(".").split(". ")
    ]
    assert sheet.missed == []
    assert {plural_label(draft.words) for draft in sheet.drafts.values()} == set(told), title


@pytest.mark.parametrize(
    ("text", "title", "things"),
    [
        ("make a quiz app", "Quiz", {"Quiz", "Question", "Option", "Attempt", "Answer"}),
        ("church potluck signups", "Potluck", {"Event", "Dish", "Signup"}),
        ("a lost and found app", "Lost and Found", {"Item", "Claim"}),
        ("I want a fantasy football app", "Fantasy League", {"Manager", "Team", "Player", "Score"}),
        ("build me a link shortener", "Link Shortener", {"Link", "Click"}),
        ("stock portfolio tracker", "Portfolio", {"Account", "Holding", "Dividend"}),
    ],
)
def test_it_is_built_when_only_its_name_is_said(text, title, things):
    manifest = made(text).manifest
    assert (manifest.title, {entity.name for entity in manifest.entities}) == (title, things)


def test_what_is_told_of_an_application_goes_before_what_is_usual():
    manifest = made("quiz app: questions (text, answer) and players (nickname)").manifest
    questions = next(entity for entity in manifest.entities if entity.name == "Question")
    assert {field.name for field in questions.fields} == {"text", "answer"}
