"""Verbs with their helpers, and where they stand: ``can be assigned to``, ``has to hand in``, ``rent``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from barnraise.planner.domain.language.grammar.forms import gerund, participle, plain_verb, third_person
from barnraise.planner.domain.language.grammar.words import ADVERBS, ASKING, BESIDE, JOINTS, RELATIVES, SPEAKERS, word
from barnraise.planner.domain.language.lexicon import AUXILIARIES, DETERMINERS, MODALS, PREPOSITIONS, PRONOUNS, QUANTIFIERS, UNITS
from barnraise.planner.domain.language.nouns import ANIMALS_ALIKE, is_plural
from barnraise.planner.domain.language.text import Range, Token
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import HAPPENINGS, NOUNS_TOO

Number = Literal["one", "many", "bare", "any"]
"""Of a subject: "each member", "members", "member", and "who" of which either may be said."""

_LIKES = frozenset("need needs want wants like likes able allowed going supposed wish has have had used permitted entitled".split())
_HAVE = frozenset(("has", "have", "had"))
_BE = AUXILIARIES - {"do", "does", "did"}
_MANY = frozenset("i we you they people staff users who everybodys us".split())
_ONE = frozenset("it he she everyone everybody someone anyone nobody somebody anybody each one".split())
_SINGLE = (DETERMINERS - {"all", "these", "those"}) | {"one", "any", "no"}
_NOUNS_TOO = (
    "stop number value reference seat name date price cost rank link view use need look show note water email delivery address "
    "log contact phone fax photo document file picture image detail access attempt discount deposit credit debit balance budget amount "
    "total size weight height width length group team class unit part time age point project object subject permit progress volunteer "
    "format design filter sort search type kind state status place space site land house room floor board block bar bill card catch "
    "change clone comment copy count cover cross cut cycle dance deal drink drive drop end fall farm feature field fight flow fly focus "
    "force fund gift grant guide harvest head heat hold help hope host hour impact increase influence interest issue lack lead leak "
    "level lift limit load lock loss match measure model mount move network offer orbit pack pair panel park peak plant position post "
    "present process product profile program purchase question queue quiz race rain range reason record refund release request research "
    "rest return reward ring risk role roll route rule sail sale sample scale scene score screen season section sense session share "
    "shape shift shop shot sign signal skill source stage stamp standard stock store storm stream structure study style supply support "
    "survey surface switch target task tax test text ticket title tool touch tour toy track trade train transfer travel treat trial "
    "trip trust try turn value view visit voice vote wage walk wall wash waste watch wave wear win wind wish wood work worry yield"
)
NOUNISH = NOUNS_TOO | frozenset((*HAPPENINGS.values(), *_NOUNS_TOO.split()))
"""Verbs that are nouns at least as often."""

_LATER = frozenset("can may must are is have has".split())
_PHRASAL = {
    "up": "sign pick set team put make split queue line show turn keep look".split(),
    "in": "hand check fill log turn move send clock bring come".split(),
    "out": "hand check fill move send clock carry give rent lend take book sell read pay work print ship run go try pull".split(),
    "off": "drop work".split(),
    "back": "give bring pay take".split(),
    "down": "write note break".split(),
    "over": ["take"],
    "after": ["look"],
}
_CLOSED = (
    ASKING
    | DETERMINERS
    | QUANTIFIERS
    | PREPOSITIONS
    | MODALS
    | AUXILIARIES
    | RELATIVES
    | ADVERBS
    | JOINTS
    | _HAVE
    | {":", "/", "to", "with"}
)


@dataclass(frozen=True)
class Verb:
    """What is done, from one token to another. ``passive``: it is done to the subject; ``may``: it is said that somebody can do it."""

    start: int
    end: int
    base: str
    passive: bool = False
    may: bool = False


def number_of(subject: Sequence[Token]) -> Number:
    """How many a subject speaks of."""
    words = [token for token in subject if isinstance(token, str)]
    if not words or words[-1] in RELATIVES:
        return "any"
    ends = (at for at, told in enumerate(words) if at and (told in PREPOSITIONS or (word(words, at + 1) in BESIDE and participle(told))))
    of = next(ends, len(words))
    head, last = words[:of], words[of - 1]
    if last in _MANY or "and" in words or (is_plural(last) and words[0] not in ("a", "an", "each", "every")):
        return "many"
    if last in _ONE or set(head[:2]) & _SINGLE:
        return "one"
    if last in ANIMALS_ALIKE:
        return "many"
    return "bare"


def verb_at(tokens: Sequence[Token], at: int, number: Number) -> Verb | None:
    """The verb that begins here, if it fits such a subject."""
    end, be, may = _helped(tokens, at)
    told = word(tokens, end)
    if not told:
        return Verb(at, end, "be", may=may) if be else None
    if be:
        return _after_be(tokens, at, end, may=may)
    if may:
        base = plain_verb(told) or ("have" if told == "have" else "")
        return _ended(tokens, at, end, base, may=True) if base else None
    if told in _HAVE:
        return Verb(at, end + 1, "have")
    base = _finite(tokens, end, number)
    return _ended(tokens, at, end, base) if base else None


def _helped(tokens: Sequence[Token], at: int) -> tuple[int, bool, bool]:
    """Where the helpers end, whether they are forms of "be", and whether they say that something may be done."""
    end, be, may = at, False, False
    while end < len(tokens) and end < at + 8:
        told, following = word(tokens, end), word(tokens, end + 1)
        if told in MODALS:
            may = True
        elif told in ("get", "gets") and not _is_done(following):
            break
        elif told in _BE:
            be = True
        elif told in ("do", "does", "did") and following == "not":
            may = True
        elif told in _LIKES and following == "to":
            be, may, end = False, True, end + 1
        elif told in _HAVE and following == "been":
            be, end = True, end + 1
        elif told not in ADVERBS or (end == at and told in ("one", "both", "either")):
            break
        end += 1
    return end, be, may


def _is_done(told: str) -> bool:
    return bool(participle(told)) and told not in ("set", "cost", "cut", "bid", "bet", "cast", "hit")


def _after_be(tokens: Sequence[Token], at: int, end: int, *, may: bool) -> Verb:
    told = word(tokens, end)
    if (base := participle(told)) and word(tokens, end + 1) not in _AFTER_ADJECTIVES:
        return _ended(tokens, at, end, base, passive=True, may=may)
    if base := gerund(told):
        return _ended(tokens, at, end, base, may=may)
    return Verb(at, end, "be", may=may)


_AFTER_ADJECTIVES = frozenset(("flag", "checkbox"))


def _ended(tokens: Sequence[Token], at: int, end: int, base: str, *, passive: bool = False, may: bool = False) -> Verb:
    """With the particle that belongs to the verb: ``hand in``."""
    particle = word(tokens, end + 1)
    if base in _PHRASAL.get(particle, ()):
        return Verb(at, end + 2, f"{base} {particle}", passive, may)
    taken = next((phrase for phrase in _LIGHT if tuple(word(tokens, end + n) for n in range(len(phrase))) == (base, *phrase[1:])), None)
    if base == "take" and particle in ("part", "place", "care"):
        return Verb(at, end + 2, f"take {particle}", passive, may)
    return Verb(at, end + (len(taken) if taken else 1), " ".join(taken) if taken else base, passive, may)


_LIGHT: tuple[tuple[str, ...], ...] = (("keep", "track", "of"), ("keep", "records", "of"), ("make", "use", "of"))


def _finite(tokens: Sequence[Token], at: int, number: Number) -> str:
    """The verb of a finite form that agrees with its subject; empty when the word is none."""
    told, before = word(tokens, at), word(tokens, at - 1)
    base = {
        "many": plain_verb(told),
        "one": third_person(told),
        "bare": third_person(told) or plain_verb(told),
        "any": plain_verb(told) or third_person(told),
    }[number]
    if not base:
        return told if _is_open(tokens, at, number) else ""
    if before in SPEAKERS | {"they"}:
        return base
    if number == "bare":
        return base if _is_sure(tokens, at, base) and at < 3 and before not in _CLOSED and base not in NOUNISH else ""
    return base if _continues(tokens, at, base, number) else ""


def _is_open(tokens: Sequence[Token], at: int, number: Number) -> bool:
    """Whether an unknown word must be a verb: between a plural and an article, nothing else stands."""
    told = word(tokens, at)
    fits = told.isalpha() and len(told) > 2 and told not in _CLOSED | UNITS | PRONOUNS and type_of((told,)) == "string"
    agrees = (number == "many" and not is_plural(told)) or (number == "one" and told.endswith("s"))
    return fits and agrees and at > 0 and word(tokens, at + 1) in ("a", "an", "the", "one", "several", "many", "their", "its")


def _is_sure(tokens: Sequence[Token], at: int, base: str) -> bool:
    following = word(tokens, at + 1)
    return following in DETERMINERS | QUANTIFIERS or (bool(following) and following not in _CLOSED) or following in ("to", "for", "in")


def _continues(tokens: Sequence[Token], at: int, base: str, number: Number) -> bool:
    """Whether what follows a form may follow a verb: not "test results," and "orders (date)"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    noun_too = base in NOUNISH
    if following is None or following in JOINTS or following == ":":
        return not noun_too and at > 0
    if not isinstance(following, str):
        return isinstance(following, Range)
    if _is_place(following, base) or following in DETERMINERS | QUANTIFIERS | PRONOUNS or following.isdigit():
        return not (base == "like" and any(word(tokens, at + n) in _LATER for n in range(2, 9)))  # "extras like breakfast can be added"
    if following in PREPOSITIONS | {"with", "to"} or following in _PHRASAL:
        measured = following == "in" and word(tokens, at + 2) in UNITS  # "strength and honey harvest in kg"
        return not noun_too or (not measured and (number == "many" or following in ("to", "in", "for", "at", "from")))
    if following in _CLOSED:
        return following in ADVERBS and not noun_too
    liked = base == "like" and any(word(tokens, at + n) in _LATER for n in range(2, 9))
    return not liked and (not noun_too or is_plural(following) or is_plural(word(tokens, at + 2)))


def _is_place(following: str, base: str) -> bool:
    """``takes place``"""
    return base == "take" and following in ("place", "part", "care")
