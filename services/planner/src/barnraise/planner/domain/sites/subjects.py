"""Whom a site is about."""

import re

from barnraise.planner.domain.sites.lexicon import TERMS
from barnraise.planner.domain.sites.trades import trade_of

_I = re.IGNORECASE
_NAMED = re.compile(r"\b(?:called|named|titled|genannt|namens|appelée?|nommée?)\s+[\"“'‘«]?\s?(?P<name>[^\"”'’»\n,.;:()]{2,60})", _I)
_QUOTED = re.compile(
    r"\b(?:for|my|our|unser\w{0,2}|mein\w{0,2}|mon|notre)\s+(?:[\w-]+\s+){0,4}[\"“'‘](?P<name>[A-Z][^\"”'’\n]{1,58})[\"”'’](?!\w)"
    r"|\bfor\s+[\"“](?P<any>[^\"”]{2,60})[\"”]"
)
_WORD = r"(?:[^\W\d_](?:[\w&'’-]|\.(?=\w)){0,40}|&)"
_FOR = re.compile(
    r"\b(?:for|of|für|pour)\s+(?P<art>an?|my|our|the|mein(?:e[nrm]?)?|unser(?:e[nrm]?)?"
    r"|ein(?:e[nrm]?)?|die|den|das|mon|ma|notre|une?|la|le|les)?\s*"
    rf"(?P<what>{_WORD}(?:\s{_WORD}){{0,5}}?)(?=\s*(?:$|[,.;:()\n!-]"
    r"|\b(?:with|that|which|who|including|in|at|from|near|on|called|named|to|and|mit"
    r"|in|avec|à|selling|offering|based|is|has|have|using|where|having)\b))",
    _I,
)
_PERSON = re.compile(r"\b(?i:my name is|i am|i'm|ich bin|ich heiße|je suis|je m'appelle)\s+(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,3})")
_APPOSED = re.compile(r"\s*,\s*(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,2})(?=\s*(?:,|\.|$|with|who|that))")
_TERMS_ONLY = re.compile("|".join(f"(?:{term.words.pattern})" for term in TERMS), _I)


def subject_of(text: str) -> tuple[str, bool]:
    """What or whom the site is about, in a title's words, and whether it is somebody."""
    if match := _NAMED.search(text) or _QUOTED.search(text):
        name = next(filter(None, match.groups()))
        return " ".join(re.split(r"\s+(?:with|that|which|in|and|mit|avec)\s+", name)[0].split()), False
    if match := _PERSON.search(text):
        return match["name"], True
    return next((subject for match in _FOR.finditer(text) if (subject := _named_after(text, match))), ("", False))


def _named_after(text: str, match: re.Match[str]) -> tuple[str, bool] | None:
    """Whom a ``for ...`` names: somebody in apposition, a name, a name behind a trade, or a thing; None: no name at all."""
    words = match["what"].strip(" .'").split()
    if name := _APPOSED.match(text[match.end() :]):
        return name["name"], True
    if words:
        proper = [word for word in words if word[0].isupper() or word in ("&", "and", "of", "the", "von", "de")]
        if len(proper) == len(words) and words[0][0].isupper():
            return " ".join(words), len(words) == 2 and not match["art"] and not trade_of(match["what"])
        capital = next((at for at, word in enumerate(words) if word[0].isupper()), None)
        if capital and all(word[0].isupper() for word in words[capital:]):
            return " ".join(words[capital:]), len(words) - capital >= 2 and _of_a_person(" ".join(words[:capital]))
        if match["art"] and not _TERMS_ONLY.fullmatch(match["what"].strip()):
            return " ".join(word[:1].upper() + word[1:] for word in words), False
    return None


def _of_a_person(words: str) -> bool:
    found = trade_of(words)
    return bool(found and found[1].person)
