# ruff: noqa: S108, S302, S606, SIM105, PTH102, PTH112, PTH123, PTH208 - it imports little, because every start pays for it; /tmp is covered by a mount
# of its own, and its orders come from the service alone
"""Becomes a sandbox: joins its cgroups, puts what it may see where its user can reach it, drops to that user, becomes bubblewrap or runsc.

A program of its own (``python -I -S launch.pyc SOCKET CGROUP...``) with an empty environment, because bubblewrap's environment stays
readable in the sandbox as ``/proc/1/environ``. It joins its cgroups, for which the kernel lets it wait, and then waits for its orders,
marshalled, with the descriptors that belong to them; when the socket closes before, nobody wants it any more. Exits 125 with a line on
stderr before anything of the sandbox has run.
"""

from __future__ import annotations

import _socket as sockets
import ctypes
import fcntl
import marshal
import os
import resource
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

STAGE = "/tmp"
_NEW_MOUNTS, _NEW_USERS, _NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
_BIND, _RECURSIVE, _SLAVE = 0x1000, 0x4000, 0x80000
_NOSUID, _NODEV = 0x2, 0x4
_NO_NEW_PRIVILEGES, _DROP_BOUND, _END_WITH_PARENT, _READABLE = 38, 24, 1, 4
_SET_FILTER, _FILTER_MODE = 22, 2
_KILLED = 9
_LAST_CAPABILITY = 63
_MOST_ORDERS, _MOST_DESCRIPTORS, _INT = 1 << 18, 16, 4


def main(spec: dict[str, Any], received: list[int]) -> NoReturn:
    score()
    descriptors = arrange(dict(zip(spec["descriptors"], received, strict=True)), spec["filter"])
    if spec["user"] is None and spec["rules"]:
        rule()
    if spec["user"] is not None or spec["rules"]:
        stage(spec["stage"])
    if spec["processors"]:
        os.sched_setaffinity(0, spec["processors"])
    limit(spec["limits"])
    os.nice(spec["nice"])
    if spec["user"] is not None:
        drop(spec["user"])
        if spec["rules"]:
            rule()
    check("an end with its service", ctypes.CDLL(None, use_errno=True).prctl(_END_WITH_PARENT, _KILLED, 0, 0, 0))
    if os.getppid() != spec["parent"]:
        fail("its service has ended")
    if spec["own_filter"]:
        load(spec["own_filter"])
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    os.execve(spec["command"][0], spec["command"], {})


def hear(number: int) -> tuple[dict[str, Any], list[int]]:
    """The orders, and the descriptors that came with them."""
    line = sockets.socket(fileno=number)
    said, beside, flags, _ = line.recvmsg(_MOST_ORDERS, sockets.CMSG_SPACE(_MOST_DESCRIPTORS * _INT), sockets.MSG_CMSG_CLOEXEC)
    if not said:
        os._exit(0)
    if flags & (sockets.MSG_TRUNC | sockets.MSG_CTRUNC):
        fail("its orders did not arrive whole")
    line.close()
    return marshal.loads(said), [number for _, _, data in beside for number in memoryview(data).cast("i")]


def join(groups: list[str]) -> None:
    for group in groups:
        with open(f"{group}/cgroup.procs", "w") as members:
            members.write("0")


def score() -> None:
    """Be the first to be ended where the machine has no memory left."""
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")


def arrange(wanted: dict[int, int], code: bytes) -> list[int]:
    """Move descriptors to the numbers that the sandbox's program and bubblewrap know; the filter, if any, becomes a file in memory."""
    sources = dict(wanted)
    if code:
        program = sources[10] = os.memfd_create("filter")
        os.write(program, code)
        os.lseek(program, 0, os.SEEK_SET)
    safe = {target: fcntl.fcntl(source, fcntl.F_DUPFD_CLOEXEC, 100) for target, source in sources.items()}
    # Whatever else the service's libraries have left open must not reach the sandbox.
    for opened in [int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2]:
        try:
            os.set_inheritable(opened, False)
        except OSError:
            pass  # the listing's own
    for target, source in safe.items():
        os.dup2(source, target, inheritable=False)
    return sorted(safe)


def stage(sources: dict[str, str]) -> None:
    """Private mounts below ``STAGE``, also in one another: an unprivileged user cannot walk to folders below somebody's home. They vanish
    with the process."""
    libc = ctypes.CDLL(None, use_errno=True)
    check("private mounts", libc.unshare(_NEW_MOUNTS))
    check("private mounts", libc.mount(None, b"/", None, _RECURSIVE | _SLAVE, None))
    # Opened in the new mount namespace, and before the stage may cover them.
    opened = {name: os.open(path, os.O_PATH | os.O_DIRECTORY) for name, path in sources.items()}
    check("the stage", libc.mount(b"stage", STAGE.encode(), b"tmpfs", _NOSUID | _NODEV, b"size=64k,mode=755"))
    for name, descriptor in opened.items():
        target = f"{STAGE}/{name}"
        if not os.path.isdir(target):
            os.mkdir(target, 0o755)
        check(name, libc.mount(f"/proc/self/fd/{descriptor}".encode(), target.encode(), None, _BIND | _RECURSIVE, None))


def rule() -> None:
    """Root of namespaces of its own, in which nothing else is: runsc prepares its mounts there, and listens for its own commands on an
    abstract socket, which the network has. On the machine it stays who it is."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    check("its own files in /proc", libc.prctl(_READABLE, 1, 0, 0, 0))
    check("a user namespace", libc.unshare(_NEW_USERS | _NEW_MOUNTS | _NEW_NETWORK))
    for name, line in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)


def load(program: bytes) -> None:
    """A filter of system calls, for this process and what it becomes."""
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    check("no new privileges", libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    check("a filter of system calls", libc.prctl(_SET_FILTER, _FILTER_MODE, described, 0, 0))


def check(what: str, result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), what)


def limit(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        number = getattr(resource, name)
        ceiling = resource.getrlimit(number)[1]
        allowed = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
        resource.setrlimit(number, (allowed, allowed))


def drop(user: int) -> None:
    """Nothing is left of root: no groups, no capabilities, also not in the bounding set, and none can be won back."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(_LAST_CAPABILITY):
        libc.prctl(_DROP_BOUND, capability, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or os.getresuid() != (user, user, user):
        fail("cannot drop privileges")


def fail(reason: str) -> NoReturn:
    sys.stderr.write(f"sandbox: {reason}\n")
    sys.exit(125)


if __name__ == "__main__":
    try:
        join(sys.argv[2:])
        main(*hear(int(sys.argv[1])))
    except OSError as error:
        fail(str(error))
