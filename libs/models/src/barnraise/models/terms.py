"""What holds for a project's calls: which models it may ask, best first, and what it may spend."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from barnraise.models.budgets import Budgets
from barnraise.models.profiles import Profile


@dataclass(frozen=True)
class Terms:
    profiles: tuple[Profile, ...]
    budgets: Budgets = field(default_factory=Budgets)


TermsOf = Callable[[str], Awaitable[Terms]]
"""By a project's id; what it raises ends the call before anything is asked."""


def always(terms: Terms) -> TermsOf:
    """The same for every project."""

    async def same(_: str) -> Terms:
        return terms

    return same
