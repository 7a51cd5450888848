"""The supervisor: starts everything, heals what dies, stops everything. Its state file tells other commands where things are."""

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from barnraise.chassis.local import Child, NatsServer, PostgresServer, StartError
from barnraise.cli.embedded.layout import SERVICES, Layout, Wiring, service_env
from barnraise.cli.errors import CliError, Exit

DATABASE = "barnraise"
READY_SECONDS = 90.0
LOG_BYTES = 8 << 20
LOG_SECONDS = 10.0
LOCK_TRIES = 30
DEFAULT_PORT = 7700


class Supervisor:
    """One instance. ``say`` tells a person what happens."""

    def __init__(self, layout: Layout, port: int | None, say: Callable[[str], None]) -> None:
        self._layout = layout
        self._say = say
        self._wanted_port = port
        self._nats = NatsServer(layout.home / "nats", log=layout.log("nats"), port=_saved_port(layout, "nats"))
        self._postgres = PostgresServer(layout.home / "postgres", log=layout.log("postgres"), port=_saved_port(layout, "postgres"))
        self._services: dict[str, Child] = {}
        self._guards: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._state: dict[str, Any] = {}

    @property
    def _state_file(self) -> Path:
        return self._layout.home / "state.json"

    async def run(self, ready: Callable[[dict[str, Any]], None]) -> None:
        """Start, call ``ready`` with the state once everything answers, and keep it alive until SIGINT or SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stopping.set)
        with take_lock(self._layout):
            self._state_file.unlink(missing_ok=True)  # of one that was killed
            try:
                await self._interruptible(self._start())
                if not self._stopping.is_set():
                    ready(self._state)
                    await self._stopping.wait()
            finally:
                await self._stop()

    async def _interruptible(self, work: Any) -> None:
        """Run the work, unless we are told to stop first."""
        task, stop = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if task.done():
            await task
        else:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _start(self) -> None:
        for file in self._layout.run.glob("*.json"):
            file.unlink()
        port = choose_port(self._wanted_port)
        if port != self._wanted_port and self._wanted_port:
            self._say(f"port {self._wanted_port} is taken; using {port}")
        token = secrets.token_urlsafe(24)
        try:
            await asyncio.gather(self._nats.start(), self._postgres.start())
        except StartError as error:
            raise CliError(Exit.FAILED, str(error), "Look into the logs: " + str(self._layout.logs)) from error
        await make_database(self._postgres.dsn)
        database_url = self._postgres.dsn.replace("/postgres?", f"/{DATABASE}?")
        wiring = Wiring(self._nats.url, self._nats.monitor_url, database_url, token, port)
        self._state = {
            "pid": os.getpid(),
            "port": port,
            "token": token,
            "url": f"http://localhost:{port}",
            "link": f"http://localhost:{port}/auth?token={token}",
            "nats_url": wiring.nats_url,
            "database_url": database_url,
            "logs": str(self._layout.logs),
            "ports": {"nats": self._nats.port, "postgres": self._postgres.port},
            "processes": {},
        }
        for service in SERVICES:
            self._launch(service, wiring)
        await asyncio.gather(*(self._until_ready(service) for service in SERVICES))
        self._guards = [asyncio.create_task(self._guard_service(service, wiring)) for service in SERVICES]
        self._guards += [asyncio.create_task(self._guard_server(name)) for name in ("nats", "postgres")]
        self._guards.append(asyncio.create_task(self._guard_logs()))
        self._save()

    def _launch(self, service: str, wiring: Wiring) -> None:
        self._layout.runtime_file(service).unlink(missing_ok=True)
        env = service_env(self._layout, wiring, service)
        command = [sys.executable, "-m", f"barnraise.{service}"]
        self._services[service] = Child.spawn(command, log=self._layout.log(service), env=env, cwd=self._layout.home)

    async def _until_ready(self, service: str) -> None:
        """Wait for the runtime file, which a service writes when it can work."""
        deadline = time.monotonic() + READY_SECONDS
        child = self._services[service]
        while not self._layout.runtime_file(service).exists():
            if child.code is not None or time.monotonic() > deadline:
                raise CliError(Exit.FAILED, f"{service} did not start:\n{child.tail()}", f"Look into {self._layout.log(service)}")
            await asyncio.sleep(0.02)

    async def _guard_service(self, service: str, wiring: Wiring) -> None:
        """Start the service again whenever it ends; wait longer each time it does not even live ten seconds."""
        pause = 0.0
        while True:
            born = time.monotonic()
            code = await self._services[service].wait()
            pause = 0.0 if time.monotonic() - born > 10 else min(max(pause * 2, 0.1), 5.0)
            self._say(f"{service} ended ({code}); starting it again")
            await asyncio.sleep(pause)
            self._launch(service, wiring)
            self._save()

    async def _guard_server(self, name: str) -> None:
        server = self._nats if name == "nats" else self._postgres
        while True:
            code = await server.child.wait()
            self._say(f"{name} ended ({code}); starting it again")
            try:
                await server.start()
            except StartError as error:
                self._say(str(error))
                await asyncio.sleep(1)
                continue
            self._save()

    async def _guard_logs(self) -> None:
        """Keep logs bounded. Processes append to them, so a log can be copied away and cut under their hands."""
        while True:
            for log in self._layout.logs.glob("*.log"):
                if log.stat().st_size > LOG_BYTES:
                    await asyncio.to_thread(shutil.copyfile, log, log.with_suffix(".log.1"))
                    os.truncate(log, 0)
            await asyncio.sleep(LOG_SECONDS)

    async def _stop(self) -> None:
        for guard in self._guards:
            guard.cancel()
        await asyncio.gather(*self._guards, return_exceptions=True)
        self._state_file.unlink(missing_ok=True)
        await asyncio.gather(*(child.stop(signal.SIGTERM, 12) for child in self._services.values()))
        await asyncio.gather(self._nats.stop(), self._postgres.stop())

    def _save(self) -> None:
        """Write the state file whole or not at all, readable for its owner alone."""
        pids = {name: child.pid for name, child in self._services.items()}
        pids |= {"nats": self._nats.child.pid, "postgres": self._postgres.child.pid, "supervisor": os.getpid()}
        self._state["processes"] = {name: {"pid": pid} for name, pid in pids.items()}
        draft = self._state_file.with_suffix(".part")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self._state, indent=2))
        draft.replace(self._state_file)
        (self._layout.home / "ports.json").write_text(json.dumps(self._state["ports"]))


def take_lock(layout: Layout) -> TextIO:
    """Hold the home's lock while the file is open; CliError when another instance holds it.

    Tried for a moment, since a command that only looks whether one runs takes the lock for an instant.
    """
    lock = (layout.home / "lock").open("w")
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            time.sleep(0.01)
    lock.close()
    raise CliError(Exit.CONFLICT, f"The platform runs already in {layout.home}.", "See: barnraise status")


def choose_port(wanted: int | None) -> int:
    """The wanted port (0 is any free one), else the next free one behind it."""
    first = DEFAULT_PORT if wanted is None else wanted
    for port in [first, *range(first + 1, first + 50)] if first else [0]:
        try:
            with socket.create_server(("127.0.0.1", port)) as probe:
                return int(probe.getsockname()[1])
        except OSError:
            continue
    raise CliError(Exit.CONFLICT, f"No port from {first} to {first + 50} is free.", "Choose another: barnraise up --port N")


def _saved_port(layout: Layout, server: str) -> int:
    """The port that the server had last time, if it is still free, else 0."""
    try:
        port = json.loads((layout.home / "ports.json").read_text())[server]
        with socket.create_server(("127.0.0.1", port)):
            return int(port)
    except (OSError, KeyError, ValueError):
        return 0


async def make_database(dsn: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(dsn)
    try:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
            await connection.execute(f"create database {DATABASE}")
    finally:
        await connection.close()


def spawn_detached(arguments: list[str], log: Path) -> int:
    """Start ``barnraise up`` in a session of its own; its pid."""
    import subprocess

    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "barnraise.cli", "up", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return process.pid
