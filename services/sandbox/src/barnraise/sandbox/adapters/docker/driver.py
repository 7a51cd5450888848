"""Sandboxes as containers of a Docker Engine, with runc or, for a kernel of their own, with gVisor."""

import asyncio
import base64
import contextlib
import json
import os
import platform
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiodocker.docker import Docker
from aiodocker.exceptions import DockerError

from barnraise.chassis.clock import new_id
from barnraise.sandbox.adapters.containers.box import ContainerBox
from barnraise.sandbox.adapters.docker.container import DockerRun
from barnraise.sandbox.adapters.docker.engine import Engine, look
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.probing import judge_machine
from barnraise.sandbox.adapters.programs import RUNNER, common, program
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.adapters.trees import give, remove
from barnraise.sandbox.adapters.users import Users
from barnraise.sandbox.domain.containers import GVISOR, LABEL, Recipe, describe
from barnraise.sandbox.domain.limits import ENVIRONMENT, Capability
from barnraise.sandbox.domain.seccomp import compile_filter, compile_profile
from barnraise.sandbox.ports import Infrastructure, SandboxUnavailable, Spec

_NO_RUNTIME = (
    'Install runsc and name it in the engine\'s daemon.json: {"runtimes": {"runsc": {"path": "/usr/bin/runsc", '
    '"runtimeArgs": ["--network=none"]}}}'
)


@dataclass
class Loan:
    """What one sandbox holds of the host until it has ended."""

    id: str
    user: int
    endpoint: tuple[Path, socket.socket] | None = None


class DockerDriver:
    """``url`` is the engine's address, None for the one that Docker's own tools take. With ``gvisor`` sandboxes have gVisor's kernel.

    ``domain`` is the host suffix, beside ``.localhost``, under which previews may be asked for.
    """

    def __init__(self, layer: Layer, runtime: Runtime, *, gvisor: bool = False, url: str | None = None, domain: str = "") -> None:
        self.name = "docker+gvisor" if gvisor else "docker"
        self._layer = layer
        self._runtime = runtime
        self._gvisor = gvisor
        self._url = url
        self._domain = domain
        self._users = Users(runtime.instance)
        self._boxes: dict[str, ContainerBox] = {}
        self._client: Docker | None = None
        self._engine: Engine | None = None

    async def probe(self) -> Capability:
        return await judge_machine(self, (await self._look()).limits)

    async def start(self, spec: Spec) -> ContainerBox:
        return await self.run(spec, *program(self._layer, spec.profile))

    async def run(self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str]) -> ContainerBox:
        """A sandbox with any program; ``start`` for the profile's own."""
        starting = asyncio.create_task(self._run(spec, argv, environment))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Whoever is cancelled here would otherwise leave a sandbox that nobody knows.
            with contextlib.suppress(OSError, DockerError, aiohttp.ClientError):
                await (await starting).kill()
            raise
        except (OSError, DockerError, aiohttp.ClientError) as error:
            raise Infrastructure(f"A sandbox could not be started: {error}") from error

    async def _run(self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str]) -> ContainerBox:
        engine, client = await self._look(), self._connect()
        with contextlib.ExitStack() as undo:
            loan = self._borrow(spec, undo)
            if spec.data:
                await asyncio.to_thread(give, spec.data, loan.user if os.geteuid() == 0 else None)
            description = describe(self._recipe(engine, spec, loan, argv, environment), spec.limits)
            run = await DockerRun.start(client, description, f"{self._runtime.instance}-{loan.id}")
            closing = undo.pop_all().close
        box = ContainerBox(loan.id, spec.limits, run, loan.endpoint, closing)
        self._boxes[loan.id] = box
        return box

    def _borrow(self, spec: Spec, undo: contextlib.ExitStack) -> Loan:
        loan = Loan(new_id(), self._users.take())
        undo.callback(self._boxes.pop, loan.id, None)
        undo.callback(self._users.give_back, loan.user)
        if spec.data and os.geteuid() != 0:
            loan.user = os.geteuid()  # whoever may not give a folder away must share it as himself
        if spec.listens:
            loan.endpoint = self._runtime.listen(loan.id)
            undo.callback(loan.endpoint[0].unlink, missing_ok=True)
            undo.callback(loan.endpoint[1].close)
        return loan

    def _recipe(self, engine: Engine, spec: Spec, loan: Loan, argv: Sequence[str], environment: Mapping[str, str]) -> Recipe:
        modules = spec.profile in ("test", "preview")
        machine = platform.machine()
        orders = {
            "command": list(argv),
            "environment": ENVIRONMENT | common(self._layer, self._domain) | dict(environment),
            "listens": spec.listens,
            "packages": modules,
            # gVisor's kernel is its own: there the first process sets the filter.
            "filter": base64.b64encode(compile_filter(machine)).decode() if self._gvisor else None,
        }
        return Recipe(
            image=engine.image,
            instance=self._runtime.instance,
            user=loan.user,
            command=self._first(json.dumps(orders)),
            layer=str(self._layer.root),
            runner=str(self._runtime.runner),
            processors=engine.processors,
            system=self._layer.system,
            data=str(spec.data) if spec.data else None,
            modules=modules,
            runtime=GVISOR if self._gvisor else None,
            filter=None if self._gvisor else compile_profile(machine),
        )

    def _first(self, orders: str) -> list[str]:
        """The command of the container: nothing of the engine's own environment is left."""
        libraries = ["LD_LIBRARY_PATH=/opt/python/lib"] if self._layer.python.startswith("/opt/") else []
        return ["/usr/bin/env", "-i", *libraries, self._layer.python, "-I", "-S", f"{RUNNER}/barnraise_init.py", orders]

    async def sweep(self) -> int:
        await self._look()
        ours = json.dumps({"label": [f"{LABEL}={self._runtime.instance}"]})
        try:
            left = await self._connect().containers.list(all=True, filters=ours)
            await asyncio.gather(*(one.delete(force=True, v=True) for one in left))
        except (DockerError, aiohttp.ClientError) as error:
            raise SandboxUnavailable(f"The Docker Engine does not answer: {error}", "Look into the engine's log.") from error
        return len(left) + self._runtime.sweep()

    async def discard(self, data: Path) -> None:
        await asyncio.to_thread(remove, data)

    async def close(self) -> None:
        await asyncio.gather(*(box.kill() for box in list(self._boxes.values())))
        if self._client:
            await self._client.close()

    @property
    def python(self) -> str:
        return self._layer.python

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
