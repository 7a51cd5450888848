# ruff: noqa: S108, S606, PTH208 - the folders are the sandbox's own
"""Attacks of one tenant on another: beside it, or after it in the same slot. The other one ``plants`` a secret that this one looks for."""

import contextlib
import ctypes
import os
import signal
import socket
import tempfile
import threading
from pathlib import Path
from typing import Any

from attacks.processes import read_memory

_WRITABLE = ("/app", "/tmp", "/var/tmp", "/run", "/data", "/home", "/opt/runner", "/opt/site", "/usr/lib", "/etc", "/dev", "/dev/shm")
_CREATE, _STAT, _REMOVE = 0o1666, 13, 0
_LIBC = ctypes.CDLL(None, use_errno=True)


def _places() -> set[str]:
    return {*_WRITABLE, str(Path.cwd()), tempfile.gettempdir()}


def residue(orders: dict[str, Any]) -> str:
    """Files, wherever they may be written: also where all sandboxes read."""
    found = []
    for folder in _places():
        place = Path(folder) / "barnraise-escape-residue"
        with contextlib.suppress(OSError):
            if orders["role"] == "plant":
                place.write_text(orders["secret"])
                found.append(folder)
            else:
                found.append(place.read_text())
                place.unlink()
    return "\n".join(found) or "nowhere"


def shared_layer(orders: dict[str, Any]) -> str:
    """A module in the programs that every sandbox starts with."""
    module = Path("/opt/runner/sitecustomize.py")
    if orders["role"] == "plant":
        module.write_text(f"SECRET = {orders['secret']!r}\n")
        return "planted"
    return module.read_text()


def shared_memory(orders: dict[str, Any]) -> str:
    """System V segments, which outlive their makers."""
    _LIBC.shmat.restype = ctypes.c_void_p
    if orders["role"] == "plant":
        number = _LIBC.shmget(os.getpid() | 0x42000000, 4096, _CREATE)
        ctypes.memmove(ctypes.c_void_p(_LIBC.shmat(number, None, 0)), orders["secret"].encode(), len(orders["secret"]))
        return f"planted {number}"
    found = []
    for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]:
        key, number = line.split()[:2]
        if int(key) & 0xFF000000 == 0x42000000:
            address = _LIBC.shmat(int(number), None, 0)
            found.append(ctypes.string_at(address, 64).decode("latin-1"))
            _LIBC.shmdt(ctypes.c_void_p(address))
            _LIBC.shmctl(int(number), _REMOVE, None)
    return "\n".join(found) or "none"


def message_queue(orders: dict[str, Any]) -> str:
    """POSIX queues, which outlive their makers too."""
    name = b"/barnraise-escape"
    if orders["role"] == "plant":
        queue = _LIBC.mq_open(name, os.O_CREAT | os.O_RDWR, 0o666, None)
        secret = orders["secret"].encode()
        return f"planted {_LIBC.mq_send(queue, secret, len(secret), 0)}"
    queue = _LIBC.mq_open(name, os.O_RDWR | os.O_NONBLOCK)
    buffer = ctypes.create_string_buffer(8192)
    size = _LIBC.mq_receive(queue, buffer, 8192, None)
    _LIBC.mq_unlink(name)
    return buffer.raw[: max(size, 0)].decode("latin-1")


def neighbour_port(orders: dict[str, Any]) -> str:
    """What another sandbox listens on: a port and an abstract socket."""
    places = ((socket.AF_INET, ("127.0.0.1", orders["neighbour"])), (socket.AF_UNIX, f"\0escape-{orders['neighbour']}"))
    if orders["role"] == "plant":
        for family, address in places:
            server = socket.socket(family)
            server.bind(address)
            server.listen()
            threading.Thread(target=_serve, args=(server, orders["secret"].encode()), daemon=True).start()
        return "listens"
    found = []
    for family, address in places:
        with contextlib.suppress(OSError), socket.socket(family) as client:
            client.settimeout(1)
            client.connect(address)
            found.append(client.recv(100).decode("latin-1"))
    return "\n".join(found) or "no connection"


def _serve(server: socket.socket, secret: bytes) -> None:
    while True:
        peer, _ = server.accept()
        peer.sendall(secret)
        peer.close()


def neighbour_files(orders: dict[str, Any]) -> str:
    """Another one's workspace while it is there, and the data folder whose path on the host is known."""
    name = "barnraise-escape-neighbour"
    if orders["role"] == "plant":
        for folder in {"/data", "/app", "/tmp", "/dev/shm", str(Path.cwd()), tempfile.gettempdir()}:
            with contextlib.suppress(OSError):
                (Path(folder) / name).write_text(orders["secret"])
        return "planted"
    found = []
    doors = [f"/proc/{pid}/root" for pid in os.listdir("/proc") if pid.isdigit()]
    for folder in [*(f"{door}{place}" for door in ("", *doors) for place in _places()), orders["other_data"]]:
        with contextlib.suppress(OSError):
            found.append((Path(folder) / name).read_text())
    return "\n".join(found[:3]) or "nothing"


def neighbour_environment(orders: dict[str, Any]) -> str:
    """What another one's processes were started with."""
    if orders["role"] == "plant":
        if os.fork() == 0:
            os.execve("/bin/sleep", ["sleep", "6"], {"BARNRAISE_ESCAPE": orders["secret"]})
        return "planted"
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                found += Path(f"/proc/{name}/environ").read_bytes().decode("latin-1").split("\0")
    return "\n".join(part for part in found if "BARNRAISE_ESCAPE" in part) or "none"


def neighbour_memory(orders: dict[str, Any]) -> str:
    """The memory of every process that it sees, at an address that is known."""
    if orders["role"] == "plant":
        orders["kept"] = kept = ctypes.create_string_buffer(orders["secret"].encode(), 64)
        return f"address {ctypes.addressof(kept)}"
    address = int(orders["planted"].split()[-1])
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            with contextlib.suppress(OSError):
                found.append(read_memory(int(name), address))
    return "\n".join(found) or "none"


def neighbour_signal(orders: dict[str, Any]) -> str:
    """Ends another one's process, by the number that the host knows it by and by the name that it has."""
    if orders["role"] == "plant":
        return "lives"
    told = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            with contextlib.suppress(OSError):
                if Path(f"/proc/{name}/comm").read_text().strip() == orders["neighbour_mark"]:
                    os.kill(int(name), signal.SIGKILL)
                    told.append(name)
    return f"killed {told}"
