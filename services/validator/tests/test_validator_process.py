"""The real process on real NATS and PostgreSQL: a command about a commit becomes one event."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import asyncpg
import nats
import pytest

from barnraise.chassis import database
from barnraise.chassis.objects import ObjectStore
from barnraise.contracts.commands import ValidateCommit
from barnraise.contracts.events import CommitValidated, StepFailed
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM, command_subject
from barnraise.vfs import Vfs, branches

pytestmark = pytest.mark.connected
AT = datetime(2026, 1, 1, tzinfo=UTC)


async def commit(url: str, objects: ObjectStore, cache: Path, contents: dict[str, bytes]) -> str:
    """A project's first commit, as codegen would make it."""
    pool = await asyncpg.create_pool(url, min_size=1)
    await database.migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
    vfs = Vfs(pool, objects, cache)
    repository = await vfs.open("shop")
    made = repository.commit(repository.write_tree(contents), [], "First", author="User", at=AT)
    pack = repository.pack([made])
    await vfs.store("shop", pack)
    async with pool.acquire() as connection, connection.transaction():
        await branches.add_pack(connection, "shop", pack)
        await branches.move(connection, "shop", "main", None, made)
    await pool.close()
    return made


@pytest.fixture
async def client(nats_url: str, database_url: str, objects_url: str, tmp_path: Path) -> AsyncIterator[nats.NATS]:
    """A connection to the bus of a running validator."""
    ready, log = tmp_path / "runtime.json", tmp_path / "log"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "BARNRAISE_BASE_DIR"},
        "BARNRAISE_NATS_URL": nats_url,
        "BARNRAISE_DATABASE_URL": database_url,
        "BARNRAISE_OBJECTS_URL": objects_url,
        "BARNRAISE_CACHE_DIR": str(tmp_path / "cache"),
        "BARNRAISE_RUNTIME_FILE": str(ready),
    }
    with log.open("wb") as output:
        command = [sys.executable, "-m", "barnraise.validator"]
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)  # noqa: ASYNC220
    async with asyncio.timeout(60):
        while not ready.exists():
            assert process.poll() is None, log.read_text()
            await asyncio.sleep(0.05)
    bus = await nats.connect(nats_url)
    yield bus
    await bus.close()
    process.terminate()
    assert await asyncio.to_thread(process.wait, 30) == 0, log.read_text()


async def publish(client: nats.NATS, command: ValidateCommit) -> None:
    headers = {"Nats-Msg-Id": command.id}
    await client.jetstream().publish(command_subject(ValidateCommit), command.encode(), stream=COMMAND_STREAM, headers=headers)


async def test_a_commit_is_judged(client: nats.NATS, database_url: str, objects_url: str, tmp_path: Path) -> None:
    contents = {"backend/app/main.py": b"import os\n", "data.json": b"{}\n"}
    made = await commit(database_url, ObjectStore(objects_url), tmp_path / "other", contents)
    events = await client.jetstream().subscribe("evt.shop.>", stream=EVENT_STREAM, ordered_consumer=True)
    await publish(client, ValidateCommit(id="job:validate:1", project_id="shop", job_id="job", at=AT, commit=made))
    event = CommitValidated.model_validate_json((await events.next_msg(timeout=60)).data)
    assert (event.commit, event.passed) == (made, False)
    assert ("F401", "backend/app/main.py") in [(f.code, f.path) for f in event.diagnostics]
    assert {report.tool: report.outcome for report in event.tools}["ty"] == "missing"
    (own,) = (tmp_path / "cache/checkouts").iterdir()
    assert len([*(own / "trees").iterdir()]) == 1


async def test_a_commit_that_is_not_there_is_a_failed_step(client: nats.NATS, database_url: str, objects_url: str, tmp_path: Path) -> None:
    await commit(database_url, ObjectStore(objects_url), tmp_path / "other", {"a.py": b""})
    events = await client.jetstream().subscribe("evt.shop.>", stream=EVENT_STREAM, ordered_consumer=True)
    await publish(client, ValidateCommit(id="job:validate:1", project_id="shop", job_id="job", at=AT, commit="f" * 40))
    event = StepFailed.model_validate_json((await events.next_msg(timeout=60)).data)
    assert (event.step, event.problem.code) == ("validate", "not_found")
