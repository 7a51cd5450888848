# ruff: noqa: S108, PTH123 - the folders are the sandbox's own
"""Tries to get out of its sandbox and over its limits, and tells what happened. Changes nothing outside, whatever it finds open."""

import contextlib
import ctypes
import errno
import os
import resource
import socket
import sys
import time
from pathlib import Path

NO_NEW_PRIVILEGES = 39


def main() -> None:
    from barnraise_channel import Channel, keep_few

    keep_few()
    Channel(3).send({"memory": memory, "processes": processes, "walls": walls}[sys.argv[1]]())


def memory() -> dict:
    """Takes more than it may; is killed for it, or cannot have it."""
    taken = []
    try:
        for _ in range(256):
            taken.append(bytearray(os.urandom(1 << 20)))
        time.sleep(4)  # a limit that is watched acts a moment later, on a busy machine some more
    except MemoryError:
        return {"survived": False}
    return {"survived": True}


def processes() -> dict:
    """How many children it could start."""
    count = 0
    try:
        while count < 64:
            if os.fork() == 0:
                time.sleep(5)
                os._exit(0)
            count += 1
    except BlockingIOError:
        return {"children": count}
    return {"children": count}


def walls() -> dict:
    return {
        "network": network(),
        "files": files(),
        "system calls": system_calls(),
        "privileges": privileges(),
        "disk": disk(),
        "processors": processors(),
    }


def network() -> bool:
    """No way out: one interface, no route, and no socket to the hypervisor, which network namespaces do not cover."""
    interfaces = [name for _, name in socket.if_nameindex()]
    return interfaces == ["lo"] and no_vsock() and no_routes()


def no_routes() -> bool:
    return len(Path("/proc/net/route").read_text().splitlines()) <= 1


def no_vsock() -> bool:
    try:
        socket.socket(socket.AF_VSOCK).close()
    except OSError:
        return True
    return False


def files() -> bool:
    """The host's files are not there, what is there is read-only, and nobody's environment can be read."""
    writable = [folder for folder in ("/", "/usr", "/etc", "/dev", "/opt", "/proc/sys/kernel") if can_write(Path(folder))]
    names = {line.partition(b"=")[0] for line in Path("/proc/1/environ").read_bytes().split(b"\0") if line}
    empty = names <= {b"LD_LIBRARY_PATH", b"HOME"}  # where Python's own library is, and what gVisor adds, for a container's first process
    hidden = not Path("/root").exists() or not any(Path("/root").iterdir())
    return not writable and empty and hidden and not opens("/proc/sys/kernel/core_pattern")


def can_write(folder: Path) -> bool:
    try:
        (folder / ".probe").write_text("")
    except OSError:
        return False
    return True


def opens(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError:
        return False
    return True


def system_calls() -> bool:
    """The filter is on, and new namespaces are refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    refused = libc.unshare(0x10000000) == -1 and ctypes.get_errno() == errno.EPERM
    return status()["Seccomp"] == "2" and refused


def privileges() -> bool:
    told = status()
    none = all(int(told.get(name, "0"), 16) == 0 for name in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"))
    return (
        none
        and ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 0, 0, 0, 0) == 1
        and os.getuid() != 0
        and resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    )


def status() -> dict:
    lines = Path("/proc/self/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def processors() -> int:
    """On how many it can be at once, when it has asked for more."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, range(1024))
    return len(os.sched_getaffinity(0))


def disk() -> bool:
    """Every writable place has a bound near the asked one."""
    return all(os.statvfs(folder).f_blocks * os.statvfs(folder).f_frsize <= 64 << 20 for folder in ("/app", "/tmp", "/dev/shm")) and fills()


def fills() -> bool:
    try:
        with open("/app/.probe", "wb") as file:
            for _ in range(64):
                file.write(b"\1" * (1 << 20))
    except OSError as error:
        return error.errno == errno.ENOSPC
    return False


if __name__ == "__main__":
    main()
