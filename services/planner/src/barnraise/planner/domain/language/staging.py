"""Stages that are called by their names: ``a board with columns Backlog, Doing and Done``, ``deals with stages Lead, Won and Lost``. What
moves through them has a status or a stage with these values."""

import re

from barnraise.planner.domain.language.lexicon import APPS, AUXILIARIES, DETERMINERS, MODALS, MODIFIERS, PREPOSITIONS, QUANTIFIERS, REQUESTS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.phrases import implied
from barnraise.planner.domain.language.types import type_of

_I = re.IGNORECASE
_NAMES = {
    "columns": "status", "lanes": "status", "swimlanes": "status", "stages": "stage", "statuses": "status", "states": "status",
    "phases": "phase", "categories": "category", "types": "type", "kinds": "kind", "levels": "level", "priorities": "priority",
}  # fmt: skip
_VALUE = r"[a-z][\w'-]*(?: [\w'-]+){0,2}?"
_STAGED = re.compile(
    rf"(?P<who>(?:[a-z][\w-]* ){{0,3}}?[a-z][\w-]*)(?:,)? (?P<joint>with|has|have|having|in) (?:the |these |its |their )?"
    rf"(?P<name>{'|'.join(_NAMES)}):? (?:called |named |are )?(?P<values>{_VALUE}(?:, {_VALUE}){{0,9}},? (?:and|or|&) {_VALUE})"
    r"(?=[.,;:)\n]|$| (?:where|so|that|which|each|with|and)\b)",
    _I,
)
_FOR = re.compile(r"\b(?:for|of) (?:my |our |the |all |all my )?((?:[a-z]+ )?[a-z]+s)\b", _I)
_HOSTS = re.compile(
    r"\b(?:each |every |an? )?(card|task|ticket|issue|deal|lead|story|item|order|candidate|application)s? (?:has|have|with)\b", _I
)
_BOARDS = frozenset("board kanban pipeline funnel scrum workflow".split())
_NO_VALUES = (
    PREPOSITIONS | DETERMINERS | QUANTIFIERS | AUXILIARIES | MODALS | {"with", "and", "or", "that", "which", "where", "has", "have"}
)
_WITHIN = frozenset("in on to for".split())
"""May be part of a value: in progress."""

_USUAL = {"pipeline": "deal", "funnel": "lead", "kanban": "card", "scrum": "story"}


def staged(text: str) -> str:
    """The text with such names told as values of what has them."""
    text = re.sub(r"\bkanban(?= (?:for|with|of|to)\b)", "kanban board", text, flags=_I)
    more: list[str] = []

    def told(match: re.Match[str]) -> str:
        values = [part.strip() for part in re.split(r",? (?:and|or|&) |, ?", match["values"]) if part.strip()]
        if not _are_values(values, match["name"].lower()):
            return f"{match['who']} {match['joint']} {match['values']}" if match["name"].lower() == "columns" else match[0]
        field = f"a {_NAMES[match['name'].lower()]} ({', '.join(values)})"
        last = match["who"].lower().split()[-1]
        if set(match["who"].lower().split()) & _BOARDS or (last in APPS and not is_plural(last)) or _in_board(match):
            host = _host(match)
            named = re.search(rf"\b{host}s?\b[^.;\n]*\b(?:title|name|subject|summary)\b", match.string, _I)
            more.extend(f"Each {host} {said}" for said in (f"has {field}" if named else f"has a title and {field}", *_tied(match, host)))
            return match["who"]
        return f"{match['who']} {'with' if match['joint'].lower() == 'in' else match['joint']} {field}"

    text = _STAGED.sub(told, text)
    return ".\n".join((text.rstrip(" ."), *more)) + "." if more else text


def _in_board(match: re.Match[str]) -> bool:
    """``a kanban board for my projects with columns``"""
    before = match.string[: match.end("who")].lower()
    sentence = re.split(r"[.;\n]", before)[-1].split()
    return match["name"].lower() in ("columns", "lanes", "swimlanes") or bool(
        set(sentence) & _BOARDS and " for " in f" {' '.join(sentence)} "
    )


def _are_values(values: list[str], name: str) -> bool:
    words = [value.lower().split() for value in values]
    if any((set(told) & _NO_VALUES - _WITHIN) or (told[0] in _WITHIN and len(told) == 1) for told in words):
        return False
    fields = sum(1 for told in words if type_of(tuple(told)) not in ("string", "bool", "text") or told[-1] in ("name", "title", "address"))
    return fields * 2 <= len(values) if name in ("columns", "categories") else fields < len(values)


def _host(match: re.Match[str]) -> str:
    """What moves over the board: what the text says more of, or what the board is of."""
    if named := _HOSTS.search(match.string):
        return named[1].lower()
    words = [word for word in match.string[: match.end("who")].lower().split() if word not in DETERMINERS | MODIFIERS | REQUESTS]
    at = next((at for at, word in enumerate(words) if word in _BOARDS | {"board", "tracker", "app"}), 0)
    if (aimed := _FOR.search(match.string[: match.end("who")])) and not _USUAL.get(words[at] if words else ""):
        return singular(aimed[1].lower().split()[-1])
    if kept := implied(words):
        return singular(kept[-1])
    led = words[at - 1] if at and words[at - 1].isalpha() and words[at - 1] not in _BOARDS | {"sales"} else ""
    return led or next((_USUAL[word] for word in words if word in _USUAL), "card")


def _tied(match: re.Match[str], host: str) -> list[str]:
    """``a board for my projects``: each card belongs to one of these."""
    aimed = _FOR.search(match.string[: match.end("who")])
    thing = " ".join((*aimed[1].lower().split()[:-1], singular(aimed[1].lower().split()[-1]))) if aimed else ""
    return [f"belongs to a {thing}"] if thing and thing.split()[-1] != host else []
