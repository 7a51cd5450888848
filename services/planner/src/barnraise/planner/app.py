"""The planner's composition root."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from barnraise.chassis.clock import now
from barnraise.chassis.ledger import enqueue
from barnraise.chassis.logs import get_logger
from barnraise.chassis.service import Context, Service
from barnraise.planner import handlers
from barnraise.planner.adapters.postgres import PostgresJobs, PostgresPlans
from barnraise.planner.service import Planner
from barnraise.planner.settings import Settings


def build(settings: Settings | None = None) -> Service:
    settings = settings or Settings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        planner = Planner(PostgresJobs(), PostgresPlans(), now)
        handlers.register(context.broker, planner)
        sweeping = asyncio.create_task(_sweep(planner, context, settings.sweep_seconds))
        yield
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)

    return Service("planner", settings, migrations=files("barnraise.planner") / "migrations", setup=setup)


async def _sweep(planner: Planner, context: Context, seconds: float) -> None:
    """Look for steps past their deadline; what follows goes out through the outbox's own sweeper."""
    while True:
        await asyncio.sleep(seconds)
        try:
            async with context.database.acquire() as connection, connection.transaction():
                await enqueue(connection, "planner", "sweep", await planner.sweep(connection))
            await context.broker.announce("sweep")
        except Exception as outage:
            get_logger().warning("deadlines not looked at", error=repr(outage))
