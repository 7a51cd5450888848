# ruff: noqa: PTH115, PTH208 - names, as the kernel gives them
"""Looking at the attackers' processes from the host. They are known by their name, which children inherit."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from barnraise.sandbox.adapters.local.processes import occupied as resident_of
from barnraise.sandbox.domain.attacks import INODES, SHARED_MEMORY, Attack, Evidence
from barnraise.sandbox.domain.limits import MIB

_NAMESPACES = ("net", "pid", "mnt", "ipc", "uts")
_RISKY = ("io_uring", "bpf-map", "userfaultfd", "perf_event")
_TICKS = os.sysconf("SC_CLK_TCK")
_SLACK = 1.1
_CPU_SLACK = 1.75
"""The kernel stops a group that has used up its time only on the way back from its own work, such as reclaiming memory, which may take
seconds; what the group has overdrawn it must wait for afterwards, so the whole counts and not a moment."""


def marked(mark: str) -> list[int]:
    """Process ids on the host."""
    return [pid for pid in _all() if _read(pid, "comm").strip() == mark]


def _all() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _read(pid: int, name: str) -> str:
    """Empty when it has ended or may not be read."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


@dataclass
class Looker:
    """What was seen of one attack's processes, over all looks."""

    mark: str
    attack: Attack
    seen: dict[Evidence, str] = field(default_factory=dict)
    spent: dict[int, float] = field(default_factory=dict)
    begun: float = 0.0
    looked: float = 0.0
    crowded: bool = False

    def found(self) -> dict[Evidence, str]:
        """What was seen, and what it comes to."""
        seconds = self.looked - self.begun
        spent, allowed = sum(self.spent.values()), self.attack.limits.cpus * seconds
        if spent <= allowed * _CPU_SLACK + 0.3:
            return dict(self.seen)
        return {**self.seen, "excess": f"{spent:.1f} s of processor time in {seconds:.1f} s, {allowed:.1f} are allowed"}

    def look(self) -> None:
        self.looked = time.monotonic()
        self.begun = self.begun or self.looked
        found = marked(self.mark)
        limits = self.attack.limits
        if len(found) > limits.pids:
            self.seen.setdefault("excess", f"{len(found)} processes, {limits.pids} are allowed")
        self._weigh(sum(resident_of(pid) for pid in found))
        for pid in found:
            self._spend(pid)
        for pid in found[:4]:
            self._rights(pid)
            self._holds(pid)
            self._files(pid)

    def _weigh(self, taken: int) -> None:
        """Processes are looked at one after another: what one has lost to the next meanwhile counts twice, but not the next time too."""
        allowed = self.attack.limits.memory
        before, self.crowded = self.crowded, taken > allowed * _SLACK
        if before and self.crowded:
            self.seen.setdefault("excess", f"{taken >> 20} MiB of memory, {allowed >> 20} are allowed")

    def _spend(self, pid: int) -> None:
        fields = _read(pid, "stat").rpartition(")")[2].split()
        if fields:
            self.spent[pid] = (int(fields[11]) + int(fields[12])) / _TICKS

    def _rights(self, pid: int) -> None:
        told = dict(line.split(":", 1) for line in _read(pid, "status").splitlines() if ":" in line)
        if not told:
            return
        if int(told["CapEff"], 16):
            self.seen["capabilities"] = f"has capabilities {told['CapEff'].strip()}"
        if os.geteuid() == 0 and told["Uid"].split()[0] == "0":
            self.seen["root"] = "is root on the host"
        with suppress(OSError):
            if os.sched_getscheduler(pid) not in (os.SCHED_OTHER, os.SCHED_BATCH, os.SCHED_IDLE):
                self.seen["priority"] = "runs in real time"
        opened = [line for line in _read(pid, "limits").splitlines() if line.startswith("Max open files")]
        if opened and int(opened[0].split()[3]) > self.attack.limits.open_files:
            self.seen["limit"] = f"may open {opened[0].split()[3]} files"
        shared = [name for name in _NAMESPACES if _link(pid, name) == _link(os.getpid(), name) is not None]
        if shared:
            self.seen["namespace"] = f"shares {', '.join(shared)} with the host"
        if self.mark in _read(pid, "mountinfo"):
            self.seen["change"] = "a file system was mounted"

    def _holds(self, pid: int) -> None:
        with suppress(OSError):
            names = os.listdir(f"/proc/{pid}/fd")
            if len(names) > self.attack.limits.open_files:
                self.seen["excess"] = f"{len(names)} files are open, {self.attack.limits.open_files} are allowed"
            for name in names[:32]:
                with suppress(OSError):
                    target = os.readlink(f"/proc/{pid}/fd/{name}")
                    if any(word in target for word in _RISKY):
                        self.seen["opened"] = target

    def _files(self, pid: int) -> None:
        limits = self.attack.limits
        places = {"cwd": limits.disk, "root/app": limits.disk, "root/tmp": limits.scratch, "root/dev/shm": SHARED_MEMORY}
        for place, allowed in places.items():
            path = Path(f"/proc/{pid}/{place}/{self.mark}")
            with suppress(OSError):
                told = path.lstat()
                if told.st_blocks * 512 > allowed + MIB:
                    self.seen["excess"] = f"a file of {told.st_blocks * 512 >> 20} MiB, {allowed >> 20} are allowed"
                if told.st_size > limits.file_size:
                    self.seen["excess"] = f"a file that is {told.st_size >> 20} MiB long"
                if path.is_dir() and self.attack.name == "inode-bomb" and (count := sum(1 for _ in os.scandir(path))) > INODES:
                    self.seen["excess"] = f"{count} files"


def _link(pid: int, namespace: str) -> str | None:
    try:
        return os.readlink(f"/proc/{'thread-self' if pid == os.getpid() else pid}/ns/{namespace}")
    except OSError:
        return None
