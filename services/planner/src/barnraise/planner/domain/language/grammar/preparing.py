"""A sentence made ready to be read: without what it is for, and with what is said in short put as a clause."""

from barnraise.planner.domain.language.grammar.forms import participle, third_person
from barnraise.planner.domain.language.grammar.words import ASKING, BESIDE, trimmed, word
from barnraise.planner.domain.language.lexicon import AUXILIARIES, DETERMINERS, MODALS, PREPOSITIONS, QUANTIFIERS
from barnraise.planner.domain.language.nouns import is_plural
from barnraise.planner.domain.language.text import Token, Tokens

_EACH = ("each", "every", "all")
_STORED = frozenset("stored saved recorded noted kept tracked logged captured registered reported documented entered".split())
_STORING = frozenset("shall should must will can are is be get gets also to has have need needs always".split())
_DONE = ("ed", "en", "wn", "ne", "ught", "ld")
_TIED = frozenset("belong work live consist refer point lead come go relate".split())
_SPELLS = frozenset("day week month year hour morning evening quarter weekend night season".split())
_PURPOSES = (("so", "that"), ("so", "i"), ("so", "we"), ("so", "they"), ("in", "order"))
_EACH_HAS = (("each", "with"), ("each", "having"), ("each", "has"), ("all", "with"))
_WISHES = frozenset("to can must should".split())


def prepared(tokens: Tokens) -> tuple[Tokens, bool]:
    """The sentence, and whether it tells what somebody wants to do: "as a student I want to hand in"."""
    plain = _led(_flat(_kept(_purposeless(tokens))))
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


def _kept(tokens: Tokens) -> Tokens:
    """``for each visit the date and the reason shall be stored`` is what each visit has; so is what was spoken of: "the fee is saved"."""
    end = len(tokens)
    while end and word(tokens, end - 1) in ("too", "also"):
        end -= 1
    of = next((at for at in range(max(0, end - 5), end) if word(tokens, at) in ("for", "of") and word(tokens, at + 1) in _EACH), 0)
    if of and word(tokens, of - 1) in _STORED:
        return _kept(("for", "each", *tokens[of + 2 : end], ",", *tokens[:of]))
    if word(tokens, end - 1) not in _STORED:
        return tokens
    start = end - 1
    while start and word(tokens, start - 1) in _STORING:
        start -= 1
    told = tokens[:start]
    if start == end - 1 or not told or ":" in told or any(mark in MODALS | AUXILIARIES | {"have", "has"} for mark in told):
        return tokens
    if told[0] in ("when", "whenever", "once", "if", "after", "before") and "," in told[:10]:
        told = told[told.index(",") + 1 :]
    if told[:1] in (("for",), ("on",), ("per",), ("at",), ("during",), ("with",)) and word(told, 1) in (*_EACH, "a", "an"):
        at = next((at for at in range(3, min(7, len(told))) if word(told, at) in DETERMINERS | {","}), 0)
        return ("each", *told[2:at], "have", *told[at + (told[at] == ",") :]) if at else tokens
    listed = word(told, 0) in ("the", "their", "its") and ("," in told or "and" in told)
    fields = [part for part in _parts_of(told) if part]
    plain = all(isinstance(part[-1], str) and not is_plural(str(part[-1])) for part in fields)
    return ("it", "has", *told) if listed and plain and len(fields) > 1 else tokens


def _parts_of(told: Tokens) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for mark in told:
        if mark in (",", "and", "&"):
            parts.append([])
        elif isinstance(mark, str):
            parts[-1].append(mark)
    return parts


def _there(tokens: Tokens) -> Tokens:
    """``in every zone there are sensors`` is what each zone has."""
    at = next((at for at in range(3, min(12, len(tokens))) if tokens[at] == "there" and word(tokens, at + 1) in ("is", "are")), 0)
    led = next((n for n in range(at - 2, 0, -1) if word(tokens, n) in (*_EACH, "a", "an", "one")), 0)
    plain = all(isinstance(mark, str) and mark != "," for mark in tokens[:at])
    within = word(tokens, 0) in ("in", "on", "at", "for", "to", "within", "per")
    return ("each", *tokens[led + 1 : at], "have", *tokens[at + 2 :]) if at and led and plain and within and at - led < 5 else tokens


def _led(tokens: Tokens) -> Tokens:
    """``there are tools`` is what we have; ``linked to a company`` is said of what was spoken of."""
    tokens = _there(tokens)
    first, following = word(tokens, 0), word(tokens, 1)
    if first == "there" and following in ("is", "are"):
        return ("we", "have", *tokens[3 if word(tokens, 2) in ("also", "then") else 2 :])
    if ":" in tokens or len(tokens) < 3:
        return tokens
    if participle(first) and following in ("to", "with", "by", "in", "at", "from", "on") and first.endswith(_DONE):
        return ("it", "is", *tokens)
    tied = third_person(first) in _TIED and following in ("to", "at", "in", "from", "on", "for", "of") and not is_plural(word(tokens, 2))
    return ("it", *tokens) if tied or (first in ("has", "contains") and following in DETERMINERS | QUANTIFIERS) else tokens


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
        if tokens[at] in ("each", "every") and word(tokens, at + 1) in _SPELLS and word(tokens, at + 2) not in ("have", "has"):
            at += 2
            while out and out[-1] in PREPOSITIONS:
                out.pop()
        elif tokens[at : at + 2] == (",", "each") and participle(word(tokens, at + 2)) and word(tokens, at + 3) in BESIDE:
            at += 2  # "roles, each played by an actor"
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
