"""The planner as a process on real NATS and PostgreSQL, among doubles of the other services that answer its commands."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import nats
from nats.aio.msg import Msg

from barnraise.chassis.provision import provision_streams
from barnraise.contracts.base import Message
from barnraise.contracts.commands import (
    COMMANDS,
    Command,
    CompileManifest,
    RepairCommit,
    RevertStep,
    ShowCommit,
    StartJob,
    StopWork,
    TestCommit,
    ValidateCommit,
)
from barnraise.contracts.diagnostics import TestReport
from barnraise.contracts.events import CodeChanged, CommitCreated, CommitTested, CommitValidated, Event, PreviewReady
from barnraise.contracts.subjects import EVENT_STREAM, subject_of, token
from barnraise.planner.domain.job import Job
from barnraise.planner.domain.journal import read_signal, replay

AT = datetime(2026, 1, 1, tzinfo=UTC)
OID = "0123456789abcdef0123456789abcdef01234567"
REPORT = TestReport(passed=3, failed=0, skipped=0, seconds=0.1)
KINDS = {token(kind): kind for kind in COMMANDS}


def answers(command: Command) -> list[Event]:
    """What a service that finds nothing wrong says."""
    about: dict[str, Any] = {"project_id": command.project_id, "job_id": command.job_id, "at": AT, "commit": OID}
    match command:
        case CompileManifest() | RevertStep() | RepairCommit():
            manifest = command.manifest if isinstance(command, CompileManifest) else None
            moved = CommitCreated(id=f"{command.id}:commit", origin="compile", summary="Made.", **about)
            return [moved, CodeChanged(id=f"{command.id}:code", changed=True, manifest=manifest, **about)]
        case ValidateCommit():
            return [CommitValidated(id=f"{command.id}:validated", passed=True, score=100, diagnostics=(), tools=(), **about)]
        case TestCommit():
            return [CommitTested(id=f"{command.id}:tested", passed=True, verdict="exited", report=REPORT, **about)]
        case ShowCommit():
            return [PreviewReady(id=f"{command.id}:ready", preview_id="v1", host="v1", enforced=(), **about)]
    return []


class Stage:
    """``hold`` names command classes that are not answered until they are released; ``commands`` is what the planner asked for."""

    def __init__(self, folder: Path, nats_url: str, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.nats_url = nats_url
        self.hold: set[type[Command]] = set()
        self.commands: list[Command] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        self._late_answers: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        self.nats = await nats.connect(self.nats_url)
        self.jetstream = self.nats.jetstream()
        await provision_streams(self.nats, self.jetstream)
        for owner in ("codegen", "validator", "sandbox"):
            await self.jetstream.subscribe(f"cmd.{owner}.>", durable=f"double-{owner}", cb=self._play, manual_ack=True)

    async def close(self) -> None:
        await asyncio.gather(*self._late_answers)
        for process in self.processes:
            process.terminate()
            process.wait(60)
        await self.nats.close()

    async def start(self, **env: str) -> subprocess.Popen[bytes]:
        """A planner that is ready."""
        runtime = self.folder / f"runtime-{len(self.processes)}.json"
        whole = os.environ | {
            "BARNRAISE_NATS_URL": self.nats_url,
            "BARNRAISE_DATABASE_URL": self.database_url,
            "BARNRAISE_OBJECTS_URL": f"file://{self.folder}/objects",
            "BARNRAISE_CACHE_DIR": str(self.folder),
            "BARNRAISE_RUNTIME_FILE": str(runtime),
            "BARNRAISE_FAILPOINT_DIR": str(self.folder),
            "BARNRAISE_SWEEP_SECONDS": "0.2",
        }
        log = self.folder / "planner.log"
        process = subprocess.Popen([sys.executable, "-m", "barnraise.planner"], env=whole | env, stdout=log.open("a"), stderr=2)  # noqa: ASYNC220
        self.processes.append(process)
        async with asyncio.timeout(90):
            while not runtime.exists() and process.poll() is None:
                await asyncio.sleep(0.02)
        return process

    async def send(self, message: Message) -> None:
        await self.jetstream.publish(subject_of(message), message.encode(), headers={"Nats-Msg-Id": message.id})

    async def job(self, job_id: str, position: int = 1, project: str = "p1", **content: Any) -> None:
        content = {"action": "message", "text": "Boats have a name and a length."} | content
        await self.send(StartJob(id=f"{job_id}:start", project_id=project, job_id=job_id, at=AT, position=position, **content))

    def release(self) -> None:
        """Answer what was held, and hold nothing more."""
        held, self.hold = self.hold, set()
        self._late_answers += [asyncio.create_task(self._answer(command)) for command in self.commands if type(command) in held]

    async def asked_for(self, kind: type[Command], count: int = 1) -> Command:
        async with asyncio.timeout(90):
            while len(found := [command for command in self.commands if isinstance(command, kind)]) < count:
                await asyncio.sleep(0.02)
        return found[count - 1]

    async def events(self) -> list[dict[str, Any]]:
        """The whole event stream."""
        found = []
        state = (await self.jetstream.stream_info(EVENT_STREAM)).state
        for sequence in range(max(1, state.first_seq), state.last_seq + 1):
            found.append(json.loads((await self.jetstream.get_msg(EVENT_STREAM, sequence)).data or b"{}"))
        return found

    async def heard(self, kind: type[Event], job_id: str, count: int = 1) -> dict[str, Any]:
        """The ``count``-th event of that class for the job."""
        async with asyncio.timeout(90):
            while True:
                found = [event for event in await self.events() if (event["type"], event["job_id"]) == (kind.tag(), job_id)]
                if len(found) >= count:
                    return found[count - 1]
                await asyncio.sleep(0.05)

    async def idle(self) -> None:
        """Wait until the planner has nothing left to do."""
        async with asyncio.timeout(90):
            for stream in ("COMMANDS", EVENT_STREAM):
                for consumer in await self.jetstream.consumers_info(stream):
                    while consumer.num_pending or consumer.num_ack_pending:
                        await asyncio.sleep(0.05)
                        consumer = await self.jetstream.consumer_info(stream, str(consumer.name))  # noqa: PLW2901

    async def check(self) -> None:
        """What always holds: nothing was said twice, and each job's journal tells how it came to its state."""
        await self.idle()
        said = Counter([event["id"] for event in await self.events()] + [command.id for command in self.commands])
        assert {key: count for key, count in said.items() if count > 1} == {}
        connection = await asyncpg.connect(self.database_url)
        try:
            for row in await connection.fetch("select id, state from planner.jobs"):
                query = "select signal, at from planner.job_events where job_id = $1 order by number"
                entries = [(read_signal(entry["signal"]), entry["at"]) for entry in await connection.fetch(query, row["id"])]
                assert replay(entries) == Job.model_validate_json(row["state"])
        finally:
            await connection.close()

    async def _play(self, message: Msg) -> None:
        command = KINDS[message.subject.rsplit(".", 1)[-1]].model_validate_json(message.data)
        self.commands.append(command)
        await message.ack()
        await self._answer(command)

    async def _answer(self, command: Command) -> None:
        if type(command) not in self.hold:
            for event in answers(command):
                await self.send(event)


def ends(events: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(event["job_id"], event["status"]) for event in events if event["type"] == "job.ended.v1"]


__all__ = ["AT", "OID", "Stage", "StopWork", "answers", "ends"]
