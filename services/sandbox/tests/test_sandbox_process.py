"""The real process on real NATS, PostgreSQL, git and sandboxes; killed and started again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import nats
import pytest

from barnraise.chassis import database
from barnraise.chassis.objects import ObjectStore
from barnraise.contracts.commands import Command, DropPreview, ShowCommit, StopWork, TestCommit
from barnraise.contracts.events import EVENTS, CommitTested, Event, LogAppended, PreviewReady, PreviewStopped, StepFailed, StepSkipped
from barnraise.contracts.requests import (
    REQUESTS,
    DescribeSandbox,
    GetPreview,
    PreviewState,
    Request,
    ResolvePreview,
    SandboxState,
    StartPreview,
    StopPreview,
)
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM, request_subject, subject_of, token
from barnraise.vfs import Vfs, branches

pytestmark = [pytest.mark.connected, pytest.mark.sandbox]
AT = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = {token(kind): kind for kind in EVENTS}
E = TypeVar("E", bound=Event)
APP = {
    "backend/app/__init__.py": b"",
    "backend/app/main.py": b"""
import os, sqlite3
from fastapi import FastAPI
app = FastAPI()
folder = os.environ["DATA_DIR"]
@app.get("/api/health")
def health(): return {"status": "ok"}
@app.post("/api/note")
def note():
    open(folder + "/note", "w").write("kept")
    return {}
@app.get("/api/note")
def read(): return {"note": open(folder + "/note").read()}
""",
    "backend/tests/test_health.py": b"""
from fastapi.testclient import TestClient
from app.main import app
def test_health(): assert TestClient(app).get("/api/health").status_code == 200
""",
    "frontend/package.json": b'{"name": "f", "private": true, "type": "module"}',
    "frontend/index.html": b"<!doctype html><h1>hello</h1>",
}
SLOW = APP | {
    "backend/tests/test_slow.py": b"import time\ndef test_slow():\n    print('begun', flush=True)\n    time.sleep(600)\n",
    "backend/pyproject.toml": b'[tool.pytest.ini_options]\naddopts = "-s"\n',
}


class Platform:
    """The sandbox service as a process, and the bus that it serves."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.bus = nats.NATS()
        self.events: list[Event] = []
        self._environment = environment
        self._runtime = folder / "runtime.json"
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self, **more: str) -> None:
        self._runtime.unlink(missing_ok=True)
        with self.log.open("ab") as output:
            command = [sys.executable, "-m", "barnraise.sandbox"]
            self.process = subprocess.Popen(command, env=self._environment | more, stdout=output, stderr=output)  # noqa: ASYNC220
        async with asyncio.timeout(60):
            while not self._runtime.exists():
                assert self.process.poll() is None, self.log.read_text()
                await asyncio.sleep(0.02)
        if not self.bus.is_connected:
            await self.bus.connect(self._environment["BARNRAISE_NATS_URL"])
            await self.bus.jetstream().subscribe("evt.>", stream=EVENT_STREAM, cb=self._hear, ordered_consumer=True)

    async def _hear(self, message: Any) -> None:
        self.events.append(KINDS[message.subject.split(".")[2]].model_validate_json(message.data))

    async def send(self, command: Command) -> None:
        await self.bus.jetstream().publish(
            subject_of(command), command.encode(), stream=COMMAND_STREAM, headers={"Nats-Msg-Id": command.id}
        )

    async def ask(self, request: Request) -> Any:
        reply = await self.bus.request(request_subject(type(request)), request.encode(), timeout=10)
        assert not (reply.headers or {}).get("Barnraise-Problem"), reply.data
        return REQUESTS[type(request)].model_validate_json(reply.data)

    async def heard(self, kind: type[E], wanted: Callable[[E], bool] = lambda _: True, within: float = 40.0) -> E:
        async with asyncio.timeout(within):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and wanted(event):
                        return event
                await asyncio.sleep(0.01)

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    async def stop(self) -> None:
        assert self.process
        self.process.terminate()
        assert await asyncio.to_thread(self.process.wait, 30) == 0, self.log.read_text()


@pytest.fixture
async def commits(database_url: str, objects_url: str, tmp_path: Path) -> list[str]:
    """Two commits of the project ``shop``: one good, one whose tests take for ever."""
    pool = await asyncpg.create_pool(database_url, min_size=1)
    await database.migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
    vfs = Vfs(pool, ObjectStore(objects_url), tmp_path / "elsewhere")
    repository = await vfs.open("shop")
    first = repository.commit(repository.write_tree(APP), [], "First", author="User", at=AT)
    second = repository.commit(repository.write_tree(SLOW), [first], "Second", author="User", at=AT)
    pack = repository.pack([first, second])
    await vfs.store("shop", pack)
    async with pool.acquire() as connection, connection.transaction():
        await branches.add_pack(connection, "shop", pack)
        await branches.move(connection, "shop", "main", None, second)
    await pool.close()
    return [first, second]


@pytest.fixture
async def platform(nats_url: str, database_url: str, objects_url: str, base_dir: Path, tmp_path: Path) -> AsyncIterator[Platform]:
    environment = os.environ | {
        "BARNRAISE_NATS_URL": nats_url,
        "BARNRAISE_DATABASE_URL": database_url,
        "BARNRAISE_OBJECTS_URL": objects_url,
        "BARNRAISE_CACHE_DIR": str(tmp_path / "cache"),
        "BARNRAISE_DATA_DIR": str(tmp_path / "data"),
        "BARNRAISE_BASE_DIR": str(base_dir),
        "BARNRAISE_RUNTIME_FILE": str(tmp_path / "runtime.json"),
        "SECRET_OF_THE_SERVICE": "must not be seen",
    }
    (tmp_path / "data").mkdir()
    made = Platform(environment, tmp_path)
    yield made
    if made.bus.is_connected:
        await made.bus.close()
    if made.process and made.process.poll() is None:
        await made.stop()


def say(kind: type[Any], suffix: str = "", **more: Any) -> Any:
    more |= {"job_id": "j1"} if issubclass(kind, Command) else {}
    return kind(id=f"j1:{kind.__name__.lower()}:1{suffix}", project_id="shop", at=AT, **more)


async def body(endpoint: str, path: str, method: str = "GET") -> bytes:
    reader, writer = await asyncio.open_unix_connection(endpoint)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x.localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 15)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return answer


@pytest.mark.parametrize("driver", ["local", "docker"])
async def test_a_commit_is_tested_and_shown_and_outlives_the_service(
    driver: str, platform: Platform, commits: list[str], request: pytest.FixtureRequest
) -> None:
    chosen = {"BARNRAISE_SANDBOX_DRIVER": driver}
    if driver == "docker":
        chosen["BARNRAISE_SANDBOX_DOCKER"] = request.getfixturevalue("docker_engine").url
    await platform.start(**chosen)
    described: SandboxState = await platform.ask(say(DescribeSandbox))
    assert (described.available, described.driver) == (True, driver)

    await platform.send(say(TestCommit, commit=commits[0]))
    await platform.send(say(ShowCommit, commit=commits[0]))
    tested = await platform.heard(CommitTested)
    assert (tested.passed, tested.verdict, tested.report.passed, tested.id) == (True, "exited", 1, "j1:testcommit:1:tested")
    assert "1 passed" in (await platform.heard(LogAppended, lambda event: event.source == "test" and "passed" in event.text)).text
    ready = await platform.heard(PreviewReady)
    assert (ready.commit, ready.preview_id, len(ready.host)) == (commits[0], ready.host, 26)
    assert ready.enforced == described.enforced
    state: PreviewState = await platform.ask(say(ResolvePreview, host=ready.host))
    assert (state.status, state.project_id) == ("running", "shop")
    assert b"<h1>hello</h1>" in await body(state.endpoint or "", "/")
    await body(state.endpoint or "", "/api/note", "POST")

    platform.kill()
    await platform.start(**chosen)
    assert (await platform.ask(say(GetPreview))).status == "stopped"
    woken: PreviewState = await platform.ask(say(ResolvePreview, host=ready.host))
    assert woken.host == ready.host
    assert b"kept" in await body(woken.endpoint or "", "/api/note")

    # the same commands again, as after a lost acknowledgement: nothing happens twice
    await platform.send(say(ShowCommit, "b", commit=commits[0]))
    again = await platform.heard(PreviewReady, lambda event: event.id != ready.id)
    assert again.host == ready.host

    assert (await platform.ask(say(StopPreview))).status == "stopped"
    assert (await platform.heard(PreviewStopped)).reason == "asked"
    assert (await platform.ask(say(StartPreview, commit=commits[0]))).status in ("starting", "running")
    await platform.send(say(DropPreview))
    async with asyncio.timeout(20):
        while (await platform.ask(say(GetPreview))).status != "none":
            await asyncio.sleep(0.02)
    await platform.stop()
    assert not (platform.log.parent / "data/previews/shop").exists()
    assert "must not be seen" not in platform.log.read_text()


async def test_stopped_work_ends_at_once_and_says_nothing(platform: Platform, commits: list[str]) -> None:
    await platform.start()
    await platform.send(say(TestCommit, commit=commits[1]))
    await platform.heard(LogAppended, lambda event: "begun" in event.text)
    await platform.send(say(StopWork))
    await platform.send(say(TestCommit, "b", commit=commits[0]))
    assert (await platform.heard(CommitTested)).commit == commits[0]
    assert not [event for event in platform.events if isinstance(event, StepFailed)]
    await platform.stop()


async def test_without_a_driver_the_service_is_up_and_skips(platform: Platform, commits: list[str]) -> None:
    await platform.start(BARNRAISE_SANDBOX_DRIVER="none")
    described: SandboxState = await platform.ask(say(DescribeSandbox))
    assert (described.available, described.driver, described.fix) == (False, "none", "Start without BARNRAISE_SANDBOX_DRIVER=none.")
    await platform.send(say(TestCommit, commit=commits[0]))
    await platform.send(say(ShowCommit, commit=commits[0]))
    for step in ("test", "preview"):
        skipped = await platform.heard(StepSkipped, lambda event, step=step: event.step == step)
        assert skipped.problem.code == "sandbox_unavailable"
    await platform.stop()


async def test_without_a_base_layer_the_service_says_how_to_get_one(platform: Platform, tmp_path: Path) -> None:
    await platform.start(BARNRAISE_BASE_DIR=str(tmp_path / "nothing"))
    described: SandboxState = await platform.ask(say(DescribeSandbox))
    assert (described.available, described.reason) == (False, "The base layer of sandboxes is not there.")
    await platform.stop()
