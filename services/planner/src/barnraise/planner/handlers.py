"""What the planner is told."""

from barnraise.chassis.broker import Broker
from barnraise.chassis.outcome import Outcome
from barnraise.contracts.commands import CancelJob, DropProject, MakePlan, RetryJob, StartJob
from barnraise.contracts.events import (
    CodeChanged,
    CommitCreated,
    CommitTested,
    CommitValidated,
    Event,
    MergeConflicted,
    PlanAnswered,
    PlanMade,
    PreviewReady,
    StepFailed,
    StepSkipped,
)  # fmt: skip
from barnraise.planner.service import Planner

HEARD: tuple[type[Event], ...] = (
    PlanMade, PlanAnswered, CodeChanged, MergeConflicted, CommitCreated, CommitValidated, CommitTested, PreviewReady, StepSkipped, StepFailed,
)  # fmt: skip


def register(broker: Broker, planner: Planner) -> None:
    async def hear(event: Event, _: int) -> Outcome:
        return await planner.hear(event)

    broker.command(StartJob, planner.start)
    broker.command(CancelJob, planner.change)
    broker.command(RetryJob, planner.change)
    broker.command(DropProject, planner.drop)
    broker.command(MakePlan, planner.make_plan, step="plan")
    broker.events("conductor", HEARD, hear, slots=4)
