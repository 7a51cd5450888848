"""Exactly-once effects: inbox, fence and outbox in the service's own schema.

A message's life is claim -> work -> finish (one transaction) -> announce -> acknowledge. The order matters: a crash between any two of them
leads back here by redelivery, and the rows say how far it came.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg

from barnraise.chassis.failpoints import failpoint
from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.chassis.tracing import inject
from barnraise.contracts.base import Message
from barnraise.contracts.subjects import subject_of

TABLES = """
create table if not exists {schema}.inbox (
    key text primary key,
    attempt integer not null default 1,
    claimed_at timestamptz not null default now(),
    done_at timestamptz
);
create table if not exists {schema}.outbox (
    id text primary key,
    seq bigserial not null,
    cause text not null,
    subject text not null,
    payload bytea not null,
    headers jsonb not null,
    created_at timestamptz not null default now(),
    sent_at timestamptz
);
create index if not exists outbox_unsent on {schema}.outbox (seq) where sent_at is null;
"""

MAX_PAYLOAD = 4 << 20
MARK_DAYS = 30
"""So long a service knows what it has done, and which projects are gone: nothing that is on its way takes longer."""
"""Bytes of a message; our servers take twice as much. Refused here, where the cause still fails, and not when it is announced."""


@dataclass(frozen=True)
class Outgoing:
    """A message that is committed but perhaps not published yet."""

    id: str
    subject: str
    payload: bytes
    headers: dict[str, str]


Publish = Callable[[Outgoing], Awaitable[None]]


class Ledger:
    """The inbox and outbox of one service."""

    def __init__(self, pool: asyncpg.Pool, service: str) -> None:
        self._pool = pool
        self._service = service

    async def claim(self, key: str) -> int | None:
        """The attempt's number, which fences later writes; None when the message is already done."""
        query = f"""insert into {self._service}.inbox as inbox (key) values ($1)
            on conflict (key) do update set attempt = inbox.attempt + 1, claimed_at = now() where inbox.done_at is null returning attempt"""
        return await self._pool.fetchval(query, key)

    async def reach(self) -> None:
        """Ask the database something. Raises one of ``OUTAGES`` while it is away."""
        await self._pool.fetchval("select 1")

    async def finish(self, key: str, attempt: int, outcome: Outcome) -> bool:
        """Make the effect and file the messages, once. False when a later attempt has overtaken this one.

        May be asked again when a connection was lost in between: what came through the first time stays as it is.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            query = f"update {self._service}.inbox set done_at = now() where key = $1 and attempt = $2 and done_at is null returning key"
            if await connection.fetchval(query, key, attempt) is None:
                mine = f"select attempt = $2 and done_at is not null from {self._service}.inbox where key = $1"
                return bool(await connection.fetchval(mine, key, attempt))
            further = await outcome.effect(connection) if outcome.effect else ()
            await enqueue(connection, self._service, key, [*outcome.messages, *further])
            failpoint(f"{self._service}.finishing")
        return True

    async def announce(self, cause: str, publish: Publish) -> None:
        """Publish what the cause left unsent, in order."""
        where = "cause = $1 and sent_at is null"
        await self._announce(await self._pool.fetch(self._select(where), cause), publish)

    async def sweep(self, seconds: float, publish: Publish) -> int:
        """Publish whatever has been unsent for that long; how many."""
        where = "sent_at is null and created_at < now() - make_interval(secs => $1)"
        rows = await self._pool.fetch(self._select(where), seconds)
        await self._announce(rows, publish)
        return len(rows)

    async def prune(self) -> None:
        """Forget sent messages after a day, and keys after ``MARK_DAYS``: far beyond any redelivery."""
        await self._pool.execute(f"delete from {self._service}.outbox where sent_at < now() - interval '1 day'")
        await self._pool.execute(
            f"delete from {self._service}.inbox where coalesce(done_at, claimed_at) < now() - interval '{MARK_DAYS} days'"
        )

    async def unsent(self) -> tuple[int, float]:
        """How many messages wait to be published, and the oldest one's age in seconds."""
        query = (
            f"select count(*), coalesce(extract(epoch from now() - min(created_at)), 0) from {self._service}.outbox where sent_at is null"
        )
        row = await self._pool.fetchrow(query)
        return int(row[0]), float(row[1])

    def _select(self, where: str) -> str:
        return f"select id, subject, payload, headers from {self._service}.outbox where {where} order by seq limit 1000"

    async def _announce(self, rows: Sequence[asyncpg.Record], publish: Publish) -> None:
        for row in rows:
            await publish(Outgoing(row["id"], row["subject"], row["payload"], json.loads(row["headers"])))
        if rows:
            failpoint(f"{self._service}.published")
            query = f"update {self._service}.outbox set sent_at = now() where id = any($1)"
            await self._pool.execute(query, [row["id"] for row in rows])


async def enqueue(transaction: Transaction, service: str, cause: str, messages: Sequence[Message]) -> None:
    """File messages in the outbox within the caller's transaction; a message that is filed already is left alone.

    ValueError when one is too large for the bus.
    """
    query = f"""insert into {service}.outbox (id, cause, subject, payload, headers) values ($1, $2, $3, $4, $5)
        on conflict (id) do nothing"""
    for message in messages:
        payload = message.encode()
        if len(payload) > MAX_PAYLOAD:
            raise ValueError(f"{message.tag()} has {len(payload)} bytes; the bus takes {MAX_PAYLOAD}")
        headers = json.dumps(inject({"Nats-Msg-Id": message.id}))
        await transaction.execute(query, message.id, cause, subject_of(message), payload, headers)
