"""Opening and closing a job's steps, and its end: the commands that ask for them and the events that tell of them.

A step's command has the id ``<job>:<step>:<round>``, with ``:<n>`` when it is asked for the n-th time, in whichever run of the job.
What answers it has the command's id and a short name after it, so that an answer is known to belong to an asking, however late.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from barnraise.contracts.base import Message
from barnraise.contracts.commands import (
    CloneProject,
    Command,
    CompileManifest,
    DesignManifest,
    EditCode,
    ImportCode,
    MakePlan,
    MergeBranch,
    RepairCommit,
    RestoreCommit,
    RevertStep,
    ShootCommit,
    ShowCommit,
    StopEdit,
    StopWork,
    TestCommit,
    ValidateCommit,
)
from barnraise.contracts.events import Event, JobEnded, MessagePosted, PlanMade, Proposal, StepEnded, StepFailed, StepSkipped, StepStarted
from barnraise.contracts.jobs import JobStatus, StepName, StepStatus
from barnraise.contracts.problems import Problem
from barnraise.planner.domain import words
from barnraise.planner.domain.job import Draft, Job, OpenStep
from barnraise.planner.domain.looking import shape_of

Moved = tuple[Job, list[Message]]


def move(job: Job, **changes: Any) -> Job:
    return job.model_copy(update=changes)


def then(moved: Moved, following: Callable[[Job], Moved]) -> Moved:
    """Both, one after the other."""
    job, told = following(moved[0])
    return job, [*moved[1], *told]


def head(job: Job, now: datetime) -> dict[str, Any]:
    return {"project_id": job.project_id, "job_id": job.id, "at": now}


def ask(job: Job, name: StepName, now: datetime, *, repeat: bool = False) -> Moved:
    """Open a step: its next round, or with ``repeat`` the last round once more with an id of its own."""
    number = job.rounds.get(name, 0)
    number = number if repeat and number else number + 1
    job, command_id, asked = _ask(job, name, number, now)
    step = OpenStep(name=name, round=number, commands=(command_id,), since=now, deadline=now + job.seconds_for(name))
    stopped = tuple(other for other in job.stopped if other != name)
    skipped = {other: why for other, why in job.skipped.items() if other != name}
    tests = None if name == "test" else job.tests
    job = move(job, open=(*job.open, step), rounds={**job.rounds, name: number}, stopped=stopped, skipped=skipped, tests=tests)
    started = StepStarted(id=f"{job.id}:{name}:{number}:started:{job.run}", step=name, round=number, **head(job, now))
    return job, [started, *asked]


def waited_for(job: Job, name: StepName, command_id: str, now: datetime) -> Moved:
    """Open a step whose command was given before."""
    number = job.rounds.get(name, 0) + 1
    step = OpenStep(name=name, round=number, commands=(command_id,), since=now, deadline=now + job.seconds_for(name))
    job = move(job, open=(*job.open, step), rounds={**job.rounds, name: number})
    return job, [StepStarted(id=f"{job.id}:{name}:{number}:started:{job.run}", step=name, round=number, **head(job, now))]


def ask_again(job: Job, step: OpenStep, now: datetime, **counted: int) -> Moved:
    """The same step, still open, with a new command."""
    job, command_id, asked = _ask(job, step.name, step.round, now)
    commands = (*step.commands, command_id)
    fresh = step.model_copy(update={"commands": commands, "deadline": now + job.seconds_for(step.name), **counted})
    return move(job, open=tuple(fresh if other == step else other for other in job.open)), asked


def show(job: Job, now: datetime) -> Moved:
    """The preview of what is on ``main``; one that is on its way to an older commit is led on to this one."""
    return _lead_on(move(job, shown=False), "preview", now)


def judge_and_show(job: Job, now: datetime) -> Moved:
    """What follows a commit on ``main``: its preview, and beside it the checks and the tests."""
    moved = then(show(job, now), lambda job: ask(job, "validate", now))
    return then(moved, lambda job: _lead_on(move(job, tests=None), "test", now))


def _lead_on(job: Job, name: StepName, now: datetime) -> Moved:
    """The step for the commit that is there now, also where it is open for an older one."""
    job = move(job, problems={other: problem for other, problem in job.problems.items() if other != name})
    asked = next((step for step in job.open if step.name == name), None)
    return ask_again(job, asked, now) if asked else ask(job, name, now)


def close(job: Job, step: OpenStep, status: StepStatus, now: datetime, problem: Problem | None = None) -> Moved:
    """The step has ended."""
    stopped = (*job.stopped, step.name) if status in ("failed", "cancelled") else job.stopped
    job = move(job, open=tuple(other for other in job.open if other != step), stopped=stopped)
    seconds = max(0.0, (now - step.since).total_seconds())
    ended_id = f"{job.id}:{step.name}:{step.round}:ended:{job.run}"
    about: dict[str, Any] = {"step": step.name, "round": step.round, **head(job, now)}
    return job, [StepEnded(id=ended_id, status=status, seconds=seconds, problem=problem, **about)]


def end(job: Job, status: JobStatus, now: datetime, problem: Problem | None = None, said: str | None = None) -> Moved:
    """The job's only end: what is open is stopped, the conversation gets its answer, the end is told."""
    told: list[Message] = []
    if job.open:
        told.append(StopWork(id=f"{job.id}:stop:{job.run}", **head(job, now)))
    if job.writing or (job.open and (job.edit or job.reading or job.compare == "comparing")):
        told.append(StopEdit(id=f"{job.id}:stop-edit:{job.run}", **head(job, now)))
    for step in job.open:
        job, closed = close(job, step, "cancelled", now)
        told += closed
    job = move(job, status=status, problem=problem)
    summary = (said or words.summary(job))[:4000]
    told.append(MessagePosted(id=f"{job.id}:reply:{job.run}", role="assistant", text=said or words.reply(job), **head(job, now)))
    outcome: dict[str, Any] = {"status": status, "summary": summary, "commit": job.landed, "problem": problem}
    ended = JobEnded(id=f"{job.id}:ended:{job.run}", proposal=left(job, problem) or _undecided(job), **outcome, **head(job, now))
    return job, [*told, ended]


def left(job: Job, problem: Problem | None) -> Proposal | None:
    """The proposal at hand that does not land, where somebody has to decide about it."""
    edit = job.edit
    if not (edit and edit.branch and edit.stage == "proposed" and job.commit and problem):
        return None
    return Proposal(branch=edit.branch, base=edit.base, commit=job.commit, reason=problem.detail, used=(*job.used, *edit.used))


def _undecided(job: Job) -> Proposal | None:
    """The last of the job's tasks that somebody has to decide about."""
    return next((unmet.left for unmet in reversed(job.unmet) if unmet.left), None)


def answered(job: Job, event: Event) -> OpenStep | None:
    """The open step that the event answers. A failure or a skip counts only for the newest asking, a success for any since it was opened:
    what an earlier run of the job asked for may rest on what the project was then."""
    if isinstance(event, StepFailed | StepSkipped):
        return next((step for step in job.open if step.command_id == cause(event)), None)
    return next((step for step in job.open if cause(event) in step.commands), None)


def cause(event: Event) -> str:
    """The id of the command that the event answers, if it answers one."""
    return event.command_id if isinstance(event, StepFailed) else event.id.rpartition(":")[0]


def answers_round(job: Job, name: StepName, number: int, command_id: str) -> bool:
    base = f"{job.id}:{name}:{number}"
    return command_id == base or command_id.startswith(f"{base}:")


def _ask(job: Job, name: StepName, number: int, now: datetime) -> tuple[Job, str, list[Message]]:
    """Count the asking; its id and its command. A step back that may happen yet is waited for instead."""
    reverting = name == "generate" and job.direction is not None
    if reverting and job.awaited:
        return job, job.awaited, []
    key = f"{name}:{number}"
    times = job.asked.get(key, 0) + 1
    command_id = f"{job.id}:{key}" + (f":{times}" if times > 1 else "")
    job = move(job, asked={**job.asked, key: times}, awaited=command_id if reverting else job.awaited)
    return job, command_id, [_command(job, name, command_id, now)]


def _command(job: Job, name: StepName, command_id: str, now: datetime) -> Command:  # noqa: PLR0911 - one for each step
    about: dict[str, Any] = {"id": command_id, **head(job, now)}
    there: dict[str, Any] = {"commit": job.at_hand, **about}
    match name:
        case "plan":
            return _planning(job, about)
        case "generate":
            return _generating(job, about, there)
        case "repair" if job.proposing:
            return _editing(job, there, diagnostics=job.findings, tests=job.tests)
        case "repair":
            return RepairCommit(diagnostics=job.findings, **there)
        case "validate":
            return ValidateCommit(**there)
        case "test":
            return TestCommit(**there)
        case "preview" if job.compare == "shooting":
            width, height = shape_of(job.attachments)
            return ShootCommit(width=width, height=height, **there)
        case "preview":
            return ShowCommit(**there)


def _planning(job: Job, about: dict[str, Any]) -> Command:
    """The built-in engine reads the message first; what it made of it goes to a model."""
    asked: dict[str, Any] = {"text": job.text, "name": job.name, "manifest": job.base, "attachments": job.attachments, **about}
    if job.compare == "comparing":
        seen = tuple(one for one in job.attachments if one.picture)
        corrected: dict[str, Any] = {**asked, "manifest": job.manifest, "attachments": seen, "unread": job.tasks, "shot": job.shot}
        return DesignManifest(memory=job.memory, conversation=job.conversation, **corrected)
    if job.reading is None:
        return MakePlan(imported=job.without_plan, **asked)
    draft = job.reading.manifest if isinstance(job.reading, PlanMade) else None
    unread = job.reading.decision.open_points or job.reading.decision.reasons
    return DesignManifest(draft=draft, unread=unread[:50], memory=job.memory, conversation=job.conversation, **asked)


def _gate(job: Job) -> Literal["mixed", "always"]:
    """A plan that a model has made is judged before it lands; one of the engine's own, where it is merged with what others have written."""
    return "always" if job.designed else "mixed"


def edit_ahead(job: Job, draft: Draft, number: int, now: datetime) -> EditCode:
    """Have a model work on a task whose turn has not come."""
    about: dict[str, Any] = {"commit": draft.base, "base": draft.base, **_shown(job), **head(job, now)}
    return EditCode(id=draft.command, task=draft.task, part=number, **about)


def _shown(job: Job) -> dict[str, Any]:
    return {"attachments": job.attachments, "memory": job.memory, "conversation": job.conversation}


def _editing(job: Job, there: dict[str, Any], **faults: Any) -> EditCode:
    assert job.edit
    known: dict[str, Any] = {"question": job.edit.question, "base": job.edit.planned or job.edit.base, "score": job.edit.reached}
    attempt = min(len(job.ways) + 1, job.attempts)
    return EditCode(task=job.edit.task or job.text, attempt=attempt, **known, **_shown(job), **faults, **there)


def _generating(job: Job, about: dict[str, Any], there: dict[str, Any]) -> Command:  # noqa: PLR0911 - one for each way
    """What brings new code."""
    if job.edit:
        merge: dict[str, Any] = {"base": job.edit.stood or job.edit.base, "choices": job.choices, "score": job.edit.reached, **there}
        return MergeBranch(branch=str(job.edit.branch), **merge) if job.proposing else _editing(job, there)
    if job.direction:
        return RevertStep(direction=job.direction, commit=job.step, choices=job.choices, **about)
    match job.action:
        case "restore":
            return RestoreCommit(**there)
        case "clone":
            return CloneProject(source=str(job.source), commit=job.step, **about)
        case "import":
            return ImportCode(upload=str(job.source), **about)
        case "merge":
            return MergeBranch(branch=str(job.source), commit=job.step, choices=job.choices, **about)
        case _:
            wanted: dict[str, Any] = {"manifest": job.manifest, "choices": job.choices, "propose": _gate(job), **about}
            return CompileManifest(summary=job.summary or "Compile the manifest", **wanted)
