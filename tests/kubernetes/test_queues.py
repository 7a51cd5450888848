"""KEDA's nats-jetstream scaler, emulated on a real NATS server: what the ScaledObjects of the manifests come to in each situation."""

import json
import math
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

import nats
import pytest
from manifests import of_kind, overlay

from barnraise.chassis.local import NatsServer
from barnraise.chassis.provision import Durable, provision_consumer, provision_streams
from barnraise.codegen import handlers as codegen
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM
from barnraise.planner import handlers as planner
from barnraise.validator import handlers as validator

REGISTER = {"planner": planner.register, "codegen": codegen.register, "validator": validator.register}


class Register:
    """Stands for a broker while handlers are registered: stream and name of each durable consumer -> slots of a worker."""

    def __init__(self) -> None:
        self.durables: dict[tuple[str, str], int] = {}

    def command(self, kind: Any, handler: Any, *, step: str | None = None, slots: int = 2) -> None:
        self.durables[COMMAND_STREAM, kind.tag().replace(".", "-")] = slots

    def events(self, durable: str, kinds: Any, handler: Any, *, slots: int = 1) -> None:
        self.durables[EVENT_STREAM, durable] = slots

    def request(self, kind: Any, handler: Any) -> None:
        """Nothing waits in a queue."""


class Anything:
    def __getattr__(self, name: str) -> Any:
        return self


def scaled() -> dict[str, Mapping[str, Any]]:
    return {document["metadata"]["name"]: document["spec"] for document in of_kind(overlay("prod"), "ScaledObject")}


def desired(spec: Mapping[str, Any], monitor: Any) -> int:
    """Replicas after KEDA 2.19's scaler: lag = pending + ack pending, of a consumer that is missing the stream's last number; each
    trigger is an average value for the autoscaler, which takes the most that one of them asks for."""
    most = max(math.ceil(_lag(trigger["metadata"], monitor) / int(trigger["metadata"]["lagThreshold"])) for trigger in spec["triggers"])
    return min(max(most, spec["minReplicaCount"]), spec["maxReplicaCount"])


def _lag(asked: Mapping[str, str], monitor: Any) -> int:
    (account,) = monitor["account_details"]  # the one that was asked for; the test's server has no others
    streams = [stream for stream in account.get("stream_detail", ()) if stream["name"] == asked["stream"]]
    for stream in streams:
        for consumer in stream.get("consumer_detail", ()):
            if consumer["name"] == asked["consumer"]:
                return int(consumer["num_pending"] + consumer["num_ack_pending"])
        return int(stream["state"]["last_seq"])
    return 0


@pytest.fixture(scope="module")
def durables() -> Iterator[dict[str, dict[tuple[str, str], int]]]:
    found = {}
    for service, register in REGISTER.items():
        broker, anything = Register(), Anything()
        register(broker, *[anything] * (register.__code__.co_argcount - 1))  # type: ignore[arg-type]
        found[service] = broker.durables
    yield found


def test_every_queue_that_is_asked_for_is_one_that_the_service_reads(durables: dict[str, dict[tuple[str, str], int]]) -> None:
    for service, spec in scaled().items():
        for trigger in spec["triggers"]:
            asked = trigger["metadata"]
            assert trigger["metricType"] == "AverageValue", "else there is no fallback"
            assert int(asked["lagThreshold"]) == durables[service][asked["stream"], asked["consumer"]], asked
            assert all(isinstance(value, str) for value in asked.values())
            assert asked["natsServerMonitoringEndpoint"].startswith("nats-headless.barnraise."), "a consumer's leader is asked by its name"
        steps = {name for _, name in durables[service]} - {trigger["metadata"]["consumer"] for trigger in spec["triggers"]}
        assert not {name for name in steps if name.endswith(("-make-v1", "compile-v1", "validate-v1", "edit-v1", "repair-v1"))}


async def test_replicas_follow_the_queue(nats_server: NatsServer, nats_url: str) -> None:
    client = await nats.connect(nats_url)
    jetstream = client.jetstream()
    await provision_streams(client, jetstream)
    spec = scaled()["validator"]
    least, most, threshold = spec["minReplicaCount"], spec["maxReplicaCount"], int(spec["triggers"][0]["metadata"]["lagThreshold"])
    durable = Durable(COMMAND_STREAM, spec["triggers"][0]["metadata"]["consumer"], ("cmd.validator.commit-validate-v1",), 30, threshold)

    def replicas() -> int:
        with urllib.request.urlopen(f"{nats_server.monitor_url}/jsz?acc=$G&consumers=true&config=true", timeout=5) as answer:
            return desired(spec, json.load(answer))

    async def send(count: int) -> None:
        for _ in range(count):
            await jetstream.publish("cmd.validator.commit-validate-v1", b"{}")

    seen = {"no consumer yet, nothing ever sent": replicas()}
    await provision_consumer(jetstream, durable)
    seen["idle"] = replicas()
    await send(threshold * 3)
    seen["three workers' work waits"] = replicas()
    pulling = await jetstream.pull_subscribe_bind(durable.name, durable.stream)
    taken = await pulling.fetch(threshold * 3, timeout=5)
    seen["all of it is at work"] = replicas()
    await send(1)
    seen["and one more waits"] = replicas()
    for message in taken:
        await message.ack_sync()
    seen["one is left"] = replicas()
    await send(1000)
    seen["a flood"] = replicas()
    await jetstream.purge_stream(COMMAND_STREAM)
    seen["the flood was purged"] = replicas()
    await jetstream.delete_consumer(durable.stream, durable.name)
    seen["the consumer was deleted"] = replicas()
    await client.close()
    assert seen == {
        "no consumer yet, nothing ever sent": least,
        "idle": least,
        "three workers' work waits": 3,
        "all of it is at work": 3,
        "and one more waits": 4,
        "one is left": least,
        "a flood": most,
        "the flood was purged": least,
        "the consumer was deleted": most,  # reads as all that was ever sent: too many workers, never too few
    }
