"""The drivers that there are, ready to be opened in the order in which they are preferred."""

import platform
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from barnraise.sandbox.adapters import layer
from barnraise.sandbox.adapters.docker.driver import DockerDriver
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.seccomp import ARCHITECTURES
from barnraise.sandbox.ports import Driver, SandboxUnavailable
from barnraise.sandbox.service.choosing import Candidate

LOCAL, DOCKER, GVISOR = "local", "docker", "docker+gvisor"
AUTOMATIC = (LOCAL, GVISOR, DOCKER)
"""bubblewrap first: it starts in hundredths of a second and needs no daemon. Then the container with a kernel of its own."""
_ON_LINUX = "Run Barnraise on Linux: on macOS and Windows in a Linux virtual machine or WSL2; see docs/sandbox.md."


def candidates(wanted: str, base_dir: Path, runtime: Runtime, *, domain: str = "", docker: str = "") -> list[Candidate]:
    """One for ``wanted``, or for ``auto`` all in their order. ``docker``: the engine's address, empty for the usual one."""

    def local(base: Layer) -> Driver:
        return LocalDriver(base, runtime, domain)

    def container(base: Layer) -> Driver:
        return DockerDriver(base, runtime, url=docker or None, domain=domain)

    def gvisor(base: Layer) -> Driver:
        return DockerDriver(base, runtime, gvisor=True, url=docker or None, domain=domain)

    makers: dict[str, Callable[[Layer], Driver]] = {LOCAL: local, DOCKER: container, GVISOR: gvisor}
    names = AUTOMATIC if wanted == "auto" else (wanted,)
    return [Candidate(name, _opening(makers[name], base_dir)) for name in names]


def _opening(make: Callable[[Layer], Driver], base_dir: Path) -> Callable[[], Awaitable[Driver]]:
    async def opened() -> Driver:
        if sys.platform != "linux":
            raise SandboxUnavailable("Applications run on Linux only.", _ON_LINUX)
        if platform.machine() not in ARCHITECTURES:
            raise SandboxUnavailable(f"There is no system call filter for {platform.machine()}.", "Run Barnraise on x86_64 or aarch64.")
        base = layer.find(base_dir)
        if base is None:
            raise SandboxUnavailable(
                "The base layer of sandboxes is not there.", "Make it with 'barnraise up', which needs a package index once."
            )
        return make(base)

    return opened
