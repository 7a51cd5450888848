"""Bundling the page's packages once, for all sandboxes that come after."""

import asyncio
from contextlib import suppress
from pathlib import Path

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.sandbox.domain.limits import LIMITS
from barnraise.sandbox.ports import Box, Bundles, Driver, Infrastructure, Spec
from barnraise.sandbox.service.pool import be_ready

SECONDS = 60.0
_LEFT = "packages"
"""Where in its data folder a preview's program leaves them."""


async def bundle(driver: Driver, bundles: Bundles, data: Path) -> bool:
    """Have a sandbox make the bundles that are missing, in the empty folder ``data``, which is removed. Whether they are there now: without
    them each sandbox makes its own, and takes longer and more memory."""
    try:
        if bundles.missing():
            await _make(driver, data)
            await asyncio.to_thread(bundles.keep, data / _LEFT)
            get_logger().info("the page's packages are bundled")
    except (BarnraiseError, OSError, TimeoutError) as error:
        get_logger().warning("the page's packages are not bundled for all", reason=str(error))
    finally:
        await driver.discard(data)
    return not bundles.missing()


async def _make(driver: Driver, data: Path) -> None:
    box = await driver.start(Spec("preview", LIMITS["preview"], data, listens=True))
    reading = asyncio.create_task(_drain(box))
    try:
        await be_ready(box)
        async with asyncio.timeout(SECONDS):
            await box.send({"packages": True})
            answer = await box.receive()
        if answer is None or answer.get("problem"):
            raise Infrastructure(f"The page's packages could not be bundled: {(answer or {}).get('problem', 'the sandbox has ended')}")
    finally:
        await box.kill()
        with suppress(Infrastructure):
            await reading


async def _drain(box: Box) -> None:
    async for _ in box.output():
        pass
