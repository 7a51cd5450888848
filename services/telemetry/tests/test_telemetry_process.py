"""Telemetry as a process on a real bus: events, spans and dead letters in, answers and metrics out."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import nats
import pytest
from nats.js.api import AckPolicy, ConsumerConfig

from barnraise.chassis.broker import Broker
from barnraise.chassis.clock import now
from barnraise.chassis.local import NatsServer
from barnraise.chassis.metrics import Metrics
from barnraise.chassis.provision import Durable, provision_consumer, provision_streams
from barnraise.chassis.pull import StandingRequest
from barnraise.contracts.commands import DropCode
from barnraise.contracts.events import JobEnded, StepEnded
from barnraise.contracts.requests import DescribeBus, GetStatistics, GetTrace, ReplayDeadLetter, Span, Trace
from barnraise.contracts.subjects import SPAN_SUBJECT, subject_of
from barnraise.telemetry.adapters.jetstream import JetStreamBus

pytestmark = pytest.mark.connected


class Running:
    def __init__(self, process: Process, runtime: Path, client: nats.NATS) -> None:
        no_ledger: Any = None
        self.process = process
        self.client = client
        self.broker = Broker("tests", client, no_ledger, Metrics())
        self._port = json.loads(runtime.read_text())["port"]

    async def sees(self, line: str) -> None:
        """Wait until the metrics have that line."""
        async with asyncio.timeout(20), httpx.AsyncClient() as http:
            while line not in (last := (await http.get(f"http://127.0.0.1:{self._port}/metrics")).text):
                assert self.process.returncode is None, last
                await asyncio.sleep(0.1)


@pytest.fixture
async def running(tmp_path: Path, nats_url: str, nats_server: NatsServer, database_url: str) -> AsyncIterator[Running]:
    runtime = tmp_path / "runtime.json"
    env = os.environ | {
        "BARNRAISE_NATS_URL": nats_url,
        "BARNRAISE_DATABASE_URL": database_url,
        "BARNRAISE_OBJECTS_URL": f"file://{tmp_path}/objects",
        "BARNRAISE_CACHE_DIR": str(tmp_path),
        "BARNRAISE_RUNTIME_FILE": str(runtime),
        "BARNRAISE_POLL_SECONDS": "0.2",
        "BARNRAISE_NATS_MONITOR_URL": nats_server.monitor_url,
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "barnraise.telemetry", env=env)
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(runtime.exists):
            assert process.returncode is None
            await asyncio.sleep(0.05)
    client = await nats.connect(nats_url)
    yield Running(process, runtime, client)
    await client.close()
    process.terminate()
    async with asyncio.timeout(15):
        assert await process.wait() == 0


def step(number: int, seconds: float) -> StepEnded:
    head: dict[str, Any] = {"project_id": "p1", "job_id": "j1", "at": now()}
    return StepEnded(id=f"e{number}", step="validate", round=1, status="succeeded", seconds=seconds, **head)


async def test_what_happened_can_be_asked_for(running: Running) -> None:
    for number, seconds in enumerate((0.1, 0.3, 0.5)):
        await running.broker.publish(step(number, seconds))
    await running.broker.publish(JobEnded(id="end", project_id="p1", job_id="j1", at=now(), status="succeeded", summary=""))
    await running.sees('job_steps_total{outcome="succeeded",step="validate"} 3.0')
    await running.sees('jobs_ended_total{fault="none",status="succeeded"} 1.0')
    answer = await running.broker.ask(GetStatistics(id="q", project_id="any", at=now()))
    assert answer.jobs == {"succeeded": 1}
    (validate,) = answer.steps
    assert (validate.count, validate.p50) == (3, pytest.approx(0.3))


async def test_spans_come_over_the_bus_and_rubbish_does_no_harm(running: Running) -> None:
    span = Span(trace_id="a" * 32, span_id="b" * 16, parent_id=None, service="gateway", name="click", start=9e9, seconds=1)
    await running.client.publish(SPAN_SUBJECT, b"rubbish")
    await running.client.publish(SPAN_SUBJECT, Trace(spans=(span,)).model_dump_json().encode())
    async with asyncio.timeout(20):
        while not (found := (await running.broker.ask(GetTrace(id="q", project_id="any", at=now(), trace_id="a" * 32))).spans):
            await asyncio.sleep(0.1)
    assert found == (span,)


async def test_a_message_that_left_its_queue_is_a_dead_letter(running: Running, database_url: str) -> None:
    durable = Durable("COMMANDS", "dying", ("cmd.codegen.>",), 30.0, 1)
    await provision_consumer(running.broker.jetstream, durable)
    await running.broker.publish(DropCode(id="c1", project_id="p1", job_id="j1", at=now()))
    server = 'account="$G",consumer_name="dying",is_consumer_leader="true",is_stream_leader="true",server_name="barnraise"'
    await running.sees(f'jetstream_consumer_num_pending{{{server},stream_name="COMMANDS"}} 1.0')
    await running.sees('jetstream_server_total_messages{server_name="barnraise"} 1.0')
    await running.sees('gnatsd_varz_connections{server_name="barnraise"}')
    await running.sees("pg_database_size_bytes")
    await running.sees('workers_present{service="telemetry"} 1.0')
    request = StandingRequest(running.client, durable.stream, durable.name)
    await (await request.next()).term()
    await running.sees('dead_letters_total{consumer_name="dying",stream_name="COMMANDS"} 1.0')
    connection = await asyncpg.connect(database_url)
    row = await connection.fetchrow("select stream, consumer, cause from telemetry.dead_letters")
    await connection.close()
    assert row and tuple(row) == ("COMMANDS", "dying", "terminated")


async def test_a_message_that_is_not_there_any_more_is_taken_away_already(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    bus = JetStreamBus(client, client.jetstream())
    await provision_streams(client, client.jetstream())
    command = DropCode(id="c1", project_id="p1", job_id="j1", at=now())
    place = (await client.jetstream().publish(subject_of(command), command.encode())).seq
    await bus.take_away(place)
    await bus.take_away(place)
    await bus.take_away(place + 100)
    await client.close()


async def test_a_command_that_died_of_its_deliveries_comes_back_into_its_queue(running: Running) -> None:
    durable = Durable("COMMANDS", "dying", ("cmd.codegen.>",), 30.0, 1)
    once = ConsumerConfig(
        name="dying", durable_name="dying", filter_subject="cmd.codegen.>", ack_policy=AckPolicy.EXPLICIT, ack_wait=0.2, max_deliver=1
    )
    await running.broker.jetstream.add_consumer("COMMANDS", once)
    command = DropCode(id="c1", project_id="p1", job_id="j1", at=now())
    await running.broker.publish(command)
    request = StandingRequest(running.client, durable.stream, durable.name)
    await request.next()
    asking = asyncio.create_task(request.next())  # the advisory comes when the server would deliver it again
    await running.sees('dlq_messages{consumer_name="dying",stream_name="COMMANDS"} 1.0')
    (letter,) = (await running.broker.ask(DescribeBus(id="q", project_id="any", at=now()))).dead
    await running.broker.ask(ReplayDeadLetter(id="r", project_id="any", at=now(), letter=letter.id))
    async with asyncio.timeout(60):
        again = await asking
    assert (again.data, again.metadata.num_delivered) == (command.encode(), 1)
    info = await running.broker.jetstream.stream_info("COMMANDS")
    assert info.state.messages == 1
    await again.ack()
    await request.close()
