"""The board of health: two replicas know the same, one of them tries, and an outage of NATS stops neither."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import nats
import pytest

from barnraise.models.failures import Failed
from barnraise.models.health import FAILURES_TO_OPEN, Health
from barnraise.models.kv_board import KvBoard

NOW = 1_767_605_400.0
pytestmark = pytest.mark.connected


@pytest.fixture
async def boards(nats_url: str) -> AsyncIterator[tuple[KvBoard, KvBoard]]:
    """Of two replicas."""
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(2):
            client = await nats.connect(nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.05)
            stack.push_async_callback(client.close)
            opened.append(await stack.enter_async_context(KvBoard.open(client, ["k"], refresh=0.2)))
        yield opened[0], opened[1]


def fail(health: Health) -> Health:
    return health.fail(Failed("broken", ""), NOW)


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_failures_of_all_replicas_open_one_breaker_and_one_of_them_tries(boards):
    one, other = boards
    for _ in range(FAILURES_TO_OPEN):
        one.record("k", fail)
        other.record("k", fail)
    await until(lambda: one.read("k").failures == other.read("k").failures == 2 * FAILURES_TO_OPEN)
    assert one.read("k").state(NOW) == "open"
    later = NOW + 400
    claims = await asyncio.gather(*(board.claim_trial("k", later) for board in (one, other, one, other)))
    assert sorted(claims) == [False, False, False, True]
    other.record("k", lambda health: health.succeed(0.5, later))
    await until(lambda: one.read("k").state(later) == "closed")
    assert not await one.claim_trial("k", later)


async def test_what_is_recorded_while_nats_is_away_is_told_when_it_is_back(boards, nats_server):
    one, other = boards
    one.record("k", fail)
    await until(lambda: other.read("k").failures == 1)
    nats_server.kill()
    one.record("k", fail)
    other.record("k", fail)
    assert one.read("k").failures == 2, "each goes on with what it knows"
    await nats_server.start()
    await until(lambda: one.read("k").failures == other.read("k").failures == 3)


async def test_a_replica_that_begins_later_learns_of_models_that_were_set_up_since(boards, nats_url):
    one, other = boards
    one.record("later", fail)
    await until(lambda: other.read("later").failures == 1)
    client = await nats.connect(nats_url)
    async with KvBoard.open(client, ["k"], refresh=3600) as third:
        await until(lambda: third.read("later").failures == 1)
    await client.close()
