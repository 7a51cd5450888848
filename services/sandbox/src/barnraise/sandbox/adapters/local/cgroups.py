"""Control groups: version 1 as root, version 2 as root or in a subtree that was delegated to this user.

A sandbox's group is a folder per hierarchy. Every group of an instance lies in one folder named after it, so that the groups of a dead
service are found again.
"""

import contextlib
import os
import signal
import time
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

    def make(self, name: str, limits: Limits) -> Group: ...

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

    def make(self, name: str, limits: Limits) -> GroupV1:
        group = self._group(name)
        for folder in group.folders:
            folder.mkdir(parents=True)
        (group.memory / "memory.limit_in_bytes").write_text(str(limits.memory))
        swap = group.memory / "memory.memsw.limit_in_bytes"
        if swap.exists():
            swap.write_text(str(limits.memory))
        (group.pids / "pids.max").write_text(str(limits.pids))
        (group.cpu / "cpu.cfs_period_us").write_text(str(_PERIOD))
        (group.cpu / "cpu.shares").write_text("256" if limits.gives_way else "1024")
        (group.cpu / "cpu.cfs_quota_us").write_text(str(int(limits.cpus * _PERIOD)))
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

    def make(self, name: str, limits: Limits) -> GroupV2:
        folder = self._parent / name
        folder.mkdir()
        values = {
            "memory.max": str(limits.memory),
            "memory.swap.max": "0",
            "memory.oom.group": "1",
            "pids.max": str(limits.pids),
            "cpu.weight": "25" if limits.gives_way else "100",
            "cpu.max": f"{int(limits.cpus * _PERIOD)} {_PERIOD}",
        }
        for file, value in values.items():
            if (folder / file).exists():
                (folder / file).write_text(value)
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
    for _ in range(3):
        try:
            folder.rmdir()
        except FileNotFoundError:
            return True
        except OSError:
            time.sleep(0.001)  # the kernel lets go of a dead process's group a moment after its parent has heard of it
        else:
            return True
    return False


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
