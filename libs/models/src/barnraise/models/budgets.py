"""What a job and a project may spend, in tokens and dollars, and how much of it one call may have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from barnraise.models.failures import BudgetSpent

Scope = Literal["job", "project"]


class Spent(NamedTuple):
    tokens: int = 0
    cost: Decimal = Decimal(0)


class Cap(BaseModel):
    """The hard cap; None is without end. ``soft``: the share of it from which callers are told."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    tokens: Annotated[int, Field(ge=0)] | None = None
    cost: Annotated[Decimal, Field(ge=0)] | None = None
    soft: Annotated[float, Field(ge=0, le=1)] = 0.8


class Budgets(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    job: Cap = Cap()
    project: Cap = Cap()

    def of(self, project_id: str, job_id: str) -> dict[Scope, Cap]:
        """Those that a call for them counts against."""
        named: dict[Scope, tuple[str, Cap]] = {"job": (job_id, self.job), "project": (project_id, self.project)}
        return {scope: cap for scope, (identity, cap) in named.items() if identity and (cap.tokens is not None or cap.cost is not None)}


@dataclass(frozen=True)
class Allowance:
    """What one call may spend; None is without end. It is set aside for it until the call ends. ``scope``: whose cap is the closest;
    ``nearing``: those whose soft cap is behind us."""

    tokens: int | None = None
    cost: Decimal | None = None
    scope: Scope = "job"
    nearing: tuple[Scope, ...] = ()

    def covers(self, spent: Spent) -> bool:
        return (self.tokens is None or spent.tokens <= self.tokens) and (self.cost is None or spent.cost <= self.cost)


def allow(least: Spent, most: Spent, caps: Mapping[Scope, Cap], spent: Mapping[Scope, Spent]) -> Allowance:
    """Of the most that the call may come to, what the caps leave; BudgetSpent when that is not even what asking comes to."""
    tokens, cost, closest = most.tokens, most.cost, "job"
    for scope, cap in caps.items():
        left_tokens = None if cap.tokens is None else cap.tokens - spent[scope].tokens
        left_cost = None if cap.cost is None else cap.cost - spent[scope].cost
        if (left_tokens is not None and left_tokens < least.tokens) or (left_cost is not None and left_cost < least.cost):
            raise BudgetSpent(scope, _sentence(scope, cap, spent[scope]))
        if (left_tokens is not None and left_tokens < tokens) or (left_cost is not None and left_cost < cost):
            closest = scope
        tokens = min(tokens, tokens if left_tokens is None else left_tokens)
        cost = min(cost, cost if left_cost is None else left_cost)
    return Allowance(
        tokens=tokens if any(cap.tokens is not None for cap in caps.values()) else None,
        cost=cost if any(cap.cost is not None for cap in caps.values()) else None,
        scope=closest,
        nearing=_nearing(caps, spent),
    )


def _nearing(caps: Mapping[Scope, Cap], spent: Mapping[Scope, Spent]) -> tuple[Scope, ...]:
    return tuple(
        scope
        for scope, cap in caps.items()
        if (cap.tokens is not None and spent[scope].tokens >= cap.soft * cap.tokens)
        or (cap.cost is not None and float(spent[scope].cost) >= cap.soft * float(cap.cost))
    )


def _sentence(scope: Scope, cap: Cap, spent: Spent) -> str:
    limits: Sequence[str] = [
        *([f"{spent.tokens:,} of {cap.tokens:,} tokens"] if cap.tokens is not None else []),
        *([f"{spent.cost:.4f} of {cap.cost} dollars"] if cap.cost is not None else []),
    ]
    return f"The {scope}'s budget for models is used up: {' and '.join(limits)} are spent or set aside."
