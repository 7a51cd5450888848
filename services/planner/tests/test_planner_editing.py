"""Changes of the code by a model: nothing lands on main that was not found sound, and what lands was proposed, checked and tested."""

from typing import Any

import pytest
from job_stage import HEADS, Stage, manifest
from planner_asking import ask, made

from barnraise.contracts.commands import EditCode, MergeBranch, ShowCommit, StopEdit, TestCommit, ValidateCommit
from barnraise.contracts.events import Decision, MergeConflicted, MessagePosted
from barnraise.planner.domain.job import Limits
from barnraise.planner.domain.signatures import steady

OTHER = "e" * 40


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
    assert stage.commands[-3:] == ["j1:preview:1", "j1:validate:2", "j1:test:2"]
    stage.validate(), stage.test(), stage.show()
    assert stage.end.status == "succeeded"


def test_where_main_has_moved_both_are_judged_together_before_anything_lands() -> None:
    stage = editing()
    stage.propose(), stage.validate(wrong=2), stage.validate(wrong=2), stage.test()
    assert stage.last(MergeBranch).base == HEADS[0]
    stage.propose(OTHER, asked=MergeBranch, base="f" * 40)
    assert stage.last(ValidateCommit).commit == OTHER and not stage.of(ShowCommit)
    stage.validate(wrong=2)
    assert stage.last(ValidateCommit).commit == "f" * 40, "what main is now is weighed anew"
    stage.validate(wrong=2), stage.test()
    assert (stage.last(MergeBranch).commit, stage.last(MergeBranch).base) == (OTHER, "f" * 40)
    stage.land(), stage.show()
    assert stage.end.status == "succeeded"


def test_a_project_that_moves_all_the_time_is_left_to_its_person() -> None:
    stage = editing()
    stage.propose(), stage.validate(), stage.test()
    for _ in range(4):
        stage.propose(OTHER, asked=MergeBranch, base="f" * 40), stage.validate(), stage.test()
    stage.propose(OTHER, asked=MergeBranch, base=HEADS[0])
    assert stage.end.status == "needs_input" and stage.end.proposal and stage.end.proposal.commit == OTHER
    assert stage.end.problem and stage.end.problem.code == "version_conflict" and stage.end.commit == HEADS[0]


def test_faults_are_told_to_the_model_until_they_are_gone() -> None:
    stage = editing()
    stage.propose(), stage.validate(wrong=2)
    assert stage.last(ValidateCommit).commit == HEADS[0] and len(stage.of(EditCode)) == 1, "what was there is weighed"
    stage.validate()
    assert len(stage.last(EditCode).diagnostics) == 2 and stage.last(EditCode).commit == HEADS[1]
    stage.propose(OTHER), stage.validate(), stage.test(failed=1)
    assert stage.last(TestCommit).commit == HEADS[0] and len(stage.of(EditCode)) == 2
    stage.test()
    report = stage.last(EditCode).tests
    assert report and report.failed == 1 and stage.last(EditCode).diagnostics == ()
    stage.propose(HEADS[1]), stage.validate(), stage.test()
    assert stage.of(MergeBranch)


def test_what_is_the_platforms_fault_is_nobodys_to_mend() -> None:
    stage = editing()
    stage.propose(), stage.validate(doubtful=2, missing=1), stage.validate(missing=1)
    assert len(stage.last(EditCode).diagnostics) == 2, "a tool that is missing here is not told to the model"
    stage.propose(), stage.validate(missing=1), stage.test()
    assert stage.of(MergeBranch)


def test_the_same_fault_after_two_repairs_ends_where_main_was() -> None:
    stage = editing()
    stage.propose(), stage.validate(wrong=2), stage.validate(), stage.propose(), stage.validate(wrong=2)
    assert stage.job.status == "running"
    stage.propose(), stage.validate(wrong=2)
    assert (stage.end.status, stage.end.commit, stage.of(MergeBranch)) == ("needs_input", HEADS[0], [])
    assert stage.end.problem and stage.end.problem.code == "proposal_unsound"
    assert "nothing was changed" in stage.end.problem.detail and "'proposals/j1'" in stage.end.problem.next
    left = stage.end.proposal
    assert left and (left.branch, left.base, left.commit) == ("proposals/j1", HEADS[0], HEADS[1]) and len(left.used) == 3
    assert "Two repairs did not change that" in left.reason and "merge" in left.choices


def test_faults_in_turn_are_no_progress() -> None:
    """Each repair brings the other fault back: none of them is new."""
    stage = editing(limits=Limits(mends=20))
    stage.propose(), stage.validate(wrong=1), stage.validate()
    for wrong in (2, 1, 2, 1):
        stage.propose(), stage.validate(wrong=wrong)
    assert stage.end.status == "needs_input" and len(stage.of(EditCode)) == 5


def test_repairs_end_at_their_budget() -> None:
    stage = editing(limits=Limits(mends=1))
    stage.propose(), stage.validate(), stage.test(failed=2), stage.test(), stage.propose(), stage.validate(), stage.test(failed=1)
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


def test_what_takes_from_tests_waits_for_a_person() -> None:
    stage = editing()
    stage.propose(weakens=("tests/test_a.py: test_total is gone",)), stage.validate(), stage.test()
    assert stage.end.problem and stage.end.problem.code == "approval_needed" and "test_total is gone" in stage.end.problem.detail
    assert stage.end.commit == HEADS[0] and not stage.of(MergeBranch)
    assert stage.end.proposal and stage.end.proposal.commit == HEADS[1], "what was looked at is what may be merged"


@pytest.mark.parametrize(
    "path", ["backend/tests/test_tasks.py", "backend/tests/conftest.py", "frontend/vitest.config.ts", "pyproject.toml"]
)
def test_where_tests_are_touched_they_are_counted_and_fewer_wait_for_a_person(path: str) -> None:
    for passed, skipped, lands in ((5, 0, True), (6, 0, True), (4, 0, False), (4, 1, False)):
        stage = editing()
        stage.propose(touches=path), stage.validate(), stage.test(passed=passed, skipped=skipped)
        assert stage.last(TestCommit).commit == HEADS[0] and not stage.of(MergeBranch), "what was there is counted first"
        stage.test(passed=5)
        assert bool(stage.of(MergeBranch)) == lands
    assert stage.end.problem and stage.end.problem.code == "approval_needed" and "4 tests are run, where 5 were" in stage.end.problem.detail


def test_tests_are_counted_once_and_whatever_became_of_them() -> None:
    stage = editing()
    stage.propose(), stage.validate(), stage.test(failed=1), stage.test(passed=4)
    stage.propose(touches="tests/test_a.py"), stage.validate(), stage.test(passed=3)
    assert len(stage.of(TestCommit)) == 3 and stage.end.status == "needs_input", "one test less than before the change"
    stage = editing()
    stage.propose(touches="tests/test_a.py"), stage.validate(), stage.test(passed=3), stage.skip(TestCommit)
    assert stage.of(MergeBranch), "there is nothing to compare with"
    stage = editing()
    stage.propose(touches="tests/test_a.py"), stage.validate(), stage.test(passed=2, failed=1), stage.test(passed=2, failed=1)
    assert stage.of(MergeBranch), "as bad as before"


def test_of_several_ways_one_that_takes_from_tests_comes_after_its_equals() -> None:
    stage = Stage(head=HEADS[0], manifest=manifest("title"), attempts=2)
    stage.plan(decision=Decision(intent="edit", reasons=()), manifest=None)
    stage.propose(weakens=("tests/test_a.py: test_total is gone",)), stage.validate(), stage.test()
    stage.propose(OTHER, branch="proposals/j1-2"), stage.validate(), stage.test()
    assert stage.last(MergeBranch).branch == "proposals/j1-2"


def test_a_repair_is_judged_against_what_was_on_main() -> None:
    stage = editing()
    stage.propose(), stage.validate(wrong=1), stage.validate()
    repair = stage.last(EditCode)
    assert (repair.commit, repair.base) == (HEADS[1], HEADS[0])


@pytest.mark.parametrize("begin", [{}, {"manifest": None}])
def test_a_project_with_faults_of_its_own_may_not_become_worse(begin: dict[str, Any]) -> None:
    for wrong, before, lands in ((3, 3, True), (2, 3, True), (4, 3, False), (12, 12, True), (13, 12, False)):
        stage = editing(**begin)
        stage.propose(), stage.validate(wrong=wrong), stage.validate(wrong=before)
        assert bool(stage.of(TestCommit)) == lands, "only what it finds, also where the score is 0 with either"
    for doubtful, lands in ((1, True), (2, False)):
        stage = editing(**begin)
        stage.propose(), stage.validate(doubtful=doubtful), stage.validate(doubtful=1)
        assert bool(stage.of(TestCommit)) == lands, "warnings count as well"
    assert [finding.severity for finding in stage.last(EditCode).diagnostics] == ["warning", "warning"]
    for failed, lands in ((3, True), (2, True), (4, False)):
        stage = editing(**begin)
        stage.propose(), stage.validate(), stage.test(failed=failed), stage.test(failed=3)
        assert bool(stage.of(MergeBranch)) == lands, "only the tests that failed before"


def test_where_what_was_there_cannot_be_tested_nothing_excuses_a_failing_test() -> None:
    stage = editing()
    stage.propose(), stage.validate(), stage.test(failed=1), stage.skip(TestCommit)
    assert not stage.of(MergeBranch) and stage.last(EditCode).tests


def test_of_several_ways_the_best_is_merged_and_the_others_stay() -> None:
    stage = Stage(head=HEADS[0], manifest=manifest("title"), text="try three ways: greet everybody")
    stage.plan(decision=Decision(intent="edit", reasons=()), manifest=None)
    assert (stage.last(EditCode).task, stage.last(EditCode).attempt) == ("greet everybody", 1)
    stage.propose(branch="proposals/j1"), stage.validate(), stage.test(failed=1), stage.test()
    assert (stage.last(EditCode).attempt, stage.last(EditCode).commit, stage.last(EditCode).tests) == (2, HEADS[0], None)
    stage.fail(EditCode, "proposal_unsound")
    stage.propose(OTHER, branch="proposals/j1-2"), stage.validate(), stage.test()
    assert stage.last(MergeBranch).branch == "proposals/j1-2"
    stage.land(), stage.show()
    assert "the best of 3 ways; the others are on proposals/j1" in stage.end.summary


def test_of_ways_that_all_fail_the_best_is_mended() -> None:
    stage = Stage(head=HEADS[0], manifest=manifest("title"), attempts=2)
    stage.plan(decision=Decision(intent="edit", reasons=()), manifest=None)
    stage.propose(), stage.validate(wrong=2), stage.validate(), stage.propose(OTHER, branch="proposals/j1-2"), stage.validate(wrong=1)
    assert stage.last(EditCode).commit == OTHER and len(stage.last(EditCode).diagnostics) == 1
    stage.propose(OTHER, branch="proposals/j1-2"), stage.validate(), stage.test()
    assert stage.last(MergeBranch).branch == "proposals/j1-2"


def test_what_differs_each_time_is_no_other_fault() -> None:
    told = "\x1b[31mE\x1b[0m  timed out after 3.21 s on 127.0.0.1:%s at 2026-01-0%s, object 0x7f%s in /tmp/run-%s/app/main.py"
    assert steady(told % (40001, 1, "ab12", "x1")) == steady(told % (51234, 2, "cd34", "y2")) != steady("E timed out")
    assert steady("\x1b[31mE\x1b[0m  failed\x1b[K") == "E failed"


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
