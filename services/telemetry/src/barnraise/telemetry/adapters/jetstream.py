"""The bus' figures, as JetStream tells them."""

from nats.js import JetStreamContext

from barnraise.contracts.subjects import COMMAND_STREAM, DEAD_STREAM, EVENT_STREAM
from barnraise.telemetry.ports import Queue, Stream


class JetStreamBus:
    def __init__(self, jetstream: JetStreamContext) -> None:
        self._jetstream = jetstream

    async def streams(self) -> list[Stream]:
        return [Stream(str(info.config.name), info.state.messages, info.state.bytes) for info in await self._jetstream.streams_info()]

    async def queues(self) -> list[Queue]:
        """Every durable consumer."""
        infos = [info for stream in (COMMAND_STREAM, EVENT_STREAM, DEAD_STREAM) for info in await self._jetstream.consumers_info(stream)]
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
