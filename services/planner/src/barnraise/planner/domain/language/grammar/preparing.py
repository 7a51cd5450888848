"""A sentence made ready to be read: without what it is for, and with what is said in short put as a clause."""

from barnraise.planner.domain.language.grammar.words import ASKING, trimmed, word
from barnraise.planner.domain.language.lexicon import DETERMINERS, PREPOSITIONS
from barnraise.planner.domain.language.text import Token, Tokens

_SPELLS = frozenset("day week month year hour morning evening quarter weekend night season".split())
_PURPOSES = (("so", "that"), ("so", "i"), ("so", "we"), ("so", "they"), ("in", "order"))
_EACH_HAS = (("each", "with"), ("each", "having"), ("each", "has"), ("all", "with"))
_WISHES = frozenset("to can must should".split())


def prepared(tokens: Tokens) -> tuple[Tokens, bool]:
    """The sentence, and whether it tells what somebody wants to do: "as a student I want to hand in"."""
    plain = _flat(_purposeless(tokens))
    story = _story(plain)
    return story, story != plain


def _purposeless(tokens: Tokens) -> Tokens:
    """Without what it is for: ``so that we can see``."""
    ends = (
        at
        for at in range(3, len(tokens))
        if tokens[at : at + 2] in _PURPOSES or tokens[at] == "because" or tokens[at - 1 : at + 1] == (",", "so")
    )
    at = next(ends, len(tokens))
    return trimmed(tokens[:at]) if at < len(tokens) else tokens


def _story(tokens: Tokens) -> Tokens:
    """``as a student I want to hand in`` is what students can do."""
    at = next((at for at in range(2, min(9, len(tokens))) if tokens[at] in ("i", "we")), 0)
    if tokens[:1] != ("as",) or not at or word(tokens, 1) not in DETERMINERS:
        return tokens
    begins = next((end + 1 for end in range(at + 1, min(at + 9, len(tokens))) if tokens[end] in _WISHES), 0)
    begins += 3 if tokens[begins : begins + 3] == ("be", "able", "to") else 0
    who = tokens[1 : at - 1 if tokens[at - 1] == "," else at]
    return (*who, "can", *tokens[begins:]) if begins and "of" not in who else tokens


def _flat(tokens: Tokens) -> Tokens:
    """``boats, each with a name`` are boats with a name; ``and for each loan the date`` is what each loan has."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at] in ("each", "every") and word(tokens, at + 1) in _SPELLS and word(tokens, at + 2) != "have":
            at += 2
            while out and out[-1] in PREPOSITIONS:
                out.pop()
        elif tokens[at] == "," and tokens[at + 1 : at + 3] in _EACH_HAS:
            out.append("with")
            at += 3
        elif end := _of_each(tokens, at):
            out += [*tokens[at + 1 : end], "have"]
            at = end + (tokens[end] in (",", ":"))
        else:
            out.append(tokens[at])
            at += 1
    return tuple(out)


def _of_each(tokens: Tokens, at: int) -> int:
    """Where the name ends in ``and for each loan the date``; 0 when no such begins here."""
    if tokens[at] != "for" or word(tokens, at + 1) not in ("each", "every") or not at or tokens[at - 1] not in (",", "and"):
        return 0
    stops = {",", ":"} | DETERMINERS | ASKING
    end = next((n for n in range(at + 3, min(at + 6, len(tokens))) if isinstance(tokens[n], str) and tokens[n] in stops), 0)
    return end if tokens[end + 1 : end + 2] not in (("we",), ("i",)) else 0
