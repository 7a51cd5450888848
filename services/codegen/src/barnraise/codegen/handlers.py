"""Inbound: commands and requests."""

from barnraise.chassis.broker import Broker
from barnraise.codegen.service import Codegen
from barnraise.contracts.commands import (
    CloneProject,
    CompileManifest,
    DropCode,
    ImportCode,
    MergeBranch,
    RepairCommit,
    RestoreCommit,
    RevertStep,
)
from barnraise.contracts.requests import ChangeRef, PushCommits, WriteFiles


def register(broker: Broker, codegen: Codegen) -> None:
    broker.command(CompileManifest, codegen.compile, step="generate")
    broker.command(RepairCommit, codegen.repair, step="repair")
    broker.command(RevertStep, codegen.revert, step="generate")
    broker.command(RestoreCommit, codegen.restore, step="generate")
    broker.command(CloneProject, codegen.clone, step="generate")
    broker.command(ImportCode, codegen.take_in, step="generate")
    broker.command(MergeBranch, codegen.merge, step="generate")
    broker.command(DropCode, codegen.drop)
    broker.request(WriteFiles, codegen.write)
    broker.request(PushCommits, codegen.push)
    broker.request(ChangeRef, codegen.change_ref)
