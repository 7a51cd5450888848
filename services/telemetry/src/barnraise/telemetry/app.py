"""Telemetry's composition root."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from barnraise.chassis.service import Context, Service
from barnraise.telemetry import handlers
from barnraise.telemetry.adapters.database import DatabaseStatistics
from barnraise.telemetry.adapters.jetstream import JetStreamBus
from barnraise.telemetry.adapters.meters import PrometheusMeters
from barnraise.telemetry.adapters.monitor import NatsMonitor
from barnraise.telemetry.adapters.postgres import PostgresRecords
from barnraise.telemetry.service import Telemetry
from barnraise.telemetry.settings import Settings


def build(settings: Settings | None = None) -> Service:
    settings = settings or Settings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        records, bus = PostgresRecords(context.database), JetStreamBus(context.broker.nats, context.broker.jetstream)
        monitor = NatsMonitor([url.strip().rstrip("/") for url in settings.nats_monitor_url.split(",") if url.strip()])
        exporters = (monitor, DatabaseStatistics(context.database))
        meters = PrometheusMeters(context.metrics.registry)
        telemetry = Telemetry(records, bus, meters, settings.span_days, time.monotonic, exporters)
        handlers.register(context.broker, telemetry)
        context.broker.hourly(telemetry.tidy)
        async with handlers.listening(context.broker, telemetry, settings.poll_seconds):
            yield
        await monitor.close()

    return Service("telemetry", settings, migrations=files("barnraise.telemetry") / "migrations", setup=setup)
