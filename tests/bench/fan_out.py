"""Fan-out: latency and saturation of the gateway's WebSockets, and exactness of clients that cut and resume under kills."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats
from figures import Row
from platform_client import Platform, until
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from barnraise.chassis.clock import now
from barnraise.contracts.events import LogAppended
from barnraise.contracts.subjects import event_subject

HERE = Path(__file__).parent
FRAME = 400


class Child:
    """A Python helper process that speaks JSON lines."""

    def __init__(self, script: str, options: dict[str, Any]) -> None:
        command = [sys.executable, str(HERE / script)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdin
        self.process.stdin.write(json.dumps(options) + "\n")
        self.process.stdin.flush()

    def line(self) -> dict[str, Any]:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        """It stays until its standard input ends."""
        self.process.communicate(timeout=30)


def stamped(project: str, number: int) -> LogAppended:
    """An event of about FRAME bytes whose id carries the nanosecond of its publication."""
    stamp = f"stamp-{time.time_ns()}-{number}"
    return LogAppended(id=stamp, project_id=project, at=now(), source="test", stream="stdout", offset=0, text="x" * (FRAME - 220))


async def publish(url: str, project: str, rate: float, seconds: float) -> int:
    """Publish at a steady rate into the event stream; how many were acknowledged."""
    client = await nats.connect(url)
    jetstream = client.jetstream(publish_async_max_pending=4000)
    start, sent, futures = time.monotonic(), 0, []
    while (elapsed := time.monotonic() - start) < seconds:
        due = int(elapsed * rate) - sent
        for _ in range(due):
            event = stamped(project, sent)
            futures.append(await jetstream.publish_async(event_subject(event), event.encode()))
            sent += 1
        await asyncio.sleep(0.002)
    await asyncio.wait_for(asyncio.gather(*futures), 30)
    await client.close()
    return sent


def project_for(platform: Platform) -> str:
    """A project that only carries events: it is asked back at once."""
    made = platform.create("something for my business")
    platform.ended(made["job"]["id"])
    return str(made["project"]["id"])


def measure(platform: Platform, clients: int, rate: float, seconds: float) -> dict[str, Any]:
    project = project_for(platform)
    after = platform.get(f"/projects/{project}")["last_seq"]
    path = f"/api/v2/ws?project={project}&after={after}"
    options = {"clients": clients, "watchers": 20, "port": platform.state()["port"], "path": path, "token": platform.token}
    load = Child("load_client.py", options | {"seconds": seconds + 4})
    load.line()
    sent = asyncio.run(publish(platform.state()["nats_url"], project, rate, seconds))
    return load.line() | {"sent": sent}


def latency(platform: Platform, rounds: int) -> Iterator[Row]:
    runs = [measure(platform, 1000, 50, 6) for _ in range(rounds)]
    p99 = sorted(run["p99_ms"] for run in runs)
    p50 = sorted(run["p50_ms"] for run in runs)
    whole = all(run["watched"] == 20 * run["sent"] for run in runs)
    middle = p99[len(p99) // 2]
    yield Row("event -> WebSocket client, 1,000 x 50/s, p50", {"p50": p50[len(p50) // 2], "min": p50[0], "max": p50[-1]}, "ms", "", None)
    values = {"p50": middle, "min": p99[0], "max": p99[-1]}
    yield Row("event -> WebSocket client, 1,000 x 50/s, p99", values, "ms", "<= 50", whole and middle <= 50)


def saturation(platform: Platform, rounds: int) -> Iterator[Row]:
    """Offer 200 events/s to 1,000 clients; compare delivered bytes per second with a raw-socket broadcaster beside it."""
    ratios, rates = [], []
    for _ in range(rounds):
        ours = measure(platform, 1000, 200, 6)
        limit = broadcast(1000, 200, 6)
        rates.append(ours["watched"] / 20 / 6 * 1000)
        ratios.append((ours["watched"] / 6) / (limit["watched"] / 6))
    ratios.sort()
    rates.sort()
    middle = len(ratios) // 2
    yield Row("delivered at 1,000 x 200/s offered", {"p50": rates[middle], "min": rates[0], "max": rates[-1]}, "msgs/s", "reported", None)
    values = {"p50": ratios[middle], "min": ratios[0], "max": ratios[-1]}
    yield Row("  ratio to a raw-socket broadcaster", values, "", "reported", None)


def broadcast(clients: int, rate: float, seconds: float) -> dict[str, Any]:
    server = Child("broadcaster.py", {"clients": clients, "rate": rate, "seconds": seconds, "size": FRAME})
    options = {
        "clients": clients,
        "watchers": 20,
        "port": server.line()["port"],
        "path": "/",
        "token": "none",
        "seconds": seconds + 4,
    }
    load = Child("load_client.py", options)
    load.line()
    received = load.line() | server.line()
    server.end()
    return received


def resume(platform: Platform, rounds: int) -> Iterator[Row]:
    """Clients that cut and resume at random while gateway and NATS are killed: at least 50,000 deliveries, each exactly once."""
    outcome = asyncio.run(storm(platform, clients=40, events=1300, seed=7))
    bad = outcome["lost"] + outcome["doubled"] + outcome["disordered"]
    name = f"cut and resume under kills: {outcome['deliveries']:,} deliveries, {outcome['connections']:,} connections"
    yield Row(name, {"p50": bad}, "wrong", "0", bad == 0 and outcome["deliveries"] >= 50_000)


async def storm(platform: Platform, *, clients: int, events: int, seed: int) -> dict[str, int]:
    project = project_for(platform)
    after = platform.get(f"/projects/{project}")["last_seq"]
    last: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    tasks = [asyncio.create_task(reader(platform, project, after, last, random.Random(seed + n))) for n in range(clients)]
    publishing = asyncio.create_task(publish_surely(platform, project, events))
    for name, wait in (("gateway", 2.0), ("nats", 3.0), ("gateway", 3.0), ("nats", 2.0)):
        await asyncio.sleep(wait)
        await asyncio.to_thread(kill, platform, name)
    expected = await publishing
    last.set_result(expected[-1])
    results = await asyncio.wait_for(asyncio.gather(*tasks), 120)
    wanted = set(expected)
    return {
        "deliveries": sum(len(seen) for seen, _ in results),
        "connections": sum(count for _, count in results),
        "lost": sum(len(wanted - set(seen)) for seen, _ in results),
        "doubled": sum(len(seen) - len(set(seen)) for seen, _ in results),
        "disordered": sum(seen != sorted(seen) for seen, _ in results),
    }


def kill(platform: Platform, name: str) -> None:
    pid = platform.state()["processes"][name]["pid"]
    os.kill(pid, signal.SIGKILL)
    until(lambda: platform.state()["processes"][name]["pid"] != pid)


async def publish_surely(platform: Platform, project: str, events: int) -> list[int]:
    """Publish each event until it is acknowledged; the stream sequences, each once."""
    client = await nats.connect(platform.state()["nats_url"], max_reconnect_attempts=-1, reconnect_time_wait=0.1)
    jetstream = client.jetstream(timeout=1)
    sequences = []
    for number in range(events):
        event = stamped(project, number)
        while True:
            try:
                ack = await jetstream.publish(event_subject(event), event.encode(), headers={"Nats-Msg-Id": event.id})
            except (nats.errors.Error, TimeoutError, OSError):
                await asyncio.sleep(0.1)
            else:
                break
        sequences.append(ack.seq)
        await asyncio.sleep(0.008)
    await client.close()
    return sequences


async def reader(platform: Platform, project: str, after: int, last: asyncio.Future[int], chance: random.Random) -> tuple[list[int], int]:
    """Every sequence number in the order of arrival, over as many connections as it takes."""
    seen: list[int] = []
    connections, start = 0, after
    while not (last.done() and seen and seen[-1] >= last.result()):
        url = f"ws://127.0.0.1:{platform.state()['port']}/api/v2/ws?project={project}&after={after}"
        try:
            async with connect(url, additional_headers={"Authorization": f"Bearer {platform.token}"}, open_timeout=5) as socket:
                connections += 1
                async with asyncio.timeout(chance.uniform(0.05, 1.5)):
                    async for message in socket:
                        frame = json.loads(message)
                        if "event" in frame:
                            after = frame["seq"]
                            if frame["event"]["type"] == "log.appended.v1" and after > start:
                                seen.append(after)
        except (TimeoutError, OSError, ConnectionClosed, InvalidHandshake, EOFError):
            await asyncio.sleep(0.02)
    return seen, connections
