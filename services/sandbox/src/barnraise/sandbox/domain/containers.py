# ruff: noqa: S108 - paths in the sandbox
"""The description of a container for the Docker Engine API (1.41): pure, so that every field can be tested without running anything."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from barnraise.sandbox.domain.limits import MIB, MORE, SHARED_MEMORY, WORKSPACE, Limits, Usage

LABEL = "barnraise.instance"
GVISOR = "runsc"
_ROOM_FOR_THE_FIRST = 1
_LOOSE_PIDS = 1024
"""gVisor's own threads count against the container: the limit that matters is set inside."""

_MASKED = ("/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
           "/proc/scsi", "/proc/sysrq-trigger", "/proc/timer_list", "/proc/timer_stats", "/sys")  # fmt: skip
_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys")


@dataclass(frozen=True)
class Recipe:
    """What to run and how. ``layer`` is the root of the base layer, ``runner`` the programs' folder and ``system`` the system folders, all
    of the Docker host, as ``data`` and ``more`` are; ``processors`` is how many that has. ``modules`` is where in the container the page's
    packages are. ``filter`` is the system call filter's profile, None where the first process
    sets the filter itself."""

    image: str
    instance: str
    user: int
    command: Sequence[str]
    layer: str
    runner: str
    processors: int
    system: Sequence[str] = ("/usr",)
    data: str | None = None
    more: str | None = None
    modules: str | None = None
    runtime: str | None = None
    filter: Mapping[str, Any] | None = field(default=None, hash=False)


def describe(recipe: Recipe, limits: Limits) -> dict[str, Any]:
    """The body of ``POST /containers/create``: no network, no right, nothing writable but sized memory and the data folder."""
    return {
        "Image": recipe.image,
        "Cmd": list(recipe.command),
        "User": f"{recipe.user}:{recipe.user}",
        "WorkingDir": WORKSPACE,
        "Hostname": "sandbox",
        "NetworkDisabled": True,
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "Labels": {LABEL: recipe.instance},
        "HostConfig": {
            "NetworkMode": "none",
            "ReadonlyRootfs": True,
            "Binds": _binds(recipe),
            "Tmpfs": _tmpfs(recipe, limits),
            "CapDrop": ["ALL"],
            "SecurityOpt": _security(recipe),
            "MaskedPaths": list(_MASKED),
            "ReadonlyPaths": list(_READ_ONLY),
            "IpcMode": "private",
            "CgroupnsMode": "private",
            "LogConfig": {"Type": "none", "Config": {}},
            "AutoRemove": False,
            **_resources(recipe, limits),
            **({"Runtime": recipe.runtime} if recipe.runtime else {}),
        },
    }


def _binds(recipe: Recipe) -> list[str]:
    system = [f"{folder}:{folder}:ro" for folder in recipe.system]
    data = [f"{recipe.data}:/data:rw"] if recipe.data else []
    more = [f"{recipe.more}:{MORE}:ro"] if recipe.more else []
    # An engine puts files of its own over these two: without a network they do not even name localhost.
    names = [f"{recipe.layer}/etc/{name}:/etc/{name}:ro" for name in ("hosts", "resolv.conf")]
    return [*system, f"{recipe.layer}/opt:/opt:ro", f"{recipe.runner}:/opt/runner:ro", *more, *names, *data]


def _tmpfs(recipe: Recipe, limits: Limits) -> dict[str, str]:
    """The workspace, room for temporary files, and the two folders that Vite insists on writing beside its packages. An engine's own
    ``/dev/shm`` has a size but may have any number of files; gVisor, which knows no such number, keeps them in memory that counts."""
    sizes = {WORKSPACE: limits.disk, "/tmp": limits.scratch}
    if recipe.modules:
        sizes |= {f"{recipe.modules}/.vite": 64 * MIB, f"{recipe.modules}/.vite-temp": 16 * MIB}
    own = f"exec,uid={recipe.user},gid={recipe.user},mode=0700"
    options = {path: f"rw,nosuid,nodev,size={size},{own}" for path, size in sizes.items()}
    if recipe.runtime == GVISOR:
        return options
    options["/dev/shm"] = f"rw,nosuid,nodev,size={SHARED_MEMORY},noexec,mode=1777"
    return {path: f"{option},nr_inodes={limits.files}" for path, option in options.items()}


def _security(recipe: Recipe) -> list[str]:
    return ["no-new-privileges", *([f"seccomp={json.dumps(recipe.filter)}"] if recipe.filter else [])]


def _resources(recipe: Recipe, limits: Limits) -> dict[str, Any]:
    gvisor = recipe.runtime == GVISOR
    per_process = {"core": 0, "nofile": limits.open_files, "fsize": limits.file_size, "memlock": MIB}
    if gvisor:
        per_process["nproc"] = limits.pids
    return {
        "Memory": limits.memory,
        "MemorySwap": limits.memory,
        "NanoCpus": int(min(limits.cpus, recipe.processors) * 1e9),
        "CpuShares": 256 if limits.gives_way else 1024,
        "PidsLimit": max(_LOOSE_PIDS, 2 * limits.pids) if gvisor else limits.pids + _ROOM_FOR_THE_FIRST,
        "OomScoreAdj": 500,
        "ShmSize": SHARED_MEMORY,
        "Ulimits": [{"Name": name, "Soft": value, "Hard": value} for name, value in per_process.items()],
    }


def usage_of(told: Mapping[str, Any], *, gvisor: bool) -> Usage:
    """What an engine's statistics say of a container, with control groups of version 1 or 2: what the kernel counts as anonymous is also
    what lies in memory file systems. gVisor's threads count among its processes."""
    counters = told.get("memory_stats", {}).get("stats", {})
    taken = [counters[name] for name in ("active_anon", "inactive_anon") if name in counters]
    spent = told.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage")
    processes = None if gvisor else told.get("pids_stats", {}).get("current")
    return Usage(sum(taken) if taken else None, spent / 1e9 if spent else None, processes)
