"""Attacks on the kernel: its settings, its keyrings, and the calls that make it dangerous."""

import ctypes
import mmap
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_NUMBERS = {  # of x86_64 and aarch64
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "add_key": (248, 217),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "mount": (165, 40),
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
}
_NEW_USER, _NEW_NET, _NEW_MOUNTS = 0x10000000, 0x40000000, 0x00020000
_USER_KEYRING, _SET_TIMEOUT, _SEARCH, _READ, _UNLINK = -4, 15, 10, 11, 9
_GETPID_32 = bytes.fromhex("b814000000cd80c3")  # mov eax, 20; int 0x80; ret


def call(name: str, *arguments: object) -> int:
    """A system call; OSError when the kernel refuses it."""
    number = _NUMBERS[name][os.uname().machine != "x86_64"]
    result = _LIBC.syscall(number, *(ctypes.c_long(one) if isinstance(one, int) else one for one in arguments))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return int(result)


def kernel_setting(orders: dict[str, Any]) -> str:
    Path(orders["setting"]).write_text(str(orders["value"] + 1))
    return "written"


def device_setting(orders: dict[str, Any]) -> str:
    Path(orders["knob"]).write_text(str(orders["knob_value"] + 1))
    return "written"


def leave_group(orders: dict[str, Any]) -> str:
    """Moves into a control group that has no limits."""
    Path(orders["group"], "cgroup.procs").write_text("0")
    return "moved"


def user_namespace(_: dict[str, Any]) -> str:
    call("unshare", _NEW_USER | _NEW_NET | _NEW_MOUNTS)
    return "has all capabilities in namespaces of its own"


def mount_file_system(orders: dict[str, Any]) -> str:
    target = Path.cwd() / "mounted"
    target.mkdir()
    with suppress(OSError):
        call("unshare", _NEW_USER | _NEW_MOUNTS)
    call("mount", orders["mark"].encode(), str(target).encode(), b"tmpfs", 0, 0)
    return "mounted"


def io_uring(orders: dict[str, Any]) -> str:
    """Has the kernel make calls that no filter sees."""
    orders["kept"] = call("io_uring_setup", 1, ctypes.create_string_buffer(120))
    return "open"


def bpf_map(orders: dict[str, Any]) -> str:
    attributes = ctypes.create_string_buffer(struct.pack("IIII", 2, 4, 4, 1), 128)
    orders["kept"] = call("bpf", 0, attributes, 128)
    return "open"


def user_fault(orders: dict[str, Any]) -> str:
    orders["kept"] = call("userfaultfd", 0)
    return "open"


def performance_counters(orders: dict[str, Any]) -> str:
    attributes = ctypes.create_string_buffer(struct.pack("IIQ", 1, 128, 1), 128)  # software: the task's clock
    orders["kept"] = call("perf_event_open", attributes, 0, -1, -1, 0)
    return "open"


def crypto_socket(orders: dict[str, Any]) -> str:
    """Families that parse a stranger's words in the kernel."""
    opened = []
    for family, kind in ((38, socket.SOCK_SEQPACKET), (16, socket.SOCK_RAW), (21, socket.SOCK_SEQPACKET), (31, socket.SOCK_RAW)):
        for protocol in (0,) if family != 16 else (4, 9, 12, 16):
            try:
                opened.append(socket.socket(family, kind, protocol))
            except OSError:
                continue
    orders["kept"] = opened
    if not opened:
        raise PermissionError("no unusual family")
    return f"opened {[(one.family, one.proto) for one in opened]}"


def other_abi(_: dict[str, Any]) -> str:
    """Asks in the words of 32 bits, whose numbers a filter of 64 bits mistakes."""
    code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(_GETPID_32)
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    if function() != os.getpid():
        raise PermissionError("the kernel does not know this way")
    return "the kernel answered"


def keyring(orders: dict[str, Any]) -> str:
    """Leaves a key for the next one with the same number, which the kernel keeps beyond every process."""
    if orders["role"] == "plant":
        secret = orders["secret"].encode()
        key = call("add_key", b"user", b"barnraise-escape", secret, len(secret), _USER_KEYRING)
        call("keyctl", _SET_TIMEOUT, key, 60)
        return "planted"
    key = call("keyctl", _SEARCH, _USER_KEYRING, b"user", b"barnraise-escape", 0)
    buffer = ctypes.create_string_buffer(256)
    size = call("keyctl", _READ, key, buffer, 256)
    call("keyctl", _UNLINK, key, _USER_KEYRING)
    return buffer.raw[:size].decode()
