"""The real process on real NATS, PostgreSQL, git and sandboxes; killed and started again."""

import asyncio
from pathlib import Path

import pytest
from sandbox_process import Platform, body, say

from barnraise.contracts.commands import DropPreview, ShowCommit, StopWork, TestCommit
from barnraise.contracts.events import CommitTested, LogAppended, PreviewReady, PreviewStopped, StepFailed, StepSkipped
from barnraise.contracts.requests import (
    DescribeSandbox,
    GetPreview,
    PreviewState,
    ResolvePreview,
    SandboxState,
    StartPreview,
    StopPreview,
)

pytestmark = [pytest.mark.connected, pytest.mark.sandbox]


@pytest.mark.parametrize("driver", ["local", "docker"])
async def test_a_commit_is_tested_and_shown_and_outlives_the_service(
    driver: str, platform: Platform, commits: list[str], request: pytest.FixtureRequest
) -> None:
    chosen = {"BARNRAISE_SANDBOX_DRIVER": driver}
    if driver == "docker":
        chosen["BARNRAISE_SANDBOX_DOCKER"] = request.getfixturevalue("docker_engine").url
    await platform.start(**chosen)
    described: SandboxState = await platform.ask(say(DescribeSandbox))
    assert (described.available, described.driver) == (True, driver)

    await platform.send(say(TestCommit, commit=commits[0]))
    await platform.send(say(ShowCommit, commit=commits[0]))
    tested = await platform.heard(CommitTested)
    assert (tested.passed, tested.verdict, tested.report.passed, tested.id) == (True, "exited", 1, "j1:testcommit:1:tested")
    assert "1 passed" in (await platform.heard(LogAppended, lambda event: event.source == "test" and "passed" in event.text)).text
    ready = await platform.heard(PreviewReady)
    assert (ready.commit, ready.preview_id, len(ready.host)) == (commits[0], ready.host, 26)
    assert ready.enforced == described.enforced
    state: PreviewState = await platform.ask(say(ResolvePreview, host=ready.host))
    assert (state.status, state.project_id) == ("running", "shop")
    assert b"<h1>hello</h1>" in await body(state.endpoint or "", "/")
    await body(state.endpoint or "", "/api/note", "POST")

    platform.kill()
    await platform.start(**chosen)
    assert (await platform.ask(say(GetPreview))).status == "stopped"
    woken = await platform.woken(ready.host)
    assert woken.host == ready.host
    assert b"kept" in await body(woken.endpoint or "", "/api/note")

    # the same commands again, as after a lost acknowledgement: nothing happens twice
    await platform.send(say(ShowCommit, "b", commit=commits[0]))
    again = await platform.heard(PreviewReady, lambda event: event.id != ready.id)
    assert again.host == ready.host

    assert (await platform.ask(say(StopPreview))).status == "stopped"
    assert (await platform.heard(PreviewStopped)).reason == "asked"
    assert (await platform.ask(say(StartPreview, commit=commits[0]))).status in ("starting", "running")
    await platform.send(say(DropPreview))
    async with asyncio.timeout(60):
        while (await platform.ask(say(GetPreview))).status != "none":
            await asyncio.sleep(0.02)
    await platform.stop()
    assert not (platform.log.parent / "data/previews/shop").exists()
    assert "must not be seen" not in platform.log.read_text()


async def test_stopped_work_ends_at_once_and_says_nothing(platform: Platform, commits: list[str]) -> None:
    await platform.start()
    await platform.send(say(TestCommit, commit=commits[1]))
    await platform.heard(LogAppended, lambda event: "begun" in event.text)
    await platform.send(say(StopWork))
    await platform.send(say(TestCommit, "b", commit=commits[0]))
    assert (await platform.heard(CommitTested)).commit == commits[0]
    assert not [event for event in platform.events if isinstance(event, StepFailed)]
    await platform.stop()


async def test_without_a_driver_the_service_is_up_and_skips(platform: Platform, commits: list[str]) -> None:
    await platform.start(BARNRAISE_SANDBOX_DRIVER="none")
    described: SandboxState = await platform.ask(say(DescribeSandbox))
    assert (described.available, described.driver, described.fix) == (False, "none", "Start without BARNRAISE_SANDBOX_DRIVER=none.")
    await platform.send(say(TestCommit, commit=commits[0]))
    await platform.send(say(ShowCommit, commit=commits[0]))
    for step in ("test", "preview"):
        skipped = await platform.heard(StepSkipped, lambda event, step=step: event.step == step)
        assert skipped.problem.code == "sandbox_unavailable"
    await platform.stop()


async def test_without_a_base_layer_the_service_says_how_to_get_one(platform: Platform, tmp_path: Path) -> None:
    await platform.start(BARNRAISE_BASE_DIR=str(tmp_path / "nothing"))
    described: SandboxState = await platform.ask(say(DescribeSandbox))
    assert (described.available, described.reason) == (False, "The base layer of sandboxes is not there.")
    await platform.stop()
