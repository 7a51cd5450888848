"""One file with all of it. The order is what makes it whole while everybody works on: streams first, for what is published later is known
to the database and can be published again; then the objects, the database, and the objects that have come meanwhile, for an object is
stored before a row leads to it."""

import io
import json
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nats

from barnraise.chassis.objects import ObjectStore
from barnraise.cli.backup import database, streams
from barnraise.cli.backup.place import Place
from barnraise.cli.errors import CliError, Exit

FORMAT = 1
Say = Callable[[str], None]


@dataclass(frozen=True)
class Contents:
    """What an archive says of itself; ``taken_at`` is the moment up to which everything is in it for certain."""

    format: int
    version: str
    taken_at: datetime
    streams: dict[str, Any]
    objects: int


async def take(place: Place, target: Path, say: Say) -> Contents:
    """Write the archive, whole or not at all. Nothing is stopped for it."""
    draft = target.with_suffix(target.suffix + ".part")
    client = await nats.connect(place.nats_url)
    try:
        with tempfile.TemporaryDirectory(prefix="barnraise-backup-", dir=target.parent) as folder, tarfile.open(draft, "w") as archive:
            draft.chmod(0o600)
            taken_at, kept = await database.moment(place.database_url), {}
            for stream in streams.STREAMS:
                part = Path(folder) / stream
                with part.open("wb") as out:
                    kept[stream] = await streams.snapshot(client, stream, out)
                archive.add(part, f"streams/{stream}")
            say(f"streams: {sum(one['state']['messages'] for one in kept.values())} messages")
            store, stored = ObjectStore(place.objects_url), set[str]()
            await _objects(store, archive, stored)
            dump = Path(folder) / "database"
            database.dump(place.database_url, dump)
            archive.add(dump, "database")
            say(f"database: {dump.stat().st_size >> 10} KiB")
            await _objects(store, archive, stored)
            say(f"objects: {len(stored)}")
            contents = Contents(FORMAT, version("barnraise-cli"), taken_at, kept, len(stored))
            _add(archive, "contents.json", json.dumps(contents.__dict__, default=str).encode())
        draft.replace(target)
    finally:
        await client.close()
        draft.unlink(missing_ok=True)
    return contents


def contents_of(source: Path) -> Contents:
    """CliError when the file is no archive that this version can read."""
    try:
        with tarfile.open(source) as archive:
            told = json.load(_open(archive, "contents.json"))
        contents = Contents(**told | {"taken_at": datetime.fromisoformat(told["taken_at"])})
    except (OSError, tarfile.TarError, KeyError, TypeError, ValueError) as error:
        raise CliError(
            Exit.INVALID, f"{source} is no backup: {error}", "Give a file that 'barnraise backup create' wrote to its end."
        ) from error
    if contents.format != FORMAT:
        raise CliError(
            Exit.INVALID, f"{source} has format {contents.format}; this version reads {FORMAT}.", "Use the version that wrote it."
        )
    return contents


async def bring_back(source: Path, place: Place, say: Say) -> Contents:
    """Fill an empty place; CliError when it is not empty, for nothing is ever overwritten."""
    contents = contents_of(source)
    client = await nats.connect(place.nats_url)
    try:
        there = {str(info.config.name) for info in await client.jetstream().streams_info()} & set(streams.STREAMS)
        if there or not await database.is_empty(place.database_url):
            raise CliError(Exit.CONFLICT, "There is something already.", "Restore into an empty database and a NATS without our streams.")
        with tempfile.TemporaryDirectory(prefix="barnraise-restore-") as folder, tarfile.open(source) as archive:
            dump = Path(folder) / "database"
            dump.write_bytes(_open(archive, "database").read())
            database.load(place.database_url, dump)
            say("database: loaded")
            for stream in streams.members(archive):
                await streams.restore(client, stream, contents.streams[stream], _open(archive, f"streams/{stream}"), place.replicas)
            known = await streams.ids_since(client, contents.taken_at)
            again = await database.reconcile(place.database_url, contents.taken_at, known, await streams.last_number(client))
            say(f"streams: restored; {again} messages will be published again")
            wanted, brought = await database.packs(place.database_url), 0
            for member in archive:
                key = member.name.removeprefix("objects/")
                if member.name == key or (key.startswith("git/") and key not in wanted):
                    continue  # what no row leads to is rubbish
                await ObjectStore(place.objects_url).put(key, _open(archive, member.name).read())
                brought += 1
            say(f"objects: {brought}")
    finally:
        await client.close()
    return contents


async def orphans(place: Place) -> dict[str, int]:
    """What has nothing to belong to, across database and object store; empty when all is well."""
    found = await database.orphans(place.database_url)
    wanted, there = await database.packs(place.database_url), set(await ObjectStore(place.objects_url).list("git/"))
    packs = {"packs that are listed and not stored": len(wanted - there), "packs that are stored and not listed": len(there - wanted)}
    return found | {what: count for what, count in packs.items() if count}


async def _objects(store: ObjectStore, archive: tarfile.TarFile, stored: set[str]) -> None:
    """Add what is not in the archive yet; what goes away meanwhile belongs to nothing any more."""
    for key in await store.list(""):
        if key in stored:
            continue
        try:
            data = await store.get(key)
        except KeyError:
            continue
        _add(archive, f"objects/{key}", data)
        stored.add(key)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))


def _open(archive: tarfile.TarFile, name: str) -> Any:
    found = archive.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found
