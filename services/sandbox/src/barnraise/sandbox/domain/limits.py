# ruff: noqa: S108 - paths in the sandbox
"""What a sandbox may use, how a run may end, and what a driver can enforce."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from barnraise.contracts.diagnostics import Verdict

Profile = Literal["test", "preview", "shot", "document", "build", "attack"]
"""What a sandbox is for; ``shot`` takes a picture of a page, ``build`` makes derived layers, ``attack`` is the escape suite's."""
Stream = Literal["stdout", "stderr"]
Stop = Literal["timed_out", "output", "out_of_memory", "disk", "policy", "killed"]
"""Why the service ended a run."""

MIB = 1 << 20
TEST_SECONDS, DOCUMENT_SECONDS = 120.0, 10.0
SHARED_MEMORY = 64 * MIB
WORKSPACE = "/app"
MODULES = "/opt/web/node_modules"
MORE = "/opt/more"
"""Where a sandbox finds the page's packages of the base layer, and what it sees beside that layer."""
ENVIRONMENT = {
    "PATH": "/opt/bin:/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
}
"""What every sandbox finds, and nothing of the service's own."""


@dataclass(frozen=True)
class Limits:
    """``memory``, ``disk``, ``scratch``, ``file_size`` and ``output`` in bytes; ``wall`` in seconds, None for as long as it is wanted
    (of tests and documents only those count in which others left them a processor);
    ``files``: in each of its memory file systems; ``output`` None: nothing is kept back, but reading slows down with the flood.
    ``gives_way``: others come first when processors are short."""

    cpus: float = 2.0
    memory: int = 1024 * MIB
    pids: int = 256
    wall: float | None = TEST_SECONDS
    disk: int = 256 * MIB
    scratch: int = 128 * MIB
    file_size: int = 256 * MIB
    files: int = 50_000
    open_files: int = 1024
    output: int | None = 4 * MIB
    gives_way: bool = False


TEST = Limits(gives_way=True)
PREVIEW = Limits(wall=None, output=None, open_files=4096)
SHOT = Limits(wall=90.0, scratch=256 * MIB, open_files=4096, gives_way=True)
DOCUMENT = Limits(
    cpus=1.0,
    memory=256 * MIB,
    pids=32,
    wall=DOCUMENT_SECONDS,
    disk=MIB,
    scratch=16 * MIB,
    file_size=16 * MIB,
    files=2000,
    open_files=64,
    output=MIB,
    gives_way=True,
)
BUILD = Limits(wall=300.0, disk=64 * MIB, file_size=512 * MIB, gives_way=True)
LIMITS: dict[Profile, Limits] = {"test": TEST, "preview": PREVIEW, "shot": SHOT, "document": DOCUMENT, "build": BUILD, "attack": Limits()}


class Chunk(NamedTuple):
    stream: Stream
    data: bytes


@dataclass(frozen=True)
class Exit:
    """How a sandbox ended, from facts that the sandbox cannot forge. ``code`` is None when a signal or the service ended it."""

    verdict: Verdict
    code: int | None
    detail: str = ""


@dataclass(frozen=True)
class Usage:
    """What a sandbox takes: bytes of ``memory`` now (what it has written to its memory file systems is some of it, what the kernel merely
    keeps of files is not), seconds of a processor so far, ``processes`` now. None: its driver cannot see that."""

    memory: int | None = None
    cpu: float | None = None
    processes: int | None = None


@dataclass(frozen=True)
class Facts:
    """What the driver saw: who stopped the run and why (None: it ended by itself), and the limits' counters."""

    code: int | None
    stopped: Stop | None = None
    out_of_memory: bool = False
    pids_refused: bool = False
    disk_full: bool = False
    broke: str = ""
    """The rule that it was stopped for."""


def judge(facts: Facts) -> Exit:
    """The verdict. A limit that was hit explains a failure; a run that coped with it and succeeded has exited."""
    if facts.out_of_memory and facts.code != 0:
        return Exit("out_of_memory", facts.code, _STOPPED["out_of_memory"])
    if facts.stopped:
        return Exit(facts.stopped, None, _STOPPED[facts.stopped] + facts.broke)
    reasons: tuple[tuple[bool, Verdict, str], ...] = (
        (facts.pids_refused, "pids", "It started more processes than it may."),
        (facts.disk_full, "disk", "It filled its disk."),
        (facts.code == _BAD_CALL, "policy", f"{_STOPPED['policy']}it made a system call of another kind of processor"),
        (facts.code is None, "killed", _STOPPED["killed"]),
    )
    for holds, verdict, detail in reasons:
        if holds and facts.code != 0:
            return Exit(verdict, facts.code, detail)
    return Exit("exited", facts.code)


_BAD_CALL = 128 + 31
"""The kernel's answer to a call that the filter does not even refuse (SIGSYS)."""
_STOPPED = {
    "timed_out": "It ran longer than it may.",
    "output": "It printed more than it may.",
    "out_of_memory": "It used more memory than it may.",
    "disk": "It stored more than it may.",
    "policy": "It did what nothing may do in a sandbox: ",
    "killed": "It was stopped.",
}


@dataclass(frozen=True)
class Capability:
    """What a driver enforces on this machine, as words of ``ENFORCEABLE``, and which are missing. ``accepted``: those of them that a
    sandbox must hold, and without which the operator wants sandboxes all the same."""

    driver: str
    enforced: tuple[str, ...]
    missing: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


WATCHED_MEMORY = "memory (watched)"
"""Without a control group, memory is looked at four times a second, and at once when so much less is free on the machine that it may be too
much: what takes more than it may is ended a moment later."""

WHOLE_PROCESSORS = "cpu (whole processors)"
"""Without a control group, a sandbox is kept to so many of the machine's processors, which the kernel sees to, but not to parts of one."""

WATCHED_DATA = "stored data (watched)"
"""What an application stores outlives its sandbox, and is only looked at, twice a second: whatever the driver."""

ENFORCEABLE = ("network", "files", "system calls", "privileges", "processes", "memory", "cpu", "disk", "time", "output")


def lacking(enforced: Iterable[str]) -> tuple[str, ...]:
    """What a sandbox must hold and this one does not, in whatever way."""
    held = {word.partition(" (")[0] for word in enforced}
    return tuple(word for word in ENFORCEABLE if word not in held)


def advice(enforced: Iterable[str]) -> str | None:
    """How the machine would hold by the kernel's counters what it holds in a coarser way; None where there is nothing to be gained."""
    coarse = [word for word in (WATCHED_MEMORY, WHOLE_PROCESSORS) if word in set(enforced)]
    if not coarse:
        return None
    return (
        f"For exact limits in place of {' and '.join(coarse)}, give Barnraise control groups of its own: "
        "systemd-run --user --scope -p Delegate=yes barnraise up, a unit with Delegate=yes, or root."
    )
