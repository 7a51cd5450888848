"""Sentences made ready: what stands before a colon, clauses, and their statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from barnraise.planner.domain.language.clauses import ASKING, Statement, clauses, statements
from barnraise.planner.domain.language.deeds import pieces
from barnraise.planner.domain.language.events import event_in
from barnraise.planner.domain.language.grammar import Clause, Reading, detached, read_clauses
from barnraise.planner.domain.language.items import Item, read_list
from barnraise.planner.domain.language.lexicon import DETERMINERS, ENUM_NOUNS, PREPOSITIONS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.phrases import CORE_APPS, is_program, managing, noun, strip_lead
from barnraise.planner.domain.language.relatives import related
from barnraise.planner.domain.language.text import Group, Sentence, Tokens, again, parts, sentences, text_of, tokens, words_of
from barnraise.planner.domain.language.things import names_things
from barnraise.planner.domain.language.verbs import HAPPENINGS
from barnraise.planner.domain.language.viewing import views_apart

_HEADINGS = tuple((name,) for name in "entities tables models objects".split())
"""What only says that things follow."""

_BOUNDS_OF_NAMES = frozenset(", and & : with have has plus".split())


@dataclass(frozen=True)
class Passage:
    """A sentence made ready: what stands before its colon, and its clauses with their statements."""

    said: str
    asked: bool
    first: bool
    head: Tokens
    body: tuple[tuple[Tokens, tuple[Statement, ...]], ...]
    listed: bool = False


_KEEPING = (("keep", "track", "of"), ("keep", "record", "of"), ("keep", "records", "of"), ("keep", "a", "record", "of"))


@dataclass(frozen=True)
class Told:
    """A sentence as it stands, with its clauses, and the passages that it makes when these are not understood."""

    said: str
    reading: Reading
    passages: tuple[Passage, ...]
    listed: Passage | None = None
    beside: tuple[Clause, ...] = ()
    """What is said beside the things of a list."""


def passages(text: str) -> list[Passage]:
    return [_passage(sentence, first=number == 0) for number, sentence in enumerate(sentences(text))]


def passages_of(tokens: Tokens) -> list[Passage]:
    """A clause that was not understood, told again."""
    return [_passage(sentence, first=False) for sentence in again(text_of(tokens))]


def told(text: str) -> list[Told]:
    out: list[Told] = []
    for part in (told for whole in parts(text) for said in views_apart(whole) for told in related(said)):
        reading = read_clauses(tokens(part))
        row, beside = detached(reading.listed)
        listed = _passage(Sentence(part, row), first=False) if row else None
        made = []
        for number, sentence in enumerate(again(part)):
            plain, more = (sentence.tokens, ()) if reading.clauses else detached(sentence.tokens)
            made.append(_passage(Sentence(sentence.said, plain), first=not out and number == 0))
            beside += more
        if made:
            out.append(Told(part, reading, tuple(made), listed, beside))
    return out


def _passage(sentence: Sentence, *, first: bool) -> Passage:
    tokens, asked = strip_lead(sentence.tokens)
    tokens = tokens or sentence.tokens
    head, body, listed = _at_colon(_folded(tokens), asked=asked, first=first)
    return Passage(sentence.said, asked, first, head, tuple((clause, tuple(statements(clause))) for clause in clauses(body)), listed)


def _at_colon(tokens: Tokens, *, asked: bool, first: bool) -> tuple[Tokens, Tokens, bool]:
    """The head, the body, and whether the body lists the fields of the head: ``Book: title, author``."""
    if ":" not in tokens:
        return (), tokens, False
    at = tokens.index(":")
    head, body = tokens[:at], tokens[at + 1 :]
    if head[-1:] in _HEADINGS and len(head) < 3:
        return (), body, False
    event = event_in(head)
    if event and (target := (event.done or (event.doer,))[-1].words) and _are_fields(body):
        return (), (*head, "while", *target, "have", *body), False
    if found := statements(head):
        return _stated(head, body, found, tokens)
    return _listed(head, body, asked=asked, first=first)


def _stated(head: Tokens, body: Tokens, found: list[Statement], tokens: Tokens) -> tuple[Tokens, Tokens, bool]:
    """What stands behind a colon of what was said before it: fields of its subject, values, or more of the same."""
    keeps = bool(head) and head[-1] in ENUM_NOUNS
    subject = _held(found[0]) or found[0].subject or ()
    if not keeps and len(found) == 1 and _lists_fields(subject, body):
        return (), (*head, "while", *subject, "have", *body), False
    return (), tokens if keeps else tuple("," if mark in (":",) else mark for mark in tokens), False


def _held(statement: Statement) -> Tokens:
    """The things in ``each project has permits``: what a colon lists behind them are their fields."""
    items = read_list(statement.complement) if statement.kind == "have" else []
    return items[0].words if len(items) == 1 and items[0].plural and names_things(items[0]) else ()


def _listed(head: Tokens, body: Tokens, *, asked: bool, first: bool) -> tuple[Tokens, Tokens, bool]:
    """Whether the body lists the fields of a head of which nothing is said."""
    at = managing(head)
    if at == 1 or tuple(head[:at]) in _KEEPING:  # "log inspections: date, notes"
        head, asked = head[at:], False
    body = strip_lead(body)[0] if body[:1] == ("as",) else body
    if event_in(body):
        return head, body, False
    told = [clause for clause in clauses(body) if clause[0] not in ASKING]
    if (
        not body
        or asked
        or "," in head
        or noun(head, named=not first) is None
        or any(statement.finite for clause in told for statement in statements(clause))
    ):
        return head, body, False
    items = read_list(body)
    if _speaks_of_others(told) or not all(map(_is_named, items)) or (items and items[0].group and names_things(items[0])):
        return head, body, False
    few = sum(1 for item in items if names_things(item))
    words = words_of(head)
    # "address book" is a program, "book" rather not
    single = len(words) == 1 and (words[0] not in CORE_APPS or not first)
    records = not first and len(words) == 2 and words[-1] in ("log", "record", "history", "diary")
    led = bool(items) and len(items[0].words) == 2 and items[0].words[1] in ("name", "title")  # "a library: book title, author"
    deed = (
        words[-1].endswith("ing") and words[-1] not in HAPPENINGS.values() and bool(items) and items[0].plural
    )  # "apartment hunting: flats"
    thing = (not is_program(words) or single or records or led) and not deed
    return head, body, bool(items) and thing and few * 2 < len(items)


def _are_fields(body: Tokens) -> bool:
    """Whether a list is one of fields: ``title, description and urgency``."""
    items = read_list(body)
    return len(items) > 1 and not statements(body) and all(len(item.words) < 4 for item in items) and not any(map(names_things, items))


def _is_one(subject: Tokens) -> bool:
    """Whether what is spoken of is one of several things: "a tool has", "tools have", but not "the tool has"."""
    return subject[0] in ("a", "an", "each", "every", "one") or is_plural(str(subject[-1]))


def _grouped(clause: Tokens) -> list[int]:
    """Where the fields of several things stand in parentheses: ``bookings (date, seat)``."""
    return [
        at
        for at, mark in enumerate(clause)
        if at
        and isinstance(mark, Group)
        and "," in mark.tokens
        and is_plural(str(clause[at - 1]))
        and (at < 2 or clause[at - 2] in (",", "and", "&"))
    ]


def _speaks_of_others(told: list[Tokens]) -> bool:
    """Whether a body begins with things that have something: ``events with a venue``."""
    first = next((statement for clause in told[:1] for statement in statements(clause)), None)
    if not first or not first.subject:
        return False
    row = [noun(piece) for piece in pieces(first.subject)]  # "rooms, items with a price"
    return all(words and is_plural(words[-1]) for words in row) and bool(row)


def _lists_fields(subject: Tokens, body: Tokens) -> bool:
    """Whether what stands behind a colon are the fields of a subject: ``participants register for workshops: name, email``."""
    words = noun(subject)
    items = read_list(body)
    if not words or not is_plural(words[-1]) or managing(subject) is not None or len(items) < 2 or statements(body):
        return False
    return all(len(item.words) < 4 for item in items) and not any(map(names_things, items))


def _is_named(item: Item) -> bool:
    """Whether an item is no more than a name: not "get a ticket number"."""
    inner = zip(item.words, item.words[1:], strict=False)
    return not any(word in DETERMINERS and before not in PREPOSITIONS for before, word in inner)


def _folded(tokens: Tokens) -> Tokens:
    """``clients: name, vat number and invoices: number`` is ``clients (name, vat number) and invoices (number)``."""
    colons = [at for at, mark in enumerate(tokens) if mark == ":"]
    told = bool(statements(tokens[: colons[0]])) if colons else False
    starts = [(start, at) for at in colons if (start := _thing_before(tokens, at)) is not None and (start > 0 or len(colons) > 1)]
    listed = bool(starts) and any(isinstance(mark, Group) for mark in tokens[: starts[0][0]])
    if not starts or (len(colons) == 1 and not told and not listed):
        return tokens
    out = list(tokens[: starts[0][0]])
    for (start, at), (end, _) in zip(starts, [*starts[1:], (len(tokens), 0)], strict=True):
        inner = list(tokens[at + 1 : end])
        while inner and inner[-1] in (",", "and", "&"):
            inner.pop()
        out += [","] if start != starts[0][0] else []
        out += [*tokens[start:at], Group(tuple(inner))] if inner else tokens[start:end]
    return tuple(out)


def _thing_before(tokens: Tokens, colon: int) -> int | None:
    """Where the name of the things begins that stands before a colon; None when none does."""
    start = colon
    while start and isinstance(tokens[start - 1], str) and tokens[start - 1] not in _BOUNDS_OF_NAMES:
        start -= 1
    words = noun(tokens[start:colon])
    single = start > 0 and tokens[start - 1] == ":" and "," in tokens[colon:]
    if not words or len(words) > 3 or not (is_plural(words[-1]) or single) or words[-1] in ENUM_NOUNS:
        return None
    return start


def described(made: Sequence[Passage], *, apart: bool = False) -> set[str]:
    """The single nouns that the text says something of: "a member has ..." makes "gym members" members. ``apart``: without those of which
    it is only said within what others have: "recipes have ingredients with a quantity"."""
    said = [
        statement.subject
        for passage in made
        for _, found in passage.body
        for statement in found
        if statement.subject and not (apart and statement.near and statement.kind == "with")
    ]
    last = [noun(piece, named=True) for subject in said for piece in pieces(subject)[-1:]]
    owners = [
        noun(statement.subject, named=True)
        for passage in made
        for _, found in passage.body
        for statement in found
        if statement.kind == "have" and statement.subject and not passage.first and _is_one(statement.subject)
    ]
    subjects = (
        [words for words in owners if words]
        + [noun(subject) for subject in said]
        + [words for words in last if words and is_plural(words[-1])]
    )
    told = [statement.complement for passage in made for _, found in passage.body for statement in found if statement.kind == "have"]
    told = [] if apart else told
    subjects += [item.words for complement in told for item in read_list(complement) if len(item.words) == 1 and names_things(item)]
    subjects += [noun(passage.head) for passage in made if passage.listed]
    subjects += [noun(clause[at - 1 : at]) for passage in made for clause, _ in passage.body for at in _grouped(clause)]
    return {singular(words[-1]) for words in subjects if words and len(words) == 1}
