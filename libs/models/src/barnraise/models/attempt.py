"""One attempt: the ledger's row around it, the budget within it, the reply as it comes."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

from barnraise.chassis.clock import new_id
from barnraise.chassis.failpoints import failpoint
from barnraise.models import prices
from barnraise.models.budgets import Allowance, Budgets, Spent
from barnraise.models.calls import BYTES_PER_TOKEN, Asking, Call, Delta, NearingBudget, Tell, Usage, unfenced
from barnraise.models.failures import BudgetSpent, Failed
from barnraise.models.ledger import NOTHING, Closing, Ledger, Opening
from barnraise.models.meters import ModelMeters, NoMeters
from barnraise.models.profiles import Profile
from barnraise.models.spans import Reveal, chat_span

BYTES_PER_ALLOWED_TOKEN = 16  # more than any tokenizer makes of text: beyond it, the provider does not keep to the limit
SLACK = 4_096
_UNSEEN = NoMeters()


@dataclass
class Exchange:
    """One attempt as it goes. ``seen`` hears each piece of text, and whether it is of the reply or of the thoughts before it.
    ``begun`` hears
    that the first piece came. ``usage`` is what the provider has said of it so far; ``reported``: it has said all of it."""

    seen: Callable[[str, bool], None]
    begun: Callable[[], None] = lambda: None
    usage: Usage = NOTHING
    reported: bool = False
    started: bool = False

    def hear(self, text: str, is_reply: bool) -> None:
        if text:
            if not self.started:
                self.begun()
            self.started = True
            self.seen(text, is_reply)


class Speaker(Protocol):
    """The way to the providers."""

    async def speak(self, profile: Profile, call: Call, exchange: Exchange) -> None:
        """One attempt, streamed; Failed when it ends in anything but a whole reply. What ``exchange.seen`` raises ends it too."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Answered:
    text: str
    usage: Usage
    cost: Decimal | None


class Writing:
    """The text so far, against what the call may have."""

    def __init__(self, profile: Profile, call: Call, allowance: Allowance, tell: Tell) -> None:
        self._profile = profile
        self._allowance = allowance
        self._tell = tell
        self._most_bytes = call.max_tokens * BYTES_PER_ALLOWED_TOKEN + SLACK
        self._asked = _asked(profile, call)
        self._pieces: list[str] = []
        self._length = 0
        self._bytes = 0

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def estimate(self) -> Usage:
        """What it has come to, as far as we can tell."""
        return replace(self._asked, output=-(-self._bytes // BYTES_PER_TOKEN))

    def hear(self, text: str, is_reply: bool) -> None:
        self._bytes += len(text.encode(errors="replace"))
        self._check()
        if is_reply:
            offset, self._length = self._length, self._length + len(text)
            self._pieces.append(text)
            self._tell(Delta(offset, text))

    def _check(self) -> None:
        if self._bytes > self._most_bytes:
            raise Failed("oversized", f"more than {self._most_bytes:,} bytes came, for a limit in tokens that they cannot be within")
        allowance = self._allowance
        cost = prices.cost(self._profile, self.estimate) if allowance.cost is not None else None
        if not allowance.covers(Spent(self.estimate.total, cost or Decimal(0))):
            raise BudgetSpent(allowance.scope, f"The {allowance.scope}'s budget for models was used up in the middle of a reply.")


async def attempt(
    speaker: Speaker,
    ledger: Ledger,
    budgets: Budgets,
    profile: Profile,
    call: Call,
    tell: Tell,
    meters: ModelMeters = _UNSEEN,
    reveal: Reveal | None = None,
) -> Answered:
    """One reply of one model, paid for. Failed, or BudgetSpent before or while it is written; the ledger knows of it however it ends.
    ``reveal``: what a trace may show of what is said; nothing without it."""
    opening = _opening(profile, call)
    allowance = await ledger.open(opening, budgets.of(call.project_id, call.job_id))
    for scope in allowance.nearing:
        tell(NearingBudget(scope))
    tell(_asking(profile, call))
    writing = Writing(profile, call, allowance, tell)
    start = time.perf_counter()
    exchange = Exchange(writing.hear, lambda: meters.began(profile, time.perf_counter() - start))
    outcome = "cancelled"
    with chat_span(profile, call, reveal) as span:
        try:
            await speaker.speak(profile, call, exchange)
            _check_schema(call, writing.text)
            outcome = "done"
        except Failed as failure:
            outcome = failure.kind
            raise
        except BudgetSpent:
            outcome = "stopped"
            raise
        finally:
            closing = _closing(profile, outcome, exchange, writing)
            span.ended(outcome, closing.usage, writing.text)
            meters.ended(profile, call, outcome, time.perf_counter() - start, closing.usage, closing.cost)
            failpoint("models.closing")
            # A cancelled caller does not keep the books from being right; the row stays open only if we are killed.
            await _finish(ledger.close(opening.id, closing))
    return Answered(writing.text, closing.usage, closing.cost)


def _opening(profile: Profile, call: Call) -> Opening:
    asked = _asked(profile, call)
    return Opening(
        id=new_id(),
        at=datetime.now(UTC),
        tenant=call.tenant,
        project_id=call.project_id,
        job_id=call.job_id,
        task=call.task,
        profile=profile.name,
        model=profile.model,
        least=_spent(profile, asked),
        most=_spent(profile, replace(asked, output=call.max_tokens)),
    )


def _asked(profile: Profile, call: Call) -> Usage:
    """What asking comes to at most: what a provider keeps on request costs more when it is kept first."""
    tokens = call.input_estimate()
    return Usage(input=tokens, cache_written=tokens if call.reuse and profile.keeps_on_request else 0)


def _asking(profile: Profile, call: Call) -> Asking:
    least = _asked(profile, call)
    most = replace(least, output=call.max_tokens)
    costs = prices.cost(profile, least), prices.cost(profile, most)
    return Asking(profile.name, profile.model, least.total, most.total, *costs)


def _spent(profile: Profile, usage: Usage) -> Spent:
    return Spent(usage.total, prices.cost(profile, usage) or Decimal(0))


def _closing(profile: Profile, outcome: str, exchange: Exchange, writing: Writing) -> Closing:
    """With the provider's figures; where it gave none, or not all, with the greater of them and ours."""
    said, ours = exchange.usage, writing.estimate
    if exchange.reported:
        usage = said
    elif outcome != "done" and not exchange.started and not said.total:
        usage = Usage()  # refused, or never answered: nobody bills that
    else:
        said = said if said.plausible else Usage()
        usage = replace(said, input=max(said.input, ours.input), output=max(said.output, ours.output))
    return Closing(outcome, usage, exchange.reported, prices.cost(profile, usage))


def _check_schema(call: Call, text: str) -> None:
    if call.schema is None:
        return
    try:
        json.loads(unfenced(text))
    except ValueError as error:
        raise Failed("garbage", f"JSON was asked for, and this is none: {error}") from error


async def _finish(work: Any) -> None:
    """To its end, even when we are cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
