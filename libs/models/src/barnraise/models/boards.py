"""Where the health of models is written up for all who ask them."""

from collections.abc import Callable
from typing import Protocol

from barnraise.models.health import Health

Change = Callable[[Health], Health]


class Board(Protocol):
    """Healths by model key. Reading and recording never wait; a trial is granted to one at a time, over all replicas."""

    def read(self, key: str) -> Health: ...

    def record(self, key: str, change: Change) -> None:
        """Here at once; told to other replicas soon, however often it must be tried."""
        ...

    async def claim_trial(self, key: str, now: float) -> bool:
        """Whether the caller may make the one attempt at a model whose breaker is half open."""
        ...


class MemoryBoard:
    """For one process."""

    def __init__(self) -> None:
        self._healths: dict[str, Health] = {}

    def read(self, key: str) -> Health:
        return self._healths.get(key, Health())

    def record(self, key: str, change: Change) -> None:
        self._healths[key] = change(self.read(key))

    async def claim_trial(self, key: str, now: float) -> bool:
        if self.read(key).state(now) != "half_open":
            return False
        self.record(key, lambda health: health.begin_trial(now))
        return True
