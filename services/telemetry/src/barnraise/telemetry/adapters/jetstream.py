"""The bus as JetStream tells of it, and the way of a dead message back into its queue."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo
from nats.js.errors import APIError

from barnraise.contracts.subjects import COMMAND_STREAM, DEAD_STREAM, EVENT_STREAM
from barnraise.telemetry.ports import Buried, Queue

_SERVICES = {"conductor": "planner"}
"""Consumers of events that are not called after their service."""
_SECONDS = 5.0

_GONE = (10043, 10057)
"""How the server says that there is no message of that number: it was terminated, or taken away before."""


class JetStreamBus:
    def __init__(self, client: Client, jetstream: JetStreamContext) -> None:
        self._client = client
        self._jetstream = jetstream

    async def queues(self) -> list[Queue]:
        """Every durable consumer."""
        infos = [info for stream in (COMMAND_STREAM, EVENT_STREAM, DEAD_STREAM) for info in await self._jetstream.consumers_info(stream)]
        return [await self._queue(info) for info in infos if info.config.durable_name]

    async def message(self, stream: str, sequence: int) -> Buried | None:
        """A message that is still in its stream."""
        found = await self._message(stream, {"seq": sequence})
        if found is None:
            return None
        headers = _headers(base64.b64decode(found.get("hdrs", "")))
        return Buried(str(found["subject"]), base64.b64decode(found.get("data", "")), headers)

    async def bring_back(self, sequence: int, message: Buried, id: str) -> None:
        """Put a command behind all others, once for that id, and take the dead one away. In this order, a crash in between leaves a message
        that nobody is given any more; the other way around it would lose one."""
        await self._jetstream.publish(message.subject, message.data, headers={**message.headers, "Nats-Msg-Id": id}, stream=COMMAND_STREAM)
        await self.take_away(sequence)

    async def take_away(self, sequence: int) -> None:
        try:
            await self._jetstream.delete_msg(COMMAND_STREAM, sequence)
        except APIError as error:
            if error.err_code not in _GONE:
                raise

    async def _queue(self, info: ConsumerInfo) -> Queue:
        subjects = info.config.filter_subjects or ([info.config.filter_subject] if info.config.filter_subject else [">"])
        waits = bool(info.num_pending or info.num_ack_pending)
        floor = info.ack_floor.stream_seq if info.ack_floor else 0
        return Queue(
            stream=info.stream_name,
            consumer=info.name,
            service=_service(info.name, subjects),
            pending=info.num_pending or 0,
            ack_pending=info.num_ack_pending or 0,
            redelivered=info.num_redelivered or 0,
            waiting=info.num_waiting or 0,
            oldest=await self._oldest(info.stream_name, floor, subjects) if waits else None,
        )

    async def _oldest(self, stream: str, floor: int, subjects: Sequence[str]) -> float | None:
        """Seconds since the first message behind the floor came."""
        found = [await self._message(stream, {"seq": floor + 1, "next_by_subj": subject}) for subject in subjects]
        times = [_time(str(message["time"])) for message in found if message]
        return max(0.0, (datetime.now(UTC) - min(times)).total_seconds()) if times else None

    async def _message(self, stream: str, which: dict[str, Any]) -> dict[str, Any] | None:
        answer = await self._client.request(f"$JS.API.STREAM.MSG.GET.{stream}", json.dumps(which).encode(), timeout=_SECONDS)
        said = json.loads(answer.data)
        if error := said.get("error"):
            if error.get("code") == 404:
                return None
            raise APIError.from_error(error)
        return said["message"]


def _service(consumer: str, subjects: Sequence[str]) -> str:
    """Whose queue it is: commands name their owner in the subject, consumers of events are called after their service."""
    parts = subjects[0].split(".")
    return parts[1] if parts[0] == "cmd" and len(parts) > 2 else _SERVICES.get(consumer, consumer.partition("-")[0])


def _headers(block: bytes) -> dict[str, str]:
    """``NATS/1.0``, then one header a line."""
    lines = block.decode(errors="replace").split("\r\n")[1:]
    return {name.strip(): value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}


def _time(text: str) -> datetime:
    """RFC 3339 with nanoseconds, of which Python reads six digits."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{whole}.{fraction[:6].ljust(6, '0')}+00:00")
