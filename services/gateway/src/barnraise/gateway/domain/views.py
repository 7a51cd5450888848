"""The shapes of the HTTP API. Times are UTC, durations seconds."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from barnraise.contracts.base import Contract
from barnraise.contracts.conflicts import FileConflict
from barnraise.contracts.diagnostics import Diagnostic, TestReport, ToolReport, Verdict
from barnraise.contracts.events import Decision, Proposal
from barnraise.contracts.jobs import JobAction, JobStatus, StepName, StepStatus
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.operations import DeadLetterState, QueueState, ServiceState, Spender
from barnraise.contracts.problems import Problem
from barnraise.contracts.requests import ModelState, SandboxState
from barnraise.gateway.domain import records
from barnraise.gateway.domain.facts import Facts, value
from barnraise.gateway.domain.sites import Site

T = TypeVar("T")
ProjectStatus = Literal["new", "building", "ready", "failed", "needs_input"]
_STATUS: dict[str, ProjectStatus] = {"succeeded": "ready", "failed": "failed", "needs_input": "needs_input"}
_TIMED = ("plan", "generate", "validate", "test", "preview")


class Timings(TypedDict):
    """Seconds; null where a step did not run. ``total`` counts from the acceptance to the end."""

    plan: float | None
    generate: float | None
    validate: float | None
    test: float | None
    preview: float | None
    total: float | None


class Page(Contract, Generic[T]):
    """A part of a list. ``next_cursor`` leads to the next part while ``has_more``."""

    items: tuple[T, ...]
    next_cursor: str | None
    has_more: bool


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


class Project(Contract):
    """``job`` is the one that runs, else the newest. ``last_seq`` is the newest event that this takes into account."""

    id: str
    name: str
    status: ProjectStatus
    created_at: datetime
    updated_at: datetime
    job: Job | None
    commit: str | None
    preview_url: str | None
    last_seq: int


class Message(Contract):
    id: str
    role: Literal["user", "assistant"]
    text: str
    at: datetime
    job_id: str | None
    attachments: tuple[str, ...] = ()


class Submitted(Contract):
    project: Project
    job: Job
    message: Message


class Said(Contract):
    job: Job
    message: Message


class Started(Contract):
    job: Job


class Begun(Contract):
    """A project that began as a copy or as a file."""

    project: Project
    job: Job


class Plan(Contract):
    """The manifest that the application stands for, and the decision behind the newest plan."""

    manifest: Manifest
    decision: Decision
    summary: str


class Conflict(Contract):
    """Where a job's change and a person's edits meet. ``paths`` are all files concerned; ``files`` the first of them, place by place:
    once these are settled, the others are told."""

    job_id: str
    paths: tuple[str, ...]
    files: tuple[FileConflict, ...]


class Tests(Contract):
    commit: str
    passed: bool
    verdict: Verdict
    report: TestReport


class Checks(Contract):
    commit: str
    passed: bool
    score: int
    diagnostics: tuple[Diagnostic, ...]
    tools: tuple[ToolReport, ...]


class FileEntry(Contract):
    path: str
    size: int
    blob: str


class Tree(Contract):
    """``commit`` is null, and there are no items, before the first code."""

    commit: str | None
    items: tuple[FileEntry, ...]


class File(Contract):
    path: str
    commit: str
    blob: str
    size: int
    encoding: Literal["utf-8", "base64"]
    content: str


class Commit(Contract):
    """``tags`` are the names that people have given to it."""

    commit: str
    parents: tuple[str, ...]
    summary: str
    origin: str | None
    job_id: str | None
    step_id: str | None
    at: datetime
    author: str
    tags: tuple[str, ...] = ()


class Lines(Contract):
    """``count`` lines from ``line`` (from 1) on, and the step that brought them."""

    line: int
    count: int
    commit: str
    summary: str
    origin: str | None
    job_id: str | None
    step_id: str | None
    at: datetime
    author: str


class Blame(Contract):
    """Which step each line of a file comes from, in order."""

    path: str
    commit: str
    items: tuple[Lines, ...]


class Tag(Contract):
    name: str
    commit: Commit


class Tags(Contract):
    items: tuple[Tag, ...]


class Branch(Contract):
    """``commit`` is the newest; ``base`` is where the branch left ``main``, null where it never did."""

    name: str
    commit: Commit
    base: str | None = None


class Branches(Contract):
    items: tuple[Branch, ...]


class FileDiff(Contract):
    """``patch`` is unified diff text, null for a binary file and for one that is too long."""

    path: str
    change: Literal["added", "modified", "deleted"]
    added: int
    removed: int
    binary: bool
    patch: str | None


class Diff(Contract):
    """``from`` is null when ``to`` is the first commit."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: Annotated[str | None, Field(alias="from")]
    to: str
    files: tuple[FileDiff, ...]


class Trouble(Contract):
    """What went wrong last in a preview, in the words of its application."""

    commit: str | None
    source: Literal["script", "console", "request", "server"]
    text: str
    detail: str = ""
    where: str = ""


class Preview(Contract):
    status: Literal["none", "starting", "running", "stopped", "failed"]
    url: str | None
    commit: str | None
    enforced: tuple[str, ...]
    detail: str | None
    trouble: Trouble | None = None
    memory: int | None = Field(default=None, description="Bytes that it takes while it runs, where that can be seen.")


class Share(Contract):
    """A link that shows the preview to whoever has it, until it expires or is taken back."""

    id: str
    project_id: str
    url: str
    note: str
    created_at: datetime
    expires_at: datetime


class Shares(Contract):
    items: tuple[Share, ...]


class Link(Contract):
    """A link that lets one browser in, once."""

    url: str
    expires_at: datetime


class System(Contract):
    """``services``: ``up`` or ``down``, by name."""

    version: str
    sandbox: SandboxState
    services: dict[str, Literal["up", "down"]]


class Operations(Contract):
    """What operators see. ``trouble``: what to know first, in sentences."""

    trouble: tuple[str, ...]
    services: tuple[ServiceState, ...]
    queues: tuple[QueueState, ...]
    dead: tuple[DeadLetterState, ...]
    models: tuple[ModelState, ...]
    spenders: tuple[Spender, ...]


class EventItem(Contract):
    seq: int
    event: dict[str, Any]


class EventPage(Contract):
    items: tuple[EventItem, ...]
    last_seq: int


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


def project(overview: records.Overview, site: Site) -> Project:
    record, newest = overview.project, overview.job
    preview = value(record.facts, "preview")
    return Project(
        id=record.id,
        name=record.name,
        status=_project_status(overview),
        created_at=record.created_at,
        updated_at=record.updated_at,
        job=job(newest, site) if newest else None,
        commit=value(record.facts, "commit"),
        preview_url=site.preview_url(preview["host"]) if preview else None,
        last_seq=record.last_seq,
    )


def message(record: records.Message) -> Message:
    return Message(id=record.id, role=record.role, text=record.text, at=record.at, job_id=record.job_id, attachments=record.attachments)


def _project_status(overview: records.Overview) -> ProjectStatus:
    if overview.busy:
        return "building"
    ended = overview.job.status if overview.job else ""
    return _STATUS.get(ended) or ("ready" if value(overview.project.facts, "commit") else "new")


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
