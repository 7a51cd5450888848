"""A job as the conductor remembers it: a frozen value, saved as JSON."""

from datetime import datetime

from pydantic import Field

from barnraise.contracts.base import Contract, Id, Oid
from barnraise.contracts.diagnostics import Diagnostic, TestReport
from barnraise.contracts.events import Decision
from barnraise.contracts.jobs import TERMINAL, JobAction, JobStatus, StepName
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.problems import Problem


class OpenStep(Contract):
    """A step that was asked for and has not ended. ``tries`` counts how often it was asked for in this round."""

    name: StepName
    round: int
    command_id: str
    started: datetime
    tries: int = 1


class Job(Contract):
    id: Id
    project_id: Id
    action: JobAction
    position: int
    text: str = ""
    name: str | None = None
    status: JobStatus = "queued"
    run: int = Field(default=1, description="Counts the times that the job was started: 1, and one more with each retry.")
    created: datetime
    started: datetime | None = None
    open: tuple[OpenStep, ...] = ()
    rounds: dict[str, int] = Field(default_factory=dict, description="How often each step was begun.")
    decision: Decision | None = None
    summary: str = ""
    manifest: Manifest | None = None
    commit: Oid | None = None
    findings: tuple[Diagnostic, ...] = ()
    tests: TestReport | None = None
    skipped: tuple[Problem, ...] = ()
    failure: Problem | None = None
    shown: bool = False

    @property
    def ended(self) -> bool:
        return self.status in TERMINAL
