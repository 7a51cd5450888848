"""A sentence read into clauses: whose doing it is, what is done, to what, and with, for or by what else."""

from dataclasses import dataclass, replace

from barnraise.planner.domain.language.grammar.bounds import Begun, begun, name_at
from barnraise.planner.domain.language.grammar.forms import gerund, participle
from barnraise.planner.domain.language.grammar.preparing import prepared
from barnraise.planner.domain.language.grammar.words import ASIDES, BESIDE, CUTS, HAVING, SPEAKERS, spare, trimmed, word
from barnraise.planner.domain.language.lexicon import DETERMINERS, UNITS
from barnraise.planner.domain.language.nouns import is_plural
from barnraise.planner.domain.language.text import Group, Tokens
from barnraise.planner.domain.language.types import type_of

_LEADING = frozenset("for on at in to per during after before from with under about within of".split())
_ASKERS = frozenset("i we i'd we'd i'm please pls us me".split())
_ASKED_FOR = frozenset("want need like build make create design develop give".split())
_RECEIVERS = frozenset(("me", "us", "you"))
_SAYING = frozenset("saying stating describing specifying giving".split())
_RECORDING = frozenset("record note track save capture log store keep register report".split()) | {"write down", "note down"}
_DITRANSITIVE = frozenset("give assign award send grant".split())


@dataclass(frozen=True)
class Aim:
    """What a preposition leads to."""

    joint: str
    tokens: Tokens


@dataclass(frozen=True)
class Clause:
    """``subject`` is empty when it is the one before. ``fields`` stood behind a "with" or a colon. ``near``: the subject is the last
    thing that was named, as in "a loan that has"; ``before``: what a sentence begins with, as in "for each loan we note"."""

    subject: Tokens
    verb: str
    passive: bool = False
    may: bool = False
    objects: Tokens = ()
    aims: tuple[Aim, ...] = ()
    fields: Tokens = ()
    near: bool = False
    before: tuple[Aim, ...] = ()
    aside: bool = False
    """Whether it only says when or why something is so."""
    asked: bool = False
    """Whether it is what somebody wants to do: "as a student I want to"."""
    span: Tokens = ()
    """The clause as it stands, with its subject."""


@dataclass(frozen=True)
class Reading:
    """``head`` stood before a colon: "help desk: users open tickets". ``listed`` are things that stood before the first clause."""

    clauses: tuple[Clause, ...]
    head: Tokens = ()
    listed: Tokens = ()


def read_clauses(tokens: Tokens) -> Reading:
    """The clauses of a sentence; none when it has no verb of its own, or something that cannot be read."""
    plain, asked = prepared(tokens)
    head: Tokens = ()
    listed: Tokens = ()
    out: list[Clause] = []
    for number, part in enumerate(_parts(plain)):
        row, found = _read(part)
        if found and not number and _requests(found[0]):
            head = (*found[0].objects, *(mark for aim in found[0].aims for mark in (aim.joint, *aim.tokens)))
        elif found:
            listed, out = listed or row, [*out, *(replace(clause, asked=asked) for clause in found)]
        elif out:
            out[-1] = _listing(out[-1], part)
        elif number:
            return Reading(())
        else:
            head = part
    return Reading(tuple(out), head, listed)


def _parts(tokens: Tokens) -> list[Tokens]:
    """What stands between colons."""
    cuts = [at for at, mark in enumerate(tokens) if mark == ":"]
    ends = zip([0, *(at + 1 for at in cuts)], [*cuts, len(tokens)], strict=True)
    return [part for start, end in ends if (part := trimmed(tokens[start:end]))]


def _requests(clause: Clause) -> bool:
    """``we need something for the food bank``"""
    asks = bool(set(clause.subject) & _ASKERS) and clause.verb in _ASKED_FOR
    return asks and not (clause.may or clause.before) and len(clause.objects) < 6


def _listing(clause: Clause, listed: Tokens) -> Clause:
    """With what stands behind a colon."""
    if clause.verb in HAVING and not clause.passive:
        return replace(clause, objects=(*clause.objects, ":", *listed))
    return replace(clause, fields=(*clause.fields, *((",",) if clause.fields else ()), *listed))


def _read(tokens: Tokens) -> tuple[Tokens, tuple[Clause, ...]]:
    """What is listed before the first clause, and the clauses."""
    lead, at = _leading(tokens)
    told = list(begun(tokens, at))
    if not told:
        return (), ()
    row = tokens[told[0].start : told[0].verb.start]
    kept = told[0].verb.passive and told[0].verb.base in _RECORDING
    whole = kept or ({"and", "&", "or"} & set(row) and not any(isinstance(mark, Group) or mark == "with" for mark in row))
    cut = 0 if whole else max((at for at, mark in enumerate(row) if mark == ","), default=0)
    told[0] = replace(told[0], start=told[0].start + cut)
    out: list[Clause] = []
    for one, end in zip(told, [*(one.start for one in told[1:]), len(tokens)], strict=True):
        out += _clause(tokens, one, end, out)
    aside = word(tokens, told[0].start) in ASIDES - {"so"}
    return row[:cut], (replace(out[0], before=lead, aside=out[0].aside or aside), *out[1:])


def _clause(tokens: Tokens, one: Begun, end: int, before: list[Clause]) -> list[Clause]:
    subject, inner = _described(() if one.again or one.near else spare(tokens[one.start : one.verb.start]))
    shown = subject or next((clause.subject for clause in reversed(before) if clause.subject), ())
    span = (*shown, *tokens[one.verb.start : end])
    clause = Clause(subject, one.verb.base, one.verb.passive, one.verb.may, near=one.near, aside=one.aside, span=trimmed(span))
    return [*inner, _complemented(clause, (*(("them",) if one.of_last else ()), *tokens[one.verb.end : end]))]


def _leading(tokens: Tokens) -> tuple[tuple[Aim, ...], int]:
    """``for each loan, we note``: what stands before the subject, and where that begins."""
    if word(tokens, 0) not in _LEADING or len(tokens) < 5:
        return (), 0
    near = range(2, min(8, len(tokens)))
    end = next((at for at in near if tokens[at] in (",", ":") or word(tokens, at) in SPEAKERS | {"they", "there"}), 0)
    end = end or next((at for at in near[1:3] if is_plural(word(tokens, at)) and name_at(tokens, at)), 0)
    return ((Aim(word(tokens, 0), tokens[1:end]),), end + (tokens[end] in (",", ":"))) if end else ((), 0)


def _described(subject: Tokens) -> tuple[Tokens, list[Clause]]:
    """``defects found on a site`` are defects, and each is found on a site."""
    for at in range(1, len(subject) - 2):
        base = participle(word(subject, at))
        if base and word(subject, at + 1) in BESIDE and (is_plural(word(subject, at - 1)) or word(subject, 0) in DETERMINERS):
            who = subject[:at]
            return who, [Clause(who, base, passive=True, aims=(Aim(word(subject, at + 1), subject[at + 2 :]),))]
    return subject, []


def _complemented(clause: Clause, tokens: Tokens) -> Clause:
    """With what stands behind its verb."""
    tokens = trimmed(tokens)
    if word(tokens, 0) in _RECEIVERS and len(tokens) > 1:
        tokens = tokens[1:]
    if clause.verb in HAVING and not clause.passive:
        return replace(clause, objects=tokens)
    if clause.verb in _DITRANSITIVE and not clause.passive and (split := _given(tokens)):
        given = _complemented(clause, tokens[split:])
        return replace(given, aims=(Aim("to", tokens[:split]), *given.aims))
    recorded = clause.verb in _RECORDING and not clause.passive
    cuts = [at for at in range(len(tokens)) if _cuts(tokens, at) and (not recorded or _of_each(tokens, at))]
    aims: list[Aim] = []
    fields: Tokens = ()
    for start, end in zip(cuts, [*cuts[1:], len(tokens)], strict=False):
        if tokens[start] in _SAYING or (tokens[start] == "with" and (end == len(tokens) or _lists(tokens[start + 1 : end]))):
            fields = tokens[start + 1 :]
            break
        skip = 2 if tokens[start] == "by" and gerund(word(tokens, start + 1)) else 1
        aims.append(Aim(str(tokens[start]), trimmed(tokens[start + skip : end])))
    return replace(clause, objects=trimmed(tokens[: cuts[0]] if cuts else tokens), aims=tuple(aims), fields=fields)


def _given(tokens: Tokens) -> int:
    """Where what is given begins in "the book a score"; 0 when the one that gets it is not named before."""
    if word(tokens, 0) not in DETERMINERS:
        return 0
    at = next((at for at in range(2, min(5, len(tokens))) if word(tokens, at) in ("a", "an")), 0)
    between = tokens[1:at]
    return at if at and all(isinstance(mark, str) and mark.isalpha() and mark not in CUTS | {"and", "or", "of"} for mark in between) else 0


def _lists(tokens: Tokens) -> bool:
    """Whether what stands behind "with" are fields rather than somebody."""
    words = tuple(mark for mark in tokens if isinstance(mark, str) and mark not in DETERMINERS)
    return bool(set(tokens) & {",", "and", "&"}) or (bool(words) and type_of(words) != "string")


def _of_each(tokens: Tokens, at: int) -> bool:
    """``the date for each block``"""
    each = tokens[at] in ("for", "about", "on") and word(tokens, at + 1) in ("each", "every", "any", "all")
    return each or tokens[at] in ("per", "with")


def _cuts(tokens: Tokens, at: int) -> bool:
    told, following = word(tokens, at), word(tokens, at + 1)
    if told in _SAYING:
        return at > 0
    if (told == "in" and following in UNITS) or (told == "to" and gerund(following)):
        return False
    return told in CUTS and at + 1 < len(tokens)
