"""Control groups: version 1 as root, version 2 as root or in a subtree that was delegated to this user.

A sandbox's group is a folder per hierarchy. Every group of an instance lies in one folder named after it, so that the groups of a dead
service are found again.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from barnraise.sandbox.adapters.local.processes import spent
from barnraise.sandbox.domain.limits import Limits, Usage

_PERIOD = 100_000
_CONTROLLERS = ("cpu", "memory", "pids")
_TIME = "cpuacct"
"""Counts time in version 1, often in a hierarchy of its own, which may be closed to us: then the processes are asked."""


class Group(Protocol):
    """One sandbox's group."""

    @property
    def folders(self) -> list[Path]: ...

    def limit(self, limits: Limits) -> None:
        """What its processes may take from now on."""
        ...

    def out_of_memory(self) -> bool: ...

    def pids_refused(self) -> bool: ...

    def usage(self) -> Usage: ...

    def kill(self) -> None: ...

    def remove(self) -> bool:
        """False while processes are left."""
        ...


class Hierarchy(Protocol):
    @property
    def enforces(self) -> tuple[str, ...]: ...

    def make(self, name: str) -> Group:
        """A new one without limits."""
        ...

    def leftovers(self) -> list[Group]: ...

    def close(self) -> None:
        """Remove the instance's folder, once it is empty."""
        ...


def find(instance: str) -> Hierarchy | None:
    """What this process may use; None when it may use nothing."""
    mounts = list(_mounts())
    unified = next((Path(point) for point, kind, _ in mounts if kind == "cgroup2"), None)
    if unified and "memory" in _read(unified / "cgroup.controllers").split():
        return _version_2(unified, instance)
    if os.geteuid() == 0:
        return _version_1(mounts, unified, instance)
    return None


def _mounts() -> Iterator[tuple[str, str, str]]:
    """(mount point, file system, options) of every cgroup mount."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, tail = line.partition(" - ")
        kind, _, options = tail.split(" ", 2)
        if kind.startswith("cgroup"):
            yield fields.split()[4], kind, options


# version 1


@dataclass
class GroupV1:
    memory: Path
    pids: Path
    cpu: Path
    unified: Path | None
    time: Path | None = None

    @property
    def folders(self) -> list[Path]:
        return list(dict.fromkeys(folder for folder in (self.memory, self.pids, self.cpu, self.unified, self.time) if folder))

    def limit(self, limits: Limits) -> None:
        _write(self.memory / "memory.limit_in_bytes", limits.memory)
        swap = self.memory / "memory.memsw.limit_in_bytes"
        if swap.exists():
            _write(swap, limits.memory)
        _write(self.pids / "pids.max", limits.pids)
        _write(self.cpu / "cpu.cfs_period_us", _PERIOD)
        _write(self.cpu / "cpu.shares", 256 if limits.gives_way else 1024)
        _write(self.cpu / "cpu.cfs_quota_us", int(limits.cpus * _PERIOD))

    def out_of_memory(self) -> bool:
        return _counter(self.memory / "memory.oom_control", "oom_kill") > 0

    def pids_refused(self) -> bool:
        return _counter(self.pids / "pids.events", "max") > 0

    def usage(self) -> Usage:
        memory = _counters(self.memory / "memory.stat", "rss", "shmem")
        counted = _number(self.time / "cpuacct.usage") if self.time else None
        return Usage(memory, self._spent() if counted is None else counted / 1e9, _number(self.pids / "pids.current"))

    def _spent(self) -> float:
        """Without those that have ended and that nobody has waited for."""
        return sum(spent(int(pid)) for pid in _read(self.pids / "cgroup.procs").split())

    def kill(self) -> None:
        _kill(self.folders, self.unified)

    def remove(self) -> bool:
        return sum(_remove(folder) for folder in self.folders) == len(self.folders)


class HierarchyV1:
    enforces = ("memory", "processes", "cpu")

    def __init__(self, controllers: dict[str, Path], unified: Path | None, instance: str) -> None:
        self._parents = {name: path / instance for name, path in controllers.items()}
        self._unified = unified / instance if unified and (unified / "cgroup.procs").exists() else None
        for parent in (*self._parents.values(), *([self._unified] if self._unified else [])):
            parent.mkdir(exist_ok=True)

    def make(self, name: str) -> GroupV1:
        group = self._group(name)
        for folder in group.folders:
            folder.mkdir(parents=True)
        return group

    def leftovers(self) -> list[Group]:
        names = {folder.name for parent in self._parents.values() for folder in parent.iterdir() if folder.is_dir()}
        return [self._group(name) for name in sorted(names)]

    def close(self) -> None:
        for parent in (*self._parents.values(), *([self._unified] if self._unified else [])):
            _remove(parent)

    def _group(self, name: str) -> GroupV1:
        parents = self._parents
        unified = self._unified / name if self._unified else None
        time = parents[_TIME] / name if _TIME in parents else None
        return GroupV1(parents["memory"] / name, parents["pids"] / name, parents["cpu"] / name, unified, time)


def _version_1(mounts: list[tuple[str, str, str]], unified: Path | None, instance: str) -> HierarchyV1 | None:
    controllers: dict[str, Path] = {}
    for point, kind, options in mounts:
        if kind == "cgroup":
            found = {name: Path(point) for name in options.split(",") if name in (*_CONTROLLERS, _TIME)}
            controllers |= {name: path for name, path in found.items() if name != _TIME or os.access(path, os.W_OK)}
    if not all(name in controllers for name in _CONTROLLERS):
        return None
    try:
        return HierarchyV1(controllers, unified, instance)
    except OSError:
        return None


# version 2


@dataclass
class GroupV2:
    folder: Path

    @property
    def folders(self) -> list[Path]:
        return [self.folder]

    def limit(self, limits: Limits) -> None:
        values = {
            "memory.max": limits.memory,
            "memory.swap.max": 0,
            "memory.oom.group": 1,
            "pids.max": limits.pids,
            "cpu.weight": 25 if limits.gives_way else 100,
            "cpu.max": f"{int(limits.cpus * _PERIOD)} {_PERIOD}",
        }
        for name, value in values.items():
            if (self.folder / name).exists():
                _write(self.folder / name, value)

    def out_of_memory(self) -> bool:
        return _counter(self.folder / "memory.events", "oom_kill") > 0

    def pids_refused(self) -> bool:
        return _counter(self.folder / "pids.events", "max") > 0

    def usage(self) -> Usage:
        spent = _counters(self.folder / "cpu.stat", "usage_usec")
        memory = _counters(self.folder / "memory.stat", "anon", "shmem")
        return Usage(memory, None if spent is None else spent / 1e6, _number(self.folder / "pids.current"))

    def kill(self) -> None:
        _kill([self.folder], self.folder)

    def remove(self) -> bool:
        return _remove(self.folder)


class HierarchyV2:
    def __init__(self, parent: Path) -> None:
        self._parent = parent
        enabled = _read(parent / "cgroup.subtree_control").split()
        self.enforces = tuple(word for name, word in (("memory", "memory"), ("pids", "processes"), ("cpu", "cpu")) if name in enabled)

    def make(self, name: str) -> GroupV2:
        folder = self._parent / name
        folder.mkdir()
        return GroupV2(folder)

    def leftovers(self) -> list[Group]:
        return [GroupV2(folder) for folder in sorted(self._parent.iterdir()) if folder.is_dir()]

    def close(self) -> None:
        _remove(self._parent)


def _version_2(root: Path, instance: str) -> HierarchyV2 | None:
    """Below the root of the hierarchy for root, below the own group for others."""
    own = next((line[3:] for line in _read(Path("/proc/self/cgroup")).splitlines() if line.startswith("0::")), "/")
    base = root if os.geteuid() == 0 else _delegated(root / own.strip("/"))
    try:
        _enable(base)
        parent = base / instance
        parent.mkdir(exist_ok=True)
        _write_controllers(parent)
    except OSError:
        return None
    return HierarchyV2(parent)


def _delegated(own: Path) -> Path:
    """The own group, or the one above it when an earlier call has moved this process into its leaf."""
    return own.parent if own.name == "daemon" else own


def _enable(base: Path) -> None:
    """Give the controllers to the children. A group with processes in it must first be emptied into a leaf."""
    try:
        _write_controllers(base)
    except OSError:
        leaf = base / "daemon"
        leaf.mkdir(exist_ok=True)
        for pid in _read(base / "cgroup.procs").split():
            with contextlib.suppress(ProcessLookupError):
                (leaf / "cgroup.procs").write_text(pid)
        _write_controllers(base)


def _write_controllers(folder: Path) -> None:
    available = _read(folder / "cgroup.controllers").split()
    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in _CONTROLLERS if name in available))


# both


async def removed(group: Group) -> None:
    """Kill what is in it, and remove it: the kernel lets go of a dead process's group a moment after its parent has heard of it."""
    group.kill()
    while not group.remove():
        await asyncio.sleep(0.001)
        group.kill()


def _write(file: Path, value: object) -> None:
    """Without Python's own file object, which would ask for much before it writes."""
    opened = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(opened, str(value).encode())
    finally:
        os.close(opened)


def _kill(folders: list[Path], unified: Path | None) -> None:
    if unified and (unified / "cgroup.kill").exists():
        with contextlib.suppress(OSError):
            (unified / "cgroup.kill").write_text("1")
            return
    for folder in folders:
        for pid in _read(folder / "cgroup.procs").split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


def _remove(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _counter(file: Path, name: str) -> int:
    return _counters(file, name) or 0


def _counters(file: Path, *names: str) -> int | None:
    """Their sum; None where there are none of them."""
    found = [int(value) for key, _, value in (line.partition(" ") for line in _read(file).splitlines()) if key in names]
    return sum(found) if found else None


def _number(file: Path) -> int | None:
    said = _read(file).strip()
    return int(said) if said else None


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
