"""What the planner is told."""

from barnraise.chassis.broker import Broker
from barnraise.contracts.commands import CancelJob, DropProject, MakePlan, ResolveJob, RetryJob, StartJob
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
)
from barnraise.contracts.requests import DescribeModels, ModelsState
from barnraise.planner.ports import Models
from barnraise.planner.service import Planner

HEARD: tuple[type[Event], ...] = (
    PlanMade, PlanAnswered, CodeChanged, MergeConflicted, CommitCreated, CommitValidated, CommitTested, PreviewReady,
    StepSkipped, StepFailed,
)  # fmt: skip


def register(broker: Broker, planner: Planner, models: Models) -> None:
    broker.command(StartJob, planner.start)
    broker.command(CancelJob, planner.change)
    broker.command(RetryJob, planner.change)
    broker.command(ResolveJob, planner.change)
    broker.command(DropProject, planner.drop)
    broker.command(MakePlan, planner.make_plan, step="plan")

    async def describe(_: DescribeModels) -> ModelsState:
        return models.describe()

    broker.request(DescribeModels, describe)
    # Events of one project are ordered by its lock and, where it matters, by their sequence numbers.
    broker.events("conductor", HEARD, planner.hear, slots=4)
