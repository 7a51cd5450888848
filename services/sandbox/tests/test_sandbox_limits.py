"""What a driver promises: limits, verdicts, and that nothing is left behind. The same for every driver."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from barnraise.sandbox.adapters.local import cgroups
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.local.runtime import Runtime
from barnraise.sandbox.domain.limits import LIMITS, MIB, TEST, WATCHED_MEMORY, Chunk, Exit, Limits
from barnraise.sandbox.ports import Box, Driver, Infrastructure, Spec

pytestmark = pytest.mark.sandbox


@pytest.fixture
async def driver(open_driver, tmp_path: Path) -> AsyncIterator[LocalDriver]:
    async with open_driver(tmp_path / "data") as opened:
        yield opened


def one_test(code: str) -> dict[str, Any]:
    source = f"import os, sys, time, subprocess, threading\ndef test_it():\n    {code.strip()}\n"
    return {"files": {"backend/tests/test_it.py": base64.b64encode(source.encode()).decode()}}


async def read(box: Box) -> list[Chunk]:
    return [chunk async for chunk in box.output()]


async def run(driver: Driver, code: str, limits: Limits = TEST, wall: float = 20) -> tuple[Exit, Mapping[str, Any] | None, list[Chunk]]:
    """Run one line of code as a test."""
    box = await driver.start(Spec("test", limits))
    output = asyncio.create_task(read(box))
    answer = None
    try:
        await box.receive()
        await box.send(one_test(code))
        async with asyncio.timeout(wall):
            answer = await box.receive()
            end = await box.ended()
    except TimeoutError:
        await box.kill("timed_out")
        end = await box.ended()
    finally:
        await box.kill()
    return end, answer, await output


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


async def test_probing_finds_what_holds_here(driver: Driver) -> None:
    capability = await driver.probe()
    assert {"network", "files", "system calls", "privileges", "processes", "disk", "time", "output"} <= set(capability.enforced)
    assert {"memory", WATCHED_MEMORY} & set(capability.enforced)


async def test_a_run_ends_with_its_code_and_report(driver: Driver) -> None:
    end, answer, output = await run(driver, "pass")
    assert end == Exit("exited", 0)
    assert answer
    assert b"1 passed" in b"".join(chunk.data for chunk in output)
    end, _, _ = await run(driver, "assert 1 == 2")
    assert end == Exit("exited", 1)


async def test_a_memory_bomb_is_out_of_memory(driver: Driver) -> None:
    end, _, _ = await run(
        driver, "hoard = [bytearray(os.urandom(1 << 20)) for _ in range(1024)]; time.sleep(5)", replace(TEST, memory=160 * MIB)
    )
    assert end.verdict == "out_of_memory"


async def test_many_small_hoarders_are_out_of_memory_together(driver: Driver) -> None:
    hoard = "x = bytes(range(256)) * (1 << 18); import time; time.sleep(9)"
    code = f"children = [subprocess.Popen([sys.executable, '-c', {hoard!r}]) for _ in range(8)]; time.sleep(9)"
    end, _, _ = await run(driver, code, replace(TEST, memory=256 * MIB))
    assert end.verdict in ("out_of_memory", "exited")
    if end.verdict == "exited":  # the kernel may have taken a child instead
        assert end.code != 0


async def test_a_fork_bomb_runs_into_the_limit(driver: Driver) -> None:
    code = "[os.fork() == 0 and (time.sleep(30), os._exit(0)) for _ in range(500)]"
    end, _, _ = await run(driver, code, replace(TEST, pids=40))
    assert end.verdict in ("pids", "exited")
    assert end.code != 0


async def test_too_long_is_timed_out(driver: Driver) -> None:
    started = time.monotonic()
    end, answer, _ = await run(driver, "exec('while True: pass')", wall=1.0)
    assert (end.verdict, answer) == ("timed_out", None)
    assert time.monotonic() - started < 8


async def test_too_much_output_ends_the_run(driver: Driver) -> None:
    source = "import os\nwhile True:\n    os.write(1, b'x' * 65536)\n"
    box = await driver.start(Spec("test", replace(TEST, output=MIB)))
    output = asyncio.create_task(read(box))
    await box.receive()
    await box.send({"files": {"backend/conftest.py": base64.b64encode(source.encode()).decode(), "backend/pyproject.toml": _no_capture()}})
    async with asyncio.timeout(20):
        end = await box.ended()
        said = sum(len(chunk.data) for chunk in await output)
    assert end.verdict == "output"
    assert said <= MIB


def _no_capture() -> str:
    return base64.b64encode(b'[tool.pytest.ini_options]\naddopts = "-s -p no:capture"\n').decode()


async def test_a_full_disk_is_said(driver: Driver) -> None:
    end, answer, _ = await run(driver, "open('/app/fill', 'wb').write(b'x' * (64 << 20))", replace(TEST, disk=8 * MIB))
    assert end.verdict == "disk"
    assert answer


async def test_the_processor_is_shared_out(driver: Driver) -> None:
    if "cpu" not in (await driver.probe()).enforced:
        pytest.skip("the processor is not limited on this machine")
    spin = "[subprocess.Popen([sys.executable, '-S', '-c', 'while True: pass']) for _ in range(3)]"
    stop = "[child.kill() or child.wait() for child in children]"
    code = f"children = {spin}; time.sleep(1.5); {stop}; used = os.times(); assert used[2] + used[3] < 1.2, used"
    end, _, _ = await run(driver, code, replace(TEST, cpus=0.4))
    assert end == Exit("exited", 0)


async def test_daemons_end_with_their_sandbox(driver: Driver) -> None:
    mark = f"orphan-{os.getpid()}-{time.monotonic_ns()}"
    code = f"subprocess.Popen(['setsid', 'sh', '-c', 'sleep 300; : {mark}'], start_new_session=True)"
    end, _, _ = await run(driver, code)
    assert end == Exit("exited", 0)
    assert await gone(mark)


async def test_nothing_is_left_after_a_kill(driver: Driver, tmp_path: Path) -> None:
    data = tmp_path / "projects" / "p"
    data.mkdir(parents=True)
    box = await driver.start(Spec("preview", LIMITS["preview"], data, listens=True))
    await box.receive()
    assert box.endpoint
    assert box.endpoint.is_socket()
    assert alive("show_preview.py")
    endpoint = box.endpoint
    await box.kill()
    await box.kill()
    assert box.gone()
    assert not endpoint.exists()
    assert await driver.sweep() == 0
    assert (await box.ended()).verdict == "killed"


async def test_the_endpoint_is_out_of_reach_of_others(driver: Driver, tmp_path: Path) -> None:
    box = await driver.start(Spec("preview", LIMITS["preview"], tmp_path / "d", listens=True))
    assert box.endpoint
    assert box.endpoint.parent.stat().st_mode & 0o077 == 0
    assert box.endpoint.parent.stat().st_uid == os.geteuid()


async def test_messages_that_are_none_are_not_believed(driver: Driver) -> None:
    """A run may write to the control channel itself: what it says there is at worst no report."""
    for lie in (
        "b'\\xff\\xff\\xff\\xff' + b'x' * 99",
        "b'\\x00\\x00\\x00\\x02[]'",
        "b'\\x00\\x00\\x00\\x02{]'",
        "(9 << 20).to_bytes(4, 'big')",
    ):
        end, answer, _ = await run(driver, f"os.write(3, {lie}); os._exit(0)")
        assert answer is None
        assert end == Exit("exited", 0)


async def test_a_launcher_that_cannot_start_is_our_own_fault(driver: LocalDriver) -> None:
    real = list(driver.programs)
    driver.use("/usr/bin/false")
    box = await driver.start(Spec("test", TEST))
    with pytest.raises(Infrastructure, match="did not start") as error:
        await box.ended()
    assert error.value.problem.retryable
    driver.use(real[0])


SERVICE = """
import asyncio, sys
from pathlib import Path
from barnraise.sandbox.adapters import layer
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.local.runtime import Runtime
from barnraise.sandbox.domain.limits import LIMITS
from barnraise.sandbox.ports import Spec
async def main(base, data):
    runtime = Runtime(Path(data)); runtime.open()
    driver = LocalDriver(layer.find(Path(base)), runtime)
    specs = [Spec("preview", LIMITS["preview"], Path(data, "p"), listens=True), Spec("test", LIMITS["test"])]
    boxes = [await driver.start(spec) for spec in specs]
    for box in boxes: await box.receive()
    print("ready", flush=True)
    await asyncio.sleep(600)
asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_killed_service_leaves_no_process_and_its_next_life_no_trace(open_driver, base_dir: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    command = [sys.executable, "-c", SERVICE, str(base_dir), str(data)]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220 - it must not die with this loop
    try:
        assert service.stdout
        assert await asyncio.to_thread(service.stdout.readline) == "ready\n"
        family = descendants(service.pid)
        assert len(family) >= 4
    finally:
        os.kill(service.pid, signal.SIGKILL)
        service.wait()
        service.stdout.close()
    until = time.monotonic() + 5
    while any(_running(pid) for pid in family) and time.monotonic() < until:
        await asyncio.sleep(0.02)
    assert not [pid for pid in family if _running(pid)]
    async with open_driver(data) as driver:
        await driver.sweep()
        assert await driver.sweep() == 0
        groups = cgroups.find(Runtime(data).instance)
        assert groups is None or groups.leftovers() == []


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


async def test_two_living_services_do_not_share_a_folder(tmp_path: Path) -> None:
    first, second = Runtime(tmp_path), Runtime(tmp_path)
    first.open()
    with pytest.raises(BlockingIOError):
        second.open()
    first.close()
    second.open()
    second.close()
