"""A Docker Engine for tests: its own process, folders and socket, without networks or a firewall, gone when the tests end."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import docker
from docker.errors import DockerException

_START_SECONDS = 60
_SETTINGS = {"runtimes": {"runsc": {"path": "/usr/bin/runsc", "runtimeArgs": ["--network=none"]}}}
_OPTIONS = ("--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false")


def missing(*programs: str) -> str | None:
    """Why there can be no engine here with these programs beside it; None when there can."""
    if os.geteuid() != 0:
        return "a Docker Engine of the tests' own needs root"
    absent = [program for program in ("dockerd", "containerd", *programs) if shutil.which(program, path=_path()) is None]
    return f"not installed: {', '.join(absent)} (scripts/docker installs them on Debian and Ubuntu)" if absent else None


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class NoEngineError(Exception):
    """This machine does not let an engine run, for example because it is a container itself."""


class DockerEngine:
    """Running between start and stop. ``url`` is what ``DOCKER_HOST`` would say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # A socket's path may have 107 bytes, and containers' folders hold sockets too.
        self._run = Path(tempfile.mkdtemp(prefix="dockerd-"))
        self.url = f"unix://{self._run}/docker.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """NoEngineError when it cannot run here."""
        settings = self._folder / "daemon.json"
        settings.write_text(json.dumps(_SETTINGS))
        places = {
            "config-file": settings,
            "data-root": self._folder / "data",
            "exec-root": self._run / "exec",
            "pidfile": self._run / "pid",
        }
        command = ["dockerd", "-H", self.url, *(f"--{name}={path}" for name, path in places.items()), *_OPTIONS]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"PATH": _path()}, start_new_session=True)
        self._wait()

    def _wait(self) -> None:
        assert self._process
        until = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < until:
            try:
                client = docker.DockerClient(self.url)
                client.ping()
                client.close()
                return
            except DockerException:
                time.sleep(0.1)
        self.stop()
        raise NoEngineError(f"dockerd did not start:\n{(self._folder / 'log').read_text()[-1000:]}")

    def stop(self) -> None:
        assert self._process
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
        shutil.rmtree(self._run, ignore_errors=True)
