"""A router for a running service, with everything that it keeps outside the process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import asyncpg
from nats.aio.client import Client

from barnraise.models.kv_board import KvBoard
from barnraise.models.meters import ModelMeters
from barnraise.models.postgres_ledger import PostgresLedger
from barnraise.models.profiles import Profile
from barnraise.models.router import Router
from barnraise.models.spans import Reveal
from barnraise.models.speaking import LazyProviders
from barnraise.models.terms import TermsOf


@contextlib.asynccontextmanager
async def open_router(
    profiles: Sequence[Profile],
    client: Client,
    pool: asyncpg.Pool,
    table: str,
    terms: TermsOf,
    meters: ModelMeters | None = None,
    replicas: int = 1,
    reveal: Reveal | None = None,
) -> AsyncIterator[Router]:
    """Replicas that open one share breakers through NATS and books in ``table``. ``profiles`` are made ready now; ``terms`` may have more,
    whose libraries are imported when they are asked first. ``replicas``: on how many NATS servers the breakers are kept. ``reveal``: see
    ``Router``."""
    async with contextlib.AsyncExitStack() as stack:
        board = await stack.enter_async_context(KvBoard.open(client, [profile.identity for profile in profiles], replicas=replicas))
        speaker = LazyProviders()
        router = Router(profiles, speaker, PostgresLedger(pool, table), board=board, terms=terms, meters=meters, reveal=reveal)
        stack.push_async_callback(router.close)
        if profiles:
            warming = asyncio.create_task(speaker.warm(profiles))
            stack.callback(warming.cancel)
        yield router
