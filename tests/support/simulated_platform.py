"""Gateway, planner and telemetry as they are, over the real bus and database; the work of codegen, validator and sandbox is simulated and
of known cost (simulated_worker.py), so that what is lost, doubled or slow is the platform's doing."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from barnraise.chassis.local import Child, NatsServer, PostgresServer
from barnraise.chassis.local.child import free_port
from barnraise.cli.embedded.layout import Layout, Wiring, service_env
from barnraise.cli.embedded.supervisor import DATABASE, make_database

CHECKOUT = Path(__file__).resolve().parents[2]
WORKER = CHECKOUT / "tests" / "support" / "simulated_worker.py"
REAL = ("gateway", "planner", "telemetry")
SIMULATED = ("codegen", "validator", "sandbox")
TOKEN = "simulated-" + "x" * 24


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

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._wiring.port}"

    @property
    def token(self) -> str:
        return self._wiring.token

    async def restart(self, service: str) -> float:
        """Replace the service's processes, one after another: SIGTERM, and wait until the next is ready. The longest time that one took to
        end, in seconds."""
        took = []
        for name in [name for name in self.children if name.startswith(f"{service}-")]:
            begun = time.monotonic()
            await self.children[name].stop(signal.SIGTERM, grace=60)
            took.append(time.monotonic() - begun)
            self.spawn(service, int(name.rpartition("-")[2]))
            await self.ready()
        return max(took)

    async def unready(self) -> set[str]:
        """The processes that say that they cannot work now, as without the bus."""
        ports = {name: json.loads(self._layout.runtime_file(name).read_text())["port"] for name in self.children}
        async with httpx.AsyncClient(timeout=5) as http:
            return {name for name, port in ports.items() if not await _works(http, port)}

    async def stop(self) -> None:
        await asyncio.gather(*(child.stop() for child in self.children.values()))


async def _works(http: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
    except httpx.HTTPError:
        return False


@asynccontextmanager
async def simulated(workers: int, cost: float) -> AsyncIterator[SimulatedPlatform]:
    """With so many workers of each kind, on servers of its own, ready."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="barnraise-simulated-", ignore_cleanup_errors=True)))
        layout = Layout(folder, folder / "shared", CHECKOUT)
        layout.make()
        bus, postgres = NatsServer(folder / "nats"), PostgresServer(folder / "postgres")
        for server in (bus, postgres):
            stack.push_async_callback(server.stop)
            await server.start()
        await make_database(postgres.dsn)
        database = postgres.dsn.replace("/postgres?", f"/{DATABASE}?")
        running = SimulatedPlatform(layout, Wiring(bus.url, bus.monitor_url, database, TOKEN, free_port()), cost)
        stack.push_async_callback(running.stop)
        for name in REAL:
            running.spawn(name)
        for name in SIMULATED:
            for number in range(workers):
                running.spawn(name, number)
        await running.ready()
        yield running
