"""Several sandbox services on one data folder and one bus: stops reach each, previews are spread, and outlive who had them."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from sandbox_doubles import READY, UP, A, B, FakeDriver, Previews
from sandbox_process import Platform, body, say

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.commands import ShowCommit, StopWork, TestCommit
from barnraise.contracts.events import LogAppended, PreviewReady, PreviewStopped
from barnraise.contracts.requests import GetPreview, OrderPreview, PreviewState, ResolvePreview, StartPreview, StopPreview
from barnraise.contracts.subjects import COMMAND_STREAM
from barnraise.sandbox import app
from barnraise.sandbox.adapters.memory import MemoryPeers, MemoryPreviews, MemoryReplicas
from barnraise.sandbox.domain.previews import Record, best_place
from barnraise.sandbox.service.placing import PlacedPreviews
from barnraise.sandbox.service.provisioning import Provision, Provisioner
from barnraise.sandbox.settings import beside

pytestmark = pytest.mark.timeout(400)
PROJECTS = ("shop", "barn", "mill")


@pytest.fixture
async def records(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1) as pool:
        yield pool


async def owner_of(records: asyncpg.Pool, project: str) -> str:
    return await records.fetchval("select owner from sandbox.previews where project_id = $1", project)


async def settled(platform: Platform, project: str) -> PreviewState:
    """The preview, once it runs."""
    async with asyncio.timeout(90):
        while (state := await platform.ask(say(GetPreview, project=project))).status != "running":
            await asyncio.sleep(0.05)
        return state


async def two(platform: Platform, records: asyncpg.Pool) -> list[str]:
    """Start two replicas; their names in the order of their numbers."""
    await platform.start(0)
    first = await records.fetchval("select id from sandbox.replicas")
    await platform.start(1)
    return [first, await records.fetchval("select id from sandbox.replicas where id <> $1", first)]


async def test_each_replica_has_a_folder_of_its_own_and_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "PATIENCE_SECONDS", 0.0)
    settings = beside(tmp_path / "base", tmp_path / "data")
    async with AsyncExitStack() as first, AsyncExitStack() as third:
        assert (await app._place(settings, first))[0].data_dir == settings.data_dir
        async with AsyncExitStack() as second:
            assert (await app._place(settings, second))[0].data_dir == settings.data_dir / "replica-1"
            assert (await app._place(settings, third))[0].data_dir == settings.data_dir / "replica-2"
        async with AsyncExitStack() as again:
            assert (await app._place(settings, again))[0].data_dir == settings.data_dir / "replica-1"


@pytest.mark.parametrize(
    ("free", "owner", "chosen"),
    [
        ({"me": 3, "other": 3}, None, "me"),
        ({"me": 2, "other": 3}, None, "other"),
        ({"me": 3, "other": 1}, "other", "other"),
        ({"me": 3, "other": 0}, "other", "me"),
        ({"me": 0, "other": 0}, "other", "other"),
        ({"me": 0, "third": 0}, "other", "me"),
        ({"other": 8}, "gone", "other"),
        ({}, "gone", "me"),
    ],
)
def test_a_preview_stays_where_it_was_else_goes_where_most_is_free(free: dict[str, int], owner: str | None, chosen: str) -> None:
    assert best_place(free, owner, "me") == chosen


class Owned(MemoryPreviews):
    """Every preview is the other replica's at first."""

    owner = "other"

    async def claim(self, project_id: str, host: str) -> Record:
        return replace(await super().claim(project_id, host), owner=self.owner, running=True)

    async def of_project(self, project_id: str) -> Record | None:
        return await self.claim(project_id, "x" * 26)


class Busy:
    """The other replica, which cannot do anything now, and may have lost the preview."""

    def __init__(self, records: Owned, heir: str) -> None:
        self.asked: list[str] = []
        self._records = records
        self._heir = heir

    async def ask(self, replica: str, order: OrderPreview) -> PreviewState:
        self.asked.append(replica)
        self._records.owner = self._heir
        raise BarnraiseError("unavailable", "Not now.", "Try again in a moment.", retryable=True)


@pytest.mark.parametrize("heir", ["me", "other"])
async def test_an_order_follows_the_preview_and_is_not_repeated_where_it_stays(tmp_path: Path, heir: str) -> None:
    stage, records = Previews(tmp_path, FakeDriver([READY, UP])), Owned()
    peers = Busy(records, heir)
    placed = PlacedPreviews(stage.host, records, MemoryReplicas(), peers, "me", lambda: "x" * 26)
    if heir == "me":
        assert (await placed.start("p1", A)).status in ("starting", "running")
    else:
        with pytest.raises(BarnraiseError, match="Not now"):
            await placed.start("p1", A)
    assert peers.asked == ["other"]
    await stage.host.close()


async def test_a_preview_whose_packages_are_fetched_holds_its_place(tmp_path: Path) -> None:
    class Slow(Provisioner):
        asked, go = asyncio.Event(), asyncio.Event()

        async def provide(self, files: Mapping[str, bytes]) -> Provision:
            self.asked.set()
            await self.go.wait()
            return await super().provide(files)

    slow = Slow(None)
    stage = Previews(tmp_path, FakeDriver(), packages=slow)
    showing = asyncio.create_task(stage.host.show("p1", A, None))
    await slow.asked.wait()
    assert stage.host.running() == ["p1"]
    showing.cancel()
    await asyncio.wait([showing])
    assert stage.host.running() == []


class Taken(MemoryReplicas):
    """Somebody else has taken over what runs."""

    async def beat(self, me: str, room: int, running: Collection[str]) -> list[str]:
        return list(running)


async def test_a_sign_of_life_waits_for_no_preview(tmp_path: Path) -> None:
    stage = Previews(tmp_path, FakeDriver([READY, UP, 3600.0], [READY, UP]))
    placed = PlacedPreviews(stage.host, stage.records, Taken(), MemoryPeers(), "me", lambda: "x" * 26)
    await stage.host.show("p1", A, None)
    showing = asyncio.create_task(stage.host.show("p1", B, None))
    while len(stage.driver.boxes[0].sent) < 2:
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await placed.tend()
    assert stage.host.running() == ["p1"], "it is ended when it is at rest"
    showing.cancel()
    await asyncio.wait([showing])
    await stage.host.show("p1", A, None)
    await placed.tend()
    assert stage.host.running() == []


@pytest.mark.connected
@pytest.mark.sandbox
async def test_a_stop_reaches_every_replica(platform: Platform, commits: list[str], records: asyncpg.Pool) -> None:
    await two(platform, records)
    jobs = [f"j{number}" for number in range(4)]
    for job in jobs:
        await platform.send(say(TestCommit, job, commit=commits[1]).model_copy(update={"job_id": job}))
    for job in jobs:
        await platform.heard(LogAppended, lambda event, job=job: event.job_id == job and "begun" in event.text)
    for job in jobs:
        await platform.send(say(StopWork, job).model_copy(update={"job_id": job}))
    async with asyncio.timeout(60):
        while (await platform.bus.jetstream().consumer_info(COMMAND_STREAM, "commit-test-v1")).num_ack_pending:
            await asyncio.sleep(0.05)
    await platform.stop()


@pytest.mark.connected
@pytest.mark.sandbox
async def test_previews_are_spread_and_each_replica_answers_for_all(platform: Platform, commits: list[str], records: asyncpg.Pool) -> None:
    replicas = await two(platform, records)
    for project in PROJECTS:
        await platform.ask(say(StartPreview, project=project, commit=commits[0]))
    states = [await settled(platform, project) for project in PROJECTS]
    placed = Counter([await owner_of(records, project) for project in PROJECTS])
    assert placed.keys() == set(replicas)
    assert sorted(placed.values()) == [1, 2]
    for state in states:  # whichever replica is asked
        told = [await platform.ask(say(ResolvePreview, host=state.host)) for _ in range(8)]
        assert {(one.status, one.endpoint) for one in told} == {("running", state.endpoint)}
        assert b"<h1>hello</h1>" in await body(state.endpoint or "", "/")
    for project in PROJECTS:
        assert (await platform.ask(say(StopPreview, project=project))).status == "stopped"
        stopped = await platform.heard(PreviewStopped, lambda event, project=project: event.project_id == project)
        assert stopped.reason == "asked"
    await platform.stop()


@pytest.mark.connected
@pytest.mark.sandbox
async def test_who_dies_is_succeeded_with_what_was_stored(platform: Platform, commits: list[str], records: asyncpg.Pool) -> None:
    replicas = await two(platform, records)
    await platform.ask(say(StartPreview, commit=commits[0]))
    before = await settled(platform, "shop")
    await body(before.endpoint or "", "/api/note", "POST")
    owner = await owner_of(records, "shop")
    platform.kill(replicas.index(owner))
    woken = await platform.woken(before.host)
    assert woken.host == before.host
    assert b"kept" in await body(woken.endpoint or "", "/api/note")
    replicas.remove(owner)
    assert await owner_of(records, "shop") == replicas[0]
    await platform.stop()


@pytest.mark.connected
@pytest.mark.sandbox
async def test_an_order_outlives_the_replica_that_was_at_it(
    platform: Platform, commits: list[str], records: asyncpg.Pool, tmp_path: Path
) -> None:
    armed = tmp_path / "sandbox.preview_started"
    armed.touch()
    await platform.start(0)
    await platform.start(1, BARNRAISE_FAILPOINT_DIR=str(tmp_path))
    for project in PROJECTS:
        await platform.send(say(ShowCommit, f":{project}", project=project, commit=commits[0]))
    for project in PROJECTS:
        ready = await platform.heard(PreviewReady, lambda event, project=project: event.project_id == project, within=120)
        state: PreviewState = await platform.ask(say(ResolvePreview, host=ready.host))
        assert b"<h1>hello</h1>" in await body(state.endpoint or "", "/")
    assert not armed.exists()
    assert len([event for event in platform.events if isinstance(event, PreviewReady)]) == len(PROJECTS)


@pytest.mark.connected
@pytest.mark.sandbox
async def test_who_was_only_away_gives_up_what_was_taken_over(platform: Platform, commits: list[str], records: asyncpg.Pool) -> None:
    replicas = await two(platform, records)
    await platform.ask(say(StartPreview, commit=commits[0]))
    before = await settled(platform, "shop")
    owner = await owner_of(records, "shop")
    platform.pause(replicas.index(owner))
    try:
        # Which replica takes the command is chance: the paused one's are delivered again when nobody says that they are worked on.
        await platform.send(say(ShowCommit, commit=commits[1]))
        await platform.heard(PreviewReady, within=120)
    finally:
        platform.go_on(replicas.index(owner))
    assert await owner_of(records, "shop") != owner
    async with asyncio.timeout(60):
        while os.path.exists(before.endpoint or ""):  # noqa: ASYNC240, PTH110
            await asyncio.sleep(0.05)
    state = await settled(platform, "shop")
    assert state.endpoint != before.endpoint
    assert b"<h1>hello</h1>" in await body(state.endpoint or "", "/")
