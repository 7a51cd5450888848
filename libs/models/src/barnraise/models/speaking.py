"""The way to the providers, whose libraries are imported when they are needed, and aside."""

import asyncio
import importlib
from collections.abc import Sequence
from typing import Any

from barnraise.models.attempt import Exchange
from barnraise.models.calls import Call
from barnraise.models.profiles import Profile


class LazyProviders:
    """See ``Speaker``."""

    def __init__(self) -> None:
        self._loading: asyncio.Task[Any] | None = None

    async def warm(self, profiles: Sequence[Profile]) -> None:
        """Make ready now what the first calls would wait for."""
        providers = await self._providers()
        for profile in (one for one in profiles if not one.needs_key):
            await providers.prepare(profile)

    async def speak(self, profile: Profile, call: Call, exchange: Exchange) -> None:
        providers = await self._providers()
        await providers.speak(profile, call, exchange)

    async def close(self) -> None:
        if self._loading:
            await (await self._loading).close()

    async def _providers(self) -> Any:
        """The same for all who ask meanwhile; one of them who gives up does not end it for the others."""
        if self._loading is None:
            self._loading = asyncio.create_task(_load())
        return await asyncio.shield(self._loading)


async def _load() -> Any:
    module = await asyncio.to_thread(importlib.import_module, "barnraise.models.providers")
    return module.Providers()
