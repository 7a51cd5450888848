"""Containers without an engine: their description, the streams over their standard input and output, and what their box makes of them."""

import asyncio
import contextlib
import marshal
import platform
import re
import socket
import struct
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from barnraise.sandbox.adapters import printed as printed_module
from barnraise.sandbox.adapters.cgroups import refusals
from barnraise.sandbox.adapters.containers import box as box_module
from barnraise.sandbox.adapters.containers import wire as wire_module
from barnraise.sandbox.adapters.containers.box import ContainerBox, Ending
from barnraise.sandbox.adapters.containers.wire import BrokenError, Wire
from barnraise.sandbox.adapters.docker import container as docker_module
from barnraise.sandbox.adapters.docker.container import DockerRun
from barnraise.sandbox.adapters.printed import Printed
from barnraise.sandbox.domain.containers import Recipe, describe
from barnraise.sandbox.domain.limits import MIB, TEST, Exit, Limits
from barnraise.sandbox.domain.seccomp import compile_profile
from barnraise.sandbox.ports import Infrastructure

RECIPE = Recipe(
    "i",
    "barnraise-x",
    1_000_000_007,
    ["run"],
    layer="/l",
    runner="/r",
    processors=2,
    filter={"defaultAction": "x"},
    modules="/opt/web/node_modules",
)
LIMITS = Limits(cpus=1.5, memory=512 * MIB, pids=100, disk=64 * MIB, scratch=32 * MIB, open_files=77, file_size=9 * MIB, gives_way=True)


def test_a_container_has_no_network_no_right_and_nothing_to_write_to_but_sized_memory() -> None:
    described = describe(RECIPE, LIMITS)
    host = described["HostConfig"]
    assert described["User"] == "1000000007:1000000007"
    assert described["Labels"] == {"barnraise.instance": "barnraise-x"}
    assert (host["NetworkMode"], described["NetworkDisabled"], host["IpcMode"]) == ("none", True, "private")
    assert (host["ReadonlyRootfs"], host["CapDrop"], host["AutoRemove"]) == (True, ["ALL"], False)
    assert host["SecurityOpt"] == ["no-new-privileges", 'seccomp={"defaultAction": "x"}']
    assert not {"Privileged", "CapAdd", "Devices", "PidMode", "UsernsMode", "PortBindings", "GroupAdd"} & set(host)
    assert all(bind.endswith(":ro") for bind in host["Binds"])
    assert host["Tmpfs"]["/app"] == f"rw,nosuid,nodev,size={64 * MIB},exec,uid=1000000007,gid=1000000007,mode=0700,nr_inodes=50000"
    assert set(host["Tmpfs"]) == {"/app", "/tmp", "/dev/shm", "/opt/web/node_modules/.vite", "/opt/web/node_modules/.vite-temp"}
    assert host["Tmpfs"]["/dev/shm"] == f"rw,nosuid,nodev,size={64 * MIB},noexec,mode=1777,nr_inodes=50000"
    assert all("size=" in options and "nosuid,nodev" in options for options in host["Tmpfs"].values())
    assert "/sys" in host["MaskedPaths"]
    assert "/proc/sys" in host["ReadonlyPaths"]
    assert host["LogConfig"]["Type"] == "none", "what it prints is not kept on the host's disk"


def test_a_container_has_its_limits() -> None:
    host = describe(RECIPE, LIMITS)["HostConfig"]
    assert host["Memory"] == host["MemorySwap"] == 512 * MIB
    assert (host["NanoCpus"], host["CpuShares"], host["PidsLimit"]) == (1_500_000_000, 256, 101)
    assert {one["Name"]: (one["Soft"], one["Hard"]) for one in host["Ulimits"]} == {
        "core": (0, 0), "nofile": (77, 77), "fsize": (9 * MIB, 9 * MIB), "memlock": (MIB, MIB),
    }  # fmt: skip
    assert describe(RECIPE, Limits(cpus=64.0))["HostConfig"]["NanoCpus"] == 2_000_000_000, "an engine refuses more than it has"


def test_gvisor_counts_processes_inside() -> None:
    host = describe(replace(RECIPE, runtime="runsc", filter=None), LIMITS)["HostConfig"]
    assert host["Runtime"] == "runsc"
    assert host["PidsLimit"] == 1024
    assert "nr_inodes" not in str(host["Tmpfs"]), "which it does not know"
    assert (host["ShmSize"], "/dev/shm" in host["Tmpfs"]) == (64 * MIB, False)
    assert {"Name": "nproc", "Soft": 100, "Hard": 100} in host["Ulimits"]
    assert host["SecurityOpt"] == ["no-new-privileges"]


def test_data_is_the_only_folder_of_the_host_that_can_be_written() -> None:
    host = describe(replace(RECIPE, data="/d", modules=None), LIMITS)["HostConfig"]
    assert [bind for bind in host["Binds"] if not bind.endswith(":ro")] == ["/d:/data:rw"]
    assert set(host["Tmpfs"]) == {"/app", "/tmp", "/dev/shm"}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_profile_says_what_the_filter_says(machine: str) -> None:
    profile = compile_profile(machine)
    rules = profile["syscalls"]
    assert (profile["defaultAction"], profile["defaultErrnoRet"]) == ("SCMP_ACT_ERRNO", 38)
    assert profile["architectures"] == [f"SCMP_ARCH_{machine.upper()}"]
    always = {name for rule in rules if rule["action"] == "SCMP_ACT_ALLOW" and "args" not in rule for name in rule["names"]}
    refused = {name: rule["errnoRet"] for rule in rules if rule["action"] == "SCMP_ACT_ERRNO" for name in rule["names"]}
    assert {"read", "execve", "futex", "ioctl"} <= always
    assert not always & {"clone", "socket", "personality", "mount", "unshare", "ptrace", "bpf", "clone3"}
    assert refused["clone3"] == 38
    assert refused["unshare"] == refused["ptrace"] == 1
    families = [rule["args"][0]["value"] for rule in rules if rule["names"] == ["socket"]]
    assert sorted(families) == [1, 2, 10, 16], "above all no AF_VSOCK"
    clone = next(rule["args"] for rule in rules if rule["names"] == ["clone"])
    assert clone == [{"index": 0, "value": 0x7E020080, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]


def test_another_machine_has_no_profile() -> None:
    with pytest.raises(ValueError, match="riscv64"):
        compile_profile("riscv64")


# the wire, with the real first process on the other side

INSIDE = Path(sys.modules[Wire.__module__].__file__ or "").parents[1] / "inside"
HEAD = struct.Struct(">BII")


class Process:
    """A container that is none: the first process, on this machine."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.refuses = False

    @classmethod
    async def start(cls, code: str, *, listens: bool = False) -> "Process":
        orders = {"command": [sys.executable, "-S", "-c", code], "environment": {}, "listens": listens, "packages": None}
        orders |= {"filter": None, "meet": None, "user": None}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(INSIDE / "barnraise_init.py"), marshal.dumps(orders, 2).hex(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return cls(process)

    async def read(self) -> bytes | None:
        assert self.process.stdout
        return await self.process.stdout.read(65536) or None

    async def write(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        await self.process.stdin.drain()

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def ended(self) -> Ending:
        return Ending(await self.process.wait())

    async def refused(self) -> bool:
        assert self.process.returncode is None, "it waits to be looked at"
        return self.refuses

    async def remove(self) -> None:
        await self.kill()
        await self.process.wait()


async def test_who_does_not_read_holds_up_only_that_stream() -> None:
    """A full window of output that nobody takes: the control channel goes on."""
    code = "import os, socket, threading\nthreading.Thread(target=os.write, args=(1, b'x' * (8 << 20)), daemon=True).start()\n"
    code += "control = socket.socket(fileno=3)\nwhile data := control.recv(4096): control.sendall(data)"
    container = await Process.start(code)
    wire = Wire(container)
    running = asyncio.create_task(wire.run())
    async with asyncio.timeout(20):
        for number in range(50):
            await wire.control.write(b"%08d" % number * 1000)
            assert await wire.control.reader.readexactly(8000) == b"%08d" % number * 1000
        assert len(await wire.stdout.reader.readexactly(8 << 20)) == 8 << 20
    await container.remove()
    await running


async def test_when_the_service_is_gone_so_is_the_program() -> None:
    container = await Process.start("import time; time.sleep(600)")
    assert container.process.stdin
    container.process.stdin.close()
    assert await asyncio.wait_for(container.process.wait(), 10) == 125


async def test_orphans_are_reaped_and_the_program_s_code_is_the_container_s() -> None:
    container = await Process.start("import os, sys\nfor _ in range(20):\n    os.fork() or os._exit(0)\nsys.exit(9)")
    with contextlib.suppress(BrokenError):
        await Wire(container).run()
    assert await asyncio.wait_for(container.process.wait(), 10) == 9


@pytest.mark.parametrize("code", [0, 1, 125])
async def test_a_program_may_end_with_any_code(code: int) -> None:
    """Also with the one that says that the service has gone."""
    container = await Process.start(f"import sys; sys.exit({code})")
    box = ContainerBox("b", TEST, container, None, lambda: None)
    assert await asyncio.wait_for(box.ended(), 10) == Exit("exited", code)


@pytest.mark.parametrize(("code", "verdict"), [(1, "pids"), (0, "exited")])
async def test_a_refusal_explains_a_failure_though_nothing_of_it_is_left(code: int, verdict: str) -> None:
    container = await Process.start(f"import sys; sys.exit({code})")
    container.refuses = True
    async with asyncio.timeout(10):
        assert (await ContainerBox("b", TEST, container, None, lambda: None).ended()).verdict == verdict


def test_refusals_are_read_of_the_right_group_only(tmp_path: Path) -> None:
    for version, line, folder in (
        (1, "7:pids:/docker/abc", "pids/docker/abc"),
        (2, "0::/a.slice/abc.scope", "a.slice/abc.scope"),
    ):
        proc, root = tmp_path / f"proc{version}", tmp_path / f"root{version}"
        (proc / "12").mkdir(parents=True)
        (proc / "12/cgroup").write_text(f"9:cpu:/docker/abc\n{line}\n")
        (root / folder).mkdir(parents=True)
        assert refusals(12, "abc", proc, root) == 0
        (root / folder / "pids.events").write_text("max 3\n")
        assert refusals(12, "abc", proc, root) == 3
        assert refusals(12, "another", proc, root) == refusals(13, "abc", proc, root) == 0


class Liar:
    """A container whose stream says what it wants."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)
        self.killed = asyncio.Event()
        self.removed = False

    async def read(self) -> bytes | None:
        if self._pieces:
            return self._pieces.pop(0)
        await self.killed.wait()
        return None

    async def write(self, data: bytes) -> None: ...

    async def kill(self) -> None:
        self.killed.set()

    async def ended(self) -> Ending:
        return Ending(137)

    async def refused(self) -> bool:
        return False

    async def remove(self) -> None:
        self.removed = True


LIES = {
    "no frame": b"HTTP/1.1 200 OK\r\n\r\n",
    "an unknown word": HEAD.pack(9, 0, 0),
    "an opening": HEAD.pack(1, 7, 0),
    "a frame larger than any window": HEAD.pack(2, 1, 1 << 30),
    "more than was granted": HEAD.pack(2, 0, 1 << 18) + b"x" * (1 << 18) + HEAD.pack(2, 0, 1 << 18) + b"x" * (1 << 18)
    + HEAD.pack(2, 0, 1 << 18) + b"x" * (1 << 18),
    "words after the end": HEAD.pack(3, 1, 0) + HEAD.pack(2, 1, 1) + b"x",
    "words without a letter": HEAD.pack(2, 1, 0),
    "a grant of nothing": HEAD.pack(4, 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
async def test_a_container_that_breaks_the_rules_is_killed(lie: str) -> None:
    liar = Liar(LIES[lie])
    box = ContainerBox("b", TEST, liar, None, lambda: None)
    async with asyncio.timeout(5):
        end = await box.ended()
    assert (end.verdict, end.code) == ("policy", None)
    assert re.search(r"nothing may do in a sandbox: it \w+", end.detail)
    assert (liar.killed.is_set(), liar.removed) == (True, True)
    assert await box.receive() is None


@pytest.mark.parametrize("stray", [HEAD.pack(4, 0, 0xFFFFFFFF), HEAD.pack(5, 99, 0), HEAD.pack(2, 99, 1) + b"x", HEAD.pack(3, 0, 0)])
async def test_frames_that_mean_nothing_do_no_harm(stray: bytes) -> None:
    liar = Liar(stray, HEAD.pack(2, 1, 2) + b"ok")
    box = ContainerBox("b", TEST, liar, None, lambda: None)
    async for chunk in box.output():
        assert chunk.data == b"ok"
        break
    await box.kill()


class Babbler(Liar):
    """Always has something to say, in the smallest pieces."""

    said = 0

    async def read(self) -> bytes | None:
        if self.killed.is_set():
            return None
        self.said += 1
        return HEAD.pack(5, 99, 0) * 100


async def test_who_talks_in_tiny_pieces_is_read_slowly_and_lets_others_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_module, "FRAMES_A_SECOND", 2000)
    babbler = Babbler()
    box = ContainerBox("b", TEST, babbler, None, lambda: None)
    began, turns = time.monotonic(), 0
    while time.monotonic() < began + 0.5:
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 20, "the loop has time for others"
    assert babbler.said * 100 <= 2 * 2000, "a second's frames at once, and half a second's more"
    await box.kill()
    assert (await box.ended()).verdict == "killed"


async def test_who_does_nothing_else_for_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_module, "FRAMES_A_SECOND", 2000)
    monkeypatch.setattr(wire_module, "PATIENCE", 0.2)
    async with asyncio.timeout(10):
        end = await ContainerBox("b", TEST, Babbler(), None, lambda: None).ended()
    assert (end.verdict, "smaller pieces" in end.detail) == ("policy", True)


async def test_output_that_comes_byte_by_byte_is_read_in_larger_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed_module, "READS_A_SECOND", 50)
    stream = asyncio.StreamReader()

    async def drip() -> None:
        for number in range(2000):
            stream.feed_data(b"%d" % (number % 10))
            await asyncio.sleep(0)
        stream.feed_eof()

    dripping = asyncio.create_task(drip())
    pieces = [chunk.data async for chunk in Printed({"stdout": stream}, TEST).chunks() if chunk]
    await dripping
    assert b"".join(pieces) == b"0123456789" * 200
    assert len(pieces) < 150


class Deaf(Liar):
    """Talks and talks in small pieces, and takes nothing."""

    async def read(self) -> bytes | None:
        await asyncio.sleep(0)
        return None if self.killed.is_set() else HEAD.pack(2, 1, 1 << 12) + b"x" * (1 << 12)

    async def write(self, data: bytes) -> None:
        await self.killed.wait()
        raise BrokenPipeError("gone")


async def test_who_takes_no_grant_has_said_its_last_word_with_the_window() -> None:
    wire, heard = Wire(Deaf()), 0

    async def read() -> None:
        nonlocal heard
        while heard < 4 << 20 and (data := await wire.stdout.reader.read(1 << 16)):
            heard += len(data)

    reading = asyncio.create_task(read())
    async with asyncio.timeout(20):
        with pytest.raises(BrokenError):
            await wire.run()
        await reading
    assert heard <= 2 << 18, "the window, and the grant that is on its way"


async def test_a_sandbox_ends_while_somebody_looks_at_it(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    box = ContainerBox("b", TEST, Liar(), (tmp_path / "s", listener), lambda: None)
    reader, writer = await asyncio.open_unix_connection(str(tmp_path / "s"))
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(10):
        await box.kill()
        assert await reader.read() == b""
    writer.close()


async def test_a_frame_may_come_in_pieces() -> None:
    whole = HEAD.pack(2, 1, 3) + b"abc" + HEAD.pack(2, 2, 1) + b"d"
    liar = Liar(*(whole[index : index + 1] for index in range(len(whole))))
    box = ContainerBox("b", TEST, liar, None, lambda: None)
    seen = []
    async for chunk in box.output():
        seen.append(chunk)
        if len(seen) == 2:
            break
    assert sorted(seen) == [("stderr", b"d"), ("stdout", b"abc")]
    await box.kill()


class Lost(Liar):
    """Its engine has gone away."""

    async def read(self) -> bytes | None:
        raise ConnectionResetError("gone")

    async def write(self, data: bytes) -> None:
        raise BrokenPipeError("gone")

    async def ended(self) -> Ending:
        return Ending(None, problem="the engine lost its container")


async def test_a_lost_container_is_the_platform_s_own_fault(tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    lost, given_back = Lost(), []
    box = ContainerBox("b", TEST, lost, (tmp_path / "s", listener), lambda: given_back.append(True))
    with pytest.raises(Infrastructure, match="lost its container") as error:
        await box.ended()
    assert error.value.problem.retryable
    assert (lost.removed, given_back) == (True, [True])
    with pytest.raises(Infrastructure):
        await box.send({"files": {}})
    await box.kill()


async def test_a_half_dead_engine_holds_up_no_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    """It neither kills nor ends the stream."""

    class HalfDead(Liar):
        async def kill(self) -> None:
            await asyncio.Event().wait()

        async def ended(self) -> Ending:
            return Ending(None, problem="the engine does not answer")

    monkeypatch.setattr(box_module, "PATIENCE", 0.05)
    half, given_back = HalfDead(), []
    box = ContainerBox("b", TEST, half, None, lambda: given_back.append(True))
    async with asyncio.timeout(5):
        await box.kill("timed_out")
        assert (await box.ended()).verdict == "timed_out"
    assert (half.removed, given_back) == (True, [True])


async def test_an_engine_that_cannot_end_its_container_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck:
        async def wait(self) -> None:
            await asyncio.Event().wait()

        async def kill(self) -> None: ...

    monkeypatch.setattr(docker_module, "_SOON", 0.05)
    run = DockerRun(Stuck(), None)  # ty: ignore[invalid-argument-type]
    async with asyncio.timeout(5):
        assert (await run.ended()).problem == "the engine does not end its container"


async def test_a_container_that_was_cut_off_is_no_success() -> None:
    class CutOff(Liar):
        async def read(self) -> bytes | None:
            return None

        async def ended(self) -> Ending:
            return Ending(125)

    with pytest.raises(Infrastructure, match="cut off"):
        await ContainerBox("b", TEST, CutOff(), None, lambda: None).ended()


def test_this_machine_has_a_profile() -> None:
    assert compile_profile(platform.machine())
