"""A router for a running service, with everything that it keeps outside the process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import asyncpg
from nats.aio.client import Client

from barnraise.models.budgets import Budgets
from barnraise.models.kv_board import KvBoard
from barnraise.models.postgres_ledger import PostgresLedger
from barnraise.models.profiles import Profile
from barnraise.models.router import Router
from barnraise.models.speaking import LazyProviders


@contextlib.asynccontextmanager
async def open_router(
    profiles: Sequence[Profile], client: Client, pool: asyncpg.Pool, table: str, budgets: Budgets
) -> AsyncIterator[Router]:
    """Replicas that open one share breakers through NATS and books in ``table``. Without profiles it costs nothing, and has no model."""
    async with contextlib.AsyncExitStack() as stack:
        board = await stack.enter_async_context(KvBoard.open(client, [profile.identity for profile in profiles])) if profiles else None
        speaker = LazyProviders()
        router = Router(profiles, speaker, PostgresLedger(pool, table), board=board, budgets=budgets)
        stack.push_async_callback(router.close)
        if profiles:
            warming = asyncio.create_task(speaker.warm(profiles))
            stack.callback(warming.cancel)
        yield router
