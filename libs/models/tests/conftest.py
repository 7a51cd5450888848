"""A scripted provider, and routers over it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from scripted_provider import ScriptedProvider

from barnraise.models.calls import Call, Turn
from barnraise.models.ledger import MemoryLedger
from barnraise.models.profiles import Profile
from barnraise.models.router import Router

Make = Callable[..., Router]


@pytest.fixture
async def provider() -> AsyncIterator[ScriptedProvider]:
    async with ScriptedProvider().serving() as serving:
        yield serving


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
async def make(ledger: MemoryLedger) -> AsyncIterator[Make]:
    """Makes a router over profiles; all are closed at the end."""
    from barnraise.models.providers import Providers

    speaker, made = Providers(), list[Router]()

    def router(*profiles: Profile, **more: Any) -> Router:
        made.append(Router(profiles, speaker, more.pop("ledger", ledger), **more))
        return made[-1]

    yield router
    for one in made:
        await one.close()


def _call(text: str = "Say hello.", **more: Any) -> Call:
    return Call(**{"task": "code", "turns": (Turn("user", text),), "instructions": "Be brief.", "seconds": 20.0, "fresh": True} | more)


@pytest.fixture
def call() -> Callable[..., Call]:
    return _call
