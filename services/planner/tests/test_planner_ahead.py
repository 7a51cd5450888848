"""Independent tasks: written at the same time, judged one after another, never over each other."""

from typing import Any

from job_stage import HEADS, Stage, manifest, problem

from barnraise.contracts.commands import DesignManifest, EditCode, MergeBranch, StopEdit, ValidateCommit
from barnraise.contracts.events import CodeProposed, Decision, ManifestDesigned, MergeConflicted, StepFailed
from barnraise.planner.domain.journal import read_signal, replay

OTHER = "d" * 40


def at_once(*tasks: str, **begin: Any) -> Stage:
    """All of them begun with when the application is shown."""
    stage = Stage(**begin)
    made = Decision(intent="create", reasons=(), open_points=("Not built: reminders",))
    stage.plan(decision=made, design=True)
    planned = {"decision": made, "manifest": manifest("title"), "summary": "Tasks.", "tasks": tasks, "independent": True}
    stage.answer(stage.last(DesignManifest), ManifestDesigned, "design", **planned)
    stage.code(), stage.validate(), stage.test(), stage.show()
    return stage


def ahead(stage: Stage, task: str) -> EditCode:
    (asked,) = [command for command in stage.of(EditCode) if command.task == task and ":ahead:" in command.id]
    return asked


def drafted(stage: Stage, task: str) -> None:
    proposal = {"branch": f"proposals/j1-{task}", "commit": "e" * 40, "tree": "f" * 40, "changed": True}
    stage.answer(ahead(stage, task), CodeProposed, "proposal", **proposal)


def land(stage: Stage) -> None:
    asked = next(command for command in reversed(stage.of(EditCode)) if ":generate:" in command.id)
    stage.propose(asked=asked), stage.validate(), stage.test(), stage.land(), stage.show()


def test_they_are_written_at_the_same_time_and_judged_one_after_another() -> None:
    stage = at_once("remind", "colour", "greet", "count", "sort")
    assert [command.task for command in stage.of(EditCode)] == ["colour", "greet", "count", "remind"], "the fifth has to wait"
    assert {command.commit for command in stage.of(EditCode)} == {HEADS[0]}
    drafted(stage, "colour")
    assert len(stage.of(ValidateCommit)) == 1, "what comes before its turn waits"
    land(stage)
    assert (stage.last(EditCode).task, stage.last(EditCode).commit) == ("sort", HEADS[1]), "whose turn is nearer now"
    merge = stage.last(MergeBranch)
    assert (merge.branch, merge.base, merge.commit) == ("proposals/j1-colour", HEADS[0], "e" * 40), "main has moved since it was written"
    stage.propose(OTHER, asked=merge, base=HEADS[1])
    assert stage.last(ValidateCommit).commit == OTHER
    stage.validate(), stage.test()
    assert (stage.last(MergeBranch).commit, stage.last(MergeBranch).base) == (OTHER, HEADS[1])
    stage.land(), stage.show()
    assert stage.job.open[0].commands == (ahead(stage, "greet").id,), "the third is waited for, not asked for again"
    drafted(stage, "greet")
    assert stage.last(MergeBranch).branch == "proposals/j1-greet"
    assert replay((read_signal(signal.model_dump_json()), at) for signal, at in stage.journal) == stage.job


def test_one_that_meets_another_is_written_anew() -> None:
    stage = at_once("remind", "colour")
    drafted(stage, "colour"), land(stage)
    stage.answer(stage.last(MergeBranch), MergeConflicted, "conflict", paths=("a.py",))
    assert (stage.last(EditCode).task, stage.last(EditCode).commit) == ("colour", HEADS[1]) and stage.job.status == "running"
    land(stage)
    assert stage.end.status == "succeeded" and stage.end.proposal is None


def test_one_on_which_a_model_failed_ahead_is_asked_for_when_its_turn_comes() -> None:
    stage = at_once("remind", "colour")
    asked = ahead(stage, "colour")
    stage.answer(asked, StepFailed, "failed", command_id=asked.id, step="generate", problem=problem()), land(stage)
    assert (stage.last(EditCode).task, stage.last(EditCode).base) == ("colour", HEADS[1]) and ":generate:" in stage.last(EditCode).id


def test_where_the_one_before_did_not_land_it_is_judged_as_it_was_written() -> None:
    stage = at_once("remind", "colour")
    drafted(stage, "colour"), stage.fail(EditCode, "proposal_unsound")
    assert stage.last(ValidateCommit).commit == "e" * 40 and not stage.of(MergeBranch)


def test_a_job_that_ends_stops_what_is_written_ahead_and_a_retry_begins_anew() -> None:
    stage = at_once("remind", "colour", "greet")
    stage.fail(EditCode, "no_model")
    assert stage.end.status == "needs_input" and stage.of(StopEdit), "nobody waits for the others any more"
    stage = at_once("remind", "colour")
    stage.cancel()
    assert stage.of(StopEdit)
    stage.retry(manifest=manifest("title"), head=HEADS[0])
    assert stage.job.drafts == () and stage.last(EditCode).task == "remind"
    land(stage)
    assert stage.last(EditCode).task == "colour" and ":generate:" in stage.last(EditCode).id


def test_tasks_that_build_on_each_other_and_ways_of_one_follow_each_other() -> None:
    stage = at_once("remind", "colour", attempts=2)
    assert [command.task for command in stage.of(EditCode)] == ["remind"]
