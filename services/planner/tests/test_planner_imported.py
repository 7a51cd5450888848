"""A project that was imported without a plan: words cannot change it, and it says so."""

from datetime import UTC, datetime

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)


def said(text: str) -> PlanMade | PlanAnswered:
    return plan(MakePlan(id="j1:plan:1", project_id="p1", job_id="j1", at=AT, text=text, imported=True), AT)


@pytest.mark.parametrize(
    "text",
    [
        "add a colour to boats",
        "A todo list with tasks",
        "what is in here?",
        "create table boats (id integer);",
        "füge ein Feld an",
    ],
)
def test_it_tells_what_can_be_done_instead_and_plans_nothing(text: str) -> None:
    answer = said(text)
    assert isinstance(answer, PlanAnswered)
    assert answer.asks
    for way in ("imported", "Edits", "pushes", "undo"):
        assert way in answer.text


@pytest.mark.parametrize("text", ["undo", "redo", "run the tests"])
def test_what_needs_no_plan_is_done(text: str) -> None:
    made = said(text)
    assert isinstance(made, PlanMade)
    assert made.manifest is None
    assert made.decision.intent in ("undo", "redo", "test")
