"""The other replicas of this service, over the bus."""

import asyncio

from barnraise.chassis.broker import Broker
from barnraise.chassis.errors import NobodyListensError
from barnraise.contracts.requests import OrderPreview, PreviewState
from barnraise.sandbox.ports import PeerGone, Replicas

LONGEST = 900.0
LOOK_SECONDS = 2.0
"""While an order is carried out it is looked so often whether its replica still lives."""


class BusPeers:
    def __init__(self, broker: Broker, replicas: Replicas) -> None:
        self._broker = broker
        self._replicas = replicas

    async def ask(self, replica: str, order: OrderPreview) -> PreviewState:
        asking = asyncio.create_task(self._broker.ask(order, timeout=LONGEST, replica=replica))
        try:
            while not (await asyncio.wait({asking}, timeout=LOOK_SECONDS))[0]:
                if not await self._replicas.lives(replica):
                    raise PeerGone(replica)
            return asking.result()
        except NobodyListensError as error:
            raise PeerGone(replica) from error
        finally:
            asking.cancel()
            await asyncio.wait({asking})
