"""Clients of providers: one for each profile as it is now. People change profiles; what nobody asks any more is closed."""

import asyncio
import contextlib
import functools
import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
from pydantic_ai.models import Model

from barnraise.models.profiles import Profile

CONNECT_SECONDS = 5.0
NO_KEY = "none"  # the SDKs insist on one
MOST_IDLE = 32
IDLE_SECONDS = 600.0


@dataclass
class _Held:
    model: Model
    client: httpx2.AsyncClient
    at: float = 0.0
    users: int = 0


class Clients:
    """Made when they are first asked. At most ``MOST_IDLE`` wait for somebody, for ``IDLE_SECONDS``; beyond that they are closed when
    another is asked. One that is in use is never closed under its user. ``now``: seconds of any clock."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._held: OrderedDict[Profile, _Held] = OrderedDict()  # what was asked last stands last
        self._making = asyncio.Lock()
        self._now = now

    @contextlib.asynccontextmanager
    async def of(self, profile: Profile) -> AsyncIterator[Model]:
        """The model, made once, for as long as it is needed. Its SDK takes a second to import: that is done aside."""
        held = self._held.get(profile) or await self._made(profile)
        held.users += 1
        held.at = self._now()
        self._held.move_to_end(profile)
        try:
            yield held.model
        finally:
            held.users -= 1
            held.at = self._now()

    async def close(self) -> None:
        clients = [held.client for held in self._held.values()]
        self._held.clear()
        await asyncio.gather(*(client.aclose() for client in clients))

    async def _made(self, profile: Profile) -> _Held:
        async with self._making:
            if profile not in self._held:
                await self._close_idle()
                timeout = httpx2.Timeout(profile.stall, connect=CONNECT_SECONDS)
                client = httpx2.AsyncClient(timeout=timeout, limits=httpx2.Limits(max_connections=profile.parallel * 2), verify=_trusted())
                model = await asyncio.to_thread(_MAKERS[profile.protocol], profile, client)
                self._held[profile] = _Held(model, client)
            return self._held[profile]

    async def _close_idle(self) -> None:
        idle = [profile for profile, held in self._held.items() if not held.users]
        late = self._now() - IDLE_SECONDS
        surplus = len(idle) - (MOST_IDLE - 1)
        gone = [profile for number, profile in enumerate(idle) if number < surplus or self._held[profile].at < late]
        clients = [self._held.pop(profile).client for profile in gone]
        await asyncio.gather(*(client.aclose() for client in clients))


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The authorities that this machine trusts; reading them takes longer than all else that makes a client."""
    return httpx2.create_ssl_context()


def _key(profile: Profile) -> str:
    return profile.key.get_secret_value() if profile.key else NO_KEY


# Each SDK takes about a second to import: a profile brings only its own.


def _openai(profile: Profile, client: httpx2.AsyncClient) -> Any:
    from openai import AsyncOpenAI
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    sdk = AsyncOpenAI(api_key=_key(profile), base_url=profile.url, http_client=client, max_retries=0)
    return OpenAIProvider(openai_client=sdk) if profile.vendor == "openai" else OpenAICompatibleProvider(profile.vendor, openai_client=sdk)


def _chat(profile: Profile, client: httpx2.AsyncClient) -> Model:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile

    # A stream that just ends is a cut one: without this it would pass for a whole reply.
    whole = OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)
    return OpenAIChatModel(profile.model, provider=_openai(profile, client), profile=whole)


def _responses(profile: Profile, client: httpx2.AsyncClient) -> Model:
    from pydantic_ai.models.openai import OpenAIResponsesModel

    return OpenAIResponsesModel(profile.model, provider=_openai(profile, client))


def _anthropic(profile: Profile, client: httpx2.AsyncClient) -> Model:
    from anthropic import AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    sdk = AsyncAnthropic(api_key=_key(profile), base_url=profile.url, http_client=client, max_retries=0)
    return AnthropicModel(profile.model, provider=AnthropicProvider(anthropic_client=sdk))


def _gemini(profile: Profile, client: httpx2.AsyncClient) -> Model:
    from google.genai.types import HttpRetryOptions
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    once = HttpRetryOptions(attempts=1)
    return GoogleModel(
        profile.model, provider=GoogleProvider(api_key=_key(profile), base_url=profile.url, http_client=client, retry_options=once)
    )


_MAKERS: dict[str, Callable[[Profile, httpx2.AsyncClient], Model]] = {
    "openai-chat": _chat,
    "openai-responses": _responses,
    "anthropic": _anthropic,
    "gemini": _gemini,
}
