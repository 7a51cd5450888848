"""Three NATS servers with the configuration of deploy/kubernetes, each in a network namespace of its own, on a bridge in a namespace that
the test's thread lives in: servers that can be paused, killed, and kept from reaching each other in one direction.

Namespaces have no names; they are gone when their last process is, however the test ends.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from barnraise.chassis.grants import ROLES
from barnraise.chassis.local import Child
from barnraise.chassis.local.nats import nats_binary

CONFIGS = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes" / "base"
PASSWORD = "p" + "w" * 23
SIZE = 3
PATIENCE = 90.0
_AT_ONCE = 50
_NETWORK = "10.213.0"
_NOBODY = "02:00:00:00:00:99"
_CLONE_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


class NoNamespacesError(RuntimeError):
    """Network namespaces cannot be made here: it takes root, ``ip`` and ``nsenter``."""


def apart(work: Callable[[], Awaitable[None]]) -> None:
    """Run it in a thread with a loop and a network namespace of its own, with nothing but loopback and an empty bridge;
    NoNamespacesError where that cannot be."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("nsenter"):
        raise NoNamespacesError("it takes root, ip and nsenter")
    done: Future[None] = Future()

    async def main() -> None:
        await work()

    def body() -> None:
        try:
            if _LIBC.unshare(_CLONE_NEWNET):
                raise NoNamespacesError(os.strerror(ctypes.get_errno()))
            _ip("link set lo up")
            _ip("link add br0 type bridge")
            _ip(f"addr add {_NETWORK}.254/24 dev br0")
            _ip("link set br0 up")
            done.set_result(asyncio.run(main()))
        except BaseException as error:
            done.set_exception(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    done.result()


def _ip(command: str, prefix: tuple[str, ...] = ()) -> None:
    done = subprocess.run([*prefix, "ip", *command.split()], check=False, capture_output=True, text=True)
    if done.returncode:
        raise NoNamespacesError(f"ip {command}: {done.stderr.strip()}")


def _namespace(task: int) -> str:
    return str(Path(f"/proc/{task}/ns/net").readlink())


class Node:
    """One server. Its namespace is held by a process of its own, so that it outlives the server's."""

    def __init__(self, folder: Path, number: int) -> None:
        self.name = f"nats-{number}"
        self.number = number
        self.address = f"{_NETWORK}.{number + 1}"
        self._folder = folder / self.name
        self._folder.mkdir(parents=True)
        self._holder = Child.spawn(["unshare", "--net", "sleep", "infinity"], log=self._folder / "holder.log", env=dict(os.environ))
        self._server: Child | None = None

    @property
    def server(self) -> Child:
        assert self._server is not None
        return self._server

    async def wire(self) -> None:
        ours = _namespace(threading.get_native_id())
        async with asyncio.timeout(10):
            while _namespace(self._holder.pid) == ours:
                await asyncio.sleep(0.01)
        _ip(f"link add veth{self.number} type veth peer name eth0 netns {self._holder.pid}")
        _ip(f"link set veth{self.number} master br0 up")
        for command in ("link set lo up", f"addr add {self.address}/24 dev eth0", "link set eth0 up"):
            _ip(command, self._inside)

    @property
    def _inside(self) -> tuple[str, ...]:
        return ("nsenter", f"--net=/proc/{self._holder.pid}/ns/net")

    def start(self) -> None:
        """Start the server, with what it has stored before."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self._folder), "POD_NAME": self.name, "ROUTE": PASSWORD}
        env |= {f"ROUTE_{other}": f'"nats://route:{PASSWORD}@{_NETWORK}.{other + 1}:6222"' for other in range(SIZE)}
        env |= {f"NATS_PASSWORD_{name.upper()}": PASSWORD for name in (*(role.name for role in ROLES), "provisioner", "inspector")}
        self._server = Child.spawn(
            [*self._inside, nats_binary(), "-c", self._configure()], log=self._folder / "server.log", env=env, cwd=self._folder
        )

    def pause(self) -> None:
        self.server.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.server.send(signal.SIGCONT)

    def deafen(self, other: Node) -> None:
        """From now on nothing that this server sends reaches the other one; what the other sends still comes here."""
        _ip(f"neigh replace {other.address} lladdr {_NOBODY} nud permanent dev eth0", self._inside)

    def heal(self, other: Node) -> None:
        _ip(f"neigh del {other.address} dev eth0", self._inside)

    async def stop(self) -> None:
        for child in (self._server, self._holder):
            if child is not None:
                child.kill()

    def _configure(self) -> Path:
        """The files of deploy/kubernetes: another folder for the store, and a user for the test besides the services'."""
        text = (CONFIGS / "nats.conf").read_text()
        text = re.sub(r"(?m)^pid_file:.*$", "", text).replace('"/data"', json.dumps(str(self._folder / "store")))
        (self._folder / "nats.conf").write_text(text)
        (self._folder / "cluster.conf").write_text((CONFIGS / "cluster.conf").read_text())
        inspector = "users: [\n  { user: inspector, password: $NATS_PASSWORD_INSPECTOR }\n"
        (self._folder / "users.conf").write_text((CONFIGS / "users.conf").read_text().replace("users: [\n", inspector))
        return self._folder / "nats.conf"


class Cluster:
    """Use it inside of ``apart``."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [Node(folder, number) for number in range(SIZE)]
        self.client = Client()

    def url(self, user: str, number: int = 0) -> str:
        """One server's address, as a service in the cluster is given one: of the others it hears from that."""
        return f"nats://{user}:{PASSWORD}@{self.nodes[number % SIZE].address}:4222"

    async def start(self) -> None:
        for node in self.nodes:
            await node.wire()
            node.start()
        await self._connect()
        async with asyncio.timeout(PATIENCE):
            while not await self._has_leader():
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        if self.client.is_connected:
            await self.client.close()
        for node in self.nodes:
            await node.stop()

    async def info(self, stream: str) -> dict[str, Any]:
        """What its leader says of the stream."""
        async with asyncio.timeout(PATIENCE):
            while "state" not in (info := await self.ask(f"STREAM.INFO.{stream}")) or not info.get("cluster", {}).get("leader"):
                await asyncio.sleep(0.1)
        return info

    async def leader(self, stream: str) -> Node:
        """Who leads the stream now."""
        name = (await self.info(stream))["cluster"]["leader"]
        return next(node for node in self.nodes if node.name == name)

    async def healthy(self, stream: str) -> bool:
        """Whether all replicas of the stream are there and have caught up."""
        replicas = (await self.info(stream))["cluster"].get("replicas", [])
        return len([one for one in replicas if one["current"] and not one.get("offline")]) == SIZE - 1

    async def contents(self, stream: str) -> list[dict[int, dict[str, Any]]]:
        """What each server keeps of the stream: the messages by their numbers. Each is made the leader to be asked."""
        return [await self._contents(stream, node) for node in self.nodes]

    async def ask(self, subject: str, **body: Any) -> dict[str, Any]:
        """An answer of JetStream's API; {} while nobody answers."""
        try:
            reply = await self.client.request(f"$JS.API.{subject}", json.dumps(body).encode() if body else b"", timeout=2)
        except (NatsError, TimeoutError):
            return {}
        return json.loads(reply.data)

    async def _contents(self, stream: str, node: Node) -> dict[int, dict[str, Any]]:
        async with asyncio.timeout(PATIENCE):
            while (await self.leader(stream)) is not node:
                await self.ask(f"STREAM.LEADER.STEPDOWN.{stream}", placement={"preferred": node.name})
                await asyncio.sleep(0.2)
            state = (await self.info(stream))["state"]
            numbers = range(state["first_seq"], state["last_seq"] + 1)
            kept: dict[int, dict[str, Any]] = {}
            for first in range(0, len(numbers), _AT_ONCE):
                some = numbers[first : first + _AT_ONCE]
                kept |= zip(some, await asyncio.gather(*(self._message(stream, number) for number in some)), strict=True)
        return {number: message for number, message in kept.items() if message}

    async def _message(self, stream: str, number: int) -> dict[str, Any]:
        """{} where there is none of that number."""
        while not (answer := await self.ask(f"STREAM.MSG.GET.{stream}", seq=number)):
            await asyncio.sleep(0.1)
        return answer.get("message", {})

    async def _has_leader(self) -> bool:
        return "api" in await self.ask("INFO")

    async def _connect(self) -> None:
        servers = [self.url("inspector", number) for number in range(SIZE)]
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    self.client = await nats.connect(
                        servers, max_reconnect_attempts=-1, reconnect_time_wait=0.1, ping_interval=1, error_cb=_expected,
                        user="inspector", password=PASSWORD,
                    )  # fmt: skip
                    return
                except (NatsError, OSError):
                    await asyncio.sleep(0.1)


async def _expected(_: Exception) -> None:
    """Outages are made on purpose here."""
