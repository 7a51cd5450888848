"""PostgreSQL: pools that outlive a restart of the server, and migrations."""

import asyncio
import random
import re
import time
from importlib.resources.abc import Traversable
from typing import Any

import asyncpg

from barnraise.chassis.ledger import TABLES
from barnraise.chassis.logs import get_logger
from barnraise.chassis.metrics import Metrics

OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
"""What passes by itself: no connection, a server that stops or starts, a full disk. asyncpg calls it an internal error where the server has
said goodbye on a connection that lay idle and has not hung up yet."""

LOCK_SECONDS = 2.0
MIGRATING_SECONDS = 3600.0


class MeteredPool(asyncpg.Pool):
    """A pool that tells how long work waited for a connection, and how many are lent out."""

    def __init__(self, *args: Any, metrics: Metrics, **options: Any) -> None:
        super().__init__(*args, **options)
        self._wait = metrics.pool_wait
        metrics.pool_size.set(self.get_max_size())
        metrics.pool_in_use.set_function(lambda: self.get_size() - self.get_idle_size())

    async def _acquire(self, timeout: float | None) -> Any:  # every way to a connection goes through it
        start = time.perf_counter()
        try:
            return await super()._acquire(timeout)
        finally:
            self._wait.observe(time.perf_counter() - start)


class Connection(asyncpg.Connection):
    """One that is given back as it is: nothing here outlives its transaction (locks, settings, cursors), and asking the server to forget
    it would be one more round trip for each time that a connection is lent."""

    def get_reset_query(self) -> str:
        return ""


async def connect(
    url: str, *, metrics: Metrics | None = None, size: int = 8, patience: float = 30.0, application: str = "barnraise"
) -> asyncpg.Pool:
    """A pool; waits for the server to accept connections, at most ``patience`` seconds. ``application``: who has them, as
    ``pg_stat_activity`` tells."""
    async with asyncio.timeout(patience):
        while True:
            try:
                return await MeteredPool(
                    url,
                    metrics=metrics or Metrics(),
                    min_size=1,
                    max_size=size,
                    max_queries=50_000,
                    max_inactive_connection_lifetime=300.0,
                    loop=None,
                    connection_class=Connection,
                    record_class=asyncpg.Record,
                    command_timeout=30,
                    server_settings={"application_name": application},
                )
            except OUTAGES as outage:
                get_logger().info("waiting for PostgreSQL", error=repr(outage))
                await asyncio.sleep(0.2)


async def migrate(pool: asyncpg.Pool, schema: str, migrations: Traversable | None) -> None:
    """Bring a schema up to date: the chassis' own tables, then each ``NNNN_name.sql`` that has not run, in order.

    Runs in one transaction under an advisory lock, so that replicas may start together and a crash leaves nothing half done. A change that
    would have to wait for running queries gives way to them, for whoever comes after it waits too: it is tried again until it gets through.
    """
    while True:
        try:
            return await _migrate(pool, schema, migrations)
        except asyncpg.LockNotAvailableError as busy:
            get_logger().info("the tables are in use; migrating again", schema=schema, error=str(busy))
            await asyncio.sleep(random.uniform(0.1, 0.5))  # noqa: S311 - no secret


async def migrated(pool: asyncpg.Pool, schema: str, migrations: Traversable | None) -> None:
    """Wait until somebody else has brought the schema up to date. One that is ahead of us will do: changes of schemas are made so that
    the version before can go on with them."""
    wanted = {file.name for file in _files(migrations)}
    while (done := await _applied(pool, schema)) is None or wanted - done:
        get_logger().info("waiting for migrations", schema=schema, missing=sorted(wanted - (done or set())))
        await asyncio.sleep(0.5)


async def difference(pool: asyncpg.Pool, schema: str, migrations: Traversable | None) -> tuple[list[str], list[str]]:
    """The migrations that have not run yet, and those that have run and are not among these."""
    wanted, done = {file.name for file in _files(migrations)}, await _applied(pool, schema) or set()
    return sorted(wanted - done), sorted(done - wanted)


async def _applied(pool: asyncpg.Pool, schema: str) -> set[str] | None:
    """The names of the migrations that have run; None when not even the first transaction has."""
    try:
        return {row["name"] for row in await pool.fetch(f"select name from {schema}.migrations")}
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return None


async def _migrate(pool: asyncpg.Pool, schema: str, migrations: Traversable | None) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext('barnraise.migrations'))", timeout=MIGRATING_SECONDS)
        await connection.execute(f"set local lock_timeout = '{LOCK_SECONDS:.0f}s'")
        if await connection.fetchval("select to_regnamespace($1)", schema) is None:  # where it is there, no right to make one is needed
            await connection.execute(f"create schema {schema}")
        await connection.execute(TABLES.format(schema=schema))
        await connection.execute(
            f"create table if not exists {schema}.migrations (name text primary key, at timestamptz not null default now())"
        )
        done = {row["name"] for row in await connection.fetch(f"select name from {schema}.migrations")}
        for file in _files(migrations):
            if file.name not in done:
                await connection.execute(file.read_text(encoding="utf-8"), timeout=MIGRATING_SECONDS)
                await connection.execute(f"insert into {schema}.migrations (name) values ($1)", file.name)


def _files(migrations: Traversable | None) -> list[Any]:
    if migrations is None:
        return []
    return sorted((file for file in migrations.iterdir() if re.fullmatch(r"\d{4}_\w+\.sql", file.name)), key=lambda file: file.name)
