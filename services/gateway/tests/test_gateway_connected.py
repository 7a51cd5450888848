"""With real NATS and PostgreSQL: what is accepted survives, keys hold, clients resume exactly."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import nats
import pytest
from nats.js.errors import NotFoundError
from websockets.asyncio.client import ClientConnection, connect

from barnraise.chassis.clock import now
from barnraise.contracts.events import JobEnded, JobQueued, JobStarted, LogAppended, MessagePosted
from barnraise.contracts.subjects import COMMAND_STREAM, event_subject

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
        for seq in range(state.first_seq, state.last_seq + 1):
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
