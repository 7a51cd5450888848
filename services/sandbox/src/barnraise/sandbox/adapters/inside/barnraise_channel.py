"""The platform's side of a sandbox, from within: frames on the control socket, and files into the workspace.

Runs on the base layer's Python alone. What comes in is from the service; what goes out is believed in nothing.
"""

import base64
import json
import os
import resource
import socket
from pathlib import Path

WORKSPACE = Path("/app")
_DRAFTS = WORKSPACE / ".drafts"


class Channel:
    """JSON objects with their length in four bytes before them."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._socket = socket.socket(fileno=descriptor)

    def fileno(self) -> int:
        return self._socket.fileno()

    def receive(self) -> dict | None:
        """The next message; None when the service is gone."""
        head = self._exactly(4)
        body = self._exactly(int.from_bytes(head, "big")) if head else None
        return json.loads(body) if body else None

    def send(self, message: dict) -> None:
        body = json.dumps(message).encode()
        self._socket.sendall(len(body).to_bytes(4, "big") + body)

    def _exactly(self, count: int) -> bytes | None:
        parts = []
        while count:
            part = self._socket.recv(min(count, 1 << 20))
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def keep_few() -> None:
    """Without a control group the number of processes is bounded here, where it counts for this sandbox alone (Linux 5.14 and newer)."""
    if most := os.environ.pop("BARNRAISE_PROCESSES", None):
        resource.setrlimit(resource.RLIMIT_NPROC, (int(most), int(most)))


def write(files: dict[str, str | None]) -> None:
    """Files as they travel: base64. None deletes."""
    for path, content in files.items():
        put(path, None if content is None else base64.b64decode(content))


def put(path: str, content: bytes | None) -> None:
    """A file appears whole or not at all, so that a watcher never reads half of one. None deletes."""
    target = WORKSPACE / path
    if content is None:
        target.unlink(missing_ok=True)
        return
    _DRAFTS.mkdir(exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = _DRAFTS / "next"
    draft.write_bytes(content)
    draft.rename(target)


def kept(path: str) -> bytes | None:
    """What is there now, to be put back; None: nothing."""
    try:
        return (WORKSPACE / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def disk_full(*folders: str) -> bool:
    """Whether one of the folders has no room left, or none for another name."""
    told = [os.statvfs(folder) for folder in folders]
    return any(one.f_bavail == 0 or (one.f_files and one.f_ffree == 0) for one in told)
