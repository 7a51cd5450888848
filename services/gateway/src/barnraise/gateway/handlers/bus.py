"""What the gateway hears of the other services."""

from barnraise.chassis.broker import Broker
from barnraise.contracts.events import EVENTS, LogAppended
from barnraise.gateway.service.projecting import Projector

# Output of runs changes nothing that is kept here, and there is much of it.
HEARD = tuple(kind for kind in EVENTS if kind is not LogAppended)


def register(broker: Broker, projector: Projector) -> None:
    broker.events("gateway", HEARD, projector.apply)
