"""From a sentence's tokens to statements: who has, is with, belongs to or links what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from barnraise.planner.domain.language.lexicon import AUXILIARIES, DETERMINERS, MODALS, PARTICIPLES_BY, PRONOUNS, QUANTIFIERS
from barnraise.planner.domain.language.nouns import is_plural
from barnraise.planner.domain.language.text import Token, Tokens
from barnraise.planner.domain.language.verbs import NOUNS_TOO, stem

Kind = Literal["have", "with", "belong", "link", "between", "join", "act"]
_HAVE = frozenset("have has had include includes contain contains comprise comprises hold holds".split())
_FIXED: tuple[tuple[Kind, bool, str], ...] = (
    ("have", True, "consist of, consists of"),
    ("have", False, "having, including, containing, holding, comprising, featuring, storing, consisting of, composed of, made up of"),
    ("with", False, "with"),
    ("have", True, "come with, comes with"),
    ("belong", True, "belong to, belong in, belongs to, belongs in, refer to, refers to, refer in, refers in"),
    ("belong", True, "take place in, take place at, takes place in, takes place at, happen in, happen at, happens in, happens at"),
    ("between", True, "take place between, takes place between"),
    ("join", True, "sign up for, signs up for, enroll in, enrolls in, enrol in, enrols in, enrol on, register for, registers for"),
    (
        "join",
        True,
        "participate in, participates in, take part in, takes part in, subscribe to, subscribes to",
    ),
    ("join", True, "apply for, applies for, compete in, competes in"),
    ("belong", False, "belonging to, belonging in, referring to, referring in"),
    ("link", False, "linking, connecting, joining, combining"),
)
_PHRASES: dict[Tokens, tuple[Kind, bool]] = {
    tuple(phrase.split()): (kind, finite) for kind, finite, phrases in _FIXED for phrase in phrases.split(", ")
}
"""Verbs that mean the same wherever they stand, and whether they are finite."""

_LONGEST = 8
"""How many words such as "can also be" may stand before a verb."""

_PERHAPS = frozenset("need needs store stores record records track tracks carry carries get gets list lists keep keeps".split())
_LINKS = frozenset("link links connect connects join joins tie ties combine combines".split())
_TIED = frozenset("admitted issued assigned attached linked related connected tied allocated added associated bound mapped".split())
_JOINED = frozenset("enrolled registered subscribed entered".split())
_SHARED = frozenset("attended visited joined followed taken watched played liked used read borrowed".split())
"""By several that is done with one, and by one with several."""

_DWELL = frozenset(
    "live lives work works sit sits stay stays study studies sleep sleeps teach teaches grow grows report reports come comes".split()
)
_SHOWN = frozenset("sorted filtered searched ordered shown displayed listed grouped calculated limited interested used supposed".split())
_AT = frozenset("in at on under for with from of about to".split())
_HELD = frozenset("held hosted located kept placed stationed enrolled grouped filed booked stored parked".split())
_ADVERBS = frozenset("also always usually only optionally then each both either exactly".split())
_WHO = frozenset(("each", "both", "all"))
_JOINTS = frozenset((",", "and", "but", "or", "then", "also", "&"))
_RELATIVES = frozenset("that which who whose".split())
ASKING = frozenset("which what who how".split())
_BREAKS = frozenset("where whereas while but so".split())


@dataclass(frozen=True)
class Statement:
    """``subject`` is the noun phrase that is spoken of; None: the one before. ``near``: it also is the last thing of the statement
    before. ``beside``: it stands in a row with that statement's subject rather than under it."""

    kind: Kind
    subject: Tokens | None
    complement: Tokens
    finite: bool
    near: bool = False
    beside: bool = False


@dataclass(frozen=True)
class _Marker:
    kind: Kind
    start: int
    end: int
    finite: bool


def clauses(tokens: Tokens) -> list[Tokens]:
    """Cut before "each" and "every" that begin something new, and at "where" and its like."""
    out: list[list[Token]] = [[]]
    for at, mark in enumerate(tokens):
        begins = at > 0 and (
            (mark in ("each", "every") and tokens[at - 1] in _JOINTS)
            or (mark in ASKING and tokens[at - 1] in ("and", "&") and not _is_field(tokens, at))
        )
        breaks = mark in _BREAKS and (mark != "so" or tokens[at : at + 2] == ("so", "that")) and not _is_field(tokens, at)
        if begins or breaks:
            out.append([])
        if not breaks:
            out[-1].append(mark)
    return [clause for clause in map(_begun, out) if clause]


def _is_field(tokens: Tokens, at: int) -> bool:
    """Whether a question word begins a field in a list of them: ``where it stands, how often to water``."""
    listed = at == 0 or tokens[at - 1] in (",", "and", ":", "with", "has", "have")
    asks = (
        tokens[at] == "where" and tokens[at + 1 : at + 2] and tokens[at + 1] in (PRONOUNS - {"users", "people", "everyone"}) | {",", "and"}
    )
    done = at + (3 if tokens[at + 2 : at + 3] in (("it",), ("them",)) else 2)
    by_whom = tokens[at] == "who" and len(tokens) >= done and tokens[done : done + 1] in ((), (",",), ("and",))
    return bool(listed and (asks or by_whom or (tokens[at] == "how" and tokens[at + 1 : at + 2] not in (("many",),))))


def _begun(tokens: Sequence[Token]) -> Tokens:
    """Trimmed, but still beginning with what asks, as in "and which items are in it"."""
    begins = next((token for token in tokens if token not in _JOINTS), "")
    trimmed = _trimmed(tokens)
    return (begins, *trimmed) if begins == "which" and trimmed[:1] != ("which",) and trimmed else trimmed


def statements(clause: Tokens) -> list[Statement]:
    """The statements of a clause, in order; none when nothing in it says that something has or belongs."""
    found: list[Statement] = []
    markers = list(_markers(clause))
    start = 0
    for number, marker in enumerate(markers):
        before = clause[start : marker.start]
        kept, subject, near, beside = (before, before, False, False) if number == 0 else _subject(before, marker, found)
        if number == 0:
            subject = _trimmed(before)
        else:
            found[-1] = _with_complement(found[-1], _trimmed(kept))
        found.append(Statement(marker.kind, subject, (), marker.finite, near, beside))
        start = marker.end
    if found:
        found[-1] = _with_complement(found[-1], _trimmed(clause[start:]))
    return found


def _subject(before: Tokens, marker: _Marker, found: Sequence[Statement]) -> tuple[Tokens, Tokens | None, bool, bool]:
    """What stays with the statement before, the new subject, whether it is near, and whether beside."""
    if not before or before[-1] in _JOINTS:
        return before, None, False, False
    relative = before[-1] in _RELATIVES
    while before and (before[-1] in _RELATIVES or before[-1] == ","):
        before = before[:-1]
    cut = max((at for at, token in enumerate(before) if token in _JOINTS), default=-1)
    noun = before[cut + 1 :]
    if marker.finite and not relative:
        return (before[:cut] if cut >= 0 else before), noun, False, False
    beside = found[-1].kind == "with" and marker.kind == "with" and cut >= 0
    return (before[:cut] if beside else before), noun, True, beside


def _markers(clause: Tokens) -> Iterator[_Marker]:
    at = 0
    while at < len(clause):
        marker = _marker(clause, at)
        if marker:
            yield marker
            at = marker.end
        else:
            at += 1


def _marker(clause: Tokens, at: int) -> _Marker | None:
    token = clause[at]
    if not isinstance(token, str) or (at == 0 and token in _WHO):
        return None
    end = at
    while end < min(len(clause), at + _LONGEST) and (clause[end] in MODALS or clause[end] in AUXILIARIES or clause[end] in _ADVERBS):
        end += 1
    helped = any(other in MODALS or other in AUXILIARIES for other in clause[at:end])
    if end > at and not helped:
        return None
    found = _verb(clause, end, helped=helped)
    if found is None:
        return None
    kind, taken, finite = found
    if kind == "belong" and clause[end + taken : end + taken + 1] in ((), (",",), ("and",)):
        return None  # "priority, assigned to, due date"
    return _Marker(kind, at, end + taken, finite or helped)


def _verb(clause: Tokens, at: int, *, helped: bool) -> tuple[Kind, int, bool] | None:
    """The structural verb at a place: what kind it is, how many tokens it takes, and whether it is finite."""
    for size in (3, 2, 1):
        phrase = clause[at : at + size]
        if phrase in _PHRASES and (_PHRASES[phrase][0] != "join" or _is_verb(clause, at)):
            return _PHRASES[phrase][0], len(phrase), _PHRASES[phrase][1]
    one, two = (clause[at + n] if at + n < len(clause) else "" for n in range(2))
    if not isinstance(one, str):
        return None
    opens = two in DETERMINERS or two in QUANTIFIERS
    told = at in (1, 2) and is_plural(str(clause[at - 1])) and "," in clause[at + 1 :]  # "visits record arrival time, priority"
    perhaps = one in _PERHAPS and (opens or told) and at > 0 and clause[at - 1] not in _JOINTS | {"to"}
    if perhaps or (one in _HAVE and two not in ("to", "been")):
        return "have", 1, True
    three = clause[at + 2] if at + 2 < len(clause) else ""
    both = one.endswith("s") and at > 0 and isinstance(two, str) and two[:1].isalpha() and "and" in clause[at + 2 : at + 5]
    return _bond(one, two, helped=helped, opens=opens, both=both) or _act(one, two, three, helped=helped, verb=_is_verb(clause, at))


def _is_verb(clause: Tokens, at: int) -> bool:
    """Whether what stands at a place may be a verb: not "the register for students", nor the reports of "cars, damage reports with"."""
    if not 0 < at < len(clause) or clause[at - 1] in DETERMINERS:
        return False
    told, before = str(clause[at]), clause[at - 1]
    row = at > 1 and clause[at - 2] in (",", "and", "&") and isinstance(before, str) and before.isalpha() and not is_plural(before)
    return not (row and told.endswith("s") and stem(told) in NOUNS_TOO)


def _act(one: str, two: Token, three: Token, *, helped: bool, verb: bool) -> tuple[Kind, int, bool] | None:
    """A verb with a preposition that may tie its subject to a known thing: "are run on samples", "live in a flat", "is of one crop"."""
    done = helped and one not in _SHOWN and (one.endswith("ed") or one in PARTICIPLES_BY)
    if helped and one == "between":
        return "between", 1, True
    if done and two == "between":
        return "between", 2, True
    if not isinstance(three, str) or not isinstance(two, str):
        return None
    aimed = three in DETERMINERS or three in QUANTIFIERS or is_plural(three)
    if two in _AT and aimed and (done or (one in _DWELL and verb)):
        return ("join" if one in _JOINED else "act"), 2, True
    return ("act", 1, True) if helped and one in _AT and (two in DETERMINERS or two in QUANTIFIERS or is_plural(two)) else None


def _bond(one: str, two: Token, *, helped: bool, opens: bool, both: bool) -> tuple[Kind, int, bool] | None:
    """A verb that ties its subject to what follows, if its preposition says so."""
    tied = (one in _TIED and two in ("to", "with")) or (one == "part" and two == "of")
    held = helped and one in _HELD - _JOINED and two in ("in", "at", "on", "under", "for")
    if two == "by" and one in _SHARED:
        return "join", 2, helped
    if tied or held or (two == "by" and ((one.endswith("ed") and one != "bed") or one in PARTICIPLES_BY)):
        return "belong", 2, helped
    if helped and one in ("for", "from", "in") and two in ("a", "an", "one", "the"):
        return "belong", 1, True
    return ("link", 1, True) if one in _LINKS and (opens or both) else None


def _with_complement(statement: Statement, complement: Tokens) -> Statement:
    return Statement(statement.kind, statement.subject, complement, statement.finite, statement.near, statement.beside)


def _trimmed(tokens: Sequence[Token]) -> Tokens:
    """Without separators at the ends."""
    out = list(tokens)
    while out and out[0] in _JOINTS | {":", "/", "that", "which"}:
        out.pop(0)
    while out and out[-1] in _JOINTS | {":", "/", "that", "which"}:
        out.pop()
    return tuple(out)
