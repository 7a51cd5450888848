"""Idempotency keys: the same request again gets the same answer, and takes effect once."""

import hashlib
from collections.abc import Awaitable, Callable

from pydantic import BaseModel

from barnraise.chassis.failpoints import failpoint
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.ports import Bus, Change, Records

PATIENCE = 60.0


def make_key(text: str | None, method: str, target: str, body: bytes) -> Key | None:
    """The key that a request carries; Refusal when it cannot be one."""
    if text is None:
        return None
    if not (1 <= len(text) <= 255 and text.isascii() and text.isprintable()):
        fix = "Use 1 to 255 printable ASCII characters, such as a random UUID."
        raise Refusal("invalid_request", "The Idempotency-Key cannot be used.", fix, pointer="Idempotency-Key")
    return Key(text, hashlib.sha256(b"\n".join((method.encode(), target.encode(), body))).digest())


def reply(status: int, view: BaseModel) -> Reply:
    return Reply(status, view.model_dump_json(by_alias=True).encode())


class Once:
    def __init__(self, records: Records, bus: Bus) -> None:
        self._records = records
        self._bus = bus

    async def commit(self, key: Key | None, cause: str, work: Callable[[Change], Awaitable[Reply]]) -> Reply:
        """Work in one transaction with the key, then announce what it filed under the cause."""
        async with self._records.begin() as change:
            stored = await change.claim(key) if key else None
            if stored:
                return stored
            answer = await work(change)
            if key:
                await change.keep(key, answer)
        failpoint("gateway.submitted")
        await self._bus.announce(cause)
        return answer

    async def replied(self, key: Key | None) -> Reply | None:
        """The answer of an earlier request with the key, for those to whom the work before the transaction is dear."""
        return await self._records.replied(key) if key else None

    async def outside(self, key: Key | None, work: Callable[[], Awaitable[Reply]]) -> Reply:
        """Work that is done elsewhere, and is harmless when it is done twice. A key whose request died is free again after a minute."""
        if key is None:
            return await work()
        stored = await self._records.reserve(key, PATIENCE)
        if stored:
            return stored
        answer: Reply | None = None
        try:
            answer = await work()
        finally:
            await self._records.settle(key, answer)
        return answer
