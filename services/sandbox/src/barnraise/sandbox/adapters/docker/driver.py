"""Sandboxes as containers of a Docker Engine, with runc or, for a kernel of their own, with gVisor."""

import asyncio
import json
import platform
from collections.abc import Mapping, Sequence

import aiohttp
from aiodocker.docker import Docker
from aiodocker.exceptions import DockerError

from barnraise.sandbox.adapters.containers.driver import ContainerDriver, Loan
from barnraise.sandbox.adapters.docker.container import DockerRun
from barnraise.sandbox.adapters.docker.engine import Engine, look
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.probing import judge_machine
from barnraise.sandbox.adapters.programs import modules
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.containers import GVISOR, LABEL, Recipe, describe
from barnraise.sandbox.domain.limits import Capability
from barnraise.sandbox.domain.seccomp import compile_profile
from barnraise.sandbox.ports import SandboxUnavailable, Spec

_NOT_FOUND = 404
_NO_RUNTIME = (
    'Install runsc and name it in the engine\'s daemon.json: {"runtimes": {"runsc": {"path": "/usr/bin/runsc", '
    '"runtimeArgs": ["--network=none"]}}}'
)


class DockerDriver(ContainerDriver):
    """``url`` is the engine's address, None for the one that Docker's own tools take. With ``gvisor`` sandboxes have gVisor's kernel."""

    faults = (*ContainerDriver.faults, DockerError)

    def __init__(self, layer: Layer, runtime: Runtime, *, gvisor: bool = False, url: str | None = None, domain: str = "") -> None:
        super().__init__(layer, runtime, domain)
        self.name = "docker+gvisor" if gvisor else "docker"
        self._gvisor = gvisor
        self._url = url
        self._client: Docker | None = None
        self._engine: Engine | None = None

    async def probe(self) -> Capability:
        return await judge_machine(self, (await self._look()).limits)

    async def _begin(self, spec: Spec, loan: Loan, argv: Sequence[str], environment: Mapping[str, str]) -> DockerRun:
        engine = await self._look()
        recipe = Recipe(
            image=engine.image,
            instance=self._runtime.instance,
            user=loan.user,
            # gVisor's kernel is its own: there the first process sets the filter.
            command=self._first(spec, argv, environment, filters=self._gvisor),
            layer=str(self._layer.root),
            runner=str(self._runtime.runner),
            processors=engine.processors,
            system=self._layer.system,
            data=str(spec.data) if spec.data else None,
            more=str(spec.more) if spec.more else None,
            modules=modules(spec),
            runtime=GVISOR if self._gvisor else None,
            filter=None if self._gvisor else compile_profile(platform.machine()),
        )
        try:
            return await DockerRun.start(self._connect(), describe(recipe, spec.limits), f"{self._runtime.instance}-{loan.id}")
        except DockerError as error:
            if error.status == _NOT_FOUND:
                self._engine = None  # somebody has pruned the image: it is made again for the next try
            raise

    async def sweep(self) -> int:
        await self._look()
        ours = json.dumps({"label": [f"{LABEL}={self._runtime.instance}"]})
        try:
            left = await self._connect().containers.list(all=True, filters=ours)
            await asyncio.gather(*(one.delete(force=True, v=True) for one in left))
        except (DockerError, aiohttp.ClientError) as error:
            raise SandboxUnavailable(f"The Docker Engine does not answer: {error}", "Look into the engine's log.") from error
        return len(left) + self._runtime.sweep()

    async def close(self) -> None:
        await super().close()
        if self._client:
            await self._client.close()

    async def _look(self) -> Engine:
        if self._engine is None:
            engine = await asyncio.to_thread(look, self._url, self._layer)
            if self._gvisor and GVISOR not in engine.runtimes:
                raise SandboxUnavailable("The Docker Engine does not know gVisor.", _NO_RUNTIME)
            self._engine = engine
        return self._engine

    def _connect(self) -> Docker:
        if self._client is None:
            try:
                self._client = Docker(self._url)
            except (ValueError, AssertionError) as error:
                raise SandboxUnavailable("There is no Docker Engine here.", "Install and start Docker.") from error
        return self._client
