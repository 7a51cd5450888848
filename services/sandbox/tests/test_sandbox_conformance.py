"""What a driver promises: talk, output, limits and their verdicts, previews, and that nothing is left behind. The same for every driver."""

import asyncio
import base64
import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import docker
import pytest
import sandbox_drivers
from sandbox_drivers import AnyDriver

from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.removed import removed
from barnraise.sandbox.domain.limits import ENFORCEABLE, LIMITS, MIB, TEST, WATCHED_MEMORY, WHOLE_PROCESSORS, Chunk, Exit, Limits, Usage
from barnraise.sandbox.ports import Box, Infrastructure, Spec

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local", "gvisor", "docker")]
every = pytest.mark.drivers(*sandbox_drivers.DRIVERS)
"""Also the engine with gVisor, whose kernel is that of ``gvisor`` and whose containers are those of ``docker``: what concerns both."""

PLAIN = Limits(pids=64)
PROGRAM = """
import os, signal, socket, subprocess, sys, threading, time
sys.path.insert(0, "/opt/runner")
from barnraise_channel import Channel, disk_full, keep_few
channel = Channel(3)
keep_few()
"""
"""A program of the platform's own, as those of the profiles are: it has the control channel and keeps to its number of processes."""


async def start(driver: AnyDriver, code: str, limits: Limits = PLAIN, **spec: Any) -> Box:
    return await driver.run(Spec("document", limits, **spec), [driver.python, "-c", PROGRAM + textwrap.dedent(code)], {})


async def read(box: Box) -> list[Chunk]:
    return [chunk async for chunk in box.output()]


def said(chunks: list[Chunk], stream: str) -> bytes:
    return b"".join(chunk.data for chunk in chunks if chunk.stream == stream)


async def run(driver: AnyDriver, code: str, limits: Limits = PLAIN, wall: float = 30) -> tuple[Exit, Mapping[str, Any] | None, list[Chunk]]:
    """How the program ended, its first message, and what it printed."""
    box = await start(driver, code, limits)
    output = asyncio.create_task(read(box))
    answer = None
    try:
        async with asyncio.timeout(wall):
            answer = await box.receive()
            end = await box.ended()
    except TimeoutError:
        await box.kill("timed_out")
        end = await box.ended()
    finally:
        await box.kill()
    return end, answer, await output


SPIN = """
import sys, time
clock = getattr(time, sys.argv[1])
until, count = clock() + 1, 0
while clock() < until:
    for _ in range(10000): pass
    count += 1
print(count)
"""


def alive(mark: str) -> list[int]:
    """Processes of this machine whose command line has the mark."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if mark.encode() in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


async def gone(mark: str, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while alive(mark) and time.monotonic() < until:
        await asyncio.sleep(0.02)
    return not alive(mark)


def containers(url: str | None, *, everything: bool = False) -> list[Any]:
    """Those that run in the engine of the tests, or all that it knows."""
    if url is None:
        return []
    client = docker.DockerClient(url)
    try:
        return client.containers.list(all=everything)
    finally:
        client.close()


@every
async def test_probing_finds_what_holds_here(driver: AnyDriver) -> None:
    capability = await driver.probe()
    assert capability.driver == driver.name
    assert set(ENFORCEABLE) - {"memory", "cpu"} <= set(capability.enforced)
    assert {"memory", WATCHED_MEMORY} & set(capability.enforced)
    assert {"cpu", WHOLE_PROCESSORS} & set(capability.enforced)


@pytest.mark.drivers("docker")
async def test_an_image_that_somebody_has_pruned_is_made_again(driver: AnyDriver, open_driver: Any) -> None:
    await driver.probe()
    client = docker.DockerClient(open_driver.url)
    client.images.prune({"dangling": False})
    client.close()
    with pytest.raises(Infrastructure, match="No such image"):
        await start(driver, "")
    assert await (await start(driver, "")).ended() == Exit("exited", 0)


# talk and output


@every
async def test_a_test_run_ends_with_its_code_and_report(driver: AnyDriver) -> None:
    """The profile's own program, whole."""
    source = b"def test_good(): pass\ndef test_bad(): assert 1 == 2\n"
    box = await driver.start(Spec("test", TEST))
    output = asyncio.create_task(read(box))
    assert await box.receive() == {"ready": True}
    await box.send({"files": {"backend/tests/test_it.py": base64.b64encode(source).decode()}})
    answer = await box.receive()
    assert await box.ended() == Exit("exited", 1)
    assert answer
    assert b'failures="1"' in base64.b64decode(answer["report"])
    assert b"1 failed, 1 passed" in said(await output, "stdout")


async def test_large_messages_go_both_ways(driver: AnyDriver) -> None:
    box = await start(driver, "channel.send({'echo': channel.receive()['text'] + '!'})")
    await box.send({"text": "x" * (5 << 20)})
    answer = await box.receive()
    assert answer == {"echo": "x" * (5 << 20) + "!"}
    assert await box.ended() == Exit("exited", 0)


async def test_output_is_whole_and_told_apart(driver: AnyDriver) -> None:
    code = """
    for number in range(3000):
        os.write(1, b"%06d" % number * 100)
        os.write(2, b"%07d" % number * 100)
    sys.exit(7)
    """
    end, _, chunks = await run(driver, code, replace(PLAIN, output=8 * MIB))
    assert end == Exit("exited", 7)
    assert said(chunks, "stdout") == b"".join(b"%06d" % number * 100 for number in range(3000))
    assert said(chunks, "stderr") == b"".join(b"%07d" % number * 100 for number in range(3000))


async def test_a_program_ended_by_a_signal_has_a_code_that_says_so(driver: AnyDriver) -> None:
    end, _, _ = await run(driver, "os.kill(os.getpid(), signal.SIGTERM)")
    assert end == Exit("exited", 128 + signal.SIGTERM)


async def test_messages_that_are_none_are_not_believed(driver: AnyDriver) -> None:
    """A run may write to the control channel itself: what it says there is at worst no report."""
    lies = ("(9 << 20).to_bytes(4, 'big')", "b'\\xff' * 4 + b'x' * 99", "b'\\x00\\x00\\x00\\x02[]'", "b'\\x00\\x00\\x00\\x02{]'")
    for lie in lies if driver.name == "local" else lies[:1]:
        end, answer, _ = await run(driver, f"os.write(3, {lie}); os._exit(0)")
        assert answer is None
        assert end == Exit("exited", 0)


async def test_a_message_to_one_that_has_ended_fails(driver: AnyDriver) -> None:
    box = await start(driver, "")
    await box.ended()
    with pytest.raises(Infrastructure):
        await box.send({"text": "x" * (1 << 20)})
    assert await box.receive() is None


# limits


@every
async def test_a_memory_bomb_is_out_of_memory(driver: AnyDriver) -> None:
    code = "hoard = [bytearray(os.urandom(1 << 20)) for _ in range(1024)]; time.sleep(5)"
    end, _, _ = await run(driver, code, replace(PLAIN, memory=160 * MIB))
    assert end.verdict == "out_of_memory"


async def test_many_small_hoarders_are_out_of_memory_together(driver: AnyDriver) -> None:
    hoard = "x = bytes(range(256)) * (1 << 18); import time; time.sleep(3)"
    code = f"""
    children = [subprocess.Popen([sys.executable, '-S', '-c', {hoard!r}]) for _ in range(8)]
    sys.exit(max(abs(child.wait()) for child in children))
    """
    end, _, _ = await run(driver, code, replace(PLAIN, memory=320 * MIB))
    assert end.verdict == "out_of_memory"


@every
async def test_a_fork_bomb_runs_into_the_limit(driver: AnyDriver) -> None:
    code = """
    try:
        for count in range(500):
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
    except OSError:
        channel.send({"count": count})
        raise
    """
    end, answer, _ = await run(driver, code, replace(PLAIN, pids=40))
    uncounted = isinstance(driver, LocalDriver) and driver._groups is None
    assert (end.verdict, end.code) == ("exited" if uncounted else "pids", 1)
    assert answer
    assert 30 <= answer["count"] <= 40


@pytest.mark.drivers("local", "docker")
async def test_a_refused_process_explains_a_failure_also_when_all_processes_are_gone(driver: AnyDriver) -> None:
    code = """
    left = []
    try:
        for _ in range(500):
            left.append(subprocess.Popen(["/bin/sleep", "60"]))
    finally:
        for one in left:
            one.kill()
            one.wait()
    """
    end, _, _ = await run(driver, code, replace(PLAIN, pids=40))
    uncounted = isinstance(driver, LocalDriver) and driver._groups is None
    assert (end.verdict, end.code) == ("exited" if uncounted else "pids", 1)


TAKES = """
taken = bytearray(os.urandom(1 << 20)) * 64
with open("/tmp/file", "wb") as file:
    file.write(taken[:16 << 20])
for _ in range(2):
    if not os.fork():
        time.sleep(60)
        os._exit(0)
while time.process_time() < 0.5:
    pass
channel.send({"ready": True})
channel.receive()
"""


@every
async def test_what_it_takes_is_told_while_it_is_there(driver: AnyDriver) -> None:
    box = await start(driver, TAKES, Limits(wall=60))
    assert await box.receive() == {"ready": True}
    taken = await box.usage()
    assert taken.memory is not None
    assert 80 * MIB <= taken.memory <= 240 * MIB, taken
    assert taken.cpu is not None
    assert 0.5 <= taken.cpu <= 20.0, taken
    if "gvisor" in driver.name:
        assert taken.processes is None
    else:
        assert taken.processes is not None
        assert 3 <= taken.processes <= 8, taken
    await box.kill()
    assert await box.usage() == Usage()


async def test_too_long_is_timed_out(driver: AnyDriver) -> None:
    started = time.monotonic()
    end, answer, _ = await run(driver, "while True: pass", wall=1.0)
    assert (end.verdict, end.code, answer) == ("timed_out", None, None)
    assert time.monotonic() - started < 8


async def test_too_much_output_ends_the_run(driver: AnyDriver) -> None:
    end, _, chunks = await run(driver, "while True: os.write(1, b'x' * 65536)", replace(PLAIN, output=MIB))
    assert end.verdict == "output"
    assert MIB - 65536 <= len(said(chunks, "stdout")) <= MIB


async def test_a_flood_that_nobody_reads_is_killed_at_once(driver: AnyDriver) -> None:
    """Where output waits, killing must not."""
    box = await start(driver, "channel.send({}); os.write(1, b'x' * (1 << 30))")
    await box.receive()
    started = time.monotonic()
    await box.kill()
    assert time.monotonic() - started < 5
    assert (await box.ended()).verdict == "killed"


async def test_a_flood_whose_reader_has_stopped_does_not_hold_up_the_end(driver: AnyDriver) -> None:
    box = await start(driver, "while True: os.write(1, bytes(65536))", replace(PLAIN, output=None))
    flood = box.output()
    for _ in range(16):
        await anext(flood)
    async with asyncio.timeout(15):
        await box.kill()
        assert (await box.ended()).verdict == "killed"


async def test_room_on_a_disk_is_taken_by_writing_alone(driver: AnyDriver) -> None:
    """A call that takes gigabytes in a moment does not work; the library's own way to do without it does."""
    code = """
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        file = os.open("/app/room", os.O_RDWR | os.O_CREAT)
        taken = libc.fallocate(file, 0, ctypes.c_long(0), ctypes.c_long(1 << 20))
        refused = ctypes.get_errno()
        os.posix_fallocate(file, 0, 1 << 20)
        channel.send({"taken": taken, "refused": refused, "size": os.fstat(file).st_size})
    """
    _, answer, _ = await run(driver, code)
    assert answer == {"taken": -1, "refused": errno.EOPNOTSUPP, "size": 1 << 20}


async def test_what_is_removed_and_still_open_is_seen(driver: AnyDriver, tmp_path: Path) -> None:
    """Also of who forbids to be looked at."""
    code = """
        import ctypes
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
        file = os.open("/data/hidden", os.O_RDWR | os.O_CREAT)
        os.unlink("/data/hidden")
        os.write(file, b"x" * (4 << 20))
        channel.send({"left": os.listdir("/data")})
        channel.receive()
    """
    box = await start(driver, code, data=tmp_path / "d")
    output = asyncio.create_task(read(box))
    assert await box.receive() == {"left": []}
    if box.user is not None:
        assert removed(box.user, tmp_path.stat().st_dev) >= 4 * MIB  # noqa: ASYNC240
    await box.kill()
    await output
    assert box.user is None or removed(box.user, tmp_path.stat().st_dev) == 0  # noqa: ASYNC240


async def test_a_full_disk_is_said(driver: AnyDriver) -> None:
    code = """
    try:
        open("/app/fill", "wb", buffering=0).write(b"x" * (64 << 20))
        open("/app/more", "wb", buffering=0).write(b"x")
    except OSError as error:
        channel.send({"disk_full": disk_full("/app")})
        sys.exit(1)
    """
    end, answer, _ = await run(driver, code, replace(PLAIN, disk=8 * MIB))
    assert end == Exit("disk", 1, "It filled its disk.")
    assert answer == {"disk_full": True}


@pytest.mark.drivers("local", "docker")
@pytest.mark.parametrize("folder", ["/app", "/tmp", "/dev/shm"])
async def test_files_without_end_are_a_full_disk(driver: AnyDriver, folder: str) -> None:
    """Empty ones, which no size stops. With gVisor they are memory of the sandbox's own."""
    code = f"""
    try:
        for number in range(400_000):
            os.close(os.open(f"{folder}/{{number}}", os.O_CREAT | os.O_WRONLY))
    except OSError as error:
        channel.send({{"disk_full": disk_full({folder!r}), "made": number}})
        sys.exit(1)
    channel.send({{"made": number}})
    """
    end, answer, _ = await run(driver, code, replace(PLAIN, files=1000))
    assert end.verdict == "disk", (end, answer)
    assert answer is None or answer["made"] < 1000


async def test_the_processor_is_shared_out(driver: AnyDriver) -> None:
    """Three that want a processor each get 0.2 of one together. Counted in turns of a loop: gVisor's clock of processes is wrong."""
    if driver.name == "local" and "cpu" not in (await driver.probe()).enforced:
        pytest.skip("the processor is not limited on this machine")
    code = f"""
    spinners = [subprocess.Popen([sys.executable, "-S", "-c", {SPIN!r}, "monotonic"], stdout=subprocess.PIPE) for _ in range(3)]
    channel.send({{"turns": sum(int(one.communicate()[0]) for one in spinners)}})
    """
    _, answer, _ = await run(driver, code, replace(PLAIN, cpus=0.2))
    assert answer
    a_second = int(subprocess.run([sys.executable, "-S", "-c", SPIN, "process_time"], capture_output=True, check=True).stdout)  # noqa: ASYNC221
    assert answer["turns"] / a_second < 0.5, "of the three seconds on two processors that they would take"


async def test_what_is_opened_is_bounded(driver: AnyDriver) -> None:
    code = """
    opened = []
    try:
        while True: opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        channel.send({"errno": error.errno, "opened": len(opened)})
    """
    _, answer, _ = await run(driver, code, replace(PLAIN, open_files=100))
    assert answer
    assert (answer["errno"], answer["opened"] <= 100) == (24, True)


# previews


SHOP = """
import socketserver
server = socket.socket(fileno=4)
def serve(connection):
    try:
        with connection, connection.makefile("rwb") as talk:
            for line in talk:
                word, _, number = line.decode().strip().partition(" ")
                if word == "give": talk.write(b"x" * int(number))
                if word == "take": talk.write(b"%d\\n" % len(talk.read(int(number))))
                if word == "say": talk.write(b"hello\\n")
                talk.flush()
    except OSError:
        pass
    finally:
        channel.send({"left": True})
channel.send({"ready": True})
channel.receive()
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"""


@every
async def test_a_preview_answers_through_its_endpoint(driver: AnyDriver, tmp_path: Path) -> None:
    box = await start(driver, SHOP, replace(PLAIN, output=None, wall=None), data=tmp_path / "d", listens=True)
    assert box.endpoint
    assert await box.receive() == {"ready": True}
    early_reader, early_writer = await asyncio.open_unix_connection(str(box.endpoint))
    early_writer.write(b"say\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(early_reader.readline(), 0.3)
    await box.send({"open": True})
    assert await asyncio.wait_for(early_reader.readline(), 20) == b"hello\n", "who comes early waits"

    async def shop() -> tuple[int, bytes]:
        reader, writer = await asyncio.open_unix_connection(str(box.endpoint))
        writer.write(b"give 3000000\n")
        given = len(await reader.readexactly(3_000_000))
        writer.write(b"take 2000000\n" + b"y" * 2_000_000)
        taken = await reader.readline()
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        return given, taken

    async with asyncio.timeout(60):
        assert await asyncio.gather(*(shop() for _ in range(8))) == [(3_000_000, b"2000000\n")] * 8
        for _ in range(8):
            assert await box.receive() == {"left": True}
        early_writer.write(b"give 9000000\n")
        early_writer.transport.abort()
        assert await box.receive() == {"left": True}, "who hangs up has hung up inside as well"
    assert await ask(box, b"say\n") == b"hello\n"
    await box.kill()
    with pytest.raises(OSError, match="No such file"):
        await asyncio.open_unix_connection(str(box.endpoint))


async def ask(box: Box, line: bytes) -> bytes:
    reader, writer = await asyncio.open_unix_connection(str(box.endpoint))
    writer.write(line)
    try:
        return await asyncio.wait_for(reader.readline(), 20)
    finally:
        writer.close()


async def test_the_endpoint_is_out_of_reach_of_others(driver: AnyDriver, tmp_path: Path) -> None:
    box = await start(driver, "channel.receive()", data=tmp_path / "d", listens=True)
    assert box.endpoint
    assert box.endpoint.parent.stat().st_mode & 0o077 == 0
    assert box.endpoint.parent.stat().st_uid == os.geteuid()


async def test_data_outlive_their_sandbox_and_are_their_own(driver: AnyDriver, tmp_path: Path) -> None:
    """The next sandbox finds what the one before has stored; another project's cannot read it."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    box = await start(driver, "open('/data/kept', 'w').write('x'); channel.send({})", data=ours)
    await box.receive()
    await box.ended()
    again = await start(driver, "channel.send({'kept': open('/data/kept').read()}); channel.receive()", data=ours)
    other = await start(driver, "channel.send({'there': os.listdir('/data')}); channel.receive()", data=theirs)
    assert await again.receive() == {"kept": "x"}
    assert await other.receive() == {"there": []}
    if os.geteuid() == 0:
        assert ours.stat().st_uid != theirs.stat().st_uid
        assert 0 not in (ours.stat().st_uid, theirs.stat().st_uid)
    await asyncio.gather(again.kill(), other.kill())
    await driver.discard(ours)
    assert not ours.exists()


# ends


async def test_daemons_end_with_their_sandbox(driver: AnyDriver) -> None:
    mark = f"orphan-{os.getpid()}-{time.monotonic_ns()}"
    code = f"subprocess.Popen(['setsid', 'sh', '-c', 'sleep 300; : {mark}'], start_new_session=True)"
    end, _, _ = await run(driver, code)
    assert end == Exit("exited", 0)
    assert await gone(mark)


@every
async def test_nothing_is_left_after_a_kill(driver: AnyDriver, open_driver, tmp_path: Path) -> None:
    data = tmp_path / "projects" / "p"
    data.mkdir(parents=True)
    box = await driver.start(Spec("preview", LIMITS["preview"], data, listens=True))
    await box.receive()
    assert box.endpoint
    assert box.endpoint.is_socket()
    assert descendants(os.getpid()) or containers(open_driver.url)
    endpoint = box.endpoint
    await box.kill()
    await box.kill()
    assert box.gone()
    assert not endpoint.exists()
    assert containers(open_driver.url, everything=True) == []
    assert await driver.sweep() == 0
    assert (await box.ended()).verdict == "killed"


async def test_who_gives_up_starting_leaves_nothing(driver: AnyDriver, open_driver) -> None:
    await (await start(driver, "")).ended()
    starting = [asyncio.create_task(start(driver, "channel.receive()")) for _ in range(3)]
    for _ in range(3):
        await asyncio.sleep(0)
    for task in starting:
        task.cancel()
    for ended in await asyncio.gather(*starting, return_exceptions=True):
        assert isinstance(ended, asyncio.CancelledError)
    assert containers(open_driver.url, everything=True) == []
    assert await driver.sweep() == 0


@every
async def test_a_killed_service_leaves_no_process_and_its_next_life_no_trace(open_driver, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    command = [sys.executable, sandbox_drivers.__file__, open_driver.name, str(open_driver.base_dir), str(data), open_driver.url or ""]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220 - it must not die with this loop
    try:
        assert service.stdout
        assert await asyncio.to_thread(service.stdout.readline) == "ready\n"
        family = descendants(service.pid)
        assert len(family) >= 4 or len(containers(open_driver.url)) == 2
    finally:
        os.kill(service.pid, signal.SIGKILL)
        service.wait()
        service.stdout.close()
    until = time.monotonic() + 10
    while (any(_running(pid) for pid in family) or containers(open_driver.url)) and time.monotonic() < until:
        await asyncio.sleep(0.02)
    assert not [pid for pid in family if _running(pid)]
    assert containers(open_driver.url) == [], "they end by themselves"
    async with open_driver(data) as driver:
        assert await driver.sweep() >= 2
        assert await driver.sweep() == 0
        assert containers(open_driver.url, everything=True) == []


def descendants(pid: int) -> list[int]:
    pending, found = [pid], []
    while pending:
        one = pending.pop()
        children = [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        found += children
        pending += children
    return found


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
