"""Sandboxes that lack one wall, for the escape suite to be seen to fail: nothing of this is in the product."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import struct
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from barnraise.chassis.clock import new_id
from barnraise.sandbox.adapters import inside
from barnraise.sandbox.adapters.canaries.processes import marked
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.local.box import LocalBox, Wires
from barnraise.sandbox.adapters.local.driver import Loan, LocalDriver
from barnraise.sandbox.adapters.local.launch import STAGE
from barnraise.sandbox.adapters.local.launcher import Launched
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.attacks import Weakness
from barnraise.sandbox.domain.limits import Capability, Limits
from barnraise.sandbox.ports import Spec

SPACE = Limits(
    cpus=8, memory=4 << 30, pids=4000, disk=1 << 30, scratch=1 << 30, file_size=1 << 42, files=1 << 20, open_files=8192, output=None
)  # fmt: skip
ALLOW_ALL = struct.pack("<HBBI", 0x06, 0, 0, 0x7FFF0000)
NOBODY = 65534
_RUN = "import os, sys; os.dup2(int(sys.argv[1]), 3); sys.path.insert(0, {folder!r}); import attack; attack.main()\n"


class Weakened(LocalDriver):
    """The local driver without one of its walls. ``canaries``: the folder of the host that "files writable" shows."""

    def __init__(self, layer: Layer, runtime: Runtime, weakness: Weakness, canaries: Path) -> None:
        super().__init__(layer, runtime)
        self._weakness = weakness
        self._canaries = canaries
        self._shared = canaries / "shared"
        if weakness == "runner writable":
            runtime.runner.chmod(0o777)

    async def start(self, spec: Spec) -> LocalBox:
        if self._weakness == "limits lifted":
            spec = replace(spec, limits=SPACE)
        if self._weakness == "scratch shared":  # what is shared has as many files as the machine
            spec = replace(spec, limits=replace(spec.limits, files=1 << 40))
        if self._weakness == "followed links" and spec.data:
            for path in spec.data.iterdir():
                with suppress(OSError):
                    os.chown(path, 12345, 12345)
        box = await super().start(spec)
        if self._weakness == "long messages read":
            careful = box.receive
            box.receive = lambda **_: careful(at_most=1 << 30)  # type: ignore[method-assign]
        return box

    async def discard(self, data: Path) -> None:
        if self._weakness != "followed links":
            await super().discard(data)
            return
        with suppress(RecursionError):
            shutil.rmtree(data, ignore_errors=True)

    async def _launch(self, spec: Spec, loan: Loan, line: list[str]) -> Any:
        return await super()._launch(spec, loan, self._without(line))

    def _orders(self, spec: Spec, loan: Loan, line: list[str]) -> dict[str, Any]:
        orders = super()._orders(spec, loan, line)
        if self._weakness in ("no filter", "user namespaces"):
            orders["filter"] = ALLOW_ALL
        if self._weakness == "files writable":
            orders["stage"]["weak"] = str(self._canaries)
        if self._weakness == "scratch shared":
            self._shared.mkdir(exist_ok=True)
            self._shared.chmod(0o777)
            orders["stage"]["weak"] = str(self._shared)
        if self._weakness == "endpoints writable":
            assert loan.endpoint
            loan.endpoint.parent.chmod(0o777)
            orders["stage"]["weak"] = str(loan.endpoint.parent)
        return orders

    def _without(self, line: list[str]) -> list[str]:
        match self._weakness:
            case "no network namespace":
                line.remove("--unshare-net")
            case "no ipc namespace":
                line.remove("--unshare-ipc")
            case "user namespaces":
                line.remove("--disable-userns")
            case "environment kept":
                self._insert(line, *(part for name, value in os.environ.items() for part in ("--setenv", name, value)))
            case "files writable":
                self._insert(line, "--bind", f"{STAGE}/weak", str(self._canaries))
            case "scratch shared":
                self._insert(line, "--bind", f"{STAGE}/weak", "/tmp")
            case "endpoints writable":
                self._insert(line, "--bind", f"{STAGE}/weak", "/tmp/endpoints")
            case "runner writable":
                line[line.index("/opt/runner") - 2] = "--bind"
        return line

    @staticmethod
    def _insert(line: list[str], *parts: str) -> None:
        place = line.index("--chdir")
        line[place:place] = parts


class Unconfined:
    """A plain process in place of a sandbox; with ``user`` at least not root's."""

    name = "no walls"

    def __init__(self, folder: Path, user: int | None = None) -> None:
        self._user = user
        self._program = folder / "inside"
        self._work = folder / "work"
        self._work.mkdir(mode=0o777)
        self._work.chmod(0o777)
        shutil.copytree(next(iter(inside.__path__)), self._program)
        (self._program / "run.py").write_text(_RUN.format(folder=str(self._program)))
        self._marks: set[str] = set()

    async def probe(self) -> Capability:
        return Capability(self.name, ())

    async def start(self, spec: Spec) -> LocalBox:
        ours, theirs = socket.socketpair()
        told, telling = os.pipe()
        os.set_blocking(told, False)
        os.write(telling, b'{"child-pid": 1}\n')
        os.close(telling)
        os.set_inheritable(theirs.fileno(), True)
        drop = ["setpriv", f"--reuid={self._user}", f"--regid={self._user}", "--clear-groups"] if self._user else []
        run = ["/usr/bin/python3", "-I", str(self._program / "run.py"), str(theirs.fileno())]
        process = await asyncio.create_subprocess_exec(
            *drop, *run, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, close_fds=False, cwd=self._work,
            env=os.environ | {"TMPDIR": str(self._work)},
        )  # fmt: skip
        theirs.close()
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        box = LocalBox(new_id(), SPACE, Launched(process, None, theirs, watched=False), Wires(reader, writer, told), None, lambda: None)
        send = box.send

        async def remember(message: Mapping[str, Any]) -> None:
            self._marks.add(message["mark"])
            await send(message)

        box.send = remember  # type: ignore[method-assign]
        return box

    async def sweep(self) -> int:
        return 0

    async def discard(self, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)

    async def close(self) -> None:
        """What had no walls around it must be looked for."""
        for mark in self._marks:
            for pid in marked(mark):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
