"""A tiny service for the delivery tests: validates by writing one row, and says so. Run as a process, so that it can be killed."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from barnraise.chassis import consumer
from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome, RetryNow, Transaction
from barnraise.chassis.service import Context, Service, run
from barnraise.chassis.settings import ServiceSettings
from barnraise.contracts.base import Message
from barnraise.contracts.commands import StopWork, TestCommit, ValidateCommit
from barnraise.contracts.events import CommitValidated, JobStarted
from barnraise.contracts.requests import GetPreview, PreviewState

consumer.MAX_TRIES = int(os.environ.get("MAX_TRIES", consumer.MAX_TRIES))
TABLE = "create table if not exists validator.effects (id text not null, at timestamptz not null default now())"


def build() -> Service:
    settings = ServiceSettings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        await context.database.execute(TABLE)
        tries: dict[str, int] = {}
        cut: list[str] = []

        async def validate(command: ValidateCommit) -> Outcome:
            tries[command.id] = tries.get(command.id, 0) + 1
            await behave(command, tries[command.id])

            async def effect(transaction: Transaction) -> Sequence[Message]:
                await transaction.execute("insert into validator.effects (id) values ($1)", command.id)
                if command.job_id == "cut" and not cut:
                    cut.append(command.id)
                    await transaction.execute("select pg_terminate_backend(pg_backend_pid())")
                return ()

            return Outcome([validated(command)], effect)

        async def stop(command: StopWork) -> Outcome:
            await context.broker.stop_job(command.job_id)
            return Outcome()

        async def go_on(event: CommitValidated | JobStarted, _: int) -> Outcome:
            if event.job_id != "chain" or isinstance(event, JobStarted):
                return Outcome()
            head: dict[str, Any] = {"project_id": event.project_id, "job_id": event.job_id, "at": now(), "commit": event.commit}
            return Outcome([TestCommit(id=f"{event.job_id}:test:1", **head)])

        async def preview(request: GetPreview) -> PreviewState:
            if request.id == "slow":
                await asyncio.sleep(1)
            if request.id == "huge":
                return PreviewState(status="none", detail="x" * (9 << 20))
            if request.id == "tries":
                return PreviewState(status="none", detail=str(sum(tries.values())))
            if request.id == "known":
                raise BarnraiseError("preview_gone", "It is gone.", "Start it.")
            if request.id == "broken":
                raise RuntimeError("boom")
            return PreviewState(status="none")

        context.broker.command(ValidateCommit, validate, step="validate", slots=4, ack_wait=float(os.environ.get("ACK_WAIT", "3")))
        context.broker.command(StopWork, stop)
        context.broker.events("chain", [CommitValidated], go_on, formerly=[JobStarted])
        context.broker.request(GetPreview, preview)
        yield

    return Service("validator", settings, migrations=None, setup=setup)


async def behave(command: ValidateCommit, attempt: int) -> None:
    """What the job's name asks for."""
    if command.job_id == "slow":
        await asyncio.sleep(5)
    if command.job_id == "endless":
        await asyncio.Event().wait()
    if command.job_id == "typed":
        raise BarnraiseError("limit_exceeded", "Too much.", "Ask for less.")
    if command.job_id == "poison" or (command.job_id == "flaky" and attempt < 3):
        raise RuntimeError("not this time")
    if command.job_id == "again" and attempt < 3:
        raise RetryNow


def validated(command: ValidateCommit) -> CommitValidated:
    head: dict[str, Any] = {"project_id": command.project_id, "job_id": command.job_id, "at": now(), "commit": command.commit}
    return CommitValidated(id=f"{command.id}:validated", passed=True, score=100, diagnostics=(), tools=(), **head)


if __name__ == "__main__":
    run(build())
