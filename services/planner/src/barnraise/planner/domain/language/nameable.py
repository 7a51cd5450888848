"""What the name of a field or of a thing can be. A name that is none shows that a phrase was not understood: it becomes an open point."""

from collections.abc import Sequence

from barnraise.planner.domain.language.lexicon import AUXILIARIES, MODALS, PREPOSITIONS, PRONOUNS
from barnraise.planner.domain.language.nouns import is_plural

_LONGEST = 4
"""How many words a name has at most, besides those that join them."""

_JOINING = PREPOSITIONS | frozenset("up off out down back away since until till and or the a an".split())
_NO_PARTS = (
    (PRONOUNS - {"people", "it"})
    | MODALS
    | (AUXILIARIES - {"do", "gets"})
    | frozenset(
        "with without as where when while because if whether whose whom how why our my your their his her its this these those does "
        "needs makes goes comes belongs wants keeps lets helps gives takes says should also so then than but not don't doesn't can't have "
        "had".split()
    )
)
_FLAGGING = frozenset("is has was are can needs allows requires contains how where when why not".split())
"""With these a name may begin: "is active", "where found"."""

_ROWS = frozenset("columns fields stages statuses states options tabs sections pages screens views filters".split())
"""Behind these the names of several follow: "columns backlog"."""

_WISHING = frozenset("see know want wish would let i".split())
_PROGRAMS = frozenset("management app tracker webapp organizer organiser".split())
_FEATURES = frozenset(
    "leaderboard leaderboards scoreboard dashboard dashboards statistics stats analytics chart charts graph graphs reminder reminders "
    "notification notifications search filter filters export exports gamification".split()
)


def is_field_name(words: Sequence[str]) -> bool:
    """Whether a field can be called so: ``date of birth``, but not ``who does it``, ``receipts as photos``."""
    return is_name(words) and words[-1] not in _FEATURES


def is_name(words: Sequence[str]) -> bool:
    """Whether a thing can be called so: a noun with what qualifies it."""
    inner = words[1:] if words[0] in _FLAGGING else words
    telling = [word for word in words if word not in _JOINING]
    row = len(words) > 1 and words[0] in _ROWS and not is_plural(words[1])
    program = len(words) > 1 and words[-1] in _PROGRAMS
    return words[0] not in _WISHING and len(telling) <= _LONGEST and not set(inner) & _NO_PARTS and not row and not program
