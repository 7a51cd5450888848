"""The system call filter, compiled to classic BPF (Linux ``seccomp(2)``, ``struct seccomp_data``): an allow-list.

The filter is a binary search over ranges of system call numbers; each range ends in a verdict or, for a few calls, in a look at
an argument.
"""

import struct
from collections.abc import Iterable
from typing import Any

from barnraise.sandbox.domain.syscalls import ALLOWED, CHECKED, REFUSED, UNSUPPORTED, numbers

Block = list[tuple[int, int, int, int]]
"""Instructions as (code, jump if true, jump if false, constant)."""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_LOAD, _JUMP, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EOPNOTSUPP, _EAFNOSUPPORT = 1, 38, 95, 97

_NEW_NAMESPACES = 0x7E020080
_LOCAL_FAMILIES = (1, 2, 10)  # unix, inet, inet6: the last two find an empty network namespace
_NETLINK, _ROUTE = 16, 0
_TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_VSOCK = 40
_SETTING_UP = ("clone", "mount", "pivot_root", "sethostname", "setns", "umount2", "unshare")
_PERSONALITIES = (0x0, 0x8, 0x20000, 0x20008, 0xFFFFFFFF)


def compile_filter(machine: str, without: frozenset[str] = frozenset()) -> bytes:
    """The filter for ``bwrap --seccomp``. ``machine`` as ``platform.machine()`` says it; ValueError for one that has no table.
    ``without``: calls of the list that are not there, all the same."""
    if machine not in ARCHITECTURES:
        raise ValueError(f"no system call table for {machine}")
    allowed = numbers(ALLOWED, machine)
    blocks: dict[int, Block] = {number: _verdict(_ALLOW) for name, number in allowed.items() if name not in without}
    blocks |= {number: _refuse(_EPERM) for number in numbers(REFUSED, machine).values()}
    blocks |= {number: _refuse(_EOPNOTSUPP) for number in numbers(UNSUPPORTED, machine).values()}
    blocks |= {number: _CHECKS[name] for name, number in numbers(CHECKED, machine).items()}
    return _encode([*_guard(ARCHITECTURES[machine]), (_LOAD, 0, 0, _NUMBER), *_search(_ranges(blocks))])


def compile_absence(name: str, machine: str) -> bytes:
    """A filter by which one call is not there, and every other one is."""
    number = numbers(ALLOWED, machine)[name]
    ours = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, ARCHITECTURES[machine]), *_verdict(_ALLOW)]
    return _encode([*ours, (_LOAD, 0, 0, _NUMBER), (_EQUAL, 0, 1, number), *_refuse(_ENOSYS), *_verdict(_ALLOW)])


def compile_profile(machine: str) -> dict[str, Any]:
    """The same filter in the words of the Docker Engine. ``ioctl`` is allowed whole: a profile cannot look at the lower half of an
    argument, and in a container without a terminal there is nothing to type into. ``clone3`` has an entry of its own because engines
    before version 23 refuse what has none with EPERM, at which C libraries do not fall back."""
    if machine not in ARCHITECTURES:
        raise ValueError(f"no system call table for {machine}")
    allowed = [*numbers(ALLOWED, machine), "ioctl"]
    clone = [{"index": 0, "value": _NEW_NAMESPACES, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]
    sockets = [[_is(0, family)] for family in _LOCAL_FAMILIES] + [[_is(0, _NETLINK), _is(2, _ROUTE)]]
    rules = [("clone", clone), *(("socket", one) for one in sockets), *(("personality", [_is(0, one)]) for one in _PERSONALITIES)]
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": _ENOSYS,
        "architectures": [f"SCMP_ARCH_{machine.upper()}"],
        "syscalls": [
            {"names": sorted(allowed), "action": "SCMP_ACT_ALLOW"},
            *({"names": [name], "action": "SCMP_ACT_ALLOW", "args": args} for name, args in rules),
            {"names": sorted(numbers(REFUSED, machine)), "action": "SCMP_ACT_ERRNO", "errnoRet": _EPERM},
            {"names": sorted(numbers(UNSUPPORTED, machine)), "action": "SCMP_ACT_ERRNO", "errnoRet": _EOPNOTSUPP},
            {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": _ENOSYS},
        ],
    }


def compile_outer_profile() -> dict[str, Any]:
    """For the container around a sandbox service that starts bubblewrap in it: the same list, what makes namespaces and mounts in them, and
    what only sandboxes must do without.
    One document for all architectures; libseccomp leaves out what one of them does not have."""
    machines = sorted(ARCHITECTURES)
    inner = [compile_profile(machine) for machine in machines]
    names = {name for profile in inner for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]}
    own = {name for machine in machines for name in numbers(UNSUPPORTED, machine)} | set(_SETTING_UP)
    refused = {name for machine in machines for name in numbers(REFUSED, machine)} - own
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": _ENOSYS,
        "architectures": [f"SCMP_ARCH_{machine.upper()}" for machine in machines],
        "syscalls": [
            {"names": sorted(names - {"socket"} | own), "action": "SCMP_ACT_ALLOW"},
            # All families but AF_VSOCK, which ignores network namespaces.
            {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": _VSOCK, "op": "SCMP_CMP_LT"}]},
            {"names": sorted(refused), "action": "SCMP_ACT_ERRNO", "errnoRet": _EPERM},
            {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": _ENOSYS},
        ],
    }


def _is(index: int, value: int) -> dict[str, Any]:
    return {"index": index, "value": value, "op": "SCMP_CMP_EQ"}


def _guard(architecture: int) -> Block:
    """Another ABI has other numbers: whoever uses one is killed."""
    return [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL)]


def _verdict(action: int) -> Block:
    return [(_RETURN, 0, 0, action)]


def _refuse(errno: int) -> Block:
    return _verdict(_ERRNO | errno)


def _argument(index: int) -> tuple[int, int, int, int]:
    """Load the lower half of an argument (both architectures are little-endian)."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)


def _one_of(values: Iterable[int], then: Block, otherwise: Block) -> Block:
    """``then`` must be one instruction long."""
    block: Block = []
    for value in values:
        block += [(_EQUAL, 0, len(then), value), *then]
    return block + otherwise


def _socket() -> Block:
    """Local families, and the routing netlink that C libraries ask for interfaces. Above all no AF_VSOCK: it ignores network namespaces."""
    netlink = [(_EQUAL, 0, 3, _NETLINK), _argument(2), (_EQUAL, 0, 1, _ROUTE), *_verdict(_ALLOW)]
    return [_argument(0), *_one_of(_LOCAL_FAMILIES, _verdict(_ALLOW), netlink), *_refuse(_EAFNOSUPPORT)]


_CHECKS: dict[str, Block] = {
    "clone": [_argument(0), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), *_refuse(_EPERM), *_verdict(_ALLOW)],
    "ioctl": [_argument(1), *_one_of(_TERMINAL_INJECTION, _refuse(_EPERM), _verdict(_ALLOW))],
    "personality": [_argument(0), *_one_of(_PERSONALITIES, _verdict(_ALLOW), _refuse(_EPERM))],
    "socket": _socket(),
}


def _ranges(blocks: dict[int, Block]) -> list[tuple[int, Block]]:
    """(first number, block) in ascending order, neighbours with the same block as one; gaps are ENOSYS."""
    unknown = _refuse(_ENOSYS)
    ranges: list[tuple[int, Block]] = []
    for number in range(max(blocks) + 2):
        block = blocks.get(number, unknown)
        if not ranges or ranges[-1][1] != block:
            ranges.append((number, block))
    return ranges


def _search(ranges: list[tuple[int, Block]]) -> Block:
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    below, above = _search(ranges[:middle]), _search(ranges[middle:])
    # A conditional jump reaches 255 instructions; an unconditional one reaches everywhere.
    return [(_AT_LEAST, 0, 1, ranges[middle][0]), (_JUMP, 0, 0, len(below)), *below, *above]


def _encode(block: Block) -> bytes:
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in block)
