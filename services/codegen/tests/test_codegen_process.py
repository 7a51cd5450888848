"""The real process on real NATS and PostgreSQL: killed around every outside effect, it does its work once."""

import asyncio
import base64
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import nats
import pytest
from nats.aio.client import Client

from barnraise.chassis.objects import ObjectStore
from barnraise.contracts.commands import Command, CompileManifest, DropCode, RevertStep
from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.requests import FileWrite, WriteFiles
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM, command_subject, request_subject
from barnraise.vfs import Vfs

pytestmark = [pytest.mark.connected, pytest.mark.slow]
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Running:
    """One codegen process and a view of the bus."""

    def __init__(self, home: Path, environment: dict[str, str], client: Client) -> None:
        self.home, self.environment, self.client = home, environment, client
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        ready = self.home / "runtime.json"
        ready.unlink(missing_ok=True)
        self._spawn()
        async with asyncio.timeout(60):
            while not ready.exists():
                assert self.process.poll() is None, (self.home / "log").read_text()
                await asyncio.sleep(0.05)

    def _spawn(self) -> None:
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "barnraise.codegen"], env=self.environment, stdout=log, stderr=log)

    async def died(self) -> None:
        assert self.process is not None
        assert await asyncio.to_thread(self.process.wait, 60) == -signal.SIGKILL

    def arm(self, point: str) -> None:
        (self.home / "failpoints" / point).touch()

    async def publish(self, command: Command) -> None:
        headers = {"Nats-Msg-Id": command.id}
        jetstream = self.client.jetstream()
        await jetstream.publish(command_subject(type(command)), command.encode(), stream=COMMAND_STREAM, headers=headers)

    async def events(self, tag: str, count: int) -> list[bytes]:
        """The first ``count`` events of that tag; waits for them, and sees that there is no further one."""
        subscription = await self.client.jetstream().subscribe(f"evt.*.{tag}", stream=EVENT_STREAM, ordered_consumer=True)
        found = [(await subscription.next_msg(timeout=60)).data for _ in range(count)]
        with pytest.raises(nats.errors.TimeoutError):
            await subscription.next_msg(timeout=0.3)
        return found


@pytest.fixture
async def running(nats_url: str, database_url: str, objects_url: str, tmp_path: Path) -> AsyncIterator[Running]:
    (tmp_path / "failpoints").mkdir()
    environment = {
        **os.environ,
        "BARNRAISE_NATS_URL": nats_url,
        "BARNRAISE_DATABASE_URL": database_url,
        "BARNRAISE_OBJECTS_URL": objects_url,
        "BARNRAISE_CACHE_DIR": str(tmp_path / "cache"),
        "BARNRAISE_RUNTIME_FILE": str(tmp_path / "runtime.json"),
        "BARNRAISE_FAILPOINT_DIR": str(tmp_path / "failpoints"),
    }
    client = await nats.connect(nats_url)
    running = Running(tmp_path, environment, client)
    await running.start()
    yield running
    with contextlib.suppress(ProcessLookupError):
        running.process.terminate()
    await asyncio.to_thread(running.process.wait, 30)
    await client.close()


@pytest.fixture
async def vfs(database_url: str, objects_url: str, tmp_path: Path) -> AsyncIterator[Vfs]:
    """Another machine's view."""
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        yield Vfs(pool, ObjectStore(objects_url), tmp_path / "elsewhere")


def compile_command(number: int, *fields: str) -> CompileManifest:
    entity = Entity(name="Lamp", label="Lamp", plural_label="Lamps", fields=tuple(Field(name=field, label=field) for field in fields))
    manifest = Manifest(name="shop", title="Shop", entities=(entity,))
    return CompileManifest(id=f"job:generate:{number}", project_id="shop", job_id=f"job{number}", at=AT, manifest=manifest, summary="Build")


async def assert_once(running: Running, vfs: Vfs, commits: int) -> None:
    """As many commits on main as there were changes, each told once, and a repository that git finds whole."""
    assert len(await running.events("code-changed-v1", commits)) == commits
    assert len(await running.events("commit-created-v1", commits)) == commits
    repository = await vfs.open("shop")
    assert len(repository.log("main")[0]) == commits
    for path in (await vfs.path_for_clone("shop"), running.home / "cache/git/shop.git"):
        fsck(path)


def fsck(path: Path) -> None:
    subprocess.run(["git", "fsck", "--strict", "--full"], cwd=path, check=True, capture_output=True)


@pytest.mark.parametrize("point", ["codegen.packed", "codegen.stored", "codegen.finishing", "codegen.committed"])
async def test_a_crash_around_a_commit_loses_and_doubles_nothing(running: Running, vfs: Vfs, point: str) -> None:
    await running.publish(compile_command(1, "name"))
    await running.events("code-changed-v1", 1)
    running.arm(point)
    await running.publish(compile_command(2, "name", "colour"))
    await running.died()
    await running.start()
    await assert_once(running, vfs, 2)


@pytest.mark.parametrize("point", ["codegen.packed", "codegen.stored"])
async def test_a_crash_during_a_hand_edit_is_healed_by_asking_again(running: Running, vfs: Vfs, point: str) -> None:
    await running.publish(compile_command(1, "name"))
    await running.events("code-changed-v1", 1)
    base = (await vfs.open("shop")).refs["main"]
    file = FileWrite(path="notes.txt", content=base64.b64encode(b"mine\n").decode())
    request = WriteFiles(id="edit-1", project_id="shop", at=AT, base=base, files=(file,))
    running.arm(point)
    with pytest.raises(nats.errors.TimeoutError):
        await running.client.request(request_subject(WriteFiles), request.encode(), timeout=3)
    await running.died()
    await running.start()
    answers = [(await running.client.request(request_subject(WriteFiles), request.encode(), timeout=20)).data for _ in range(2)]
    assert answers[0] == answers[1]
    assert b'"changed":true' in answers[0]
    assert len(await running.events("commit-created-v1", 2)) == 2
    assert len((await vfs.open("shop")).log("main")[0]) == 2


async def test_undo_and_drop_over_the_bus(running: Running, vfs: Vfs) -> None:
    await running.publish(compile_command(1, "name"))
    await running.events("code-changed-v1", 1)
    await running.publish(RevertStep(id="undo-1", project_id="shop", job_id="job2", at=AT, direction="undo"))
    assert b"nothing_to_undo" in (await running.events("step-failed-v1", 1))[0]
    await running.publish(DropCode(id="drop-1", project_id="shop", job_id="job3", at=AT))
    async with asyncio.timeout(30):
        while await vfs.head("shop"):
            await asyncio.sleep(0.02)
    await running.publish(compile_command(4, "name"))
    assert b"project_deleted" in (await running.events("step-failed-v1", 2))[1]
    assert (await vfs.open("shop")).refs == {}
    assert not list((running.home / "objects").rglob("*.pack"))
