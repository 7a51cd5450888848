"""Sandboxes that were started ahead of time: each is used once, and the next one is begun a moment after it is taken."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.sandbox.domain.limits import LIMITS, Profile
from barnraise.sandbox.ports import Box, Driver, Infrastructure, Spec

READY_SECONDS = 90.0
"""What is ready within a second where there is a processor may take that long on a machine that has ten times the work it can do; to end
it there and begin again would be more work still."""
REST_SECONDS = 5.0
"""What the tests of a job take, which run beside the preview that took the sandbox."""


class Pool:
    """Boxes whose program waits for files. ``spec`` describes the one to keep ready."""

    def __init__(self, driver: Driver, spec: Callable[[], Spec], *, spare: int = 1) -> None:
        self._driver = driver
        self._spec = spec
        self._spare = spare
        self._timer: asyncio.TimerHandle | None = None
        self._starting: list[asyncio.Task[tuple[Box, Spec]]] = []
        self._watching: set[asyncio.Task[None]] = set()

    def fill(self) -> None:
        """Start what is missing, in the background."""
        if self._timer:
            self._timer.cancel()
        self._timer = None
        while len(self._starting) < self._spare:
            starting = asyncio.create_task(self.fresh(self._spec()))
            self._starting.append(starting)
            watching = asyncio.create_task(self._watch(starting))
            self._watching.add(watching)
            watching.add_done_callback(self._watching.discard)

    @property
    def stocked(self) -> bool:
        """Whether one was begun ahead of time."""
        return bool(self._starting)

    async def take(self) -> tuple[Box, Spec]:
        """The next box and what it was started with; a cold one when none is ready."""
        while self._starting:
            task = self._starting.pop(0)
            try:
                box, spec = await asyncio.shield(task)
            except BarnraiseError as error:
                get_logger().warning("a spare sandbox did not start", error=str(error))
                continue
            except asyncio.CancelledError:
                self._starting.insert(0, task)
                raise
            if not box.gone():
                self._fill_later()
                return box, spec
            await self._forget(spec)
        self._fill_later()
        return await self.fresh(self._spec())

    async def fresh(self, spec: Spec) -> tuple[Box, Spec]:
        """A new box, ready for its files."""
        box = await self._driver.start(spec)
        await be_ready(box)
        return box, spec

    async def _watch(self, starting: asyncio.Task[tuple[Box, Spec]]) -> None:
        """One that ends while it waits makes room for another, before somebody has to wait for that."""
        with suppress(BarnraiseError):  # whoever takes it is told
            box, spec = await asyncio.shield(starting)
            with suppress(Infrastructure):  # it has ended ill, but it has ended
                await box.ended()
            if starting in self._starting:
                get_logger().warning("a spare sandbox has ended", sandbox=box.id)
                self._starting.remove(starting)
                self._fill_later()
                await self._forget(spec)

    async def _forget(self, spec: Spec) -> None:
        """Of one that nobody has had."""
        if spec.data:
            await self._driver.discard(spec.data)

    def _fill_later(self) -> None:
        """Not while the work that this box was taken for needs the processor."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(REST_SECONDS, self.fill)

    async def close(self) -> None:
        if self._timer:
            self._timer.cancel()
        for watching in self._watching:
            watching.cancel()
        for task in self._starting:
            task.cancel()
            with suppress(asyncio.CancelledError, BarnraiseError):
                box, _ = await task
                await box.kill()


async def be_ready(box: Box) -> None:
    """Wait for the program's first word; Infrastructure, and the end of the box, when it does not come."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            if await box.receive() is None:
                await box.ended()
                raise Infrastructure("A sandbox ended before it was ready.")
    except TimeoutError as error:
        await box.kill()
        raise Infrastructure("A sandbox was not ready in time.") from error
    except BaseException:
        await box.kill()
        raise


def spec_for(profile: Profile) -> Spec:
    return Spec(profile, LIMITS[profile])
