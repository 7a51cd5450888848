"""Previews with doubles of sandboxes: started once, ended when they do not work, kept when a change does not, few enough."""

import asyncio
import base64
import math
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sandbox_doubles import READY, UP, A, B, C, FakeDriver, Own, Previews, command

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.commands import DropPreview, ShowCommit
from barnraise.contracts.events import LogAppended, PreviewReady, PreviewStopped, StepSkipped
from barnraise.contracts.problems import Problem
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.memory import MemoryPreviews
from barnraise.sandbox.adapters.records import PostgresPreviews
from barnraise.sandbox.domain.limits import Chunk, Exit
from barnraise.sandbox.domain.previews import Asking
from barnraise.sandbox.ports import Infrastructure, Room, TooManyPreviews
from barnraise.sandbox.service import live, storing
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.previewing import Rules
from barnraise.sandbox.service.provisioning import Provision


async def test_ready_means_answered(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP]), None, 502, 200, 404, 200)
    (event,) = await stage.service.show(command(ShowCommit, commit=A))
    assert isinstance(event, PreviewReady)
    assert (event.preview_id, event.host, event.enforced, event.id) == ("a" * 26, "a" * 26, ("network",), "j1:step:1:ready")
    assert event.accepted == ("memory",)
    assert stage.visitor.asked == [f"{'a' * 26}.localhost /"] * 3 + [f"{'a' * 26}.localhost /api/health"] * 2
    told = await stage.service.get("p1")
    assert (told.status, told.memory) == ("running", 40 << 20)
    assert (await stage.service.resolve(event.host)).memory is None, "nobody waits for that"
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


async def test_what_was_asked_for_last_is_shown_though_an_older_asking_comes_after_it(tmp_path: Path) -> None:
    """As after a kill, when the older is delivered again."""
    stage = Previews(tmp_path, FakeDriver([READY, UP, UP]))
    older, newer = command(ShowCommit, commit=A), command(ShowCommit, commit=B)
    newer = newer.model_copy(update={"at": older.at + timedelta(seconds=1)})
    await stage.service.show(newer, 6)
    (event,) = await stage.service.show(older, 5)
    assert isinstance(event, StepSkipped) and event.problem.code == "version_conflict"
    assert (await stage.service.get("p1")).commit == B and len(stage.driver.boxes[0].sent) == 1
    (again,) = await stage.service.show(newer, 6)
    assert isinstance(again, PreviewReady)
    await stage.host.close()


@pytest.mark.connected
@pytest.mark.parametrize("kept", ["memory", "postgres"])
async def test_older_is_what_is_older_by_its_place_and_by_its_time(kept: str, pool: asyncpg.Pool) -> None:
    """A new stream counts from the beginning, and clocks differ."""
    records = MemoryPreviews() if kept == "memory" else PostgresPreviews(pool)
    await records.claim("p1", "label")
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    soon = noon + timedelta(seconds=1)
    asked = [(5, soon), (4, noon), (6, noon), (1, soon), (2, soon)]
    assert [await records.newest("p1", Asking(*each)) for each in asked] == [True, False, True, True, True]


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
    monkeypatch.setattr(live, "ANSWER_SECONDS", 0.02)
    stage = Previews(tmp_path, FakeDriver([READY, UP]), *[500] * 1000)
    with pytest.raises(BarnraiseError, match="GET / was answered with status 500"):
        await stage.host.show("p1", A, None)


async def test_an_application_that_hangs_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "APPLY_SECONDS", 0.02)
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


def reasons(stage: Previews) -> list[tuple[str, str]]:
    return [(event.project_id, event.reason) for event in stage.announcer.events if isinstance(event, PreviewStopped)]


async def test_the_one_that_nobody_looks_at_gives_way_and_else_none_does(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver(*[[READY, UP]] * 4), rules=Rules(room=2))
    first = await stage.host.show("p1", A, None)
    second = await stage.host.show("p2", A, None)
    await stage.host.resolve(first.host or "")
    await stage.host.show("p3", A, None)
    assert reasons(stage) == [("p2", "replaced")], "p1 was brought earlier, but somebody looks at it"

    third = await stage.host.get("p3")
    await stage.host.resolve(third.host or "")
    with pytest.raises(TooManyPreviews) as refused:
        await stage.service.start("p2", A)
    assert refused.value.problem.code == "too_many_previews"
    assert "2 previews run" in refused.value.problem.detail
    assert "stop one" in refused.value.problem.next
    (event,) = await stage.service.show(command(ShowCommit, commit=A).model_copy(update={"project_id": "p2"}))
    assert isinstance(event, StepSkipped), "a job goes on without it"
    for _ in range(5):
        told = await stage.host.resolve(second.host or "")
        assert (told.status, told.detail) == ("failed", refused.value.problem.detail)

    await stage.host.stop("p1")
    assert (await stage.host.resolve(second.host or "")).status in ("starting", "running"), "a refusal is no crash: it is not given up"
    await stage.host.close()


async def test_however_many_begin_at_once_only_so_many_run(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver(*[[0.05, READY, UP]] * 3), rules=Rules(room=2))
    shown = await asyncio.gather(*(stage.host.show(f"p{n}", A, None) for n in (1, 2, 3)), return_exceptions=True)
    assert sorted(isinstance(one, TooManyPreviews) for one in shown) == [False, False, True]
    assert sum(not box.gone() for box in stage.driver.boxes) == 2
    await stage.host.close()


async def test_a_preview_that_has_run_for_long_enough_ends_though_somebody_looks(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP], [READY, UP]), rules=Rules(lifetime=0.05))
    shown = await stage.host.show("p1", A, None)
    await stage.host.tend()
    assert reasons(stage) == []
    async with asyncio.timeout(5):
        while not reasons(stage):
            await stage.host.resolve(shown.host or "")
            await stage.host.tend()
    assert reasons(stage) == [("p1", "expired")]
    assert (await stage.host.resolve(shown.host or "")).status in ("starting", "running"), "and is there again for who looks"
    await stage.host.close()


async def glanced_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Previews, Path]:
    """A preview that may store a MiB, and its folder: it has been looked at, and will only be glanced at."""
    monkeypatch.setattr(storing, "LOOK_SECONDS", 600.0)
    monkeypatch.setattr(storing, "_GLANCE_SECONDS", 0.001)
    stage = Previews(tmp_path, FakeDriver([READY, UP]), rules=Rules(data=1 << 20))
    await stage.host.show("p1", A, None)
    folder = DataFolders(tmp_path).of("p1")
    assert folder
    await asyncio.sleep(0.05)  # the first look is over, and the next one is far
    return stage, folder


async def test_who_stores_much_at_once_is_seen_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, folder = await glanced_at(tmp_path, monkeypatch)
    with (folder / "much").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 256 << 20)
    async with asyncio.timeout(10):
        while not reasons(stage):
            await asyncio.sleep(0)
    assert reasons(stage) == [("p1", "disk")]
    await stage.host.close()


async def test_who_removes_what_it_writes_is_seen_however_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "LOOK_SECONDS", 0.002)
    monkeypatch.setattr(storing, "_GLANCE_SECONDS", 0.001)

    class Disk(DataFolders):
        """A MiB less is free at each glance; nothing of it is in a folder."""

        def __init__(self) -> None:
            self.written = 0

        def of(self, project_id: str) -> None: ...

        def free(self) -> Room:
            self.written += 1 << 20
            return Room((1 << 40) - self.written, math.inf)

        def reserve(self) -> Room:
            return Room(0, 0)

        def removed(self, user: int) -> int:
            return self.written if user == 7 else 0

    disk = Disk()
    async with asyncio.timeout(10):
        await storing.much_stored(disk, "p1", 64 << 20, 7)
    assert 64 << 20 < disk.written <= 150 << 20


async def test_who_makes_many_files_at_once_is_seen_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty ones, which take nothing of a disk but their names."""
    stage, folder = await glanced_at(tmp_path, monkeypatch)
    for number in range(6000):
        (folder / str(number)).touch()
    async with asyncio.timeout(10):
        while not reasons(stage):
            await asyncio.sleep(0)
    assert reasons(stage) == [("p1", "disk")]
    assert len(list(folder.iterdir())) == 6000, "what there is stays"
    await stage.host.close()


class SmallDisk(DataFolders):
    """MiB are free, and how many the project has stored, look after look; nothing of the last is left for a look more."""

    def __init__(self, *looks: tuple[int, int]) -> None:
        self.looks = list(looks)
        self.now = looks[0]

    def of(self, project_id: str) -> Path:
        return Path()

    def used(self, folder: Path, most: int) -> int:
        self.now = self.looks.pop(0)
        return self.now[1] << 20

    def free(self) -> Room:
        return Room((self.looks or [self.now])[0][0] << 20, math.inf)

    def reserve(self) -> Room:
        return Room(512 << 20, 0)


@pytest.mark.parametrize(
    ("looks", "why"),
    [
        ([(900, 5), (500, 100)], "machine"),
        ([(500, 100), (500, 101), (480, 120)], "machine"),
        ([(500, 100), (255, 100)], "machine"),
        ([(900, 100), (600, 255), (600, 257)], "share"),
    ],
    ids=["grows into the reserve", "grows in the reserve", "somebody takes half of the reserve", "leaves the reserve alone"],
)
async def test_nobody_stores_in_the_disk_s_reserve(looks: list[tuple[int, int]], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(storing, "_LEISURE", 0)
    disk = SmallDisk(*looks)
    async with asyncio.timeout(10):
        assert await storing.much_stored(disk, "p1", 256 << 20, None) == why
    assert disk.looks == []


async def test_a_glance_sees_that_the_reserve_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "LOOK_SECONDS", 600.0)
    monkeypatch.setattr(storing, "_GLANCE_SECONDS", 0.001)
    disk = SmallDisk((600, 0), (500, 20))
    async with asyncio.timeout(10):
        assert await storing.much_stored(disk, "p1", 256 << 20, None) == "machine"


async def test_what_fills_its_memory_is_left_alone(tmp_path: Path) -> None:
    """A crash would be started again for who looks."""
    stage = Previews(tmp_path, FakeDriver([READY, UP], end=Exit("disk", None, "It stored more than it may.")))
    shown = await stage.host.show("p1", A, None)
    stage.driver.boxes[0].finish()
    async with asyncio.timeout(10):
        while not reasons(stage):
            await asyncio.sleep(0)
    assert reasons(stage) == [("p1", "disk")]
    told = await stage.host.resolve(shown.host or "")
    assert (told.status, told.detail) == ("failed", "It stored more than it may.")
    await stage.host.close()


BROKEN = {"page": "broken", "api": "none"}


async def test_a_change_that_does_not_work_leaves_the_last_good_one(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP, BROKEN, UP]))
    await stage.host.show("p1", A, None)
    with pytest.raises(BarnraiseError, match="cannot be built"):
        await stage.host.show("p1", B, None)
    told = await stage.host.get("p1")
    assert (told.status, told.commit) == ("running", A)
    assert "cannot be built" in (told.detail or "")
    record = await stage.records.of_project("p1")
    assert record
    assert record.commit == A, "whoever starts it anew gets what worked"
    assert (await stage.host.show("p1", B, None)).commit == B
    assert stage.driver.boxes[0].sent[1]["files"] == stage.driver.boxes[0].sent[2]["files"], "the broken change was taken back there"
    assert len(stage.driver.boxes) == 1
    await stage.host.close()


async def test_a_start_that_does_not_work_brings_the_last_good_one_back(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP], [READY, BROKEN], [READY, UP]))
    await stage.host.show("p1", A, None)
    await stage.host.stop("p1")
    with pytest.raises(BarnraiseError, match="cannot be built"):
        await stage.host.show("p1", B, None)
    told = await stage.host.get("p1")
    assert (told.status, told.commit) == ("running", A)
    assert "cannot be built" in (told.detail or "")
    assert [box.sent[0]["checked"] for box in stage.driver.boxes] == [False, True, False]
    await stage.host.close()


async def test_what_is_cut_off_in_the_middle_of_a_change_is_not_trusted_to_be_whole(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP, 60.0], [READY, UP]))
    shown = await stage.host.show("p1", A, None)
    changing = asyncio.create_task(stage.host.show("p1", B, None))
    while len(stage.driver.boxes[0].sent) < 2:
        await asyncio.sleep(0)
    changing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await changing
    assert stage.driver.boxes[0].gone()
    await stage.host.resolve(shown.host or "")
    async with asyncio.timeout(5):
        while (told := await stage.host.get("p1")).status != "running":
            await asyncio.sleep(0)
    assert told.commit == A
    await stage.host.close()


async def test_a_preview_with_other_packages_is_another_sandbox(tmp_path: Path) -> None:
    more, problem = Path("/layers/1"), Problem(code="packages_unavailable", detail="It lacks x.", next="Take it out.")
    has = Provision(more, said="It has x 1.")
    own = Own(Provision(), has, has, Provision(problem=problem), has)
    scripts = ([READY, UP], [READY, UP, UP], [READY, {"api": "failed", "page": "up"}], [READY, UP])
    stage = Previews(tmp_path, FakeDriver(*scripts), packages=own)
    for number, commit in enumerate((A, B, A)):
        await stage.host.show("p1", commit, Cause(f"j1:{number}", "p1", "j1"))
    assert [spec.more for spec in stage.driver.specs] == [None, more]
    assert [box.gone() for box in stage.driver.boxes] == [True, False]
    assert stage.driver.specs[1].data == DataFolders(tmp_path).of("p1"), "what it has stored stays"
    assert [event.text for event in stage.announcer.events if isinstance(event, LogAppended)] == ["It has x 1.\n"]
    with pytest.raises(BarnraiseError, match=r"The API did not start\. It lacks x\. Take it out\."):
        await stage.host.show("p1", B, None)
    assert [spec.more for spec in stage.driver.specs[2:]] == [None, more], "the last one that worked is back with its packages"
    assert (await stage.host.get("p1")).commit == A
    await stage.host.close()
