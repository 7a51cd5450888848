"""The planner's alarm clock: looks at the table of jobs for those that make no progress."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg

from barnraise.chassis.broker import Broker
from barnraise.chassis.ledger import enqueue
from barnraise.chassis.logs import get_logger
from barnraise.planner.service import Planner

CAUSE = "planner:sweep"


@contextlib.asynccontextmanager
async def sweeping(planner: Planner, pool: asyncpg.Pool, broker: Broker, seconds: float) -> AsyncIterator[None]:
    """Sweep every so many seconds until the block ends."""
    task = asyncio.create_task(_forever(planner, pool, broker, seconds))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def sweep(planner: Planner, pool: asyncpg.Pool) -> int:
    """Nudge every stalled job, each in a transaction of its own with what follows from it. How many there were."""
    async with pool.acquire() as connection, connection.transaction():
        stalled = await planner.stalled(connection)
    for project_id, job_id in stalled:
        async with pool.acquire() as connection, connection.transaction():
            told = await planner.nudge(project_id, job_id)(connection)
            await enqueue(connection, "planner", CAUSE, told)
    return len(stalled)


async def _forever(planner: Planner, pool: asyncpg.Pool, broker: Broker, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            if await sweep(planner, pool):
                await broker.announce(CAUSE)
        except Exception as outage:
            get_logger().warning("sweep postponed", error=repr(outage))
