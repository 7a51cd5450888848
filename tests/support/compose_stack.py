"""docker-compose.yml on a Docker Engine of the tests' own, by the real ``docker compose``; stand-ins for what only registries have."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

from container_images import IMAGES, Root
from platform_client import ROOT, Platform

from barnraise.chassis.local.child import free_port

TOOLS = ROOT / ".venv/compose"
COMPOSE = TOOLS / "compose/docker-compose"
CADDY = TOOLS / "bin/caddy"
TAG = "barnraise-test"
SERVICES = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")


@dataclass
class Composed(Platform):
    """A running stack, talked to through its ingress."""

    engine: str
    ports: tuple[int, int] = field(default_factory=lambda: (free_port(), free_port()))

    def prepare(self, images: tuple[str, ...], services: tuple[str, ...]) -> None:
        """The secrets, and the images: stand-ins imported, ours built."""
        self._run([ROOT / "scripts/compose-env", self.home / "env"])
        for name in images:
            self.stand_in(name)
        self.compose("build", "--quiet", *services, timeout=900)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.ports[0]}"

    @property
    def token(self) -> str:
        found = re.search(r"(?m)^BARNRAISE_AUTH_TOKEN=(.+)$", (self.home / "env").read_text())
        assert found
        return found[1]

    @property
    def env(self) -> dict[str, str]:
        layer = (ROOT / ".barnraise/shared/base/current").resolve()
        stand_ins = {f"{name.upper()}_IMAGE": f"{TAG}/{name}" for name in IMAGES}
        return os.environ | self.extra_env | stand_ins | {
            "DOCKER_HOST": self.engine,
            "LAYER_FOLDER": str(layer),
            "LAYER": layer.name,
            "HTTPS_PORT": str(self.ports[0]),
            "HTTP_PORT": str(self.ports[1]),
            "BARNRAISE_PUBLIC_URL": self.url,
            "BARNRAISE_PREVIEW_ACCESS": "label",
            "BUILD_NETWORK": "host",
            "WEB": "dist",
        }  # fmt: skip

    def compose(self, *arguments: str, timeout: float = 240) -> str:
        files = ["-f", ROOT / "docker-compose.yml", "-f", ROOT / "tests/compose/stand-ins.yml"]
        return self._run([COMPOSE, "--env-file", self.home / "env", *files, *arguments], timeout)

    def up(self, *arguments: str) -> None:
        """Until everything that has a health check is healthy."""
        self.compose("up", "-d", "--no-build", "--wait", "--wait-timeout", "600", *arguments, timeout=700)

    def containers(self, service: str) -> list[str]:
        return self.compose("ps", "-q", service).split()

    def address(self, service: str) -> str:
        """Of its first container in the network of the platform, which a Linux host reaches."""
        networks = self.inspect(self.containers(service)[0])["NetworkSettings"]["Networks"]
        return next(network["IPAddress"] for name, network in networks.items() if name.endswith("_platform"))

    def inspect(self, container: str) -> dict[str, Any]:
        return json.loads(self._run(["docker", "inspect", container]))[0]

    def crash(self, service: str) -> str:
        """``kill -9`` of a replica's first process, as the kernel would; which container. Its restart policy is to bring it back."""
        container = self.containers(service)[0]
        os.kill(self.inspect(container)["State"]["Pid"], signal.SIGKILL)
        return container

    def sql(self, role: str, statement: str) -> subprocess.CompletedProcess[str]:
        """A statement as one of the services, or as another role."""
        name = "POSTGRES_PASSWORD" + (f"_{role.upper()}" if role in SERVICES else "")
        found = re.search(rf"(?m)^{name}=(.+)$", (self.home / "env").read_text())
        assert found
        command = ["docker", "exec", "-e", f"PGPASSWORD={found[1]}", *self.containers("postgres"), "psql", "-h", "127.0.0.1"]
        command += ["-v", "ON_ERROR_STOP=1", "-tA", "-U", role, "-d", "barnraise", "-c", statement]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False, timeout=60)

    def down(self) -> None:
        self.compose("--profile", "full", "down", "--volumes", "--timeout", "10")

    def stand_in(self, name: str) -> None:
        """Imports one."""
        make, changes = IMAGES[name]
        command = ["docker", "import", *(part for change in changes for part in ("-c", change)), "-", f"{TAG}/{name}"]
        with subprocess.Popen(command, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            assert process.stdin
            root = Root(process.stdin)
            make(root)
            root.close()
            process.stdin.close()
            assert process.wait(120) == 0

    def _run(self, command: list[Any], timeout: float = 60) -> str:
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False, timeout=timeout)
        assert done.returncode == 0, f"{command[-4:]}: {(done.stdout + done.stderr)[-4000:]}"
        return done.stdout


def settled(stack: Composed, container: str, restarts: int, timeout: float = 60) -> None:
    """Wait until the container has come back that often and is healthy."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        seen = stack.inspect(container)
        if seen["RestartCount"] >= restarts and seen["State"].get("Health", {}).get("Status") == "healthy":
            return
        time.sleep(0.3)
    raise AssertionError(f"{container} did not come back: {stack.inspect(container)['State']}")
