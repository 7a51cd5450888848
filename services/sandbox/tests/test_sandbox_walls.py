"""What hostile code tries: each attack is a test that runs inside a sandbox and passes when it was repelled."""

import asyncio
import base64
import os
import socket
import sys
import textwrap
from collections.abc import Iterator

import pytest

from barnraise.contracts.diagnostics import TestReport
from barnraise.sandbox.domain.junit import parse_report
from barnraise.sandbox.domain.limits import TEST
from barnraise.sandbox.ports import Spec

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local", "docker")]

PREAMBLE = """
import ctypes, errno, fcntl, json, os, resource, signal, socket, stat, subprocess, sys, threading, time
from pathlib import Path
import pytest
libc = ctypes.CDLL(None, use_errno=True)
TABLE = {"ptrace": 101, "process_vm_readv": 310, "add_key": 248, "keyctl": 250, "unshare": 272, "setns": 308, "mount": 165,
         "io_uring_setup": 425, "bpf": 321, "userfaultfd": 323, "perf_event_open": 298, "chroot": 161, "open_by_handle_at": 304,
         "pidfd_getfd": 438, "clone3": 435, "fsopen": 430, "init_module": 175, "kexec_load": 246, "reboot": 169, "syslog": 103}
OTHER = {"ptrace": 117, "process_vm_readv": 270, "add_key": 217, "keyctl": 219, "unshare": 97, "setns": 268, "mount": 40,
         "io_uring_setup": 425, "bpf": 280, "userfaultfd": 282, "perf_event_open": 241, "chroot": 51, "open_by_handle_at": 265,
         "pidfd_getfd": 438, "clone3": 435, "fsopen": 430, "init_module": 105, "kexec_load": 104, "reboot": 142, "syslog": 116}
def call(name, *arguments):
    number = (TABLE if os.uname().machine == "x86_64" else OTHER)[name]
    result = libc.syscall(number, *arguments)
    return result, ctypes.get_errno()
def status():
    lines = Path("/proc/self/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
"""

ATTACKS = {
    "reaches the internet": """
        with pytest.raises(OSError): socket.create_connection(("192.0.2.1", 80), timeout=2)
    """,
    "reaches the metadata service": """
        with pytest.raises(OSError): socket.create_connection(("169.254.169.254", 80), timeout=2)
    """,
    "reaches the host's loopback": """
        with pytest.raises(OSError): socket.create_connection(("127.0.0.1", {port}), timeout=2)
    """,
    "reaches the host's abstract sockets": """
        client = socket.socket(socket.AF_UNIX)
        with pytest.raises(OSError): client.connect("\\0{abstract}")
    """,
    "resolves a name": """
        with pytest.raises(OSError): socket.getaddrinfo("example.org", 80)
    """,
    "sees other interfaces": """
        assert [name for _, name in socket.if_nameindex()] == ["lo"]
        assert len(Path("/proc/net/route").read_text().splitlines()) <= 1
    """,
    "talks to the hypervisor": """
        with pytest.raises(OSError): socket.socket(40, socket.SOCK_STREAM)
    """,
    "sniffs packets": """
        for family, kind in ((17, socket.SOCK_RAW), (socket.AF_INET, socket.SOCK_RAW), (socket.AF_INET6, socket.SOCK_RAW)):
            with pytest.raises(OSError): socket.socket(family, kind, 1)
    """,
    "listens to the kernel": """
        for protocol in (1, 2, 9, 15):
            with pytest.raises(OSError): socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    """,
    "reads the host's files": """
        for path in ("{canary}", "/etc/shadow", "/etc/machine-id", "/etc/ssh", "/var/log", "/sys/class"):
            assert not os.path.exists(path), path
        assert not any(os.listdir(folder) for folder in ("/root", "/home", "/run", "/data"))
    """,
    "follows a link out": """
        os.symlink("{canary}", "/tmp/out")
        with pytest.raises(FileNotFoundError): open("/tmp/out")
    """,
    "reads the service's environment": """
        told = {{line.split(b"=")[0] for line in Path("/proc/1/environ").read_bytes().split(b"\\0") if line}}
        assert told <= {{b"LD_LIBRARY_PATH"}}
        assert not any("BARNRAISE" in name or "SECRET" in name for name in os.environ)
    """,
    "sees other processes": """
        assert len([name for name in os.listdir("/proc") if name.isdigit()]) < 8
    """,
    "finds descriptors of the service": """
        folder = "/proc/self/fd"
        opened = {{int(name): os.readlink(f"{{folder}}/{{name}}") for name in os.listdir(folder) if os.path.exists(f"{{folder}}/{{name}}")}}
        own = ("/tmp/", "/dev/null", "/proc/", "pipe:")  # pytest keeps copies of the standard streams
        strangers = {{number: target for number, target in opened.items() if number > 3 and not target.startswith(own)}}
        assert not strangers
        assert not any("canary" in target for target in opened.values())
    """,
    "writes to the root": """
        for folder in ("/", "/usr", "/etc", "/opt", "/opt/site", "/opt/runner", "/dev", "/root", "/var/tmp", "/app/frontend/node_modules"):
            with pytest.raises(OSError): (Path(folder) / "planted").write_text("x")
    """,
    "sets the host's core pattern": """
        for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/panic_on_oom", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger"):
            with pytest.raises(OSError): os.open(path, os.O_WRONLY)
    """,
    "lifts its own limits": """
        for path in ("/sys/fs/cgroup", "/sys"):
            assert not os.path.exists(path + "/memory")
        with pytest.raises((ValueError, OSError)): resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
        with pytest.raises((ValueError, OSError)): resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 40))
    """,
    "has rights": """
        told = status()
        assert all(int(told[name], 16) == 0 for name in ("CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"))
        assert told["NoNewPrivs"] == "1" and told["Seccomp"] == "2" and os.getuid() >= 1000 and os.getgroups() in ([], [os.getgid()])
    """,
    "becomes root": """
        for change in (os.setuid, os.setgid, os.seteuid):
            with pytest.raises(OSError): change(0)
        target = Path("/tmp/owned"); target.write_text("x")
        with pytest.raises(OSError): os.chown(target, 0, 0)
    """,
    "gains by setuid programs": """
        for program in ("/usr/bin/su", "/usr/bin/passwd", "/usr/bin/mount"):
            if os.path.exists(program):
                told = subprocess.run(["/bin/sh", "-c", "grep ^CapEff /proc/self/status"], capture_output=True, text=True).stdout
                assert int(told.split()[1], 16) == 0
    """,
    "makes a namespace": """
        for flag in (0x00020000, 0x10000000, 0x40000000, 0x20000000):
            assert call("unshare", flag) == (-1, errno.EPERM)
        assert call("setns", 0, 0) == (-1, errno.EPERM)
        assert call("clone3", 0, 0) == (-1, errno.ENOSYS)
    """,
    "mounts": """
        assert call("mount", b"none", b"/tmp", b"tmpfs", 0, 0) == (-1, errno.EPERM)
        assert call("fsopen", b"tmpfs", 0) == (-1, errno.EPERM)
        assert call("chroot", b"/tmp") == (-1, errno.EPERM)
    """,
    "debugs": """
        assert call("ptrace", 16, 1, 0, 0) == (-1, errno.EPERM)
        assert call("process_vm_readv", 1, 0, 0, 0, 0, 0) == (-1, errno.EPERM)
        assert call("pidfd_getfd", 0, 0, 0) == (-1, errno.EPERM)
    """,
    "uses the kernel's keyring": """
        assert call("keyctl", 0, -3, 0) == (-1, errno.EPERM)
        assert call("add_key", b"user", b"x", b"y", 1, -4) == (-1, errno.EPERM)
    """,
    "uses risky parts of the kernel": """
        risky = "io_uring_setup bpf userfaultfd perf_event_open open_by_handle_at init_module kexec_load reboot syslog"
        for name in risky.split():
            assert call(name, 0, 0, 0, 0, 0) == (-1, errno.EPERM), name
    """,
    "makes a device": """
        with pytest.raises(OSError): os.mknod("/tmp/disk", stat.S_IFBLK | 0o600, os.makedev(254, 0))
        with pytest.raises(OSError): os.mknod("/tmp/memory", stat.S_IFCHR | 0o600, os.makedev(1, 1))
        assert not any(stat.S_ISBLK(os.lstat(f"/dev/{{name}}").st_mode) for name in os.listdir("/dev"))
    """,
    "types into the terminal": """
        with pytest.raises(OSError): fcntl.ioctl(0, 0x5412, b"x")
        assert os.getsid(0) != 0
    """,
    "signals others": """
        with pytest.raises(OSError): os.kill({service}, signal.SIGKILL)
        assert os.getppid() in (0, 1, 2)
    """,
    "fills the disk": """
        for folder, most in (("/app", 300), ("/tmp", 160), ("/dev/shm", 80)):
            with pytest.raises(OSError) as full:
                with open(folder + "/fill", "wb", buffering=0) as file:
                    for _ in range(most): file.write(b"x" * (1 << 20))
            os.unlink(folder + "/fill")
            assert full.value.errno in (errno.ENOSPC, errno.EFBIG)
    """,
    "makes a huge sparse file": """
        with pytest.raises(OSError), open("/tmp/sparse", "wb") as file: file.truncate(1 << 40)
    """,
    "opens everything": """
        opened = []
        with pytest.raises(OSError) as many:
            while True: opened.append(os.open("/dev/null", os.O_RDONLY))
        for descriptor in opened: os.close(descriptor)
        assert many.value.errno == errno.EMFILE and len(opened) <= 1024
    """,
    "works as an application must": """
        thread = threading.Thread(target=lambda: None); thread.start(); thread.join()
        assert subprocess.run(["node", "-e", "console.log(40 + 2)"], capture_output=True, text=True).stdout == "42\\n"
        server = socket.create_server(("127.0.0.1", 0)); socket.create_connection(server.getsockname()).close()
        assert socket.gethostbyname("localhost") == "127.0.0.1"
        import fastapi, sqlalchemy, sqlite3
        assert sys.version_info[:2] == {version}
    """,
}


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """What must not be reached: a readable file, a port, an abstract socket and this process."""
    folder = tmp_path_factory.mktemp("canary")
    file = folder / "canary.txt"
    file.write_text("found")
    file.chmod(0o644)
    for parent in (folder, *folder.parents[:3]):
        parent.chmod(parent.stat().st_mode | 0o055)
    abstract = f"canary-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as hidden, file.open() as opened:
        os.set_inheritable(opened.fileno(), True)
        hidden.bind(f"\0{abstract}")
        hidden.listen()
        yield {
            "canary": file,
            "port": server.getsockname()[1],
            "abstract": abstract,
            "service": os.getpid(),
            "version": (3, sys.version_info[1]),
        }


@pytest.fixture(scope="module")
def report(open_driver, canaries: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> TestReport:
    """All attacks in one sandbox."""
    functions = [
        f"def test_{number}():\n{textwrap.indent(textwrap.dedent(code.format(**canaries)), '    ')}"
        for number, code in enumerate(ATTACKS.values())
    ]
    source = PREAMBLE + "\n".join(functions)

    async def attack() -> TestReport:
        async with open_driver(tmp_path_factory.mktemp("data")) as driver:
            box = await driver.start(Spec("test", TEST))
            try:
                await box.receive()
                await box.send({"files": {"backend/tests/test_attacks.py": base64.b64encode(source.encode()).decode()}})
                answer = await box.receive()
            finally:
                await box.kill()
        assert answer
        return parse_report(base64.b64decode(answer["report"]))

    return asyncio.run(attack())


@pytest.mark.parametrize("attack", ATTACKS)
def test_is_repelled(attack: str, report: TestReport) -> None:
    assert report.passed + report.failed == len(ATTACKS)
    name = f"tests.test_attacks::test_{list(ATTACKS).index(attack)}"
    lost = [case.message for case in report.cases if case.name == name]
    assert not lost, lost[0]
