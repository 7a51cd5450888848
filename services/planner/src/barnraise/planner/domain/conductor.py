"""The conductor: a pure function from a job, a message and the time to the job's next state and the messages that follow.

It alone knows the order of steps, budgets, deadlines, repair rounds and the rule that a repair must make progress:
plan -> generate -> validate -> (repair -> validate)* -> ended, with the preview and the tests beside them from each commit on, so that a
person sees what was made while it is judged. What a model changes in the code goes a longer way, on a branch: see ``editing``. What no
rule can read, a model plans: see ``designing``; what its plan cannot say it changes then, piece by piece: see ``tasks``.

``StopWork`` stops the sandbox's long runs, ``StopEdit`` a model's work. Whatever else other services were asked for goes on to its end,
a few seconds later, and its answer is ignored, with one exception: a commit that lands after its job has ended is on ``main`` for good.
Then a retry goes on behind it; the project's manifest is what the code stands for, whatever became of the job; and a step back is never
asked for a second time while the first may still happen.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from barnraise.contracts.commands import CancelJob, ResolveJob, RetryJob, StartJob
from barnraise.contracts.conflicts import Choice
from barnraise.contracts.events import (
    CodeChanged,
    CodeProposed,
    CommitTested,
    CommitValidated,
    Event,
    JobQueued,
    JobStarted,
    ManifestDesigned,
    MergeConflicted,
    PlanAnswered,
    PlanMade,
    PreviewPictured,
    PreviewReady,
    StepFailed,
    StepSkipped,
)
from barnraise.contracts.jobs import JobStatus, StepName
from barnraise.contracts.memory import MOST_REMEMBERED
from barnraise.contracts.problems import Problem
from barnraise.planner.domain import ahead, comparing, designing, editing, tasks, words
from barnraise.planner.domain.attempting import attempts_in
from barnraise.planner.domain.job import Begin, Expired, Job, OpenStep
from barnraise.planner.domain.remembering import wishes_of
from barnraise.planner.domain.signatures import signatures
from barnraise.planner.domain.steps import (
    Moved,
    answered,
    answers_round,
    ask,
    ask_again,
    cause,
    close,
    end,
    head,
    judge_and_show,
    move,
    show,
    then,
)

Signal = StartJob | CancelJob | RetryJob | ResolveJob | Begin | Expired | Event
FIRST: dict[str, tuple[StepName, ...]] = {
    "message": ("plan",), "undo": ("generate",), "redo": ("generate",), "restore": ("generate",), "check": ("preview", "validate", "test"),
    "test": ("test",), "clone": ("generate",), "import": ("generate",), "merge": ("generate",),
}  # fmt: skip

_STEPPING = ("undo", "clone", "merge")
"""Whose commit is not where the project is."""


def accept(start: StartJob) -> Job:
    """A new job, queued."""
    attempts, text = attempts_in(start.text)
    return Job(
        id=start.job_id,
        project_id=start.project_id,
        action=start.action,
        position=start.position,
        text=text,
        attempts=max(start.attempts, attempts),
        name=start.name,
        commit=None if start.action in _STEPPING else start.commit,
        step=start.commit if start.action in _STEPPING else None,
        source=start.source,
        attachments=start.attachments,
    )


def queued(job: Job, ahead: int, now: datetime) -> JobQueued:
    """Tells that a queued job waits for ``ahead`` others."""
    return JobQueued(id=f"{job.id}:queued:{job.run}", action=job.action, ahead=ahead, **head(job, now))


def advance(job: Job, message: Signal, now: datetime) -> Moved:
    """What a message does to a job. One that does not concern its present state changes nothing."""
    moved = _advance(job, message, now)
    early = ahead.known(moved[0])
    return then(moved, lambda job: editing.proposed(job, *early, now)) if early else moved


def _advance(job: Job, message: Signal, now: datetime) -> Moved:
    match message:
        case Begin() if job.status == "queued":
            return _begin(job, message, now)
        case CancelJob() if not job.ended:
            return end(job, "cancelled", now)
        case RetryJob() if job.status in ("failed", "cancelled"):
            return _requeue(job), []
        case ResolveJob(choices=choices) if job.in_conflict:
            return _resolved(job, choices), []
        case Expired() if job.status == "running":
            return _expire(job, now)
    return _heard(job, message, now) if isinstance(message, Event) else (job, [])


def _heard(job: Job, message: Event, now: datetime) -> Moved:
    if job.awaited and cause(message) == job.awaited:
        job = move(job, awaited=None)
    if isinstance(message, CodeChanged) and job.status != "running":
        return _landed_late(job, message), []
    step = answered(job, message) if job.status == "running" else None
    if step is None and job.status == "running":
        return ahead.heard(job, message), []
    handler = _HANDLERS.get(type(message))
    return handler(job, step, message, now) if step and handler else (job, [])


def _begin(job: Job, begin: Begin, now: datetime) -> Moved:
    first = _resumed(job, begin) if job.stopped else FIRST[job.action]
    base = begin.manifest if "plan" in first else job.base
    target = job.commit if job.action == "restore" and "generate" in first else None
    commit = target or begin.head or job.commit
    known: dict[str, Any] = {"memory": begin.memory, "conversation": begin.conversation, "reading": None, "drafts": ()}
    known |= {"shown": job.shown and commit == job.commit, "tests": job.tests if job.proposing or commit == job.commit else None}
    if job.compare in ("shooting", "comparing"):
        known["manifest"] = begin.manifest or job.manifest  # what was made, as it is by now
    if "plan" in first and job.edit and job.edit.planned:
        known["edit"] = None
    job = editing.begun(move(job, status="running", limits=begin.limits, base=base, commit=commit, stopped=(), **known))
    started: Moved = (job, [JobStarted(id=f"{job.id}:started:{job.run}", action=job.action, **head(job, now))])
    if job.commit is None and first[0] not in ("plan", "generate"):
        return then(started, lambda job: end(job, "failed", now, _NO_CODE))
    for name in first:
        started = then(started, lambda job, name=name: ask(job, name, now, repeat=True))
    return started


def _resumed(job: Job, begin: Begin) -> Sequence[StepName]:
    """Where a retried job goes on: where it ended. A plan for what the project no longer is has to be made anew."""
    edit = job.edit
    compiles = edit.planned and edit.stage != "landed" if edit else job.stopped[0] == "generate"
    if compiles and job.action == "message" and not job.direction and begin.manifest != job.base:
        return ("plan",)
    if edit and (edit.stage == "proposed" or (edit.stage in ("asked", "tested") and job.stopped[0] == "generate")):
        return ("generate",)
    return tuple("validate" if name == "repair" else name for name in job.stopped)


def _requeue(job: Job) -> Job:
    return move(job, status="queued", run=job.run + 1, problem=None, problems={}, findings=(), repairs=0)


def _resolved(job: Job, choices: Sequence[Choice]) -> Job:
    """Queued again with these choices, and those made before about other places."""
    newest = {choice.hunk: choice for choice in (*job.choices, *choices)}
    return _requeue(move(job, choices=tuple(newest.values())))


def _landed_late(job: Job, event: CodeChanged) -> Job:
    """A step that was given up has moved ``main`` after all: a retry must not do it twice, so it goes on behind it."""
    if "generate" in job.stopped and answers_round(job, "generate", job.rounds["generate"], cause(event)):
        job = move(job, stopped=("preview", "validate", "test"), commit=event.commit)
        return editing.arrived(job) if job.edit else job
    return job


def _expire(job: Job, now: datetime) -> Moved:
    """Ask for an expired step once more, except for one that takes steps back: done late, it would be done twice."""
    moved: Moved = (job, [])
    for step in job.open:
        if step.deadline > now or moved[0].ended:
            continue
        if step.timeouts == 0 and not (step.name == "generate" and job.direction):
            moved = then(moved, lambda job, step=step: ask_again(job, step, now, timeouts=1))
        else:
            problem = Problem(
                code="step_timed_out", detail=f"The step '{step.name}' did not end in time.", next="Retry the job.", retryable=True
            )
            moved = then(moved, lambda job, step=step, problem=problem: _give_up(job, step, problem, now))
    return moved


def _planned(job: Job, step: OpenStep, event: PlanMade, now: datetime) -> Moved:
    job = move(job, memory=(*job.memory, *wishes_of(event))[-MOST_REMEMBERED:])
    if event.design:
        return designing.asked(job, step, event, now)
    job, told = close(job, step, "succeeded", now)
    job = move(job, decision=event.decision, summary=event.summary, manifest=event.manifest)
    return then((job, told), lambda job: _follow(job, now))


def _designed(job: Job, step: OpenStep, event: ManifestDesigned, now: datetime) -> Moved:
    if job.compare == "comparing":
        before = job.manifest
        moved = comparing.compared(job, step, event, now)
        return then(moved, lambda job: ask(job, "generate", now)) if moved[0].manifest != before else _settle(moved, now)
    moved = designing.designed(job, step, event, now)
    return moved if moved[0].ended else then(moved, lambda job: _follow(job, now))


def _follow(job: Job, now: datetime) -> Moved:  # noqa: PLR0911 - one for each way
    intent = job.decision.intent if job.decision else None
    if job.direction:
        return ask(job, "generate", now)
    if intent == "edit":
        return editing.asked(job, now)
    if intent == "test":
        return (
            ask(job, "test", now) if job.commit else end(job, "needs_input", now, said="There is nothing to test yet: say what to build.")
        )
    if job.manifest is None:
        problem = Problem(code="manifest_invalid", detail="The plan has no manifest.", next="Say it differently.")
        return end(job, "failed", now, problem)
    if job.manifest == job.base and job.tasks and job.commit:
        return tasks.begin(job, now)
    if job.manifest == job.base:
        return end(job, "succeeded", now, said=words.unchanged(job))
    return ask(job, "generate", now)


def _answered_in_words(job: Job, step: OpenStep, event: PlanAnswered, now: datetime) -> Moved:
    job = move(job, memory=(*job.memory, *wishes_of(event))[-MOST_REMEMBERED:])
    if event.design and event.decision.intent == "question":
        return designing.questioned(job, step, event, now)
    if event.design:
        return designing.asked(job, step, event, now)
    job, told = close(job, step, "succeeded", now)
    job = move(job, decision=event.decision)
    return then((job, told), lambda job: end(job, "needs_input" if event.asks else "succeeded", now, said=event.text))


def _coded(job: Job, step: OpenStep, event: CodeChanged, now: datetime) -> Moved:
    job, told = close(job, step, "succeeded", now)
    if job.proposing:
        return then((job, told), lambda job: editing.landed(job, event, now))
    brought = event.manifest if job.brings else job.manifest
    job = move(job, commit=event.commit, manifest=brought)
    if step.name == "repair" and not event.changed:
        return then((job, told), lambda job: _unsound(job, now))
    return then((job, told), lambda job: judge_and_show(job, now))


def _conflicted(job: Job, step: OpenStep, event: MergeConflicted, now: datetime) -> Moved:
    if job.edit and job.edit.stood:
        return ahead.anew(job, step, now)
    problem = Problem(code="merge_conflict", detail=words.conflict(event.paths), next="Choose for each place: yours, the change's or both.")
    return then(close(job, step, "failed", now, problem), lambda job: end(job, "needs_input", now, problem))


def _validated(job: Job, step: OpenStep, event: CommitValidated, now: datetime) -> Moved:
    if event.commit != job.at_hand:
        return job, []
    if job.edit and job.edit.stage != "landed":
        return editing.judged(job, step, event, now)
    if event.passed:
        job, told = close(job, step, "succeeded", now)
        return then((move(job, findings=()), told), lambda job: _try(job, now))
    before = job.findings
    job = move(job, findings=tuple(finding for finding in event.diagnostics if finding.severity == "error"))
    progress = not before or len(signatures(job.findings)) < len(signatures(before))
    problem = Problem(code="validation_failed", detail=words.unsound(job.findings), next="Say what to change, or undo.")
    closed = close(job, step, "failed", now, problem)
    if job.brings:  # it is taken as it is: told, not rewritten, and tested all the same
        return then(closed, lambda job: _try(job, now))
    # A hand edit is the user's own: it is judged, not rewritten.
    if job.action == "check" or not progress or job.repairs >= job.limits.repairs:
        return then(closed, lambda job: _unsound(job, now))
    job, told = closed
    return then((move(job, repairs=job.repairs + 1, stopped=()), told), lambda job: ask(job, "repair", now))


def _try(job: Job, now: datetime) -> Moved:
    """Its preview and its tests, where they were not asked for with this commit."""
    asked = (*job.problems, *job.skipped, *(step.name for step in job.open))
    moved: Moved = (job, []) if job.shown or "preview" in asked else show(job, now)
    if job.tests is None and "test" not in asked:
        return then(moved, lambda job: ask(job, "test", now))
    return _settle(moved, now)


def _tested(job: Job, step: OpenStep, event: CommitTested, now: datetime) -> Moved:
    if event.commit != job.at_hand:
        return job, []
    if event.verdict == "infrastructure":
        problem = Problem(code="unavailable", detail="The sandbox could not run the tests.", next="Retry the job.", retryable=True)
        return _again_or_give_up(job, step, problem, now)
    problem = Problem(code="tests_failed", detail=words.failing_tests(event), next="Say what to change, or undo.")
    if job.proposing:
        return editing.tried(job, step, event, None if event.passed else problem, now)
    job = move(job, tests=event.report)
    return _settle(close(job, step, "succeeded", now), now) if event.passed else _give_up(job, step, problem, now)


def _shown(job: Job, step: OpenStep, event: PreviewReady, now: datetime) -> Moved:
    if event.commit != job.commit:
        return job, []
    return _settle(close(move(job, shown=True), step, "succeeded", now), now)


def _skipped(job: Job, step: OpenStep, event: StepSkipped, now: datetime) -> Moved:
    if job.compare == "shooting" and step.name == "preview":
        return _settle(comparing.given_up(job, step, event.problem, now), now)
    if step.name not in ("test", "preview"):
        return _give_up(job, step, event.problem, now)
    job = move(job, skipped={**job.skipped, step.name: event.problem})
    return _settle(close(job, step, "skipped", now, event.problem), now)


def _failed(job: Job, step: OpenStep, event: StepFailed, now: datetime) -> Moved:
    return _again_or_give_up(job, step, event.problem, now)


def _again_or_give_up(job: Job, step: OpenStep, problem: Problem, now: datetime) -> Moved:
    if problem.retryable and step.failures < job.limits.retries:
        return ask_again(job, step, now, failures=step.failures + 1)
    return _give_up(job, step, problem, now)


def _give_up(job: Job, step: OpenStep, problem: Problem, now: datetime) -> Moved:
    """The step has failed for good. Checks, tests and preview wait for each other, so that a preview stays up beside failed tests."""
    if (job.compare, step.name) in (("shooting", "preview"), ("comparing", "plan")):
        return _settle(comparing.given_up(job, step, problem, now), now)
    if step.name == "plan" and job.reading:
        return _without_model(job, step, problem, now)
    job, told = close(move(job, problems={**job.problems, step.name: problem}), step, "failed", now, problem)
    if job.edit and job.edit.stage in ("asked", "proposed") and problem.code in _ASK_BACK:
        return then((job, told), lambda job: _unedited(job, problem, now))
    if step.name in ("validate", "test", "preview") or (step.name == "repair" and not job.proposing):
        return _settle((job, told), now)
    status: JobStatus = "needs_input" if problem.code in _ASK_BACK else "failed"
    return then((job, told), lambda job: end(job, status, now, problem))


def _without_model(job: Job, step: OpenStep, problem: Problem, now: datetime) -> Moved:
    """The plan or the answer that there would be without models."""
    reading = designing.without(job, problem)
    job = move(job, reading=None)
    return _planned(job, step, reading, now) if isinstance(reading, PlanMade) else _answered_in_words(job, step, reading, now)


def _unedited(job: Job, problem: Problem, now: datetime) -> Moved:
    """No model has changed the code, or answered."""
    if isinstance(job.reading, PlanAnswered):
        reading = designing.without(job, problem)
        assert isinstance(reading, PlanAnswered)
        return end(move(job, edit=None, decision=reading.decision), "succeeded", now, said=reading.text)
    return editing.failed(job, problem, now)


def _settle(moved: Moved, now: datetime) -> Moved:
    """After checks, tests or preview: wait for the others, then end."""
    job, _ = moved
    if job.open:
        return moved
    if job.proposing and not job.problems:
        return then(moved, lambda job: editing.untested(job, now))
    shortcoming = None if job.brings else job.problems.get("test") or job.problems.get("preview")
    problem = job.problems.get("validate") or job.problems.get("repair") or shortcoming
    if not problem and comparing.due(job):
        return then(moved, lambda job: comparing.shoot(job, now))
    if job.tasks and not problem:
        return then(moved, lambda job: tasks.begin(job, now))
    return then(moved, lambda job: end(job, "failed", now, problem) if problem else tasks.finish(job, now))


def _unsound(job: Job, now: datetime) -> Moved:
    problem = Problem(code="validation_failed", detail=words.unsound(job.findings), next="Say what to change, or undo.")
    stopped: tuple[StepName, ...] = ("validate", *(name for name in job.stopped if name != "validate"))
    return _settle((move(job, stopped=stopped, problems={**job.problems, "validate": problem}), []), now)


_NO_CODE = Problem(code="not_found", detail="This project has no code yet.", next="Say what to build.")
_ASK_BACK = frozenset({"nothing_to_undo", "nothing_to_redo", "merge_conflict", "no_model", "limit_exceeded", "proposal_unsound"})
_HANDLERS: dict[type[Any], Callable[[Job, OpenStep, Any, datetime], Moved]] = {
    PlanMade: _planned,
    PlanAnswered: _answered_in_words,
    CodeChanged: _coded,
    CodeProposed: editing.proposed,
    ManifestDesigned: _designed,
    MergeConflicted: _conflicted,
    CommitValidated: _validated,
    CommitTested: _tested,
    PreviewReady: _shown,
    PreviewPictured: comparing.pictured,
    StepSkipped: _skipped,
    StepFailed: _failed,
}
