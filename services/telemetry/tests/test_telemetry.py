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
from barnraise.contracts.events import JobEnded, StepEnded
from barnraise.contracts.jobs import JobStatus
from barnraise.contracts.requests import GetStatistics, GetTrace, Span, Trace
from barnraise.telemetry.adapters.memory import MemoryRecords
from barnraise.telemetry.adapters.meters import PrometheusMeters
from barnraise.telemetry.adapters.postgres import PostgresRecords
from barnraise.telemetry.domain.dead import read_advisory
from barnraise.telemetry.ports import Queue, Stream
from barnraise.telemetry.service import Telemetry


class OneQueue:
    async def streams(self) -> list[Stream]:
        return [Stream("COMMANDS", 5, 1000)]

    async def queues(self) -> list[Queue]:
        return [Queue("COMMANDS", "plan-make-v1", 3, 2, 1, 4)]


class Kit:
    """The service on one kind of records."""

    def __init__(self, records: MemoryRecords | PostgresRecords, pool: asyncpg.Pool | None) -> None:
        self.registry = CollectorRegistry()
        self.telemetry = Telemetry(records, OneQueue(), PrometheusMeters(self.registry), span_days=7)
        self._pool = pool

    async def happen(self, event: StepEnded | JobEnded) -> None:
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


async def test_queues_and_dead_letters_are_exported(kit: Kit) -> None:
    advisory = {
        "type": "io.nats.jetstream.advisory.v1.max_deliver",
        "stream": "COMMANDS",
        "consumer": "c",
        "stream_seq": 7,
        "deliveries": 8,
    }
    await kit.telemetry.bury(json.dumps(advisory).encode())
    await kit.telemetry.measure()
    exported = generate_latest(kit.registry).decode()
    assert 'jetstream_consumer_num_pending{consumer_name="plan-make-v1",stream_name="COMMANDS"} 3.0' in exported
    assert 'jetstream_stream_total_messages{stream_name="COMMANDS"} 5.0' in exported
    assert 'dead_letters_total{consumer_name="c",stream_name="COMMANDS"} 1.0' in exported


def test_an_advisory_says_why_a_message_died() -> None:
    data = {"type": "io.nats.jetstream.advisory.v1.terminated", "stream": "S", "consumer": "c", "stream_seq": 1, "reason": "bad"}
    assert read_advisory(json.dumps(data).encode()).cause == "bad"


@pytest.mark.parametrize(
    "data", [{"type": "io.nats.jetstream.advisory.v1.api_audit", "stream": "S", "consumer": "c", "stream_seq": 1}, {}, []]
)
def test_another_message_is_no_dead_letter(data: object) -> None:
    with pytest.raises(ValueError, match="advisory"):
        read_advisory(json.dumps(data).encode())
