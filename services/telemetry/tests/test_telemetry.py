"""Telemetry keeps each thing once and answers from what it kept; the same suite over memory and PostgreSQL."""

import json
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import asyncpg
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from barnraise.chassis.clock import now
from barnraise.chassis.database import migrate
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.events import JobEnded, ProjectDeleted, StepEnded
from barnraise.contracts.jobs import JobStatus
from barnraise.contracts.operations import Worker
from barnraise.contracts.requests import GetStatistics, GetTrace, Span, Trace
from barnraise.telemetry.adapters.memory import MemoryRecords
from barnraise.telemetry.adapters.meters import PrometheusMeters
from barnraise.telemetry.adapters.postgres import PostgresRecords
from barnraise.telemetry.domain.dead import read_advisory
from barnraise.telemetry.domain.presence import SERVICES
from barnraise.telemetry.ports import Buried, Queue
from barnraise.telemetry.service import Telemetry


class OneQueue:
    """A bus with one queue, whose dead message 7 is still there."""

    def __init__(self) -> None:
        self.brought_back: list[tuple[int, str]] = []
        self.taken_away: list[int] = []

    async def queues(self) -> list[Queue]:
        return [Queue("COMMANDS", "plan-make-v1", "planner", 3, 2, 1, 4, 75.0)]

    async def message(self, stream: str, sequence: int) -> Buried | None:
        return Buried("cmd.planner.plan-make-v1", b"{}", {}) if sequence == 7 else None

    async def take_away(self, sequence: int) -> None:
        self.taken_away.append(sequence)

    async def bring_back(self, sequence: int, message: Buried, id: str) -> None:
        self.brought_back.append((sequence, id))


class Kit:
    """The service on one kind of records."""

    def __init__(self, records: MemoryRecords | PostgresRecords, pool: asyncpg.Pool | None) -> None:
        self.registry = CollectorRegistry()
        self.bus = OneQueue()
        self.time = 1000.0
        self.telemetry = Telemetry(records, self.bus, PrometheusMeters(self.registry), span_days=7, clock=lambda: self.time)
        self._pool = pool

    async def happen(self, event: StepEnded | JobEnded | ProjectDeleted) -> None:
        outcome = await self.telemetry.record(event)
        assert outcome.effect
        if self._pool is None:
            nothing: Any = None
            await outcome.effect(nothing)
            return
        async with self._pool.acquire() as connection, connection.transaction():
            await outcome.effect(connection)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.connected)])
def where(request: pytest.FixtureRequest) -> str | None:
    """The database's address; None for memory."""
    return None if request.param == "memory" else request.getfixturevalue("database_url")


@pytest.fixture
async def kit(where: str | None) -> AsyncIterator[Kit]:
    if where is None:
        yield Kit(MemoryRecords(), None)
        return
    pool = await asyncpg.create_pool(where, min_size=1, max_size=2)
    await migrate(pool, "telemetry", files("barnraise.telemetry") / "migrations")
    yield Kit(PostgresRecords(pool), pool)
    await pool.close()


def step(number: int, seconds: float, status: Any = "succeeded", project: str = "p1") -> StepEnded:
    return StepEnded(id=f"e{number}", project_id=project, job_id="j1", at=now(), step="validate", round=1, status=status, seconds=seconds)


async def test_steps_are_counted_once_with_their_percentiles(kit: Kit) -> None:
    for number in range(10):
        await kit.happen(step(number, number / 10, "failed" if number == 9 else "succeeded"))
    await kit.happen(step(3, 99.0))
    await kit.happen(step(50, 7.0, project="p2"))
    (mine,) = (await kit.telemetry.statistics(GetStatistics(id="q", project_id="p1", at=now()))).steps
    assert (mine.step, mine.count, mine.failed) == ("validate", 10, 1)
    assert mine.p50 == pytest.approx(0.45)
    assert mine.p90 == pytest.approx(0.81)
    (whole,) = (await kit.telemetry.statistics(GetStatistics(id="q", project_id="any", at=now()))).steps
    assert whole.count == 11


async def test_a_job_counts_with_its_newest_end(kit: Kit) -> None:
    statuses: tuple[JobStatus, ...] = ("failed", "succeeded")
    for number, status in enumerate(statuses):
        ended = JobEnded(id=f"end{number}", project_id="p1", job_id="j1", at=now(), status=status, summary="")
        await kit.happen(ended)
    assert (await kit.telemetry.statistics(GetStatistics(id="q", project_id="p1", at=now()))).jobs == {"succeeded": 1}


async def test_what_is_told_of_a_deleted_project_afterwards_is_not_kept(kit: Kit) -> None:
    await kit.happen(step(1, 1.0))
    await kit.happen(ProjectDeleted(id="gone", project_id="p1", at=now()))
    await kit.happen(step(2, 1.0))
    await kit.happen(JobEnded(id="end", project_id="p1", job_id="j1", at=now(), status="cancelled", summary=""))
    found = await kit.telemetry.statistics(GetStatistics(id="q", project_id="p1", at=now()))
    assert (found.steps, found.jobs) == ((), {})


async def test_a_dead_command_goes_when_it_is_too_old_to_matter(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    await kit.telemetry.bury(died("COMMANDS", 7))
    await kit.telemetry.tidy()
    assert kit.bus.taken_away == []
    monkeypatch.setattr("barnraise.telemetry.service.MARK_DAYS", 0)
    await kit.telemetry.tidy()
    assert kit.bus.taken_away == [7]
    assert (await kit.telemetry.bus()).dead == ()


async def test_a_trace_is_its_spans_in_order(kit: Kit) -> None:
    spans = [
        Span(trace_id="a" * 32, span_id=f"{n:016x}", parent_id=None, service="gateway", name="x", start=9e9 - n, seconds=1)
        for n in range(3)
    ]
    batch = Trace(spans=tuple(spans)).model_dump_json().encode()
    await kit.telemetry.keep_spans(batch)
    await kit.telemetry.keep_spans(batch)
    found = await kit.telemetry.trace(GetTrace(id="q", project_id="any", at=now(), trace_id="a" * 32))
    assert [span.start for span in found.spans] == [9e9 - 2, 9e9 - 1, 9e9]
    assert (await kit.telemetry.trace(GetTrace(id="q", project_id="any", at=now(), trace_id="b" * 32))).spans == ()


def died(stream: str, sequence: int) -> bytes:
    kind = "io.nats.jetstream.advisory.v1.max_deliver"
    return json.dumps({"type": kind, "stream": stream, "consumer": "c", "stream_seq": sequence, "deliveries": 8}).encode()


async def test_queues_and_dead_letters_are_exported(kit: Kit) -> None:
    await kit.telemetry.bury(died("COMMANDS", 7))
    await kit.telemetry.measure()
    exported = generate_latest(kit.registry).decode()
    assert 'queue_oldest_pending_seconds{consumer_name="plan-make-v1",service="planner",stream_name="COMMANDS"} 75.0' in exported
    assert 'dead_letters_total{consumer_name="c",stream_name="COMMANDS"} 1.0' in exported
    assert 'dlq_messages{consumer_name="c",stream_name="COMMANDS"} 1.0' in exported


async def test_a_dead_command_is_replayed_once_and_an_event_never(kit: Kit) -> None:
    for stream, sequence in (("COMMANDS", 7), ("COMMANDS", 8), ("EVENTS", 7)):
        await kit.telemetry.bury(died(stream, sequence))
    first = await kit.telemetry.replay("COMMANDS:c:7")
    assert await kit.telemetry.replay("COMMANDS:c:7") == first
    assert kit.bus.brought_back == [(7, "replay:COMMANDS:c:7")]
    for id, code in (("EVENTS:c:7", "invalid_request"), ("COMMANDS:c:8", "not_found"), ("COMMANDS:c:9", "not_found"), ("x", "not_found")):
        with pytest.raises(BarnraiseError) as refused:
            await kit.telemetry.replay(id)
        assert refused.value.problem.code == code
    await kit.telemetry.measure()
    assert 'dlq_messages{consumer_name="c",stream_name="COMMANDS"} 1.0' in generate_latest(kit.registry).decode()
    assert [letter.replayed_at is not None for letter in (await kit.telemetry.bus()).dead] == [False, False, True]


async def test_a_service_without_workers_is_told_within_35_seconds(kit: Kit) -> None:
    def beat(service: str, *, leaving: bool = False) -> None:
        worker = Worker(service=service, instance=f"{service}-1", host="h", pid=1, version="0", since=now(), leaving=leaving)
        kit.telemetry.hear(worker)

    for _ in range(4):
        kit.time += 10
        for service in SERVICES:
            beat(service)
    behind = "planner is behind: the oldest message for plan-make-v1 has waited 75 s, 3 wait."
    assert (await kit.telemetry.bus()).trouble == (behind,)
    for seconds in (10, 10, 10, 5):
        kit.time += seconds
        for service in SERVICES:
            if service != "codegen":
                beat(service)
    state = await kit.telemetry.bus()
    assert state.trouble == ("No workers for codegen.", behind)
    assert {service.service: service.workers for service in state.services} == dict.fromkeys(SERVICES, 1) | {"codegen": 0}
    beat("validator", leaving=True)
    assert (await kit.telemetry.bus()).trouble[0:2] == ("No workers for codegen.", "No workers for validator.")
    await kit.telemetry.measure()
    assert 'workers_present{service="codegen"} 0.0' in generate_latest(kit.registry).decode()


def test_an_advisory_says_why_a_message_died() -> None:
    data = {"type": "io.nats.jetstream.advisory.v1.terminated", "stream": "S", "consumer": "c", "stream_seq": 1, "reason": "bad"}
    assert read_advisory(json.dumps(data).encode()).cause == "bad"


@pytest.mark.parametrize(
    "data", [{"type": "io.nats.jetstream.advisory.v1.api_audit", "stream": "S", "consumer": "c", "stream_seq": 1}, {}, []]
)
def test_another_message_is_no_dead_letter(data: object) -> None:
    with pytest.raises(ValueError, match="advisory"):
        read_advisory(json.dumps(data).encode())
