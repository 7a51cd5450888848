"""A platform with a model: what no plan can say is done to the code, and whatever the model does, no project gets worse."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from platform_client import Platform
from scripted_provider import KEY, Act, Refuse, Say, ScriptedProvider

pytestmark = [pytest.mark.flow, pytest.mark.sandbox]

WISH = "greet every visitor with Ahoy"
MODULE = """<file path="backend/app/greeting.py">
\"\"\"How visitors are greeted.\"\"\"


def greet(name: str) -> str:
    return f"{word}, {name}!"
</file>
"""
TESTS = """<file path="backend/tests/test_greeting.py">
from app.greeting import greet


def test_visitors_are_greeted() -> None:
    assert greet("Ada") == "Ahoy, Ada!"
</file>
"""
GOOD = MODULE.replace("{word}", "Ahoy")
UNSOUND = MODULE.replace('f"{word}, {name}!"', "undefined_name + name")
FAILING = MODULE.replace("{word}", "Hello")


def reply(*edits: str) -> Say:
    return Say("Visitors are greeted with Ahoy.\n<changes>\n" + "".join(edits) + "</changes>\n", pieces=5)


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    """Served from a thread of its own, for tests that have no event loop."""
    provider, ready, done = ScriptedProvider(), threading.Event(), threading.Event()

    async def serve() -> None:
        async with provider.serving():
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield provider
    done.set()
    thread.join(10)


@pytest.fixture(scope="module")
def modelled(provider: ScriptedProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    profile = {"name": "scripted", "vendor": "compatible", "model": "m", "url": f"{provider.url}/v1", "key": KEY}
    running = Platform.start(tmp_path_factory.mktemp("home"), BARNRAISE_MODELS=json.dumps([profile]), BARNRAISE_SANDBOX_WARM="false")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def project(modelled: Platform) -> str:
    made = modelled.create("Track plants: plants have a name and a species.")
    assert modelled.ended(made["job"]["id"], timeout=120)["status"] == "succeeded"
    return str(made["project"]["id"])


@pytest.fixture
def wish(provider: ScriptedProvider, modelled: Platform, project: str) -> Iterator[Any]:
    """Says the wish while the model follows that script; the ended job."""

    def say(*acts: Act, otherwise: Act | None = None) -> dict[str, Any]:
        provider.script["m"].clear()
        provider.play("m", *acts)
        provider.otherwise = otherwise or Say("I do not know.")
        return modelled.ended(modelled.say(project, WISH)["job"]["id"], timeout=120)

    yield say


def main_of(platform: Platform, project: str) -> str:
    return str(platform.get(f"/projects/{project}/commits", limit=1)["items"][0]["commit"])


def said(platform: Platform, project: str) -> str:
    return str(platform.get(f"/projects/{project}/messages")["items"][-1]["text"])


@pytest.mark.slow
def test_a_change_lands_when_it_is_sound_and_is_undone_like_any_other(wish: Any, modelled: Platform, project: str) -> None:
    before = main_of(modelled, project)
    job = wish(reply(UNSOUND, TESTS), reply(GOOD))
    assert job["status"] == "succeeded", job
    told = said(modelled, project)
    assert told.startswith("Visitors are greeted with Ahoy. (scripted (m): 36 tokens)") and "preview shows it" in told
    assert "Ahoy" in modelled.get(f"/projects/{project}/files/backend/app/greeting.py")["content"]
    assert [ref["name"] for ref in modelled.get(f"/projects/{project}/branches")["items"]] == ["blueprint", "main"]
    steps = [
        (event["event"]["step"], event["event"]["status"])
        for event in modelled.events(project)
        if event["event"]["type"] == "step.ended.v1"
    ]
    assert steps[-7:] == [
        ("generate", "succeeded"), ("validate", "failed"), ("repair", "succeeded"), ("validate", "succeeded"), ("test", "succeeded"),
        ("generate", "succeeded"), ("preview", "succeeded"),
    ]  # fmt: skip
    undone = modelled.ended(modelled.say(project, "undo")["job"]["id"])
    assert undone["status"] == "succeeded"
    with modelled.http() as http:
        assert http.get(f"/api/v2/projects/{project}/files/backend/app/greeting.py").status_code == 404
        assert KEY not in json.dumps(modelled.events(project)) and before in json.dumps(modelled.events(project))


@pytest.mark.parametrize(
    ("acts", "code"),
    [
        ([reply(UNSOUND)] * 3, "proposal_unsound"),
        ([reply(FAILING, TESTS)] * 3, "proposal_unsound"),
        ([reply('<file path="../outside.py">\nx = 1\n</file>\n')] * 3, "proposal_unsound"),
        ([reply('<file path=".barnraise/manifest.json">\n{}\n</file>\n')] * 3, "proposal_unsound"),
        ([reply('<delete path="README.md"/>\n')], "approval_needed"),
        ([reply(GOOD, TESTS)], None),
    ],
    ids=["unsound", "failing", "outside", "manifest", "deletes", "words"],
)
@pytest.mark.slow
def test_what_is_not_good_never_reaches_main(wish: Any, modelled: Platform, project: str, acts: list[Act], code: str | None) -> None:
    before = main_of(modelled, project)
    job = wish(*acts) if code else wish(Say("Which visitors do you mean?"))
    assert job["status"] == "needs_input", (job, said(modelled, project))
    assert (job["problem"] or {}).get("code") == code
    assert main_of(modelled, project) == before
    assert "othing was changed" in said(modelled, project)


@pytest.mark.slow
def test_a_provider_that_is_down_costs_one_answer_and_nothing_else(wish: Any, modelled: Platform, project: str) -> None:
    before = main_of(modelled, project)
    job = wish(otherwise=Refuse(401, "Incorrect API key provided."))
    assert job["status"] == "needs_input" and job["problem"]["code"] == "no_model", job
    assert main_of(modelled, project) == before
    assert KEY not in said(modelled, project)
    by_plan = modelled.ended(modelled.say(project, "add a height to plants")["job"]["id"])
    assert by_plan["status"] == "succeeded", "what plans can say needs no model"


def test_no_log_knows_the_key(modelled: Platform) -> None:
    with contextlib.suppress(FileNotFoundError):
        for log in (modelled.home / "logs").iterdir():
            assert KEY not in log.read_text(errors="replace"), log
