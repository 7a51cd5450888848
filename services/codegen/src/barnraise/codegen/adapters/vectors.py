"""Vectors in PostgreSQL, schema ``codegen``; pgvector compares them, wherever the operator has put it."""

from collections.abc import Mapping, Sequence

import asyncpg

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.codegen.adapters.journal import forbid_dropped
from barnraise.codegen.ports import Vector

DAYS = 30
"""A vector that no question was compared with for so long is forgotten."""
_PLACE = """select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'vector' and has_schema_privilege(n.oid, 'usage')"""
_NEAR = """with used as (
        update codegen.vectors set used_on = current_date
        where project_id = $1 and model = $2 and digest = any($3) and used_on < current_date)
    select digest, -(vector::{place}.vector operator({place}.<#>) $4::real[]::{place}.vector) as near
    from codegen.vectors where project_id = $1 and model = $2 and digest = any($3)"""
_KEEP = """insert into codegen.vectors (project_id, model, digest, vector)
    values ($1, $2, $3, $4) on conflict do nothing"""


class PostgresVectors:
    """All of a project are looked through: of some thousand that takes a few milliseconds, and nothing near is missed, as by an index."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._place: str | None = None

    async def ready(self) -> None:
        """See ``Vectors``."""
        await self._pgvector()

    async def near(self, project_id: str, model: str, question: Vector, digests: Sequence[bytes]) -> Mapping[bytes, float]:
        """See ``Vectors``."""
        query = _NEAR.format(place=await self._pgvector())
        rows = await self._pool.fetch(query, project_id, model, list(digests), list(question))
        return {row["digest"]: row["near"] for row in rows}

    async def keep(self, project_id: str, model: str, made: Mapping[bytes, Vector]) -> None:
        """See ``Vectors``."""
        async with self._pool.acquire() as connection, connection.transaction():
            await forbid_dropped(connection, project_id)
            await connection.executemany(_KEEP, [(project_id, model, digest, list(vector)) for digest, vector in made.items()])

    async def tidy(self) -> None:
        await self._pool.execute("delete from codegen.vectors where used_on < current_date - $1::int", DAYS)

    async def _pgvector(self) -> str:
        """The schema that pgvector is in. One that came after the migration, or that a backup did not bring along, is made here."""
        if self._place is None:
            self._place = await self._pool.fetchval(_PLACE) or await self._made()
        return self._place

    async def _made(self) -> str:
        try:
            await self._pool.execute("create extension if not exists vector schema codegen")
        except asyncpg.PostgresError as error:
            get_logger().info("PostgreSQL has no pgvector", error=str(error))
        place = await self._pool.fetchval(_PLACE)
        if place is None:
            raise BarnraiseError("unavailable", "PostgreSQL has no pgvector that codegen may use.", "docs/models.md says how it gets it.")
        return place
