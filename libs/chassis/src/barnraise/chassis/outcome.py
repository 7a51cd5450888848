"""What a handler gives back: the messages to announce and the effect to make in the finishing transaction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from barnraise.contracts.base import Message


class Transaction(Protocol):
    """A PostgreSQL connection inside a transaction, as asyncpg gives it."""

    async def execute(self, query: str, *args: Any) -> str: ...
    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def executemany(self, query: str, args: Any) -> None: ...


Effect = Callable[[Transaction], Awaitable[Sequence[Message]]]


@dataclass(frozen=True)
class Outcome:
    """``effect`` runs in the transaction that marks the message as done and may return further messages."""

    messages: Sequence[Message] = ()
    effect: Effect | None = None


class RetryNow(Exception):  # noqa: N818 - it is a request, not an error
    """Raised by a handler or an effect: roll back and deliver again at once."""
