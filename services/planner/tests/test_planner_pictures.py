"""Messages that come with pictures: a model that sees plans them, and without one it is said that nobody has looked."""

from datetime import UTC, datetime
from typing import Any

import pytest
from job_stage import Stage, manifest

from barnraise.contracts.commands import CompileManifest, DesignManifest, EditCode, MakePlan
from barnraise.contracts.documents import Attachment, Picture
from barnraise.contracts.events import Decision, ManifestDesigned, PlanAnswered, PlanMade
from barnraise.planner.domain.planning import plan

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PICTURE = Picture(key="pictures/p1/abcdefgh", media_type="image/png", width=640, height=480, size=9)
SCREEN = Attachment(name="screen.png", media_type="image/png", text="", picture=PICTURE)
SCREENS = (SCREEN, SCREEN.model_copy(update={"name": "two.png"}))
TABLE = Attachment(name="t.csv", media_type="text/csv", text="month,rain\nJan,3\nFeb,5\n")
WORDS = "Track plants: plants have a name and a species."
BLIND = "could not be looked at: no model that sees is set up. Give one the task “vision” (docs/models.md), or say in words what"


def read(text: str, *, sees: bool, attachments: tuple[Attachment, ...] = (SCREEN,), **more: Any) -> PlanMade | PlanAnswered:
    command = MakePlan(id="j:plan:1", project_id="p1", job_id="j", at=NOW, text=text, attachments=attachments, **more)
    return plan(command, NOW, models=True, sees=sees)


@pytest.mark.parametrize("text", ["", "Make an app like this", "Can you build this?", "Redraw this chart", WORDS, "undo"])
def test_with_a_model_that_sees_it_makes_the_plan(text: str) -> None:
    made = read(text, sees=True)
    assert made.design and made.decision.intent in ("unclear", "create")
    assert not any("could not be looked at" in point for point in made.decision.open_points)


@pytest.mark.parametrize("text", ["", "Make an app like this", "Can you build this?", "Draw a chart of this"])
def test_without_one_a_picture_that_words_do_not_explain_asks_back_and_says_what_is_missing(text: str) -> None:
    made = read(text, sees=False)
    assert isinstance(made, PlanAnswered) and made.asks and not made.design
    assert f"screen.png {BLIND} it shows." in made.text


def test_without_one_words_that_are_enough_are_built_and_what_was_not_seen_is_said() -> None:
    made = read(WORDS, sees=False, attachments=SCREENS)
    assert isinstance(made, PlanMade) and made.manifest and made.manifest.entities[0].name == "Plant"
    assert made.decision.open_points[-1] == f"screen.png and two.png {BLIND} they show."


def test_what_comes_beside_a_picture_is_read_as_ever() -> None:
    made = read("draw a bar chart of this", sees=True, attachments=(SCREEN, TABLE))
    assert isinstance(made, PlanMade) and made.manifest and made.manifest.script and made.design


@pytest.mark.parametrize(
    ("text", "intent"), [("make it look like this", "edit"), ("add a height to plants", "refine"), ("what is this?", None)]
)
def test_what_stands_is_changed_or_answered_by_who_sees(text: str, intent: str | None) -> None:
    standing = read(WORDS, sees=False).manifest  # type: ignore[union-attr]
    made = read(text, sees=True, manifest=standing)
    assert made.design and made.decision.intent == (intent or "question")


def test_a_step_back_needs_no_eyes_and_says_that_nobody_looked() -> None:
    standing = read(WORDS, sees=False).manifest  # type: ignore[union-attr]
    made = read("undo", sees=True, manifest=standing)
    assert not made.design and made.decision.intent == "undo"
    assert made.decision.open_points == ("screen.png was not looked at: nothing in the message needs it.",)


def test_imported_code_is_changed_and_never_planned_anew() -> None:
    made = read("make it look like this", sees=True, imported=True)
    assert not made.design and made.decision.intent == "edit"


def pictured(**more: Any) -> Stage:
    stage = Stage(attachments=(SCREEN,), **more)
    alone = Decision(intent="unclear", reasons=("It is a picture alone.",))
    stage.answer(stage.last(MakePlan), PlanAnswered, "plan", decision=alone, asks=True, text="Nobody has looked.", design=True)
    return stage


def test_the_picture_goes_with_the_plan_and_with_its_tasks() -> None:
    stage = pictured()
    asked = stage.last(DesignManifest)
    assert asked.attachments == (SCREEN,) and asked.draft is None
    read = Decision(intent="create", reasons=("A model looked at screen.png.",))
    stage.answer(asked, ManifestDesigned, "design", decision=read, manifest=manifest("title"), summary="Tasks.", tasks=("show a board",))
    assert stage.last(CompileManifest).manifest == manifest("title")
    stage.code(), stage.validate(), stage.test(), stage.show()
    assert stage.last(EditCode).attachments == (SCREEN,)


@pytest.mark.parametrize("code", ["no_model", "manifest_invalid", "limit_exceeded", "picture_unreadable"])
def test_a_model_that_fails_to_look_is_said_and_asks_back(code: str) -> None:
    stage = pictured()
    stage.fail(DesignManifest, code)
    assert stage.end.status == "needs_input"
    assert stage.end.summary == "Nobody has looked.\n\nNo model could help: It broke."
