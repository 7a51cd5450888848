"""The servers of an embedded instance, without its services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from barnraise.chassis.local import NatsServer, PostgresServer
from barnraise.cli.backup.place import Place, objects_of
from barnraise.cli.embedded.layout import Layout
from barnraise.cli.embedded.supervisor import DATABASE, make_database, take_lock


@asynccontextmanager
async def opened(layout: Layout) -> AsyncIterator[Place]:
    """NATS and PostgreSQL of a home where no platform runs, made when they are not there; CliError when one runs."""
    layout.make()
    with take_lock(layout):
        bus = NatsServer(layout.home / "nats", log=layout.log("nats"))
        postgres = PostgresServer(layout.home / "postgres", log=layout.log("postgres"))
        try:
            await bus.start()
            await postgres.start()
            await make_database(postgres.dsn)
            yield Place(bus.url, postgres.dsn.replace("/postgres?", f"/{DATABASE}?"), objects_of(layout.home))
        finally:
            await bus.stop()
            await postgres.stop()
