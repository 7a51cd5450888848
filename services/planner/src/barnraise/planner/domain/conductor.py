"""The conductor: a pure function from a job and a message to the job's next state and the messages that follow.

It is the only place that knows the order of steps, budgets, deadlines, repair rounds and the rule that a repair must make progress.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from barnraise.contracts.base import Message
from barnraise.contracts.commands import (
    CancelJob,
    Command,
    CompileManifest,
    MakePlan,
    RepairCommit,
    RetryJob,
    RevertStep,
    ShowCommit,
    StopWork,
    TestCommit,
    ValidateCommit,
)  # fmt: skip
from barnraise.contracts.events import (
    CodeChanged,
    CommitTested,
    CommitValidated,
    Event,
    JobEnded,
    JobStarted,
    MergeConflicted,
    MessagePosted,
    PlanAnswered,
    PlanMade,
    PreviewReady,
    StepEnded,
    StepFailed,
    StepSkipped,
    StepStarted,
)  # fmt: skip
from barnraise.contracts.jobs import JobStatus, StepName, StepStatus
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.problems import Problem
from barnraise.planner.domain import words
from barnraise.planner.domain.job import Job, OpenStep

REPAIRS = 2
TRIES = 3
DEADLINES = {"plan": 30.0, "generate": 90.0, "validate": 150.0, "repair": 90.0, "test": 200.0, "preview": 90.0}

Step = tuple[Job, list[Message]]


def begin(job: Job, manifest: Manifest | None, head: str | None, now: datetime) -> Step:
    """Start a queued job. ``manifest`` is the project's current one, ``head`` the commit that ``main`` is known to be at."""
    job = job.model_copy(update={"status": "running", "started": now, "manifest": manifest, "commit": job.commit or head})
    told: list[Message] = [JobStarted(id=f"{job.id}:begun:{job.run}", project_id=job.project_id, job_id=job.id, at=now, action=job.action)]
    if job.action in ("check", "test") and job.commit is None:
        return _chain(
            (job, told),
            lambda job: end(job, "failed", now, Problem(code="not_found", detail="There is no code yet.", next="Say what to build.")),
        )
    first = {"message": "plan", "undo": "generate", "redo": "generate", "check": "validate", "test": "test"}[job.action]
    return _chain((job, told), lambda job: ask(job, first, now))


def advance(job: Job, message: Message, now: datetime) -> Step:
    """What a message does to a job. One that does not concern its present state changes nothing."""
    if isinstance(message, CancelJob):
        return _cancel(job, now)
    if isinstance(message, RetryJob):
        return _retry(job, now)
    if job.ended or not isinstance(message, Event):
        return job, []
    if (step := _answered(job, message)) is None:
        return job, []
    handler = _HANDLERS.get(type(message))
    return handler(job, step, message, now) if handler else (job, [])


def overdue(job: Job, now: datetime) -> Step:
    """Deal with steps that are past their deadline: ask once more, except for what moves branches; then give up."""
    late = [step for step in job.open if now - step.started > timedelta(seconds=DEADLINES[step.name])]
    if job.ended or not late:
        return job, []
    step = late[0]
    problem = Problem(code="step_timed_out", detail=f"The step {step.name} did not end in time.", next="Retry the job.", retryable=True)
    return _again_or_fail(job, step, problem, now, patient=step.name != "generate" and step.tries < 2)


def ask(job: Job, name: StepName, now: datetime, *, tries: int = 1, again: bool = False) -> Step:
    """Open a step: its command and the event that says so. ``again`` repeats the round with another command id."""
    number = job.rounds.get(name, 0) + (0 if again else 1)
    suffix = f":{tries}" if tries > 1 else ""
    command_id = f"{job.id}:{name}:{number}{suffix}"
    step = OpenStep(name=name, round=number, command_id=command_id, started=now, tries=tries)
    job = job.model_copy(update={"open": (*job.open, step), "rounds": job.rounds | {name: number}})
    started = StepStarted(id=f"{command_id}:begun", project_id=job.project_id, job_id=job.id, at=now, step=name, round=number)
    return job, [*([] if again else [started]), _command(job, name, command_id, now)]


def end(job: Job, status: JobStatus, now: datetime, problem: Problem | None = None, said: str | None = None) -> Step:
    """The job's only end: whatever is open is stopped, the end is told, and the conversation gets its answer."""
    told: list[Message] = []
    if job.open:
        told.append(StopWork(id=f"{job.id}:stop:{job.run}", project_id=job.project_id, job_id=job.id, at=now))
    for step in job.open:
        job, closed = _close(job, step, "cancelled", now)
        told += closed
    job = job.model_copy(update={"status": status, "failure": problem})
    text = said or words.ending(job)
    head = {"project_id": job.project_id, "job_id": job.id, "at": now}
    told.append(MessagePosted(id=f"{job.id}:said:{job.run}", role="assistant", text=text, **head))
    told.append(JobEnded(id=f"{job.id}:ended:{job.run}", status=status, summary=text[:4000], commit=job.commit, problem=problem, **head))
    return job, told


def _planned(job: Job, step: OpenStep, event: PlanMade, now: datetime) -> Step:
    job, told = _close(job, step, "succeeded", now)
    job = job.model_copy(update={"decision": event.decision, "summary": event.summary})
    intent = event.decision.intent
    if intent in ("undo", "redo"):
        return _chain((job.model_copy(update={"action": intent}), told), lambda job: ask(job, "generate", now))
    if intent == "test":
        if job.commit is None:
            return _chain((job, told), lambda job: end(job, "needs_input", now, said="There is nothing to test yet. Say what to build."))
        return _chain((job, told), lambda job: ask(job, "test", now))
    if event.manifest == job.manifest:
        return _chain((job, told), lambda job: end(job, "succeeded", now, said=f"{event.summary} The application stays as it is."))
    job = job.model_copy(update={"manifest": event.manifest})
    return _chain((job, told), lambda job: ask(job, "generate", now))


def _answered_in_words(job: Job, step: OpenStep, event: PlanAnswered, now: datetime) -> Step:
    job, told = _close(job, step, "succeeded", now)
    job = job.model_copy(update={"decision": event.decision})
    return _chain((job, told), lambda job: end(job, "needs_input" if event.asks else "succeeded", now, said=event.text))


def _coded(job: Job, step: OpenStep, event: CodeChanged, now: datetime) -> Step:
    job, told = _close(job, step, "succeeded", now)
    job = job.model_copy(update={"commit": event.commit, "manifest": event.manifest or job.manifest})
    if step.name == "repair" and not event.changed:
        return _chain((job, told), lambda job: _unsound(job, now))
    return _chain((job, told), lambda job: ask(job, "validate", now))


def _conflicted(job: Job, step: OpenStep, event: MergeConflicted, now: datetime) -> Step:
    where = ", ".join(event.paths[:5])
    detail = f"The change collides with lines that were edited by hand, in {where}. Nothing was changed."
    problem = Problem(code="merge_conflict", detail=detail, next="Change these lines, or say it differently.")
    return _chain(_close(job, step, "failed", now, problem), lambda job: end(job, "needs_input", now, problem))


def _validated(job: Job, step: OpenStep, event: CommitValidated, now: datetime) -> Step:
    errors = tuple(finding for finding in event.diagnostics if finding.severity == "error")
    job, told = _close(job, step, "succeeded" if event.passed else "failed", now)
    if event.passed:
        job = job.model_copy(update={"findings": ()})
        return _chain(_chain((job, told), lambda job: ask(job, "test", now)), lambda job: ask(job, "preview", now))
    before, job = job.findings, job.model_copy(update={"findings": errors})
    progress = not before or len(_signatures(errors)) < len(_signatures(before))
    fixable = any(finding.fixable for finding in event.diagnostics)
    if job.rounds.get("repair", 0) >= REPAIRS or not progress or not fixable:
        return _chain((job, told), lambda job: _unsound(job, now))
    return _chain((job, told), lambda job: ask(job, "repair", now))


def _tested(job: Job, step: OpenStep, event: CommitTested, now: datetime) -> Step:
    job, told = _close(job, step, "succeeded" if event.passed else "failed", now)
    return _settle((job.model_copy(update={"tests": event.report, "commit": event.commit}), told), now)


def _shown(job: Job, step: OpenStep, event: PreviewReady, now: datetime) -> Step:
    job, told = _close(job, step, "succeeded", now)
    return _settle((job.model_copy(update={"shown": True}), told), now)


def _skipped(job: Job, step: OpenStep, event: StepSkipped, now: datetime) -> Step:
    job, told = _close(job, step, "skipped", now, event.problem)
    return _settle((job.model_copy(update={"skipped": (*job.skipped, event.problem)}), told), now)


def _failed(job: Job, step: OpenStep, event: StepFailed, now: datetime) -> Step:
    return _again_or_fail(job, step, event.problem, now, patient=event.problem.retryable and step.tries < TRIES)


def _again_or_fail(job: Job, step: OpenStep, problem: Problem, now: datetime, *, patient: bool) -> Step:
    if patient:
        job = job.model_copy(update={"open": tuple(other for other in job.open if other != step)})
        return ask(job, step.name, now, tries=step.tries + 1, again=True)
    job, told = _close(job, step, "failed", now, problem)
    if step.name in ("test", "preview") and job.open:
        return job.model_copy(update={"failure": job.failure or problem}), told
    status: JobStatus = "needs_input" if problem.code in ("nothing_to_undo", "nothing_to_redo") else "failed"
    return _chain((job, told), lambda job: end(job, status, now, job.failure or problem))


def _settle(step: Step, now: datetime) -> Step:
    """After tests and preview: wait for the other one, then end."""
    job, _ = step
    if job.open:
        return step
    if job.failure:
        return _chain(step, lambda job: end(job, "failed", now, job.failure))
    if job.tests is not None and (job.tests.failed or not job.tests.passed):
        problem = Problem(code="tests_failed", detail=words.failing_tests(job.tests), next="Say what to change, or undo.")
        return _chain(step, lambda job: end(job, "failed", now, problem))
    return _chain(step, lambda job: end(job, "succeeded", now))


def _unsound(job: Job, now: datetime) -> Step:
    problem = Problem(code="validation_failed", detail=words.unsound(job.findings), next="Say what to change, or undo.")
    return end(job, "failed", now, problem)


def _cancel(job: Job, now: datetime) -> Step:
    if job.ended:
        return job, []
    return end(job, "cancelled", now)


def _retry(job: Job, now: datetime) -> Step:
    """Queue a failed or cancelled job again; it goes on where it ended."""
    if job.status not in ("failed", "cancelled"):
        return job, []
    fresh = {"status": "queued", "run": job.run + 1, "failure": None, "findings": (), "skipped": (), "tests": None, "shown": False}
    return job.model_copy(update=fresh), []


def resume(job: Job, manifest: Manifest | None, head: str | None, now: datetime) -> Step:
    """Start a job that was queued again by a retry: at its code if it has made some, else from its beginning."""
    made_code = job.rounds.get("generate") and job.commit is not None and job.action == "message" and job.manifest == manifest
    if not made_code:
        return begin(job, manifest, head, now)
    job = job.model_copy(update={"status": "running", "started": now})
    told: list[Message] = [JobStarted(id=f"{job.id}:begun:{job.run}", project_id=job.project_id, job_id=job.id, at=now, action=job.action)]
    return _chain((job, told), lambda job: ask(job, "validate", now))


def _close(job: Job, step: OpenStep, status: StepStatus, now: datetime, problem: Problem | None = None) -> Step:
    job = job.model_copy(update={"open": tuple(other for other in job.open if other.command_id != step.command_id)})
    ended = StepEnded(
        id=f"{job.id}:{step.name}:{step.round}:ended:{job.run}",
        project_id=job.project_id,
        job_id=job.id,
        at=now,
        step=step.name,
        round=step.round,
        status=status,
        seconds=max(0.0, (now - step.started).total_seconds()),
        problem=problem,
    )
    return job, [ended]


def _command(job: Job, name: StepName, command_id: str, now: datetime) -> Command:
    head = {"id": command_id, "project_id": job.project_id, "job_id": job.id, "at": now}
    match name:
        case "plan":
            return MakePlan(text=job.text, name=job.name, manifest=job.manifest, **head)
        case "generate" if job.action in ("undo", "redo"):
            return RevertStep(direction=job.action, **head)
        case "generate":
            assert job.manifest
            return CompileManifest(manifest=job.manifest, summary=job.summary or "Compile", **head)
        case "repair":
            return RepairCommit(commit=job.commit, diagnostics=job.findings, **head)
        case "validate":
            return ValidateCommit(commit=job.commit, **head)
        case "test":
            return TestCommit(commit=job.commit, **head)
        case "preview":
            return ShowCommit(commit=job.commit, **head)


def _answered(job: Job, event: Event) -> OpenStep | None:
    """The open step that the event answers."""
    command = event.command_id if isinstance(event, StepFailed) else event.id.rpartition(":")[0]
    return next((step for step in job.open if step.command_id == command), None)


def _signatures(findings: Sequence) -> set[tuple[str, str, str | None]]:
    """Findings without their positions, which every edit moves."""
    return {(finding.tool, finding.code, finding.path) for finding in findings}


def _chain(step: Step, then: Callable[[Job], Step]) -> Step:
    job, told = step
    job, more = then(job)
    return job, [*told, *more]


_HANDLERS: dict[type[Event], Callable] = {
    PlanMade: _planned,
    PlanAnswered: _answered_in_words,
    CodeChanged: _coded,
    MergeConflicted: _conflicted,
    CommitValidated: _validated,
    CommitTested: _tested,
    PreviewReady: _shown,
    StepSkipped: _skipped,
    StepFailed: _failed,
}
