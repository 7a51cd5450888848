"""Real sandboxes for the tests: the base layer, made once and shared with the checkout, and every driver that can run here."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from barnraise.cli.embedded.prepare import base_inputs
from barnraise.sandbox.adapters import layer as layers
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.local.runtime import Runtime

CHECKOUT = Path(__file__).resolve().parents[3]

OpenDriver = Callable[[Path], AbstractAsyncContextManager[LocalDriver]]


@pytest.fixture(scope="session")
def base_dir() -> Path:
    base = Path(os.environ.get("BARNRAISE_BASE_DIR") or CHECKOUT / ".barnraise/shared/base")
    layers.build(*base_inputs(), base, lambda _: None)
    return base


@pytest.fixture(scope="session", params=["local"])
def open_driver(request: pytest.FixtureRequest, base_dir: Path) -> OpenDriver:
    """How to open the driver for a data folder; the same folder means the same instance."""

    @asynccontextmanager
    async def local(data: Path) -> AsyncIterator[LocalDriver]:
        base = layers.find(base_dir)
        assert base
        runtime = Runtime(data)
        runtime.open()
        driver = LocalDriver(base, runtime)
        try:
            yield driver
        finally:
            await driver.close()
            runtime.close()

    return {"local": local}[request.param]
