"""Rows that lack their commas, as people in a hurry write them: ``invoice app clients items tax pdf``, ``members classes trainers``."""

import re
from itertools import pairwise

from barnraise.planner.domain.language.kinship import KNOWN
from barnraise.planner.domain.language.lexicon import (
    APPS,
    AUXILIARIES,
    CRUD,
    DETERMINERS,
    FILLERS,
    MANAGING,
    MODALS,
    PLACES,
    PREPOSITIONS,
    PRONOUNS,
    QUANTIFIERS,
    REQUESTS,
)
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import is_field_word, type_of
from barnraise.planner.domain.language.verbs import is_verb

_PROGRAM = re.compile(
    rf"^(?P<head>(?:an? |simple |small )?(?:[a-z-]+ ){{0,2}}(?:{'|'.join(sorted(APPS))}))(?: with| for)?:? "
    r"(?P<row>(?:[a-z-]+ ){2,12}[a-z-]+)[.]?$",
    re.I,
)
_PIECE = re.compile(r"(?P<lead>(?:^|[:,.;\n]) ?)(?P<row>[a-z-]+s(?: [a-z-]+s){2,6})(?= ?(?:[,.;\n(]|$))", re.I)
_ROW = re.compile(r"(?P<lead>: |, )(?P<row>(?:[a-z-]+ ){3,12}[a-z-]+)(?=[.\n]|$)", re.I)
_SAYS = (
    DETERMINERS
    | QUANTIFIERS
    | PREPOSITIONS
    | AUXILIARIES
    | MODALS
    | PRONOUNS
    | FILLERS
    | {"and", "or", "with", "that", "where", "has", "have"}
)
_LISTS = re.compile(
    r"(?P<lead>[:,] |\band |\bwith )(?:an? |the |my |our )?"
    r"(?P<of>guest|todo|to-do|task|attendee|member|client|contact|player|student|supplier"
    r"|shopping|packing|grocery|wish|bucket|gift) ?list(?=$|[.,;(\n]| with\b| and\b)",
    re.I,
)
_HEAD = re.compile(rf"^((?:(?!{'|'.join(sorted(REQUESTS))})[a-z'-]+ ){{1,3}}(?:{'|'.join(sorted(APPS | PLACES))})), (?=[^.;:\n]*,)", re.I)
_SCORES = re.compile(r"([:,] |\band )(marks|grades|ratings|scores|reviews) from (\d{1,3}) to (\d{1,3})(?=[.,;\n]|$| and\b)", re.I)
_WAITING = re.compile(r"((?:[:,] |\band |\bwith )(?:an? |the )?)wait(?:ing)?[ -]?list(?=$|[.,;(\n]| with\b| and\b)", re.I)
_TERSE = re.compile(
    r"(?P<lead>(?:^|[.;\n]) ?)(?P<things>[a-z-]+s) (?P<first>[a-z-]+)"
    r"(?= ?[,+&]| and (?!their\b)[a-z]+ ?(?:[,.;\n]|$))",
    re.I,
)
_ITEMS = frozenset("shopping packing grocery wish bucket".split())


def rowed(text: str) -> str:
    """The text with commas in such rows, and with lists in a list told as what they list."""
    text = _SCORES.sub(r"\1\2 (value from \3 to \4)", _HEAD.sub(r"\1: ", text, count=1))
    text = _WAITING.sub(r"\1waiting list entries", text)
    text = _LISTS.sub(lambda match: f"{match['lead']}{match['of']}{' items' if match['of'].lower() in _ITEMS else 's'}", text)
    if (match := _PROGRAM.match(text.strip())) and (items := _items(match["row"].split())):
        return f"{match['head']}: {', '.join(items)}"
    return _ROW.sub(_uncommaed, _PIECE.sub(_parted, _TERSE.sub(_headed, text)))


def _headed(match: re.Match[str]) -> str:
    """``rehearsals date + location``: things, and what each has."""
    things, first = match["things"].lower(), match["first"].lower()
    fields = (is_field_word(first) or type_of((first,)) != "string") and not (is_plural(first) or is_verb(first))
    return f"{match['lead']}{match['things']}: {match['first']}" if fields and is_plural(things) and things not in _SAYS else match[0]


def _items(row: list[str]) -> list[str]:
    """The items of a row of bare words: each ends with a plural, or with what is usually a field; empty when it is no such row."""
    lower = [word.lower() for word in row]
    told = any(is_plural(one) and is_verb(other) and not is_plural(other) for one, other in pairwise(lower))
    if set(lower) & (_SAYS | REQUESTS) or lower[0] in CRUD | MANAGING or told:
        return []
    items: list[list[str]] = [[]]
    for word in lower:
        items[-1].append(word)
        if is_plural(word) or is_field_word(word) or type_of((word,)) != "string":
            items.append([])
    whole = not items[-1] and len(items) > 3 and all(len(item) < 3 for item in items)
    return [" ".join(item) for item in items if item] if whole else []


def _uncommaed(match: re.Match[str]) -> str:
    """``warehouse stock: products sku location qty reorder level``"""
    items = _items(match["row"].split())
    return f"{match['lead']}{', '.join(items)}" if items else match[0]


def _parted(match: re.Match[str]) -> str:
    """``members classes trainers``: things that are known, one behind the other."""
    words = match["row"].lower().split()
    known = sum(1 for word in words if singular(word) in KNOWN)
    sure = all(map(is_plural, words)) and not set(words) & _SAYS and known > 1
    return f"{match['lead']}{', '.join(match['row'].split())}" if sure else match[0]
