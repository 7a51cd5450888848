"""The small parts of the chassis: logs without secrets, errors, objects, migrations, refused configurations."""

import asyncio
import json
import re
import signal
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import nats
import pytest
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import ConsumerConfig

from barnraise.chassis import logs, tracing
from barnraise.chassis.clock import new_id, now
from barnraise.chassis.database import OUTAGES, connect, migrate, migrated
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.local import NatsServer
from barnraise.chassis.migrate import AHEAD, NOTHING, WAITING, check, migrations_of
from barnraise.chassis.objects import ObjectStore
from barnraise.chassis.provision import Durable, ProvisioningError, _same, patiently, provision_consumer, provision_streams


@pytest.mark.usefixtures("own_logs")
def test_secrets_are_cut_out_of_logs(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("tests", "info", "json")
    with tracing.span("work"):
        logs.get_logger().info("hello", password="geheim", url="nats://user:geheim@host:1/", api_key="geheim", plain="seen")
    line = json.loads(capsys.readouterr().err)
    assert "geheim" not in json.dumps(line)
    assert (line["service"], line["plain"], line["url"]) == ("tests", "seen", "nats://[redacted]@host:1/")


def test_an_error_carries_its_problem() -> None:
    error = BarnraiseError("unavailable", "x" * 3000, "Wait.", retryable=True)
    assert error.problem.retryable
    assert len(error.problem.detail) == 2000


def test_ids_are_safe_everywhere_and_times_have_zones() -> None:
    assert all(re.fullmatch("[a-z2-7]{16}", new_id()) for _ in range(100))
    assert now().tzinfo is not None


async def test_objects_are_kept_by_key(tmp_path: Path) -> None:
    store = ObjectStore(f"file://{tmp_path}/objects")
    await store.put("a/one", b"1")
    await store.put("a/two", b"2")
    assert await store.get("a/one") == b"1"
    assert await store.list("a") == ["a/one", "a/two"]
    await store.delete("a/one")
    await store.delete("a/one")
    with pytest.raises(KeyError):
        await store.get("a/one")


@pytest.mark.connected
async def test_migrations_run_once_in_order_and_whole(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "0001_first.sql").write_text("create table planner.a (x int); insert into planner.a values (1);")
    (tmp_path / "notes.txt").write_text("not a migration")
    pool = await connect(database_url)
    await migrate(pool, "planner", tmp_path)
    (tmp_path / "0002_second.sql").write_text("insert into planner.a values (2);")
    await migrate(pool, "planner", tmp_path)
    await migrate(pool, "planner", tmp_path)
    assert [row["x"] for row in await pool.fetch("select x from planner.a order by x")] == [1, 2]
    (tmp_path / "0003_broken.sql").write_text("insert into planner.a values (3); select nonsense;")
    with pytest.raises(asyncpg.PostgresError):
        await migrate(pool, "planner", tmp_path)
    assert await pool.fetchval("select count(*) from planner.a") == 2
    await pool.close()


async def test_who_has_a_connection_is_told(database_url: str) -> None:
    pool = await connect(database_url, application="planner")
    assert await pool.fetchval("select application_name from pg_stat_activity where pid = pg_backend_pid()") == "planner"
    await pool.close()


@pytest.mark.connected
async def test_a_server_that_has_said_goodbye_and_not_hung_up_is_an_outage(database_url: str) -> None:
    there, said, hung_up = urlsplit(database_url), asyncio.Event(), asyncio.Event()

    async def between(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection(there.hostname, there.port)
        forth = asyncio.create_task(_pass_on(reader, onward_writer))
        forth.add_done_callback(lambda _: onward_writer.close())
        await _pass_on(onward_reader, writer)
        said.set()
        await hung_up.wait()
        writer.close()
        await forth

    async with await asyncio.start_server(between, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = there._replace(netloc=there.netloc.replace(f":{there.port}", f":{port}"))
        async with await connect(urlunsplit(address)) as pool, asyncpg.create_pool(database_url, min_size=1, max_size=1) as other:
            await other.execute("select pg_terminate_backend($1)", await pool.fetchval("select pg_backend_pid()"))
            await said.wait()
            with pytest.raises(OUTAGES):
                await pool.fetchval("select 1")
            hung_up.set()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while some := await reader.read(65536):
        writer.write(some)
        await writer.drain()


@pytest.mark.connected
async def test_before_an_upgrade_it_is_said_what_will_run_and_what_a_newer_version_has_run(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = migrations_of("telemetry")
    assert folder
    last = max(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    assert await check(database_url, ["telemetry"]) == WAITING
    assert f"telemetry: {last} will run" in capsys.readouterr().out
    pool = await connect(database_url)
    await migrate(pool, "telemetry", folder)
    assert await check(database_url, ["telemetry"]) == NOTHING
    assert capsys.readouterr().out == ""
    await pool.execute("insert into telemetry.migrations (name) values ('9999_of_a_newer_version.sql')")
    assert await check(database_url, ["telemetry"]) == AHEAD
    assert "telemetry: 9999_of_a_newer_version.sql has run, and this version does not know it" in capsys.readouterr().out
    async with asyncio.timeout(10):
        await migrated(pool, "telemetry", folder)  # the version before goes on with what is ahead of it
    await pool.close()


@pytest.mark.connected
async def test_a_migration_gives_way_to_queries_that_run(tmp_path: Path, database_url: str) -> None:
    pool = await connect(database_url)
    (tmp_path / "0001_first.sql").write_text("create table planner.things (id text primary key)")
    await migrate(pool, "planner", tmp_path)
    (tmp_path / "0002_second.sql").write_text("alter table planner.things add column note text")
    waiting = asyncio.create_task(migrated(pool, "planner", tmp_path))
    async with pool.acquire() as reader, reader.transaction():
        await reader.fetch("select * from planner.things")
        migrating = asyncio.create_task(migrate(pool, "planner", tmp_path))
        pause, seen = 0.0, asyncio.get_running_loop().time()
        while not migrating.done() and asyncio.get_running_loop().time() - seen < 4:
            start = asyncio.get_running_loop().time()
            await pool.execute("insert into planner.things (id) values (gen_random_uuid()::text)")  # stands behind the migration's lock
            pause = max(pause, asyncio.get_running_loop().time() - start)
        assert not migrating.done()
        assert not waiting.done()
    await asyncio.gather(migrating, waiting)
    assert 1 < pause < 3.5, "what came after the migration waited for what came before it"
    assert await pool.fetchval("select count(note) from planner.things") == 0
    await pool.close()


@pytest.mark.connected
async def test_a_later_version_may_change_a_consumer(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    jetstream = client.jetstream()
    await provision_streams(client, jetstream)
    await provision_streams(client, jetstream)
    durable = Durable("COMMANDS", "d", ("cmd.x.>",), 10.0, 2)
    await provision_consumer(jetstream, durable)
    await provision_consumer(jetstream, replace(durable, ack_wait=4.0))
    assert (await jetstream.consumer_info("COMMANDS", "d")).config.ack_wait == 4.0
    several = Durable("EVENTS", "e", ("evt.*.a", "evt.*.b"), 10.0, 1)
    await provision_consumer(jetstream, several)
    await provision_consumer(jetstream, replace(several, subjects=("evt.*.a", "evt.*.c"), ack_wait=4.0))
    await provision_consumer(jetstream, several)
    kept = (await jetstream.consumer_info("EVENTS", "e")).config.filter_subjects
    assert sorted(kept or ()) == ["evt.*.a", "evt.*.b", "evt.*.c"], "an older replica takes nothing away from newer ones"
    await client.close()


@pytest.mark.connected
async def test_a_server_that_is_slow_to_answer_is_asked_again(nats_server: NatsServer, nats_url: str) -> None:
    client = await nats.connect(nats_url)
    jetstream = client.jetstream(timeout=0.2)
    await provision_streams(client, jetstream)
    asked: list[None] = []

    async def ask() -> None:
        asked.append(None)
        await provision_consumer(jetstream, Durable("COMMANDS", "slow", ("cmd.slow.>",), 10.0, 2))

    nats_server.child.send(signal.SIGSTOP)
    try:
        with pytest.raises(NatsTimeout):
            await patiently(ask, patience=0.1)
        asked.clear()
        asking = asyncio.create_task(patiently(ask))
        async with asyncio.timeout(30):
            while len(asked) < 3:
                await asyncio.sleep(0.01)
    finally:
        nats_server.child.send(signal.SIGCONT)
    await asking
    assert (await jetstream.consumer_info("COMMANDS", "slow")).name == "slow"
    await client.close()


def test_another_answer_than_asked_for_is_an_error() -> None:
    with pytest.raises(ProvisioningError, match="ack_wait"):
        _same(ConsumerConfig(ack_wait=10), ConsumerConfig(ack_wait=0.5), ("ack_wait",))
