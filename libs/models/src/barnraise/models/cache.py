"""Replies that were given already: to the same tenant, by the same model, to the same question, within the hour."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from barnraise.models.calls import Reply

SECONDS = 3600.0
MAX_BYTES = 32 << 20


class Cache(Protocol):
    def get(self, digest: str) -> Reply | None: ...
    def put(self, digest: str, reply: Reply) -> None: ...


class MemoryCache:
    """The least recently used go first, beyond so many bytes."""

    def __init__(self, *, max_bytes: int = MAX_BYTES, now: Callable[[], float] = time.monotonic) -> None:
        self._replies: OrderedDict[str, tuple[float, Reply]] = OrderedDict()
        self._bytes = 0
        self._max_bytes = max_bytes
        self._now = now

    def get(self, digest: str) -> Reply | None:
        if digest not in self._replies:
            return None
        until, reply = self._replies[digest]
        if until <= self._now():
            self._drop(digest)
            return None
        self._replies.move_to_end(digest)
        return reply

    def put(self, digest: str, reply: Reply) -> None:
        if len(reply.text) > self._max_bytes // 8:
            return
        if digest in self._replies:
            self._drop(digest)
        self._replies[digest] = (self._now() + SECONDS, reply)
        self._bytes += _size(reply)
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._replies)))

    def _drop(self, digest: str) -> None:
        _, reply = self._replies.pop(digest)
        self._bytes -= _size(reply)


def _size(reply: Reply) -> int:
    return 512 + 4 * len(reply.text)
