"""The planner's composition root."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.resources import files

from barnraise.chassis.clock import now
from barnraise.chassis.service import Context, Service
from barnraise.planner import handlers
from barnraise.planner.adapters.memories import PostgresMemories
from barnraise.planner.adapters.models import BusModels
from barnraise.planner.adapters.postgres import PostgresJobs, PostgresProjects, forget_marks
from barnraise.planner.adapters.sweeper import sweeping
from barnraise.planner.service import Planner
from barnraise.planner.settings import Settings


def build(settings: Settings | None = None) -> Service:
    """The service, unstarted."""
    settings = settings or Settings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        memory = PostgresMemories(context.database)
        planner = Planner(PostgresJobs(), PostgresProjects(), now, settings.limits, BusModels(context.broker), memory)
        handlers.register(context.broker, planner)
        context.broker.hourly(partial(forget_marks, context.database))
        async with sweeping(planner, context.database, context.broker, settings.sweep_seconds):
            yield

    return Service("planner", settings, migrations=files("barnraise.planner") / "migrations", setup=setup)
