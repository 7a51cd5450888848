"""What Barnraise says to a person when a job ends."""

from collections.abc import Sequence
from decimal import Decimal

from barnraise.contracts.diagnostics import Diagnostic
from barnraise.contracts.events import CommitTested
from barnraise.contracts.jobs import StepName
from barnraise.planner.domain.job import Job

_SHOWN = 12
_DONE = {
    "undo": "Undone: the last change is taken back.",
    "redo": "Redone: the change is back.",
    "restore": "The project is what it was at that version again; what came after it is still in the history.",
    "check": "Your edit is checked.",
    "clone": "The project is cloned, with its history.",
    "test": "The tests ran.",
}
WITHOUT_PLAN = (
    "No plan stands behind it, so without a model it cannot be changed by words. Edits, pushes, branches, undo, restore and export work as "
    "everywhere, and every change is checked, tested and shown."
)


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
        parts += _listed("Done besides:", _done_besides(job))
        parts += _listed("Still open:", (*job.decision.open_points, *(f"“{left.task}”: {left.why} {left.next}" for left in job.unmet)))
    return "\n\n".join(parts)


def unchanged(job: Job) -> str:
    told = f"{job.summary.rstrip('. ')}. " if job.summary else ""
    return f"{told}That is how the application already is, so nothing changes."


def said_by_model(job: Job) -> str:
    """The words of a model that changed nothing."""
    said = job.edit.said if job.edit else ""
    return f"{said or 'The model changed nothing, and did not say why.'}\n\nNothing was changed.{_cost(job)}"


def told_by_model(job: Job) -> str:
    """A model's answer to a question."""
    return f"{job.edit.said if job.edit and job.edit.said else 'The model said nothing.'}{_cost(job)}"[:4000]


def refused(job: Job, *, stuck: bool = False) -> str:
    """Why a proposal does not land."""
    why = unsound(job.findings) if job.findings else _failed_cases(job)
    vain = " Two repairs did not change that." if stuck else ""
    return f"The change was not good enough, so nothing was changed. {why}{vain}{_cost(job)}"[:1900]


def takes_away(job: Job) -> str:
    """What a proposal would delete, and what it would take from tests."""
    deletes, weakens = (job.edit.deletes, job.edit.weakens) if job.edit else ((), ())
    told = [f"The change deletes {_count(len(deletes), 'file')}, or most of what is in there: {_some(deletes, 5)}."] if deletes else []
    told += [f"The change takes something from the tests: {_some(weakens, 5, '; ')}."] if weakens else []
    return f"{' '.join(told)[:1700]} Nothing was changed yet.{_cost(job)}"[:1900]


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
    """What the checks found, with its places."""
    if not findings:
        return "The checks did not pass."
    shown = [f"{_place(finding)}{finding.message} ({finding.tool} {finding.code})" for finding in findings]
    errors = [finding for finding in findings if finding.severity == "error"]
    what = _count(len(errors), "error") if errors else _count(len(findings), "thing") + " to mend"
    return f"The checks found {what}: {_some(shown, 3, '; ')}."[:1900]


def _failed_cases(job: Job) -> str:
    names = [case.name for case in job.tests.cases if case.outcome in ("failed", "error")] if job.tests else []
    return f"These tests failed: {_some(names, 5)}." if names else "Its tests did not pass."


def _cost(job: Job) -> str:
    """What models were used for the job, as far as prices are known."""
    used = (*job.used, *(job.edit.used if job.edit else ()))
    if not used:
        return ""
    tokens = sum(use.input + use.output for use in used)
    cost = sum((use.cost for use in used if use.cost is not None), Decimal(0))
    known = f", ${cost:.4f}" if cost and all(use.cost is not None for use in used) else ""
    return f" ({', '.join(dict.fromkeys(use.model for use in used))}: {tokens:,} tokens{known})"


def _done(job: Job) -> str:
    if job.edit and job.edit.stage == "landed" and job.edit.task is None:
        others = [way.edit.branch for way in job.ways if way.edit and way.edit.branch and way.edit.branch != job.edit.branch]
        tried = f" It is the best of {len(job.ways)} ways; the others are on {_some(others, 4)}." if others else ""
        return f"{job.edit.said.strip() or 'The code is changed as you asked.'}{tried}{_cost(job)}"
    if job.direction and job.step:
        return "That step is taken back; what came after it stays."
    wanted = job.direction or ("test" if job.decision and job.decision.intent == "test" else job.action)
    if wanted == "test" and not job.tests:
        return "The tests were to run."
    return _DONE.get(wanted) or _brought(job) or (job.summary if job.summary.endswith((".", "!", "?")) else f"{job.summary}.")


def _done_besides(job: Job) -> list[str]:
    """The tasks that have landed, in the model's words."""
    last = [job.edit.said] if job.edit and job.edit.stage == "landed" and job.edit.task else []
    done = [said or "A change of the code." for said in (*job.done, *last)]
    return [*done[:-1], f"{done[-1]}{_cost(job)}"] if done else []


def _brought(job: Job) -> str | None:
    """What has come from elsewhere."""
    if job.action == "import":
        return f"The project is imported. {'Its plan came with it: say what should change.' if job.manifest else WITHOUT_PLAN}"
    return f"The branch '{job.source}' is merged." if job.action == "merge" else None


def _results(job: Job) -> list[str]:
    said: list[str] = []
    if job.tests:
        skipped = f", {job.tests.skipped} skipped" if job.tests.skipped else ""
        said.append(f"{_count(job.tests.passed, 'test')} passed{skipped}.")
    if job.shown:
        said.append("The preview shows it.")
    if job.unmet:
        said.append(f"{_count(len(job.unmet), 'wish')} could not be met.".replace("wishs", "wishes"))
    if job.brings and job.findings:
        said.append(unsound(job.findings))
    said += [problem.detail for problem in job.problems.values()]
    for why in dict.fromkeys(problem.detail for problem in job.skipped.values()):
        said.append(_left_out([step for step, problem in job.skipped.items() if problem.detail == why], why))
    return said


def _left_out(steps: Sequence[StepName], why: str) -> str:
    what = {("preview",): "The preview was not started", ("test",): "The tests were not run"}.get(
        tuple(steps), "The tests were not run and the preview was not started"
    )
    return f"{what} here: {why}"


def _before_the_problem(job: Job) -> str:
    judged = "validate" in job.problems or "test" in job.problems
    return "The preview shows it, but: " if judged and job.shown else ""


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
