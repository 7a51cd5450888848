"""The ledger in PostgreSQL, in a table of the service that asks models (codegen's migrations make it)."""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import asyncpg

from barnraise.chassis.database import OUTAGES
from barnraise.chassis.logs import get_logger
from barnraise.models.budgets import Allowance, Cap, Scope, Spent, allow
from barnraise.models.calls import Usage
from barnraise.models.ledger import Closing, Opening, Totals, set_aside

CLOSE_TRIES = 8
_COLUMN: dict[Scope, str] = {"job": "job_id", "project": "project_id"}
_SPENT = """coalesce(sum(case when outcome is null then aside_tokens else input + output end), 0) as tokens,
    coalesce(sum(case when outcome is null then aside_cost else coalesce(cost, 0) end), 0) as cost"""


class PostgresLedger:
    """See ``Ledger``. ``table``: with its schema."""

    def __init__(self, pool: asyncpg.Pool, table: str) -> None:
        self._pool = pool
        self._table = table

    async def open(self, opening: Opening, caps: Mapping[Scope, Cap]) -> Allowance:
        async with self._pool.acquire() as connection, connection.transaction():
            spent = {scope: await self._spent(connection, scope, opening) for scope in sorted(caps)}
            allowance = allow(opening.least, opening.most, caps, spent)
            aside = set_aside(opening.most, allowance)
            query = f"""insert into {self._table} (id, at, tenant, project_id, job_id, task, profile, model, aside_tokens, aside_cost)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
            who = (opening.tenant, opening.project_id, opening.job_id, opening.task, opening.profile, opening.model)
            await connection.execute(query, opening.id, opening.at, *who, aside.tokens, aside.cost)
        return allowance

    async def close(self, id: str, closing: Closing) -> None:
        """Tried through an outage of some seconds. Beyond it the row stays open: what was set aside counts, and the log has the figures."""
        query = f"""update {self._table} set outcome = $2, reported = $3, cost = $4, input = $5, output = $6, cached = $7,
            cache_written = $8, reasoning = $9, ended_at = now() where id = $1 and outcome is null"""
        used = closing.usage
        counts = (used.input, used.output, used.cached, used.cache_written, used.reasoning)
        for number in range(CLOSE_TRIES):
            try:
                await self._pool.execute(query, id, closing.outcome, closing.reported, closing.cost, *counts)
            except OUTAGES as outage:
                get_logger().warning("the ledger cannot be written", id=id, outcome=closing.outcome, counts=counts, error=repr(outage))
                await asyncio.sleep(min(0.1 * 2**number, 3.0))
            else:
                return

    async def totals(self, *, project_id: str = "", job_id: str = "") -> Totals:
        query = f"""select outcome is null as open, coalesce(reported, false) as reported, count(*) as attempts, {_SPENT},
            coalesce(sum(input), 0) as input, coalesce(sum(output), 0) as output, coalesce(sum(cached), 0) as cached,
            coalesce(sum(cache_written), 0) as cache_written, coalesce(sum(reasoning), 0) as reasoning
            from {self._table} where ($1 = '' or project_id = $1) and ($2 = '' or job_id = $2) group by 1, 2"""
        rows = await self._pool.fetch(query, project_id, job_id)
        closed = [row for row in rows if not row["open"]]
        return Totals(
            reported=sum((_usage(row) for row in closed if row["reported"]), Usage()),
            estimated=sum((_usage(row) for row in closed if not row["reported"]), Usage()),
            open=next((Spent(int(row["tokens"]), row["cost"]) for row in rows if row["open"]), Spent()),
            cost=sum((row["cost"] for row in closed), Decimal(0)),
            attempts=sum(row["attempts"] for row in rows),
        )

    async def _spent(self, connection: Any, scope: Scope, opening: Opening) -> Spent:
        """Under a lock to the transaction's end, so that two calls do not have the same remainder."""
        mine = opening.job_id if scope == "job" else opening.project_id
        await connection.execute("select pg_advisory_xact_lock(hashtext($1), hashtext($2))", f"models.{scope}", mine)
        row = await connection.fetchrow(f"select {_SPENT} from {self._table} where {_COLUMN[scope]} = $1", mine)
        return Spent(int(row["tokens"]), row["cost"])


def _usage(row: Any) -> Usage:
    return Usage(**{name: int(row[name]) for name in ("input", "output", "cached", "cache_written", "reasoning")})
