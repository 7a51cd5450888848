# ruff: noqa: S108 - paths in the sandbox
"""The bundle of a sandbox that gVisor runs without an engine, as the OCI runtime specification (1.0) has it: pure, so that every field
can be tested without running anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from barnraise.sandbox.domain.limits import MIB, SHARED_MEMORY, WORKSPACE, Limits

_LOOSE_PIDS = 1024
_RIGHTS = ("bounding", "effective", "inheritable", "permitted", "ambient")
_FIRST = ("bounding", "effective", "permitted")
"""What the first process has until it has given /dev, which gVisor makes for it, to nobody."""
_SPACES = ("pid", "ipc", "uts", "mount")


@dataclass(frozen=True)
class Bundle:
    """``root`` is the sandbox's whole file system as it lies on the host, and ``data`` a folder there that it may write. ``environment``:
    the first process's own, lines of ``NAME=value``. ``modules`` is where in the sandbox the page's packages are."""

    command: Sequence[str]
    root: str
    environment: Sequence[str] = ()
    data: str | None = None
    modules: str | None = None


def describe(bundle: Bundle, limits: Limits) -> dict[str, Any]:
    """``config.json``: no right that lasts, nothing writable but sized memory and the data folder. What is shared by all of a sandbox's
    processes (memory, processors) is not in it: its control group holds that, gVisor's own processes included."""
    return {
        "ociVersion": "1.0.2",
        "hostname": "sandbox",
        "root": {"path": bundle.root, "readonly": True},
        "process": {
            "args": list(bundle.command),
            "env": list(bundle.environment),
            "cwd": WORKSPACE,
            "terminal": False,
            # The one user of the namespace in which runsc is started; the first process gives itself another number.
            "user": {"uid": 0, "gid": 0},
            "capabilities": {name: ["CAP_CHOWN"] if name in _FIRST else [] for name in _RIGHTS},
            "noNewPrivileges": True,
            "rlimits": [{"type": f"RLIMIT_{name}", "soft": value, "hard": value} for name, value in _per_process(limits).items()],
        },
        "mounts": _mounts(bundle, limits),
        "linux": {"namespaces": [{"type": space} for space in _SPACES]},
    }


def with_room_for_gvisor(limits: Limits) -> int:
    """How many processes the control group may have: gVisor's own threads count there, the sandbox's processes are counted inside."""
    return max(_LOOSE_PIDS, 2 * limits.pids)


def _per_process(limits: Limits) -> dict[str, int]:
    return {"CORE": 0, "NOFILE": limits.open_files, "FSIZE": limits.file_size, "MEMLOCK": MIB, "NPROC": limits.pids}


def _mounts(bundle: Bundle, limits: Limits) -> list[dict[str, Any]]:
    sizes = {"/tmp": limits.scratch, WORKSPACE: limits.disk}
    if bundle.modules:
        sizes |= {f"{bundle.modules}/.vite": 64 * MIB, f"{bundle.modules}/.vite-temp": 16 * MIB}
    # gVisor makes /dev by itself, for user 0.
    kernel = [{"destination": "/proc", "type": "proc", "source": "proc"}, _memory("/sys", MIB, "ro")]
    data = {"destination": "/data", "type": "bind", "source": bundle.data, "options": ["rbind", "rw", "nosuid", "nodev"]}
    writable = [_memory(path, size, "mode=0700") for path, size in sizes.items()]
    return [*kernel, _memory("/dev/shm", SHARED_MEMORY, "mode=1777"), *writable, *([data] if bundle.data else [])]


def _memory(path: str, size: int, *options: str) -> dict[str, Any]:
    return {"destination": path, "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", f"size={size}", *options]}
