"""A gateway whose outside is in memory, the same one behind a real server, and the real one as a process."""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from aiohttp import web
from page_double import WEB, build

from barnraise.chassis.health import health_app
from barnraise.chassis.metrics import Metrics
from barnraise.contracts.requests import PreviewState, ResolvePreview
from barnraise.gateway.adapters.memory import MemoryBus, MemoryCode, MemoryGit, MemoryLog, MemoryMeters, MemoryRecords, MemoryUploads
from barnraise.gateway.adapters.shares import MemoryShares
from barnraise.gateway.adapters.upstreams import UnixUpstreams
from barnraise.gateway.app import HTTP_OPTIONS, Gateway, Outside
from barnraise.gateway.settings import Settings

TOKEN = "a-token-for-this-run-of-the-tests"


@dataclass
class World:
    """A gateway and everything around it."""

    settings: Settings
    records: MemoryRecords = field(default_factory=MemoryRecords)
    log: MemoryLog = field(default_factory=MemoryLog)
    code: MemoryCode = field(default_factory=MemoryCode)
    meters: MemoryMeters = field(default_factory=MemoryMeters)
    uploads: MemoryUploads = field(default_factory=MemoryUploads)
    said: list[Any] = field(default_factory=list)
    """What events made the gateway say itself."""

    def __post_init__(self) -> None:
        self.bus = MemoryBus(self.records)
        outside = Outside(
            records=self.records,
            credentials=self.records,
            shares=MemoryShares(),
            bus=self.bus,
            log=self.log,
            code=self.code,
            git=MemoryGit(),
            upstreams=UnixUpstreams(),
            uploads=self.uploads,
            fan_out=self.meters,
            meters=self.meters,
            job_meters=self.meters,
        )
        self.gateway = Gateway(self.settings, outside)
        self.gateway.hub.ready()
        self.asgi = self.gateway.asgi(health_app(lambda: None, Metrics().registry))

    @property
    def url(self) -> str:
        return f"http://localhost:{self.settings.http_port}"

    def client(self, **headers: str) -> httpx.AsyncClient:
        """With the run's token, unless ``headers`` say otherwise."""
        given = {"Authorization": f"Bearer {TOKEN}"} | headers
        transport = httpx.ASGITransport(app=self.asgi, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=self.url, headers={k: v for k, v in given.items() if v})

    async def tell(self, message: Any) -> int:
        """An event happens: it is in the stream, applied, and on its way to the clients. Its number."""
        entry = self.log.add(message)
        outcome = await self.gateway.projector.apply(message, entry.seq)
        self.said += await outcome.effect(None)
        self.gateway.hub.receive(entry.seq, f"evt.{entry.project}.{entry.token}", entry.data)
        return entry.seq


def make_settings(tmp_path: Path, port: int, **more: Any) -> Settings:
    plain = {"nats_url": "nats://nowhere", "database_url": "postgresql://nowhere", "objects_url": tmp_path.as_uri(), "cache_dir": tmp_path}
    return Settings(**plain, auth_token=TOKEN, http_port=port, **more)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(make_settings(tmp_path, 7700))


@pytest.fixture
async def api(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client() as client:
        yield client


@contextlib.asynccontextmanager
async def serve(tmp_path: Path, **settings: Any) -> AsyncIterator[World]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    world = World(make_settings(tmp_path, listener.getsockname()[1], **settings))
    options = {"log_config": None, "access_log": False, "lifespan": "off", **HTTP_OPTIONS}
    server = uvicorn.Server(uvicorn.Config(world.asgi, **options))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    yield world
    world.gateway.hub.close("restart")
    server.should_exit = True
    await server.shutdown(sockets=[listener])


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[World]:
    """The gateway in memory behind a real server, on a port of its own."""
    async with serve(tmp_path) as world:
        yield world


@pytest.fixture
async def served_page(tmp_path: Path) -> AsyncIterator[World]:
    """The same with the real page."""
    build()
    async with serve(tmp_path, web_dir=WEB / "dist") as world:
        yield world


@dataclass
class Process:
    """A real gateway as a process of its own. ``start`` after ``kill`` brings it back on the same port."""

    env: dict[str, str]
    runtime: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    async def start(self) -> None:
        self.runtime.unlink(missing_ok=True)
        self.process = await asyncio.create_subprocess_exec(sys.executable, "-m", "barnraise.gateway", env=self.env)
        async with asyncio.timeout(30):
            while not self.runtime.exists():
                assert self.process.returncode is None, "the gateway did not start"
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        assert self.process
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.terminate()
            await asyncio.wait_for(self.process.wait(), 20)

    def client(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, headers={"Authorization": f"Bearer {TOKEN}"} | headers, timeout=20)


@pytest.fixture
def gateway_env(nats_url: str, database_url: str, objects_url: str, tmp_path: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BARNRAISE_")}
    return kept | {
        "BARNRAISE_NATS_URL": nats_url,
        "BARNRAISE_DATABASE_URL": database_url,
        "BARNRAISE_OBJECTS_URL": objects_url,
        "BARNRAISE_CACHE_DIR": str(tmp_path / "cache"),
        "BARNRAISE_RUNTIME_FILE": str(tmp_path / "gateway.json"),
        "BARNRAISE_AUTH_TOKEN": TOKEN,
        "BARNRAISE_LOG_LEVEL": "warning",
    }


@pytest.fixture
async def process(gateway_env: dict[str, str], tmp_path: Path) -> AsyncIterator[Process]:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    running = Process(gateway_env | {"BARNRAISE_HTTP_PORT": str(port)}, tmp_path / "gateway.json", port)
    await running.start()
    yield running
    await running.stop()


def _check(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["type"] == f"/problems/{code}"
    assert body["title"]
    assert body["detail"]
    assert body["next"]
    assert len(body["trace_id"]) == 32
    assert "Traceback" not in answer.text
    return body


@pytest.fixture
def check_problem() -> Callable[[httpx.Response, int, str], dict[str, Any]]:
    """The answer is that problem, whole."""
    return _check


@pytest.fixture
def token() -> Iterator[str]:
    yield TOKEN


@pytest.fixture
async def show(served: Any, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Puts an application behind the endpoint of the preview with that label, which runs."""
    async with contextlib.AsyncExitStack() as running:

        async def put(routes: web.Application, label: str) -> PreviewState:
            runner = web.AppRunner(routes, shutdown_timeout=0.1)
            await runner.setup()
            running.push_async_callback(runner.cleanup)
            endpoint = tmp_path / "preview.sock"
            await web.UnixSite(runner, str(endpoint)).start()
            state = PreviewState(status="running", host=label, endpoint=str(endpoint))
            served.bus.answers[ResolvePreview] = lambda asked: state if asked.host == label else PreviewState(status="none")
            return state

        yield put
