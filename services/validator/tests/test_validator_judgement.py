"""What findings and broken tools add up to."""

import pytest

from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.validator.domain.findings import read_own, read_tsc
from barnraise.validator.domain.judgement import MAX_TOLD, judge
from barnraise.validator.domain.runs import Run, judge_run


def finding(severity: str = "error", path: str | None = "a.py", line: int = 1) -> Diagnostic:
    return Diagnostic.model_validate({"tool": "t", "code": "c", "severity": severity, "message": "m", "path": path, "line": line})


def report(outcome: str = "found") -> ToolReport:
    return ToolReport.model_validate({"tool": "t", "outcome": outcome, "seconds": 0.1})


def test_nothing_found_passes_with_a_full_score() -> None:
    judgement = judge([(report("passed"), [])])
    assert (judgement.passed, judgement.score, judgement.diagnostics) == (True, 100, ())


def test_the_score_falls_with_each_finding_and_only_errors_fail() -> None:
    assert judge([(report(), [finding("warning"), finding("info")])]).score == 96
    assert judge([(report(), [finding("warning")])]).passed
    failed = judge([(report(), [finding("warning"), finding("error")])])
    assert (failed.passed, failed.score) == (False, 87)
    worst = judge([(report(), [finding()] * 30)])
    assert (worst.score, worst.cost) == (0, 300)


def test_errors_come_first_then_place() -> None:
    found = [finding("info", "a.py"), finding("error", "b.py", 2), finding("error", "b.py", 1), finding("warning", None)]
    ordered = judge([(report(), found)]).diagnostics
    assert [(f.severity, f.path, f.line) for f in ordered] == [
        ("error", "b.py", 1),
        ("error", "b.py", 2),
        ("warning", None, 1),
        ("info", "a.py", 1),
    ]


def test_too_many_findings_are_counted_but_not_told() -> None:
    judgement = judge([(report(), [finding("info", line=n + 1) for n in range(MAX_TOLD + 5)])])
    assert len(judgement.diagnostics) == MAX_TOLD + 1
    assert judgement.diagnostics[-1].message == "5 more findings are not shown."
    assert judgement.score == 0


@pytest.mark.parametrize("path", ["/etc/passwd", "../../home/token.ts"])
def test_findings_outside_the_project_are_dropped(path: str) -> None:
    assert judge([(report(), [finding(path=path)])]).diagnostics == ()


@pytest.mark.parametrize(
    ("run", "outcome", "severity"),
    [
        (Run("exited", 0, "[]", "", 0.1), "passed", None),
        (Run("exited", 1, "[]", "", 0.1), "crashed", "warning"),
        (Run("exited", -11, "[]", "", 0.1), "crashed", "warning"),
        (Run("exited", 0, "Segmentation fault", "", 0.1), "crashed", "warning"),
        (Run("timed_out", -9, "", "", 30.0), "timed_out", "warning"),
        (Run("missing", 0, "", "There is no such tool.", 0.0), "missing", "warning"),
        (Run("flooded", -9, "[", "", 1.0), "found", "error"),
    ],
)
def test_a_tool_that_cannot_do_its_work_never_passes_silently(run: Run, outcome: str, severity: str | None) -> None:
    told, found = judge_run("syntax", read_own("syntax"), run)
    assert told.outcome == outcome
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all(one.about == ("project" if outcome == "found" else "platform") for one in found)


@pytest.mark.parametrize(("code", "score"), [("tool-missing", 100), ("not-audited", 100), ("tool-crashed", 90), ("tool-timed-out", 90)])
def test_what_is_missing_here_costs_the_project_nothing_and_what_it_may_have_broken_as_much_as_an_error(code: str, score: int) -> None:
    told = finding("warning").model_copy(update={"code": code, "about": "platform"})
    assert judge([(report(), [told])]).score == score
    assert judge([(report(), [told])]).diagnostics == (told,)


def test_a_tool_that_found_something_may_exit_with_2() -> None:
    told, found = judge_run("tsc", read_tsc, Run("exited", 2, "a.ts(1,1): error TS1: no", "", 0.1))
    assert (told.outcome, len(found)) == ("found", 1)
