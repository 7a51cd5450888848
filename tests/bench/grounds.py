"""The sandbox drivers that can be measured on this machine, one after the other, with a Docker Engine of our own; and why others cannot."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from docker_engine import DockerEngine, NoEngineError, missing
from figures import Row
from sandbox_drivers import DRIVERS, AnyDriver, open_driver

from barnraise.cli.embedded.prepare import base_inputs
from barnraise.sandbox.adapters import layer
from barnraise.sandbox.ports import SandboxUnavailable
from barnraise.sandbox.service.choosing import admit

BASE = Path(os.environ.get("BARNRAISE_BASE_DIR") or Path(__file__).resolve().parents[2] / ".barnraise/shared/base")
NO_CLUSTER = "no cluster runs here"


@dataclass(frozen=True)
class Ground:
    """A driver by its name; ``engine`` is the address of the Docker Engine, ``lacking`` says why the driver cannot be measured."""

    name: str
    engine: str | None = None
    lacking: str | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[AnyDriver, Path]]:
        """The driver, and a folder for what it is to store; SandboxUnavailable where it is not safe."""
        with tempfile.TemporaryDirectory(prefix="barnraise-bench-", ignore_cleanup_errors=True) as folder:
            data = Path(folder, "data")
            async with open_driver(self.name, BASE, data, self.engine) as driver:
                admit(await driver.probe(), frozenset())
                yield driver, data

    @property
    def settings(self) -> dict[str, str]:
        """For a platform whose sandboxes are this driver's."""
        engine = {"BARNRAISE_SANDBOX_DOCKER": self.engine} if self.engine else {}
        return {"BARNRAISE_SANDBOX_DRIVER": self.name, **engine}


@contextmanager
def grounds() -> Iterator[list[Ground]]:
    """Every driver, or those that BARNRAISE_BENCH_DRIVERS names."""
    wanted = (os.environ.get("BARNRAISE_BENCH_DRIVERS") or " ".join((*DRIVERS, "kubernetes"))).split()
    layer.build(*base_inputs(), BASE, print)
    with ExitStack() as stack:
        found = [Ground("local")] if "local" in wanted else []
        if "gvisor" in wanted:
            found.append(Ground("gvisor", lacking=None if which("runsc") else "not installed: runsc"))
        if any("docker" in name for name in wanted):
            engine, lacking = _engine(stack)
            found += [Ground(name, engine, lacking or _lacking(name)) for name in wanted if "docker" in name]
        if "kubernetes" in wanted:
            found.append(Ground("kubernetes", lacking=NO_CLUSTER))
        yield found


def _engine(stack: ExitStack) -> tuple[str | None, str | None]:
    """The address of an engine that runs until the stack is left, or why there is none."""
    if reason := missing():
        return None, reason
    engine = DockerEngine(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="barnraise-bench-", ignore_cleanup_errors=True))))
    try:
        engine.start()
    except NoEngineError as error:
        return None, str(error).splitlines()[0]
    stack.callback(engine.stop)
    return engine.url, None


def _lacking(name: str) -> str | None:
    return missing("runsc") if "gvisor" in name else None


def on_every(what: str, measure: Callable[[Ground], Coroutine[None, None, list[Row]]]) -> Iterator[Row]:
    """The rows of every driver; of one that cannot be measured, a row that says why."""
    with grounds() as found:
        for ground in found:
            if ground.lacking:
                yield skipped(what, ground.name, ground.lacking)
                continue
            try:
                yield from asyncio.run(measure(ground))
            except SandboxUnavailable as reason:
                yield skipped(what, ground.name, reason.problem.detail)


def skipped(what: str, name: str, reason: str) -> Row:
    return Row(f"{what}, {name}", {}, "", f"skipped: {reason}", None)
