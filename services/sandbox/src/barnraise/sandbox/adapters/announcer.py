"""Events that need no outbox: logs and the ends of previews."""

from nats.errors import Error as NatsError

from barnraise.chassis.broker import Broker
from barnraise.chassis.logs import get_logger
from barnraise.contracts.events import Event


class BusAnnouncer:
    """A message that cannot be published now is not worth stopping a run for: it is logged and lost."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def publish(self, message: Event) -> None:
        try:
            await self._broker.publish(message)
        except (NatsError, TimeoutError) as error:
            get_logger().warning("event lost", id=message.id, error=repr(error))
