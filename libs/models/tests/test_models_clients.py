"""Clients of providers: one for a profile, none for what it was before somebody changed it, and never closed under who uses it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from barnraise.models.clients import IDLE_SECONDS, MOST_IDLE, Clients


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def clients(clock) -> AsyncIterator[Clients]:
    opened = Clients(clock)
    yield opened
    await opened.close()


async def test_the_same_profile_has_the_same_client_and_a_changed_one_another(provider, clients):
    profile = provider.profile()
    async with clients.of(profile) as one, clients.of(profile.model_copy()) as same, clients.of(provider.profile(output=99)) as other:
        assert one is same and one is not other
    async with clients.of(profile) as later:
        assert later is one


async def test_clients_of_profiles_that_were_changed_are_closed_but_for_those_in_use(provider, clients):
    first = provider.profile(key="sk-0")
    async with clients.of(first) as model:
        for number in range(1, 2 * MOST_IDLE):
            async with clients.of(provider.profile(key=f"sk-{number}")):
                assert len(clients._held) <= MOST_IDLE + 1
        assert not clients._held[first].client.is_closed
        async with clients.of(first) as again:
            assert again is model
    held = list(clients._held.values())
    async with asyncio.TaskGroup() as many:
        for number in range(MOST_IDLE + 2):
            many.create_task(ask(clients, provider.profile(key=f"another-{number}")))
    assert len(clients._held) <= MOST_IDLE + 1 and all(one.client.is_closed for one in held), "oldest first"


async def test_what_nobody_asks_for_long_is_closed_when_another_is_asked(provider, clients, clock):
    old, recent = provider.profile(key="sk-old"), provider.profile(key="sk-recent")
    await ask(clients, old)
    held = clients._held[old]
    clock.seconds = IDLE_SECONDS / 2
    await ask(clients, recent)
    clock.seconds = IDLE_SECONDS + 1
    await ask(clients, provider.profile(key="sk-new"))
    assert held.client.is_closed and next(iter(clients._held)) == recent


async def ask(clients: Clients, profile) -> None:
    async with clients.of(profile):
        await asyncio.sleep(0)


async def test_a_router_keeps_no_line_for_a_profile_that_nobody_asks(provider, make, call):
    router = make(provider.profile("a"), provider.profile("b"))
    await asyncio.gather(*(router.ask(call(str(number))) for number in range(8)))
    assert not router._lines
