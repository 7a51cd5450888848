"""The queues' figures, as JetStream tells them."""

from nats.js import JetStreamContext

from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM
from barnraise.telemetry.ports import Queue


class JetStreamQueues:
    def __init__(self, jetstream: JetStreamContext) -> None:
        self._jetstream = jetstream

    async def look(self) -> list[Queue]:
        """Every durable consumer of the command and event streams."""
        infos = [info for stream in (COMMAND_STREAM, EVENT_STREAM) for info in await self._jetstream.consumers_info(stream)]
        return [
            Queue(
                info.stream_name,
                info.name,
                info.num_pending or 0,
                info.num_ack_pending or 0,
                info.num_redelivered or 0,
                info.num_waiting or 0,
            )
            for info in infos
            if info.config.durable_name
        ]
