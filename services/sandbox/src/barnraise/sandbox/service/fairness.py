"""A limit of time that a starved machine does not use up."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from barnraise.sandbox.domain.fairness import PATIENCE, Reading, had
from barnraise.sandbox.ports import Box, Starved

Idle = Callable[[], float | None]
"""For how many seconds the machine's processors, summed up, had nothing to do since it began; None where nobody knows."""
_LOOK_SECONDS = 1.0
_LEAST_SECONDS = 0.02


@asynccontextmanager
async def fair_time(box: Box, seconds: float, idle: Idle) -> AsyncIterator[None]:
    """As ``asyncio.timeout``, but only the seconds count in which the sandbox could have worked. Starved when these do not come together
    in ``PATIENCE`` times as many."""
    counted = 0.0

    async def count(limit: asyncio.Timeout) -> None:
        nonlocal counted
        before = await _read(box, idle)
        while counted < seconds:
            await asyncio.sleep(max(_LEAST_SECONDS, min(_LOOK_SECONDS, seconds - counted)))
            after = await _read(box, idle)
            counted, before = counted + had(before, after), after
        limit.reschedule(asyncio.get_running_loop().time())

    try:
        async with asyncio.timeout(PATIENCE * seconds) as limit:
            counting = asyncio.create_task(count(limit))
            try:
                yield
            finally:
                counting.cancel()
    except TimeoutError as error:
        if limit.expired() and counted < seconds:
            raise Starved(PATIENCE * seconds, counted) from error
        raise


async def _read(box: Box, idle: Idle) -> Reading:
    return Reading(time.monotonic(), (await box.usage()).cpu, idle())
