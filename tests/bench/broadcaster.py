"""The physical limit to compare with: a raw-socket broadcaster that answers any handshake and sends one batch per tick to all."""

from __future__ import annotations

import base64
import hashlib
import json
import selectors
import socket
import sys
import time


def accept_key(head: bytes) -> str:
    key = next(line.split(b":", 1)[1].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
    return base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()


def frame(payload: bytes) -> bytes:
    return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload


def admit(listener: socket.socket, clients: int) -> list[socket.socket]:
    links = []
    while len(links) < clients:
        link, _ = listener.accept()
        head = b""
        while b"\r\n\r\n" not in head:
            head += link.recv(4096)
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {accept_key(head)}",
        ]
        link.sendall("\r\n".join([*lines, "", ""]).encode())
        link.setblocking(False)
        links.append(link)
    return links


def flush(links: list[socket.socket], owed: dict[socket.socket, bytearray], batch: bytes) -> None:
    for link in links:
        debt = owed[link]
        debt += batch
        try:
            del debt[: link.send(debt)]
        except BlockingIOError:
            continue


def main() -> None:
    options = json.loads(sys.stdin.readline())
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    links = admit(listener, options["clients"])
    owed = {link: bytearray() for link in links}
    start, sent = time.monotonic(), 0
    with selectors.DefaultSelector() as clock:
        while (elapsed := time.monotonic() - start) < options["seconds"]:
            due = int(elapsed * options["rate"]) - sent
            if due <= 0:
                clock.select(0.001)
                continue
            payload = b'{"seq":1,"event":{"id":"stamp-%d"' % time.time_ns()
            flush(links, owed, frame(payload.ljust(options["size"] - 2) + b"}}") * due)
            sent += due
    print(json.dumps({"sent": sent}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
