"""Fixtures. Register with ``pytest_plugins = ["barnraise.chassis.testing.plugin"]`` in the root conftest."""

import asyncio
import contextlib
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import nats
import pytest
import structlog
from nats.js.errors import NotFoundError

from barnraise.chassis.local import NatsServer, PostgresServer

_OWN_BASE = pytest.StashKey[Path]()
_FAST = {"fsync": "off", "full_page_writes": "off"}  # survives kill -9, though not a power cut


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """As root, use a temporary folder that other users can traverse: PostgreSQL and sandboxes run as other users.

    Errors that a part logs in the tests' own process are written plainly: to draw one traceback in colours takes half a minute.
    """
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    if os.geteuid() == 0 and not config.option.basetemp:
        base = Path(tempfile.mkdtemp(prefix="barnraise-tests-"))
        base.chmod(0o711)
        config.option.basetemp = str(base / "pytest")
        config.stash[_OWN_BASE] = base


def pytest_unconfigure(config: pytest.Config) -> None:
    if base := config.stash.get(_OWN_BASE, None):
        shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _traversable(tmp_path_factory: pytest.TempPathFactory) -> None:
    if os.geteuid() == 0:
        base = tmp_path_factory.getbasetemp()
        for folder in (base, base.parent) if "PYTEST_XDIST_WORKER" in os.environ else (base,):
            folder.chmod(0o711)


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """The session's NATS server. A test may ``kill()`` it and ``await start()`` it again; the next test gets it running."""
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The session's PostgreSQL server. A test may ``kill()`` it and ``await start()`` it again; the next test gets it running."""
    server = PostgresServer(tmp_path_factory.mktemp("postgres"), options=_FAST)
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())


@pytest.fixture(scope="session")
def postgres_dsn(postgres_server: PostgresServer) -> str:
    """The session's server, as its superuser; most tests want ``database_url``."""
    return postgres_server.dsn


@pytest.fixture
def nats_url(nats_server: NatsServer) -> str:
    """A NATS server without any stream."""
    asyncio.run(nats_server.start())
    _run(_delete_streams(nats_server.url))
    return nats_server.url


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of the test's own."""
    asyncio.run(postgres_server.start())
    name = f"test_{secrets.token_hex(6)}"
    _run(_execute(postgres_server.dsn, f"create database {name}"))
    yield postgres_server.dsn.replace("/postgres?", f"/{name}?")
    asyncio.run(postgres_server.start())
    _run(_execute(postgres_server.dsn, f"drop database if exists {name} with (force)"))


@pytest.fixture
def objects_url(tmp_path: Path) -> str:
    """An empty object store on a folder."""
    folder = tmp_path / "objects"
    folder.mkdir()
    return folder.as_uri()


async def _delete_streams(url: str) -> None:
    client = await nats.connect(url)
    jetstream = client.jetstream()
    for info in await jetstream.streams_info():
        with contextlib.suppress(NotFoundError):
            await jetstream.delete_stream(str(info.config.name))
    await client.close()


async def _execute(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, whether or not this thread has a running loop."""
    failure: list[BaseException] = []

    def body() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
