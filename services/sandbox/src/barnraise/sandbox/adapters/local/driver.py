# ruff: noqa: S108 - paths in the sandbox
"""Sandboxes by bubblewrap on this machine: user, mount, pid, net, ipc, uts and cgroup namespaces, a system call filter, control groups."""

import asyncio
import base64
import contextlib
import functools
import json
import os
import platform
import shutil
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barnraise.chassis.clock import new_id
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.local import cgroups
from barnraise.sandbox.adapters.local.box import LocalBox, Wires
from barnraise.sandbox.adapters.local.launch import STAGE
from barnraise.sandbox.adapters.local.probe import probe
from barnraise.sandbox.adapters.local.runtime import Runtime
from barnraise.sandbox.adapters.local.users import Users, give
from barnraise.sandbox.domain.bubblewrap import CONTROL_FD, LISTEN_FD, STATUS_FD, Layout, command
from barnraise.sandbox.domain.limits import Capability, Limits, Profile
from barnraise.sandbox.domain.seccomp import compile_filter
from barnraise.sandbox.ports import Infrastructure, Spec

_LAUNCHER = Path(__file__).parent / "launch.py"
_PROGRAMS: dict[Profile, str] = {"test": "/opt/runner/run_tests.py", "preview": "/opt/runner/show_preview.py"}
_ENVIRONMENTS: dict[Profile, dict[str, str]] = {
    "test": {"DATA_DIR": "/tmp/data"},
    "preview": {"DATA_DIR": "/data", "DATABASE_URL": "sqlite:////data/app.db", "SEED": "1", "API_SOCKET": "/tmp/api.sock"},
}


class LocalDriver:
    """Start sandboxes from the event loop's thread only: they die with the thread that forked them.

    ``domains`` are the host names, beside ``.localhost``, under which previews may be asked for.
    """

    name = "local"

    def __init__(self, layer: Layer, runtime: Runtime, domains: str = "") -> None:
        self._layer = layer
        self._runtime = runtime
        self._domains = domains
        self._root = os.geteuid() == 0
        self._groups = cgroups.find(runtime.instance)
        self._users = Users(runtime.instance) if self._root else None
        self._boxes: dict[str, LocalBox] = {}
        self._programs = _bubblewraps(layer)

    async def probe(self) -> Capability:
        return await probe(self, self._groups.enforces if self._groups else ())

    async def start(self, spec: Spec) -> LocalBox:
        return await self.run(spec, [self.python, _PROGRAMS[spec.profile]], _ENVIRONMENTS[spec.profile])

    async def run(self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str]) -> LocalBox:
        """A sandbox with any program; ``start`` for the profile's own."""
        box_id = new_id()
        with contextlib.ExitStack() as undo:
            endpoint, listener = self._runtime.listen(box_id) if spec.listens else (None, None)
            if endpoint and listener:
                undo.callback(endpoint.unlink, missing_ok=True)
                undo.callback(listener.close)
            user = self._users.take() if self._users else None
            if self._users and user is not None:
                undo.callback(self._users.give_back, user)
            group = self._groups.make(box_id, spec.limits) if self._groups else None
            if group:
                undo.callback(group.remove)
            if spec.data:
                await asyncio.to_thread(give, spec.data, user)
            ours, theirs = socket.socketpair()
            told, telling = os.pipe()
            os.set_blocking(told, False)
            try:
                wanted = {CONTROL_FD: theirs.fileno(), STATUS_FD: telling}
                if listener:
                    wanted[LISTEN_FD] = listener.fileno()
                process = await self._launch(spec, argv, environment, user, group, wanted)
            except BaseException:
                ours.close()
                os.close(told)
                raise
            finally:
                theirs.close()
                os.close(telling)
            reader, writer = await asyncio.open_unix_connection(sock=ours)
            undo.pop_all()
        if listener:
            listener.close()
        closing = functools.partial(self._close_box, box_id, endpoint, user)
        box = LocalBox(box_id, spec.limits, process, Wires(reader, writer, told), group, endpoint, closing)
        self._boxes[box_id] = box
        return box

    async def sweep(self) -> int:
        groups = self._groups.leftovers() if self._groups else []
        for group in groups:
            group.kill()
            while not await asyncio.to_thread(group.remove):
                await asyncio.sleep(0.005)
        return len(groups) + self._runtime.sweep()

    async def discard(self, data: Path) -> None:
        await asyncio.to_thread(shutil.rmtree, data, ignore_errors=True)

    async def close(self) -> None:
        await asyncio.gather(*(box.kill() for box in list(self._boxes.values())))
        if self._groups:
            self._groups.close()

    def use(self, program: str) -> None:
        """Take this bubblewrap from now on."""
        self._programs = [program]

    @property
    def programs(self) -> list[str]:
        return self._programs

    @property
    def python(self) -> str:
        return self._layer.python

    async def _launch(
        self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str], user: int | None, group: Any, wanted: Any
    ) -> Any:
        told = {
            "parent": os.getpid(),
            "cgroups": [str(folder) for folder in group.folders] if group else [],
            "user": user,
            "stage": self._stage(spec) if self._root else {},
            "limits": _rlimits(spec.limits),
            "descriptors": wanted,
            "filter": _filter(),
            "command": command(self._layout(spec, environment), spec.limits, argv),
        }
        try:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(told),
                stdin=DEVNULL, stdout=PIPE, stderr=PIPE, pass_fds=tuple(wanted.values()), env={}, cwd="/",
            )  # fmt: skip
        except OSError as error:
            raise Infrastructure(f"The sandbox's launcher could not be started: {error}") from error

    def _stage(self, spec: Spec) -> dict[str, str]:
        data = {"data": str(spec.data)} if spec.data else {}
        return {"base": str(self._layer.path), "runner": str(self._runtime.runner), **data}

    def _layout(self, spec: Spec, environment: Mapping[str, str]) -> Layout:
        base = f"{STAGE}/base" if self._root else str(self._layer.path)
        data = None if spec.data is None else f"{STAGE}/data" if self._root else str(spec.data)
        program = self._programs[0]
        variables = {"PYTHONPATH": "/opt/site", "__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS": self._domains, **environment}
        if self._layer.python.startswith("/opt/"):
            variables["LD_LIBRARY_PATH"] = "/opt/python/lib"
        if self._groups is None:
            variables["BARNRAISE_PROCESSES"] = str(spec.limits.pids)
        return Layout(
            program=program if program.startswith("/") else f"{base}/{program}",
            root=f"{base}/root",
            runner=f"{STAGE}/runner" if self._root else str(self._runtime.runner),
            system=self._layer.system,
            data=data,
            environment=variables,
        )

    def _close_box(self, box_id: str, endpoint: Path | None, user: int | None) -> None:
        self._boxes.pop(box_id, None)
        if endpoint:
            endpoint.unlink(missing_ok=True)
        if self._users and user is not None:
            self._users.give_back(user)


@functools.cache
def _filter() -> str:
    return base64.b64encode(compile_filter(platform.machine())).decode()


def _bubblewraps(layer: Layer) -> list[str]:
    """The system's first, for a distribution may allow namespaces to it by name; then the layer's copy of the wheel's."""
    system = next((path for path in ("/usr/bin/bwrap", "/usr/local/bin/bwrap") if os.access(path, os.X_OK)), None)
    return [program for program in (system, layer.bwrap) if program]


def _rlimits(limits: Limits) -> dict[str, int]:
    """Per process."""
    return {"RLIMIT_CORE": 0, "RLIMIT_NOFILE": limits.open_files, "RLIMIT_FSIZE": limits.file_size, "RLIMIT_MEMLOCK": 1 << 20}
