"""The outbox of the chassis, for messages that no command causes."""

from collections.abc import Sequence

from barnraise.chassis.broker import Broker
from barnraise.chassis.ledger import enqueue
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.base import Message


class BrokerOutbox:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def file(self, transaction: Transaction, cause: str, messages: Sequence[Message]) -> None:
        await enqueue(transaction, "codegen", cause, messages)

    async def announce(self, cause: str) -> None:
        await self._broker.announce(cause)
