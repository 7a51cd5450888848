"""What is said of things in a list beside what they have: ``sales per shop with a date``, ``loot found in a session: item, value``."""

from barnraise.planner.domain.language.grammar.clauses import Aim, Clause
from barnraise.planner.domain.language.grammar.forms import participle
from barnraise.planner.domain.language.grammar.words import BESIDE, word
from barnraise.planner.domain.language.kinship import KNOWN
from barnraise.planner.domain.language.lexicon import DETERMINERS, QUANTIFIERS, UNITS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.text import Group, Token, Tokens
from barnraise.planner.domain.language.types import is_field_word, type_of

_JOINTS = frozenset("of per for in by from at on during under against about".split())
_ENDS = frozenset((",", "and", "&", "with", ":", "have", "has"))
_LED = frozenset("a an each every one".split())
_SPELLS = frozenset(
    "day week month year hour night person head season quarter time half morning evening piece unit item weekday date".split()
)
_LONGEST = 3
_BETWEEN = frozenset("by at in from".split())
"""What may lead from several things to several others: "orders by cafes", "hives at apiaries"."""


def detached(tokens: Tokens) -> tuple[Tokens, tuple[Clause, ...]]:
    """A list without what is said beside its things, and that in clauses."""
    out: list[Token] = []
    told: list[Clause] = []
    at = 0
    while at < len(tokens):
        begins = at == 0 or tokens[at - 1] in (",", "and", "&", ":")
        end = _name(tokens, at) if begins else at
        aims, verb, after = _aims(tokens, end) if end > at else ((), "", end)
        if aims and _is_thing(tokens[at:end], tokens[after : after + 1]):
            told.append(Clause(_bare(tokens[at:end]), verb or "be", passive=bool(verb), aims=aims))
            out += tokens[at:end]
            at = after
        else:
            out.append(tokens[at])
            at += 1
    return tuple(out), tuple(told)


def _bare(tokens: Tokens) -> Tokens:
    return tuple(mark for mark in tokens if mark not in DETERMINERS | QUANTIFIERS and not str(mark).isdigit()) or tokens


def _name(tokens: Tokens, at: int) -> int:
    """Where a name of a few words ends that begins here."""
    end = at
    while (
        end < len(tokens)
        and end < at + _LONGEST + 2
        and word(tokens, end)
        and tokens[end] not in _ENDS | _JOINTS
        and not _is_done(tokens, end)
    ):
        end += 1
    return end


def _is_done(tokens: Tokens, at: int) -> bool:
    """``found in a session``"""
    several = is_plural(word(tokens, at + 2)) and is_plural(word(tokens, at - 1)) and _closes(tokens, at + 3)
    led = several or word(tokens, at + 2) in _LED | DETERMINERS or word(tokens, at + 1) == "by"
    return word(tokens, at + 1) in BESIDE and led and bool(participle(word(tokens, at)))


def _is_thing(name: Tokens, following: Tokens) -> bool:
    """Whether a name is one of several things: "sales", or "attendance" when fields of it follow."""
    last = word(name, len(name) - 1)
    described = following in (("with",), (":",)) or (bool(following) and isinstance(following[0], Group))
    plain = (
        (type_of((last,)) == "string" or (is_plural(last) and singular(last) in KNOWN))
        and not is_field_word(singular(last))
        and last not in UNITS
    )
    return plain and (is_plural(last) or described)


def _aims(tokens: Tokens, at: int) -> tuple[tuple[Aim, ...], str, int]:
    """What a name is tied to, by which verb, and where that ends."""
    verb = participle(word(tokens, at)) if _is_done(tokens, at) else ""
    at += bool(verb)
    found: list[Aim] = []
    while word(tokens, at) in _JOINTS and (end := _parents(tokens, at)):
        found.append(Aim(word(tokens, at), tokens[at + 1 : end]))
        at = end
    return tuple(found), verb, at


def _parents(tokens: Tokens, at: int) -> int:
    """Where the things end behind a preposition; 0 when they are no such: "per shop and product", "of a scout"."""
    end = _name(tokens, at + 1)
    several = end - at < 4 and is_plural(word(tokens, end - 1)) and is_plural(word(tokens, at - 1))
    told = (tokens[at] in ("of", "for") and tokens[end : end + 1] == ("with",)) or (tokens[at] in _BETWEEN and _closes(tokens, end))
    led = word(tokens, at + 1) in _LED or tokens[at] == "per" or (several and told)
    if not led or not _is_parent(tokens[at + 1 : end]):
        return 0
    if tokens[at] == "per" and word(tokens, end) == "and":
        second = _name(tokens, end + 1)
        ends = second == len(tokens) or tokens[second] in ("with", ":") or isinstance(tokens[second], Group)
        single = second > end + 1 and not is_plural(word(tokens, second - 1))
        return second if ends and single else end
    return end


def _closes(tokens: Tokens, at: int) -> bool:
    """Whether an item of a list of several ends here, or another preposition leads on."""
    return ("," in tokens and (at == len(tokens) or tokens[at] in _ENDS)) or word(tokens, at) in _BETWEEN


def _is_parent(name: Tokens) -> bool:
    words = [mark for mark in name if isinstance(mark, str) and mark not in DETERMINERS | QUANTIFIERS]
    if not 0 < len(words) <= _LONGEST or (is_plural(words[-1]) and len(words) < len(name)):
        return False
    return (
        not {words[-1], singular(words[-1])} & (_SPELLS | UNITS)
        and words[-1].isalpha()
        and type_of((words[-1],)) == "string"
        and not is_field_word(words[-1])
    )
