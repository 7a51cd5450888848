"""With real NATS and PostgreSQL: what is accepted survives, keys hold, clients resume exactly."""

import asyncio
import json
import random
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import nats
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nats.js.errors import NotFoundError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from barnraise.chassis.clock import new_id, now
from barnraise.chassis.database import migrate
from barnraise.chassis.local import NatsServer, PostgresServer
from barnraise.chassis.objects import ObjectStore
from barnraise.contracts.documents import Attachment, Picture
from barnraise.contracts.events import JobEnded, JobQueued, JobStarted, LogAppended, MessagePosted
from barnraise.contracts.subjects import COMMAND_STREAM, event_subject
from barnraise.gateway.adapters.postgres import PostgresRecords
from barnraise.gateway.domain.records import Job
from barnraise.vfs import Vfs, branches

pytestmark = pytest.mark.connected
PROMPT = "Track plants: plants have a name."


async def create(client: httpx.AsyncClient, prompt: str = PROMPT, key: str | None = None, **more: Any) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = await client.post("/api/v2/projects", json={"prompt": prompt, **more}, headers=headers)
    assert answer.status_code == 202, answer.text
    return answer.json()


@asynccontextmanager
async def bus(url: str) -> AsyncIterator[nats.NATS]:
    async def quiet(_: Exception) -> None:
        return

    client = await nats.connect(url, max_reconnect_attempts=-1, reconnect_time_wait=0.05, error_cb=quiet)
    try:
        yield client
    finally:
        await client.close()


async def publish(client: nats.NATS, event: Any) -> int:
    """Until it is acknowledged; its number."""
    jetstream = client.jetstream(timeout=1)
    while True:
        try:
            return (await jetstream.publish(event_subject(event), event.encode(), headers={"Nats-Msg-Id": event.id})).seq
        except (nats.errors.Error, TimeoutError, OSError):
            await asyncio.sleep(0.05)


def output(project_id: str, number: int, text: str = "x") -> LogAppended:
    return LogAppended(
        id=f"log-{project_id}-{number}", project_id=project_id, at=now(), source="test", stream="stdout", offset=0, text=text
    )


def socket(process: Any, token: str, query: str = "") -> Any:
    return connect(f"ws://localhost:{process.port}/api/v2/ws?{query}", additional_headers={"Authorization": f"Bearer {token}"})


async def frames(connection: ClientConnection, until: int) -> list[int]:
    """The sequence numbers, to the one given."""
    seen = []
    async for message in connection:
        frame = json.loads(message)
        if "event" in frame:
            seen.append(frame["seq"])
            if frame["seq"] >= until:
                break
    return seen


async def eventually(check: Any, timeout: float = 15) -> Any:
    """The first true answer."""
    async with asyncio.timeout(timeout):
        while not (found := await check()):
            await asyncio.sleep(0.02)
        return found


async def commands(url: str) -> list[str]:
    """The ids of all commands in the stream."""
    async with bus(url) as client:
        jetstream = client.jetstream()
        state = (await jetstream.stream_info(COMMAND_STREAM)).state
        found = []
        for seq in range(max(state.first_seq, 1), state.last_seq + 1):
            try:
                found.append(json.loads((await jetstream.get_msg(COMMAND_STREAM, seq)).data)["id"])
            except NotFoundError:
                continue
        return found


async def test_what_is_accepted_is_stored_announced_and_projected(process, nats_url: str) -> None:
    async with process.client() as client, bus(nats_url) as wire:
        made = await create(client)
        project_id, job_id = made["project"]["id"], made["job"]["id"]
        assert await commands(nats_url) == [job_id]
        about = {"project_id": project_id, "job_id": job_id, "at": now()}
        await publish(wire, JobQueued(id="q", action="message", ahead=0, **about))
        await publish(wire, JobStarted(id="s", action="message", **about))
        await publish(wire, MessagePosted(id="m", role="assistant", text="Done \x00.", **about))
        last = await publish(wire, JobEnded(id="e", status="needs_input", summary="What?", **about))

        async def applied() -> bool:
            return (await client.get(f"/api/v2/projects/{project_id}")).json()["last_seq"] == last

        await eventually(applied)
        project = (await client.get(f"/api/v2/projects/{project_id}")).json()
        assert (project["status"], project["job"]["status"]) == ("needs_input", "needs_input")
        assert made["job"]["trace_id"]
        turns = (await client.get(f"/api/v2/projects/{project_id}/messages")).json()["items"]
        assert [turn["text"] for turn in turns] == [PROMPT, "Done \ufffd."]
        assert (await client.get("/api/v2/projects")).json()["items"] == [project]
        page = await client.get(f"/api/v2/projects/{project_id}/events", headers={"Accept": "application/json"})
        assert [item["event"]["type"] for item in page.json()["items"]][:2] == ["project.created.v1", "message.posted.v1"]
        assert page.json()["last_seq"] == last


async def test_the_same_key_twenty_times_at_once_takes_effect_once(process, nats_url: str) -> None:
    async with process.client() as client:

        async def once() -> httpx.Response:
            return await client.post("/api/v2/projects", json={"prompt": PROMPT}, headers={"Idempotency-Key": "one"})

        answers = await asyncio.gather(*(once() for _ in range(20)))
        accepted = [answer for answer in answers if answer.status_code == 202]
        assert accepted
        assert {answer.content for answer in accepted} == {accepted[0].content}
        assert {answer.json()["code"] for answer in answers if answer.status_code != 202} <= {"idempotency_in_flight"}
        assert len((await client.get("/api/v2/projects")).json()["items"]) == 1
        assert (await once()).headers["idempotency-replayed"] == "true"
        other = await client.post("/api/v2/projects", json={"prompt": "other"}, headers={"Idempotency-Key": "one"})
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert len(await commands(nats_url)) == 1


@pytest.mark.parametrize("point", ["gateway.submitted", "gateway.published"])
async def test_a_gateway_that_dies_after_the_commit_has_kept_its_word(process, nats_url: str, tmp_path, point: str) -> None:
    folder = tmp_path / "failpoints"
    folder.mkdir()
    await process.stop()
    process.env["BARNRAISE_FAILPOINT_DIR"] = str(folder)
    await process.start()
    (folder / point).touch()
    async with process.client() as client:
        with pytest.raises(httpx.TransportError):
            await create(client, key="careful")
    assert (folder / f"{point}.hit").exists()
    await process.process.wait()
    await process.start()
    async with process.client() as client:
        made = await create(client, key="careful")
        assert len((await client.get("/api/v2/projects")).json()["items"]) == 1

        async def announced() -> bool:
            return made["job"]["id"] in await commands(nats_url)

        await eventually(announced, 20)
    assert (await commands(nats_url)).count(made["job"]["id"]) == 1


async def test_while_nats_is_away_work_is_accepted_and_announced_later(process, nats_server: NatsServer, nats_url: str) -> None:
    async with process.client() as client:
        nats_server.kill()
        made = await create(client)
        await nats_server.start()

        async def announced() -> bool:
            return made["job"]["id"] in await commands(nats_url)

        await eventually(announced, 30)


async def test_while_postgresql_is_away_it_is_said_and_nothing_is_half_done(process, postgres_server: PostgresServer) -> None:
    async with process.client() as client:
        postgres_server.kill()
        answer = await client.post("/api/v2/projects", json={"prompt": PROMPT}, headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"]
        await postgres_server.start()

        async def back() -> bool:
            again = await client.post("/api/v2/projects", json={"prompt": PROMPT}, headers={"Idempotency-Key": "k"})
            return again.status_code == 202

        await eventually(back)
        assert len((await client.get("/api/v2/projects")).json()["items"]) == 1


async def test_sessions_and_used_links_outlive_the_process(process, token: str) -> None:
    async with httpx.AsyncClient(base_url=process.url) as browser, httpx.AsyncClient(base_url=process.url) as thief:
        assert (await browser.get("/auth", params={"token": token})).status_code == 303
        async with process.client() as client:
            link = (await client.post("/api/v2/links")).json()["url"]
        await process.stop()
        await process.start()
        assert (await browser.get("/api/v2/projects")).status_code == 200
        assert (await thief.get("/auth", params={"token": token})).status_code == 401
        assert (await thief.get(link)).status_code == 303
        assert (await thief.get(link)).status_code == 303, "who is in already just goes on"
        assert (await browser.get(link)).status_code == 303
    async with httpx.AsyncClient() as other:
        assert (await other.get(link)).status_code == 401


async def test_a_whole_life_of_a_project(process, check_problem) -> None:
    async with process.client() as client:
        made = await create(client, name="Garden")
        where = f"/api/v2/projects/{made['project']['id']}"
        assert (await client.post(f"{where}/messages", json={"text": "more"})).json()["job"]["ahead"] == 1
        assert (await client.patch(where, json={"name": "Park"})).json()["name"] == "Park"
        assert (await client.post(f"/api/v2/jobs/{made['job']['id']}/cancel")).status_code == 202
        check_problem(await client.post(f"/api/v2/jobs/{made['job']['id']}/retry"), 409, "job_not_retryable")
        check_problem(await client.get(f"{where}/tests"), 404, "not_found")
        system = (await client.get("/api/v2/system")).json()
        assert (system["services"]["gateway"], system["services"]["planner"]) == ("up", "down")
        assert (await client.delete(where)).status_code == 204
        check_problem(await client.get(where), 404, "not_found")
        check_problem(await client.get(f"/api/v2/jobs/{made['job']['id']}"), 410, "project_deleted")
        assert (await client.get("/api/v2/projects")).json()["items"] == []
        assert (await create(client, name="Garden"))["project"]["name"] == "Garden"


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["page", "insert"]), min_size=4, max_size=12), limit=st.integers(1, 4))
async def test_a_list_is_read_whole_while_it_grows(process, steps: list[str], limit: int) -> None:
    """Whatever was there when the reading began is seen once, in order, newest first."""
    async with process.client() as client:
        for number in range(3):
            await create(client, f"Project {number}")
        before = [item["id"] for item in (await client.get("/api/v2/projects", params={"limit": 100})).json()["items"]]
        seen: list[str] = []
        cursor, more = None, True
        for step in [*steps, *["page"] * 100]:
            if step == "insert":
                await create(client, "Another")
            elif more:
                page = (await client.get("/api/v2/projects", params={"limit": limit} | ({"cursor": cursor} if cursor else {}))).json()
                seen += [item["id"] for item in page["items"]]
                cursor, more = page["next_cursor"], page["has_more"]
        assert len(seen) == len(set(seen))
        assert [identity for identity in seen if identity in before] == before


async def test_two_clients_see_the_same_things_happen(process, token: str, nats_url: str) -> None:
    async with process.client() as client, bus(nats_url) as wire:
        made = await create(client)
        project_id = made["project"]["id"]
        async with socket(process, token, f"project={project_id}&after=0") as one, socket(process, token, "after=0") as two:
            last = [await publish(wire, output(project_id, number)) for number in range(50)][-1]
            first, second = await asyncio.wait_for(asyncio.gather(frames(one, last), frames(two, last)), 10)
    assert first == second == list(range(1, last + 1))


async def test_clients_that_cut_and_resume_under_kills_lose_and_double_nothing(
    process, token: str, nats_server: NatsServer, nats_url: str
) -> None:
    """Twelve readers cut their connections at random while NATS and the gateway are killed, WebSocket and server-sent events alike."""
    chance = random.Random(7)
    async with process.client() as client, bus(nats_url) as wire:
        project_id = (await create(client))["project"]["id"]
        other = (await create(client))["project"]["id"]
        start = (await wire.jetstream().stream_info("EVENTS")).state.last_seq
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def read(number: int) -> list[int]:
            seen: list[int] = []
            reader = _read_socket if number % 3 else _read_sse
            while not (done.done() and seen and seen[-1] >= done.result()):
                try:
                    async with asyncio.timeout(chance.uniform(0.05, 0.8)):
                        await reader(process, token, project_id, seen, seen[-1] if seen else start)
                except (TimeoutError, OSError, ConnectionClosed, InvalidHandshake, EOFError, httpx.HTTPError):
                    await asyncio.sleep(0.02)
            return seen

        async def disturb() -> None:
            for victim in ("nats", "gateway", "nats"):
                await asyncio.sleep(1.0)
                if victim == "nats":
                    nats_server.kill()
                    await nats_server.start()
                else:
                    await process.kill()
                    await process.start()

        readers = [asyncio.create_task(read(number)) for number in range(12)]
        disturbing = asyncio.create_task(disturb())
        expected = []
        number = 0
        while not disturbing.done() or number < 300:
            expected.append(await publish(wire, output(project_id, number)))
            await publish(wire, output(other, number))
            number += 1
            await asyncio.sleep(0.004)
        await disturbing
        done.set_result(expected[-1])
        results = await asyncio.wait_for(asyncio.gather(*readers), 60)
    assert all(seen == expected for seen in results)


async def _read_socket(process: Any, token: str, project_id: str, seen: list[int], after: int) -> None:
    async with socket(process, token, f"project={project_id}&after={after}") as connection:
        async for message in connection:
            frame = json.loads(message)
            if "event" in frame:
                seen.append(frame["seq"])


async def _read_sse(process: Any, token: str, project_id: str, seen: list[int], after: int) -> None:
    async with (
        process.client() as client,
        client.stream("GET", f"/api/v2/projects/{project_id}/events", headers={"Last-Event-ID": str(after)}) as answer,
    ):
        answer.raise_for_status()
        number = None
        async for line in answer.aiter_lines():
            if line.startswith("id:"):
                number = int(line[3:])
            elif not line and number is not None:
                seen.append(number)
                number = None


async def commit(vfs: Vfs, pool: asyncpg.Pool, project_id: str, changes: dict[str, bytes | None]) -> str:
    """A commit on main, as codegen makes one."""
    repository = await vfs.open(project_id)
    head = repository.refs.get("main")
    tree = repository.edit_tree(repository.tree_of(head) if head else repository.write_tree({}), changes)
    made = repository.commit(tree, [head] if head else [], "Change\n\nBarnraise-Origin: edit\n", author="User", at=now())
    pack = repository.pack([made])
    await vfs.store(project_id, pack)
    async with pool.acquire() as connection, connection.transaction():
        await branches.move(connection, project_id, "main", head, made)
        await branches.add_pack(connection, project_id, pack)
    return made


@pytest.fixture
async def coded(process: Any, database_url: str, objects_url: str, tmp_path: Path) -> AsyncIterator[tuple[str, list[str]]]:
    """A project with three commits, written by somebody with another cache; its id and the commits."""
    async with process.client() as client:
        project_id = (await create(client))["project"]["id"]
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        await migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
        vfs = Vfs(pool, ObjectStore(objects_url), tmp_path / "other-cache")
        made = [
            await commit(vfs, pool, project_id, {"README.md": b"# Version %d\n" % number, "a/b.bin": b"\xff\x00"}) for number in range(3)
        ]
    yield project_id, made


async def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "-c", "credential.helper=", *arguments]
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("version", ["0", "1", "2"])
async def test_plain_git_clones_and_fetches_and_cannot_push_what_is_the_compilers(
    process, coded, token: str, tmp_path: Path, version: str
) -> None:
    project_id, made = coded
    address = f"http://anybody:{token}@localhost:{process.port}/git/{project_id}.git"
    cloned = await git("-c", f"protocol.version={version}", "clone", "-q", address, str(tmp_path / "clone"))
    assert cloned.returncode == 0, cloned.stderr
    assert (tmp_path / "clone/README.md").read_text() == "# Version 2\n"
    head = await git("-C", str(tmp_path / "clone"), "rev-parse", "HEAD")
    assert head.stdout.strip() == made[-1]
    assert (await git("-C", str(tmp_path / "clone"), "fsck", "--strict")).returncode == 0
    assert (await git("-C", str(tmp_path / "clone"), "fetch", "-q")).returncode == 0
    shallow = await git("clone", "-q", "--depth=1", address, str(tmp_path / "shallow"))
    assert shallow.returncode == 0, shallow.stderr
    pushed = await git("-C", str(tmp_path / "clone"), "push", "origin", "HEAD:refs/heads/blueprint")
    assert pushed.returncode != 0
    assert "the compiler alone writes to blueprint" in pushed.stderr
    wrong = await git("-c", "core.askPass=true", "clone", address.replace(token, "wrong"), str(tmp_path / "none"))
    assert wrong.returncode != 0


async def test_code_is_read_from_its_repository(process, coded, check_problem) -> None:
    project_id, made = coded
    where = f"/api/v2/projects/{project_id}"
    async with process.client() as client:
        tree = (await client.get(f"{where}/files")).json()
        assert (tree["commit"], [item["path"] for item in tree["items"]]) == (made[-1], ["README.md", "a/b.bin"])
        assert (await client.get(f"{where}/files/README.md", params={"commit": made[0]})).json()["content"] == "# Version 0\n"
        assert (await client.get(f"{where}/files/README.md", params={"commit": "main~1"})).json()["commit"] == made[1]
        raw = await client.get(f"{where}/files/a/b.bin", headers={"Accept": "application/octet-stream"})
        assert raw.content == b"\xff\x00"
        history, cursor = [], {}
        while True:
            page = (await client.get(f"{where}/commits", params={"limit": 2, **cursor})).json()
            history += page["items"]
            if not page["has_more"]:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert [item["commit"] for item in history] == made[::-1]
        assert (history[0]["origin"], history[0]["author"], history[-1]["parents"]) == ("edit", "User", [])
        diff = (await client.get(f"{where}/diff")).json()
        assert (diff["from"], diff["to"], diff["files"][0]["added"]) == (made[1], made[2], 1)
        first = (await client.get(f"{where}/diff", params={"to": made[0]})).json()
        assert (first["from"], {file["change"] for file in first["files"]}) == (None, {"added"})
        assert (await client.get(f"{where}/export")).content == (await client.get(f"{where}/export")).content
        assert (await client.get(f"{where}/export", params={"format": "bundle"})).content.startswith(b"# v2 git bundle")
        for path, code in (("../up", "path_invalid"), (".git/config", "path_invalid"), ("nosuch", "not_found"), ("a", "not_found")):
            quoted = "".join(f"%{byte:02X}" for byte in path.encode())
            check_problem(await client.get(f"{where}/files/{quoted}"), 422 if code == "path_invalid" else 404, code)
        check_problem(await client.get(f"{where}/files", params={"commit": "nosuch"}), 404, "not_found")
        check_problem(await client.get(f"{where}/diff", params={"from": "x" * 40}), 404, "not_found")
        check_problem(await client.post(f"{where}/preview/start"), 503, "unavailable")


async def test_what_came_with_a_message_outlives_a_kill_and_is_told_again_whole(
    process, nats_url: str, database_url: str, tmp_path
) -> None:
    folder = tmp_path / "failpoints"
    folder.mkdir()
    await process.stop()
    process.env["BARNRAISE_FAILPOINT_DIR"] = str(folder)
    await process.start()
    (folder / "gateway.submitted").touch()

    async def send(client: httpx.AsyncClient) -> httpx.Response:
        files = [("files", ("a.csv", "x,y\n1,2\n3,é\n".encode())), ("files", ("b.txt", b"two"))]
        return await client.post("/api/v2/projects", data={"prompt": "a chart"}, files=files, headers={"Idempotency-Key": "form"})

    async with process.client() as client:
        with pytest.raises(httpx.TransportError):
            await send(client)
    await process.process.wait()
    await process.start()
    async with process.client() as client, asyncpg.create_pool(database_url) as pool:
        made = (await send(client)).json()
        project = f"/api/v2/projects/{made['project']['id']}"
        assert made["message"]["attachments"] == ["a.csv", "b.txt"]
        assert [item["attachments"] for item in (await client.get(f"{project}/messages")).json()["items"]] == [["a.csv", "b.txt"]]
        (job,) = await PostgresRecords(pool).unheard(0.0)
        again = job.command(now())
        assert [(a.name, a.media_type, a.text) for a in again.attachments] == [
            ("a.csv", "text/csv", "x,y\n1,2\n3,é\n"),
            ("b.txt", "text/plain", "two"),
        ]

        async def announced() -> bool:
            return job.id in await commands(nats_url)

        await eventually(announced, 20)
        assert (await client.delete(project)).status_code == 204
        assert await pool.fetchval("select count(*) from gateway.attachments") == 0


async def test_a_picture_is_told_again_with_its_place(process, database_url: str) -> None:
    seen = Attachment(
        name="sketch.png",
        media_type="image/png",
        text="",
        picture=Picture(key="pictures/p1/abcdefgh23456789", media_type="image/png", width=3, height=2, size=70),
    )
    async with process.client() as client, asyncpg.create_pool(database_url) as pool:
        project = (await client.post("/api/v2/projects", json={"prompt": "a chart"})).json()["project"]["id"]
        records = PostgresRecords(pool)
        job = Job(new_id(), project, "message", "like this", now(), position=2, attachments=(seen,))
        async with records.begin() as change:
            await change.add_job(job)
        assert [again.attachments for again in await records.unheard(0.0) if again.id == job.id] == [(seen,)]
