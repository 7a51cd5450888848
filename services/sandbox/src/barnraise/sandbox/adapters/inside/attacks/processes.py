# ruff: noqa: PTH208 - names, as the kernel gives them
"""Attacks on the processes of the host, on what they know, and on the rights of the own ones."""

import contextlib
import ctypes
import fcntl
import os
import resource
import signal
import termios
import time
from pathlib import Path
from typing import Any

from attacks.kernel import call

_ATTACH, _DETACH, _PEEK = 16, 17, 2


class _Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


def signal_host(orders: dict[str, Any]) -> str:
    os.kill(orders["process"], signal.SIGKILL)
    return "killed"


def signal_ancestors(_: dict[str, Any]) -> str:
    """Every process above the own one; the signal is one that does nothing to who has not asked for it."""
    told, pid = [], os.getppid()
    while pid > 1 and len(told) < 4:
        os.kill(pid, signal.SIGURG)
        told.append(pid)
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return f"told {told}"


def read_memory(pid: int, address: int, size: int = 64) -> str:
    buffer = ctypes.create_string_buffer(size)
    here, there = _Piece(ctypes.addressof(buffer), size), _Piece(address, size)
    call("process_vm_readv", pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    return buffer.raw.decode("latin-1")


def host_memory(orders: dict[str, Any]) -> str:
    return read_memory(orders["process"], orders["memory"])


def debug_host(orders: dict[str, Any]) -> str:
    pid = orders["process"]
    call("ptrace", _ATTACH, pid, 0, 0)
    os.waitpid(pid, 0x40000000)
    words = []
    for offset in range(0, 64, 8):
        word = ctypes.c_long()
        call("ptrace", _PEEK, pid, ctypes.c_void_p(orders["memory"] + offset), ctypes.byref(word))
        words.append((word.value & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little"))
    call("ptrace", _DETACH, pid, 0, 0)
    return b"".join(words).decode("latin-1")


def environment(_: dict[str, Any]) -> str:
    """What is the service's in its own, and in that of every process that it sees."""
    found = [f"{name}={value}" for name, value in os.environ.items()]
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                found += Path(f"/proc/{name}/environ").read_bytes().decode("latin-1").split("\0")
    return "\n".join(part for part in found if "BARNRAISE_ESCAPE" in part)


def descriptors(_: dict[str, Any]) -> str:
    """Reads whatever it finds open."""
    found = []
    for descriptor in range(256):
        if descriptor != 3:  # the control channel
            with contextlib.suppress(OSError):
                os.set_blocking(descriptor, False)
                found.append(os.pread(descriptor, 200, 0).decode("latin-1"))
    return "\n".join(found)


def namespaces(_: dict[str, Any]) -> str:
    """Only lives: it is looked at from outside which namespaces it shares with the host."""
    return str(os.listdir("/proc/self/ns"))


def become_root(_: dict[str, Any]) -> str:
    for change in (os.setgid, os.setuid):
        change(0)
    return f"is {os.getuid()}"


def come_first(_: dict[str, Any]) -> str:
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    return "real time"


def terminal_input(orders: dict[str, Any]) -> str:
    """Types into every terminal that it has open or can open; one that nobody has becomes its own, as a leader's of a session."""
    if os.fork() == 0:
        os.setsid()
        for path in (orders["terminal"], "/dev/tty", "/dev/console"):
            with contextlib.suppress(OSError):
                os.open(path, os.O_RDWR)
        for descriptor in range(256):
            with contextlib.suppress(OSError):
                for letter in orders["mark"]:
                    fcntl.ioctl(descriptor, termios.TIOCSTI, letter.encode())
        os._exit(0)
    os.wait()
    return "tried"


def raise_limits(_: dict[str, Any]) -> str:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most + 1024, most + 1024))
    return "raised"


def outlive(_: dict[str, Any]) -> str:
    """A daemon that heeds no signal: it must end with its sandbox."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            for descriptor in range(64):
                with contextlib.suppress(OSError):
                    os.close(descriptor)
            time.sleep(20)
        os._exit(0)
    os.wait()
    return "left behind"
