# ruff: noqa: S108 - the folders are the sandbox's own
"""Attacks on the network of the host and on its sockets. Each brings its mark to a canary that listens there."""

import contextlib
import socket
import struct
import time
from pathlib import Path
from typing import Any

SECONDS = 1.0
_PACKET = 0x0003
_NEW_ADDRESS, _REQUEST, _CREATE = 20, 1, 0x400


def _bring(orders: dict[str, Any], family: int, kind: int, address: Any) -> str:
    with socket.socket(family, kind) as client:
        client.settimeout(SECONDS)
        client.connect(address)
        client.sendall(orders["mark"].encode())
    return f"reached {address}"


def loopback_tcp(orders: dict[str, Any]) -> str:
    return _bring(orders, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", orders["tcp"]))


def loopback_udp(orders: dict[str, Any]) -> str:
    return _bring(orders, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", orders["udp"]))


def loopback_ipv6(orders: dict[str, Any]) -> str:
    return _bring(orders, socket.AF_INET6, socket.SOCK_STREAM, ("::1", orders["tcp6"]))


def metadata_service(orders: dict[str, Any]) -> str:
    return _bring(orders, socket.AF_INET, socket.SOCK_STREAM, ("169.254.169.254", 80))


def abstract_socket(orders: dict[str, Any]) -> str:
    return _bring(orders, socket.AF_UNIX, socket.SOCK_STREAM, f"\0{orders['abstract']}")


def host_socket(orders: dict[str, Any]) -> str:
    return _bring(orders, socket.AF_UNIX, socket.SOCK_STREAM, orders["socket"])


def name_lookup(orders: dict[str, Any]) -> str:
    with contextlib.suppress(OSError):
        socket.getaddrinfo(f"{orders['mark']}.test", 80)
    question = bytes([len(orders["mark"])]) + orders["mark"].encode() + b"\4test\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + question, ("127.0.0.1", 53))
    return "asked"


def raw_socket(orders: dict[str, Any]) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, orders["protocol"]) as client:
        client.sendto(orders["mark"].encode(), ("127.0.0.1", 0))
    return "sent"


def packet_socket(orders: dict[str, Any]) -> str:
    """Listens in on what others say over the loopback interface."""
    heard = b""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_PACKET)) as tap:
        tap.settimeout(SECONDS)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            packet = tap.recv(2048)
            if packet.find(struct.pack("!H", orders["beacon"])) >= 0:
                heard += packet[-80:]
    return heard[-2000:].decode("latin-1")


def network_address(orders: dict[str, Any]) -> str:
    """Gives an interface an address more, over the routing netlink (``rtnetlink(7)``)."""
    address = socket.inet_aton(orders["address"])
    attributes = b"".join(struct.pack("HH", 8, kind) + address for kind in (1, 2))
    body = struct.pack("BBBBI", socket.AF_INET, 32, 0, 0, 1) + attributes
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
        kernel.send(struct.pack("IHHII", 16 + len(body), _NEW_ADDRESS, _REQUEST | _CREATE | 4, 1, 0) + body)
        return f"the kernel answered {struct.unpack('i', kernel.recv(256)[16:20])[0]}"


def hypervisor_socket(orders: dict[str, Any]) -> str:
    """Takes a port of AF_VSOCK, which no network namespace covers, for as long as it lives."""
    taken = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    taken.bind((socket.VMADDR_CID_ANY, orders["vsock"]))
    orders["kept"] = taken
    return "bound"


def endpoint_swap(orders: dict[str, Any]) -> str:
    """Puts a link to a socket of the host where the gateway looks for the preview."""
    done = []
    for folder in (str(Path(orders["endpoint"]).parent), "/run", "/data", "/tmp", "/tmp/endpoints"):
        place = Path(folder) / Path(orders["endpoint"]).name
        with contextlib.suppress(OSError):
            draft = place.with_suffix(".link")
            draft.symlink_to(orders["socket"])
            draft.replace(place)
            done.append(str(place))
    return f"put links at {done}"
