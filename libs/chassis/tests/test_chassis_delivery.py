"""Delivery on real NATS and PostgreSQL: whatever dies, each command takes effect once and is announced once."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import httpx
import nats
import pytest
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from barnraise.chassis.broker import PROBLEM_HEADER
from barnraise.chassis.clock import now
from barnraise.chassis.consumer import MAX_TRIES
from barnraise.chassis.ledger import UNCLAIMED, Ledger, Outgoing
from barnraise.chassis.local import NatsServer, PostgresServer
from barnraise.chassis.outcome import Outcome, RetryNow, Transaction
from barnraise.chassis.provision import MAX_DELIVERIES, Durable, provision_consumer, provision_streams
from barnraise.chassis.pull import StandingRequest
from barnraise.contracts.base import Message
from barnraise.contracts.commands import StopWork, TestCommit, ValidateCommit
from barnraise.contracts.events import CommitValidated, JobStarted
from barnraise.contracts.problems import Problem
from barnraise.contracts.requests import GetPreview, PreviewState, Request
from barnraise.contracts.subjects import EVENT_STREAM, command_subject, event_filter, request_subject, subject_of

pytestmark = [pytest.mark.connected]
WORKER = Path(__file__).with_name("chassis_worker.py")
POINTS = ["received", "claimed", "worked", "finishing", "committed", "published", "marked", "acked"]


class Bench:
    """A worker process with its bus and database, and what a test wants to know of them."""

    def __init__(self, folder: Path, nats_url: str, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.nats_url = nats_url
        self.processes: list[subprocess.Popen] = []

    async def open(self) -> None:
        self.nats = await nats.connect(self.nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.05, error_cb=_ignore)
        self.jetstream = self.nats.jetstream()
        await provision_streams(self.nats, self.jetstream)

    def start(self, **env: str) -> subprocess.Popen:
        runtime = self.folder / f"runtime-{len(self.processes)}.json"
        whole = {key: os.environ[key] for key in os.environ if key.startswith(("PATH", "PYTHONPATH", "HOME", "COVERAGE", "COV_"))} | {
            "BARNRAISE_NATS_URL": self.nats_url,
            "BARNRAISE_DATABASE_URL": self.database_url,
            "BARNRAISE_OBJECTS_URL": f"file://{self.folder}/objects",
            "BARNRAISE_CACHE_DIR": str(self.folder),
            "BARNRAISE_RUNTIME_FILE": str(runtime),
            "BARNRAISE_FAILPOINT_DIR": str(self.folder),
        }
        process = subprocess.Popen([sys.executable, str(WORKER)], env=whole | env, stderr=(self.folder / "worker.log").open("a"))
        self.processes.append(process)
        until(runtime.exists)
        self.port = json.loads(runtime.read_text())["port"]
        return process

    async def send(self, message: Message) -> None:
        await self.jetstream.publish(subject_of(message), message.encode(), headers={"Nats-Msg-Id": message.id})

    async def events(self) -> list[dict]:
        """Everything in the event stream."""
        found = []
        state = (await self.jetstream.stream_info(EVENT_STREAM)).state
        for sequence in range(max(1, state.first_seq), state.last_seq + 1):
            found.append(json.loads((await self.jetstream.get_msg(EVENT_STREAM, sequence)).data or b""))
        return found

    async def wait_for_events(self, count: int, patience: float = 90) -> list[dict]:
        async with asyncio.timeout(patience):
            while len(found := await self.events()) < count:
                await asyncio.sleep(0.05)
        return found

    async def effects(self) -> list[str]:
        connection = await asyncpg.connect(self.database_url)
        rows = await connection.fetch("select id from validator.effects")
        await connection.close()
        return [row["id"] for row in rows]

    async def idle(self) -> None:
        """Wait until nothing is pending or unacknowledged."""
        async with asyncio.timeout(90):
            while True:
                info = await self.jetstream.consumer_info("COMMANDS", "commit-validate-v1")
                if not info.num_pending and not info.num_ack_pending:
                    return
                await asyncio.sleep(0.05)

    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def metrics(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.port}/metrics").text


async def _ignore(_: Exception) -> None:
    """Outages are made on purpose here."""


def until(condition: Callable[[], bool], patience: float = 90) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


@pytest.fixture
async def bench(tmp_path: Path, nats_url: str, database_url: str) -> AsyncIterator[Bench]:
    made = Bench(tmp_path, nats_url, database_url)
    await made.open()
    yield made
    for process in made.processes:
        process.terminate()
        process.wait(60)
    await made.nats.close()


def command(number: int = 1, job: str = "j1") -> ValidateCommit:
    return ValidateCommit(id=f"{job}:validate:{number}", project_id="p1", job_id=job, at=now(), commit="a" * 40)


async def test_a_command_takes_effect_and_is_announced(bench: Bench) -> None:
    bench.start()
    await bench.send(command())
    (event,) = await bench.wait_for_events(1)
    assert event["id"] == "j1:validate:1:validated"
    assert await bench.effects() == ["j1:validate:1"]
    await bench.idle()
    assert 'messages_handled_total{kind="commit-validate-v1",outcome="done"} 1.0' in bench.metrics()


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_at_any_point_leads_to_one_effect_and_one_announcement(bench: Bench, point: str) -> None:
    (bench.folder / f"validator.{point}").touch()
    doomed = bench.start()
    await bench.send(command())
    until(lambda: doomed.poll() is not None)
    assert doomed.returncode == -signal.SIGKILL
    bench.start()
    await bench.wait_for_events(1)
    await bench.idle()
    assert await bench.effects() == ["j1:validate:1"]
    assert [event["id"] for event in await bench.events()] == ["j1:validate:1:validated"]


async def test_a_repeated_command_is_recognised_beyond_the_stream_s_window(bench: Bench) -> None:
    bench.start()
    await bench.send(command())
    await bench.wait_for_events(1)
    again = command()
    await bench.jetstream.publish(subject_of(again), again.encode(), headers={"Nats-Msg-Id": "another"})
    await bench.idle()
    assert await bench.effects() == ["j1:validate:1"]


async def test_a_typed_error_is_told_and_not_tried_again(bench: Bench) -> None:
    bench.start()
    await bench.send(command(job="typed"))
    (event,) = await bench.wait_for_events(1)
    assert (event["type"], event["problem"]["code"], event["step"]) == ("step.failed.v1", "limit_exceeded", "validate")
    await bench.idle()
    assert await bench.effects() == []


@pytest.mark.parametrize("job", ["flaky", "again"])
async def test_a_passing_failure_is_tried_again(bench: Bench, job: str) -> None:
    bench.start()
    await bench.send(command(job=job))
    (event,) = await bench.wait_for_events(1)
    assert event["type"] == "commit.validated.v1"
    assert await bench.effects() == [f"{job}:validate:1"]
    assert "messages_redelivered_total" in bench.metrics()


async def test_a_poison_message_ends_as_a_failed_step(bench: Bench) -> None:
    """After fewer tries than elsewhere: before each of them one waits twice as long."""
    bench.start(MAX_TRIES="4")
    await bench.send(command(job="poison"))
    (event,) = await bench.wait_for_events(1)
    assert (event["type"], event["problem"]["code"]) == ("step.failed.v1", "internal")
    assert "4 times" in event["problem"]["detail"]
    await bench.idle()
    assert MAX_TRIES < MAX_DELIVERIES, "the server must not give up before"


async def test_a_message_that_is_not_understood_is_buried_and_others_go_on(bench: Bench) -> None:
    bench.start()
    await bench.jetstream.publish(subject_of(command()), b'{"type": "commit.validate.v1", "surprise": 1}')
    await bench.send(command(2))
    (event,) = await bench.wait_for_events(1)
    assert event["id"] == "j1:validate:2:validated"
    await bench.idle()
    assert (await bench.jetstream.stream_info("DEAD")).state.messages == 1


async def test_a_long_handler_is_not_redelivered(bench: Bench) -> None:
    bench.start(ACK_WAIT="2")
    await bench.send(command(job="slow"))
    await bench.wait_for_events(1)
    await bench.idle()
    assert await bench.effects() == ["slow:validate:1"]
    assert 'messages_redelivered_total{kind="commit-validate-v1"}' not in bench.metrics()


async def test_a_job_s_work_can_be_stopped(bench: Bench) -> None:
    bench.start()
    await bench.send(command(job="endless"))
    until(lambda: "messages_inflight 1.0" in bench.metrics())
    await bench.send(StopWork(id="stop", project_id="p1", job_id="endless", at=now()))
    await bench.idle()
    assert await bench.effects() == []
    assert await bench.events() == []


async def test_work_that_is_stopped_before_it_has_begun_does_not_begin(bench: Bench) -> None:
    bench.start()
    connection = await asyncpg.connect(bench.database_url)
    work = command(job="endless")
    async with connection.transaction():
        # Until this transaction ends, the worker cannot claim the message.
        await connection.execute("insert into validator.inbox (key) values ($1)", work.id)
        await bench.send(work)
        until(lambda: "messages_inflight 1.0" in bench.metrics())
        await bench.send(StopWork(id="stop", project_id="p1", job_id="endless", at=now()))
        while not await connection.fetchval("select count(*) from validator.inbox where key = 'stop' and done_at is not null"):
            await asyncio.sleep(0.02)
    await connection.close()
    await bench.idle()
    assert await bench.effects() == []
    assert await bench.events() == []


async def test_a_terminated_worker_gives_its_message_back_at_once(bench: Bench) -> None:
    first = bench.start(ACK_WAIT="30")
    await bench.send(command(job="slow"))
    until(lambda: "messages_inflight 1.0" in bench.metrics())
    first.terminate()
    first.wait(60)
    assert first.returncode == 0
    bench.start(ACK_WAIT="30")
    await bench.wait_for_events(1, patience=15)
    assert await bench.effects() == ["slow:validate:1"]


async def test_kills_of_nats_and_postgres_lose_and_double_nothing(bench: Bench, nats_server: NatsServer, postgres_server) -> None:
    bench.start()
    numbers = range(1, 61)

    async def send_all() -> None:
        for number in numbers:
            while True:
                try:
                    await bench.send(command(number))
                    break
                except (NatsError, TimeoutError, OSError):
                    await asyncio.sleep(0.1)

    sending = asyncio.create_task(send_all())
    for server in (nats_server, postgres_server, nats_server):
        await asyncio.sleep(0.1)
        server.kill()
        await server.child.wait()
        await server.start()
    await sending
    await bench.wait_for_events(len(numbers), patience=60)
    await bench.idle()
    assert sorted(await bench.effects()) == sorted(f"j1:validate:{number}" for number in numbers)
    ids = [event["id"] for event in await bench.events()]
    assert len(ids) == len(set(ids)) == len(numbers)


async def test_work_goes_on_as_soon_as_nats_is_back(bench: Bench, nats_server: NatsServer) -> None:
    bench.start()
    nats_server.kill()
    await nats_server.child.wait()
    await nats_server.start()
    await bench.send(command())
    await bench.wait_for_events(1, patience=5)


async def test_a_connection_that_is_cut_while_work_is_kept_costs_no_second_try(bench: Bench) -> None:
    bench.start()
    await bench.send(command(1, job="cut"))
    await bench.wait_for_events(1)
    await bench.idle()
    assert await bench.effects() == ["cut:validate:1"]
    assert "the database went away" in bench.log()
    assert "messages_redelivered_total{" not in bench.metrics(), bench.log()


async def test_what_came_through_although_its_answer_was_lost_is_not_done_again(bench: Bench) -> None:
    bench.start()
    done: list[str] = []

    async def effect(_: Transaction) -> tuple[()]:
        done.append("effect")
        return ()

    async with asyncpg.create_pool(bench.database_url, min_size=1, max_size=1) as pool:
        ledger = Ledger(pool, "validator")
        attempt = await ledger.claim("lost")
        assert attempt is not None
        assert [await ledger.finish("lost", attempt, Outcome(effect=effect)) for _ in range(2)] == [(), []]
        assert await ledger.finish("lost", attempt + 1, Outcome(effect=effect)) is None
    assert done == ["effect"]


async def test_what_only_a_version_before_asked_for_is_not_asked_for_but_handled_where_it_still_comes(bench: Bench) -> None:
    bench.start()
    await bench.send(command())
    await bench.wait_for_events(1)
    subjects = event_filter(CommitValidated), event_filter(JobStarted)
    assert (await bench.jetstream.consumer_info(EVENT_STREAM, "chain")).config.filter_subject == subjects[0]
    await provision_consumer(bench.jetstream, Durable(EVENT_STREAM, "chain", subjects, 5, 1))
    event = JobStarted(id="j1:started:1", project_id="p1", job_id="j1", at=now(), action="check")
    await bench.jetstream.publish(subject_of(event), event.encode())
    until(lambda: 'messages_handled_total{kind="job-started-v1",outcome="done"} 1.0' in bench.metrics())


async def test_what_nobody_claims_is_done_by_the_first_to_finish_and_by_no_other(bench: Bench) -> None:
    bench.start()
    await bench.send(command())
    await bench.wait_for_events(1)
    done: list[int] = []

    def outcome(number: int) -> Outcome:
        async def effect(transaction: Transaction) -> tuple[()]:
            await transaction.execute("insert into validator.effects (id) values ($1)", f"unclaimed-{number}")
            done.append(number)
            if number == 0:
                raise RetryNow
            return ()

        return Outcome([command(10 + number)], effect)

    async with asyncpg.create_pool(bench.database_url, min_size=1, max_size=4) as pool:
        ledger = Ledger(pool, "validator")
        with pytest.raises(RetryNow):
            await ledger.finish("heard", UNCLAIMED, outcome(0))
        assert await ledger.claim("heard") == 1, "an older replica is at work on it"
        told = await asyncio.gather(*(ledger.finish("heard", UNCLAIMED, outcome(number)) for number in (1, 2, 3)))
        assert len(done) == 2
        ids = [[message.id for message in each or ()] for each in told]
        assert ids == [[f"j1:validate:{10 + done[1]}"]] * 3, "what it filed may still have to be published"
        assert await ledger.finish("heard", 1, outcome(4)) is not None
        assert len(done) == 2
    assert [effect for effect in await bench.effects() if effect.startswith("unclaimed")] == [f"unclaimed-{done[1]}"]


async def test_messages_of_one_cause_are_on_their_way_together_and_in_order_and_none_counts_where_one_was_lost(bench: Bench) -> None:
    bench.start()
    await bench.send(command())
    await bench.wait_for_events(1)
    arrived: list[str] = []
    answered = asyncio.Event()

    async def publish(message: Outgoing) -> None:
        arrived.append(message.id)
        await answered.wait()
        if lost == message.id:
            raise TimeoutError

    filed = [command(number) for number in range(9, 3, -1)]
    ids = [message.id for message in filed]
    async with asyncpg.create_pool(bench.database_url, min_size=1, max_size=1) as pool:
        ledger = Ledger(pool, "validator")
        assert await ledger.claim("one") == await ledger.claim("many") == 1
        assert await ledger.finish("one", 1, Outcome([command(3)]))
        outgoing = await ledger.finish("many", 1, Outcome([*filed, filed[0], command(3)]))
        assert outgoing is not None
        assert [message.id for message in outgoing] == ids
        lost = ids[1]
        publishing = asyncio.create_task(ledger.publish(outgoing, publish))
        async with asyncio.timeout(10):
            while len(arrived) < len(outgoing):
                await asyncio.sleep(0)
        answered.set()
        with pytest.raises(TimeoutError):
            await publishing
        arrived, lost = [], ""
        await ledger.announce("many", publish)
        assert arrived == ids
        assert (await ledger.unsent())[0] == 1


async def test_an_outage_does_not_use_up_deliveries(bench: Bench, postgres_server: PostgresServer) -> None:
    bench.start()
    await bench.send(command(1))
    await bench.wait_for_events(1)
    await bench.idle()
    postgres_server.kill()
    await postgres_server.child.wait()
    await bench.send(command(2))
    until(lambda: "waiting for a server" in bench.log())
    await postgres_server.start()
    await bench.wait_for_events(2)
    assert await bench.effects() == ["j1:validate:1", "j1:validate:2"]
    assert "messages_redelivered_total{" not in bench.metrics(), bench.log()


async def test_a_handler_goes_on_through_an_outage_longer_than_its_heartbeats(bench: Bench, nats_server: NatsServer) -> None:
    bench.start(ACK_WAIT="1")
    await bench.send(command(job="slow"))
    until(lambda: "messages_inflight 1.0" in bench.metrics())
    nats_server.kill()
    await nats_server.child.wait()
    await asyncio.sleep(1.5)  # the outage itself
    await nats_server.start()
    await bench.wait_for_events(1)
    await bench.idle()
    _, tries = await ask(bench, GetPreview(id="tries", project_id="p1", at=now()))
    assert PreviewState.model_validate_json(tries).detail == "1"


async def test_a_message_that_was_sent_to_a_worker_that_leaves_is_given_back(bench: Bench) -> None:
    durable = Durable("COMMANDS", "leaving", ("cmd.validator.>",), 60.0, 1)
    await provision_consumer(bench.jetstream, durable)
    leaving, staying = (StandingRequest(bench.nats, durable.stream, durable.name) for _ in range(2))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await leaving.next()
    await bench.send(command())
    async with asyncio.timeout(5):
        while not (await bench.jetstream.consumer_info(durable.stream, durable.name)).num_ack_pending:
            await asyncio.sleep(0.01)
    await leaving.close()
    async with asyncio.timeout(5):
        assert (await staying.next()).metadata.num_delivered == 2
    await staying.close()


async def ask(bench: Bench, request: Request) -> tuple[bool, bytes]:
    reply = await bench.nats.request(request_subject(type(request)), request.encode(), timeout=5)
    return PROBLEM_HEADER in (reply.headers or {}), reply.data


@pytest.mark.parametrize(("request_id", "code"), [("known", "preview_gone"), ("broken", "internal"), ("huge", "too_large")])
async def test_a_request_s_failure_is_an_answer(bench: Bench, request_id: str, code: str) -> None:
    bench.start()
    failed, data = await ask(bench, GetPreview(id=request_id, project_id="p1", at=now()))
    assert failed
    assert Problem.model_validate_json(data).code == code


async def test_a_request_is_answered(bench: Bench) -> None:
    bench.start()
    assert await ask(bench, GetPreview(id="x", project_id="p1", at=now())) == (
        False,
        PreviewState(status="none").model_dump_json().encode(),
    )
    reply = await bench.nats.request(request_subject(GetPreview), b"{}", timeout=5)
    assert Problem.model_validate_json(reply.data).code == "invalid_request"


async def test_a_request_in_flight_is_answered_before_the_service_leaves(bench: Bench) -> None:
    process = bench.start()
    asking = asyncio.create_task(ask(bench, GetPreview(id="slow", project_id="p1", at=now())))
    await ask(bench, GetPreview(id="x", project_id="p1", at=now()))
    process.terminate()
    assert not (await asking)[0]


async def test_one_trace_spans_a_command_its_event_and_the_command_that_follows(bench: Bench) -> None:
    bench.start()
    sent = command(job="chain")
    parent = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    await bench.jetstream.publish(subject_of(sent), sent.encode(), headers={"traceparent": parent, "Nats-Msg-Id": sent.id})
    async with asyncio.timeout(90):
        while True:
            with contextlib.suppress(NotFoundError):
                last = await bench.jetstream.get_last_msg("COMMANDS", command_subject(TestCommit))
                break
            await asyncio.sleep(0.05)
    event = await bench.jetstream.get_last_msg(EVENT_STREAM, "evt.>")
    traces = [(message.headers or {})["traceparent"].split("-") for message in (event, last)]
    assert [trace[1] for trace in traces] == ["a" * 32] * 2
    assert len({"b" * 16, *(trace[2] for trace in traces)}) == 3


async def test_a_trace_goes_on_through_the_headers(bench: Bench) -> None:
    spans: list[dict] = []

    async def collect(message) -> None:
        spans.extend(json.loads(message.data)["spans"])

    await bench.nats.subscribe("spans", cb=collect)
    bench.start()
    parent = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    sent = command()
    await bench.jetstream.publish(subject_of(sent), sent.encode(), headers={"traceparent": parent, "Nats-Msg-Id": sent.id})
    await bench.wait_for_events(1)
    last = await bench.jetstream.get_last_msg(EVENT_STREAM, "evt.>")
    assert "a" * 32 in (last.headers or {})["traceparent"]
    async with asyncio.timeout(60):
        while not any(span["parent_id"] == "b" * 16 for span in spans):
            await asyncio.sleep(0.05)
    ours = [span for span in spans if span["trace_id"] == "a" * 32]
    assert [span["service"] for span in ours if span["parent_id"] == "b" * 16] == ["validator"], ours


async def test_readiness_follows_the_servers(bench: Bench, postgres_server) -> None:
    bench.start()

    def status(path: str = "readyz") -> int:
        return httpx.get(f"http://127.0.0.1:{bench.port}/{path}", timeout=5).status_code

    assert status() == 200
    postgres_server.kill()
    await postgres_server.child.wait()
    assert status() == 503
    assert status("healthz") == 200
    await postgres_server.start()
    until(lambda: status() == 200)
