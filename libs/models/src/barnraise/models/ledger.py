"""What was asked and what it came to, one row for each attempt. A row is opened before the provider hears anything, and closed with what
the provider reported: whatever is killed in between still counts, as what was set aside for it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from barnraise.models.budgets import Allowance, Cap, Scope, Spent, allow
from barnraise.models.calls import Usage

NOTHING, UNSPENT = Usage(), Spent()


@dataclass(frozen=True)
class Opening:
    """``least``: what asking alone comes to; ``most``: with the longest reply that it may have."""

    id: str
    at: datetime
    tenant: str
    project_id: str
    job_id: str
    task: str
    profile: str
    model: str
    least: Spent
    most: Spent


@dataclass(frozen=True)
class Closing:
    """``reported``: the usage is the provider's word, and not our estimate because it gave none. ``outcome``: ``done``, ``stopped`` (by a
    budget), ``cancelled``, or how it failed."""

    outcome: str
    usage: Usage
    reported: bool
    cost: Decimal | None


@dataclass(frozen=True)
class Totals:
    """``reported`` is exactly what providers said. ``estimated``: of attempts for which they said nothing. ``open``: set aside."""

    reported: Usage = NOTHING
    estimated: Usage = NOTHING
    open: Spent = UNSPENT
    cost: Decimal = Decimal(0)
    attempts: int = 0


class Ledger(Protocol):
    async def open(self, opening: Opening, caps: Mapping[Scope, Cap]) -> Allowance:
        """Set aside what the call may spend, against all others at once; BudgetSpent when nothing is left."""
        ...

    async def close(self, id: str, closing: Closing) -> None:
        """Once; a second closing changes nothing."""
        ...

    async def totals(self, *, project_id: str = "", job_id: str = "") -> Totals:
        """Of a project, of a job, or of everything."""
        ...


def set_aside(most: Spent, allowance: Allowance) -> Spent:
    return Spent(most.tokens if allowance.tokens is None else allowance.tokens, most.cost if allowance.cost is None else allowance.cost)


@dataclass
class _Row:
    opening: Opening
    aside: Spent
    closing: Closing | None = None

    @property
    def spent(self) -> Spent:
        return Spent(self.closing.usage.total, self.closing.cost or Decimal(0)) if self.closing else self.aside


@dataclass
class MemoryLedger:
    """For tests and tools."""

    rows: dict[str, _Row] = field(default_factory=dict)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self, opening: Opening, caps: Mapping[Scope, Cap]) -> Allowance:
        async with self._lock:
            spent = {scope: self._spent(scope, opening) for scope in caps}
            allowance = allow(opening.least, opening.most, caps, spent)
            self.rows[opening.id] = _Row(opening, set_aside(opening.most, allowance))
            return allowance

    async def close(self, id: str, closing: Closing) -> None:
        row = self.rows[id]
        row.closing = row.closing or closing

    async def totals(self, *, project_id: str = "", job_id: str = "") -> Totals:
        totals = Totals()
        for row in self.rows.values():
            if (project_id and row.opening.project_id != project_id) or (job_id and row.opening.job_id != job_id):
                continue
            totals = replace(totals, attempts=totals.attempts + 1)
            match row.closing:
                case None:
                    totals = replace(totals, open=Spent(totals.open.tokens + row.aside.tokens, totals.open.cost + row.aside.cost))
                case Closing(reported=True) as closing:
                    totals = replace(totals, reported=totals.reported + closing.usage, cost=totals.cost + (closing.cost or 0))
                case closing:
                    totals = replace(totals, estimated=totals.estimated + closing.usage, cost=totals.cost + (closing.cost or 0))
        return totals

    def _spent(self, scope: Scope, opening: Opening) -> Spent:
        mine = opening.job_id if scope == "job" else opening.project_id
        rows = [row.spent for row in self.rows.values() if mine == (row.opening.job_id if scope == "job" else row.opening.project_id)]
        return Spent(sum(spent.tokens for spent in rows), sum((spent.cost for spent in rows), Decimal(0)))
