"""Who has spent what on models, from the ledger's table."""

from decimal import Decimal

import asyncpg

from barnraise.codegen.adapters.models import TABLE
from barnraise.contracts.operations import Spender, Spenders

MOST = 20


class PostgresSpending:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def most(self, hours: int) -> Spenders:
        """The projects that spent most in the last ``hours``; what is still open counts as what was set aside for it."""
        query = f"""select project_id, count(*) as calls,
                sum(case when outcome is null then aside_tokens else input + output end)::bigint as tokens,
                sum(case when outcome is null then aside_cost else coalesce(cost, 0) end) as cost
            from {TABLE} where at > now() - make_interval(hours => $1) and project_id <> '' group by project_id
            order by cost desc, tokens desc limit {MOST}"""
        rows = await self._pool.fetch(query, hours)
        return Spenders(
            spenders=tuple(
                Spender(project_id=row["project_id"], calls=row["calls"], tokens=row["tokens"] or 0, cost=row["cost"] or Decimal(0))
                for row in rows
            )
        )
