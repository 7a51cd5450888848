"""Snapshots of streams with their consumers and numbers, by JetStream's own protocol (ADR-25 of its authors): chunks that are acknowledged
one by one, closed by an empty one."""

import asyncio
import json
import tarfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, DeliverPolicy

from barnraise.contracts.subjects import COMMAND_STREAM, DEAD_STREAM, EVENT_STREAM

STREAMS = (COMMAND_STREAM, EVENT_STREAM, DEAD_STREAM)
_CHUNK = 128 << 10
_SECONDS = 60.0


class StreamError(RuntimeError):
    """The server refused, or stopped in the middle."""


async def snapshot(client: Client, stream: str, out: IO[bytes]) -> dict[str, Any]:
    """Write the stream's contents, and return what it takes to restore it: its configuration and state."""
    inbox, chunks = client.new_inbox(), asyncio.Queue[Msg]()
    subscription = await client.subscribe(inbox, cb=chunks.put)
    asked = {"deliver_subject": inbox, "no_consumers": False, "chunk_size": _CHUNK}
    told = await _ask(client, f"$JS.API.STREAM.SNAPSHOT.{stream}", asked)
    async with asyncio.timeout(3600):
        while (chunk := await asyncio.wait_for(chunks.get(), _SECONDS)).data:
            out.write(chunk.data)
            if chunk.reply:
                await client.publish(chunk.reply)
    await subscription.unsubscribe()
    if chunk.headers and chunk.headers.get("Status", "").startswith(("4", "5")):
        raise StreamError(f"the snapshot of {stream} was broken off: {chunk.headers}")
    return {"config": told["config"], "state": told["state"]}


async def restore(client: Client, stream: str, kept: dict[str, Any], data: IO[bytes], replicas: int) -> None:
    """Make the stream of a snapshot; StreamError when there is one of that name."""
    asked = {**kept, "config": {**kept["config"], "num_replicas": replicas}}
    target = (await _ask(client, f"$JS.API.STREAM.RESTORE.{stream}", asked))["deliver_subject"]
    while chunk := data.read(_CHUNK):
        await client.request(target, chunk, timeout=_SECONDS)
    _check(json.loads((await client.request(target, b"", timeout=_SECONDS)).data))


async def ids_since(client: Client, since: datetime) -> set[str]:
    """The ids of the events from then on, as their publishers gave them."""
    jetstream = client.jetstream()
    config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=since, headers_only=True)
    subscription = await jetstream.pull_subscribe("evt.>", stream=EVENT_STREAM, config=config)
    waiting, found = (await subscription.consumer_info()).num_pending or 0, set[str]()
    while waiting > 0:
        messages = await subscription.fetch(min(500, waiting), timeout=_SECONDS)
        found |= {message.headers["Nats-Msg-Id"] for message in messages if message.headers and "Nats-Msg-Id" in message.headers}
        waiting -= len(messages)
        for message in messages:
            await message.ack()
    await subscription.unsubscribe()
    return found


async def last_number(client: Client) -> int:
    return (await client.jetstream().stream_info(EVENT_STREAM)).state.last_seq


def members(archive: tarfile.TarFile) -> Iterator[str]:
    """The streams that an archive holds."""
    for name in archive.getnames():
        if name.startswith("streams/"):
            yield name.removeprefix("streams/")


async def _ask(client: Client, subject: str, question: dict[str, Any]) -> dict[str, Any]:
    return _check(json.loads((await client.request(subject, json.dumps(question).encode(), timeout=_SECONDS)).data))


def _check(answer: dict[str, Any]) -> dict[str, Any]:
    if error := answer.get("error"):
        raise StreamError(error.get("description", str(error)))
    return answer
