"""Fields that are spoken of in a clause of their own: ``where it stands``, ``how often to water``, ``when we last serviced it``."""

from collections.abc import Callable, Sequence

from barnraise.contracts.manifest import FieldType
from barnraise.planner.domain.language.grammar.forms import participle, perfect
from barnraise.planner.domain.language.lexicon import AUXILIARIES, DETERMINERS, MODALS, PRONOUNS, UNITS

Spoken = tuple[list[str], FieldType | None]

_STANDING = frozenset("stands stand is are sits sit lives live hangs hang kept stored located placed found stays grows belongs".split())
_EMPTY = (
    (PRONOUNS - {"who", "which", "what"}) | AUXILIARIES | MODALS | DETERMINERS | {"to", "have", "has", "had", "need", "needs", "for", "of"}
)
_HOW: dict[str, tuple[str, FieldType]] = {
    "old": ("age", "int"), "tall": ("height", "float"), "high": ("height", "float"), "heavy": ("weight", "float"),
    "far": ("distance", "float"), "big": ("size", "string"), "large": ("size", "string"), "wide": ("width", "float"),
    "deep": ("depth", "float"), "fast": ("speed", "float"),
}  # fmt: skip
_ALONE: dict[tuple[str, ...], Spoken] = {
    ("where",): (["location"], "string"),
    ("when",): (["date"], "date"),
    ("how", "many"): (["quantity"], "int"),
    ("how", "much"): (["amount"], "decimal"),
}
_FELT = {
    "felt": "feeling",
    "feel": "feeling",
    "went": "outcome",
    "goes": "outcome",
    "slept": "sleep",
    "works": "method",
    "ended": "outcome",
}
_WHOLE_UNITS = frozenset("day days week weeks month months hour hours minute minutes year years".split())


def spoken(words: Sequence[str]) -> Spoken | None:
    """The words and the type of such a field; None when the words are none."""
    if tuple(words) in _ALONE:
        return _ALONE[tuple(words)]
    if len(words) < 2 or words[0] not in _TOLD:
        return None
    return _TOLD[words[0]](list(words[1:]))


def parts_of(word: str) -> tuple[str, ...]:
    """``reported-by`` is written as one word where it is told of relative clauses."""
    done = word.removesuffix("-by")
    return (done, "by") if done != word and participle(done) else (word,)


def _told(words: Sequence[str]) -> list[str]:
    """What is left of a clause without its pronouns and helpers."""
    return [word for word in words if word not in _EMPTY]


def _where(words: list[str]) -> Spoken | None:
    rest = _told(words)
    if not rest or rest[0] in _STANDING:
        return ["location"], "string"
    return ["where", *rest][:4], "string"


def _when(words: list[str]) -> Spoken | None:
    rest = _told(words)
    if not rest:
        return ["date"], "date"
    last = rest[0] in ("last", "next", "first")
    return (rest, "date") if last or rest[-1] == "on" else ([*rest[:3], "on"], "date")


def _how(words: list[str]) -> Spoken | None:
    first, rest = words[0], words[1:]
    if first == "often":
        return _often(rest)
    if first in _HOW:
        return [_HOW[first][0]], _HOW[first][1]
    if first == "much":
        noun = [word for word in rest if word in ("cost", "costs", "paid", "pay", "charge", "earn", "spent")]
        named = {"cost": "cost", "costs": "cost", "charge": "charge", "earn": "earnings"}
        return ([named.get(noun[0], "price")], "decimal") if noun else (["amount", "of", *_told(rest)][:4], None)
    if first == "long":
        timed = next((word for word in rest if word in UNITS), None)
        return ["duration"], "int" if timed else "string"
    rest = _told(words)
    return ([_FELT.get(rest[0], rest[0])], None) if rest and first in PRONOUNS | DETERMINERS else None


def _often(words: list[str]) -> Spoken | None:
    """``to water in days`` -> the watering interval, a whole number; without a unit it is a frequency, in words."""
    rest = _told(words)
    counted = len(rest) > 1 and rest[-1] in _WHOLE_UNITS and rest[-2] == "in"
    verb = rest[0] if rest and rest[0] != "in" else ""
    kept = [_gerund(verb)] if verb else []
    return ([*kept, "interval"], "int") if counted else ([*kept, "frequency"], "string")


def _who(words: list[str]) -> Spoken | None:
    rest = _told(words)
    if words[:1] in (["does"], ["do"], ["did"]) or rest[:1] == ["responsible"] or rest == ["in", "charge"]:
        return ["doer"], None
    done = participle(rest[0]) if len(rest) == 1 else ""
    return ([perfect(done), "by"], None) if done else None


def _whose(words: list[str]) -> Spoken | None:
    """``whose turn it is``"""
    return (["doer"], None) if words[0] in ("turn", "job", "task", "duty") and len(words) < 4 else None


def _gerund(verb: str) -> str:
    verb = verb.removesuffix("ed") if verb.endswith("ed") and len(verb) > 4 else verb
    return verb if verb.endswith("ing") else f"{verb.removesuffix('e') if not verb.endswith('ee') else verb}ing"


def _what(words: list[str]) -> Spoken | None:
    rest = _told(words)
    if not rest or len(rest) > 3 or not all(word.isalpha() for word in rest) or rest[0] in ("kind", "type", "sort"):
        return None
    return _NAMED_BY.get(rest[-1]) or _NAMED_BY.get(rest[0]) or (rest, "text")


_NAMED_BY: dict[str, Spoken] = {
    **dict.fromkeys(("cost", "costs"), (["cost"], "decimal")),
    **dict.fromkeys(("wrong", "broken", "broke"), (["problem"], "text")),
    **dict.fromkeys(("estimate", "estimated"), (["estimate"], "decimal")),
    **dict.fromkeys(("paid", "pay"), (["price"], "decimal")),
}
_TOLD: dict[str, Callable[[list[str]], Spoken | None]] = {
    "where": _where,
    "when": _when,
    "how": _how,
    "who": _who,
    "whose": _whose,
    "what": _what,
}
