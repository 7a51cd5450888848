"""What Barnraise says to a person at the end of a job."""

from collections.abc import Sequence

from barnraise.contracts.diagnostics import Diagnostic, TestReport
from barnraise.planner.domain.job import Job


def ending(job: Job) -> str:
    """The reply: what was done, how it went, what was assumed and what is left open."""
    lines = [_outcome(job)]
    if job.decision and job.status == "succeeded":
        lines += _listed("I assumed:", job.decision.assumed) + _listed("Left open:", job.decision.open_points)
    lines += [f"Not done here: {problem.detail} {problem.next}" for problem in job.skipped[:1]]
    return "\n".join(lines)


def failing_tests(report: TestReport) -> str:
    if not report.passed and not report.failed:
        return "The application's tests did not run to their end."
    names = ", ".join(case.name for case in report.cases if case.outcome in ("failed", "error"))
    return f"{report.failed} of {report.passed + report.failed} tests failed: {names[:500]}"


def unsound(findings: Sequence[Diagnostic]) -> str:
    shown = "; ".join(
        f"{finding.path or ''}:{finding.line or ''} {finding.message} ({finding.tool} {finding.code})" for finding in findings[:3]
    )
    more = f" and {len(findings) - 3} more" if len(findings) > 3 else ""
    return f"The checks found {len(findings)} errors that could not be repaired: {shown}{more}"[:1900]


def _outcome(job: Job) -> str:
    if job.status == "cancelled":
        return "Stopped, as you asked. What was committed before stays."
    if job.failure:
        return f"{job.failure.detail} {job.failure.next}"
    done = {"undo": "Taken back.", "redo": "Done again.", "check": "Your edit is checked.", "test": "Tests ran."}.get(
        job.action, job.summary
    )
    tests = f" {job.tests.passed} tests passed." if job.tests else ""
    preview = " The preview shows it." if job.shown else ""
    return f"{done}{tests}{preview}"


def _listed(title: str, points: Sequence[str]) -> list[str]:
    return [title, *(f"- {point}" for point in points)] if points else []
