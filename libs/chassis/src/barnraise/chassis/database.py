"""PostgreSQL: pools that outlive a restart of the server, and migrations."""

import asyncio
import re
from importlib.resources.abc import Traversable
from typing import Any

import asyncpg

from barnraise.chassis.ledger import TABLES
from barnraise.chassis.logs import get_logger

OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
"""What passes by itself: no connection, a server that stops or starts, a full disk."""


async def connect(url: str, *, size: int = 8, patience: float = 30.0) -> asyncpg.Pool:
    """A pool; waits for the server to accept connections, at most ``patience`` seconds."""
    async with asyncio.timeout(patience):
        while True:
            try:
                return await asyncpg.create_pool(url, min_size=1, max_size=size, command_timeout=30)
            except OUTAGES as outage:
                get_logger().info("waiting for PostgreSQL", error=repr(outage))
                await asyncio.sleep(0.2)


async def migrate(pool: asyncpg.Pool, schema: str, migrations: Traversable | None) -> None:
    """Bring a schema up to date: the chassis' own tables, then each ``NNNN_name.sql`` that has not run, in order.

    Runs in one transaction under an advisory lock, so that replicas may start together and a crash leaves nothing half done.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext('barnraise.migrations'))")
        await connection.execute(f"create schema if not exists {schema}")
        await connection.execute(TABLES.format(schema=schema))
        await connection.execute(
            f"create table if not exists {schema}.migrations (name text primary key, at timestamptz not null default now())"
        )
        done = {row["name"] for row in await connection.fetch(f"select name from {schema}.migrations")}
        for file in _files(migrations):
            if file.name not in done:
                await connection.execute(file.read_text(encoding="utf-8"))
                await connection.execute(f"insert into {schema}.migrations (name) values ($1)", file.name)


def _files(migrations: Traversable | None) -> list[Any]:
    if migrations is None:
        return []
    return sorted((file for file in migrations.iterdir() if re.fullmatch(r"\d{4}_\w+\.sql", file.name)), key=lambda file: file.name)
