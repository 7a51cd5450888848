"""The models that codegen asks: described without keys, and what they say and cost as the port has it."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import asyncpg
import nats
import pytest
from scripted_provider import KEY, Refuse, ScriptedProvider

from barnraise.chassis.database import migrate
from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.adapters.models import RoutedModels, opened_models
from barnraise.codegen.ports import Asked
from barnraise.models.budgets import Budgets

pytestmark = pytest.mark.connected
Opened = Callable[..., AbstractAsyncContextManager[RoutedModels]]


@pytest.fixture
async def opened(nats_url: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opened]:
    """Models of these settings, on the real bus and database."""
    client = await nats.connect(nats_url)
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        await migrate(pool, "codegen", files("barnraise.codegen") / "migrations")

        def open_these(*profiles: dict[str, Any]) -> AbstractAsyncContextManager[RoutedModels]:
            monkeypatch.setenv("BARNRAISE_MODELS", json.dumps(profiles))
            return opened_models(SimpleNamespace(nats=client), pool, Budgets())

        yield open_these
    await client.close()


async def test_models_are_described_without_keys_and_settings_that_are_wrong_by_what_is(opened: Opened) -> None:
    known = {"name": "one", "vendor": "openai", "model": "g", "key": KEY}
    async with opened(known, {"name": "two", "vendor": "groq", "model": "l"}) as models:
        state = models.describe()
    assert [(model.name, model.state, model.attempts) for model in state.models] == [("one", "ready", 0), ("two", "no_key", 0)]
    assert KEY not in state.model_dump_json()
    async with opened(known | {"vendor": "nobody"}) as models:
        state = models.describe()
    assert state.models == () and state.problem and "vendor must be one of" in state.problem and KEY not in state.problem


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
