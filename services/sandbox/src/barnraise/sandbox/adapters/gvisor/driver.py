"""Sandboxes with gVisor's kernel and no engine: runsc is started by this service, as a user without rights, in a control group of ours."""

import asyncio
import functools
import json
import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from barnraise.sandbox.adapters.containers.driver import ContainerDriver, Loan
from barnraise.sandbox.adapters.gvisor.container import RunscRun
from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.local import cgroups
from barnraise.sandbox.adapters.local.launch import STAGE
from barnraise.sandbox.adapters.local.launcher import Launcher
from barnraise.sandbox.adapters.probing import judge_machine
from barnraise.sandbox.adapters.programs import FIRST, RUNNER, modules
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.bundles import Bundle, describe, with_room_for_gvisor
from barnraise.sandbox.domain.limits import MORE, Capability
from barnraise.sandbox.domain.seccomp import compile_absence
from barnraise.sandbox.ports import Infrastructure, SandboxUnavailable, Spec

_NAME = "box"
_OPEN_FILES = 20_000
"""gVisor opens a file of the host for each of the sandbox's, and more. What a process in it may open is counted inside."""
_USER = 1000
_INSTALL = "Install the package 'runsc'; see docs/sandbox.md."
_ALLOW = "It needs user namespaces: see 'barnraise doctor' for the local driver; or let a Docker Engine run it (docker+gvisor)."


class GvisorDriver(ContainerDriver):
    """``program`` is runsc. Start sandboxes from the event loop's thread only: they die with the thread that forked them."""

    name = "gvisor"

    def __init__(self, layer: Layer, runtime: Runtime, domain: str = "", program: str | None = None) -> None:
        super().__init__(layer, runtime, domain)
        self._program = program or shutil.which("runsc", path=f"{os.environ.get('PATH', '')}:/usr/local/bin:/usr/bin")
        self._groups = cgroups.find(f"{runtime.instance}-gvisor")
        self._bundles = runtime.folder / "bundles"
        self._launcher = Launcher(runtime.folder, self._groups, hears=True)

    async def probe(self) -> Capability:
        if self._program is None:
            raise SandboxUnavailable("There is no runsc on this machine.", _INSTALL)
        try:
            return await judge_machine(self, self._groups.enforces if self._groups else ())
        except Infrastructure as error:
            raise SandboxUnavailable(error.problem.detail, _ALLOW) from error

    async def sweep(self) -> int:
        groups = self._launcher.leftovers()
        for group in groups:
            await cgroups.removed(group)
        left = list(self._bundles.iterdir()) if self._bundles.exists() else []
        for bundle in left:
            await asyncio.to_thread(shutil.rmtree, bundle)
        return len(groups) + len(left) + self._runtime.sweep()

    async def close(self) -> None:
        await super().close()
        await self._launcher.close()

    async def _begin(self, spec: Spec, loan: Loan, argv: Sequence[str], environment: Mapping[str, str]) -> RunscRun:
        if self._program is None:
            raise OSError("there is no runsc")
        bundle = self._bundles / loan.id
        try:
            self._write(bundle, spec, loan, self._first(spec, argv, environment, filters=True, user=_USER))
            limits = replace(spec.limits, pids=with_room_for_gvisor(spec.limits))
            launched = await self._launcher.launch(self._orders(spec, loan, bundle), limits)
        except BaseException:
            shutil.rmtree(bundle, ignore_errors=True)
            raise
        return RunscRun(launched, bundle, spec.limits.memory)

    def _write(self, folder: Path, spec: Spec, loan: Loan, command: Sequence[str]) -> None:
        """What runsc reads, and the folder in which it keeps what it knows of its sandbox."""
        state = folder / "state"
        state.mkdir(parents=True, mode=0o700)
        if os.geteuid() == 0:
            os.chown(state, loan.user, loan.user)
        data = f"{STAGE}/data" if spec.data else None
        bundle = Bundle(command, f"{STAGE}/base/root", self._libraries(), data, modules(spec))
        (folder / "config.json").write_text(json.dumps(describe(bundle, spec.limits)))

    def _orders(self, spec: Spec, loan: Loan, bundle: Path) -> dict[str, object]:
        """What the launcher is to do. Everything that is read-only is mounted in one tree, of which gVisor need not ask who else changes
        it; only the data are a mount of gVisor's own."""
        root = "base/root"
        system = {f"{root}{folder}": folder for folder in self._layer.system}
        own = {name: folder for name, folder in ((f"{root}{MORE}", spec.more), ("data", spec.data)) if folder}
        places = {"base": self._layer.path, "bundle": bundle, f"{root}{RUNNER}": self._runtime.runner, **system, **own}
        return {
            "user": loan.user if os.geteuid() == 0 else None,
            "stage": {name: str(folder) for name, folder in places.items()},
            "limits": {"RLIMIT_CORE": 0, "RLIMIT_NOFILE": _OPEN_FILES},
            "nice": 10 if spec.limits.gives_way else 0,
            "rules": True,
            "filter": b"",
            "own_filter": _without_barriers(),
            "command": [
                self._program, "--root", f"{STAGE}/bundle/state", "--rootless", "--ignore-cgroups", "--network=none", "--overlay2=none",
                "run", "--bundle", f"{STAGE}/bundle", _NAME,
            ],
        }  # fmt: skip

    def _init(self, argument: str, *more: str) -> list[str]:
        """The bundle says what its environment is."""
        return [self._layer.python, "-I", "-S", "-c", FIRST, argument, *more]


@functools.cache
def _without_barriers() -> bytes:
    """Each of runsc's processes would register for ``membarrier``, which it needs only to offer it to its sandbox: the kernel lets it wait
    some ten milliseconds for that, four times in a start."""
    return compile_absence("membarrier", platform.machine())
