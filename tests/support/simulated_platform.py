"""Gateway, planner and telemetry as they are, over the real bus and database; the work of codegen, validator and sandbox is simulated and
of known cost (simulated_worker.py), so that what is lost, doubled or slow is the platform's doing."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from barnraise.chassis.local import Child
from barnraise.cli.embedded.layout import Layout, Wiring, service_env

CHECKOUT = Path(__file__).resolve().parents[2]
WORKER = CHECKOUT / "tests" / "support" / "simulated_worker.py"
REAL = ("gateway", "planner", "telemetry")
SIMULATED = ("codegen", "validator", "sandbox")


class SimulatedPlatform:
    """Its processes, by names like ``codegen-0``. ``bus`` is a process's NATS address, by service and number; ``cost`` the seconds of each
    simulated step."""

    def __init__(self, layout: Layout, wiring: Wiring, cost: float, bus: Callable[[str, int], str] | None = None, **extra: str) -> None:
        self._layout = layout
        self._wiring = wiring
        self._cost = cost
        self._bus = bus or (lambda service, number: wiring.nats_url)
        self._extra = extra
        self.children: dict[str, Child] = {}

    def spawn(self, service: str, number: int = 0) -> None:
        """Start a process; ``ready`` waits for it."""
        name = f"{service}-{number}"
        known = self._layout.runtime_file(name)
        known.unlink(missing_ok=True)
        program = [str(WORKER), service, str(self._cost)] if service in SIMULATED else ["-m", f"barnraise.{service}"]
        env = service_env(self._layout, self._wiring, service) | {"BARNRAISE_RUNTIME_FILE": str(known)} | self._extra
        env["BARNRAISE_NATS_URL"] = self._bus(service, number)
        self.children[name] = Child.spawn([sys.executable, *program], log=self._layout.log(name), env=env, cwd=self._layout.home)

    async def ready(self, patience: float = 90) -> None:
        """Wait for all that were started; RuntimeError with the log's end when one has ended."""
        async with asyncio.timeout(patience):
            for name, child in self.children.items():
                while not self._layout.runtime_file(name).exists():
                    if child.code is not None:
                        raise RuntimeError(f"{name}: {child.tail()}")
                    await asyncio.sleep(0.05)

    async def end(self, name: str) -> tuple[int, float]:
        """SIGTERM; its exit code and how many seconds it took."""
        begun = time.monotonic()
        return await self.children.pop(name).stop(signal.SIGTERM, grace=30), time.monotonic() - begun

    async def stop(self) -> None:
        await asyncio.gather(*(child.stop() for child in self.children.values()))

    def log(self, name: str) -> str:
        return self._layout.log(name).read_text(errors="replace")
