"""All canaries together, and what each attack is told of them."""

import os
import secrets
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from barnraise.sandbox.adapters.canaries.host import Files, Holder, Kernel
from barnraise.sandbox.adapters.canaries.listeners import (
    PROTOCOL,
    SPARE_ADDRESS,
    Listeners,
    has_vsock,
    inheritable,
    is_own_address,
    vsock_port_is_taken,
)
from barnraise.sandbox.adapters.canaries.processes import Looker, marked
from barnraise.sandbox.adapters.canaries.terminal import Terminal
from barnraise.sandbox.adapters.trees import remove
from barnraise.sandbox.domain.attacks import INODES, Attack, Evidence
from barnraise.sandbox.ports import Scene

_VARIABLE = "BARNRAISE_ESCAPE_CANARY"
_PLACES = ("file", "sealed", "environment", "process", "beacon")
_GRACE = 1.0
"""Seconds in which what was killed may end."""
_OWN_NETWORK = frozenset({"metadata-service", "name-lookup", "raw-socket", "packet-socket", "network-address"})


class HostWitness:
    """``signalled`` counts the signals that this process got; ``own_network``: the calling thread has entered one of its own."""

    def __init__(self, folder: Path, stack: ExitStack, own_network: bool, signalled: Callable[[], int]) -> None:
        self._folder = folder
        self._signalled = signalled
        self._secrets = {place: secrets.token_hex(12) for place in _PLACES}
        self._files = Files(folder, self._secrets["file"], self._secrets["sealed"])
        self._holder = Holder(self._secrets["process"])
        stack.callback(self._holder.close)
        self._kernel = Kernel()
        stack.callback(self._kernel.close)
        self._terminal = Terminal()
        stack.callback(self._terminal.close)
        self._listeners = Listeners(folder, own_network, self._secrets["beacon"].encode())
        stack.callback(self._listeners.close)
        stack.enter_context(inheritable(self._files.canary))
        os.environ[_VARIABLE] = self._secrets["environment"]
        stack.callback(os.environ.pop, _VARIABLE, None)
        self._vsock = 50_000 + secrets.randbelow(10_000)
        self._looker: Looker | None = None
        self._urged = 0
        self._port_seen = self._had_address = False

    def lacks(self, attack: Attack) -> str:
        reasons = {
            "loopback-ipv6": "" if "tcp6" in self._listeners.kinds else "This machine has no IPv6.",
            "hypervisor-socket": "" if has_vsock() else "This machine has no AF_VSOCK.",
            "device-setting": "" if self._kernel.knob in self._kernel.values else "This kernel lacks the setting that is the canary.",
            "leave-group": "" if self._kernel.group else "No control group could be made as the canary.",
            "terminal-input": "" if self._terminal.path else "This machine gives no terminals.",
        }
        if attack.name in _OWN_NETWORK and "own" not in self._listeners.kinds:
            return "It needs a network namespace for its canary, which only root may make here."
        return reasons.get(attack.name, "")

    def arm(self, attack: Attack) -> Scene:
        mark, other_mark, secret = f"esc{secrets.token_hex(6)}", f"esc{secrets.token_hex(6)}", secrets.token_hex(12)
        self._secrets["neighbour"] = secret
        self._looker = Looker(mark, attack)
        self._urged = self._signalled()
        self._terminal.typed()
        self._port_seen, self._had_address = False, is_own_address(SPARE_ADDRESS)
        self._listeners.forget()
        data, other_data = (self._data(attack, name) for name in ("own", "other"))
        orders = {**self._facts(), "attack": attack.name, "role": "attack", "mark": mark, "neighbour_mark": other_mark}
        orders |= {"data": str(data), "other_data": str(other_data), "neighbour": 20_000 + secrets.randbelow(10_000)}
        neighbour = {**orders, "role": "plant", "mark": other_mark, "secret": secret, "data": str(other_data)}
        return Scene(attack, orders, neighbour, data, other_data)

    def look(self, scene: Scene) -> None:
        assert self._looker
        self._looker.look()
        self._port_seen = self._port_seen or vsock_port_is_taken(self._vsock)
        if changed := self._kernel.changes():
            self._looker.seen["change"] = changed

    def knock(self, scene: Scene, endpoint: Path) -> None:
        import socket

        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(str(endpoint))
            client.sendall(scene.orders["mark"].encode())

    def judge(self, scene: Scene, heard: bytes) -> Mapping[Evidence, str]:
        assert self._looker
        found = self._looker.found()
        for place, secret in self._secrets.items():
            if secret.encode() in heard:
                found["secret"] = f"the secret of the canary '{place}' came out"
        if met := self._listeners.met(scene.orders["mark"]):
            found["connection"] = f"reached {', '.join(met)}"
        if changed := self._changes():
            found["change"] = changed
        if survivors := self._survivors(scene.orders["mark"]):
            found["survivor"] = f"{len(survivors)} processes lived on"
        if scene.data and (left := harmful(scene.data)):
            found["left"] = left
        return found

    def clean(self, scene: Scene) -> None:
        self._files.mend()
        self._holder.mend()
        self._kernel.mend()
        for folder in (scene.data, scene.other_data):
            if folder:
                remove(folder)
        Path("/dev/shm", scene.orders["mark"]).unlink(missing_ok=True)  # noqa: S108 - an attack's without walls

    def _data(self, attack: Attack, name: str) -> Path | None:
        if not attack.data:
            return None
        folder = self._folder / f"data-{name}"
        folder.mkdir(mode=0o700)
        return folder

    def _facts(self) -> dict[str, Any]:
        listeners, kernel = self._listeners, self._kernel
        return {
            "tcp": listeners.tcp, "tcp6": listeners.tcp6, "udp": listeners.udp, "abstract": listeners.abstract,
            "socket": str(listeners.socket), "protocol": PROTOCOL, "beacon": listeners.beacon_port, "address": SPARE_ADDRESS,
            "vsock": self._vsock, "canary": str(self._files.canary), "handle": self._files.handle(), "sealed": str(self._files.sealed),
            "setuid": str(self._files.setuid), "process": self._holder.pid, "memory": self._holder.address, "group": str(kernel.group),
            "setting": str(kernel.setting), "value": kernel.values.get(kernel.setting, 0), "knob": str(kernel.knob),
            "knob_value": kernel.values.get(kernel.knob, 0), "inodes": INODES + 40_000,
            "terminal": self._terminal.path,
        }  # fmt: skip

    def _changes(self) -> str:
        if self._signalled() > self._urged:
            return "this process was signalled"
        if not self._holder.alive():
            return "a process of the host was killed"
        if self._terminal.typed():
            return "a terminal of the host was typed into"
        if self._port_seen:
            return "a port of AF_VSOCK was taken"
        if is_own_address(SPARE_ADDRESS) and not self._had_address:
            return "the host has another address"
        return self._kernel.changes() or self._files.changes()

    def _survivors(self, mark: str) -> list[int]:
        until = time.monotonic() + _GRACE
        while (left := marked(mark)) and time.monotonic() < until:
            time.sleep(0.01)
        return left


def harmful(folder: Path) -> str:
    """What a sandbox must not be able to leave on the host."""
    with suppress(OSError):
        for path in folder.iterdir():
            told = path.lstat()
            if stat.S_ISBLK(told.st_mode) or stat.S_ISCHR(told.st_mode):
                return f"a device: {path.name}"
            if told.st_mode & stat.S_ISUID and told.st_uid == 0:
                return f"a program that runs as root: {path.name}"
    return ""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that everybody may enter, and only its owner list."""
    folder = Path(tempfile.mkdtemp(prefix="barnraise-escape-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        remove(folder)


@contextmanager
def witnessing(folder: Path, own_network: bool, signalled: Callable[[], int]) -> Iterator[HostWitness]:
    """The canaries, in a folder that is theirs alone and that everybody may enter."""
    with ExitStack() as stack:
        yield HostWitness(folder, stack, own_network, signalled)
