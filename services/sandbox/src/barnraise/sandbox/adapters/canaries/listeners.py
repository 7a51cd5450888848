"""Canaries on the network: whoever connects to one of them, or sends it anything, is out."""

import ctypes
import fcntl
import os
import secrets
import selectors
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LINK_LOCAL = "169.254.169.254"
SPARE_ADDRESS = "198.18.77.1"
PROTOCOL = 253  # for experiments, RFC 3692
_NEW_NETWORK = 0x40000000
_GET_FLAGS, _SET_FLAGS, _SET_ADDRESS, _UP = 0x8913, 0x8914, 0x8916, 1
_BEAT = 0.05
_PATIENCE = 30.0


def enter_own_network() -> bool:
    """Give the calling thread a network of its own, with a loopback that also has the link-local address; False where that is refused."""
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK):
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for name, address in ((b"lo", None), (b"lo:1", LINK_LOCAL)):
            if address:
                fcntl.ioctl(control, _SET_ADDRESS, struct.pack("16sHH4s8x", name, socket.AF_INET, 0, socket.inet_aton(address)))
            fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", name, _UP))
    return True


class Listeners:
    """Servers of every kind in the network that the calling thread is in. ``own``: that network has nobody else in it."""

    def __init__(self, folder: Path, own: bool, beacon: bytes) -> None:
        self._selector = selectors.DefaultSelector()
        self._opened: list[socket.socket] = []
        self._lock = threading.Lock()
        self._met: list[tuple[str, bytes]] = []
        self._asked = 0
        self._answered = threading.Condition(self._lock)
        self._settled = 0
        self._closing = False
        self._beacon = beacon
        self.abstract = f"escape-{secrets.token_hex(8)}"
        self.socket = folder / "canary.sock"
        self.beacon_port = 0
        self.tcp = self._serve("the host's loopback", socket.AF_INET, ("127.0.0.1", 0))
        self.tcp6 = self._serve("the host's IPv6 loopback", socket.AF_INET6, ("::1", 0)) if socket.has_ipv6 else 0
        self.udp = self._receive("the host's loopback (datagram)", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._serve("an abstract socket", socket.AF_UNIX, f"\0{self.abstract}")
        self._serve("a socket in the host's files", socket.AF_UNIX, str(self.socket))
        self.socket.chmod(0o777)
        self.kinds = {"tcp", "udp"} | ({"tcp6"} if self.tcp6 else set())
        if own:
            self._serve("the link-local address", socket.AF_INET, (LINK_LOCAL, 80))
            self._receive("a name server", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53))
            self._receive("a raw socket", socket.AF_INET, socket.SOCK_RAW, ("127.0.0.1", 0), PROTOCOL)
            self.beacon_port = self._attract()
            self.kinds |= {"own"}
        self._thread = threading.Thread(target=self._run, name="canaries", daemon=True)
        self._thread.start()

    def met(self, mark: str) -> list[str]:
        """Where somebody with that mark came by until now, or somebody who did not say who he was; TimeoutError when the listeners' thread
        does not get to those who wait."""
        with self._answered:
            self._asked += 1
            asked = self._asked
            settled = self._answered.wait_for(lambda: self._settled >= asked, _PATIENCE)
            met = sorted({place for place, said in self._met if mark.encode() in said or not said})
        if not (settled or met):
            raise TimeoutError("The canaries on the network do not answer.")
        return met

    def forget(self) -> None:
        with self._lock:
            self._met.clear()

    def close(self) -> None:
        self._closing = True
        self._thread.join()
        for opened in self._opened:
            opened.close()
        self._selector.close()

    def _serve(self, place: str, family: int, address: tuple[str, int] | str) -> int:
        server = socket.socket(family, socket.SOCK_STREAM)
        try:
            server.bind(address)
        except OSError:
            server.close()
            if family == socket.AF_INET6:
                return 0
            raise
        server.listen(16)
        self._watch(server, place, self._accept)
        return server.getsockname()[1] if family != socket.AF_UNIX else 0

    def _receive(self, place: str, family: int, kind: int, address: tuple[str, int], protocol: int = 0) -> int:
        receiver = socket.socket(family, kind, protocol)
        receiver.bind(address)
        self._watch(receiver, place, self._hear)
        return int(receiver.getsockname()[1])

    def _attract(self) -> int:
        """A port for what listeners-in may hear; what comes is not read."""
        port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._opened.append(port)
        port.bind(("127.0.0.1", 0))
        return int(port.getsockname()[1])

    def _watch(self, opened: socket.socket, place: str, heed: Callable[[socket.socket, str], None]) -> None:
        opened.setblocking(False)
        self._opened.append(opened)
        self._selector.register(opened, selectors.EVENT_READ, (place, heed))

    def _run(self) -> None:
        while not self._closing:
            asked = self._asked  # before the look: who came by before that question is seen by it
            waiting = self._selector.select(_BEAT)
            for key, _ in waiting:
                place, heed = key.data
                with suppress(OSError):
                    heed(key.fileobj, place)
            if not waiting:
                with self._answered:
                    self._settled = asked
                    self._answered.notify_all()
            if self.beacon_port:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                    sender.sendto(self._beacon, ("127.0.0.1", self.beacon_port))

    def _accept(self, server: socket.socket, place: str) -> None:
        peer, _ = server.accept()
        peer.settimeout(0.5)
        with peer:
            said = b""
            with suppress(OSError):
                said = peer.recv(1000)
        self._note(place, said)

    def _hear(self, receiver: socket.socket, place: str) -> None:
        self._note(place, receiver.recv(2000))

    def _note(self, place: str, said: bytes) -> None:
        with self._lock:
            self._met.append((place, said))


def is_own_address(address: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def vsock_port_is_taken(port: int) -> bool:
    """False also where there is no AF_VSOCK."""
    try:
        with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as probe:
            probe.bind((socket.VMADDR_CID_ANY, port))
    except OSError as error:
        return "in use" in str(error)
    return False


def has_vsock() -> bool:
    try:
        socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()
    except OSError:
        return False
    return True


@contextmanager
def inheritable(path: Path) -> Iterator[int]:
    """The file, open so that every child that is not careful has it too."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.set_inheritable(descriptor, True)
        yield descriptor
    finally:
        os.close(descriptor)
