"""The other replicas of this service, over the bus."""

import asyncio

from barnraise.chassis.broker import Broker
from barnraise.chassis.clock import new_id, now
from barnraise.chassis.errors import BarnraiseError, NobodyListensError
from barnraise.contracts.requests import OrderPreview, PreviewState
from barnraise.sandbox.ports import PeerGone

LONGEST = 900.0
LOOK_SECONDS, ANSWER_SECONDS = 2.0, 10.0
"""While an order is carried out its replica is looked at so often; one that says nothing for so long is gone."""


class BusPeers:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def ask(self, replica: str, order: OrderPreview) -> PreviewState:
        asking = asyncio.create_task(self._broker.ask(order, timeout=LONGEST, replica=replica))
        try:
            while not (await asyncio.wait({asking}, timeout=LOOK_SECONDS))[0]:
                await self._look(replica, order.project_id)
            return asking.result()
        except NobodyListensError as error:
            raise PeerGone(replica) from error
        finally:
            asking.cancel()
            await asyncio.wait({asking})

    async def _look(self, replica: str, project_id: str) -> None:
        look = OrderPreview(id=f"order:{new_id()}", project_id=project_id, at=now(), order="look")
        try:
            await self._broker.ask(look, timeout=ANSWER_SECONDS, replica=replica)
        except BarnraiseError as error:
            if isinstance(error, NobodyListensError) or isinstance(error.__cause__, TimeoutError):
                raise PeerGone(replica) from error
