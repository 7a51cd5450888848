"""Previews of a whole platform, for every driver: claimed and woken over the bus, asked through the gateway, and twenty of them at once."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import docker
import httpx
import nats
from figures import Row, limited, spread
from grounds import Ground, grounds, skipped
from nats.aio.client import Client
from platform_client import Platform, until
from shown import answered, fetch

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.commands import DropPreview
from barnraise.contracts.requests import GetPreview, PreviewState, Request, ResolvePreview, StartPreview
from barnraise.contracts.subjects import command_subject, request_subject
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.service.pool import REST_SECONDS

PROMPT = "Track lamps: lamps have a name and a wattage."
MANY = 20
PAGES = ("/", "/api/health")
_READY_SECONDS = REST_SECONDS + 3
"""Then the pool has a sandbox ready again."""


@contextmanager
def hosting(ground: Ground, **settings: str) -> Iterator[tuple[Platform, str]]:
    """A platform with that driver, and a project in it whose preview runs."""
    with tempfile.TemporaryDirectory(prefix="barnraise-bench-", ignore_cleanup_errors=True) as home:
        platform = Platform.start(Path(home), **ground.settings, **settings)
        try:
            made = platform.create(PROMPT)
            ended = platform.ended(made["job"]["id"], timeout=180)
            assert ended["status"] == "succeeded", ended
            yield platform, made["project"]["id"]
        finally:
            platform.stop()


def _each(what: str) -> Iterator[tuple[Ground, Row | None]]:
    with grounds() as found:
        for ground in found:
            yield ground, skipped(what, ground.name, ground.lacking) if ground.lacking else None


def wakes(_: Platform, rounds: int) -> Iterator[Row]:
    """A new preview over one request of the bus, and one that was stopped: its sandbox is gone, its files come from git, its data stay."""
    for ground, lacking in _each("preview claimed and resumed"):
        if lacking:
            yield lacking
            continue
        with hosting(ground) as (platform, project):
            claimed, answers = asyncio.run(_claims(platform, project, 2 * rounds))
            resumed = [_resume(platform, project) for _ in range(3 * rounds)]
        yield limited(f"one NATS request -> a new preview's endpoint, {ground.name}", claimed)
        yield limited(f"one NATS request -> a new preview's page and API answer, {ground.name}", answers)
        yield limited(f"stopped preview -> page and API answer through the gateway, {ground.name}", resumed, 1.0)


async def _claims(platform: Platform, project: str, times: int) -> tuple[list[float], list[float]]:
    claimed, answers = [], []
    client = await nats.connect(platform.state()["nats_url"])
    commit = (await _ask(client, GetPreview(id=new_id(), project_id=project, at=now()))).commit
    assert commit
    for _ in range(times):
        await _forget(client, project)
        await asyncio.sleep(_READY_SECONDS)
        start = time.perf_counter()
        state = await _ask(client, StartPreview(id=f"preview:{new_id()}", project_id=project, at=now(), commit=commit))
        claimed.append(time.perf_counter() - start)
        assert state.endpoint
        answers.append(max([await answered(state.endpoint, path) for path in PAGES]) - start)
    await client.close()
    return claimed, answers


async def _forget(client: Client, project: str) -> None:
    """As if the project had never had a preview."""
    command = DropPreview(id=f"bench:{new_id()}", project_id=project, job_id="bench", at=now())
    await client.jetstream().publish(command_subject(DropPreview), command.encode(), headers={"Nats-Msg-Id": command.id})
    while (await _ask(client, GetPreview(id=new_id(), project_id=project, at=now()))).status != "none":
        await asyncio.sleep(0.05)


async def _ask(client: Client, request: Request) -> PreviewState:
    reply = await client.request(request_subject(type(request)), request.encode(), timeout=30)
    return PreviewState.model_validate_json(reply.data)


def _resume(platform: Platform, project: str) -> float:
    with platform.http() as http:
        http.post(f"/api/v2/projects/{project}/preview/stop").raise_for_status()
        time.sleep(_READY_SECONDS)
        start = time.perf_counter()
        url = http.post(f"/api/v2/projects/{project}/preview/start").raise_for_status().json()["url"]
        for path in PAGES:
            until(lambda path=path: platform.preview(url, path).status_code == 200, every=0.005)
        return time.perf_counter() - start


def proxying(_: Platform, rounds: int) -> Iterator[Row]:
    """One request after the other, in turn through the gateway and on the preview's own socket, on kept connections of one client."""
    for ground, lacking in _each("the gateway's part of a request"):
        if lacking:
            yield lacking
            continue
        with hosting(ground) as (platform, project):
            url = str(platform.get(f"/projects/{project}/preview")["url"])
            for path in ("/api/health", "/src/main.tsx"):
                through, direct = asyncio.run(_pairs(platform, url, path, 100 * rounds))
                yield limited(f"GET {path} through the gateway, {ground.name}", through)
                yield limited(f"  the same asked directly, {ground.name}", direct)
                parts = [a - b for a, b in zip(through, direct, strict=True)]
                yield limited(f"  the gateway's part, {ground.name}", parts, 0.002)


async def _pairs(platform: Platform, url: str, path: str, times: int) -> tuple[list[float], list[float]]:
    host = httpx.URL(url).netloc.decode()
    endpoint = await _endpoint(platform, host)
    direct = aiohttp.ClientSession("http://preview", connector=aiohttp.UnixConnector(endpoint))
    through = aiohttp.ClientSession(platform.url)
    ways: dict[aiohttp.ClientSession, list[float]] = {through: [], direct: []}
    async with direct, through:
        for _ in range(times + 10):
            for session, found in ways.items():
                start = time.perf_counter()
                async with session.get(path, headers={"Host": host}) as answer:
                    await answer.read()
                    assert answer.status == 200, answer.status
                found.append(time.perf_counter() - start)
    return ways[through][10:], ways[direct][10:]


async def _endpoint(platform: Platform, host: str) -> str:
    client = await nats.connect(platform.state()["nats_url"])
    state = await _ask(client, ResolvePreview(id=new_id(), project_id="any", at=now(), host=host.partition(".")[0]))
    await client.close()
    assert state.endpoint
    return state.endpoint


def twenty(_: Platform, rounds: int) -> Iterator[Row]:
    """Twenty previews of an application: who answers, what each takes, and the API's latency while all of them are asked."""
    for ground, lacking in _each(f"{MANY} previews at once"):
        if lacking:
            yield lacking
            continue
        with hosting(ground, BARNRAISE_SANDBOX_PREVIEWS=str(MANY)) as (platform, project):
            alone = _latency(platform, 100)
            urls = _fill(platform, project)
            endpoints = [asyncio.run(_endpoint(platform, httpx.URL(url).netloc.decode())) for url in urls]
            alive = sum(asyncio.run(_answers(endpoint)) for endpoint in endpoints)
            sizes = [_memory(ground, platform, Path(endpoint).name) for endpoint in endpoints]
            with _asking(platform, urls):
                busy = _latency(platform, 100)
        yield Row(f"{MANY} previews at once: alive, {ground.name}", {"p50": alive, "n": MANY}, "", str(MANY), alive == MANY)
        yield Row(f"  memory of each, {ground.name}", spread([size / 2**20 for size in sizes]), "MiB", "reported", None)
        yield limited(f"  GET /projects with one preview, {ground.name}", alone)
        yield limited(f"  GET /projects while all {MANY} are asked, {ground.name}", busy)


def _fill(platform: Platform, project: str) -> list[str]:
    """The addresses of the project's preview and those of its copies."""
    projects = [project]
    with platform.http() as http:
        for number in range(MANY - 1):
            made = http.post(f"/api/v2/projects/{project}/clone", json={"name": f"copy {number}"}).raise_for_status().json()
            projects.append(made["project"]["id"])
            platform.ended(made["job"]["id"], timeout=180)
        for each in projects:
            http.post(f"/api/v2/projects/{each}/preview/start").raise_for_status()
    for each in projects:
        until(lambda each=each: platform.get(f"/projects/{each}/preview")["status"] == "running", timeout=120)
    return [str(platform.get(f"/projects/{each}/preview")["url"]) for each in projects]


async def _answers(endpoint: str) -> bool:
    return all([(await fetch(endpoint, path))[0] == 200 for path in PAGES])


def _latency(platform: Platform, times: int) -> list[float]:
    found = []
    with platform.http() as http:
        for _ in range(times + 5):
            start = time.perf_counter()
            http.get("/api/v2/projects").raise_for_status()
            found.append(time.perf_counter() - start)
    return found[5:]


@contextmanager
def _asking(platform: Platform, urls: list[str]) -> Iterator[None]:
    """Every preview is asked for its page and its API, one after the other, round and round."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            for url in urls:
                for path in PAGES:
                    assert platform.preview(url, path).status_code == 200

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _memory(ground: Ground, platform: Platform, box: str) -> int:
    """Bytes that are charged to a sandbox's control group and to no other: its processes' own memory and its memory file systems."""
    instance = Runtime(platform.home / "data").instance
    if ground.engine:
        with docker.DockerClient(ground.engine) as client:
            pid = client.api.inspect_container(f"{instance}-{box}")["State"]["Pid"]
        groups = dict(line.split(":", 2)[1:] for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines())
        folder = Path("/sys/fs/cgroup", "memory" if "memory" in groups else "", groups.get("memory", groups.get("", "/")).lstrip("/"))
    else:
        folder = next(path for path in Path("/sys/fs/cgroup").glob(f"**/{instance}/{box}") if (path / "memory.stat").exists())
    told: dict[str, Any] = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    return sum(int(told.get(name, 0)) for name in ("total_rss", "total_shmem", "anon", "shmem") if f"total_{name}" not in told)
