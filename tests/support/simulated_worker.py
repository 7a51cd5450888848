"""A worker of codegen, validator or sandbox that takes a known time for each step and does nothing else, over the real bus and database:
``python simulated_worker.py SERVICE SECONDS``. One slot, so that its part in a throughput is known."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from barnraise.chassis.clock import now
from barnraise.chassis.migrate import migrations_of
from barnraise.chassis.outcome import Outcome
from barnraise.chassis.service import Context, Service, run
from barnraise.chassis.settings import ServiceSettings
from barnraise.contracts.commands import Command, CompileManifest, ShowCommit, TestCommit, ValidateCommit
from barnraise.contracts.diagnostics import TestReport
from barnraise.contracts.events import CodeChanged, CommitTested, CommitValidated, Event, PreviewReady


def oid(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def compiled(command: Any, head: dict[str, Any]) -> Event:
    commit = oid(command.id)
    return CodeChanged(id=f"{command.id}:code", commit=commit, tree=commit, changed=True, manifest=command.manifest, **head)


def validated(command: Any, head: dict[str, Any]) -> Event:
    return CommitValidated(id=f"{command.id}:validated", commit=command.commit, passed=True, score=100, diagnostics=(), tools=(), **head)


def tested(command: Any, head: dict[str, Any]) -> Event:
    report = TestReport(passed=1, failed=0, skipped=0, seconds=0.1, cases=())
    return CommitTested(id=f"{command.id}:tested", commit=command.commit, passed=True, verdict="exited", report=report, **head)


def shown(command: Any, head: dict[str, Any]) -> Event:
    host = command.job_id
    return PreviewReady(id=f"{command.id}:ready", preview_id=host, commit=command.commit, host=host, enforced=(), **head)


STEPS = {
    "codegen": ((CompileManifest, "generate", compiled),),
    "validator": ((ValidateCommit, "validate", validated),),
    "sandbox": ((TestCommit, "test", tested), (ShowCommit, "preview", shown)),
}


def build(name: str, seconds: float) -> Service:
    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        def handling(answer: Any) -> Any:
            async def handle(command: Command) -> Outcome:
                await asyncio.sleep(seconds)
                return Outcome([answer(command, {"project_id": command.project_id, "job_id": command.job_id, "at": now()})])

            return handle

        for kind, step, answer in STEPS[name]:
            context.broker.command(kind, handling(answer), step=step, slots=1)  # ty: ignore[invalid-argument-type]
        yield

    return Service(name, ServiceSettings(), migrations=migrations_of(name), setup=setup)  # ty: ignore[missing-argument]


if __name__ == "__main__":
    run(build(sys.argv[1], float(sys.argv[2])))
