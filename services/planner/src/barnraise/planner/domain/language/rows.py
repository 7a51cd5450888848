"""Rows in which things stand beside what is said of them: ``lines (number, colour), a line serves stops, buses: plate, seats``. Each
part is a sentence of its own."""

import re
from itertools import pairwise

from barnraise.planner.domain.language.kinship import MASSES
from barnraise.planner.domain.language.lexicon import ENUM_NOUNS
from barnraise.planner.domain.language.nouns import is_plural
from barnraise.planner.domain.language.types import is_field_word
from barnraise.planner.domain.language.verbs import agrees, is_verb

_DEFINED = re.compile(r"^(?:and )?((?:[A-Za-z][\w-]* ){0,2}[A-Za-z][\w-]*) ?\([^()]*,[^()]*\)$")
_LISTED = re.compile(r"^(?:and )?((?:[A-Za-z][\w-]* ){0,2}[A-Za-z][\w-]*) ?:\s")
_HEADED = re.compile(r"^[^,(:]{1,60}(?::| ?->) ")
_STATES = frozenset("has have is are can may must contains belongs consists".split())
_ONE = frozenset(("a", "an", "each", "every", "one"))


def apart(sentence: str) -> list[str]:
    """The parts of such a row; the sentence itself when it is none."""
    chunks = _chunks(sentence)
    head = _HEADED.match(chunks[0])
    chunks[0] = chunks[0][head.end() :] if head else chunks[0]
    kinds = [_kind(chunk) for chunk in chunks]
    inner = any(kind == "said" and "defined" in kinds[at:] for at, kind in enumerate(kinds))
    if kinds[0] != "defined" or not ("listed" in kinds or inner):
        return [sentence]
    out = [[chunks[0]]]
    for (before, kind), chunk in zip(pairwise(kinds), chunks[1:], strict=True):
        ends = kind in ("listed", "said") or (kind == "defined" and before == "said")
        if ends:
            out.append([])
        out[-1].append(chunk)
    out[0][0] = (head[0] if head else "") + out[0][0]
    return [", ".join(part).removeprefix("and ") for part in out]


def _chunks(sentence: str) -> list[str]:
    """What stands between the commas that are in no parentheses."""
    out, depth = [""], 0
    for char in sentence:
        depth += (char == "(") - (char == ")")
        if char == "," and depth <= 0:
            out.append("")
        else:
            out[-1] += char
    return [chunk.strip() for chunk in out]


def _kind(chunk: str) -> str:
    """Whether a chunk defines a thing, begins the list of one's fields, or is a clause."""
    if (match := _DEFINED.match(chunk)) and _is_thing(match[1]):
        return "defined"
    if (match := _LISTED.match(chunk)) and _is_thing(match[1]):
        return "listed"
    words = chunk.lower().removeprefix("and ").split()
    told = any(word in _STATES or (is_verb(word) and agrees(before, word)) for before, word in pairwise(words[1:4]))
    return "said" if words and words[0] in _ONE and told else ""


def _is_thing(name: str) -> bool:
    last = name.lower().split()[-1]
    return (is_plural(last) or last in MASSES | {"aircraft"}) and last not in ENUM_NOUNS and not is_field_word(last)
