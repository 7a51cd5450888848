"""The attacks of the escape suite, as data. What carries them out is a program that runs inside (``adapters/inside/attacks``)."""

from dataclasses import dataclass, replace
from typing import Literal

from barnraise.sandbox.domain.limits import MIB, Limits

Evidence = Literal[
    "connection", "secret", "change", "survivor", "excess", "capabilities", "root", "priority", "limit", "namespace", "opened", "left",
    "said",
]  # fmt: skip
"""How a canary shows success: it was connected to; what only it knows came out; it was changed; processes were there after the end; more
was taken than is allowed; a process had capabilities, was root, came before others, had a higher limit, shared a namespace with the host,
or held something of the kernel's that is risky; the data folder kept something harmful. ``said`` is the attacker's own word, where nothing
outside could see."""

Weakness = Literal[
    "no walls", "no network namespace", "no ipc namespace", "no filter", "user namespaces", "environment kept", "files writable",
    "scratch shared", "runner writable", "endpoints writable", "limits lifted", "followed links", "setuid honoured", "long messages read",
]  # fmt: skip
"""What must be taken from a sandbox for the attack to succeed."""

Neighbour = Literal["before", "beside"]
"""Another tenant: one that was in the same slot before, or one that is there at the same time."""

LIMITS = Limits(
    cpus=0.5, memory=96 * MIB, pids=32, wall=8.0, disk=16 * MIB, scratch=16 * MIB, file_size=64 * MIB, files=10_000,
    open_files=256, output=MIB
)  # fmt: skip
SPACIOUS = Limits(cpus=1.0, memory=256 * MIB, pids=64, wall=8.0, disk=16 * MIB, scratch=16 * MIB, output=MIB)
SHARED_MEMORY = 64 * MIB
INODES = 60_000
"""More files than ``LIMITS`` has, though they are only looked at now and then."""


@dataclass(frozen=True)
class Attack:
    """``tries`` in words; ``seen``: the evidence that it succeeds by; ``enforced``: the promise of a driver that it is about, which a
    machine may be unable to keep; ``data``, ``listens``: it needs a data folder, an endpoint."""

    name: str
    tries: str
    seen: Evidence
    weakness: Weakness
    enforced: str = "files"
    limits: Limits = SPACIOUS
    neighbour: Neighbour | None = None
    data: bool = False
    listens: bool = False


_NETWORK = (
    Attack("loopback-tcp", "connects to a server on the host's loopback", "connection", "no network namespace", "network"),
    Attack("loopback-udp", "sends a datagram to the host's loopback", "connection", "no network namespace", "network"),
    Attack("loopback-ipv6", "connects to a server on the host's IPv6 loopback", "connection", "no network namespace", "network"),
    Attack("metadata-service", "connects to the link-local address of a cloud's metadata", "connection", "no network namespace", "network"),
    Attack("abstract-socket", "connects to an abstract Unix socket of the host", "connection", "no network namespace", "network"),
    Attack("host-socket", "connects to a Unix socket in the host's files", "connection", "files writable"),
    Attack("name-lookup", "asks a name server, which carries data out in names", "connection", "no network namespace", "network"),
    Attack("raw-socket", "sends packets of its own making", "connection", "no walls", "network"),
    Attack("packet-socket", "listens in on what others say over an interface", "secret", "no walls", "network"),
    Attack("network-address", "gives the host's interface another address", "change", "no walls", "network"),
    Attack("hypervisor-socket", "takes a port of AF_VSOCK, which network namespaces do not cover", "change", "no filter", "network"),
    Attack("endpoint-swap", "has the gateway connect to a socket of the host", "connection", "endpoints writable", listens=True),
)
_FILES = (
    Attack("read-host-file", "reads a file of the host", "secret", "files writable"),
    Attack("write-host-file", "writes a file of the host", "change", "files writable"),
    Attack("link-out", "reads a file of the host through links of its own", "secret", "files writable"),
    Attack("hard-link", "gives a file of the host another name", "change", "no walls"),
    Attack("process-roots", "reads a file of the host through the roots of processes", "secret", "no walls"),
    Attack("file-handle", "opens a file of the host by its handle, without a path", "secret", "no walls", "system calls", data=True),
    Attack("device-node", "leaves a block device in its data folder", "left", "no walls", data=True),
    Attack("setuid-file", "leaves a program of root's in its data folder", "left", "no walls", data=True),
    Attack("setuid-program", "reads what is root's with a program of root's", "secret", "setuid honoured", "privileges"),
    Attack("data-link", "leaves links for whoever handles its data folder", "change", "followed links", data=True),
    Attack("data-tree", "leaves a folder that cannot be removed", "left", "followed links", data=True),
)
_PROCESSES = (
    Attack("signal-host", "kills a process of the host", "change", "no walls", "privileges"),
    Attack("signal-ancestors", "signals every process above its own", "change", "no walls", "privileges"),
    Attack("host-memory", "reads the memory of a process of the host", "secret", "no walls", "system calls"),
    Attack("debug-host", "attaches a debugger to a process of the host", "secret", "no walls", "system calls"),
    Attack("environment", "reads the service's environment", "secret", "environment kept"),
    Attack("descriptors", "reads what the service has open", "secret", "no walls"),
    Attack("namespaces", "shares a namespace with the host", "namespace", "no network namespace"),
    Attack("become-root", "becomes root", "root", "no walls", "privileges"),
    Attack("terminal-input", "types a command into a terminal of the host", "change", "no walls", "system calls"),
    Attack("come-first", "takes the processors from everybody", "priority", "no walls", "privileges"),
    Attack("raise-limits", "raises its own limits", "limit", "limits lifted", "privileges", LIMITS),
    Attack("outlive", "leaves a daemon that heeds no signal", "survivor", "no walls", "time"),
)
_KERNEL = (
    Attack("kernel-setting", "changes a setting of the kernel in /proc/sys", "change", "no walls"),
    Attack("device-setting", "changes a setting of the kernel in /sys", "change", "no walls"),
    Attack("leave-group", "leaves the control group that limits it", "change", "no walls", "memory"),
    Attack("user-namespace", "has every capability in a namespace of its own", "capabilities", "user namespaces", "system calls"),
    Attack("mount-file-system", "mounts a file system", "change", "user namespaces", "system calls"),
    Attack("io-uring", "has the kernel make calls that no filter sees", "opened", "no filter", "system calls"),
    Attack("bpf-map", "loads data for programs in the kernel", "opened", "no walls", "system calls"),
    Attack("user-fault", "stops the kernel in the middle of a call", "opened", "no walls", "system calls"),
    Attack("performance-counters", "measures what others do", "opened", "no walls", "system calls"),
    Attack("crypto-socket", "opens families of sockets that nobody needs", "said", "no filter", "system calls"),
    Attack("other-abi", "makes calls in the words of 32 bits", "said", "no filter", "system calls"),
)
_NEIGHBOURS = (
    Attack("residue", "finds files of the one who was there before", "secret", "scratch shared", neighbour="before"),
    Attack("shared-layer", "finds changed what every sandbox starts with", "secret", "runner writable", neighbour="before"),
    Attack("shared-memory", "finds shared memory of the one before", "secret", "no ipc namespace", neighbour="before"),
    Attack("message-queue", "finds a message queue of the one before", "secret", "no ipc namespace", neighbour="before"),
    Attack("keyring", "finds a key of the one before", "secret", "no walls", "system calls", neighbour="before"),
    Attack("neighbour-port", "connects to a server in another sandbox", "secret", "no network namespace", "network", neighbour="beside"),
    Attack("neighbour-files", "reads another sandbox's files", "secret", "scratch shared", neighbour="beside", data=True),
    Attack("neighbour-environment", "reads the environment of another one's processes", "secret", "no walls", neighbour="beside"),
    Attack("neighbour-memory", "reads another one's memory", "secret", "no walls", "system calls", neighbour="beside"),
    Attack("neighbour-signal", "kills another one's processes", "change", "no walls", "privileges", neighbour="beside"),
)
_LIMITS = (
    Attack("fork-bomb", "starts processes without end", "excess", "limits lifted", "processes", LIMITS),
    Attack("memory-bomb", "takes memory without end", "excess", "limits lifted", "memory", LIMITS),
    Attack("memory-of-many", "takes memory with many processes", "excess", "limits lifted", "memory", LIMITS),
    Attack("disk-bomb", "fills its workspace", "excess", "limits lifted", "disk"),
    Attack("scratch-bomb", "fills its scratch folder", "excess", "limits lifted", "disk"),
    Attack("shared-memory-bomb", "fills its shared memory", "excess", "no walls", "disk"),
    Attack("inode-bomb", "makes files without end", "excess", "limits lifted", "disk", LIMITS),
    Attack("huge-file", "makes a file larger than any disk", "excess", "limits lifted", "disk"),
    Attack("descriptor-bomb", "opens files without end", "excess", "limits lifted", "privileges", LIMITS),
    Attack("output-bomb", "prints without end", "excess", "limits lifted", "output"),
    Attack("spin", "takes more processors than it may", "excess", "limits lifted", "cpu", replace(LIMITS, cpus=0.1)),
    Attack("long-message", "has the service read a message of any length", "excess", "long messages read", "output"),
)
ATTACKS: tuple[Attack, ...] = (*_NETWORK, *_FILES, *_PROCESSES, *_KERNEL, *_NEIGHBOURS, *_LIMITS)
