"""What the planner is told."""

from barnraise.chassis.broker import Broker
from barnraise.contracts.commands import CancelJob, DropProject, MakePlan, ResolveJob, RetryJob, StartJob
from barnraise.contracts.events import (
    CodeChanged,
    CodeProposed,
    CommitCreated,
    CommitTested,
    CommitValidated,
    Event,
    ManifestDesigned,
    MergeConflicted,
    PlanAnswered,
    PlanMade,
    PreviewPictured,
    PreviewReady,
    StepFailed,
    StepSkipped,
)
from barnraise.contracts.requests import ForgetMemory, GetMemory, SetMemory
from barnraise.planner.service import Planner

HEARD: tuple[type[Event], ...] = (
    PlanMade, PlanAnswered, ManifestDesigned, CodeChanged, CodeProposed, MergeConflicted, CommitCreated, CommitValidated, CommitTested,
    PreviewReady, PreviewPictured, StepSkipped, StepFailed,
)  # fmt: skip


def register(broker: Broker, planner: Planner) -> None:
    broker.command(StartJob, planner.start)
    broker.command(CancelJob, planner.change)
    broker.command(RetryJob, planner.change)
    broker.command(ResolveJob, planner.change)
    broker.command(DropProject, planner.drop)
    broker.command(MakePlan, planner.make_plan, step="plan")
    broker.request(GetMemory, planner.recall)
    broker.request(SetMemory, planner.remember)
    broker.request(ForgetMemory, planner.forget)
    # Events of one project are ordered by its lock and, where it matters, by their sequence numbers.
    broker.events("conductor", HEARD, planner.hear, slots=4)
