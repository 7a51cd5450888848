"""Visits to previews: as long as one lasts, the preview counts as looked at, and it is asked again and again whether it still may."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.gateway.domain.shares import Visitor

EVERY = 1.0


class Shut(Exception):  # noqa: N818 - it ends one visit
    """The link that a visitor came through does not open the preview any more."""


class Visits:
    """``look`` looks at a preview for who has come with these headers, under that label; False: they may not."""

    def __init__(self, look: Callable[[Mapping[str, str], str], Awaitable[bool]]) -> None:
        self._look = look
        self._open: dict[asyncio.Timeout, Visitor] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def visit(self, headers: Mapping[str, str], label: str) -> AsyncIterator[None]:
        """Raises Shut in the middle of what is done within, as soon as the visitor may not look any more."""
        limit = asyncio.timeout(None)
        self._open[limit] = Visitor(label, headers.get("cookie", ""), headers.get("authorization", ""))
        self._later()
        try:
            async with limit:
                yield
        except TimeoutError:
            if limit.expired():
                raise Shut from None
            raise
        finally:
            del self._open[limit]

    def _later(self) -> None:
        if self._timer is None and self._open:
            self._timer = asyncio.get_running_loop().call_later(EVERY, self._begin)

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._check())

    async def _check(self) -> None:
        try:
            for visitor in set(self._open.values()):
                if not await self._may(visitor):
                    self._shut(visitor)
        finally:
            self._timer = None
            self._later()

    async def _may(self, visitor: Visitor) -> bool:
        try:
            return await self._look(visitor.headers, visitor.label)
        except BarnraiseError as outage:
            get_logger().warning("visits to a preview could not be checked", label=visitor.label, reason=str(outage))
            return True

    def _shut(self, visitor: Visitor) -> None:
        now = asyncio.get_running_loop().time()
        for limit, other in list(self._open.items()):
            if other == visitor and not limit.expired():  # it may take a while to end
                limit.reschedule(now)
