"""The router over language models: what it adds to a call, what broken streams become, whether the books are the provider's figures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence

from figures import Row, spread
from platform_client import Platform
from scripted_provider import KEY, Refuse, Say, ScriptedProvider

from barnraise.models.boards import MemoryBoard
from barnraise.models.calls import Call, Delta, Finished, Restarted, Turn, Usage
from barnraise.models.ledger import MemoryLedger
from barnraise.models.profiles import Profile
from barnraise.models.providers import Providers
from barnraise.models.router import Router
from barnraise.patches import parse, place

_CALLS = 100
_BEFORE = {"a.py": b"def add(a, b):\n    return a + b\n", "b.py": b"LIMIT = 3\n"}
_CODE = "def more(a, b):\n    return a - b  # größer\n" * 12
_TEXT = f"""So it shall be.
<changes>
<file path="new.py">
{_CODE}</file>
<patch path="a.py">
<<<<<<< SEARCH
    return a + b
=======
    return b + a
>>>>>>> REPLACE
</patch>
<delete path="b.py"/>
<file path="last.py">
{_CODE}</file>
</changes>
"""
_SAID = Usage(input=900, output=420, cached=512, reasoning=64)


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    """Against a provider of our own on loopback; no model is asked."""
    yield from asyncio.run(_rows())


async def _rows() -> list[Row]:
    async with ScriptedProvider(otherwise=Say(_TEXT, said=_SAID)).serving() as provider:
        return [*await _overhead(provider), *await _cuts(provider), await _books(provider)]


async def _overhead(provider: ScriptedProvider) -> Sequence[Row]:
    """The same streamed question by OpenAI's own client and by the router, in turns, so that the machine's load falls on both."""
    from openai import AsyncOpenAI

    sdk = AsyncOpenAI(api_key=KEY, base_url=f"{provider.url}/v1", max_retries=0)
    router, call = _router(provider.profile("a")), _call("overhead")

    async def bare() -> None:
        usage = {"include_usage": True}
        stream = await sdk.chat.completions.create(
            model="a", messages=[{"role": "user", "content": "overhead"}], max_tokens=4096, stream=True, stream_options=usage
        )
        async for _ in stream:
            pass

    async def routed() -> None:
        await router.ask(call)

    for warming in (bare, routed) * 5:
        await warming()
    without, with_it = [], []
    for _ in range(_CALLS):
        without.append(await _timed(bare))
        with_it.append(await _timed(routed))
    added, worked = ([two[kind] - one[kind] for one, two in zip(without, with_it, strict=True)] for kind in (0, 1))
    await sdk.close()
    await router.close()
    return [
        Row("router of models: added to a call of the bare SDK", spread(added), "ms", "p50 <= 10", spread(added)["p50"] <= 10),
        Row("  of it processor time, with the provider's own", spread(worked), "ms", "", None),
        Row("  a call of the bare SDK", spread([wall for wall, _ in without]), "ms", "", None),
    ]


async def _timed(work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor."""
    wall, worked = time.perf_counter(), time.process_time()
    await work()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - worked) * 1000


async def _cuts(provider: ScriptedProvider) -> Sequence[Row]:
    """Each protocol's stream ends after every tenth of its bytes, by a reset and neatly; what files the caller makes of it in the end."""
    found, speaker, wanted = [], Providers(), _tree(_TEXT)
    for protocol in ("openai-chat", "openai-responses", "anthropic", "gemini"):
        for neatly in (False, True):
            same = 0
            for tenth in range(10):
                provider.play("a", Say(_TEXT, said=_SAID, cut=tenth / 10, neatly=neatly))
                heard = await _heard(_router(provider.profile("a", protocol), provider.profile("b"), speaker=speaker))
                same += _tree(heard) == wanted
            name = f"stream cut at every 10 %, {protocol}, {'neatly' if neatly else 'reset'}: same files"
            found.append(Row(name, {"p50": same}, "of 10", "10", same == 10))
    await speaker.close()
    return found


def _tree(text: str) -> dict[str, bytes] | None:
    """The files when the reply's edits are made; None where they cannot be."""
    wanted = parse(text)
    placed = place(wanted, _BEFORE)
    if wanted.cut or placed.refusals or not placed.changes:
        return None
    return {path: data for path, data in {**_BEFORE, **placed.changes}.items() if data is not None}


async def _heard(router: Router) -> str:
    text = ""
    async for progress in router.stream(_call("cut")):
        match progress:
            case Delta(offset, piece) if offset == len(text):
                text += piece
            case Delta():
                return "a gap or a repetition"
            case Restarted():
                text = ""
            case Finished(reply) if reply.text != text:
                return "not what was told"
    return text


async def _books(provider: ScriptedProvider) -> Row:
    """Fifty calls among refusals, errors and cut streams: tokens by which the ledger differs from what the provider said."""
    provider.told.clear()
    ledger = MemoryLedger()
    router = _router(provider.profile("a"), provider.profile("b", "anthropic"), ledger=ledger)
    for number in range(50):
        act = (Refuse(500), Say(_TEXT, said=_SAID, cut=0.4), Refuse(429), Say(_TEXT, said=_SAID))[number % 4]
        provider.play("a", act)
        provider.play("b", Say(_TEXT, said=Usage(input=700 + number, output=40 + number, cached=number)))
        await router.ask(_call(str(number)))
    await router.close()
    told = sum((usage for usages in provider.told.values() for usage in usages), Usage())
    kept = (await ledger.totals()).reported
    off = sum(abs(getattr(told, name) - getattr(kept, name)) for name in ("input", "output", "cached", "cache_written", "reasoning"))
    return Row(f"ledger: tokens beside the provider's {told.total:,}", {"p50": off}, "", "0", off == 0)


def _router(*profiles: Profile, ledger: MemoryLedger | None = None, speaker: Providers | None = None) -> Router:
    return Router(profiles, speaker or Providers(), ledger or MemoryLedger(), board=MemoryBoard())


def _call(text: str) -> Call:
    return Call("code", (Turn("user", text),), fresh=True)
