"""The use cases with doubles of a driver: one that is slow, one that is never ready, broken ones, one that dies half way."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.commands import DropPreview, ShowCommit, TestCommit
from barnraise.contracts.events import CommitTested, LogAppended, PreviewReady, PreviewStopped, StepSkipped
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode, MemoryPreviews
from barnraise.sandbox.domain.limits import Capability, Chunk, Exit, Stop
from barnraise.sandbox.ports import Infrastructure, SandboxUnavailable, Spec
from barnraise.sandbox.service import logs, previewing
from barnraise.sandbox.service import pool as pools
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.logs import Cause, LogStream
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.previewing import PreviewHost, Rules
from barnraise.sandbox.service.sandbox import NoSandbox, Sandbox
from barnraise.sandbox.service.testing import TestRuns

A, B, C = "a" * 40, "b" * 40, "c" * 40
AT = datetime(2026, 1, 1, tzinfo=UTC)
PASSED = base64.b64encode(b'<testsuite><testcase classname="t" name="one" time="0.1"/></testsuite>').decode()
FAILED = base64.b64encode(b'<testsuite><testcase classname="t" name="one"><failure message="no"/></testcase></testsuite>').decode()
UP = {"api": "up", "page": "up"}


class FakeBox:
    """Answers from a script: a message, None for the end, or a number of seconds to wait first."""

    def __init__(self, id: str, script: list[Any], end: Exit, output: list[Chunk], *, lives: bool) -> None:
        self.id = id
        self.endpoint: Path | None = Path(f"/nowhere/{id}")
        self.sent: list[Mapping[str, Any]] = []
        self._script = script
        self._end = end
        self._output = output
        self._over = asyncio.Event()
        self._lives = lives

    async def send(self, message: Mapping[str, Any]) -> None:
        self.sent.append(message)

    async def receive(self, *, at_most: int = 0) -> Mapping[str, Any] | None:
        while self._script and isinstance(self._script[0], float):
            await asyncio.sleep(self._script.pop(0))
        said = self._script.pop(0) if self._script else None
        if said is None or not (self._script or self._lives):
            self._over.set()
        return said

    async def output(self) -> AsyncIterator[Chunk]:
        for chunk in self._output:
            yield chunk
        await self._over.wait()

    def gone(self) -> bool:
        return self._over.is_set()

    async def ended(self) -> Exit:
        await self._over.wait()
        return self._end

    async def kill(self, why: Stop = "killed") -> None:
        if not self._over.is_set():
            self._end = Exit("timed_out" if why == "timed_out" else "killed", None, "It was stopped.")
        self._over.set()

    def finish(self) -> None:
        self._over.set()


CAPABILITY = Capability("fake", ("network",), ("memory",), accepted=("memory",))


class FakeDriver:
    """Each start takes the next script; an exception in its place is raised."""

    name = "fake"

    def __init__(self, *scripts: Any, end: Exit | None = None, output: tuple[Chunk, ...] = ()) -> None:
        self.boxes: list[FakeBox] = []
        self._scripts = list(scripts)
        self._end = end or Exit("exited", 0)
        self._output = output

    async def start(self, spec: Spec) -> FakeBox:
        script = self._scripts.pop(0)
        if isinstance(script, Exception):
            raise script
        self.boxes.append(FakeBox(f"box{len(self.boxes)}", list(script), self._end, list(self._output), lives=spec.profile == "preview"))
        return self.boxes[-1]

    async def probe(self) -> Capability:
        return CAPABILITY

    async def sweep(self) -> int:
        return 0

    async def discard(self, data: Path) -> None:
        data.rmdir()  # noqa: ASYNC240

    async def close(self) -> None: ...


class FakeVisitor:
    def __init__(self, *statuses: int | None) -> None:
        self.asked: list[str] = []
        self._statuses = list(statuses)

    async def get(self, endpoint: Path, path: str, host: str) -> int | None:
        self.asked.append(f"{host} {path}")
        return self._statuses.pop(0) if self._statuses else 200


def runs(driver: FakeDriver, announcer: MemoryAnnouncer | None = None, wall: float = 5.0) -> TestRuns:
    code = MemoryCode()
    code.put("p1", A, {"backend/app/main.py": b"x", "backend/tests/test_app.py": b"x"})
    code.put("p1", B, {"README.md": b"x"})
    return TestRuns(Pool(driver, lambda: spec_for("test"), spare=0), code, announcer or MemoryAnnouncer(), wall)


def service(driver: FakeDriver, **more: Any) -> Sandbox:
    return Sandbox(CAPABILITY, runs(driver, **more), cast(PreviewHost, None), cast(DocumentReader, None))


def command(kind: type[Any], **more: Any) -> Any:
    return kind(id="j1:step:1", project_id="p1", job_id="j1", at=AT, **more)


READY = {"ready": True}


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


# previews


class Previews:
    def __init__(self, root: Path, driver: FakeDriver, *statuses: int | None) -> None:
        self.driver = driver
        self.announcer = MemoryAnnouncer()
        self.records = MemoryPreviews()
        self.visitor = FakeVisitor(*statuses)
        code = MemoryCode()
        for project in ("p1", "p2"):
            code.put(project, A, {"backend/app/main.py": b"1", "frontend/index.html": b"1"})
            code.put(project, B, {"backend/app/main.py": b"1", "frontend/index.html": b"2"})
            code.put(project, C, {"README.md": b"1"})
        folders = DataFolders(root)
        pool = Pool(driver, lambda: Spec("preview", previewing.LIMITS["preview"], folders.spare(), listens=True), spare=0)
        labels = iter("abcdefgh")
        self.host = PreviewHost(
            driver, pool, code, self.records, folders, self.visitor, self.announcer, lambda: next(labels) * 26, Rules(), CAPABILITY
        )  # fmt: skip
        self.service = Sandbox(CAPABILITY, runs(driver), self.host, cast(DocumentReader, None))


async def test_ready_means_answered(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP]), None, 502, 200, 404, 200)
    (event,) = await stage.service.show(command(ShowCommit, commit=A))
    assert isinstance(event, PreviewReady)
    assert (event.preview_id, event.host, event.enforced, event.id) == ("a" * 26, "a" * 26, ("network",), "j1:step:1:ready")
    assert event.accepted == ("memory",)
    assert stage.visitor.asked == [f"{'a' * 26}.localhost /"] * 3 + [f"{'a' * 26}.localhost /api/health"] * 2
    assert (await stage.service.get("p1")).status == "running"
    await stage.host.close()


async def test_a_commit_with_nothing_to_show_ends_the_preview_and_says_so(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP]))
    await stage.service.show(command(ShowCommit, commit=A))
    (event,) = await stage.service.show(command(ShowCommit, commit=C))
    assert isinstance(event, StepSkipped)
    assert (event.step, event.problem.code) == ("preview", "nothing_to_show")
    assert (await stage.service.get("p1")).endpoint is None
    await stage.host.close()


async def test_the_same_command_twice_starts_one_preview(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP]))
    first, second = await asyncio.gather(*(stage.service.show(command(ShowCommit, commit=A)) for _ in range(2)))
    assert [event.id for event in first] == [event.id for event in second]
    assert len(stage.driver.boxes) == 1
    assert len(stage.driver.boxes[0].sent) == 1
    await stage.host.close()


async def test_only_what_differs_is_sent(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP, UP]))
    await stage.host.show("p1", A, None)
    await stage.host.show("p1", B, None)
    first, second = stage.driver.boxes[0].sent
    assert (set(first["files"]), first["restart"]) == ({"backend/app/main.py", "frontend/index.html"}, True)
    assert (second["files"], second["restart"]) == ({"frontend/index.html": base64.b64encode(b"2").decode()}, False)
    await stage.host.close()


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ([READY, {"api": "up", "page": "failed"}], "development server"),
        ([READY, {"api": "failed", "page": "up"}], "API did not start"),
        ([READY, {"api": "up", "page": "up", "disk_full": True}], "disk"),
        ([READY, None], "development server"),
        ([READY, {"nonsense": 1}], "development server"),
    ],
)
async def test_a_preview_that_does_not_start_is_ended(tmp_path: Path, script: list[Any], what: str) -> None:
    stage = Previews(tmp_path, FakeDriver(script, output=(Chunk("stderr", b"Traceback: the reason\n"),)))
    with pytest.raises(BarnraiseError, match=what) as error:
        await stage.service.show(command(ShowCommit, commit=A))
    assert error.value.problem.code == "preview_failed"
    assert "the reason" in error.value.problem.detail
    assert stage.driver.boxes[0].gone()
    assert (await stage.service.get("p1")).status == "failed"


async def test_a_page_that_never_answers_well_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "ANSWER_SECONDS", 0.02)
    stage = Previews(tmp_path, FakeDriver([READY, UP]), *[500] * 1000)
    with pytest.raises(BarnraiseError, match="GET / was answered with status 500"):
        await stage.host.show("p1", A, None)


async def test_an_application_that_hangs_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "APPLY_SECONDS", 0.02)
    stage = Previews(tmp_path, FakeDriver([READY, 60.0]))
    with pytest.raises(BarnraiseError, match="did not start in time"):
        await stage.host.show("p1", A, None)
    assert stage.driver.boxes[0].gone()


async def test_our_own_faults_are_not_kept_as_the_applications(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver(Infrastructure("no"), [READY, UP]))
    with pytest.raises(Infrastructure):
        await stage.host.show("p1", A, None)
    assert (await stage.host.get("p1")).status == "stopped"
    assert (await stage.host.show("p1", A, None)).status == "running"
    await stage.host.close()


async def test_a_crash_is_told_and_three_are_enough(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver(*[[READY, UP]] * 4, end=Exit("out_of_memory", 137, "It used more memory than it may.")))
    shown = await stage.host.show("p1", A, None)
    for crash in range(3):
        stage.driver.boxes[-1].finish()
        while len(stage.announcer.events) <= crash:
            await asyncio.sleep(0.001)
        told = await stage.host.resolve(shown.host or "")
        while (await stage.host.get("p1")).status == "starting":
            await asyncio.sleep(0.001)
    reasons = [event.reason for event in stage.announcer.events if isinstance(event, PreviewStopped)]
    assert reasons == ["crashed"] * 3
    assert told.status == "failed"
    assert "more memory" in (told.detail or "")
    assert len({event.id for event in stage.announcer.events}) == 3
    assert (await stage.host.start("p1", A)).status in ("starting", "running"), "who asks for it by name gets another try"
    await stage.host.close()


async def test_asking_for_what_there_is_not(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver())
    assert (await stage.service.get("p1")).status == "none"
    assert (await stage.service.resolve("z" * 26)).status == "none"
    assert (await stage.service.stop("p1")).status == "none"
    assert await stage.service.drop(command(DropPreview)) == []


async def test_a_wake_that_fails_is_told_to_the_next_who_asks(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, {"api": "failed", "page": "up"}]))
    await stage.service.start("p1", A)
    async with asyncio.timeout(5):
        while (await stage.service.get("p1")).status == "starting":
            await asyncio.sleep(0.001)
    told = await stage.service.get("p1")
    assert (told.status, told.host) == ("failed", "a" * 26)
    assert "API did not start" in (told.detail or "")


async def test_stopping_what_is_starting(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, 60.0]))
    assert (await stage.service.start("p1", A)).status == "starting"
    assert (await stage.service.stop("p1")).status == "stopped"
    assert stage.driver.boxes[0].gone()


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
