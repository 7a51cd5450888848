"""Jobs as the HTTP API shows them."""

from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

from barnraise.contracts.base import Contract
from barnraise.contracts.conflicts import FileConflict
from barnraise.contracts.events import Proposal
from barnraise.contracts.jobs import JobAction, JobStatus, StepName, StepStatus
from barnraise.contracts.problems import Problem
from barnraise.gateway.domain import records
from barnraise.gateway.domain.facts import Facts, value
from barnraise.gateway.domain.sites import Site

_TIMED = ("plan", "generate", "validate", "test", "preview")


class Timings(TypedDict):
    """Seconds; null where a step did not run. ``total`` counts from the acceptance to the end."""

    plan: float | None
    generate: float | None
    validate: float | None
    test: float | None
    preview: float | None
    total: float | None


class Step(Contract):
    step: StepName
    round: int
    status: StepStatus
    seconds: float | None
    problem: Problem | None


class Counts(Contract):
    passed: int
    failed: int
    skipped: int


class Job(Contract):
    """A job as last heard of. ``ahead`` counts the project's jobs that come before it. ``proposal``: a change that did not land, and stands
    on a branch until somebody decides."""

    id: str
    project_id: str
    action: JobAction
    status: JobStatus
    text: str
    ahead: int
    steps: tuple[Step, ...]
    summary: str | None
    problem: Problem | None
    commit: str | None
    tests: Counts | None
    timings: Timings
    preview_url: str | None
    trace_id: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    proposal: Proposal | None = None


class Started(Contract):
    job: Job


class Conflict(Contract):
    """Where a job's change and a person's edits meet. ``paths`` are all files concerned; ``files`` the first of them, place by place:
    once these are settled, the others are told."""

    job_id: str
    paths: tuple[str, ...]
    files: tuple[FileConflict, ...]


def job(record: records.Job, site: Site) -> Job:
    status: dict[str, Any] = value(record.facts, "status") or {"status": "queued"}
    ended = datetime.fromisoformat(status["at"]) if "at" in status else None
    steps = _steps(record.facts)
    return Job(
        id=record.id,
        project_id=record.project_id,
        action=record.action,
        status=status["status"],
        text=record.text,
        ahead=record.ahead,
        steps=steps,
        summary=status.get("summary"),
        problem=status.get("problem"),
        commit=status.get("commit"),
        tests=value(record.facts, "tests"),
        timings=_timings(steps, (ended - record.created_at).total_seconds() if ended else None),
        preview_url=site.preview_url(value(record.facts, "preview")),
        trace_id=record.trace_id,
        created_at=record.created_at,
        started_at=value(record.facts, "started"),
        ended_at=ended,
        proposal=status.get("proposal"),
    )


def _steps(facts: Facts) -> tuple[Step, ...]:
    """Every step that began, in that order; its end counts when it came after."""
    begun = sorted((fact[0], name) for name, fact in facts.items() if name.startswith("begin:"))
    return tuple(_step(name.removeprefix("begin:"), seq, facts) for seq, name in begun)


def _step(key: str, begun: int, facts: Facts) -> Step:
    name, _, number = key.partition(":")
    seq, end = facts.get(f"end:{key}", (0, {}))
    if seq < begun:
        end = {"status": "running", "seconds": None, "problem": None}
    return Step.model_validate({"step": name, "round": int(number), **end})


def _timings(steps: tuple[Step, ...], total: float | None) -> Timings:
    spent: dict[str, float | None] = dict.fromkeys(_TIMED)
    for step in steps:
        if step.step in spent and step.seconds is not None and step.status != "skipped":
            spent[step.step] = round((spent[step.step] or 0.0) + step.seconds, 6)
    plan, generate, validate, test, preview = (spent[name] for name in _TIMED)
    return Timings(plan=plan, generate=generate, validate=validate, test=test, preview=preview, total=total)
