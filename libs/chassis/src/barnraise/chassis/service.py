"""The runner that every service's ``__main__`` calls: connect, migrate, consume, answer health checks, drain."""

import asyncio
import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import nats
import uvicorn
import uvloop
from nats.aio.client import Client

from barnraise.chassis import database, logs, tracing, troubles
from barnraise.chassis.broker import Broker
from barnraise.chassis.grants import inbox
from barnraise.chassis.health import health_app
from barnraise.chassis.ledger import Ledger
from barnraise.chassis.metrics import Metrics
from barnraise.chassis.objects import ObjectStore
from barnraise.chassis.presence import Presence
from barnraise.chassis.settings import ServiceSettings
from barnraise.contracts.subjects import SPAN_SUBJECT


@dataclass(frozen=True)
class Context:
    """What a running service has: process-long things, closed by the runner."""

    settings: Any
    broker: Broker
    database: asyncpg.Pool
    objects: ObjectStore
    metrics: Metrics


@dataclass(frozen=True)
class Service:
    """A service before it runs. ``http`` makes the ASGI application that is served, out of the one that answers the health routes."""

    name: str
    settings: ServiceSettings
    migrations: Traversable | None
    setup: Callable[[Context], AbstractAsyncContextManager[None]]
    http: Callable[[Context, Any], Any] | None = None
    http_options: Mapping[str, Any] = field(default_factory=dict)


def run(service: Service) -> None:
    """Run until SIGTERM or SIGINT."""
    settings = service.settings
    logs.configure(service.name, settings.log_level, settings.log_format)
    troubles.configure(service.name, settings.sentry_dsn)
    uvloop.run(_main(service))


async def _main(service: Service) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        context, ready = await _open(service, stack)
        server = await _serve(service, context, lambda: "draining" if stopping.is_set() else ready())
        _tell(service.settings.runtime_file, server.servers[0].sockets[0].getsockname()[1])
        logs.get_logger().info("ready")
        lag = asyncio.create_task(_watch_loop(context.metrics))
        await stopping.wait()
        logs.get_logger().info("draining")
        lag.cancel()
        server.should_exit = True
        await asyncio.gather(context.broker.stop(service.settings.drain_seconds), server.shutdown())


async def _open(service: Service, stack: AsyncExitStack) -> tuple[Context, Callable[[], Any]]:
    settings = service.settings
    metrics = Metrics()
    pool, client = await asyncio.gather(
        database.connect(settings.database_url, metrics=metrics, application=service.name), _connect_bus(service.name, settings.nats_url)
    )
    stack.push_async_callback(_close_pool, pool)
    stack.push_async_callback(client.close)
    exporters = [tracing.BusExporter(service.name, _sender(client)), *tracing.otlp_exporters()]
    provider = tracing.configure(service.name, *exporters)
    stack.callback(provider.shutdown)
    prepare = database.migrate if settings.migrations == "apply" else database.migrated
    await prepare(pool, service.name, service.migrations)
    broker = Broker(service.name, client, Ledger(pool, service.name), metrics, replicas=settings.stream_replicas)
    context = Context(settings, broker, pool, ObjectStore(settings.objects_url), metrics)
    await stack.enter_async_context(service.setup(context))
    await broker.start()
    await stack.enter_async_context(Presence(service.name, client).told())

    async def ready() -> str | None:
        """Why the service cannot work now, or None."""
        if not client.is_connected:
            return "not connected to NATS"
        try:
            async with asyncio.timeout(2):
                await pool.fetchval("select 1")
        except (*database.OUTAGES, asyncpg.PostgresError) as outage:
            return f"PostgreSQL does not answer: {type(outage).__name__}"
        return None

    return context, ready


async def _connect_bus(service: str, url: str) -> Client:
    log = logs.get_logger()

    async def lost(error: Exception) -> None:
        log.warning("bus", error=repr(error))

    return await nats.connect(
        (servers := _servers(url)),
        **_user(servers[0]),
        name=service,
        inbox_prefix=inbox(service),
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.1,
        error_cb=lost,
        ping_interval=5,
        pending_size=16 << 20,
    )


def _servers(urls: str) -> list[str]:
    """Addresses with commas between them; a comma may also stand in a password."""
    return re.split(r",(?=\w+://)", urls)


def _user(url: str) -> dict[str, str]:
    """An address's user and password, for all servers: those that a cluster tells of itself come without them."""
    first = urlsplit(url)
    return {"user": first.username, "password": first.password} if first.username and first.password else {}


def _sender(client: Client) -> Callable[[bytes], None]:
    """Publish from the span exporter's thread without waiting; what cannot be sent is dropped."""
    loop = asyncio.get_running_loop()

    def send(data: bytes) -> None:
        if client.is_connected and not loop.is_closed():
            asyncio.run_coroutine_threadsafe(client.publish(SPAN_SUBJECT, data), loop)

    return send


async def _serve(service: Service, context: Context, reason: Callable[[], Any]) -> uvicorn.Server:
    health = health_app(reason, context.metrics.registry)
    app = service.http(context, health) if service.http else health
    settings = service.settings
    options: dict[str, Any] = {
        "log_config": None,
        "access_log": False,
        "lifespan": "off",
        "timeout_graceful_shutdown": 5,
        **service.http_options,
    }
    config = uvicorn.Config(app, host=settings.http_host, port=settings.http_port, **options)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    listener = socket.create_server((settings.http_host, settings.http_port), backlog=2048)
    await server.startup(sockets=[listener])
    return server


def _tell(runtime_file: Path | None, port: int) -> None:
    if runtime_file:
        draft = runtime_file.with_suffix(".part")
        draft.write_text(json.dumps({"pid": os.getpid(), "port": port}))
        draft.replace(runtime_file)


async def _watch_loop(metrics: Metrics) -> None:
    while True:
        start = time.perf_counter()
        await asyncio.sleep(0.5)
        metrics.loop_lag.observe(max(0.0, time.perf_counter() - start - 0.5))


async def _close_pool(pool: asyncpg.Pool) -> None:
    try:
        async with asyncio.timeout(3):
            await pool.close()
    except TimeoutError:
        pool.terminate()
