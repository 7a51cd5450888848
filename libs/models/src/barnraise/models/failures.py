"""How a call to a provider can fail, what each failure means for the next try, and how a whole call ends without a model."""

import random
from dataclasses import dataclass
from typing import Literal

from barnraise.chassis.errors import BarnraiseError

Kind = Literal[
    "refused_key",  # 401, 403: the key
    "unknown_model",  # 404 of the model
    "wrong_path",  # 404 of the address
    "untrusted",  # TLS
    "quota",  # no credit left
    "rate_limited",
    "overloaded",
    "broken",  # 5xx
    "unreachable",
    "slow",  # nothing came in time
    "cut",  # the stream ended before the reply did
    "garbage",  # not the protocol, or not the JSON that was asked for
    "oversized",
    "too_long",  # the reply did not fit into the tokens that it may have
    "filtered",
    "rejected",  # 400: the request
    "too_much_context",
]
LASTING: frozenset[Kind] = frozenset({"refused_key", "unknown_model", "wrong_path", "untrusted", "quota"})
"""Does not pass by itself: the model is left alone for a while at once."""
OF_THE_CALL: frozenset[Kind] = frozenset({"too_long", "filtered", "rejected", "too_much_context"})
"""Says nothing against the model's health; another model may do better."""

TRIES = 2
FIRST_PAUSE = 0.25
PATIENCE = 1.0  # seconds to wait for a model while another could answer now
LAST_PATIENCE = 30.0  # and while none could


class Failed(Exception):  # noqa: N818 - it has failed
    """One attempt at one model. ``retry_after``: seconds that the provider asked for. ``status``: of HTTP, where there was one."""

    def __init__(self, kind: Kind, detail: str, *, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind: Kind = kind
        self.detail = detail
        self.retry_after = retry_after
        self.status = status


@dataclass(frozen=True)
class Tried:
    """One attempt that failed."""

    profile: str
    kind: Kind
    detail: str


class NoModel(BarnraiseError):  # noqa: N818 - a state of affairs
    """No model gives a reply to this call: the caller goes on with the built-in engine. ``tried`` says why, in order."""

    def __init__(self, detail: str, tried: tuple[Tried, ...] = ()) -> None:
        super().__init__("unavailable", detail, "`barnraise models test` says which model cannot be reached, and why.", retryable=True)
        self.tried = tried


class BudgetSpent(BarnraiseError):  # noqa: N818 - a state of affairs
    """A hard cap is reached; nothing is asked beyond it. ``scope``: ``job`` or ``project``."""

    def __init__(self, scope: str, detail: str) -> None:
        super().__init__("limit_exceeded", detail, "Raise the budget in the settings, or go on without a model.")
        self.scope = scope


def pause(failure: Failed, number: int, others: bool, jitter: random.Random) -> float | None:
    """Seconds until the same model is tried again after its ``number``-th failure (from 1), or None to go on to the next one.

    Full jitter over a doubling pause. A Retry-After is honoured up to what waiting is worth: little while ``others`` could answer.
    """
    if failure.kind in LASTING or failure.kind in OF_THE_CALL or failure.kind == "oversized" or number >= TRIES:
        return None
    if failure.kind in ("cut", "slow", "garbage") and others:
        return None
    if failure.retry_after is not None:
        # Never before the time that the provider named; a little after it, so that not all come at once.
        return (
            failure.retry_after + jitter.uniform(0, FIRST_PAUSE) if failure.retry_after <= (PATIENCE if others else LAST_PATIENCE) else None
        )
    return jitter.uniform(0, FIRST_PAUSE * 2 ** (number - 1))
