"""The small words by which a sentence is cut."""

from collections.abc import Sequence

from barnraise.planner.domain.language.lexicon import AUXILIARIES, MODALS, PREPOSITIONS
from barnraise.planner.domain.language.text import Token, Tokens

JOINTS = frozenset((",", "and", "or", "but", "&", "then", "plus", ";"))
RELATIVES = frozenset("that which who whom whose where".split())
SUBORDINATES = frozenset("so because when whenever while if once before after unless although though".split())
ASIDES = SUBORDINATES - {"while"}
ASKING = frozenset("how which what when where why who whose whether if".split())
PRONOUNS = frozenset("it they he she".split())
SPEAKERS = frozenset("i we you".split())
OFTEN = frozenset("weekly daily monthly yearly annually hourly".split())
ADVERBS = OFTEN | frozenset(
    "also always usually often regularly then only sometimes typically both never either not currently now already still just later "
    "normally automatically directly once twice optionally possibly actually really ever even additionally sequentially themselves".split()
)
CUTS = PREPOSITIONS - {"of"} | frozenset("with without through under behind towards as until since across among".split())
"""What cuts off what is aimed at."""

BESIDE = frozenset("by in at from to on for under during within".split())
"""What may stand behind a participle: "found in a session"."""

HOLDING = frozenset("containing including having comprising holding featuring".split())
HAVING = frozenset("have contain include comprise hold carry feature".split())
"""Verbs behind which a list of fields may stand, whose prepositions are parts of these."""

NOTING = frozenset("record note track log store keep save know need want register".split()) | {"write down", "note down"}
"""Verbs behind which a list of what is noted may stand."""

QUALIFIES = MODALS | AUXILIARIES
"""Behind "that" these say what values something has."""


def word(tokens: Sequence[Token], at: int) -> str:
    """The word at a place; empty where there is none."""
    mark = tokens[at] if 0 <= at < len(tokens) else ""
    return mark if isinstance(mark, str) else ""


def trimmed(tokens: Sequence[Token]) -> Tokens:
    """Without joints at the ends."""
    out = list(tokens)
    while out and isinstance(out[0], str) and out[0] in JOINTS:
        out.pop(0)
    while out and isinstance(out[-1], str) and out[-1] in JOINTS | SUBORDINATES | {":"}:
        out.pop()
    return tuple(out)


def spare(tokens: Sequence[Token]) -> Tokens:
    """Without what leads to a subject either: "that", "when", "also"."""
    out = list(trimmed(tokens))
    leads = JOINTS | RELATIVES | SUBORDINATES | (ADVERBS - OFTEN)
    while len(out) > 1 and isinstance(out[0], str) and out[0] in leads:
        out.pop(0)
    return tuple(out)
