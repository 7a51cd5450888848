"""Exactly-once effects: inbox, fence and outbox in the service's own schema.

A message's life is claim -> work -> finish (one transaction) -> announce -> acknowledge. The order matters: a crash between any two of them
leads back here by redelivery, and the rows say how far it came. Where all of the work is in the finishing transaction, nothing is claimed.
"""

import asyncio
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
"""Bytes of a message; our servers take twice as much. Refused here, where the cause still fails, and not when it is announced."""
MARK_DAYS = 30
"""So long a service knows what it has done, and which projects are gone: nothing that is on its way takes longer."""

UNCLAIMED = 0
"""The number of an attempt that nobody has claimed."""
_TOGETHER = 20
"""Messages on their way at once: a step's command comes after five others, each of which would be waited for."""


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

    async def finish(self, key: str, attempt: int, outcome: Outcome) -> Sequence[Outgoing] | None:
        """Make the effect and file the messages, once; what is to be published now. None when a later attempt has overtaken this one.
        ``attempt`` UNCLAIMED: whoever comes first makes it, and there is nothing left for the others.

        May be asked again when a connection was lost in between: what came through the first time stays as it is.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            if not await self._begun(connection, key, attempt):
                mine = f"select attempt = $2 and done_at is not null from {self._service}.inbox where key = $1"
                come = attempt == UNCLAIMED or await connection.fetchval(mine, key, attempt)
                return await self._unsent_of(key, connection) if come else None
            further = await outcome.effect(connection) if outcome.effect else ()
            filed = await enqueue(connection, self._service, key, [*outcome.messages, *further])
            failpoint(f"{self._service}.finishing")
        return filed

    async def announce(self, cause: str, publish: Publish) -> None:
        """Publish what the cause left unsent, in order."""
        await self.publish(await self._unsent_of(cause, self._pool), publish)

    async def publish(self, messages: Sequence[Outgoing], publish: Publish) -> None:
        """Publish what was filed, in order, and mark it as sent. Several are on their way before the first is known to have arrived;
        where one did not arrive, none is marked, and those that did are dropped by their stream the next time."""
        for first in range(0, len(messages), _TOGETHER):
            for failure in await asyncio.gather(*map(publish, messages[first : first + _TOGETHER]), return_exceptions=True):
                if isinstance(failure, BaseException):
                    raise failure
        if messages:
            failpoint(f"{self._service}.published")
            query = f"update {self._service}.outbox set sent_at = now() where id = any($1)"
            await self._pool.execute(query, [message.id for message in messages])

    async def sweep(self, seconds: float, publish: Publish) -> int:
        """Publish whatever has been unsent for that long; how many."""
        where = "sent_at is null and created_at < now() - make_interval(secs => $1)"
        messages = _outgoing(await self._pool.fetch(self._select(where), seconds))
        await self.publish(messages, publish)
        return len(messages)

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

    async def _begun(self, connection: Transaction, key: str, attempt: int) -> bool:
        """Whether the message was not done yet, and is with this transaction; another that is about to do it is waited for."""
        if attempt == UNCLAIMED:
            query = f"""insert into {self._service}.inbox as inbox (key, done_at) values ($1, now())
                on conflict (key) do update set done_at = now() where inbox.done_at is null returning key"""
            return await connection.fetchval(query, key) is not None
        query = f"update {self._service}.inbox set done_at = now() where key = $1 and attempt = $2 and done_at is null returning key"
        return await connection.fetchval(query, key, attempt) is not None

    async def _unsent_of(self, cause: str, database: asyncpg.Pool | Transaction) -> Sequence[Outgoing]:
        return _outgoing(await database.fetch(self._select("cause = $1 and sent_at is null"), cause))

    def _select(self, where: str) -> str:
        return f"select id, subject, payload, headers from {self._service}.outbox where {where} order by seq limit 1000"


async def enqueue(transaction: Transaction, service: str, cause: str, messages: Sequence[Message]) -> Sequence[Outgoing]:
    """File messages in the outbox within the caller's transaction; which were: one that is filed already is left alone.

    ValueError when one is too large for the bus.
    """
    if not messages:
        return ()
    once = {message.id: message for message in messages}
    new = [Outgoing(id, subject_of(message), _payload(message), inject({"Nats-Msg-Id": id})) for id, message in once.items()]
    query = f"""insert into {service}.outbox (id, cause, subject, payload, headers)
        select id, $1, subject, payload, headers::jsonb
        from unnest($2::text[], $3::text[], $4::bytea[], $5::text[]) with ordinality as new (id, subject, payload, headers, place)
        order by place on conflict (id) do nothing returning id"""
    columns = [one.id for one in new], [one.subject for one in new], [one.payload for one in new], [json.dumps(one.headers) for one in new]
    left = {row["id"] for row in await transaction.fetch(query, cause, *columns)}
    return [one for one in new if one.id in left]


def _payload(message: Message) -> bytes:
    payload = message.encode()
    if len(payload) > MAX_PAYLOAD:
        raise ValueError(f"{message.tag()} has {len(payload)} bytes; the bus takes {MAX_PAYLOAD}")
    return payload


def _outgoing(rows: Sequence[asyncpg.Record]) -> Sequence[Outgoing]:
    return [Outgoing(row["id"], row["subject"], row["payload"], json.loads(row["headers"])) for row in rows]
