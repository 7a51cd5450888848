# ruff: noqa: S108 - paths in the sandbox
"""The command line of bubblewrap: pure, so that every flag can be tested without running anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from barnraise.sandbox.domain.limits import ENVIRONMENT, MIB, MORE, SHARED_MEMORY, WORKSPACE, Limits

CONTROL_FD, LISTEN_FD, FILTER_FD, STATUS_FD = 3, 4, 10, 11
USER = 1000
MODULES = "/app/frontend/node_modules"


@dataclass(frozen=True)
class Layout:
    """Where things are for bubblewrap: the program itself, the layer's root, the host's system folders and, if any, the data folder, what
    is seen beside the layer, and the page's packages."""

    program: str
    root: str
    runner: str
    system: tuple[str, ...] = ("/usr",)
    data: str | None = None
    more: str | None = None
    modules: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def command(layout: Layout, limits: Limits, argv: Sequence[str]) -> list[str]:
    """bubblewrap with everything unshared, nothing writable but sized tmpfs and the data folder, and ``argv`` as the program."""
    return [layout.program, *_isolation(), *_environment(layout.environment), *_files(layout, limits), *_tail(), "--", *argv]


def memory_folders(layout: Layout) -> list[str]:
    """Where a sandbox finds its memory file systems."""
    return ["/dev/shm", "/tmp", WORKSPACE, *([f"{MODULES}/.vite", f"{MODULES}/.vite-temp"] if layout.modules else [])]


def _isolation() -> list[str]:
    spaces = [f"--unshare-{space}" for space in ("user", "ipc", "pid", "net", "uts", "cgroup")]
    identity = ["--uid", str(USER), "--gid", str(USER), "--hostname", "sandbox", "--cap-drop", "ALL"]
    return [*spaces, "--disable-userns", *identity, "--die-with-parent", "--new-session"]


def _environment(extra: Mapping[str, str]) -> list[str]:
    return ["--clearenv", *(part for name, value in {**ENVIRONMENT, **extra}.items() for part in ("--setenv", name, value))]


def _files(layout: Layout, limits: Limits) -> list[str]:
    system = [part for folder in layout.system for part in ("--ro-bind", folder, folder)]
    # /dev is made writable by --dev, and must be closed again after the last mount below it.
    kernel = ["--proc", "/proc", "--dev", "/dev", *_tmpfs("/dev/shm", SHARED_MEMORY), "--remount-ro", "/dev"]
    writable = [*_tmpfs("/tmp", limits.scratch), *_tmpfs(WORKSPACE, limits.disk)]
    runner = ["--ro-bind", layout.runner, "/opt/runner"]
    more = ["--ro-bind", layout.more, MORE] if layout.more else []
    return ["--ro-bind", layout.root, "/", *runner, *more, *system, *kernel, *writable, *_modules(layout), *_data(layout)]


def _modules(layout: Layout) -> list[str]:
    """The shared packages read-only, with the two folders that Vite insists on writing."""
    if not layout.modules:
        return []
    return ["--ro-bind", layout.modules, MODULES, *_tmpfs(f"{MODULES}/.vite", 64 * MIB), *_tmpfs(f"{MODULES}/.vite-temp", 16 * MIB)]


def _data(layout: Layout) -> list[str]:
    return ["--bind", layout.data, "/data"] if layout.data else []


def _tmpfs(path: str, size: int) -> list[str]:
    return ["--size", str(size), "--tmpfs", path]


def _tail() -> list[str]:
    return ["--chdir", WORKSPACE, "--seccomp", str(FILTER_FD), "--json-status-fd", str(STATUS_FD)]
