"""Budgets and the ledger: nothing is asked beyond a hard cap, not even by many at once, and the books are the providers' own figures."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files

import pytest
from scripted_provider import Refuse, Say

from barnraise.chassis import database
from barnraise.models import prices
from barnraise.models.budgets import Budgets, Cap, Spent
from barnraise.models.calls import NearingBudget, Usage
from barnraise.models.failures import BudgetSpent
from barnraise.models.ledger import Closing, Ledger, MemoryLedger, Opening
from barnraise.models.postgres_ledger import PostgresLedger

OPENING = Opening(
    "1", datetime(2026, 1, 5, tzinfo=UTC), "t", "p", "j", "code", "a", "m", Spent(100, Decimal("0.1")), Spent(600, Decimal("0.6"))
)
USED = Usage(input=90, output=30, cached=50, cache_written=10, reasoning=20)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.connected)])
def kept(request: pytest.FixtureRequest) -> str:
    """Where the books are: a database, or nowhere."""
    return "" if request.param == "memory" else request.getfixturevalue("database_url")


@pytest.fixture
async def books(kept: str) -> AsyncIterator[Ledger]:
    if not kept:
        yield MemoryLedger()
        return
    pool = await database.connect(kept)
    await database.migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
    yield PostgresLedger(pool, "codegen.model_calls")
    await pool.close()


async def test_what_is_set_aside_and_what_is_used_count_and_only_closings_that_are_first(books):
    caps = {"job": Cap(tokens=1000), "project": Cap(cost=Decimal(2), soft=0.25)}
    first = await books.open(OPENING, caps)
    assert (first.tokens, first.cost, first.nearing) == (600, Decimal("0.6"), ())
    second = await books.open(replace(OPENING, id="2"), caps)
    assert (second.tokens, second.scope, second.nearing) == (400, "job", ("project",))
    with pytest.raises(BudgetSpent, match="job's budget"):
        await books.open(replace(OPENING, id="3"), caps)

    closing = Closing("done", USED, True, Decimal("0.05"))
    await books.close("1", closing)
    await books.close("1", replace(closing, usage=Usage(input=9, output=9)))
    assert (await books.open(replace(OPENING, id="4"), caps)).tokens == 1000 - 400 - USED.total
    await books.close("2", Closing("cut", Usage(input=100, output=3), False, None))
    await books.open(replace(OPENING, id="5", project_id="q", job_id="k"), {})

    totals = await books.totals(project_id="p")
    assert (totals.reported, totals.estimated) == (USED, Usage(input=100, output=3))
    assert (totals.open, totals.cost, totals.attempts) == (Spent(480, Decimal("0.6")), Decimal("0.05"), 3)
    assert (await books.totals()).attempts == 4
    assert (await books.totals(job_id="k")).open.tokens == 600


async def test_many_at_once_do_not_share_one_remainder(books):
    caps = {"project": Cap(tokens=1500)}
    opened = await asyncio.gather(*(books.open(replace(OPENING, id=str(n)), caps) for n in range(8)), return_exceptions=True)
    allowed = [one.tokens for one in opened if not isinstance(one, BaseException)]
    assert sum(allowed) <= 1500
    assert sorted(allowed) == [300, 600, 600]
    assert all(isinstance(one, BudgetSpent) for one in opened if isinstance(one, BaseException))


async def test_a_hard_cap_ends_a_reply_within_one_chunk_and_the_soft_one_is_told(provider, make, call, ledger):
    piece = "word " * 20
    provider.otherwise = Say(piece * 50, pieces=50, pause=0.005)
    told: list[object] = []
    router = make(provider.profile("a"), budgets=Budgets(job=Cap(tokens=700, soft=0.0)))
    with pytest.raises(BudgetSpent, match="middle of a reply"):
        await router.ask(call(job_id="j"), told.append)
    heard = "".join(delta.text for delta in told if hasattr(delta, "text"))
    assert 0 < len(heard) <= (700 + 1) * 3
    assert NearingBudget("job") in told
    await asyncio.wait_for(provider.gone.wait(), 5)
    assert 700 - 40 <= (await ledger.totals()).estimated.total <= 700 + len(piece)
    with pytest.raises(BudgetSpent):
        await router.ask(call(job_id="j"))
    assert provider.asked_for("a") == 1, "nothing is asked beyond the cap"


async def test_money_counts_as_tokens_do(provider, make, call):
    router = make(provider.profile("a", price={"input": 0, "output": 1_000_000}), budgets=Budgets(project=Cap(cost=Decimal(40))))
    provider.otherwise = Say("x" * 3000, pieces=100)
    with pytest.raises(BudgetSpent, match="project"):
        await router.ask(call(project_id="p"))


async def test_the_books_are_right_across_retries_refusals_cuts_and_what_providers_get_wrong(provider, make, call, ledger):
    said = Usage(input=1000, output=50, cached=900, reasoning=30)
    provider.play(
        "a", Refuse(500), Say("One.", said=said), Say("Two.", said=None), Say("Three.", said=Usage(input=10, output=5, cached=99))
    )
    for _ in range(3):
        await make(provider.profile("a")).ask(call())
    provider.play("a", Say("Four " * 20, cut=0.5))
    await make(provider.profile("a"), provider.profile("b")).ask(call())
    totals = await ledger.totals()
    assert totals.reported == said + sum(provider.told["b"], Usage())
    outcomes = [(row.closing.outcome, row.closing.reported) for row in ledger.rows.values()]
    assert outcomes == [("broken", False), ("done", True), ("done", False), ("done", False), ("cut", False), ("done", True)]
    estimates = [row.closing.usage for row in ledger.rows.values() if not row.closing.reported]
    assert estimates[0] == Usage(), "nobody bills a refusal"
    assert min(one.total for one in estimates[1:]) > 0
    assert max(one.cached for one in estimates[1:]) == 0, "more from the cache than was read is not believed"


def test_what_is_read_from_and_written_to_a_cache_has_prices_of_its_own(provider):
    used = Usage(input=1_000_000, output=100_000, cached=500_000, cache_written=200_000)
    named = {"input": 3, "output": 15, "cached": "0.3", "cache_written": "3.75"}
    assert prices.cost(provider.profile(price=named), used) == Decimal("0.9") + Decimal("0.15") + Decimal("0.75") + Decimal("1.5")
    assert prices.cost(provider.profile(price={"input": 3, "output": 15}), used) == Decimal("4.5"), "as other input, where it has none"
