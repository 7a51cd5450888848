"""First prompts that a model plans, and what it cannot plan: the job is never worse than without one."""

from typing import Any

from job_stage import HEADS, Stage, manifest

from barnraise.contracts.commands import CompileManifest, DesignManifest, EditCode, MakePlan, MergeBranch, ShowCommit, TestCommit
from barnraise.contracts.events import Decision, ManifestDesigned, ModelUse, PlanAnswered
from barnraise.planner.domain.journal import read_signal, replay

USE = ModelUse(model="m", calls=1, input=90, output=10, cost=None)
READ = Decision(intent="create", reasons=("A model read it.",))
OPEN = Decision(intent="create", reasons=(), open_points=("Not built: reminders",))


def designing(*tasks: str, **told: Any) -> Stage:
    stage = Stage()
    stage.plan(decision=OPEN, design=True)
    given: dict[str, Any] = {
        "decision": READ,
        "manifest": manifest("title", "due"),
        "summary": "Tasks with a date.",
        "tasks": tasks,
        "used": USE,
    }
    stage.answer(stage.last(DesignManifest), ManifestDesigned, "design", **(given | told))
    return stage


def built(stage: Stage) -> Stage:
    stage.code(), stage.validate(), stage.test(), stage.show()
    return stage


def land(stage: Stage) -> None:
    stage.propose(), stage.validate(), stage.test(), stage.land(), stage.show()


def test_what_is_left_open_goes_to_a_model_whose_plan_is_compiled() -> None:
    stage = Stage()
    stage.plan(decision=OPEN, design=True)
    asked = stage.last(DesignManifest)
    assert (asked.draft, asked.unread, asked.manifest) == (manifest("title"), OPEN.open_points, None) and not stage.of(CompileManifest)
    stage.answer(asked, ManifestDesigned, "design", decision=READ, manifest=manifest("title", "due"), summary="Dates.", used=USE)
    assert stage.last(CompileManifest).manifest == manifest("title", "due")
    assert built(stage).end.status == "succeeded" and replay(_written(stage)) == stage.job


def test_each_task_is_a_change_of_its_own_after_the_application_is_shown() -> None:
    stage = built(designing("remind by e-mail", "colour late ones red"))
    assert stage.of(ShowCommit) and stage.last(EditCode).task == "remind by e-mail"
    land(stage)
    assert stage.last(EditCode).task == "colour late ones red" and stage.last(EditCode).commit == HEADS[1]
    land(stage)
    assert stage.end.status == "succeeded" and len(stage.of(MergeBranch)) == 2
    said = stage.told[-2].text  # type: ignore[attr-defined]
    assert said.count("It greets now.") == 2 and "m: 2,100 tokens" in said


def test_a_task_that_fails_is_told_and_the_next_is_done() -> None:
    stage = built(designing("remind by e-mail", "colour late ones red"))
    stage.fail(EditCode, "proposal_unsound")
    assert stage.last(EditCode).task == "colour late ones red"
    land(stage)
    assert stage.end.status == "succeeded" and stage.end.commit == HEADS[1]
    assert "“remind by e-mail”: It broke." in stage.told[-2].text  # type: ignore[attr-defined]


def test_when_models_are_gone_what_was_built_stays_and_the_rest_is_told() -> None:
    stage = built(designing("remind by e-mail", "colour late ones red"))
    stage.fail(EditCode, "no_model")
    assert (stage.end.status, stage.end.commit) == ("succeeded", HEADS[0]) and len(stage.of(EditCode)) == 1
    assert "2 wishes could not be met" in stage.end.summary


def test_a_model_that_fails_to_plan_leaves_what_the_built_in_engine_makes() -> None:
    for code in ("no_model", "manifest_invalid", "limit_exceeded", "internal"):
        stage = Stage()
        stage.plan(decision=OPEN, design=True)
        stage.fail(DesignManifest, code)
        assert stage.last(CompileManifest).manifest == manifest("title")
        assert built(stage).end.status == "succeeded" and "No model could help" in stage.told[-2].text  # type: ignore[attr-defined]
    stage = Stage()
    stage.answer(stage.last(MakePlan), PlanAnswered, "plan", decision=OPEN, asks=True, text="What shall it keep?", design=True)
    stage.fail(DesignManifest, "no_model")
    assert (stage.end.status, stage.end.summary) == ("needs_input", "What shall it keep?")


def test_a_model_may_ask_back() -> None:
    stage = designing(manifest=None, answer="What is it about?")
    assert (stage.end.status, stage.end.summary) == ("needs_input", "What is it about?")


def test_a_plan_that_stands_goes_straight_to_its_tasks() -> None:
    stage = Stage(head=HEADS[0], manifest=manifest("title"))
    stage.plan(decision=OPEN, design=True)
    stage.answer(stage.last(DesignManifest), ManifestDesigned, "design", decision=READ, manifest=manifest("title"), tasks=("remind",))
    assert stage.last(EditCode).task == "remind" and not stage.of(CompileManifest)


def test_a_cancelled_design_begins_anew_and_a_cancelled_task_goes_on() -> None:
    stage = Stage()
    stage.plan(decision=OPEN, design=True)
    stage.cancel(), stage.retry()
    assert len(stage.of(MakePlan)) == 2
    stage = built(designing("remind by e-mail"))
    stage.cancel(), stage.retry(manifest=manifest("title", "due"), head=HEADS[0])
    assert len(stage.of(MakePlan)) == 1 and stage.last(EditCode).task == "remind by e-mail"
    land(stage)
    assert stage.end.status == "succeeded"


def test_a_question_about_the_code_changes_nothing_and_is_answered_either_way() -> None:
    for gone in (False, True):
        stage = Stage(head=HEADS[0], manifest=manifest("title"))
        asked = Decision(intent="question", reasons=())
        stage.answer(stage.last(MakePlan), PlanAnswered, "plan", decision=asked, asks=False, text="It keeps tasks.", design=True)
        assert stage.last(EditCode).question
        stage.fail(EditCode, "no_model") if gone else stage.propose(HEADS[0], changed=False)
        assert (stage.end.status, stage.end.commit, stage.of(TestCommit)) == ("succeeded", HEADS[0], [])
        assert stage.end.summary.startswith("It keeps tasks." if gone else "It greets now.")


def _written(stage: Stage) -> Any:
    return [(read_signal(signal.model_dump_json()), at) for signal, at in stage.journal]
