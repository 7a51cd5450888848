"""What was planned, checked and tested, and the platform itself, as the HTTP API shows them."""

from typing import Any, Literal

from pydantic import Field

from barnraise.contracts.base import Contract
from barnraise.contracts.diagnostics import Diagnostic, TestReport, ToolReport, Verdict
from barnraise.contracts.events import Decision
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.operations import DeadLetterState, QueueState, ServiceState, Spender
from barnraise.contracts.requests import ModelState, SandboxState


class Plan(Contract):
    """The manifest that the application stands for, and the decision behind the newest plan."""

    manifest: Manifest
    decision: Decision
    summary: str


class Tests(Contract):
    commit: str
    passed: bool
    verdict: Verdict
    report: TestReport
    enforced: tuple[str, ...] = Field(default=(), description="The limits that held; in brackets how, where it was in a coarser way.")
    accepted: tuple[str, ...] = Field(default=(), description="Limits that did not hold, which the operator has accepted by name.")


class Checks(Contract):
    commit: str
    passed: bool
    score: int
    diagnostics: tuple[Diagnostic, ...]
    tools: tuple[ToolReport, ...]


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
