"""Looks for words in everything that an instance keeps: tables, objects, streams, files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg
import nats
from nats.js.errors import NotFoundError
from platform_client import Platform

from barnraise.cli.backup.place import SCHEMAS
from barnraise.contracts.subjects import COMMAND_STREAM, EVENT_STREAM

_SERVERS = ("postgres", "nats")
"""Their folders are looked into through the servers: what they have dropped may still stand in a file that they will write over."""
_STREAM = b"\x78\x9c"


def find(platform: Platform, words: Sequence[str]) -> set[str]:
    """Where a word stands, as ``table schema.name: word``, ``stream NAME: word`` and so on."""
    return {*asyncio.run(_tables(platform, words)), *asyncio.run(_streams(platform, words)), *_files(platform.home, words)}


async def age(platform: Platform, days: int) -> None:
    """Put back every time that any table knows: as if so many days had gone by."""
    connection = await asyncpg.connect(platform.state()["database_url"])
    query = """select table_schema, table_name, column_name from information_schema.columns natural join information_schema.tables
        where data_type = 'timestamp with time zone' and table_type = 'BASE TABLE' and table_schema = any($1)"""
    for row in await connection.fetch(query, await _schemas(connection)):
        column = row["column_name"]
        table = f"{row['table_schema']}.{row['table_name']}"
        await connection.execute(f"update {table} set {column} = {column} - make_interval(days => $1)", days)
    await connection.execute("update telemetry.spans set start = start - $1", days * 86400.0)
    await connection.close()
    for path in (platform.home / "cache").rglob("*"):
        os.utime(path, times=(0, 0), follow_symlinks=False)


async def quiet(platform: Platform) -> bool:
    """Whether nothing waits to be sent or to be handled."""
    connection = await asyncpg.connect(platform.state()["database_url"])
    unsent = [await connection.fetchval(f"select count(*) from {schema}.outbox where sent_at is null") for schema in SCHEMAS]
    await connection.close()
    client = await nats.connect(platform.state()["nats_url"])
    jetstream = client.jetstream()
    listed = [one for stream in (COMMAND_STREAM, EVENT_STREAM) for one in await jetstream.consumers_info(stream)]
    await client.close()
    return not any(unsent) and not any(one.num_pending or one.num_ack_pending for one in listed if one.config.durable_name)


async def _schemas(connection: asyncpg.Connection) -> list[str]:
    query = "select nspname from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema'"
    return [row["nspname"] for row in await connection.fetch(query)]


async def _tables(platform: Platform, words: Sequence[str]) -> set[str]:
    connection = await asyncpg.connect(platform.state()["database_url"])
    found = set()
    query = "select schemaname, tablename from pg_tables where schemaname = any($1)"
    for row in await connection.fetch(query, await _schemas(connection)):
        table = f"{row['schemaname']}.{row['tablename']}"
        for word in words:
            # A row as text shows binary columns in hexadecimal digits.
            forms = [f"%{word}%", f"%{word.encode().hex()}%"]
            if await connection.fetchval(f"select exists (select from {table} t where lower(t::text) like any($1))", forms):
                found.add(f"table {table}: {word}")
    await connection.close()
    return found


async def _streams(platform: Platform, words: Sequence[str]) -> set[str]:
    client = await nats.connect(platform.state()["nats_url"])
    jetstream, found = client.jetstream(), set()
    for info in await jetstream.streams_info():
        name = str(info.config.name)
        for number in range(max(1, info.state.first_seq), info.state.last_seq + 1):
            with contextlib.suppress(NotFoundError):
                message = await jetstream.get_msg(name, number)
                text = f"{message.subject} {message.headers} {(message.data or b'').decode(errors='replace')}".lower()
                found |= {f"stream {name}: {word}" for word in words if word in text}
        for consumer in await jetstream.consumers_info(name):
            found |= {f"consumer of {name}: {word}" for word in words if word in repr(consumer).lower()}
    await client.close()
    return found


def _files(home: Path, words: Sequence[str]) -> Iterator[str]:
    """Names and contents; of what is packed or a git object, what is inside."""
    for path in home.rglob("*"):
        place = path.relative_to(home)
        if place.parts[0] in _SERVERS:
            continue
        seen = str(place).lower().encode()
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            seen += data.lower() + b"".join(_inflated(data)).lower()
        yield from (f"file {place}: {word}" for word in words if word.encode() in seen)


def _inflated(data: bytes) -> Iterator[bytes]:
    """What zlib has packed in it, one after another."""
    view, at = memoryview(data), data.find(_STREAM)
    while at >= 0:
        unpacking = zlib.decompressobj()
        with contextlib.suppress(zlib.error):
            yield unpacking.decompress(view[at:])
            if unpacking.eof:
                at = len(data) - len(unpacking.unused_data) - 1
        at = data.find(_STREAM, at + 1)
