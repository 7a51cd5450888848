"""Two versions of the platform on one bus, one database and one object store: this one, and the one before out of the history."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
from platform_client import ENDED

from barnraise.chassis.local import Child, NatsServer, PostgresServer
from barnraise.chassis.local.child import free_port
from barnraise.cli.embedded.layout import SERVICES, Layout, Wiring, service_env
from barnraise.cli.embedded.supervisor import DATABASE, make_database
from barnraise.cli.instance import cache

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "mixed-" + "x" * 26
HOURS = 12
"""Where there is no release yet: who follows ``main`` replaces about this much at once."""


def version_before() -> str | None:
    """The commit that ``BARNRAISE_BEFORE`` names; else the last release before this commit; else the newest commit that is ``HOURS``
    older than this one. None when the history does not reach so far."""
    if chosen := os.environ.get("BARNRAISE_BEFORE"):
        return chosen
    if released := _git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD~1"):
        return released
    now = _git("log", "-1", "--format=%ct")
    return _git("rev-list", "-1", f"--before={int(now) - HOURS * 3600}", "HEAD") or None if now else None


def unpack(commit: str, folder: Path) -> str:
    """The commit's sources below the folder, as ``PYTHONPATH`` wants them."""
    archive = subprocess.run(["git", "archive", commit, "libs", "services"], check=True, capture_output=True, cwd=ROOT).stdout
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], check=True, input=archive)
    return os.pathsep.join(str(sources) for sources in sorted(folder.glob("*/*/src")))


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=False, capture_output=True, text=True, cwd=ROOT).stdout.strip()


class Version:
    """All services in one version, with a gateway of their own. ``sources``: those of another version than the tests'."""

    def __init__(self, name: str, layout: Layout, wiring: Wiring, sources: str = "") -> None:
        self._name = name
        self._layout = layout
        self._wiring = wiring
        self._sources = {"PYTHONPATH": sources} if sources else {}
        self._children: dict[str, Child] = {}
        self._port = free_port()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        self._http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self._port}/api/v2", headers=headers, timeout=60)

    async def start(self) -> None:
        """Returns when all are ready; RuntimeError with the log's end of one that has ended."""
        for service in SERVICES:
            known = self._known(service)
            known.unlink(missing_ok=True)
            env = service_env(self._layout, self._wiring, service) | self._sources
            env |= {"BARNRAISE_RUNTIME_FILE": str(known), "BARNRAISE_SANDBOX_WARM": "false"}
            if service == "gateway":
                env["BARNRAISE_HTTP_PORT"] = str(self._port)
            command = [sys.executable, "-m", f"barnraise.{service}"]
            self._children[service] = Child.spawn(command, log=self._layout.log(known.stem), env=env, cwd=self._layout.home)
        async with asyncio.timeout(90):
            for service, child in self._children.items():
                while not self._known(service).exists():
                    if child.code is not None:
                        raise RuntimeError(f"{self._name} {service}: {child.tail()}")
                    await asyncio.sleep(0.05)

    async def end(self) -> None:
        """SIGTERM to all at once. Returns when they are gone."""
        await asyncio.gather(*(child.stop(signal.SIGTERM, grace=30) for child in self._children.values()))
        self._children.clear()

    async def aclose(self) -> None:
        await self.end()
        await self._http.aclose()

    async def create(self, prompt: str) -> dict:
        """The project and its job."""
        return await self._post("/projects", prompt=prompt)

    async def say(self, project: str, text: str) -> str:
        """The job."""
        return (await self._post(f"/projects/{project}/messages", text=text))["job"]["id"]

    async def get(self, path: str) -> dict:
        answer = await self._http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def begun(self, job: str) -> None:
        """Returns when the first step of the job has."""
        while not (await self.get(f"/jobs/{job}"))["steps"]:
            await asyncio.sleep(0.02)

    async def ended(self, jobs: list[str]) -> list[dict]:
        """The jobs, once all have ended."""
        async with asyncio.timeout(120):
            while True:
                seen = [await self.get(f"/jobs/{job}") for job in jobs]
                if all(job["status"] in ENDED for job in seen):
                    return seen
                await asyncio.sleep(0.1)

    def _known(self, service: str) -> Path:
        return self._layout.runtime_file(f"{service}-{self._name}")

    async def _post(self, path: str, **body: str) -> dict:
        answer = await self._http.post(path, json=body)
        assert answer.status_code == 202, answer.text
        return answer.json()


def _layout(folder: Path) -> Layout:
    folder.chmod(0o711)  # PostgreSQL and sandboxes pass through it
    layout = Layout(folder / "home", cache(), ROOT)
    layout.make()
    return layout


@asynccontextmanager
async def versions(commit: str, folder: Path) -> AsyncIterator[tuple[Version, Version]]:
    """The version before and this one, on servers of their own in the folder; neither runs yet."""
    async with AsyncExitStack() as stack:
        layout = _layout(folder)
        bus, postgres = NatsServer(layout.home / "nats"), PostgresServer(layout.home / "postgres")
        for server in (bus, postgres):
            stack.push_async_callback(server.stop)
            await server.start()
        await make_database(postgres.dsn)
        wiring = Wiring(bus.url, bus.monitor_url, postgres.dsn.replace("/postgres?", f"/{DATABASE}?"), TOKEN, 0)
        before = Version("before", layout, wiring, unpack(commit, folder / "before"))
        now = Version("now", layout, wiring)
        for version in (before, now):
            stack.push_async_callback(version.aclose)
        yield before, now
