"""What only drivers without an engine have: a launcher that may fail, the one that waits, and control groups of their own."""

import asyncio
import os
import re
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from sandbox_drivers import AnyDriver

from barnraise.sandbox.adapters.local import cgroups
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.limits import LIMITS, TEST, Exit
from barnraise.sandbox.ports import Infrastructure, Spec

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local")]


async def test_a_launcher_that_cannot_start_is_our_own_fault(driver: LocalDriver) -> None:
    real = list(driver.programs)
    driver.use("/usr/bin/false")
    box = await driver.start(Spec("test", TEST))
    with pytest.raises(Infrastructure, match="did not start") as error:
        await box.ended()
    assert error.value.problem.retryable
    driver.use(real[0])


async def test_no_group_is_left(driver: LocalDriver, tmp_path: Path) -> None:
    box = await driver.start(Spec("test", TEST))
    groups = cgroups.find(Runtime(tmp_path / "data").instance)
    while groups and len(groups.leftovers()) < 2:
        await asyncio.sleep(0.005)  # its own, and soon that of the next one, which waits
    await box.kill()
    left = groups.leftovers() if groups else []
    assert len(left) == (1 if groups else 0)
    await driver.close()
    assert not [folder for group in left for folder in group.folders if folder.exists()]


async def test_a_kill_of_one_that_is_just_ending_takes_its_code_from_nobody(driver: LocalDriver, caplog: pytest.LogCaptureFixture) -> None:
    for moment in range(36):
        box = await driver.run(Spec("document", LIMITS["test"]), ["/bin/echo", "x"], {})
        await anext(aiter(box.output()))
        await asyncio.sleep(moment % 12 / 4000)
        await box.kill()
    assert "Unknown child process" not in caplog.text


# the one that waits

both = pytest.mark.drivers("local", "gvisor")


async def run(driver: AnyDriver) -> Exit:
    box = await driver.run(Spec("document", LIMITS["test"]), [driver.python, "-I", "-S", "-c", "print('done')"], {})
    said = b"".join([chunk.data async for chunk in box.output()])
    assert said == b"done\n"
    return await box.ended()


async def waiting() -> int:
    """The process id of the only one that was launched, once it waits for its orders."""
    async with asyncio.timeout(30):
        while len(found := launched()) != 1 or not listens(found[0]):
            await asyncio.sleep(0.005)
    return found[0]


def launched() -> list[int]:
    """Children that are launchers, or that became sandboxes: there are servers of other tests beside them."""
    return [child for child in children() if re.search(rb"launch\.pyc|bwrap|runsc", command(child))]


def children() -> list[int]:
    return [int(child) for child in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]


def command(pid: int) -> bytes:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def opened(pid: int) -> list[str]:
    return sorted(path.readlink().name.partition(":")[0] for path in Path(f"/proc/{pid}/fd").iterdir())


def listens(pid: int) -> bool:
    """Linux's number of recvmsg is 47, or 212 on ARM."""
    return Path(f"/proc/{pid}/syscall").read_text().split()[0] in ("47", "212")


@both
async def test_the_next_waits_with_nothing_of_ours_but_its_line_and_its_streams(driver: AnyDriver) -> None:
    assert await run(driver) == Exit("exited", 0)
    pid = await waiting()
    assert environment(pid) == b""
    assert opened(pid)[-3:] == ["pipe", "pipe", "socket"]
    assert len(opened(pid)) == 4
    assert await run(driver) == Exit("exited", 0)
    assert await waiting() != pid


@both
async def test_one_that_was_killed_while_it_waited_is_replaced_at_once(driver: AnyDriver) -> None:
    assert await run(driver) == Exit("exited", 0)
    os.kill(pid := await waiting(), signal.SIGKILL)
    async with asyncio.timeout(30):
        while pid in children():
            await asyncio.sleep(0.005)
    assert await run(driver) == Exit("exited", 0)
    assert await driver.sweep() == 0


@both
async def test_several_at_once_need_not_wait_for_it_and_none_is_left_at_the_end(driver: AnyDriver) -> None:
    assert set(await asyncio.gather(*(run(driver) for _ in range(3)))) == {Exit("exited", 0)}
    await waiting()
    await driver.close()
    assert launched() == []


async def test_two_living_services_do_not_share_a_folder(tmp_path: Path) -> None:
    first, second = Runtime(tmp_path), Runtime(tmp_path)
    first.open()
    with pytest.raises(BlockingIOError):
        second.open()
    first.close()
    second.open()
    second.close()
