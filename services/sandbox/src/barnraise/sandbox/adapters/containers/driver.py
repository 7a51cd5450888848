"""What drivers of containers share: how a sandbox is begun, what it borrows of the host, and its end."""

import asyncio
import contextlib
import functools
import marshal
import os
import platform
import socket
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from barnraise.chassis.clock import new_id
from barnraise.sandbox.adapters.containers.box import Container, ContainerBox
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.programs import FIRST, common, modules, program
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.adapters.shelf import lease
from barnraise.sandbox.adapters.trees import give, remove
from barnraise.sandbox.adapters.users import Users
from barnraise.sandbox.domain.limits import ENVIRONMENT
from barnraise.sandbox.domain.seccomp import compile_filter
from barnraise.sandbox.ports import Box, Infrastructure, Spec

_FORMAT = 2
"""The newest that every Python reads."""


@dataclass
class Loan:
    """What one sandbox holds of the host until it has ended."""

    id: str
    user: int
    endpoint: tuple[Path, socket.socket] | None = None


class ContainerDriver(ABC):
    """``layer`` says where things are in a container. ``domain`` is the host suffix, beside ``.localhost``, under which previews may be
    asked for. ``faults``: what the platform's own failures look like."""

    name: str
    faults: tuple[type[Exception], ...] = (OSError, aiohttp.ClientError)

    def __init__(self, layer: Layer, runtime: Runtime, domain: str = "") -> None:
        self._layer = layer
        self._runtime = runtime
        self._domain = domain
        self._users = Users(runtime.instance)
        self._boxes: dict[str, ContainerBox] = {}

    @property
    def python(self) -> str:
        return self._layer.python

    async def start(self, spec: Spec) -> ContainerBox:
        return await self.run(spec, *program(self._layer, spec.profile))

    async def run(self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str]) -> ContainerBox:
        """A sandbox with any program; ``start`` for the profile's own."""
        starting = asyncio.create_task(self._run(spec, argv, environment))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Whoever is cancelled here would otherwise leave a sandbox that nobody knows.
            with contextlib.suppress(*self.faults):
                await (await starting).kill()
            raise
        except self.faults as error:
            raise Infrastructure(f"A sandbox could not be started: {error}") from error

    async def entrust(self, box: Box, data: Path) -> None:
        await asyncio.to_thread(give, data, self._boxes[box.id].user)

    async def discard(self, data: Path) -> None:
        await asyncio.to_thread(remove, data)

    async def close(self) -> None:
        await asyncio.gather(*(box.kill() for box in list(self._boxes.values())))

    @abstractmethod
    async def _begin(self, spec: Spec, loan: Loan, argv: Sequence[str], environment: Mapping[str, str]) -> Container:
        """A started container; one of the faults when there is none, and then nothing of it is left."""

    async def _run(self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str]) -> ContainerBox:
        with contextlib.ExitStack() as undo:
            loan = self._borrow(spec, undo)
            owner = loan.user if os.geteuid() == 0 else None
            if spec.data:
                await asyncio.to_thread(give, spec.data, owner)
            container = await self._begin(spec, loan, argv, ENVIRONMENT | common(self._layer, spec, self._domain) | dict(environment))
            closing = undo.pop_all().close
        box = ContainerBox(loan.id, spec.limits, container, loan.endpoint, closing)
        box.user = owner
        self._boxes[loan.id] = box
        return box

    def _borrow(self, spec: Spec, undo: contextlib.ExitStack) -> Loan:
        loan = Loan(new_id(), self._users.take())
        undo.callback(self._boxes.pop, loan.id, None)
        undo.callback(self._users.give_back, loan.user)
        if spec.more:
            undo.callback(os.close, lease(spec.more))
        if spec.data and os.geteuid() != 0:
            loan.user = os.geteuid()  # whoever may not give a folder away must share it as himself
        if spec.listens:
            loan.endpoint = self._runtime.listen(loan.id)
            undo.callback(loan.endpoint[0].unlink, missing_ok=True)
            undo.callback(loan.endpoint[1].close)
        return loan

    def _first(
        self,
        spec: Spec,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        filters: bool,
        meet: str | None = None,
        user: int | None = None,
    ) -> list[str]:
        """The container's command: the first process, with nothing of the runtime's own environment. ``filters``: it loads the filter of
        system calls itself; ``meet``: the name under which it waits for the bridge; ``user``: the number that it gives itself where it
        begins as user 0 without rights."""
        orders = {
            "command": list(argv),
            "environment": dict(environment),
            "listens": spec.listens,
            "packages": modules(spec),
            "filter": _filter() if filters else None,
            "meet": meet,
            "user": user,
        }
        return self._init(marshal.dumps(orders, _FORMAT).hex())

    def _init(self, argument: str, *more: str) -> list[str]:
        return ["/usr/bin/env", "-i", *self._libraries(), self._layer.python, "-I", "-S", "-c", FIRST, argument, *more]

    def _libraries(self) -> list[str]:
        """What the first process itself needs of an environment."""
        return ["LD_LIBRARY_PATH=/opt/python/lib"] if self._layer.python.startswith("/opt/") else []


@functools.cache
def _filter() -> bytes:
    return compile_filter(platform.machine())
