"""A busy machine is not an application's fault: the time that others took does not count, and when too little is left it is tried again."""

import asyncio
import time
from pathlib import Path

import pytest
from sandbox_doubles import READY, A, FakeBox, FakeDriver, command, service
from sandbox_drivers import AnyDriver

from barnraise.contracts.commands import TestCommit
from barnraise.contracts.events import CommitTested
from barnraise.sandbox.adapters import machine
from barnraise.sandbox.domain.fairness import Reading, had
from barnraise.sandbox.domain.limits import LIMITS, Exit, Usage
from barnraise.sandbox.ports import Spec, Starved
from barnraise.sandbox.service import fairness
from barnraise.sandbox.service.fairness import fair_time


@pytest.mark.parametrize(
    ("used", "idle", "counted"),
    [
        (10.0, 10.0, 10.0),  # at work on one of two processors
        (10.0, 0.0, 10.0),  # at work, and the other one is another's
        (0.0, 20.0, 10.0),  # asleep on a machine that has nothing to do
        (0.0, 0.0, 0.0),  # others have all of it
        (2.0, 1.0, 3.0),
        (-1.0, 4.0, 4.0),  # a process has ended and took its figures with it
        (None, 0.0, 10.0),
        (0.0, None, 10.0),
    ],
)
def test_time_counts_in_which_there_was_a_processor(used: float | None, idle: float | None, counted: float) -> None:
    after = Reading(15.0, None if used is None else 7.0 + used, None if idle is None else 100.0 + idle)
    assert had(Reading(5.0, 7.0, 100.0), after) == counted


async def test_a_run_that_was_given_no_time_is_tried_again() -> None:
    with pytest.raises(Starved) as starved:
        await service(FakeDriver([READY, 60.0, {}]), wall=0.05, idle=lambda: 0.0).test(command(TestCommit, commit=A))
    assert (starved.value.problem.code, starved.value.problem.retryable) == ("step_timed_out", True)


@pytest.mark.parametrize("busy", [False, True])
async def test_a_run_that_had_its_time_has_timed_out(busy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asleep on an idle machine, or at work on one that has nothing left for others."""

    async def usage(box: FakeBox) -> Usage:
        return Usage(cpu=time.monotonic() if busy else 0.0)

    monkeypatch.setattr(FakeBox, "usage", usage)
    driver = FakeDriver([READY, 60.0, {}])
    (event,) = await service(driver, wall=0.05, idle=lambda: 0.0 if busy else time.monotonic()).test(command(TestCommit, commit=A))
    assert isinstance(event, CommitTested)
    assert (event.passed, event.verdict) == (False, "timed_out")


async def test_a_run_that_is_only_slow_ends_well() -> None:
    """Beyond its own time, because none of it was its own."""
    box = FakeBox("b", [0.1, {"report": None}], Exit("exited", 0), [], lives=False)
    async with fair_time(box, 0.05, lambda: 0.0):
        assert await box.receive() == {"report": None}


async def test_what_ends_otherwise_is_not_touched() -> None:
    box = FakeBox("b", [], Exit("exited", 0), [], lives=True)
    with pytest.raises(TimeoutError, match="of its own"):
        async with fair_time(box, 5.0, lambda: None):
            raise TimeoutError("of its own")
    async with fair_time(box, 0.02, lambda: None):
        await asyncio.sleep(0)


def test_the_kernel_tells_how_idle_the_machine_is(tmp_path: Path) -> None:
    first = machine.idle()
    assert first is not None and first > 0
    (tmp_path / "stat").write_text("cpu  100 5 7 1234 99 0 3 4 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")
    assert machine.idle(tmp_path / "stat") == 1234 / machine._TICKS
    assert machine.idle(tmp_path / "none") is None


@pytest.mark.sandbox
@pytest.mark.drivers("local", "gvisor", "docker")
async def test_a_sandbox_that_works_for_ever_uses_up_its_time(driver: AnyDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has to do meanwhile: what its processes use is seen, also of those that have ended."""
    monkeypatch.setattr(fairness, "PATIENCE", 1000)
    spin = "import os, signal, time; signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n" + (
        "while True:\n if os.fork() == 0:\n  until = time.process_time() + 0.1\n"
        "  while time.process_time() < until: pass\n  os._exit(0)\n try: os.wait()\n except ChildProcessError: pass\n"
    )
    box = await driver.run(Spec("attack", LIMITS["attack"]), [driver.python, "-I", "-S", "-c", spin], {})
    drain = asyncio.create_task(_drain(box))
    with pytest.raises(TimeoutError):
        async with fair_time(box, 1.5, lambda: 0.0):
            await box.ended()
    await box.kill("timed_out")
    await drain


async def _drain(box) -> None:
    async for _ in box.output():
        pass
