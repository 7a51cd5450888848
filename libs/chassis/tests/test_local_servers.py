"""NATS and PostgreSQL as children: they come up, come back after a kill, keep what they had, and die with their parent."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import asyncpg
import nats
import nats.errors
import pytest

from barnraise.chassis.local import Child, NatsServer, PostgresServer, StartError, postgres
from barnraise.chassis.local.postgres import reachable_by_all

pytestmark = pytest.mark.connected


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that every user can reach."""
    tmp_path.chmod(0o711)
    return tmp_path


@pytest.fixture
def closed_folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


async def _publish(url: str, text: str) -> None:
    client = await nats.connect(url)
    jetstream = client.jetstream()
    await jetstream.add_stream(name="KEEP", subjects=["keep"])
    await jetstream.publish("keep", text.encode())
    await client.close()


async def test_nats_keeps_acknowledged_messages_and_its_address_over_kills(nats_server: NatsServer, nats_url: str) -> None:
    await _publish(nats_url, "first")
    nats_server.kill()
    await nats_server.start()
    assert nats_server.url == nats_url
    client = await nats.connect(nats_url)
    stored = await client.jetstream().get_msg("KEEP", 1)
    await client.close()
    assert stored.data == b"first"


async def test_nats_lets_nobody_in_without_the_password(nats_server: NatsServer, nats_url: str) -> None:
    async def ignore(_: Exception) -> None:
        return

    with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
        await nats.connect(f"nats://127.0.0.1:{nats_server.port}", allow_reconnect=False, error_cb=ignore)


async def test_the_nats_password_is_readable_by_the_owner_alone(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats")
    await server.start()
    await server.stop()
    assert (tmp_path / "nats/nats.conf").stat().st_mode & 0o077 == 0
    assert server.child.code is not None


async def test_a_port_in_use_is_said(nats_server: NatsServer, nats_url: str, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="address already in use"):
        await NatsServer(tmp_path / "second", port=nats_server.monitor_port).start()


async def test_postgres_keeps_committed_rows_over_kills(postgres_server: PostgresServer, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("create table kept (n int)")
    for round_number in range(3):
        await connection.execute("insert into kept values ($1)", round_number)
        postgres_server.kill()
        connection.terminate()
        await postgres_server.start()
        connection = await asyncpg.connect(database_url)
        assert await connection.fetchval("select count(*) from kept") == round_number + 1
    await connection.close()


async def test_postgres_lets_nobody_in_without_the_password(postgres_server: PostgresServer, database_url: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://barnraise:wrong@127.0.0.1:{postgres_server.port}/postgres?sslmode=disable")


async def test_postgres_starts_over_when_its_cluster_was_only_half_made(tmp_path: Path) -> None:
    folder = tmp_path.parent / f"{tmp_path.name}-half"
    folder.mkdir(mode=0o755)
    (folder / "cluster.part").mkdir()
    (folder / "cluster.part/PG_VERSION").write_text("18")
    server = PostgresServer(folder)
    tmp_path.parent.chmod(0o711)
    await server.start()
    await server.stop()
    (folder / "cluster/postmaster.pid").write_text(f"{os.getpid()}\n")  # a stale pid that belongs to somebody else by now
    await server.start()
    await server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
async def test_root_runs_a_copy_where_the_installed_binaries_are_out_of_reach(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reach = postgres.reachable_by_all
    monkeypatch.setattr(postgres, "reachable_by_all", lambda path: path.name != "postgres" and reach(path))
    server = PostgresServer(folder / "database")
    for _ in range(2):
        await server.start()
        assert os.readlink(f"/proc/{server.child.pid}/exe").startswith(str(folder))  # noqa: PTH115
        await server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
async def test_root_is_told_when_the_data_is_out_of_reach(closed_folder: Path) -> None:
    with pytest.raises(StartError, match="choose another place"):
        await PostgresServer(closed_folder / "database").start()


async def test_a_server_that_cannot_start_says_why(postgres_server: PostgresServer, folder: Path) -> None:
    with pytest.raises(StartError, match="Address already in use"):
        await PostgresServer(folder / "database", port=postgres_server.port).start()


def test_what_was_never_started_cannot_be_used(tmp_path: Path) -> None:
    for server in (NatsServer(tmp_path), PostgresServer(tmp_path)):
        server.kill()
        with pytest.raises(StartError):
            assert server.child


async def test_each_test_has_a_database_of_its_own(database_url: str, postgres_dsn: str) -> None:
    assert database_url != postgres_dsn
    connection = await asyncpg.connect(database_url)
    assert await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'") == 0
    await connection.close()


PARENT = """
    import asyncio, json, sys
    from pathlib import Path
    from barnraise.chassis.local import NatsServer, PostgresServer
    async def main():
        home = Path(sys.argv[1])
        servers = NatsServer(home / "nats"), PostgresServer(home / "postgres")
        await asyncio.gather(*(server.start() for server in servers))
        print(json.dumps([server.child.pid for server in servers]), flush=True)
        await asyncio.sleep(600)
    asyncio.run(main())
"""


def test_servers_die_with_their_parent_and_a_second_parent_starts_at_once(tmp_path: Path) -> None:
    home = tmp_path.parent / f"{tmp_path.name}-parent"
    home.mkdir(mode=0o755)
    tmp_path.parent.chmod(0o711)
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", textwrap.dedent(PARENT), home], stdout=subprocess.PIPE) as parent:
            assert parent.stdout
            pids = json.loads(parent.stdout.readline())
            parent.kill()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_a_child_that_does_not_end_when_asked_is_killed(tmp_path: Path) -> None:
    child = Child.spawn(["/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done"], log=tmp_path / "log", env={})
    while child.tail() != "up":
        await asyncio.sleep(0.01)
    assert await child.stop(grace=0.1) == -signal.SIGKILL
    child.send(signal.SIGTERM)


def test_reach_needs_every_directory_above(tmp_path: Path) -> None:
    inner = tmp_path / "closed/inner"
    inner.mkdir(parents=True)
    tmp_path.chmod(0o755)
    (tmp_path / "closed").chmod(0o700)
    assert not reachable_by_all(inner)
