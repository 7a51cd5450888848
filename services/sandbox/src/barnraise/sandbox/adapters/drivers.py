"""The drivers that there are, ready to be opened in the order in which they are preferred."""

import os
import platform
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from barnraise.sandbox.adapters import layer
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.seccomp import ARCHITECTURES
from barnraise.sandbox.ports import Driver, SandboxUnavailable
from barnraise.sandbox.service.choosing import Candidate

LOCAL, GVISOR, DOCKER_GVISOR, DOCKER, KUBERNETES = "local", "gvisor", "docker+gvisor", "docker", "kubernetes"
AUTOMATIC = (LOCAL, GVISOR, DOCKER_GVISOR, DOCKER)
"""bubblewrap first: it starts in hundredths of a second and needs no daemon. Then those with a kernel of their own."""
ALL = (*AUTOMATIC, KUBERNETES)
_ON_LINUX = "Run Barnraise on Linux: on macOS and Windows in a Linux virtual machine or WSL2; see docs/sandbox.md."


@dataclass(frozen=True)
class Pods:
    """``server``: the API server's address, empty for that of the cluster around. ``image`` empty: no cluster is meant."""

    server: str = ""
    namespace: str = "barnraise-sandboxes"
    image: str = ""
    runtime_class: str = "gvisor"
    claim: str = ""


@dataclass(frozen=True)
class Options:
    """``base_dir`` keeps the layers and ``data_dir`` what previews store. ``docker``: the engine's address, empty for the usual one."""

    base_dir: Path
    data_dir: Path
    domain: str = ""
    docker: str = ""
    pods: Pods = Pods()


def candidates(names: tuple[str, ...], options: Options, runtime: Runtime) -> list[Candidate]:
    """What a driver needs is imported when it is opened: most services never open a second one."""
    makers: dict[str, Callable[[Options, Runtime], Driver]] = {
        LOCAL: _local,
        GVISOR: _gvisor,
        DOCKER_GVISOR: lambda options, runtime: _docker(options, runtime, gvisor=True),
        DOCKER: lambda options, runtime: _docker(options, runtime, gvisor=False),
        KUBERNETES: _kubernetes,
    }
    return [Candidate(name, _opening(makers[name], options, runtime)) for name in names]


def _opening(make: Callable[[Options, Runtime], Driver], options: Options, runtime: Runtime) -> Callable[[], Awaitable[Driver]]:
    async def opened() -> Driver:
        if platform.machine() not in ARCHITECTURES:
            raise SandboxUnavailable(f"There is no system call filter for {platform.machine()}.", "Run Barnraise on x86_64 or aarch64.")
        return make(options, runtime)

    return opened


def _local(options: Options, runtime: Runtime) -> Driver:
    from barnraise.sandbox.adapters.local.driver import LocalDriver

    return LocalDriver(_base(options), runtime, options.domain)


def _gvisor(options: Options, runtime: Runtime) -> Driver:
    from barnraise.sandbox.adapters.gvisor.driver import GvisorDriver

    return GvisorDriver(_base(options), runtime, options.domain)


def _docker(options: Options, runtime: Runtime, *, gvisor: bool) -> Driver:
    from barnraise.sandbox.adapters.docker.driver import DockerDriver

    return DockerDriver(_base(options), runtime, gvisor=gvisor, url=options.docker or None, domain=options.domain)


def _kubernetes(options: Options, runtime: Runtime) -> Driver:
    from barnraise.sandbox.adapters.kubernetes.cluster import find
    from barnraise.sandbox.adapters.kubernetes.driver import Images, KubernetesDriver

    pods = options.pods
    if not pods.image:
        raise SandboxUnavailable("No cluster is configured.", "Set BARNRAISE_SANDBOX_IMAGE to an image of sandboxes; see docs/sandbox.md.")
    place = find(pods.server, pods.namespace, os.environ)
    if place is None:
        raise SandboxUnavailable(
            "There is no cluster around this process.", "Set BARNRAISE_SANDBOX_SERVER, for example to a kubectl proxy."
        )
    return KubernetesDriver(place, Images(pods.image, pods.runtime_class, pods.claim, options.data_dir), runtime, options.domain)


def _base(options: Options) -> Layer:
    if sys.platform != "linux":
        raise SandboxUnavailable("Applications run on Linux only.", _ON_LINUX)
    base = layer.find(options.base_dir)
    if base is None:
        raise SandboxUnavailable(
            "The base layer of sandboxes is not there.", "Make it with 'barnraise up', which needs a package index once."
        )
    return base
