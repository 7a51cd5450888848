"""Opening a sandbox driver by its name, as tests and measurements need it: in the test's own process, or in one that is to be killed."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from barnraise.sandbox.adapters import layer
from barnraise.sandbox.adapters.docker.driver import DockerDriver
from barnraise.sandbox.adapters.gvisor.driver import GvisorDriver
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.limits import LIMITS
from barnraise.sandbox.ports import Spec

DRIVERS = ("local", "gvisor", "docker", "docker+gvisor")
AnyDriver = LocalDriver | GvisorDriver | DockerDriver


@asynccontextmanager
async def open_driver(name: str, base_dir: Path, data: Path, url: str | None) -> AsyncIterator[AnyDriver]:
    """The same data folder means the same instance. ``url``: the Docker Engine's."""
    base = layer.find(base_dir)
    assert base
    runtime = Runtime(data)
    runtime.open()
    driver = _make(name, base, runtime, url)
    try:
        yield driver
    finally:
        await driver.close()
        runtime.close()


def _make(name: str, base: layer.Layer, runtime: Runtime, url: str | None) -> AnyDriver:
    if name == "local":
        return LocalDriver(base, runtime)
    if name == "gvisor":
        return GvisorDriver(base, runtime)
    return DockerDriver(base, runtime, gvisor="gvisor" in name, url=url)


async def _service(name: str, base_dir: str, data: str, url: str) -> None:
    """Two running sandboxes, until it is killed."""
    async with open_driver(name, Path(base_dir), Path(data), url or None) as driver:
        specs = [Spec("preview", LIMITS["preview"], Path(data, "p"), listens=True), Spec("test", LIMITS["test"])]
        boxes = [await driver.start(spec) for spec in specs]
        for box in boxes:
            await box.receive()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(_service(*sys.argv[1:5]))
