"""The sandbox service as one process or several, with the bus that it serves and a project of two commits."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import nats

from barnraise.contracts.commands import Command
from barnraise.contracts.events import EVENTS, Event
from barnraise.contracts.requests import REQUESTS, PreviewState, Request, ResolvePreview
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM, request_subject, subject_of, token

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
        self._folder = folder
        self.log = folder / "log"
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    async def start(self, replica: int = 0, **more: str) -> None:
        """Until that replica serves."""
        runtime = self._folder / f"runtime-{replica}.json"
        runtime.unlink(missing_ok=True)
        environment = self._environment | {"BARNRAISE_RUNTIME_FILE": str(runtime)} | more
        with self.log.open("ab") as output:
            command = [sys.executable, "-m", "barnraise.sandbox"]
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)  # noqa: ASYNC220
        self._processes[replica] = process
        async with asyncio.timeout(150):
            while not runtime.exists():
                assert process.poll() is None, self.log.read_text()
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
        reply = await self.bus.request(request_subject(type(request)), request.encode(), timeout=30)
        assert not (reply.headers or {}).get("Barnraise-Problem"), reply.data
        return REQUESTS[type(request)].model_validate_json(reply.data)

    async def woken(self, host: str, within: float = 60.0) -> PreviewState:
        """The preview, once requests may be sent to it: a machine that is short of time has no sandbox at the first question."""
        async with asyncio.timeout(within):
            while not (state := await self.ask(say(ResolvePreview, host=host))).endpoint:
                await asyncio.sleep(0.05)
        return state

    async def heard(self, kind: type[E], wanted: Callable[[E], bool] = lambda _: True, within: float = 60.0) -> E:
        async with asyncio.timeout(within):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and wanted(event):
                        return event
                await asyncio.sleep(0.01)

    def kill(self, replica: int = 0) -> None:
        process = self._processes.pop(replica)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def pause(self, replica: int) -> None:
        self._processes[replica].send_signal(signal.SIGSTOP)

    def go_on(self, replica: int) -> None:
        self._processes[replica].send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        """All that live."""
        processes = list(self._processes.values())
        self._processes.clear()
        for process in processes:
            process.terminate()
        for process in processes:
            assert await asyncio.to_thread(process.wait, 30) == 0, self.log.read_text()

    async def close(self) -> None:
        """Also where a test has failed."""
        if self.bus.is_connected:
            await self.bus.close()
        for process in self._processes.values():
            process.kill()
            await asyncio.to_thread(process.wait, 30)


def say(kind: type[Any], suffix: str = "", project: str = "shop", **more: Any) -> Any:
    more |= {"job_id": "j1"} if issubclass(kind, Command) else {}
    return kind(id=f"j1:{kind.__name__.lower()}:1{suffix}", project_id=project, at=AT, **more)


async def body(endpoint: str, path: str, method: str = "GET") -> bytes:
    reader, writer = await asyncio.open_unix_connection(endpoint)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x.localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return answer
