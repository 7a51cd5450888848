"""A pytest plugin: NATS and PostgreSQL once for a test run, fresh streams and a fresh database for each test."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import nats
import pytest

from barnraise.chassis.local.nats import NatsServer
from barnraise.chassis.local.postgres import PostgresServer


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    server = NatsServer(_reachable(tmp_path_factory.mktemp("nats")))
    asyncio.run(server.start())
    yield server
    server.kill()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(_reachable(tmp_path_factory.mktemp("postgres")))
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


@pytest.fixture
async def nats_url(nats_server: NatsServer) -> AsyncIterator[str]:
    """A server without streams; what the test made is deleted after it."""
    yield nats_server.url
    client = await nats.connect(nats_server.url)
    for stream in await client.jetstream().streams_info():
        await client.jetstream().delete_stream(stream.config.name)
    await client.close()


@pytest.fixture
async def database_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """A fresh database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = await asyncpg.connect(postgres_server.dsn())
    await admin.execute(f'create database "{name}"')
    yield postgres_server.dsn(name)
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


@pytest.fixture
def objects_url(tmp_path: Path) -> str:
    return f"file://{tmp_path / 'objects'}"


def _reachable(path: Path) -> Path:
    """pytest's folders are private; a server that runs as another user must be able to pass through."""
    for folder in (path, *path.parents):
        if folder == Path(folder.anchor) or folder.stat().st_mode & 0o001:
            break
        folder.chmod(folder.stat().st_mode | 0o011)
    return path
