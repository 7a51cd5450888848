"""Refs and the list of packs, in PostgreSQL: the truth. The tables belong to the schema ``codegen``."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from asyncpg import Pool, UndefinedTableError

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import RetryNow, Transaction
from barnraise.vfs.packs import Pack


class RefMoved(RetryNow):
    """Somebody else moved the ref first: the change must be made again on what is there now."""


@dataclass(frozen=True)
class Listing:
    """A project at one moment: ref -> commit (short names, see ``refs``), and pack id -> bytes, oldest pack first."""

    refs: Mapping[str, str]
    packs: Mapping[str, int]


async def listing(database: Pool, project_id: str) -> Listing:
    """Refs are read before packs: packs are only ever added, so the list covers whatever the refs name."""
    with _migrated():
        async with database.acquire() as connection:
            refs = await connection.fetch("select name, oid from codegen.refs where project_id = $1", project_id)
            packs = await connection.fetch("select pack_id, size from codegen.packs where project_id = $1 order by seq", project_id)
    return Listing({row["name"]: row["oid"] for row in refs}, {row["pack_id"]: row["size"] for row in packs})


async def head(database: Pool, project_id: str, branch: str) -> str | None:
    with _migrated():
        return await database.fetchval("select oid from codegen.refs where project_id = $1 and name = $2", project_id, branch)


async def lock(transaction: Transaction, project_id: str) -> None:
    """One writer of a project at a time, until the transaction ends."""
    await transaction.execute("select pg_advisory_xact_lock(hashtextextended($1, 7))", f"codegen:{project_id}")


async def move(transaction: Transaction, project_id: str, branch: str, old: str | None, new: str | None) -> None:
    """Compare-and-swap of one ref (``old`` None: it must not exist; ``new`` None: it goes). Raises RefMoved when it was not at ``old``."""
    if new is None:
        statement = "delete from codegen.refs where project_id = $1 and name = $2 and oid = $3 returning oid"
        moved = await transaction.fetchval(statement, project_id, branch, old)
    elif old is None:
        statement = "insert into codegen.refs (project_id, name, oid) values ($1, $2, $3) on conflict do nothing returning oid"
        moved = await transaction.fetchval(statement, project_id, branch, new)
    else:
        statement = """update codegen.refs set oid = $3, moved_at = now()
            where project_id = $1 and name = $2 and oid = $4 returning oid"""
        moved = await transaction.fetchval(statement, project_id, branch, new, old)
    if moved is None:
        raise RefMoved(f"{branch} of {project_id} is no longer at {old}")


async def add_pack(transaction: Transaction, project_id: str, pack: Pack) -> None:
    """Lists a stored pack; the same pack again changes nothing."""
    statement = "insert into codegen.packs (project_id, pack_id, size) values ($1, $2, $3) on conflict do nothing"
    await transaction.execute(statement, project_id, pack.id, pack.size)


async def drop(transaction: Transaction, project_id: str) -> None:
    await transaction.execute("delete from codegen.refs where project_id = $1", project_id)
    await transaction.execute("delete from codegen.packs where project_id = $1", project_id)


@contextmanager
def _migrated() -> Iterator[None]:
    """Readers may be up before codegen has made its tables for the first time."""
    try:
        yield
    except UndefinedTableError as error:
        raise BarnraiseError("unavailable", "The code service has not started yet.", "Try again in a moment.", retryable=True) from error
