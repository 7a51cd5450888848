"""Snapshots of streams on a real server: what is in them, and what was said since."""

import io
from datetime import UTC, datetime

import nats
import pytest

from barnraise.chassis.local import NatsServer
from barnraise.chassis.provision import Durable, provision_consumer, provision_streams
from barnraise.cli.backup import streams
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM

pytestmark = pytest.mark.connected


async def test_a_stream_comes_back_with_its_numbers_and_what_was_acknowledged(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    jetstream = client.jetstream()
    await provision_streams(client, jetstream)
    await provision_consumer(jetstream, Durable(COMMAND_STREAM, "work", ("cmd.a.b",), 30, 2))
    for number in range(5):
        await jetstream.publish("evt.p.early", b"x" * 300_000, headers={"Nats-Msg-Id": f"early-{number}"})
        await jetstream.publish("cmd.a.b", b"{}")
    pulling = await jetstream.pull_subscribe_bind("work", COMMAND_STREAM)
    for message in await pulling.fetch(2):
        await message.ack_sync()
    between = datetime.now(UTC)
    await jetstream.publish("evt.p.late", b"{}", headers={"Nats-Msg-Id": "late"})
    assert await streams.ids_since(client, between) == {"late"}
    before = (await jetstream.stream_info(EVENT_STREAM)).state
    kept = {}
    for stream in (EVENT_STREAM, COMMAND_STREAM):
        data = io.BytesIO()
        kept[stream] = (await streams.snapshot(client, stream, data), data)
        assert len(data.getvalue()) > 100
    with pytest.raises(streams.StreamError):
        kept[EVENT_STREAM][1].seek(0)
        await streams.restore(client, EVENT_STREAM, *kept[EVENT_STREAM], replicas=1)  # it is there
    for stream, (told, data) in kept.items():
        await jetstream.delete_stream(stream)
        data.seek(0)
        await streams.restore(client, stream, told, data, replicas=1)
    after = (await jetstream.stream_info(EVENT_STREAM)).state
    assert (after.first_seq, after.last_seq, after.messages, after.bytes) == (1, before.last_seq, before.messages, before.bytes)
    assert (await jetstream.get_msg(EVENT_STREAM, 6)).headers == {"Nats-Msg-Id": "late"}
    worker = await jetstream.consumer_info(COMMAND_STREAM, "work")
    assert (worker.num_pending, worker.ack_floor.stream_seq if worker.ack_floor else 0) == (3, 2)
    await client.close()


async def test_a_snapshot_that_stops_in_the_middle_is_an_error(nats_server: NatsServer, nats_url: str) -> None:
    client = await nats.connect(nats_url)
    with pytest.raises(streams.StreamError):
        await streams.snapshot(client, EVENT_STREAM, io.BytesIO())  # there is none
    await client.close()
