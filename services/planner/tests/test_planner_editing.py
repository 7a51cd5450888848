"""Changes of the code by a model: nothing lands on main that was not found sound, and what lands was proposed, checked and tested."""

from typing import Any

import pytest
from job_stage import HEADS, Stage, manifest
from planner_asking import ask, made

from barnraise.contracts.commands import EditCode, MergeBranch, ShowCommit, StopEdit, TestCommit, ValidateCommit
from barnraise.contracts.events import Decision, MergeConflicted, MessagePosted
from barnraise.planner.domain.job import Limits


def editing(**begin: Any) -> Stage:
    stage = Stage(**({"head": HEADS[0], "manifest": manifest("title")} | begin))
    stage.plan(decision=Decision(intent="edit", reasons=()), manifest=None)
    return stage


def test_a_change_is_proposed_checked_tested_merged_and_shown() -> None:
    stage = editing()
    asked = stage.last(EditCode)
    assert (asked.commit, asked.task) == (HEADS[0], "a todo list")
    stage.propose()
    assert stage.last(ValidateCommit).commit == HEADS[1]
    stage.validate()
    assert stage.last(TestCommit).commit == HEADS[1] and not stage.of(ShowCommit), "nothing is shown that has not landed"
    stage.test()
    assert stage.last(MergeBranch).branch == "proposals/j1"
    stage.land()
    assert len(stage.of(ValidateCommit)) == len(stage.of(TestCommit)) == 1, "what is merged is what was tested"
    stage.show()
    assert (stage.end.status, stage.end.commit) == ("succeeded", HEADS[1])
    assert stage.of(MessagePosted)[0].text.startswith("It greets now. (m: 1,000 tokens, $0.0100)")


def test_what_was_merged_with_something_newer_is_checked_and_tested_itself() -> None:
    stage = editing()
    stage.propose(), stage.validate(), stage.test(), stage.land(same=False)
    stage.validate()
    assert stage.commands[-2:] == ["j1:test:2", "j1:preview:1"]
    stage.test(), stage.show()
    assert stage.end.status == "succeeded"


def test_faults_are_told_to_the_model_until_they_are_gone() -> None:
    stage = editing()
    stage.propose(), stage.validate(wrong=2)
    assert len(stage.last(EditCode).diagnostics) == 2 and stage.last(EditCode).commit == HEADS[1]
    stage.propose(HEADS[0]), stage.validate(), stage.test(failed=1)
    report = stage.last(EditCode).tests
    assert report and report.failed == 1 and stage.last(EditCode).diagnostics == ()
    stage.propose(HEADS[1]), stage.validate(), stage.test()
    assert stage.of(MergeBranch)


@pytest.mark.parametrize("wrong", [2, 3])
def test_a_repair_that_does_not_help_ends_where_main_was(wrong: int) -> None:
    stage = editing()
    stage.propose(), stage.validate(wrong=2), stage.propose(), stage.validate(wrong=wrong)
    assert (stage.end.status, stage.end.commit, stage.of(MergeBranch)) == ("needs_input", HEADS[0], [])
    assert stage.end.problem and stage.end.problem.code == "proposal_unsound"
    assert "nothing was changed" in stage.end.problem.detail and "'proposals/j1'" in stage.end.problem.next


def test_repairs_end_at_their_budget() -> None:
    stage = editing(limits=Limits(repairs=1))
    stage.propose(), stage.validate(), stage.test(failed=2), stage.propose(), stage.validate(), stage.test(failed=1)
    assert stage.end.status == "needs_input" and stage.end.commit == HEADS[0]
    assert stage.end.problem and "test_0" in stage.end.problem.detail


def test_a_model_that_only_talks_changes_nothing() -> None:
    stage = editing()
    stage.propose(HEADS[0], changed=False)
    assert stage.end.status == "needs_input" and "It greets now." in stage.end.summary and not stage.of(ValidateCommit)


def test_a_document_without_words_is_no_task() -> None:
    stage = Stage(head=HEADS[0], manifest=manifest("title"))
    stage.job = stage.job.model_copy(update={"text": " "})
    stage.plan(decision=Decision(intent="edit", reasons=()), manifest=None)
    assert stage.end.status == "needs_input" and not stage.of(EditCode)


def test_what_deletes_files_waits_for_a_person() -> None:
    stage = editing()
    stage.propose(deletes="secret.py"), stage.validate(), stage.test()
    assert stage.end.problem and stage.end.problem.code == "approval_needed" and "secret.py" in stage.end.problem.detail
    assert stage.end.commit == HEADS[0] and not stage.of(MergeBranch)


def test_code_without_a_plan_is_weighed_first_and_may_not_become_worse() -> None:
    """An imported project may have faults of its own."""
    for wrong, lands in ((3, True), (2, True), (4, False)):
        stage = editing(manifest=None)
        assert stage.last(ValidateCommit).commit == HEADS[0] and not stage.of(EditCode)
        stage.validate(wrong=3)
        stage.propose(), stage.validate(wrong=wrong)
        assert bool(stage.of(TestCommit)) == lands


def test_without_a_sandbox_it_lands_and_says_that_it_was_not_tested() -> None:
    stage = editing()
    stage.propose(), stage.validate(), stage.skip(TestCommit), stage.land(), stage.skip(ShowCommit)
    assert stage.end.status == "succeeded" and "not run" in stage.end.summary


def test_cancelling_stops_the_model_and_keeps_main() -> None:
    stage = editing()
    stage.cancel()
    assert stage.of(StopEdit) and stage.end.commit == HEADS[0]
    assert stage.propose() == [], "what comes too late changes nothing"
    stage.retry()
    assert len(stage.of(EditCode)) == 2
    stage.propose(), stage.cancel(), stage.retry()
    assert len(stage.of(EditCode)) == 3 and stage.last(EditCode).commit == HEADS[0], "from main again"


def test_a_merge_that_meets_a_hand_edit_is_settled_by_choices() -> None:
    stage = editing()
    stage.propose(), stage.validate(), stage.test()
    stage.answer(stage.last(MergeBranch), MergeConflicted, "conflict", paths=("a.py",))
    assert stage.end.status == "needs_input" and stage.job.in_conflict
    stage.resolve()
    assert len(stage.of(MergeBranch)) == 2 and len(stage.of(EditCode)) == 1
    stage.land(same=False), stage.validate(), stage.test(), stage.show()
    assert stage.end.status == "succeeded"


def test_no_model_is_said() -> None:
    stage = editing()
    stage.fail(EditCode, "no_model")
    assert stage.end.status == "needs_input" and stage.end.commit == HEADS[0]


@pytest.mark.parametrize(
    "behaviour",
    [
        "greet every visitor with Ahoy", "round prices to five cents in the overview", "say Ahoy on the start page instead of the title",
        "answer with an X-Greeting header", "make the API answer 418 to anybody who asks for coffee", "fix the error on the start page",
    ],
)  # fmt: skip
def test_what_no_plan_can_say_is_a_models_work_and_without_one_is_asked_back(behaviour: str) -> None:
    plants = made("Plants have a name and a price.")
    assert (ask(behaviour, plants).decision.intent, ask(behaviour, plants, models=True).decision.intent) == ("unclear", "edit")
    assert ask(behaviour, imported=True).decision.intent == "unclear"
    assert ask(behaviour, imported=True, models=True).decision.intent == "edit"


@pytest.mark.parametrize("wish", ["add a due date to plants", "undo", "how many plants are there?", "run the tests"])
def test_what_plans_can_say_needs_no_model(wish: str) -> None:
    plants = made("Plants have a name and a price.")
    assert ask(wish, plants, models=True) == ask(wish, plants)
    assert ask(wish, models=True) == ask(wish), "there is nothing yet that a model could change"
