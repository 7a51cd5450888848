"""Sandboxes as pods of a Kubernetes cluster, in a runtime class with a kernel of its own."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from barnraise.sandbox.adapters.containers.driver import ContainerDriver, Loan
from barnraise.sandbox.adapters.kubernetes.cluster import ApiError, Cluster, Place
from barnraise.sandbox.adapters.kubernetes.pod import PodRun
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.probing import judge_machine
from barnraise.sandbox.adapters.programs import modules
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.limits import Capability
from barnraise.sandbox.domain.pods import Mold, labels, manifest, policy
from barnraise.sandbox.ports import SandboxUnavailable, Spec

_PYTHON = "/opt/bin/python"
_HELD = ("memory", "cpu")
"""What the resources of a pod bound."""


@dataclass(frozen=True)
class Images:
    """``image`` holds a base layer and the programs (``python -m barnraise.sandbox image`` makes it), ``runtime`` is the RuntimeClass.
    ``claim``: the volume claim with the service's data folder ``root``, for previews, whose data outlive them."""

    image: str
    runtime: str
    claim: str
    root: Path


class KubernetesDriver(ContainerDriver):
    """Processes are counted inside, by the programs; the filter of system calls is loaded by the first process."""

    name = "kubernetes"
    faults = (*ContainerDriver.faults, ApiError)

    def __init__(self, place: Place, images: Images, runtime: Runtime, domain: str = "") -> None:
        super().__init__(Layer(Path("/"), _PYTHON, "/opt/bin/node", None, ()), runtime, domain)
        self._place = place
        self._images = images
        self._cluster: Cluster | None = None

    async def probe(self) -> Capability:
        try:
            await self._connect().apply_policy(policy(self._runtime.instance))
        except (ApiError, aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from error
        return await judge_machine(self, _HELD)

    async def sweep(self) -> int:
        cluster = self._connect()
        try:
            left = await cluster.list(labels(self._runtime.instance))
            await asyncio.gather(*(PodRun(cluster, pod["metadata"]["name"]).remove() for pod in left))
        except (ApiError, aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from error
        return len(left) + self._runtime.sweep()

    async def close(self) -> None:
        await super().close()
        if self._cluster:
            await self._cluster.close()

    async def _begin(self, spec: Spec, loan: Loan, argv: Sequence[str], environment: Mapping[str, str]) -> PodRun:
        name = f"{self._runtime.instance}-{loan.id}"
        counted = {**environment, "BARNRAISE_PROCESSES": str(spec.limits.pids)}
        mold = Mold(
            name=name,
            instance=self._runtime.instance,
            image=self._images.image,
            runtime=self._images.runtime,
            user=loan.user,
            command=self._first(spec, argv, counted, filters=True, meet=name),
            data=self._data(spec),
            modules=modules(spec) is not None,
        )
        return await PodRun.start(self._connect(), manifest(mold, spec.limits), self._init("bridge", name))

    def _data(self, spec: Spec) -> tuple[str, str] | None:
        if spec.data is None:
            return None
        if not self._images.claim:
            raise OSError("previews keep data, and there is no volume for them: set BARNRAISE_SANDBOX_CLAIM")
        return self._images.claim, str(spec.data.relative_to(self._images.root))

    def _connect(self) -> Cluster:
        if self._cluster is None:
            self._cluster = Cluster(self._place)
        return self._cluster

    def _unreachable(self, error: Exception) -> SandboxUnavailable:
        return SandboxUnavailable(
            f"The cluster at {self._place.url} cannot be used: {error}",
            "Give the service's account the rights that docs/sandbox.md lists, in the namespace of BARNRAISE_SANDBOX_NAMESPACE.",
        )
