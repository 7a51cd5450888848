"""Telemetry's composition root."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from barnraise.chassis.service import Context, Service
from barnraise.telemetry import handlers
from barnraise.telemetry.adapters.jetstream import JetStreamBus
from barnraise.telemetry.adapters.meters import PrometheusMeters
from barnraise.telemetry.adapters.postgres import PostgresRecords
from barnraise.telemetry.service import Telemetry
from barnraise.telemetry.settings import Settings


def build(settings: Settings | None = None) -> Service:
    settings = settings or Settings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        records, bus = PostgresRecords(context.database), JetStreamBus(context.broker.jetstream)
        telemetry = Telemetry(records, bus, PrometheusMeters(context.metrics.registry), settings.span_days)
        handlers.register(context.broker, telemetry)
        async with handlers.listening(context.broker, telemetry, settings.poll_seconds):
            yield

    return Service("telemetry", settings, migrations=files("barnraise.telemetry") / "migrations", setup=setup)
