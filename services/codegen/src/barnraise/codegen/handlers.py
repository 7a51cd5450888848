"""Inbound: commands and requests."""

from typing import Protocol

from barnraise.chassis.broker import Broker
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.ports import Spending
from barnraise.codegen.service import Codegen
from barnraise.contracts.commands import (
    CloneProject,
    CompileManifest,
    DesignManifest,
    DropCode,
    EditCode,
    ImportCode,
    MergeBranch,
    RepairCommit,
    RestoreCommit,
    RevertStep,
    StopEdit,
)
from barnraise.contracts.experiments import Experiments, ListExperiments, RollBackExperiment, StartExperiment
from barnraise.contracts.impact import GetImpact
from barnraise.contracts.models import DropModel, GetModelSetup, ModelSetup, ModelVerdict, SaveModel, SetBudgets, TestModel
from barnraise.contracts.operations import Spenders
from barnraise.contracts.requests import ChangeRef, DescribeModels, GetSpenders, GetUsage, ModelsState, ModelUsage, PushCommits, WriteFiles


class Models(Protocol):
    """What is asked about models."""

    async def describe(self, request: DescribeModels) -> ModelsState: ...
    async def usage(self, request: GetUsage) -> ModelUsage: ...


class Setup(Protocol):
    """How people set models up."""

    async def get(self, request: GetModelSetup) -> ModelSetup: ...
    async def save(self, request: SaveModel) -> ModelSetup: ...
    async def drop(self, request: DropModel) -> ModelSetup: ...
    async def test(self, request: TestModel) -> ModelVerdict: ...
    async def set_budgets(self, request: SetBudgets) -> ModelSetup: ...


class Trying(Protocol):
    """Experiments, and how they stand."""

    async def list(self, request: ListExperiments, /) -> Experiments: ...
    async def start(self, request: StartExperiment) -> Experiments: ...
    async def roll_back(self, request: RollBackExperiment) -> Experiments: ...


def register(broker: Broker, codegen: Codegen, models: Models, setup: Setup, spending: Spending, experiments: Trying) -> None:

    async def spenders(request: GetSpenders) -> Spenders:
        return await spending.most(request.hours)

    broker.request(GetSpenders, spenders)
    broker.command(CompileManifest, codegen.compile, step="generate")

    async def stop(command: StopEdit) -> Outcome:
        await broker.stop_job(command.job_id or "")
        return Outcome()

    broker.command(DesignManifest, codegen.design, step="plan", slots=4)
    broker.command(EditCode, codegen.edit, step="generate", slots=4)
    broker.command(StopEdit, stop, slots=4)
    broker.command(RepairCommit, codegen.repair, step="repair")
    broker.command(RevertStep, codegen.revert, step="generate")
    broker.command(RestoreCommit, codegen.restore, step="generate")
    broker.command(CloneProject, codegen.clone, step="generate")
    broker.command(ImportCode, codegen.take_in, step="generate")
    broker.command(MergeBranch, codegen.merge, step="generate")
    broker.command(DropCode, codegen.drop)
    broker.request(DescribeModels, models.describe)
    broker.request(GetUsage, models.usage)
    broker.request(GetModelSetup, setup.get)
    broker.request(SaveModel, setup.save)
    broker.request(DropModel, setup.drop)
    broker.request(TestModel, setup.test)
    broker.request(SetBudgets, setup.set_budgets)
    broker.request(ListExperiments, experiments.list)
    broker.request(StartExperiment, experiments.start)
    broker.request(RollBackExperiment, experiments.roll_back)
    broker.request(WriteFiles, codegen.write)
    broker.request(PushCommits, codegen.push)
    broker.request(ChangeRef, codegen.change_ref)
    broker.request(GetImpact, codegen.impact)
