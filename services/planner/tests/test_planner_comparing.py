"""What was made of a picture is compared with it, once; whatever of that fails, what was made stays."""

from typing import Any

import pytest
from job_stage import HEADS, Stage, manifest

from barnraise.contracts.commands import CompileManifest, DesignManifest, EditCode, MakePlan, ShootCommit, StopEdit
from barnraise.contracts.documents import Attachment, Picture
from barnraise.contracts.events import Decision, ManifestDesigned, PlanAnswered, PreviewPictured, StepSkipped
from barnraise.planner.domain.journal import read_signal, replay
from barnraise.planner.domain.looking import shape_of

PICTURE = Picture(key="pictures/p1/abcdefgh", media_type="image/png", width=640, height=480, size=9)
SCREEN = Attachment(name="screen.png", media_type="image/png", text="", picture=PICTURE)
READ = Decision(intent="create", reasons=("A model looked at screen.png.",))
SHOT = PICTURE.model_copy(update={"key": "pictures/p1/hgfedcba"})


def made(*tasks: str, looked: bool = True, attachments: tuple[Attachment, ...] = (SCREEN,)) -> Stage:
    """A job whose plan a model has made of a picture, up to its preview."""
    stage = Stage(attachments=attachments)
    alone = Decision(intent="unclear", reasons=("It is a picture alone.",))
    stage.answer(stage.last(MakePlan), PlanAnswered, "plan", decision=alone, asks=True, text="Nobody has looked.", design=True)
    plan: dict[str, Any] = {"decision": READ, "manifest": manifest("title"), "summary": "Tasks.", "tasks": tasks, "looked": looked}
    stage.answer(stage.last(DesignManifest), ManifestDesigned, "design", **plan)
    return built(stage)


def built(stage: Stage) -> Stage:
    stage.code(), stage.validate(), stage.test(), stage.show()
    return stage


def pictured(*tasks: str) -> Stage:
    stage = made(*tasks)
    stage.answer(stage.last(ShootCommit), PreviewPictured, "pictured", commit=HEADS[0], picture=SHOT)
    return stage


def corrected(stage: Stage, *fields: str, **told: Any) -> Stage:
    given = {"decision": READ, "manifest": manifest(*fields), "summary": "The date was missing.", "looked": True} | told
    stage.answer(stage.last(DesignManifest), ManifestDesigned, "design", **given)
    return stage


def said(stage: Stage) -> str:
    return str(stage.told[-2].text)  # type: ignore[attr-defined]


def test_the_preview_is_compared_once_and_the_plan_corrected() -> None:
    stage = pictured()
    asked = stage.last(DesignManifest)
    assert (asked.manifest, asked.attachments) == (manifest("title"), (SCREEN,))
    assert asked.shot and (asked.shot.name, asked.shot.picture) == ("preview.png", SHOT)
    corrected(stage, "title", "due")
    assert stage.last(CompileManifest).manifest == manifest("title", "due")
    built(stage)
    assert stage.end.status == "succeeded" and len(stage.of(ShootCommit)) == 1, "not a second time"
    assert "Compared the preview with screen.png: The date was missing." in said(stage)
    assert replay([(read_signal(signal.model_dump_json()), at) for signal, at in stage.journal]) == stage.job


def test_what_is_near_enough_stays_as_it_is() -> None:
    stage = corrected(pictured(), "title")
    assert stage.end.status == "succeeded" and len(stage.of(CompileManifest)) == 1
    assert "Compared the preview with screen.png: near enough." in said(stage)


def test_tasks_come_after_it_and_more_may_be_found() -> None:
    stage = pictured("show a board")
    assert not stage.of(EditCode) and stage.last(DesignManifest).unread == ("show a board",)
    corrected(stage, "title", tasks=("colour late ones red",))
    assert stage.last(EditCode).task == "show a board" and stage.job.tasks == ("colour late ones red",)


def test_where_there_is_no_browser_that_is_said() -> None:
    stage = made()
    skipped = {"step": "preview", "problem": {"code": "picture_unreadable", "detail": "There is no browser.", "next": "Look yourself."}}
    stage.answer(stage.last(ShootCommit), StepSkipped, "skipped", **skipped)
    assert stage.end.status == "succeeded" and stage.end.commit == HEADS[0]
    assert "The preview was not compared with screen.png: There is no browser." in said(stage)
    assert "The preview shows it." in said(stage)


@pytest.mark.parametrize("code", ["no_model", "manifest_invalid", "limit_exceeded", "internal"])
def test_a_model_that_fails_to_compare_leaves_what_was_made(code: str) -> None:
    stage = pictured()
    stage.fail(DesignManifest, code)
    assert stage.end.status == "succeeded" and stage.end.commit == HEADS[0]
    assert "The preview was not compared with screen.png: It broke." in said(stage)


def test_a_platform_that_fails_to_look_leaves_what_was_made() -> None:
    stage = made()
    stage.fail(ShootCommit, "internal")
    assert stage.end.status == "succeeded" and "was not compared" in said(stage)
    waiting = made()
    waiting.wait(151), waiting.wait(151)
    assert waiting.end.status == "succeeded" and "did not end in time" in said(waiting)


def test_what_is_stopped_while_it_is_compared_stops_the_model() -> None:
    stage = pictured()
    stage.cancel()
    assert stage.end.status == "cancelled" and stage.of(StopEdit)
    stage.retry(manifest=manifest("title"), head=HEADS[0])
    assert stage.last(DesignManifest).shot, "and goes on there"


def test_a_comparison_that_is_taken_up_again_is_with_what_was_made_as_it_is_by_then() -> None:
    stage = pictured()
    stage.cancel()
    stage.retry(manifest=manifest("title", "owner"), head=HEADS[1])
    assert stage.last(DesignManifest).manifest == manifest("title", "owner")
    corrected(stage, "title", "owner")
    assert stage.end.status == "succeeded" and len(stage.of(CompileManifest)) == 1, "which is near enough"


def test_nobody_compares_what_no_model_has_seen() -> None:
    assert made(looked=False).end.status == "succeeded"
    assert not made(looked=False).of(ShootCommit)


@pytest.mark.parametrize(("given", "shape"), [((1280, 800), (1280, 800)), ((400, 900), (420, 900)), ((1500, 200), (1280, 480))])
def test_the_preview_is_looked_at_in_the_shape_of_the_picture(given: tuple[int, int], shape: tuple[int, int]) -> None:
    picture = PICTURE.model_copy(update={"width": given[0], "height": given[1]})
    assert shape_of((SCREEN.model_copy(update={"picture": picture}),)) == shape
