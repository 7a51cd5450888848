"""The models that codegen asks: described without keys, and what they say and cost as the port has it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import asyncpg
import nats
import pytest
from scripted_provider import KEY, Refuse, Say, ScriptedProvider

from barnraise.chassis.clock import now
from barnraise.chassis.database import migrate
from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.adapters.models import RoutedModels, opened_models
from barnraise.codegen.domain.drafts import files_of, masked
from barnraise.codegen.ports import Asked
from barnraise.contracts.live import FileWriting, ModelProgress
from barnraise.contracts.requests import DescribeModels
from barnraise.models.budgets import Budgets

pytestmark = pytest.mark.connected
Opened = Callable[..., AbstractAsyncContextManager[RoutedModels]]


async def _nobody(_: ModelProgress) -> None:
    return None


@pytest.fixture
async def opened(nats_url: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opened]:
    """Models of these settings, on the real bus and database."""
    client = await nats.connect(nats_url)
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        await migrate(pool, "codegen", files("barnraise.codegen") / "migrations")

        def open_these(*profiles: dict[str, Any], show: Any = None) -> AbstractAsyncContextManager[RoutedModels]:
            monkeypatch.setenv("BARNRAISE_MODELS", json.dumps(profiles))
            return opened_models(SimpleNamespace(nats=client, replicas=1, show=show or _nobody), pool, Budgets())

        yield open_these
    await client.close()


async def test_models_are_described_without_keys_and_settings_that_are_wrong_by_what_is(opened: Opened) -> None:
    known = {"name": "one", "vendor": "openai", "model": "g", "key": KEY}
    async with opened(known, {"name": "two", "vendor": "groq", "model": "l"}) as models:
        state = await models.describe(DescribeModels(id="r1", project_id="any", at=now()))
    assert [(model.name, model.state, model.attempts) for model in state.models] == [("one", "ready", 0), ("two", "no_key", 0)]
    assert KEY not in state.model_dump_json()
    async with opened(known | {"vendor": "nobody"}) as models:
        state = await models.describe(DescribeModels(id="r1", project_id="any", at=now()))
    assert state.models == () and state.problem and "vendor must be one of" in state.problem and KEY not in state.problem


async def test_room_is_that_of_what_is_set_up_and_what_no_model_is_for_another_one_does(opened: Opened) -> None:
    async with ScriptedProvider().serving() as provider:
        small = provider.profile("a").model_dump(mode="json", exclude_none=True, exclude={"tasks"})
        async with opened(small | {"key": KEY, "tasks": ["code"], "context": 32_000, "output": 4096}) as models:
            room = await models.room("p1", "ui", 16_000)
            assert room.reply == 4096 and 16_000 < room.context < 32_000 - 4096
            said = await models(Asked("Be brief.", ("word " * (room.context // 2),), "p1", "j1", tier="ui", reply=room.reply))
            assert said.text == "Hello, world.", "what fits is asked, by whoever is there"


async def test_a_reply_comes_with_what_it_took_and_none_is_told_as_such(opened: Opened) -> None:
    async with ScriptedProvider().serving() as provider:
        profile = provider.profile("a").model_dump(mode="json", exclude_none=True, exclude={"tasks"}) | {"key": KEY}
        async with opened(profile) as models:
            said = await models(Asked("Be brief.", ("Hello?", "Yes.", "Go on."), "p1", "j1"))
            assert (said.text, said.model, said.input, said.output) == ("Hello, world.", "a (a)", 11, 7)
            assert said.cost is not None and said.cost > 0
            roles = [message["role"] for message in provider.asked[0][1]["messages"]]
            assert roles == ["system", "user", "assistant", "user"]
            provider.otherwise = Refuse(401, "Incorrect API key provided.")
            with pytest.raises(BarnraiseError, match="no_model"):
                await models(Asked("Be brief.", ("Once more?",), "p1", "j1"))


async def test_a_reply_is_shown_as_it_grows_and_anew_when_another_model_begins(opened: Opened) -> None:
    shown: list[ModelProgress] = []

    async def show(progress: ModelProgress) -> None:
        shown.append(progress)

    text = 'Grüße 🏡.\n<changes>\n<file path="a.py">\nkey = "sk-live-0123456789"\nx = 1\n</file>\n</changes>\n'
    async with ScriptedProvider().serving() as provider:
        profiles = [provider.profile(name).model_dump(mode="json", exclude={"tasks"}, exclude_none=True) | {"key": KEY} for name in "ab"]
        provider.play("a", Say(text, pieces=8, pause=0.03, cut=0.6))
        provider.play("b", Say(text, pieces=8, pause=0.03))
        async with opened(*profiles, show=show) as models:
            await models(Asked("Be brief.", ("Hello?",), "p1", "j1"))
    replies = list(dict.fromkeys(progress.reply for progress in shown))
    assert len(replies) == 2 and [shown[0].model, shown[-1].model] == ["a (a)", "b (b)"]
    seen = ""
    for progress in (one for one in shown if one.reply == replies[1]):
        assert progress.offset <= len(seen), "a gap"
        seen = seen[: progress.offset] + progress.text
    assert seen == text.replace("live-0123456789", "•" * 15) and len(shown) > 8
    assert shown[-1].files == (FileWriting(path="a.py", change="file", lines=2),)
    assert 0 < shown[-1].tokens <= shown[-1].most_tokens and 0 < (shown[-1].cost or 0) < (shown[-1].most_cost or 0)


async def test_a_stopped_reply_ends_the_providers_stream(opened: Opened) -> None:
    first = asyncio.Event()

    async def show(progress: ModelProgress) -> None:
        if progress.text:
            first.set()

    async with ScriptedProvider(otherwise=Say("word " * 400, pieces=400, pause=0.05)).serving() as provider:
        profile = provider.profile("a").model_dump(mode="json", exclude={"tasks"}, exclude_none=True) | {"key": KEY}
        async with opened(profile, show=show) as models:
            asking = asyncio.create_task(models(Asked("Be brief.", ("Hello?",), "p1", "j1")))
            await asyncio.wait_for(first.wait(), 10)
            asking.cancel()
            await asyncio.wait_for(provider.gone.wait(), 1)
            with pytest.raises(asyncio.CancelledError):
                await asking


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("sk-", "sk-"),
        ("a task-list", "a task-list"),
        ('x = "ghp_abcDEF123"', 'x = "ghp_•••••••••"'),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\nab", "-----BEGIN PRIVATE KEY-----\n••••\n••"),
        ("postgresql://me:hunter2", "postgresql://me:•••••••"),
        ("postgresql://me:hunter2@host/", "postgresql://me:•••••••@host/"),
        ("http://localhost:8000/x", "http://localhost:8000/x"),
    ],
)
def test_what_looks_like_a_secret_is_masked_and_keeps_its_length(text: str, seen: str) -> None:
    assert masked(text) == seen and len(seen) == len(text)


def test_files_are_told_with_the_lines_that_have_come() -> None:
    text = 'Words.\n<changes>\n<patch path="a.py">\n<<<<<<< SEARCH\n</patch>\n<delete path="b.py"/>\n<file path="c.py">\none\ntw'
    assert [(file.path, file.change, file.lines) for file in files_of(text)] == [
        ("a.py", "patch", 1),
        ("b.py", "delete", 0),
        ("c.py", "file", 2),
    ]
    assert files_of("no files") == ()
