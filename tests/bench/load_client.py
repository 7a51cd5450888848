"""A load client in one process: N raw WebSockets, a few of which read every frame at once and take its latency.

The others are emptied a few at a time: the server has the same work, and the client leaves it the processor.

Reads one JSON line of options from standard input and writes one JSON line of results. Only for loopback.
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import sys
import time

SLICES = 25
SLICE_SECONDS = 0.01
"""The others are read in slices, each socket four times a second: what comes meanwhile fits into its buffer."""


def connect(port: int, path: str, token: str) -> socket.socket:
    """A WebSocket after its handshake; whatever came behind the handshake is lost to the count."""
    link = socket.create_connection(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Authorization: Bearer {token}", "", "",
    ]  # fmt: skip
    link.sendall("\r\n".join(lines).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        piece = link.recv(4096)
        if not piece:
            raise ConnectionError(head.decode(errors="replace"))
        head += piece
    if not head.startswith(b"HTTP/1.1 101"):
        raise ConnectionError(head.decode(errors="replace"))
    link.setblocking(False)
    return link


def payloads(buffer: bytearray) -> list[bytes]:
    """Cut whole server frames off the buffer."""
    found = []
    while len(buffer) >= 2:
        size, start = buffer[1] & 127, 2
        if size == 126:
            if len(buffer) < 4:
                break
            size, start = int.from_bytes(buffer[2:4], "big"), 4
        elif size == 127:
            if len(buffer) < 10:
                break
            size, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + size:
            break
        if buffer[0] & 15 == 1:
            found.append(bytes(buffer[start : start + size]))
        del buffer[: start + size]
    return found


def read(link: socket.socket) -> bytes:
    """What is there; ConnectionError when the server has hung up."""
    try:
        piece = link.recv(1 << 18)
    except BlockingIOError:
        return b""
    if not piece:
        raise ConnectionError("the server hung up")
    return piece


def main() -> None:
    options = json.loads(sys.stdin.readline())
    chooser = selectors.DefaultSelector()
    watchers: dict[socket.socket, bytearray] = {}
    others: list[socket.socket] = []
    every = options["clients"] // options["watchers"]
    for number in range(options["clients"]):
        link = connect(options["port"], options["path"], options["token"])
        if number % every == 0:
            watchers[link] = bytearray()
            chooser.register(link, selectors.EVENT_READ, link)
        else:
            others.append(link)
    print(json.dumps({"ready": True}), flush=True)
    latencies: list[float] = []
    received, now = 0, time.monotonic()
    deadline, due, turn = now + options["seconds"], now, 0
    while (now := time.monotonic()) < deadline:
        for key, _ in chooser.select(SLICE_SECONDS):
            piece = read(key.data)
            received += len(piece)
            watchers[key.data] += piece
            arrived = time.time_ns()
            for payload in payloads(watchers[key.data]):
                mark = payload.find(b"stamp-")
                if mark >= 0:
                    latencies.append((arrived - int(payload[mark + 6 : mark + 25])) / 1e6)
        if now >= due:
            due, turn = now + SLICE_SECONDS, (turn + 1) % SLICES
            received += sum(len(read(link)) for link in others[turn::SLICES])
    latencies.sort()
    size = len(latencies)
    result = {
        "bytes": received,
        "watched": size,
        "p50_ms": latencies[size // 2] if size else None,
        "p99_ms": latencies[int(size * 0.99)] if size else None,
        "max_ms": latencies[-1] if size else None,
    }
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
