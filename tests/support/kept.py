"""What an instance keeps, in a form that can be compared with another's."""

from __future__ import annotations

import hashlib
from typing import Any

import asyncpg
import nats
from nats.js.errors import NotFoundError

from barnraise.chassis.objects import ObjectStore
from barnraise.cli.backup.database import packs
from barnraise.cli.backup.place import SCHEMAS, Place
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM

_PASSING = {"telemetry.spans", "sandbox.replicas"}
"""Other ones while nobody does anything."""


async def kept(place: Place) -> dict[str, Any]:
    """Rows by table, messages by stream and number, objects by key, each as a digest."""
    return {**await _tables(place.database_url), **await _streams(place.nats_url), **await _objects(place)}


async def _tables(url: str) -> dict[str, list[str]]:
    connection, found = await asyncpg.connect(url), {}
    for row in await connection.fetch("select schemaname, tablename from pg_tables where schemaname = any($1)", list(SCHEMAS)):
        table = f"{row['schemaname']}.{row['tablename']}"
        if table not in _PASSING:
            # When a message was sent is forgotten on purpose where it may have to be sent again.
            rows = await connection.fetch(f"select (to_jsonb(t) - 'sent_at')::text as line from {table} t")
            found[table] = sorted(line["line"] for line in rows)
    await connection.close()
    return found


async def _streams(url: str) -> dict[str, dict[int, str]]:
    client, found = await nats.connect(url), {}
    jetstream = client.jetstream()
    for stream in (EVENT_STREAM, COMMAND_STREAM):
        state, messages = (await jetstream.stream_info(stream)).state, dict[int, str]()
        for number in range(max(1, state.first_seq), state.last_seq + 1):
            try:
                message = await jetstream.get_msg(stream, number)
            except NotFoundError:
                continue
            messages[number] = hashlib.sha256(f"{message.subject} {message.headers} ".encode() + (message.data or b"")).hexdigest()
        found[stream] = messages
    await client.close()
    return found


async def _objects(place: Place) -> dict[str, str]:
    """Those that rows lead to, and whatever is no part of a repository."""
    store, wanted = ObjectStore(place.objects_url), await packs(place.database_url)
    keys = [key for key in await store.list("") if not key.startswith("git/") or key in wanted]
    return {key: hashlib.sha256(await store.get(key)).hexdigest() for key in keys}
