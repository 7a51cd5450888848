"""Every service is asked to end and started anew, one after another, while jobs are at work and people look on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx
from platform_client import SITE, Platform
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

SERVICES = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")
PATIENCE = 800.0


class Target(Protocol):
    """A platform whose services can be replaced one by one."""

    @property
    def url(self) -> str: ...
    @property
    def token(self) -> str: ...
    async def restart(self, service: str) -> float:
        """SIGTERM, and wait until its successor is ready; how long it took to end, in seconds."""
        ...


@dataclass
class Embedded:
    """One of ``barnraise up``, whose supervisor starts anew what ends."""

    platform: Platform

    def __post_init__(self) -> None:
        self.url, self.token = self.platform.url, self.platform.token

    async def restart(self, service: str) -> float:
        pid, begun = int(self.platform.state()["processes"][service]["pid"]), time.monotonic()
        os.kill(pid, signal.SIGTERM)
        while _lives(pid):
            await asyncio.sleep(0.01)
        took = time.monotonic() - begun
        known = self.platform.home / "run" / f"{service}.json"
        while not known.exists() or json.loads(known.read_text())["pid"] == pid:
            await asyncio.sleep(0.02)
        return took


@dataclass
class Watcher:
    """A client that comes again with the last number that it saw. ``seen``: number and id of each event, as they came."""

    project: str | None
    seen: list[tuple[int, str]] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)
    closes: Counter[int] = field(default_factory=Counter)
    live: bool = False
    away: float = 0.0
    """The longest time between a lost connection and the next one, in seconds."""

    async def watch(self, target: Target) -> None:
        """Until cancelled."""
        address, head = target.url.replace("http", "ws", 1), {"Authorization": f"Bearer {target.token}"}
        lost = time.monotonic()
        while True:
            after = self.seen[-1][0] if self.seen else 0
            query = f"after={after}" + (f"&project={self.project}" if self.project else "")
            with contextlib.suppress(OSError, InvalidHandshake, TimeoutError):
                async with connect(f"{address}/api/v2/ws?{query}", additional_headers=head, compression=None) as socket:
                    self.away = max(self.away, time.monotonic() - lost)
                    try:
                        async for frame in socket:
                            self._take(json.loads(frame))
                    except ConnectionClosed:
                        pass
                    lost = time.monotonic()
                    self.closes[socket.close_code or 0] += 1
            await asyncio.sleep(0.1)

    def _take(self, frame: dict) -> None:
        self.live = self.live or "live" in frame
        if event := frame.get("event"):
            self.seen.append((frame["seq"], event["id"]))
            if event["type"] == "job.ended.v1":
                self.ended[event["job_id"]] = event["status"]


@dataclass
class Rolled:
    """``exits``: seconds from SIGTERM to the process's end, by service. ``live``: jobs at work then. ``jobs``: how many ended how.
    ``missing``, ``doubled``: events that a watcher did not get, or got twice or out of order, of all that it should have got (``events``).
    """

    exits: dict[str, float] = field(default_factory=dict)
    live: dict[str, int] = field(default_factory=dict)
    jobs: Counter[str] = field(default_factory=Counter)
    events: int = 0
    missing: int = 0
    doubled: int = 0
    away: float = 0.0
    closes: Counter[int] = field(default_factory=Counter)


async def roll(target: Target, jobs: int = 20, sockets: int = 50) -> Rolled:
    """Restart every service with so many jobs at work and sockets open; half of the sockets follow one project each, half all of them."""
    rolled, first = Rolled(), Watcher(None)
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(timeout=30) as http, asyncio.TaskGroup() as group:
        submitted = await _top_up(target, http, {}, first, jobs)
        projects = list(submitted.values())
        watchers = [first, *(Watcher(projects[number % jobs] if number % 2 else None) for number in range(1, sockets))]
        watching = [group.create_task(watcher.watch(target)) for watcher in watchers]
        while not all(watcher.live for watcher in watchers):
            await asyncio.sleep(0.05)
        for service in SERVICES:
            submitted = await _top_up(target, http, submitted, first, jobs)
            rolled.live[service] = len(submitted.keys() - first.ended.keys())
            rolled.exits[service] = await target.restart(service)
        while submitted.keys() - first.ended.keys():
            await asyncio.sleep(0.05)
        rolled.jobs = Counter(first.ended[job] for job in submitted)
        await _compare(target, watchers, rolled)
        for task in watching:
            task.cancel()
    return rolled


async def _top_up(target: Target, http: httpx.AsyncClient, before: dict[str, str], first: Watcher, jobs: int) -> dict[str, str]:
    """Projects by their jobs, so many of which have not ended; sent as careful clients do, with one key until there is an answer."""
    known = dict(before)
    while missing := jobs - len(known.keys() - first.ended.keys()):
        numbers = range(len(known), len(known) + missing)
        for answer in await asyncio.gather(*(_submit(target, http, number) for number in numbers)):
            known[answer["job"]["id"]] = answer["project"]["id"]
    return known


async def _submit(target: Target, http: httpx.AsyncClient, number: int) -> dict:
    head = {"Authorization": f"Bearer {target.token}", "Idempotency-Key": f"roll-{number}"}
    while True:
        with contextlib.suppress(httpx.HTTPError):
            answer = await http.post(f"{target.url}/api/v2/projects", json={"prompt": f"{SITE} in house {number}"}, headers=head)
            if answer.status_code == 202:
                return answer.json()
        await asyncio.sleep(0.1)


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def _compare(target: Target, watchers: list[Watcher], rolled: Rolled) -> None:
    """Hold what each watcher saw against what the platform keeps, to one number, which all of them reach."""
    kept = await asyncio.to_thread(_kept, target)
    for watcher in watchers:
        wanted = [(seq, event) for seq, event, project in kept if watcher.project in (None, project)]
        while (watcher.seen[-1][0] if watcher.seen else 0) < wanted[-1][0]:
            await asyncio.sleep(0.05)
        seen = [item for item in watcher.seen if item[0] <= kept[-1][0]]
        rolled.events += len(wanted)
        rolled.missing += len(set(wanted) - set(seen))
        rolled.doubled += len(seen) - len(set(seen)) + (seen != sorted(seen))
        rolled.away = max(rolled.away, watcher.away)
        rolled.closes += watcher.closes


def _kept(target: Target) -> list[tuple[int, str, str]]:
    return list(_pages(target))


def _pages(target: Target) -> Iterator[tuple[int, str, str]]:
    """Number, id and project of every event."""
    after = 0
    head = {"Authorization": f"Bearer {target.token}", "Accept": "application/json"}
    with httpx.Client(base_url=target.url, headers=head, timeout=30) as http:
        while items := http.get("/api/v2/events", params={"after": after, "limit": 1000}).json()["items"]:
            yield from ((item["seq"], item["event"]["id"], item["event"]["project_id"]) for item in items)
            after = items[-1]["seq"]
