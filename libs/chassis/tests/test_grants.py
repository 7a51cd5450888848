"""What services may do on the bus: held against their code, and against a real server with the configuration that is shipped."""

import ast
import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from barnraise.chassis.grants import PROVISIONER, ROLES, inbox, told, users
from barnraise.chassis.local.child import free_port
from barnraise.chassis.local.nats import nats_binary
from barnraise.chassis.provision import Durable, ProvisioningError, provision_consumer, provision_streams
from barnraise.contracts.commands import COMMANDS, StartJob, TestCommit
from barnraise.contracts.events import EVENTS, JobEnded, ProjectCreated
from barnraise.contracts.requests import REQUESTS, GetStatistics, OrderPreview, ResolvePreview
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM, command_subject, request_subject, token

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "deploy/docker/nats"
KINDS = {kind.__name__: kind for kind in (*COMMANDS, *EVENTS, *REQUESTS)}


def test_what_is_shipped_is_what_the_code_says() -> None:
    assert (SHIPPED / "users.conf").read_text() == users(), "say: python -m barnraise.chassis.grants > deploy/docker/nats/users.conf"


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_service_may_say_what_its_code_says_and_nothing_that_it_does_not_know(role) -> None:
    made, known = _messages(role.name)
    given = {kind.__name__ for kind in (*role.sends, *told(role), *role.asks, *role.among)}
    given -= {"StepFailed"}  # which the chassis tells for it
    assert made <= given, f"{role.name} makes messages that it may not send"
    assert given <= known, f"{role.name} may send what its code does not even name"


def test_whoever_has_steps_may_tell_that_they_failed() -> None:
    handling = {kind.owner for kind in COMMANDS}
    assert {role.name for role in ROLES if "StepFailed" in {kind.__name__ for kind in told(role)}} == handling


def _messages(service: str) -> tuple[set[str], set[str]]:
    """The classes of messages that a service's code makes by name, and those that it names at all."""
    made, known = set(), set()
    for file in (ROOT / "services" / service / "src").rglob("*.py"):
        if "templates" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                made.add(node.func.id if isinstance(node.func, ast.Name) else node.func.attr)
            if isinstance(node, ast.ImportFrom):
                known |= {alias.name for alias in node.names}
    return made & KINDS.keys(), known & KINDS.keys()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nats-server with the shipped configuration; its address without a user."""
    folder, port = tmp_path_factory.mktemp("shipped"), free_port()
    for file in SHIPPED.iterdir():
        ours = file.read_text().replace("0.0.0.0:4222", f"127.0.0.1:{port}").replace("0.0.0.0:8222", f"127.0.0.1:{free_port()}")
        (folder / file.name).write_text(ours)
    passwords = {f"NATS_PASSWORD_{name.upper()}": f"of-{name}" for name in (*(role.name for role in ROLES), PROVISIONER)}
    env = os.environ | passwords | {"NATS_SERVER_NAME": "test", "NATS_STORE": str(folder / "store")}
    process = subprocess.Popen([nats_binary(), "-c", folder / "nats.conf"], env=env, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if "Server is ready" in line:
            break
    assert process.poll() is None
    asyncio.run(_provision(f"127.0.0.1:{port}"))
    yield f"127.0.0.1:{port}"
    process.kill()
    process.wait()
    process.stderr.close()


async def _provision(address: str) -> None:
    async with _as(PROVISIONER, address) as (client, _):
        await provision_streams(client, client.jetstream())


@asynccontextmanager
async def _as(name: str, address: str) -> AsyncIterator[tuple[Client, list[str]]]:
    """A connection as that service makes it, and what the server complained of."""
    complaints: list[str] = []

    async def complained(error: Exception) -> None:
        complaints.append(str(error))

    url = f"nats://{name}:of-{name}@{address}"
    client = await nats.connect(url, inbox_prefix=inbox(name), error_cb=complained, allow_reconnect=False)
    yield client, complaints
    await client.close()


pytestmark = pytest.mark.connected


async def test_services_start_and_pass_messages_without_the_right_to_change_streams(server: str) -> None:
    async with _as("gateway", server) as (gateway, refused), _as("planner", server) as (planner, refused_too):
        for client in (gateway, planner):
            await provision_streams(client, client.jetstream())  # they find everything as it should be
        durable = Durable(COMMAND_STREAM, token(StartJob), (command_subject(StartJob),), 5.0, 2)
        await provision_consumer(planner.jetstream(), durable)
        await gateway.jetstream().publish(command_subject(StartJob), b"{}")
        pull = await planner.jetstream().pull_subscribe_bind(durable.name, COMMAND_STREAM)
        (message,) = await pull.fetch(1, timeout=5)
        await message.ack_sync()
        await planner.jetstream().publish(f"evt.p1.{token(JobEnded)}", b"{}")
        assert refused == refused_too == []


async def test_requests_are_answered_to_who_asked(server: str) -> None:
    async with _as("gateway", server) as (gateway, refused), _as("sandbox", server) as (sandbox, refused_too):

        async def answer(message) -> None:
            await message.respond(b"here")

        await sandbox.subscribe(request_subject(ResolvePreview), queue="sandbox", cb=answer)
        assert await _answered(gateway, request_subject(ResolvePreview)) == b"here"
        assert refused == refused_too == []


async def test_replicas_of_the_sandbox_service_ask_each_other_by_name_and_may_take_their_time(server: str) -> None:
    subject = request_subject(OrderPreview, "other")
    async with _as("sandbox", server) as (one, refused), _as("sandbox", server) as (other, refused_too):

        async def answer(message) -> None:
            await message.respond(b"here")

        await other.subscribe(subject, cb=answer)
        assert await _answered(one, subject) == b"here"
        late = await one.subscribe(one.new_inbox())
        await _answered(one, subject)  # what is asked does not overtake the subscription, as a flush may
        await other.publish(late.subject, b"late")  # as an answer is that comes after the server has forgotten who asked
        assert (await late.next_msg(5)).data == b"late"
        assert refused == refused_too == []


async def _answered(client: Client, subject: str) -> bytes:
    """The answer, once somebody listens: this client's flush may overtake a subscription that was made before it."""
    async with asyncio.timeout(5):
        while True:
            try:
                return (await client.request(subject, b"{}", timeout=5)).data
            except NoRespondersError:
                await asyncio.sleep(0.01)


FOREIGN = (
    ("validator", command_subject(TestCommit)),
    ("sandbox", f"evt.p1.{token(JobEnded)}"),
    ("codegen", f"evt.p1.{token(ProjectCreated)}"),
    ("telemetry", request_subject(ResolvePreview)),
    ("planner", f"{inbox('gateway')}.x"),
    ("gateway", f"$JS.API.STREAM.DELETE.{EVENT_STREAM}"),
    ("gateway", f"$JS.API.CONSUMER.DELETE.{EVENT_STREAM}.conductor"),
    ("sandbox", f"$JS.API.CONSUMER.MSG.NEXT.{COMMAND_STREAM}.{token(StartJob)}"),
    ("codegen", f"$JS.API.STREAM.UPDATE.{COMMAND_STREAM}"),
    ("validator", f"$JS.API.STREAM.MSG.GET.{EVENT_STREAM}"),
)


@pytest.mark.parametrize(("service", "subject"), FOREIGN)
async def test_a_foreign_subject_is_refused(server: str, service: str, subject: str) -> None:
    async with _as(service, server) as (client, refused):
        await client.publish(subject, b"{}")
        await client.flush()
        await _heard(refused)
        assert f'permissions violation for publish to "{subject.lower()}"' in refused[0].lower()


@pytest.mark.parametrize("subject", [f"{inbox('gateway')}.>", request_subject(GetStatistics), "cmd.>", "evt.>", "spans", "_INBOX.>"])
async def test_nobody_listens_to_what_is_meant_for_others(server: str, subject: str) -> None:
    async with _as("validator", server) as (client, refused):
        await client.subscribe(subject)
        await client.flush()
        await _heard(refused)
        assert "permissions violation for subscription" in refused[0].lower()


async def test_a_stream_that_is_not_as_it_should_be_is_said_by_name(server: str) -> None:
    async with _as(PROVISIONER, server) as (client, _):
        kept = (await client.jetstream().stream_info(COMMAND_STREAM)).config
        await client.jetstream().update_stream(kept.evolve(duplicate_window=60.0))
    async with _as("validator", server) as (client, _):
        with pytest.raises(ProvisioningError, match="COMMANDS is missing or outdated"):
            await provision_streams(client, client.jetstream(timeout=0.5))
    await _provision(server)
    async with _as("validator", server) as (client, _):
        await provision_streams(client, client.jetstream())


async def test_nobody_comes_in_without_a_password(server: str) -> None:
    client = nats.NATS()
    refused: list[str] = []

    async def complained(error: Exception) -> None:
        refused.append(str(error))

    with pytest.raises((NatsError, OSError)):
        await client.connect(f"nats://gateway:of-planner@{server}", error_cb=complained, allow_reconnect=False, max_reconnect_attempts=1)
    await client.close()
    assert any("authorization violation" in text.lower() for text in refused)


async def _heard(complaints: list[str]) -> None:
    async with asyncio.timeout(5):
        while not complaints:
            await asyncio.sleep(0.01)
