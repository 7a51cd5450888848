"""Inbound: commands and requests."""

from collections.abc import Callable

from barnraise.chassis.broker import Broker
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.service import Codegen
from barnraise.contracts.commands import (
    CloneProject,
    CompileManifest,
    DropCode,
    EditCode,
    ImportCode,
    MergeBranch,
    RepairCommit,
    RestoreCommit,
    RevertStep,
    StopEdit,
)
from barnraise.contracts.requests import ChangeRef, DescribeModels, ModelsState, PushCommits, WriteFiles


def register(broker: Broker, codegen: Codegen, models: Callable[[], ModelsState]) -> None:
    async def describe(_: DescribeModels) -> ModelsState:
        return models()

    broker.command(CompileManifest, codegen.compile, step="generate")

    async def stop(command: StopEdit) -> Outcome:
        broker.stop_job(command.job_id or "")
        return Outcome()

    broker.command(EditCode, codegen.edit, step="generate", slots=4)
    broker.command(StopEdit, stop, slots=4)
    broker.command(RepairCommit, codegen.repair, step="repair")
    broker.command(RevertStep, codegen.revert, step="generate")
    broker.command(RestoreCommit, codegen.restore, step="generate")
    broker.command(CloneProject, codegen.clone, step="generate")
    broker.command(ImportCode, codegen.take_in, step="generate")
    broker.command(MergeBranch, codegen.merge, step="generate")
    broker.command(DropCode, codegen.drop)
    broker.request(DescribeModels, describe)
    broker.request(WriteFiles, codegen.write)
    broker.request(PushCommits, codegen.push)
    broker.request(ChangeRef, codegen.change_ref)
