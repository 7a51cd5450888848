"""The real process on real NATS and PostgreSQL, among doubles of the other services."""

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from barnraise.contracts.commands import CancelJob, CompileManifest, DropProject, MakePlan, RetryJob, StopWork, TestCommit, ValidateCommit
from barnraise.contracts.events import CommitCreated, JobEnded, JobQueued, JobStarted, MessagePosted, StepEnded

_SPEC = importlib.util.spec_from_file_location("planner_stage", Path(__file__).with_name("planner_stage.py"))
assert _SPEC and _SPEC.loader
planner_stage = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(planner_stage)
AT, OID, Stage, ends = planner_stage.AT, planner_stage.OID, planner_stage.Stage, planner_stage.ends

pytestmark = [pytest.mark.connected]
POINTS = ["received", "claimed", "worked", "finishing", "committed", "published", "marked", "acked"]


@pytest.fixture
async def stage(tmp_path: Path, nats_url: str, database_url: str) -> AsyncIterator[Stage]:
    made = Stage(tmp_path, nats_url, database_url)
    await made.open()
    yield made
    await made.close()


async def test_a_sentence_becomes_an_application(stage: Stage) -> None:
    await stage.start()
    await stage.job("j1")
    ended = await stage.heard(JobEnded, "j1")
    assert (ended["status"], ended["commit"]) == ("succeeded", OID)
    compiled = await stage.asked_for(CompileManifest)
    assert [entity.name for entity in compiled.manifest.entities] == ["Boat"]
    types = [event["type"] for event in await stage.events() if event["job_id"] == "j1"]
    assert types[:2] == ["job.queued.v1", "job.started.v1"] and types[-2:] == ["message.posted.v1", "job.ended.v1"]
    await stage.job("j2", 2, text="add a colour to boats")
    await stage.heard(JobEnded, "j2")
    refined = await stage.asked_for(CompileManifest, 2)
    assert [field.name for field in refined.manifest.entities[0].fields] == ["name", "length", "colour"]
    await stage.check()


async def test_jobs_of_a_project_run_one_after_another_in_the_order_of_their_position(stage: Stage) -> None:
    stage.hold = {CompileManifest}
    await stage.start()
    await stage.job("j1", 1)
    await stage.asked_for(CompileManifest)
    await stage.job("j3", 3, text="add a colour to boats")
    assert (await stage.heard(JobQueued, "j3"))["ahead"] == 1
    await stage.job("j2", 2, text="what is there?")
    await stage.job("other", 1, project="p2")
    await stage.heard(JobStarted, "other")
    edit = CommitCreated(id="w1:commit", project_id="p1", at=AT, commit="e" * 40, origin="edit", summary="By hand.")
    await stage.send(edit)
    await stage.heard(JobQueued, f"c{'e' * 15}")
    stage.release()
    await stage.heard(JobEnded, f"c{'e' * 15}")
    started = [event["job_id"] for event in await stage.events() if event["type"] == "job.started.v1" and event["project_id"] == "p1"]
    assert started == ["j1", "j2", "j3", f"c{'e' * 15}"]
    assert len(ends(await stage.events())) == 5
    await stage.check()


async def test_a_job_is_cancelled_and_goes_on_where_it_was(stage: Stage) -> None:
    stage.hold = {TestCommit}
    await stage.start()
    await stage.job("j1")
    await stage.asked_for(TestCommit)
    await stage.send(CancelJob(id="cancel", project_id="p1", job_id="j1", at=AT))
    assert (await stage.heard(JobEnded, "j1"))["status"] == "cancelled"
    await stage.asked_for(StopWork)
    stage.hold = set()
    await stage.send(RetryJob(id="retry", project_id="p1", job_id="j1", at=AT))
    assert (await stage.heard(JobEnded, "j1", 2))["status"] == "succeeded"
    assert [command.id for command in stage.commands if isinstance(command, TestCommit)] == ["j1:test:1", "j1:test:1:2"]
    await stage.check()


async def test_the_same_start_twice_is_one_job(stage: Stage) -> None:
    await stage.start()
    await stage.job("j1")
    await stage.heard(JobEnded, "j1")
    again = {"action": "message", "text": "Boats have a name and a length.", "position": 1}
    other = planner_stage.StartJob(id="j1:start:again", project_id="p1", job_id="j1", at=AT, **again)
    await stage.send(other)
    await stage.job("j2", 2, text="what is there?")
    await stage.heard(JobEnded, "j2")
    assert ends(await stage.events()) == [("j1", "succeeded"), ("j2", "succeeded")]
    await stage.check()


async def test_a_cancellation_that_overtakes_its_job_is_not_lost(stage: Stage) -> None:
    stage.hold = {CompileManifest}
    await stage.send(CancelJob(id="cancel", project_id="p1", job_id="j1", at=AT))
    await stage.start()
    await stage.job("j1")
    assert (await stage.heard(JobEnded, "j1"))["status"] == "cancelled"


async def test_a_step_that_does_not_answer_is_asked_for_again_and_then_fails(stage: Stage) -> None:
    stage.hold = {ValidateCommit}
    await stage.start(BARNRAISE_LIMITS='{"deadlines": {"validate": 0.5}}')
    await stage.job("j1")
    ended = await stage.heard(JobEnded, "j1")
    assert (ended["status"], ended["problem"]["code"]) == ("failed", "step_timed_out")
    assert [command.id for command in stage.commands if isinstance(command, ValidateCommit)] == ["j1:validate:1", "j1:validate:1:2"]
    await stage.check()


async def test_a_dropped_project_leaves_nothing_and_takes_nothing(stage: Stage) -> None:
    stage.hold = {TestCommit}
    await stage.start()
    await stage.job("j1")
    await stage.asked_for(TestCommit)
    await stage.send(DropProject(id="drop", project_id="p1", job_id="drop", at=AT))
    await stage.asked_for(StopWork)
    assert (await stage.heard(JobEnded, "j1"))["status"] == "cancelled"
    stage.release()
    await stage.job("late", 2)
    assert (await stage.heard(JobEnded, "late"))["status"] == "cancelled"
    await stage.idle()
    connection = await planner_stage.asyncpg.connect(stage.database_url)
    counted = [await connection.fetchval(f"select count(*) from planner.{table}") for table in ("jobs", "job_events", "manifests")]
    await connection.close()
    assert counted == [0, 0, 0] and not [m for m in await stage.events() if m["type"] == MessagePosted.tag()]


@pytest.mark.chaos
@pytest.mark.parametrize("point", POINTS)
async def test_a_job_survives_the_planner_killed_at_every_point(stage: Stage, point: str) -> None:
    """Once when the job starts, and once in its middle."""
    stage.hold = {ValidateCommit}
    armed = stage.folder / f"planner.{point}"
    armed.touch()
    first = await stage.start()
    await stage.job("j1")
    assert await asyncio.to_thread(first.wait, 90) == -9
    second = await stage.start()
    await stage.asked_for(ValidateCommit)
    armed.touch()
    stage.release()
    assert await asyncio.to_thread(second.wait, 90) == -9
    await stage.start()
    await stage.heard(JobEnded, "j1")
    assert ends(await stage.events()) == [("j1", "succeeded")]
    steps = [event["step"] for event in await stage.events() if event["type"] == StepEnded.tag()]
    assert sorted(steps) == ["generate", "plan", "preview", "test", "validate"]
    assert not [command for command in stage.commands if isinstance(command, MakePlan)], "its own commands stay its own"
    await stage.check()
