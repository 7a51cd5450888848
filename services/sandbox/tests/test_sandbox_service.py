"""The use cases with doubles of a driver: one that is slow, one that is never ready, broken ones, one that dies half way."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sandbox_doubles import READY, A, B, FakeDriver, Own, command, service

from barnraise.contracts.commands import DropPreview, ShowCommit, TestCommit
from barnraise.contracts.events import CommitTested, LogAppended, StepSkipped
from barnraise.contracts.problems import Problem
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode
from barnraise.sandbox.domain.limits import LIMITS, Chunk, Exit
from barnraise.sandbox.ports import Infrastructure, SandboxUnavailable, Spec
from barnraise.sandbox.service import logs
from barnraise.sandbox.service import pool as pools
from barnraise.sandbox.service.logs import Cause, LogStream
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.provisioning import Provision
from barnraise.sandbox.service.sandbox import NoSandbox
from barnraise.sandbox.service.testing import TestRuns

PASSED = base64.b64encode(b'<testsuite><testcase classname="t" name="one" time="0.1"/></testsuite>').decode()
FAILED = base64.b64encode(b'<testsuite><testcase classname="t" name="one"><failure message="no"/></testcase></testsuite>').decode()


async def test_a_commit_without_tests_is_told_to_have_none_and_nothing_runs() -> None:
    driver = FakeDriver()
    (event,) = await service(driver).test(command(TestCommit, commit=B))
    assert isinstance(event, StepSkipped)
    assert (event.step, event.problem.code) == ("test", "nothing_to_test")
    assert driver.boxes == []


@pytest.mark.parametrize(
    ("script", "end", "passed", "counts"),
    [
        ([READY, {"report": PASSED}], Exit("exited", 0), True, (1, 0)),
        ([READY, {"report": FAILED}], Exit("exited", 1), False, (0, 1)),
        ([READY, {"report": PASSED}], Exit("exited", 1), False, (1, 1)),
        ([READY, {"report": PASSED}], Exit("killed", None), False, (1, 1)),
        ([READY, {"report": None}], Exit("exited", 0), False, (0, 1)),
        ([READY, {"report": "no base64!"}], Exit("exited", 0), False, (0, 1)),
        ([READY, {"report": base64.b64encode(b"<t/>").decode()}], Exit("exited", 5), False, (0, 1)),
        ([READY, {"report": 7}], Exit("exited", 0), False, (0, 1)),
        ([READY, {}], Exit("exited", 0), False, (0, 1)),
        ([READY], Exit("out_of_memory", 137, "It used more memory than it may."), False, (0, 1)),
    ],
)
async def test_a_commit_is_tested(script: list[Any], end: Exit, passed: bool, counts: tuple[int, int]) -> None:
    (event,) = await service(FakeDriver(script, end=end)).test(command(TestCommit, commit=A))
    assert isinstance(event, CommitTested)
    assert (event.id, event.commit, event.job_id) == ("j1:step:1:tested", A, "j1")
    assert (event.passed, event.verdict) == (passed, end.verdict)
    assert (event.report.passed, event.report.failed) == counts


async def test_what_no_test_says_is_said_for_the_whole_run() -> None:
    driver = FakeDriver([READY], end=Exit("exited", 4), output=(Chunk("stderr", b"SyntaxError: invalid\n"),))
    (event,) = await service(driver).test(command(TestCommit, commit=A))
    assert isinstance(event, CommitTested)
    assert event.report.cases[0].message == "The test run ended with code 4.\nSyntaxError: invalid"


async def test_a_run_that_does_not_end_is_timed_out() -> None:
    (event,) = await service(FakeDriver([READY, 60.0, {"report": PASSED}]), wall=0.05).test(command(TestCommit, commit=A))
    assert isinstance(event, CommitTested)
    assert (event.passed, event.verdict) == (False, "timed_out")


async def test_a_sandbox_that_is_never_ready_is_our_own_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "READY_SECONDS", 0.05)
    driver = FakeDriver([60.0], [None])
    for _ in range(2):
        with pytest.raises(Infrastructure) as error:
            await service(driver).test(command(TestCommit, commit=A))
        assert error.value.problem.retryable
    assert all(box.gone() for box in driver.boxes)


async def test_a_driver_that_cannot_start_is_our_own_fault() -> None:
    with pytest.raises(Infrastructure):
        await service(FakeDriver(Infrastructure("no"))).test(command(TestCommit, commit=A))


async def test_cancelled_work_kills_its_sandbox() -> None:
    driver = FakeDriver([READY, 60.0])
    work = asyncio.create_task(service(driver).test(command(TestCommit, commit=A)))
    while not (driver.boxes and driver.boxes[0].sent):
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert driver.boxes[0].gone()


async def test_output_becomes_events_with_offsets() -> None:
    announcer = MemoryAnnouncer()
    accent = "é".encode()
    output = (Chunk("stdout", b"abc" + accent[:1]), Chunk("stderr", b"x"), Chunk("stdout", accent[1:] + b"\xff"))
    await service(FakeDriver([READY, {"report": PASSED}], output=output), announcer=announcer).test(command(TestCommit, commit=A))
    events = [event for event in announcer.events if isinstance(event, LogAppended)]
    assert "".join(event.text for event in events if event.stream == "stdout") == "abcé�"
    assert [event.offset for event in events if event.stream == "stderr"] == [0]
    assert len({event.id for event in events}) == len(events)
    assert all(event.source == "test" and event.id.startswith("j1:step:1:log:box0:") for event in events)


async def test_a_flood_is_told_in_pieces_that_fit() -> None:
    announcer = MemoryAnnouncer()
    log = LogStream("test", "box", announcer)
    log.attach(Cause("c", "p1", None))

    async def output() -> AsyncIterator[Chunk]:
        yield Chunk("stdout", b"x" * 150_000)

    await log.pump(output)
    events = [event for event in announcer.events if isinstance(event, LogAppended)]
    assert [(event.offset, len(event.text)) for event in events] == [(0, 60_000), (60_000, 60_000), (120_000, 30_000)]


async def test_an_endless_flood_is_told_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_TOLD", 100)
    announcer = MemoryAnnouncer()
    log = LogStream("preview", "box", announcer)
    log.attach(Cause("c", "p1", None))

    async def output() -> AsyncIterator[Chunk]:
        yield Chunk("stdout", b"x" * 101)

    await log.pump(output)
    assert announcer.events == []
    log.attach(Cause("d", "p1", None))

    async def more() -> AsyncIterator[Chunk]:
        yield Chunk("stdout", b"y" * 100)

    await log.pump(more)
    (event,) = announcer.events
    assert isinstance(event, LogAppended)
    assert (event.offset, event.text) == (101, "y" * 100)


async def test_nobody_is_told_what_nobody_asked_for() -> None:
    announcer = MemoryAnnouncer()
    log = LogStream("preview", "box", announcer)

    async def output() -> AsyncIterator[Chunk]:
        yield Chunk("stdout", b"x" * 9000)

    await log.pump(output)
    assert announcer.events == []
    assert len(log.tail()) == 4000


async def test_tests_get_the_projects_own_packages_or_the_reason(tmp_path: Path) -> None:
    problem = Problem(code="packages_unavailable", detail="It lacks x.", next="Take it out.")
    driver = FakeDriver([READY, {"report": FAILED}], [READY, {"report": PASSED}])
    code = MemoryCode()
    code.put("p1", A, {"backend/tests/test_a.py": b""})
    pool = Pool(driver, lambda: spec_for("test"), spare=0)
    tests = TestRuns(pool, code, MemoryAnnouncer(), packages=Own(Provision(problem=problem), Provision(tmp_path)))
    _, report = await tests.run(Cause("c", "p1", "j1"), A)
    assert (report.cases[0].name, report.cases[0].message) == ("the project's packages", "It lacks x. Take it out.")
    assert (report.failed, len(report.cases)) == (1, 2)
    _, report = await tests.run(Cause("d", "p1", "j1"), A)
    assert report.passed == 1
    assert [spec.more for spec in driver.specs] == [None, tmp_path]


# the pool


async def test_the_pool_keeps_one_ready_and_uses_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = FakeDriver(*[[READY, {}]] * 3)
    pool = Pool(driver, lambda: spec_for("test"))
    pool.fill()
    monkeypatch.setattr(pools, "REST_SECONDS", 0.0)
    first, _ = await pool.take()
    async with asyncio.timeout(5):
        while len(driver.boxes) < 2:
            await asyncio.sleep(0)
    second, _ = await pool.take()
    assert first is not second
    await pool.close()
    assert all(box.gone() for box in driver.boxes[2:])


async def test_the_pool_does_without_what_failed() -> None:
    driver = FakeDriver(Infrastructure("no"), *[[READY, {}]] * 3)
    pool = Pool(driver, lambda: spec_for("test"))
    pool.fill()
    box, _ = await pool.take()
    assert not box.gone()
    await pool.close()


async def test_what_ends_while_it_waits_makes_room_for_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pools, "REST_SECONDS", 0.0)
    driver = FakeDriver(*[[READY, {}]] * 2)
    folders = iter([tmp_path / "one", tmp_path / "two"])

    def spec() -> Spec:
        data = next(folders)
        data.mkdir()
        return Spec("test", LIMITS["test"], data)

    pool = Pool(driver, spec)
    pool.fill()
    async with asyncio.timeout(5):
        while not (driver.boxes and pool.stocked):
            await asyncio.sleep(0)
        driver.boxes[0].finish()
        while len(driver.boxes) < 2:
            await asyncio.sleep(0)
    assert [path.name for path in tmp_path.iterdir()] == ["two"]  # noqa: ASYNC240
    box, _ = await pool.take()
    assert box is driver.boxes[1]
    await pool.close()


async def test_the_pool_does_not_give_away_what_has_ended() -> None:
    driver = FakeDriver(*[[READY, {}]] * 3)
    pool = Pool(driver, lambda: spec_for("test"))
    pool.fill()
    while not driver.boxes:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    driver.boxes[0].finish()
    box, _ = await pool.take()
    assert box is not driver.boxes[0]
    await pool.close()


# without a sandbox


async def test_without_a_sandbox_steps_are_skipped_with_the_reason() -> None:
    nowhere = NoSandbox("auto", SandboxUnavailable("no namespaces", "allow them"))
    for kind, step in ((TestCommit, "test"), (ShowCommit, "preview")):
        act = nowhere.test if kind is TestCommit else nowhere.show
        (event,) = await act(command(kind, commit=A))
        assert isinstance(event, StepSkipped)
        assert (event.step, event.problem.code, event.problem.next) == (step, "sandbox_unavailable", "allow them")
    described = await nowhere.describe()
    assert (described.available, described.reason, described.fix) == (False, "no namespaces", "allow them")
    assert (await nowhere.get("p1")).status == (await nowhere.resolve("x")).status == (await nowhere.stop("p1")).status == "none"
    assert await nowhere.drop(command(DropPreview)) == []
    with pytest.raises(SandboxUnavailable):
        await nowhere.start("p1", A)
    with pytest.raises(SandboxUnavailable) as refused:
        await nowhere.read("documents/x", "application/pdf")
    assert "no namespaces" in refused.value.problem.detail


async def test_a_sandbox_describes_itself() -> None:
    described = await service(FakeDriver()).describe()
    assert (described.available, described.driver, described.enforced) == (True, "fake", ("network",))
    assert described.accepted == ("memory",)
