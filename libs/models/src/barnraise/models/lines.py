"""Waiting for a model: so many calls at once, a bounded queue behind them, and each one's place in it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class LineFull(Exception):  # noqa: N818 - a state of affairs
    """Nobody can wait any more."""


class _Ticket:
    def __init__(self, called: Callable[[int], None]) -> None:
        self.called = called
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Line:
    """``places`` calls at a time, at most ``bound`` waiting, first come first served."""

    def __init__(self, places: int, bound: int) -> None:
        self._places = self._free = places
        self._bound = bound
        self._waiting: deque[_Ticket] = deque()

    @property
    def is_free(self) -> bool:
        return self._free > 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def is_idle(self) -> bool:
        """Whether nobody is in it."""
        return self._free == self._places

    @property
    def is_full(self) -> bool:
        return not self.is_free and len(self._waiting) >= self._bound

    @asynccontextmanager
    async def turn(self, called: Callable[[int], None]) -> AsyncIterator[None]:
        """Wait for a place and hold it. ``called`` hears one's place in the queue, from 1, whenever it changes. LineFull when it is."""
        await self._enter(called)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, called: Callable[[int], None]) -> None:
        if self._free:
            self._free -= 1
            return
        if len(self._waiting) >= self._bound:
            raise LineFull
        ticket = _Ticket(called)
        self._waiting.append(ticket)
        called(len(self._waiting))
        try:
            await ticket.turn
        except asyncio.CancelledError:
            if ticket.turn.done() and not ticket.turn.cancelled():
                self._leave()  # called in the same instant: pass the place on
            elif ticket in self._waiting:
                self._waiting.remove(ticket)
                self._call_places()
            raise

    def _leave(self) -> None:
        while self._waiting:
            ticket = self._waiting.popleft()
            if not ticket.turn.done():
                ticket.turn.set_result(None)
                self._call_places()
                return
        self._free += 1

    def _call_places(self) -> None:
        for place, ticket in enumerate(self._waiting, 1):
            ticket.called(place)
