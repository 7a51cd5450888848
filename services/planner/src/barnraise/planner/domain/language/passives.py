"""What is said beside the thing that it is said of: ``apartments (number) in a building``, ``is taken from a patient on a collection
date``. It is told in sentences of its own, or as what belongs and what it has."""

import re
from collections import Counter

from barnraise.planner.domain.language.lexicon import (
    CRUD,
    DETERMINERS,
    FILLERS,
    MANAGING,
    PARTICIPLES_BY,
    PLACES,
    PREPOSITIONS,
    QUANTIFIERS,
    UNITS,
)
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import is_verb

_WORD = r"[a-z][a-z'-]{1,30}"
_NAME = rf"{_WORD}(?: {_WORD}){{0,2}}?"
_ONE = r"(?:an?|one|the|its|their|exactly one|a single|another)"
_JOINT = r"(?:by|against|to|for|in|on|at|under|with|from|using|through|into|within|inside|via|of|during)"
_END = (
    r"(?=,|;|\.|$| and\b| or\b| &| (?:by|against|to|for|in|on|at|under|with|from|using|"
    r"through|into|via|during|which|that|who|where|when|has|have|is|are|as)\b| ?\()"
)
_AIM = rf" {_JOINT} {_ONE} {_NAME}{_END}"
_PASSIVE = re.compile(
    rf"\b(?P<be>is|are|was|were|gets?) (?P<adverb>always |usually |then |only |each |also )?(?P<done>{_WORD})(?: (?:out|up|off|down|over))?"
    rf"(?P<aims>(?:{_AIM})+)",
    re.I,
)
_AIMED = re.compile(rf" ({_JOINT}) {_ONE} ({_NAME}){_END}", re.I)
_NOT_DONE = frozenset("used supposed based sorted filtered shown displayed grouped limited interested allowed able required needed".split())
_DATED = ("date", "datetime", "time", "decimal", "int", "float")
_GROUPED = re.compile(
    rf"\b({_WORD}s)( ?\([^()]{{3,300}}\)) (?:that are |which are )?(?:\w+ed )?(?:in|on|of|at|for|from|by|per|inside|under|within|to) "
    rf"(?:an?|one|each|every|the|their|its)? ?({_NAME})(?=,|;|\.|$| and\b| &)",
    re.I,
)
_BETWEEN = re.compile(
    rf"\b({_WORD}s)((?: ?\([^()]{{3,300}}\)| with [^;:().]{{3,120}}?)?),? ?\bbetween "
    rf"an? ({_NAME}) and an? ({_NAME})(?=,|;|\.|$| and\b| (?:for|at|on|with|in)\b)",
    re.I,
)
_WHO_DO = re.compile(
    rf"(?<= )([a-z-]+s) (?:that|which|who) ({_WORD} (?:(?:at|in|on|for|to|with|"
    rf"from) )?(?:(?:an?|the|one|several|many) )?{_WORD})(?= ?\(|[,.;]|$| and\b)",
    re.I,
)
_CHAINED = re.compile(
    rf"^((?!each (?:is|are|can|may)\b)(?:an? |each |every |the )?{_WORD}(?: {_WORD})?) (are|is|can be|"
    rf"may be) ((?:{_WORD}ed|{_WORD}en|made|held|sold|kept|sent) .+)$",
    re.I,
)
_PARTICIPLE = re.compile(
    r"(?:, (?:and )?| and )(?:(?:can|may|must) be |are |is )?(?=[a-z]+(?:ed|en|ade|"
    r"eld|ent|ept|old) (?:on |up |off )?(?:by|into|to|in|on|at|from|for|with|under)\b)",
    re.I,
)
_NO_NAMES = DETERMINERS | QUANTIFIERS | PREPOSITIONS | CRUD | MANAGING | FILLERS | {"and", "or", "with", "has", "have", "plus", "are", "is"}
_CHAIN = re.compile(
    rf"\b([a-z][a-z-]{{1,30}}s)((?: of| for| by| in| on| at| to| from) (?:an?|"
    rf"one) {_NAME}(?:(?: for| in| on| at| to| from| by) (?:an?|one) {_NAME})+)"
    r"(?=,|;|\.|$| and\b| with\b| ?\()",
    re.I,
)
_LINK = re.compile(
    rf" (?:of|for|by|in|on|at|to|from) (?:an?|one) ({_NAME})(?= (?:of|for|by|in|on|at|to|from) an?\b| (?:for|in|on|at) one\b|$)", re.I
)
_BY_GROUP = re.compile(rf"\b({_WORD}s) ({_WORD}) by ({_WORD}s)(?= ?\()", re.I)


def beside(said: str) -> str:
    """The sentence without what is said of its things beside them, and that in lines of its own behind it."""
    more: list[str] = []

    def tied(match: re.Match[str]) -> str:
        child, parents = match[1], match.groups()[2:]
        if any(type_of((parent.split()[-1].lower(),)) != "string" or parent.split()[-1].lower() in UNITS | PLACES for parent in parents):
            return match[0]
        if len(parents) == 1 and not (is_plural(child.lower()) and ("," in match[2] or "/" not in match[2])):
            return match[0]
        more.append(f"each {_called(match)} belongs to {' and '.join(f'one {_single(parent)}' for parent in parents)}")
        return f"{match[1]}{match[2]}"

    if chain := _CHAINED.match(said):
        parts = [part for part in _PARTICIPLE.split(chain[3]) if part]
        if len(parts) > 1 and all(_is_done(part.split()[0].lower()) for part in parts):
            return "\n".join(beside(f"{chain[1]} {chain[2]} {part}") for part in parts)
    said = _BETWEEN.sub(tied, said)
    said = _GROUPED.sub(tied, said)
    said = _WHO_DO.sub(lambda match: _doing(match, more), said)
    said = _CHAIN.sub(lambda match: _chained(match, more), said)
    said = _BY_GROUP.sub(lambda match: _given(match, more), said)
    named = Counter(_NOUNS.findall(said.lower()))
    told = _PASSIVE.sub(lambda match: _told(match, named), said)
    if told != said:
        told = _PASSIVE.sub(lambda match: _told(match, named), _HELPED.sub(r" and is \1", told))
    return "\n".join((told, *more))


_HELPED = re.compile(rf" and ((?!(?:has|have|is|belongs?)\b)[a-z]+(?:ed|en|ld|nt) {_JOINT} (?:an?|one|the)\b)")
_NOUNS = re.compile(r"\b(?:an?|one|the) ([a-z]+)\b")


def _doing(match: re.Match[str], more: list[str]) -> str:
    """``suppliers that deliver batches``"""
    if not is_plural(match[1].lower()) or not is_verb(match[2].split()[0].lower()):
        return match[0]
    more.append(f"{match[1]} {match[2]}")
    return match[1]


def _chained(match: re.Match[str], more: list[str]) -> str:
    """``sign-ups of a scout for a camp``, ``appointments for a service at a datetime``"""
    aims = _LINK.findall(match[2])
    if not is_plural(match[1].lower()) or len(aims) < 2:
        return match[0]
    fields = [aim for aim in aims if type_of(tuple(aim.lower().split())) in _DATED]
    owners = [aim for aim in aims if aim not in fields]
    child = _called(match)
    more.extend(f"each {child} belongs to one {_single(owner)}" for owner in owners)
    more.extend(f"each {child} has a {field}" for field in fields)
    return match[1]


def _called(match: re.Match[str]) -> str:
    """``vital sign`` of "record vital signs (": the noun with a word before it that belongs to its name."""
    before = match.string[: match.start(1)].rstrip(" ").rpartition(" ")[2].lower()
    led = match.string[: match.start(1)].endswith(" ") and before.isalpha()
    plain = led and before not in _NO_NAMES and not is_verb(before) and not is_plural(before)
    return f"{before} {singular(match[1].lower())}" if plain else singular(match[1].lower())


def _single(name: str) -> str:
    words = name.split()
    return " ".join((*words[:-1], singular(words[-1].lower())))


def _given(match: re.Match[str], more: list[str]) -> str:
    """``donations given by families (``"""
    if not _is_done(match[2].lower()):
        return match[0]
    more.append(f"each {_called(match)} belongs to one {singular(match[3].lower())}")
    return match[1]


def _is_done(word: str) -> bool:
    return (word.endswith("ed") and word != "bed") or word in PARTICIPLES_BY


def _told(match: re.Match[str], named: Counter[str]) -> str:
    """``is taken from a patient on a collection date`` -> ``belongs to a patient and has a collection date``."""
    done = match["done"].lower()
    aims = [(joint.lower(), name) for joint, name in _AIMED.findall(match["aims"])]
    if not _is_done(done) or done in _NOT_DONE or not aims:
        return match[0]
    fields = [name for joint, name in aims if joint != "by" and type_of(tuple(name.lower().split())) in _DATED and name.lower() != "time"]
    owners = [(joint, name) for joint, name in aims if name not in fields]
    if not owners and len(fields) != len(aims):
        return match[0]
    has, belongs = ("has", "belongs") if match["be"].lower() in ("is", "was", "gets") else ("have", "belong")
    if any(named[name.lower()] > 1 and " " not in name for _, name in owners):
        told = [f"{has} " + " and ".join(f"a {done} {joint} {name}" for joint, name in owners)]
    else:
        told = [f"{belongs} to " + " and ".join(f"a {name}" for _, name in owners)] if owners else []
    return " and ".join((*told, *([f"{has} " + " and ".join(f"a {name}" for name in fields)] if fields else [])))
