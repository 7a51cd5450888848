"""What Barnraise says to a person when a job ends."""

from collections.abc import Sequence

from barnraise.contracts.diagnostics import Diagnostic
from barnraise.contracts.events import CommitTested
from barnraise.contracts.jobs import StepName
from barnraise.planner.domain.job import Job

_SHOWN = 12


def summary(job: Job) -> str:
    """How the job ended, in a sentence or two."""
    if job.status == "cancelled":
        return "Stopped, as you asked. What was committed before stays."
    if job.problem:
        return f"{_before_the_problem(job)}{job.problem.detail} {job.problem.next}"
    return " ".join([_done(job), *_results(job)])


def reply(job: Job) -> str:
    """The turn of the conversation: how it ended, and what was understood, assumed and left open."""
    parts = [summary(job)]
    if job.decision and job.status != "cancelled":
        told = job.decision.intent == "refine" and not job.problem  # its summary has just said what was understood
        parts += _listed("What I understood:", () if told else job.decision.understood)
        parts += _listed("What I assumed:", job.decision.assumed)
        parts += _listed("Still open:", job.decision.open_points)
    return "\n\n".join(parts)


def unchanged(job: Job) -> str:
    told = f"{job.summary.rstrip('. ')}. " if job.summary else ""
    return f"{told}That is how the application already is, so nothing changes."


def conflict(paths: Sequence[str]) -> str:
    return f"The change meets lines that were edited by hand, in {_some(paths, 5)}. Nothing was changed."


def failing_tests(event: CommitTested) -> str:
    """Which tests failed, or how the run was cut off."""
    report = event.report
    if event.verdict != "exited":
        return f"The application's tests were stopped: {event.verdict.replace('_', ' ')}."
    if not report.failed:
        return "The application's tests did not run to their end."
    names = [case.name for case in report.cases if case.outcome in ("failed", "error")]
    counted = f"{report.failed} of {report.passed + report.failed} tests failed"
    return f"{counted}: {_some(names, 5)}."[:1900] if names else f"{counted}."


def unsound(findings: Sequence[Diagnostic]) -> str:
    """The errors that stand, with their places."""
    if not findings:
        return "The checks did not pass."
    shown = [f"{_place(finding)}{finding.message} ({finding.tool} {finding.code})" for finding in findings]
    return f"The checks found {_count(len(findings), 'error')}: {_some(shown, 3, '; ')}."[:1900]


def _done(job: Job) -> str:
    done = {"undo": "Undone: the last change is taken back.", "redo": "Redone: the change is back."}
    if job.step:
        return "That step is taken back; what came after it stays."
    if job.direction:
        return done[job.direction]
    if job.action == "restore":
        return "The project is what it was at that version again; what came after it is still in the history."
    if job.action == "check":
        return "Your edit is checked."
    if job.action == "test" or (job.decision and job.decision.intent == "test"):
        return "The tests ran." if job.tests else "The tests were to run."
    return job.summary if job.summary.endswith((".", "!", "?")) else f"{job.summary}."


def _results(job: Job) -> list[str]:
    said: list[str] = []
    if job.tests:
        skipped = f", {job.tests.skipped} skipped" if job.tests.skipped else ""
        said.append(f"{_count(job.tests.passed, 'test')} passed{skipped}.")
    if job.shown:
        said.append("The preview shows it.")
    if job.skipped:
        said.append(_left_out(list(job.skipped), next(iter(job.skipped.values())).detail))
    return said


def _left_out(steps: Sequence[StepName], why: str) -> str:
    what = {("preview",): "The preview was not started", ("test",): "The tests were not run"}.get(
        tuple(steps), "The tests were not run and the preview was not started"
    )
    return f"{what} here: {why}"


def _before_the_problem(job: Job) -> str:
    shown = "test" in job.problems and job.shown
    return "The preview shows it, but: " if shown else ""


def _listed(title: str, points: Sequence[str]) -> list[str]:
    if not points:
        return []
    more = [f"- and {len(points) - _SHOWN} more"] if len(points) > _SHOWN else []
    return ["\n".join([title, *(f"- {point}" for point in points[:_SHOWN]), *more])]


def _some(parts: Sequence[str], most: int, separator: str = ", ") -> str:
    more = f" and {len(parts) - most} more" if len(parts) > most else ""
    return separator.join(part[:300] for part in parts[:most]) + more


def _place(finding: Diagnostic) -> str:
    return f"{finding.path}:{finding.line or 1} " if finding.path else ""


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
