"""Sandboxes by bubblewrap on this machine: user, mount, pid, net, ipc, uts and cgroup namespaces, a system call filter, control groups."""

import asyncio
import contextlib
import functools
import os
import platform
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barnraise.chassis.clock import new_id
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.local import cgroups
from barnraise.sandbox.adapters.local.box import LocalBox, Wires
from barnraise.sandbox.adapters.local.launch import STAGE
from barnraise.sandbox.adapters.local.launcher import Launched, Launcher
from barnraise.sandbox.adapters.local.probe import probe
from barnraise.sandbox.adapters.programs import common, modules, program
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.adapters.shelf import lease
from barnraise.sandbox.adapters.trees import give, remove
from barnraise.sandbox.adapters.users import Users
from barnraise.sandbox.domain.bubblewrap import CONTROL_FD, LISTEN_FD, STATUS_FD, Layout, command, memory_folders
from barnraise.sandbox.domain.limits import MORE, Capability, Limits
from barnraise.sandbox.domain.seccomp import compile_filter
from barnraise.sandbox.ports import Box, Infrastructure, Spec


@dataclass
class Loan:
    """What one sandbox holds of the host until it has ended."""

    id: str
    user: int | None = None
    endpoint: Path | None = None
    listener: socket.socket | None = None


class LocalDriver:
    """Start sandboxes from the event loop's thread only: they die with the thread that forked them.

    ``domain`` is the host suffix, beside ``.localhost``, under which previews may be asked for.
    """

    name = "local"

    def __init__(self, layer: Layer, runtime: Runtime, domain: str = "") -> None:
        self._layer = layer
        self._runtime = runtime
        self._domain = domain
        self._root = os.geteuid() == 0
        self._groups = cgroups.find(runtime.instance)
        self._held = self._groups.enforces if self._groups else ()
        self._users = Users(runtime.instance) if self._root else None
        self._boxes: dict[str, LocalBox] = {}
        self._programs = _bubblewraps(layer)
        self._launcher = Launcher(runtime.folder, self._groups)

    async def probe(self) -> Capability:
        return await probe(self, self._held)

    async def start(self, spec: Spec) -> LocalBox:
        return await self.run(spec, *program(self._layer, spec.profile))

    async def run(self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str]) -> LocalBox:
        """A sandbox with any program; ``start`` for the profile's own."""
        starting = asyncio.create_task(self._run(spec, argv, environment))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Whoever is cancelled here would otherwise leave a sandbox that nobody knows.
            await (await starting).kill()
            raise
        except OSError as error:
            raise Infrastructure(f"A sandbox could not be started: {error}") from error

    async def _run(self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str]) -> LocalBox:
        with contextlib.ExitStack() as undo:
            loan = self._borrow(spec, undo)
            if spec.data:
                await asyncio.to_thread(give, spec.data, loan.user)
            layout = self._layout(spec, environment)
            launched, wires = await self._launch(spec, loan, command(layout, spec.limits, argv))
            closing = undo.pop_all().close
        box = LocalBox(loan.id, spec.limits, launched, wires, loan.endpoint, closing, memory_folders(layout))
        box.user = loan.user
        self._boxes[loan.id] = box
        return box

    def _borrow(self, spec: Spec, undo: contextlib.ExitStack) -> Loan:
        loan = Loan(new_id())
        undo.callback(self._boxes.pop, loan.id, None)
        if self._users:
            loan.user = self._users.take()
            undo.callback(self._users.give_back, loan.user)
        if spec.more:
            undo.callback(os.close, lease(spec.more))
        if spec.listens:
            loan.endpoint, loan.listener = self._runtime.listen(loan.id)
            undo.callback(loan.endpoint.unlink, missing_ok=True)
            undo.callback(loan.listener.close)
        return loan

    async def _launch(self, spec: Spec, loan: Loan, line: list[str]) -> tuple[Launched, Wires]:
        ours, theirs = socket.socketpair()
        told, telling = os.pipe()
        os.set_blocking(told, False)
        descriptors = {CONTROL_FD: theirs.fileno(), STATUS_FD: telling}
        if loan.listener:
            descriptors[LISTEN_FD] = loan.listener.fileno()
        wires = Wires(*await asyncio.open_unix_connection(sock=ours), told)
        try:
            return await self._launcher.launch(self._orders(spec, loan, line), spec.limits, descriptors), wires
        except BaseException:
            wires.close()
            raise
        finally:
            theirs.close()
            os.close(telling)
            if loan.listener:
                loan.listener.close()

    def _orders(self, spec: Spec, loan: Loan, line: list[str]) -> dict[str, Any]:
        """What the launcher is to do."""
        own = {name: str(folder) for name, folder in (("data", spec.data), ("more", spec.more)) if folder}
        return {
            "user": loan.user,
            "stage": {"base": str(self._layer.path), "runner": str(self._runtime.runner), **own},
            "limits": _rlimits(spec.limits),
            "nice": 10 if spec.limits.gives_way else 0,
            "rules": False,
            "filter": _filter(self._held),
            "own_filter": b"",
            "command": line,
        }

    async def sweep(self) -> int:
        groups = self._launcher.leftovers()
        for group in groups:
            await cgroups.removed(group)
        return len(groups) + self._runtime.sweep()

    async def entrust(self, box: Box, data: Path) -> None:
        await asyncio.to_thread(give, data, self._boxes[box.id].user)

    async def discard(self, data: Path) -> None:
        await asyncio.to_thread(remove, data)

    async def close(self) -> None:
        await asyncio.gather(*(box.kill() for box in list(self._boxes.values())))
        await self._launcher.close()

    def use(self, program: str) -> None:
        """Take this bubblewrap from now on."""
        self._programs = [program]

    @property
    def programs(self) -> list[str]:
        return self._programs

    @property
    def python(self) -> str:
        return self._layer.python

    def _layout(self, spec: Spec, environment: Mapping[str, str]) -> Layout:
        base = self._seen("base", self._layer.path)
        program = self._programs[0]
        variables = common(self._layer, spec, self._domain) | dict(environment)
        if "processes" not in self._held:
            variables["BARNRAISE_PROCESSES"] = str(spec.limits.pids)
        return Layout(
            program=program if program.startswith("/") else f"{base}/{program}",
            root=f"{base}/root",
            runner=f"{STAGE}/runner" if self._root else str(self._runtime.runner),
            system=self._layer.system,
            data=self._seen("data", spec.data),
            more=self._seen("more", spec.more),
            modules=self._modules(spec),
            environment=variables,
        )

    def _seen(self, name: str, folder: Path | None) -> str | None:
        """Where bubblewrap finds a folder of the host."""
        return None if folder is None else f"{STAGE}/{name}" if self._root else str(folder)

    def _modules(self, spec: Spec) -> str | None:
        inside = modules(spec)
        if inside is None or not inside.startswith(MORE):
            return inside and f"{self._seen('base', self._layer.path)}/root{inside}"
        return f"{self._seen('more', spec.more)}{inside.removeprefix(MORE)}"


_ESCAPES = {"cpu": {"sched_setaffinity"}, "memory": {"memfd_create", "memfd_secret", "shmget"}}
"""Calls by which one would get around what is held without a control group: onto other processors; memory that belongs to no process."""


@functools.cache
def _filter(held: tuple[str, ...]) -> bytes:
    """``held``: what control groups hold."""
    without = [call for word, calls in _ESCAPES.items() if word not in held for call in calls]
    return compile_filter(platform.machine(), frozenset(without))


def _bubblewraps(layer: Layer) -> list[str]:
    """The system's first, for a distribution may allow namespaces to it by name; then the layer's copy of the wheel's."""
    system = next((path for path in ("/usr/bin/bwrap", "/usr/local/bin/bwrap") if os.access(path, os.X_OK)), None)
    return [program for program in (system, layer.bwrap) if program]


def _rlimits(limits: Limits) -> dict[str, int]:
    """Per process."""
    return {"RLIMIT_CORE": 0, "RLIMIT_NOFILE": limits.open_files, "RLIMIT_FSIZE": limits.file_size, "RLIMIT_MEMLOCK": 1 << 20}
