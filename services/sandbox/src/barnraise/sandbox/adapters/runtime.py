"""The folder of the drivers of this machine: endpoints, the programs that run in sandboxes, and a lock that only a living service holds."""

import fcntl
import hashlib
import os
import py_compile
import shutil
import socket
import tempfile
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"


class Runtime:
    """``instance`` names everything that this instance leaves on the machine: it is the same after a restart, and another one's differs."""

    def __init__(self, data_dir: Path) -> None:
        mark = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:10]
        self.instance = f"barnraise-{mark}"
        # A socket's path may have 107 bytes: the data folder's own path may be too long for that.
        self.folder = _base() / self.instance
        self.runner = self.folder / "runner"
        self._endpoints = self.folder / "endpoints"
        self._lock = None

    def open(self) -> None:
        """Make the folder; BlockingIOError when a living service has it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.folder, self.folder.parent):
            if folder.stat().st_uid != os.geteuid():
                raise PermissionError(f"{folder} belongs to somebody else")
        self._lock = (self.folder / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not self._lock_stands():
            raise BlockingIOError("its last owner was just closing")
        shutil.rmtree(self.runner, ignore_errors=True)
        shutil.copytree(INSIDE, self.runner, ignore=shutil.ignore_patterns("__pycache__"))
        py_compile.compile(str(self.runner / "barnraise_init.py"), doraise=True)  # every container begins with it
        for path in (self.runner, *self.runner.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock:
            self._lock.close()

    def _lock_stands(self) -> bool:
        """The one who closes removes the file: a lock on a removed file is none."""
        try:
            return self._lock is not None and os.fstat(self._lock.fileno()).st_ino == (self.folder / "lock").stat().st_ino
        except FileNotFoundError:
            return False

    def listen(self, name: str) -> tuple[Path, socket.socket]:
        """A listening socket in a folder that only this user may enter; connections wait in its backlog."""
        self._endpoints.mkdir(mode=0o700, exist_ok=True)
        path = self._endpoints / name
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen(256)
        return path, listener

    def sweep(self) -> int:
        """Remove the endpoints of a dead service."""
        stale = list(self._endpoints.iterdir()) if self._endpoints.exists() else []
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def _base() -> Path:
    if os.geteuid() == 0 and os.access("/run", os.W_OK):
        return Path("/run/barnraise")
    given = os.environ.get("XDG_RUNTIME_DIR")
    if given and os.access(given, os.W_OK):
        return Path(given, "barnraise")
    return Path(tempfile.gettempdir(), f"barnraise-{os.geteuid()}")
