"""Three NATS servers, streams on each of them, and what becomes of jobs when one is paused, deaf on one ear, or gone."""

import asyncio
import base64
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from nats_cluster import Cluster, Node, NoNamespacesError, apart
from simulated_platform import CHECKOUT, REAL, SIMULATED, SimulatedPlatform

from barnraise.chassis.local import PostgresServer
from barnraise.chassis.local.child import free_port
from barnraise.chassis.provision import provision_streams
from barnraise.cli.embedded.layout import Layout, Wiring
from barnraise.cli.embedded.supervisor import DATABASE, make_database

pytestmark = [pytest.mark.chaos, pytest.mark.connected, pytest.mark.slow, pytest.mark.timeout(900)]

ALL = os.environ.get("BARNRAISE_CHAOS") == "all"
FAULT_SECONDS = 20.0 if ALL else 5.0
ROUNDS = 3 if ALL else 1
EVERY = 1.5
"""Seconds between two jobs, all the time: each is some fifty messages, and each of those is on three disks before it counts."""
TOKEN = "chaos-" + "x" * 24
WORKERS = 2
PATIENCE = 90.0
"""Seconds for what takes a few where the machine has nothing else to do."""


@asynccontextmanager
async def platform(folder: Path) -> AsyncIterator[tuple[Cluster, SimulatedPlatform, str]]:
    """The cluster, the platform on it, and the address of its database."""
    async with AsyncExitStack() as stack:
        layout = Layout(folder / "home", folder / "shared", CHECKOUT)
        layout.make()
        cluster, postgres = Cluster(folder / "cluster"), PostgresServer(folder / "postgres", options={"fsync": "off"})
        for part in (cluster, postgres):
            stack.push_async_callback(part.stop)
        await asyncio.gather(cluster.start(), postgres.start())
        await make_database(postgres.dsn)
        await provision_streams(cluster.client, cluster.client.jetstream(timeout=20), replicas=3)
        database = postgres.dsn.replace("/postgres?", f"/{DATABASE}?")
        wiring = Wiring("", ",".join(f"http://{node.address}:8222" for node in cluster.nodes), database, TOKEN, free_port())

        def spread(service: str, number: int) -> str:
            return cluster.url(service, (*REAL, *SIMULATED).index(service) + number)

        running = SimulatedPlatform(layout, wiring, 0.3, spread, BARNRAISE_STREAM_REPLICAS="3")
        stack.push_async_callback(running.stop)
        for service in REAL:
            running.spawn(service)
        for service in SIMULATED:
            for number in range(WORKERS):
                running.spawn(service, number)
        await running.ready()
        yield cluster, running, database


class People:
    """Send a job every little while, as careful clients do: with the same idempotency key until there is an answer."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.jobs: list[str] = []
        self.ends: dict[str, float] = {}
        self._waiting: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        number = 0
        while True:
            task = asyncio.create_task(self._send(number))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
            number += 1
            await asyncio.sleep(EVERY)

    async def settled(self) -> None:
        await asyncio.gather(*self._waiting)

    async def _send(self, number: int) -> None:
        while True:
            body = {"prompt": f"Track lamps of house {number}: lamps have a name and a wattage."}
            try:
                answer = await self._http.post("/api/v2/projects", json=body, headers={"Idempotency-Key": f"house-{number}"})
            except httpx.HTTPError:
                continue
            if answer.status_code == 202:
                self.jobs.append(answer.json()["job"]["id"])
                return
            await asyncio.sleep(0.2)


async def faults(cluster: Cluster) -> AsyncIterator[str]:
    """Each fault is over when it is told, and people have seen jobs end after it."""
    for _ in range(ROUNDS):
        leader = await cluster.leader("COMMANDS")
        leader.pause()
        await asyncio.sleep(FAULT_SECONDS)  # the fault itself
        leader.resume()
        yield f"{leader.name}, which led the commands, was paused"

        leader = await cluster.leader("EVENTS")
        other = _other(cluster, leader)
        leader.deafen(other)
        await asyncio.sleep(FAULT_SECONDS)
        leader.heal(other)
        yield f"{leader.name}, which led the events, was not heard by {other.name}"

        leader = await cluster.leader("COMMANDS")
        leader.server.kill()
        await asyncio.sleep(FAULT_SECONDS)
        yield f"{leader.name} was lost, and is still away"
        leader.start()


def _other(cluster: Cluster, node: Node) -> Node:
    return cluster.nodes[(node.number + 1) % len(cluster.nodes)]


async def ended(connection: asyncpg.Connection) -> Counter[str]:
    """Jobs by status."""
    return Counter(
        {row["status"]: row["count"] for row in await connection.fetch("select status, count(*) from gateway.jobs group by status")}
    )


def test_no_job_is_lost_or_done_twice_when_a_server_of_three_fails(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)  # PostgreSQL runs as another user
    try:
        apart(lambda: _scenario(tmp_path))
    except NoNamespacesError as error:
        pytest.skip(str(error))


async def _scenario(folder: Path) -> None:
    async with platform(folder) as (cluster, running, database), AsyncExitStack() as stack:
        connection = await asyncpg.connect(database)
        stack.push_async_callback(connection.close)
        http = httpx.AsyncClient(base_url=running.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=15)
        await stack.enter_async_context(http)
        people = People(http)
        working = asyncio.create_task(people.work())
        async with asyncio.timeout(PATIENCE):
            while not (await ended(connection))["succeeded"]:
                await asyncio.sleep(0.1)
        async for fault in faults(cluster):
            healed, before = time.monotonic(), (await ended(connection))["succeeded"]
            async with asyncio.timeout(PATIENCE):
                while await running.unready() or (await ended(connection))["succeeded"] < before + 3:
                    await asyncio.sleep(0.5)
            print(f"{fault}; all was ready and three more jobs had ended {time.monotonic() - healed:.1f} s later")  # noqa: T201
        working.cancel()
        await people.settled()
        async with asyncio.timeout(2 * PATIENCE):
            while (await ended(connection)).total() != (await ended(connection))["succeeded"]:
                assert not (await ended(connection))["failed"]
                await asyncio.sleep(0.1)
        await check(cluster, people, connection)


async def check(cluster: Cluster, people: People, connection: asyncpg.Connection) -> None:
    """Each job that was acknowledged has ended well, once; nothing is left in a queue; all servers keep the same."""
    assert (await ended(connection)) == {"succeeded": len(people.jobs)}
    async with asyncio.timeout(PATIENCE):
        while not (await cluster.healthy("EVENTS") and await cluster.healthy("COMMANDS")):
            await asyncio.sleep(0.2)
        while (await cluster.info("COMMANDS"))["state"]["messages"]:
            await asyncio.sleep(0.2)
    assert (await cluster.info("EVENTS"))["config"]["num_replicas"] == len(cluster.nodes)
    first, second, third = await cluster.contents("EVENTS")
    assert first == second == third
    told = Counter(str(json.loads(base64.b64decode(message["data"]))["id"]) for message in first.values())
    assert not [event for event, times in told.items() if times > 1]
    assert {f"{job}:ended:1" for job in people.jobs} <= told.keys()
    assert len([event for event in told if event.count(":") == 2 and ":ended:" in event]) == len(people.jobs)
