"""First prompts that a model plans, and what it cannot plan: the job is never worse than without one."""

from typing import Any

from job_stage import HEADS, Stage, manifest

from barnraise.contracts.commands import (
    CompileManifest,
    DesignManifest,
    EditCode,
    MakePlan,
    MergeBranch,
    ShowCommit,
    TestCommit,
    ValidateCommit,
)
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
    assert stage.end.status == "needs_input" and stage.end.commit == HEADS[1] and stage.end.proposal is None
    assert "“remind by e-mail”: It broke." in stage.told[-2].text  # type: ignore[attr-defined]


def test_a_task_that_cannot_be_mended_is_left_to_a_person_with_its_diff_and_cost() -> None:
    stage = built(designing("remind by e-mail", "colour late ones red"))
    stage.propose(), stage.validate(wrong=1), stage.validate()
    stage.propose(), stage.validate(wrong=1), stage.propose(), stage.validate(wrong=1)
    assert stage.last(EditCode).task == "colour late ones red"
    land(stage)
    left = stage.end.proposal
    assert left and (stage.end.status, left.branch, left.base, left.commit) == ("needs_input", "proposals/j1", HEADS[0], HEADS[1])
    assert len(left.used) == 4 and "not good enough" in left.reason


def test_when_models_are_gone_what_was_built_stays_and_the_rest_is_told() -> None:
    stage = built(designing("remind by e-mail", "colour late ones red"))
    stage.fail(EditCode, "no_model")
    assert (stage.end.status, stage.end.commit) == ("needs_input", HEADS[0]) and len(stage.of(EditCode)) == 1
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


def redesigned(**begin: Any) -> Stage:
    """A project that stands is planned anew by a model; the compiler proposes."""
    stage = Stage(**({"head": HEADS[0], "manifest": manifest("title")} | begin))
    stage.plan(decision=OPEN, design=True)
    planned = {"decision": READ, "manifest": manifest("title", "due"), "summary": "Dates.", "used": USE, "tasks": ("colour them",)}
    stage.answer(stage.last(DesignManifest), ManifestDesigned, "design", **planned)
    assert stage.last(CompileManifest).propose == "always"
    stage.propose(asked=CompileManifest, base=HEADS[0])
    return stage


def test_a_models_plan_is_judged_before_it_lands_and_its_tasks_follow() -> None:
    stage = redesigned()
    assert not stage.of(ShowCommit), "nothing is shown that has not landed"
    stage.validate(), stage.test()
    assert (stage.last(MergeBranch).base, stage.last(MergeBranch).commit) == (HEADS[0], HEADS[1])
    stage.land()
    assert stage.last(ShowCommit).commit == HEADS[1] and stage.job.edit is None
    stage.show()
    assert (stage.last(EditCode).task, stage.last(EditCode).base) == ("colour them", HEADS[1])
    assert replay(_written(stage)) == stage.job


def test_a_models_plan_that_makes_it_worse_is_mended_or_never_lands() -> None:
    stage = redesigned()
    stage.validate(wrong=1), stage.validate()
    mend = stage.last(EditCode)
    assert len(mend.diagnostics) == 1 and (mend.commit, mend.base) == (HEADS[1], HEADS[1]), (
        "what the plan took away is no deletion by DEBUG"
    )
    stage.propose("e" * 40), stage.validate(), stage.test()
    assert stage.last(MergeBranch).commit == "e" * 40
    stage = redesigned()
    stage.validate(), stage.test(failed=1), stage.test()
    stage.fail(EditCode, "no_model")
    assert (stage.end.status, stage.end.commit, stage.of(MergeBranch)) == ("needs_input", HEADS[0], [])
    left = stage.end.proposal
    assert left and left.commit == HEADS[1] and "test_0" in left.reason


def test_what_the_plan_takes_away_is_no_deletion_by_a_model() -> None:
    stage = Stage(head=HEADS[0], manifest=manifest("title", "due"))
    stage.plan()
    assert stage.last(CompileManifest).propose == "mixed"
    stage.propose(asked=CompileManifest, base=HEADS[0], deletes="tests/test_due.py"), stage.validate(), stage.test()
    assert stage.of(MergeBranch)


def test_a_proposed_plan_is_compiled_anew_by_a_retry_and_planned_anew_where_the_plan_has_moved() -> None:
    for moved in (False, True):
        stage = redesigned()
        stage.cancel(), stage.retry(manifest=manifest("other" if moved else "title"))
        assert len(stage.of(MakePlan)) == 1 + moved and len(stage.of(CompileManifest)) == 2 - moved
        stage = redesigned()
        stage.validate(), stage.test()
        stage.cancel(), stage.retry(manifest=manifest("other" if moved else "title"))
        assert len(stage.of(MakePlan)) == 1 + moved and len(stage.of(MergeBranch)) == 2 - moved
        assert len(stage.of(CompileManifest)) == 1


def test_a_plan_that_lands_after_the_job_was_stopped_is_not_made_twice() -> None:
    stage = redesigned()
    stage.validate(), stage.test(), stage.cancel(), stage.land(), stage.retry(head=HEADS[1])
    assert stage.job.edit is None and len(stage.of(MergeBranch)) == len(stage.of(CompileManifest)) == 1
    assert (stage.last(ShowCommit).commit, stage.last(ValidateCommit).commit) == (HEADS[1], HEADS[1])


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
