"""The conductor: its paths, its budgets, and that no order of messages makes it fail, hang or end twice."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_stage import HEADS, T0, Stage, anything, manifest, problem

from barnraise.contracts.commands import (
    CancelJob,
    CloneProject,
    Command,
    CompileManifest,
    EditCode,
    ImportCode,
    MakePlan,
    MergeBranch,
    RepairCommit,
    ResolveJob,
    RestoreCommit,
    RetryJob,
    RevertStep,
    ShowCommit,
    StartJob,
    StopWork,
    TestCommit,
    ValidateCommit,
)
from barnraise.contracts.conflicts import Choice, Side
from barnraise.contracts.diagnostics import TestReport
from barnraise.contracts.documents import Attachment
from barnraise.contracts.events import (
    CodeChanged,
    CommitTested,
    CommitValidated,
    Decision,
    JobEnded,
    JobStarted,
    MergeConflicted,
    MessagePosted,
    PlanAnswered,
    PlanMade,
    StepEnded,
    StepFailed,
    StepSkipped,
    StepStarted,
)
from barnraise.planner.domain import conductor
from barnraise.planner.domain.job import Begin, Expired, Job, Limits
from barnraise.planner.domain.journal import read_signal, replay

MOST_COMMANDS = 9 * 4 + 1


def test_a_sentence_becomes_a_running_application() -> None:
    stage = Stage()
    assert stage.commands == ["j1:plan:1"]
    stage.plan()
    assert stage.last(CompileManifest).manifest == manifest("title")
    stage.code()
    assert stage.commands[-3:] == ["j1:preview:1", "j1:validate:1", "j1:test:1"], "side by side"
    stage.now += timedelta(seconds=2)
    stage.validate()
    assert stage.commands[-1] == "j1:test:1"
    stage.show()
    assert stage.job.status == "running"
    stage.test()
    assert (stage.end.status, stage.end.commit, stage.end.problem) == ("succeeded", HEADS[0], None)
    assert [(e.step, e.status) for e in stage.of(StepEnded)] == [
        ("plan", "succeeded"), ("generate", "succeeded"), ("validate", "succeeded"), ("preview", "succeeded"), ("test", "succeeded"),
    ]  # fmt: skip
    assert [e.seconds for e in stage.of(StepEnded) if e.step == "validate"] == [2.0]
    assert len(stage.of(JobStarted)) == 1 and len(stage.of(StepStarted)) == 5
    assert "3 tests passed" in stage.of(MessagePosted)[0].text


def test_the_reply_names_what_was_understood_assumed_and_left_open() -> None:
    stage = Stage()
    said = {"understood": ("Tasks have a title.",), "assumed": ("Titles are short.",), "open_points": ("Signing in.",)}
    stage.plan(decision=Decision(intent="create", reasons=(), **said))
    stage.code(), stage.validate(), stage.test(), stage.show()
    (reply,) = stage.of(MessagePosted)
    assert reply.role == "assistant" and all(point in reply.text for points in said.values() for point in points)


def test_what_came_with_the_sentence_goes_with_it_to_the_plan_also_when_it_is_retried() -> None:
    document = Attachment(name="cv.txt", media_type="text/plain", text="Ada Example")
    start = StartJob(id="s", project_id="p1", job_id="j1", at=T0, action="message", position=1, attachments=(document,))
    stage = Stage()
    stage.job = conductor.accept(start)
    stage.give(Begin(**stage.begin_with))
    assert stage.last(MakePlan).attachments == (document,)
    stage.cancel()
    stage.retry()
    assert [plan.attachments for plan in stage.of(MakePlan)[1:]] == [(document,), (document,)]


@pytest.mark.parametrize(("asks", "status"), [(True, "needs_input"), (False, "succeeded")])
def test_words_are_an_answer_or_a_question_back(asks: bool, status: str) -> None:
    stage = Stage()
    decision = Decision(intent="question", reasons=())
    stage.answer(stage.last(MakePlan), PlanAnswered, "plan", decision=decision, asks=asks, text="What shall it keep?")
    assert stage.end.status == status and stage.end.summary == "What shall it keep?"


def test_a_plan_for_what_is_there_changes_nothing() -> None:
    stage = Stage(manifest=manifest("title"), head=HEADS[0])
    stage.plan()
    assert stage.end.status == "succeeded" and "nothing changes" in stage.end.summary and stage.commands == ["j1:plan:1"]


@pytest.mark.parametrize("direction", ["undo", "redo"])
def test_undo_and_redo_are_actions_and_sentences(direction: str) -> None:
    by_action, by_sentence = Stage(direction, head=HEADS[0]), Stage(head=HEADS[0], manifest=manifest("title"))
    by_sentence.plan(decision=Decision(intent=anything(direction), reasons=()), manifest=None)
    for stage in (by_action, by_sentence):
        assert stage.last(RevertStep).direction == direction
        stage.code(RevertStep, HEADS[1]), stage.validate(), stage.test(), stage.show()
        assert (stage.end.status, stage.end.commit) == ("succeeded", HEADS[1])


def test_nothing_to_undo_is_said() -> None:
    stage = Stage("undo", head=HEADS[0])
    stage.fail(RevertStep, "nothing_to_undo")
    assert stage.end.status == "needs_input" and stage.end.problem and stage.end.problem.code == "nothing_to_undo"


def test_a_check_shows_the_newest_commit_while_it_validates_and_tests_it() -> None:
    stage = Stage("check", head=HEADS[1])
    assert stage.last(ValidateCommit).commit == stage.last(ShowCommit).commit == HEADS[1]
    stage.show(), stage.validate(), stage.test()
    assert stage.end.status == "succeeded" and len(stage.of(ShowCommit)) == 1


def test_a_hand_edit_is_judged_and_shown_but_not_rewritten() -> None:
    stage = Stage("check", head=HEADS[1])
    stage.validate(wrong=2)
    assert stage.job.status == "running", "the preview and the tests still come"
    stage.show(), stage.test()
    assert stage.end.status == "failed" and not stage.of(RepairCommit) and not stage.of(StopWork)
    assert stage.end.summary.startswith("The preview shows it, but: The checks found 2 errors")


def test_a_preview_that_is_on_its_way_when_a_repair_lands_is_led_on_to_it() -> None:
    stage = Stage().to_code()
    stage.validate(wrong=1)
    stage.code(RepairCommit, HEADS[1])
    assert [show.commit for show in stage.of(ShowCommit)] == [HEADS[0], HEADS[1]] and len(stage.of(StepStarted)) == 7
    stage.validate(), stage.test(), stage.show(HEADS[0])
    assert stage.job.status == "running", "that is not what was asked for last"
    stage.show()
    assert stage.end.status == "succeeded"


def test_tests_that_run_when_a_repair_lands_are_asked_for_anew() -> None:
    stage = Stage().to_code()
    stage.validate(wrong=1)
    older = stage.last(TestCommit)
    stage.code(RepairCommit, HEADS[1])
    assert [asked.commit for asked in stage.of(TestCommit)] == [HEADS[0], HEADS[1]]
    report = TestReport(passed=0, failed=1, skipped=0, seconds=1, cases=())
    stage.answer(older, CommitTested, "tested", commit=HEADS[0], passed=False, verdict="exited", report=report)
    stage.validate(), stage.show()
    assert stage.job.status == "running", "those were the tests of what is no longer there"
    stage.test()
    assert stage.end.status == "succeeded"


def test_tests_that_failed_before_a_repair_count_no_more() -> None:
    stage = Stage().to_code()
    stage.test(failed=1), stage.show(), stage.validate(wrong=1)
    assert stage.job.status == "running"
    stage.code(RepairCommit, HEADS[1])
    assert (stage.last(TestCommit).id, stage.last(TestCommit).commit) == ("j1:test:2", HEADS[1])
    stage.test(), stage.show(), stage.validate()
    assert (stage.end.status, stage.end.problem) == ("succeeded", None)


def test_tests_that_were_there_first_are_not_run_again() -> None:
    stage = Stage().to_code()
    stage.test(), stage.show()
    assert stage.job.status == "running"
    stage.validate()
    assert stage.end.status == "succeeded" and len(stage.of(TestCommit)) == 1


@pytest.mark.parametrize("ready", [True, False])
def test_what_was_shown_before_a_repair_is_shown_anew(ready: bool) -> None:
    stage = Stage().to_code()
    stage.show() if ready else stage.fail(ShowCommit, "preview_failed")
    stage.validate(wrong=1)
    stage.code(RepairCommit, HEADS[1])
    assert (stage.last(ShowCommit).id, stage.last(ShowCommit).commit) == ("j1:preview:2", HEADS[1])
    stage.show(), stage.validate(), stage.test()
    assert stage.end.status == "succeeded"


def test_a_retried_check_shows_what_the_project_is_by_then() -> None:
    stage = Stage("check", head=HEADS[0])
    stage.show(), stage.test(), stage.validate(wrong=1)
    stage.retry(head=HEADS[1])
    stage.validate()
    assert [asked.commit for asked in stage.of(TestCommit)] == [HEADS[0], HEADS[1]]
    assert [show.commit for show in stage.of(ShowCommit)] == [HEADS[0], HEADS[1]]
    stage.test(), stage.show()
    assert stage.end.status == "succeeded"


def test_the_tests_can_be_run_alone() -> None:
    for stage in (Stage("test", head=HEADS[0]), Stage(head=HEADS[0], manifest=manifest("title"))):
        if stage.of(MakePlan):
            stage.plan(decision=Decision(intent="test", reasons=()), manifest=None)
        stage.test()
        assert stage.end.status == "succeeded" and not stage.of(ShowCommit)


def test_there_is_nothing_to_test_without_code() -> None:
    assert Stage("test").end.status == "failed"
    stage = Stage()
    stage.plan(decision=Decision(intent="test", reasons=()), manifest=None)
    assert stage.end.status == "needs_input"


def test_repairs_go_on_while_they_help() -> None:
    stage = Stage().to_code()
    stage.validate(wrong=3)
    assert len(stage.last(RepairCommit).diagnostics) == 3
    stage.code(RepairCommit, HEADS[1])
    stage.validate(wrong=1)
    stage.code(RepairCommit, HEADS[0])
    stage.validate()
    stage.test(), stage.show()
    assert stage.end.status == "succeeded"
    assert [id for id in stage.commands if "validate" in id or "repair" in id] == [
        "j1:validate:1", "j1:repair:1", "j1:validate:2", "j1:repair:2", "j1:validate:3",
    ]  # fmt: skip


def test_repairs_stop_when_they_do_not_help() -> None:
    for wrong in (2, 3):
        stage = Stage().to_code()
        stage.validate(wrong=2)
        stage.code(RepairCommit, HEADS[1])
        stage.validate(wrong=wrong), stage.show(), stage.test()
        assert stage.end.status == "failed" and stage.end.problem and stage.end.problem.code == "validation_failed"
        assert "a.py:1 wrong 0" in stage.end.problem.detail and len(stage.of(RepairCommit)) == 1


def test_repairs_stop_when_they_change_nothing() -> None:
    stage = Stage().to_code()
    stage.validate(wrong=2)
    stage.show(), stage.test(), stage.code(RepairCommit, changed=False)
    assert stage.end.status == "failed" and len(stage.of(ValidateCommit)) == 1


def test_repairs_stop_at_their_budget() -> None:
    stage = Stage().to_code()
    for wrong in (4, 3, 2):
        stage.validate(wrong=wrong)
        if wrong > 2:
            stage.code(RepairCommit, HEADS[wrong % 2])
    stage.show(), stage.test()
    assert stage.end.status == "failed" and len(stage.of(RepairCommit)) == 2


def test_a_conflict_asks_the_user() -> None:
    stage = Stage()
    stage.plan()
    stage.answer(stage.last(CompileManifest), MergeConflicted, "conflict", paths=("app/main.py",))
    assert stage.end.status == "needs_input" and "app/main.py" in stage.end.summary


def test_failing_tests_fail_the_job_but_leave_the_preview() -> None:
    stage = Stage().to_code()
    stage.validate()
    stage.test(failed=1)
    assert stage.job.status == "running", "the preview still comes"
    stage.show()
    assert stage.end.problem and stage.end.problem.code == "tests_failed" and "test_0" in stage.end.problem.detail
    assert "preview" in stage.end.summary and not stage.of(StopWork)


def test_a_preview_that_does_not_start_fails_the_job() -> None:
    stage = Stage().to_code()
    stage.validate()
    stage.fail(ShowCommit, "preview_failed")
    stage.test()
    assert stage.end.status == "failed" and stage.end.problem and stage.end.problem.code == "preview_failed"


def test_a_preview_is_left_out_only_by_what_was_asked_for_last() -> None:
    stage = Stage().to_code()
    first = stage.last(ShowCommit)
    stage.wait(151)
    stage.validate(), stage.test()
    assert stage.last(ShowCommit).id != first.id
    skipped = {"step": "preview", "problem": problem("too_many_previews")}
    stage.answer(first, StepSkipped, "skipped", **skipped)
    assert not stage.job.ended and not stage.job.skipped
    stage.show()
    assert stage.end.status == "succeeded" and "The preview shows it." in str(stage.told[-2].text)  # type: ignore[attr-defined]


def test_a_machine_without_a_sandbox_succeeds_and_says_what_was_not_run() -> None:
    stage = Stage().to_code()
    stage.validate()
    stage.skip(TestCommit), stage.skip(ShowCommit)
    assert stage.end.status == "succeeded" and "not run" in stage.end.summary and "no sandbox" in stage.end.summary


def test_a_retryable_failure_is_tried_twice_more_with_other_ids() -> None:
    stage = Stage()
    for _ in range(2):
        stage.fail(MakePlan, retryable=True)
    assert stage.commands == ["j1:plan:1", "j1:plan:1:2", "j1:plan:1:3"] and len(stage.of(StepStarted)) == 1
    stage.fail(MakePlan, retryable=True)
    assert stage.end.status == "failed"


def test_a_failure_of_the_platform_is_not_blamed_on_the_tests() -> None:
    stage = Stage().to_code()
    stage.validate(), stage.show()
    for _ in range(3):
        stage.test(verdict="infrastructure")
    assert len(stage.of(TestCommit)) == 3 and stage.end.problem and stage.end.problem.code == "unavailable"


def test_an_expired_step_is_asked_for_once_more_then_fails() -> None:
    stage = Stage()
    assert stage.wait(29) == []
    assert [m.id for m in stage.wait(2)] == ["j1:plan:1:2"]
    stage.wait(31)
    assert stage.end.problem and stage.end.problem.code == "step_timed_out"


def test_both_side_by_side_steps_may_expire() -> None:
    stage = Stage().to_code()
    stage.validate()
    stage.wait(500), stage.wait(500)
    assert stage.end.problem and stage.end.problem.code == "step_timed_out"


def test_an_expired_revert_is_not_asked_for_twice_and_a_retry_goes_on_behind_a_late_one() -> None:
    stage = Stage("undo", head=HEADS[0])
    stage.wait(100)
    assert stage.end.status == "failed" and len(stage.of(RevertStep)) == 1
    stage.code(RevertStep, HEADS[1])
    stage.retry(head=HEADS[1])
    assert len(stage.of(RevertStep)) == 1 and stage.last(ValidateCommit).commit == HEADS[1]


def test_a_step_back_that_may_happen_yet_is_waited_for() -> None:
    stage = Stage("undo", head=HEADS[0])
    first = stage.last(RevertStep)
    stage.cancel()
    stage.retry()
    assert len(stage.of(RevertStep)) == 1 and stage.job.open[0].command_id == first.id
    stage.code(RevertStep, HEADS[1])
    assert stage.last(ValidateCommit).commit == HEADS[1] and stage.job.awaited is None


def test_a_step_back_that_failed_after_its_job_was_cancelled_is_asked_for_again() -> None:
    stage = Stage("undo", head=HEADS[0])
    stage.cancel()
    stage.fail(RevertStep)
    stage.retry()
    assert [m.id for m in stage.of(RevertStep)] == ["j1:generate:1", "j1:generate:1:2"]


def test_a_commit_that_lands_while_the_retry_waits_is_gone_on_behind() -> None:
    stage = Stage()
    stage.plan()
    stage.cancel()
    stage.give(RetryJob(id="r", project_id="p1", job_id="j1", at=stage.now))
    stage.code(commit=HEADS[1])
    stage.give(Begin(manifest=manifest("title"), head=HEADS[1]))
    assert len(stage.of(CompileManifest)) == 1 and stage.last(ValidateCommit).commit == HEADS[1]


def test_an_answer_to_an_earlier_run_is_not_taken_for_one_to_this_run() -> None:
    """It may be a plan for what the project no longer is."""
    stage = Stage()
    first = stage.last(MakePlan)
    stage.cancel()
    stage.retry(manifest=manifest("other"), head=HEADS[1])
    decision = Decision(intent="create", reasons=())
    stage.answer(first, PlanMade, "plan", decision=decision, summary="", manifest=manifest("title"))
    assert not stage.of(CompileManifest)


def test_the_late_answer_of_the_first_asking_counts() -> None:
    stage = Stage()
    first = stage.last(MakePlan)
    stage.wait(31)
    decision = Decision(intent="create", reasons=())
    stage.answer(first, PlanMade, "plan", decision=decision, summary="", manifest=manifest("title"))
    assert stage.commands[-1] == "j1:generate:1"


def test_the_late_failure_of_the_first_asking_does_not() -> None:
    stage = Stage()
    first = stage.last(MakePlan)
    stage.wait(31)
    stage.answer(first, StepFailed, "failed", command_id=first.id, step="plan", problem=problem())
    assert stage.job.status == "running"


def test_cancel_stops_the_work_and_ends_the_steps() -> None:
    stage = Stage().to_code()
    stage.validate()
    told = stage.cancel()
    assert [type(m) for m in told] == [StopWork, StepEnded, StepEnded, MessagePosted, JobEnded]
    assert {m.status for m in told if isinstance(m, StepEnded)} == {"cancelled"} and stage.end.status == "cancelled"
    assert stage.cancel() == [] and stage.test() == [] and stage.show() == []


def test_cancel_ends_a_queued_job_at_once() -> None:
    start = StartJob(id="j1:start", project_id="p1", job_id="j1", at=T0, action="message", position=1)
    job, told = conductor.advance(conductor.accept(start), CancelJob(id="c", project_id="p1", job_id="j1", at=T0), T0)
    assert job.status == "cancelled" and [type(m) for m in told] == [MessagePosted, JobEnded]


def test_retry_goes_on_where_the_job_ended() -> None:
    stage = Stage().to_code()
    stage.validate()
    stage.show()
    stage.test(failed=1)
    stage.retry(head=HEADS[0], manifest=manifest("title"))
    assert stage.commands[-1] == "j1:test:1:2" and len(stage.of(ShowCommit)) == 1
    stage.test()
    assert stage.end.status == "succeeded" and len(stage.of(JobEnded)) == 2


def test_retry_of_a_cancelled_job_repeats_the_cancelled_step() -> None:
    stage = Stage()
    stage.plan()
    stage.cancel()
    stage.retry()
    assert stage.commands[-1] == "j1:generate:1:2"


def test_retry_plans_anew_when_the_project_has_moved_on() -> None:
    stage = Stage()
    stage.plan()
    stage.fail(CompileManifest)
    stage.retry(manifest=manifest("other"), head=HEADS[1])
    assert stage.commands[-1] == "j1:plan:1:2" and stage.last(MakePlan).manifest == manifest("other")


def test_retry_has_a_repair_budget_of_its_own() -> None:
    stage = Stage().to_code()
    stage.validate(wrong=2)
    stage.code(RepairCommit, changed=False), stage.show(), stage.test()
    stage.retry(head=HEADS[0], manifest=manifest("title"))
    stage.validate(wrong=2)
    assert stage.commands[-1] == "j1:repair:2"


def choice(digit: str, take: Side = "mine") -> Choice:
    return Choice(hunk=digit * 16, take=take)


def conflicted() -> Stage:
    stage = Stage()
    stage.plan()
    stage.answer(stage.last(CompileManifest), MergeConflicted, "conflict", paths=("a.py",))
    return stage


def test_choices_bring_a_job_in_conflict_to_its_end() -> None:
    stage = conflicted()
    assert (stage.job.status, stage.job.in_conflict) == ("needs_input", True)
    stage.resolve(choice("1"), choice("2", "both"))
    asked = stage.last(CompileManifest)
    assert (asked.id, asked.choices) == ("j1:generate:1:2", (choice("1"), choice("2", "both")))
    stage.code()
    stage.validate()
    stage.test()
    stage.show()
    assert stage.job.status == "succeeded"


def test_choices_are_kept_for_the_next_conflict_and_the_newest_counts() -> None:
    stage = conflicted()
    stage.resolve(choice("1"), choice("2"))
    stage.answer(stage.last(CompileManifest), MergeConflicted, "conflict", paths=("b.py",))
    stage.resolve(choice("2", "theirs"), choice("3"))
    assert stage.last(CompileManifest).choices == (choice("1"), choice("2", "theirs"), choice("3"))


def test_a_conflict_that_is_settled_after_the_project_changed_is_planned_anew() -> None:
    stage = conflicted()
    stage.resolve(choice("1"), manifest=manifest("other"), head=HEADS[1])
    assert stage.commands[-1] == "j1:plan:1:2"
    stage.plan()
    assert stage.last(CompileManifest).choices == (choice("1"),)


def test_choices_for_a_job_that_is_in_no_conflict_change_nothing() -> None:
    stage = Stage()
    before = stage.job
    stage.give(ResolveJob(id="s", project_id="p1", job_id="j1", at=T0, choices=(choice("1"),)))
    assert stage.job == before


def test_restore_goes_back_to_its_commit_and_checks_what_came_of_it() -> None:
    stage = Stage("restore", target=HEADS[0], head=HEADS[1], manifest=manifest("title"))
    assert stage.last(RestoreCommit).commit == HEADS[0]
    stage.code(RestoreCommit, commit="c" * 40)
    assert stage.last(ValidateCommit).commit == "c" * 40
    stage.validate()
    stage.test()
    stage.show()
    assert stage.job.status == "succeeded"
    assert "that version again" in stage.of(MessagePosted)[-1].text


def test_a_step_is_undone_alone_and_choices_settle_where_it_meets_later_lines() -> None:
    stage = Stage("undo", target=HEADS[0], head=HEADS[1], manifest=manifest("title"))
    assert (stage.last(RevertStep).direction, stage.last(RevertStep).commit) == ("undo", HEADS[0])
    stage.answer(stage.last(RevertStep), MergeConflicted, "conflict", paths=("a",))
    assert stage.job.status == "needs_input"
    stage.resolve(choice("1"))
    assert (stage.last(RevertStep).commit, stage.last(RevertStep).choices) == (HEADS[0], (choice("1"),))
    stage.code(RevertStep, commit="c" * 40)
    assert stage.last(ValidateCommit).commit == "c" * 40
    stage.validate()
    stage.test()
    stage.show()
    assert "what came after it stays" in stage.of(MessagePosted)[-1].text


@pytest.mark.parametrize(
    ("action", "source", "target", "kind"), [("clone", "p0", HEADS[0], CloneProject), ("import", "uploads/p1", None, ImportCode)]
)
def test_what_is_brought_is_told_of_and_shown_and_not_repaired(action: str, source: str, target: str | None, kind: Any) -> None:
    stage = Stage(action, source=source, target=target)
    asked = stage.last(kind)
    told = (getattr(asked, "source", source), getattr(asked, "upload", source), getattr(asked, "commit", target))
    assert told == (source, source, target)
    stage.code(kind, commit="c" * 40)
    stage.validate(wrong=2)
    assert not stage.of(RepairCommit)
    stage.test(failed=1)
    stage.show()
    assert stage.job.status == "succeeded"
    said = stage.of(MessagePosted)[-1].text
    assert "The checks found 2 errors" in said and "1 of" in said and "preview shows it" in said


def test_an_import_says_whether_words_can_change_it() -> None:
    for brought, words in ((manifest("title"), "say what should change"), (None, "cannot be changed by words")):
        stage = Stage("import", source="uploads/p1")
        stage.answer(stage.last(ImportCode), CodeChanged, "code", commit=HEADS[0], changed=True, manifest=brought)
        stage.validate()
        stage.skip(TestCommit)
        stage.skip(ShowCommit)
        assert (stage.job.status, words in stage.of(MessagePosted)[-1].text) == ("succeeded", True)


def test_a_plan_for_code_without_a_manifest_is_asked_for_as_such() -> None:
    assert Stage(head=HEADS[0]).last(MakePlan).imported is True
    assert Stage(head=HEADS[0], manifest=manifest("title")).last(MakePlan).imported is False
    assert Stage().last(MakePlan).imported is False


def test_a_branch_is_merged_and_choices_settle_where_it_meets_main() -> None:
    stage = Stage("merge", source="idea", target=HEADS[0], head=HEADS[1], manifest=manifest("title"))
    assert (stage.last(MergeBranch).branch, stage.last(MergeBranch).commit) == ("idea", HEADS[0])
    stage.answer(stage.last(MergeBranch), MergeConflicted, "conflict", paths=("a",))
    stage.resolve(choice("1"))
    assert stage.last(MergeBranch).choices == (choice("1"),)
    stage.code(MergeBranch, commit="c" * 40)
    stage.validate()
    stage.test()
    stage.show()
    assert "'idea' is merged" in stage.of(MessagePosted)[-1].text


def test_a_restore_that_is_retried_still_knows_where_to() -> None:
    stage = Stage("restore", target=HEADS[0], head=HEADS[1])
    stage.fail(RestoreCommit)
    stage.retry(head="c" * 40)
    assert stage.last(RestoreCommit).commit == HEADS[0]


def test_retry_of_what_runs_or_succeeded_changes_nothing() -> None:
    stage = Stage()
    before = stage.job
    stage.give(RetryJob(id="r", project_id="p1", job_id="j1", at=T0))
    assert stage.job == before


def test_foreign_and_repeated_events_change_nothing() -> None:
    stage = Stage().to_code()
    before = stage.job
    stage.plan()
    stage.code()
    for other in ("j2:validate:1", "j1:validate:2", "j1:validate:11", "nonsense"):
        content: dict[str, Any] = {"commit": HEADS[0], "passed": True, "score": 100, "diagnostics": (), "tools": ()}
        stage.give(CommitValidated(id=f"{other}:validated", project_id="p1", job_id="j1", at=T0, **content))
    content["commit"] = HEADS[1]
    stage.give(CommitValidated(id="j1:validate:1:validated", project_id="p1", job_id="j1", at=T0, **content))
    assert stage.job == before


def test_a_journal_begins_with_its_start() -> None:
    for entries in ([], [(Expired(), T0)]):
        with pytest.raises(ValueError, match="journal"):
            replay(entries)


# From here: any order, duplication and loss of messages.

ANSWERS: dict[str, list[Any]] = {
    "plan": [
        lambda s: s.plan(), lambda s: s.plan(decision=Decision(intent="undo", reasons=()), manifest=None),
        lambda s: s.plan(decision=Decision(intent="test", reasons=()), manifest=None), lambda s: s.plan(manifest=None),
        lambda s: s.plan(decision=Decision(intent="edit", reasons=()), manifest=None),
        lambda s: s.answer(s.last(MakePlan), PlanAnswered, "plan", decision=Decision(intent="unclear", reasons=()), asks=True, text="?"),
        lambda s: s.fail(MakePlan), lambda s: s.fail(MakePlan, retryable=True),
    ],
    "generate": [
        lambda s: s.code(), lambda s: s.code(commit=HEADS[1]), lambda s: s.fail(CompileManifest, retryable=True),
        lambda s: s.answer(s.last(CompileManifest), MergeConflicted, "conflict", paths=("a",)),
    ],
    "edit": [
        lambda s: s.propose(), lambda s: s.propose(changed=False), lambda s: s.propose(deletes="b.py"),
        lambda s: s.fail(EditCode, "no_model"), lambda s: s.fail(EditCode, retryable=True),
    ],
    "land": [
        lambda s: s.land(), lambda s: s.land(same=False), lambda s: s.fail(MergeBranch, retryable=True),
        lambda s: s.answer(s.last(MergeBranch), MergeConflicted, "conflict", paths=("a",)),
    ],
    "revert": [
        lambda s: s.code(RevertStep, HEADS[1]), lambda s: s.fail(RevertStep, "nothing_to_undo"),
        lambda s: s.fail(RevertStep, retryable=True),
    ],
    "restore": [lambda s: s.code(RestoreCommit, HEADS[1]), lambda s: s.fail(RestoreCommit, "not_found")],
    "bring": [
        lambda s: s.code(ImportCode, HEADS[1]), lambda s: s.fail(ImportCode, "too_large"), lambda s: s.fail(ImportCode, retryable=True),
    ],
    "validate": [lambda s, n=n: s.validate(wrong=n) for n in range(4)] + [lambda s: s.fail(ValidateCommit, retryable=True)],
    "repair": [lambda s: s.code(RepairCommit, HEADS[1]), lambda s: s.code(RepairCommit, changed=False), lambda s: s.fail(RepairCommit)],
    "test": [
        lambda s: s.test(), lambda s: s.test(failed=2), lambda s: s.test(verdict="infrastructure"), lambda s: s.test(verdict="timed_out"),
        lambda s: s.skip(TestCommit), lambda s: s.fail(TestCommit, retryable=True),
    ],
    "preview": [lambda s: s.show(), lambda s: s.skip(ShowCommit), lambda s: s.fail(ShowCommit, "preview_failed")],
}  # fmt: skip
KINDS = {"plan": MakePlan, "generate": CompileManifest, "revert": RevertStep, "restore": RestoreCommit, "bring": ImportCode,
         "edit": EditCode, "land": MergeBranch,
         "validate": ValidateCommit, "repair": RepairCommit, "test": TestCommit, "preview": ShowCommit}  # fmt: skip
OTHER = [
    lambda s: s.cancel(), lambda s: s.retry(), lambda s: s.retry(head=HEADS[1], manifest=manifest("other")),
    lambda s: s.resolve(choice("1")), lambda s: s.resolve(choice("2"), head=HEADS[1], manifest=manifest("other")),
    lambda s: s.wait(400), lambda s: s.wait(1), lambda s: s.give(Begin(manifest=None, head=None)),
]  # fmt: skip


def possible(stage: Stage) -> Iterable[Any]:
    """Everything that may come now: answers, also repeated and late ones, to all that was ever asked, and the user's interventions."""
    return [answer for name, answers in ANSWERS.items() if stage.of(KINDS[name]) for answer in answers] + OTHER


def check(stage: Stage) -> None:
    ids = [message.id for message in stage.told]
    assert len(ids) == len(set(ids)), "no message is told twice"
    ends = [message.id for message in stage.of(JobEnded)]
    assert len(ends) == stage.job.run - (0 if stage.job.ended else 1), "each run ends once"
    assert stage.job.ended == (not stage.job.open and stage.job.status != "queued"), "a running job waits for something"
    begun = {(m.step, m.round) for m in stage.of(StepStarted)}
    assert {(m.step, m.round) for m in stage.of(StepEnded)} <= begun
    assert len(stage.of(Command)) <= MOST_COMMANDS * stage.job.run
    for message in stage.told:
        assert type(message).model_validate_json(message.encode()) == message


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["message", "undo", "redo", "restore", "check", "test", "import"]), st.lists(st.integers(0, 10_000), max_size=30))
def test_no_order_of_messages_breaks_a_job(action: str, choices: list[int]) -> None:
    stage = Stage(action, head=HEADS[0] if action not in ("message", "import") else None)
    for choice in choices:
        options = list(possible(stage))
        options[choice % len(options)](stage)
        check(stage)
    assert replay((read_signal(signal.model_dump_json()), at) for signal, at in stage.journal) == stage.job, "the journal tells it all"
    assert Job.model_validate_json(stage.job.model_dump_json()) == stage.job
    for _ in range(20):
        if not stage.job.ended:
            stage.wait(400)
    assert stage.job.ended, "silence ends a job too"
    check(stage)


def test_every_state_takes_every_message() -> None:
    """All states that answers, cancellation and time can reach in a run, each with every message."""
    seen: set[str] = set()
    waiting = [Stage(action, head=HEADS[0]) for action in ("message", "undo", "check", "test", "import")]
    ends: set[str] = set()
    while waiting:
        stage = waiting.pop()
        for give in possible(stage):
            branch = _copy(stage)
            give(branch)
            if branch.job.run > 1:
                continue
            key = _shape(branch.job)
            ends |= {branch.job.status}
            if key not in seen:
                seen.add(key)
                check(branch)
                waiting.append(branch)
    assert ends >= {"succeeded", "failed", "cancelled", "needs_input"}
    assert len(seen) > 200


def _copy(stage: Stage) -> Stage:
    branch = object.__new__(Stage)
    branch.__dict__ = stage.__dict__ | {"told": list(stage.told), "journal": []}
    return branch


def _shape(job: Job) -> str:
    """A state without its times, words and ids."""
    steps = [(step.name, step.failures, step.timeouts) for step in job.open]
    marks = (job.status, steps, sorted(job.stopped), sorted(job.rounds), job.repairs, len(job.findings), bool(job.tests), job.shown)
    return repr((job.action, job.direction, *marks, sorted(job.skipped), sorted(job.problems), job.problem and job.problem.code))


def test_limits_come_with_the_turn() -> None:
    stage = Stage(limits=Limits(retries=0, deadlines={"plan": 1.0}))
    assert stage.wait(2) and stage.job.open[0].timeouts == 1
    stage.fail(MakePlan, retryable=True)
    assert stage.end.status == "failed"
