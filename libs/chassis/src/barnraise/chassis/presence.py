"""A worker's word that it lives: telemetry counts who speaks, and says which service has nobody."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from importlib.metadata import version

from nats.aio.client import Client
from nats.errors import Error as NatsError

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.operations import HEARTBEAT_SECONDS, Worker
from barnraise.contracts.subjects import WORKER_SUBJECT


class Presence:
    """Of one process of a service."""

    def __init__(self, service: str, client: Client) -> None:
        self._client = client
        self._worker = Worker(
            service=service,
            instance=new_id(),
            host=socket.gethostname(),
            pid=os.getpid(),
            version=version("barnraise-chassis"),
            since=now(),
        )

    @contextlib.asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Speak up at once and then regularly; take leave at the end of the block."""
        task = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._say(self._worker.model_copy(update={"leaving": True}))

    async def _beat(self) -> None:
        while True:
            await self._say(self._worker)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _say(self, worker: Worker) -> None:
        if self._client.is_connected:
            with contextlib.suppress(NatsError):
                await self._client.publish(WORKER_SUBJECT, worker.model_dump_json().encode())
                await self._client.flush()
