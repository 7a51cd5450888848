"""Who and what is spoken of: the entities of subjects and of rows of noun phrases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from barnraise.planner.domain.language.gathering import Lists
from barnraise.planner.domain.language.grammar import Clause
from barnraise.planner.domain.language.grammar.forms import participle
from barnraise.planner.domain.language.items import Item, read_list
from barnraise.planner.domain.language.kinship import KNOWN, MASSES, NAMELESS
from barnraise.planner.domain.language.lexicon import CRUD, DETERMINERS, ENUM_NOUNS, MANAGING, NOT_THINGS, PLACES, PRONOUNS, UNITS
from barnraise.planner.domain.language.nouns import Words, is_plural, one, singular
from barnraise.planner.domain.language.passages import Told
from barnraise.planner.domain.language.phrases import CORE_APPS, is_program, noun, split_about
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.telling.roles import ANYONE, SETTINGS, SPEAKERS, THEM, THEY, TIMES
from barnraise.planner.domain.language.text import Tokens, tokens, words_of
from barnraise.planner.domain.language.things import inside, names_things
from barnraise.planner.domain.language.types import is_field_word, type_of
from barnraise.planner.domain.language.verbs import HAPPENINGS, SELF

Named = tuple[str, Item]
"""An entity, and the item that named it."""

_AGENTS = ("er", "or", "ist", "ian", "ee", "ant")
_KEPT = frozenset("booking rental reservation".split())
"""A booking site keeps bookings."""

_PARTS = frozenset("line item type room date number".split())
_ROLLS = frozenset("list register roster directory register".split())
_STATES = ("ness", "ity", "ing")
_NUMBERS = ("int", "float", "decimal")


@dataclass(frozen=True)
class Focus:
    """What is spoken of: ``doers`` do something, ``last`` was named last, by ``item`` if nothing is made of it yet; ``acted``: to these
    something was done; ``event``: what that is called; ``several``: who is said to have several of what."""

    doers: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    item: Item | None = None
    acted: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    several: frozenset[tuple[str, str]] = field(default_factory=frozenset)


class Names(Lists):
    """``nouns``: what the text speaks of as several things anywhere, in the singular."""

    def __init__(self, sheet: Sheet, described: set[str], nouns: set[str], *, programs: bool) -> None:
        super().__init__(sheet, described, programs=programs)
        self._nouns = nouns
        self._compounds: list[Words] = []
        self._alone: set[str] = set()
        self._apart: set[str] = set()
        self._focus = Focus()
        self._latest: list[str] = []
        self._topic: list[str] = []
        self._opening = False
        self._headline = ""

    def _shortened(self, words: Words) -> Words:
        """``delivery drivers`` are the drivers that the text speaks of elsewhere, if it speaks of no others."""
        if len(words) == 2 and is_plural(words[0]) and participle(words[1]):
            return words[:1]  # "items found (description, date)"
        within = max((at + 1 for at, word in enumerate(words[:-1]) if word in PLACES), default=0)
        if self._opening and len(words) > 2 and within and words[-1] not in PLACES:
            return words[within:]  # "tattoo studio appointments"
        if len(words) == 2 and words[1] in _ROLLS and words[0] not in CRUD and singular(words[0]) in self._nouns and words[0] != "shopping":
            return words[:1]  # "a guest list with a name", where guests are spoken of
        alone = len(words) == 2 and singular(words[1]) in self._alone and singular(words[1]) not in _PARTS
        return words[1:] if alone and self.sheet.exactly(words) is None else super()._shortened(words)

    def _who(self, clause: Clause) -> list[str] | None:
        """The entities of a subject: none for those who are not kept; None when it is not understood."""
        if clause.near:
            item = self._focus.item
            made = self._entity_of(item) if item and (item.plural or type_of(item.words) == "string") else None
            return ([made] if made else list(self._focus.last)) or None
        if not clause.subject:
            return list(self._focus.doers)
        subject, fields = parted(clause.subject, "with")
        subject = parted(subject, "like")[0]
        words = words_of(subject)
        if set(words) <= THEY | DETERMINERS:
            return (self._topic or self._latest) or None
        if not words or self._is_nobody(words, clause):
            return []
        return self._subjects_in(subject, words, fields)

    def _subjects_in(self, subject: Tokens, words: Sequence[str], fields: Tokens) -> list[str] | None:
        plainly = not set(words) & {"each", "every"}
        if (words[-1] in SPEAKERS and len(words) > 1) or (self._opening and self._programs and is_program(words) and plainly):
            return None
        found = [self._entity_of(item, subject=True) for item in read_list(subject)]
        who = [name for name in found if name] if all(found) else []
        self._give(who, read_list(fields))
        return who or None

    def _is_nobody(self, words: Sequence[str], clause: Clause) -> bool:
        """Whether no entity is meant: those who speak, anybody, or the one place that all is for."""
        last = words[-1]
        if last in SPEAKERS:
            return len(words) == 1
        if clause.asked and clause.verb in CRUD | MANAGING:
            return True
        if last in ANYONE and not self._deeds.soon((last,)):
            return not (clause.verb in SELF and "other" in words_of(clause.objects))
        ours = self._opening and self._programs and words[0] in ("our", "my") and not is_plural(last) and len(words) < 5
        if ours and singular(last) not in self._nouns and singular(last) not in self._described - {last}:
            return True  # "our workshop restores cars"
        counted = words[0] in ("each", "every", "one") or is_plural(last)
        if last in UNITS and len(words) == 1:
            return True  # "hours get credited"
        only = words[0] in ("the", "our", "my") and self._programs and singular(last) not in self._nouns
        known = self.sheet.exactly((last,)) or (not only and self._deeds.soon((last,)))
        return last in SETTINGS and not counted and not known

    def _entity_of(self, item: Item, *, subject: bool = False, sure: bool = False) -> str | None:
        """The entity of a noun phrase, made if it surely is one."""
        words = noun(split_about(item.words)[0], named=True)
        if not words or words[-1] in PRONOUNS - {"people"} or item.values or item.type or item.bounds:
            return None
        known = self.sheet.exactly(words) or self._deeds.soon(words)
        sure = sure and "single" in item.notes and type_of(words) == "string" and words[-1] not in NOT_THINGS | UNITS | TIMES
        if not known and not sure and not self._may_be_thing(words, item, subject=subject):
            return None
        name = known or self.sheet.entity(self._shortened(words))
        if item.group:
            self._give([name], inside(item))
        self._about(name, item.words)
        return name

    def _may_be_thing(self, words: Words, item: Item, *, subject: bool) -> bool:
        last = words[-1]
        ours = last in SETTINGS and not (item.plural or "single" in item.notes or singular(last) in self._nouns)
        if ours or last in NOT_THINGS | UNITS | TIMES or len(words) > 3 or any(map(is_plural, words[1:-1])):
            return False
        plain = type_of(words) == "string" and not is_field_word(last)
        known = singular(last) in self._nouns | KNOWN | MASSES or last.endswith(_AGENTS) or _is_one(words, item)
        return subject or (plain and (item.plural or known)) or bool(item.group and names_things(item))

    def _known_as(self, item: Item) -> str | None:
        """The entity of a noun phrase, if there is one or will be."""
        words = noun(split_about(item.words)[0], named=True)
        return (self.sheet.exactly(words) or self._deeds.soon(words)) if words else None

    def _things(self, told: Tokens, *, sure: bool = False) -> tuple[list[Named], list[Item]]:
        """The entities of a row of noun phrases, and what in it is none."""
        found: list[Named] = []
        rest: list[Item] = []
        for item in map(_rated, read_list(plain(told))):
            of = self._amount_of(item)
            if item.words in THEM:
                found += [(name, item) for name in (self._latest or self._topic)[:1]]
            elif of:
                found.append(of[0])
                rest.append(of[1])
            elif name := self._entity_of(item, sure=sure):
                found.append((name, item))
            else:
                rest.append(item)
        return found, rest

    def _amount_of(self, item: Item) -> tuple[Named, Item] | None:
        """``a quantity of one product``: the product, and the quantity."""
        core, joint, about = split_about(item.words)
        target = self._deeds.soon(about) if joint == "of" and about and type_of(core) in _NUMBERS else None
        return ((target, self._item(target)), replace(item, words=core)) if target else None

    def _item(self, name: str) -> Item:
        return Item(self.sheet.drafts[name].words)

    def _is_doing(self, name: str) -> bool:
        """Whether an entity is something that happens: a loan, a transfer."""
        return self.sheet.noun(name) in HAPPENINGS.values() or self.sheet.noun(name) in NAMELESS


def _is_one(words: Words, item: Item) -> bool:
    """Whether "a district" that somebody represents is a thing."""
    return "single" in item.notes and words[-1] not in ENUM_NOUNS and not words[-1].endswith(_STATES)


def _rated(item: Item) -> Item:
    """``reviews from 1 to 5 stars``: reviews that have a rating."""
    if not item.bounds or not is_plural(item.words[0]) or item.group:
        return item
    return Item(item.words[:1], group=("rating", item.bounds), many=True)


def parted(told: Tokens, joint: str) -> tuple[Tokens, Tokens]:
    """What stands before and behind a word."""
    at = next((at for at, token in enumerate(told) if at and token == joint), len(told))
    return told[:at], told[at + 1 :]


def plain(told: Tokens) -> Tokens:
    """Without "which" before a thing."""
    return tuple(token for at, token in enumerate(told) if token not in ("which", "what", "whose") or at + 1 == len(told))


def subjects_of(clauses: Sequence[Clause]) -> set[str]:
    """The single nouns that something is said of."""
    named = [noun(clause.subject, named=True) for clause in clauses if clause.subject and not clause.aside]
    return {singular(words[-1]) for words in named if words and len(words) == 1} - PRONOUNS - SETTINGS - CORE_APPS - ANYONE


def compounds_of(sentences: Iterable[Told]) -> list[Words]:
    """The names of two words that something is said of: "each port call has"."""
    spoken = [noun(clause.subject, named=True) for sentence in sentences for clause in sentence.reading.clauses if clause.verb == "have"]
    return [one(words) for words in spoken if words and len(words) == 2]


def alone_in(sentences: Iterable[Told]) -> set[str]:
    """The nouns that stand alone somewhere, and with one other noun before them at most."""
    named: dict[str, set[Words]] = {}
    for sentence in sentences:
        for item in (item for part in _nominal_parts(sentence) for item in read_list(part)):
            words = noun(split_about(item.words)[0])
            if words and len(words) < 3:
                named.setdefault(singular(words[-1]), set()).add(words[:-1])
    return {last for last, before in named.items() if () in before and len(before) == 2}


def nouns_of(sentences: Iterable[Told]) -> set[str]:
    """What is spoken of as several things, wherever it is no verb."""
    spoken = [words_of(part) for sentence in sentences for part in _nominal_parts(sentence)]
    kept = {one for words in spoken for one, program in pairwise(words) if one in _KEPT and program in CORE_APPS}
    return kept | {singular(word) for words in spoken for word in words if is_plural(word)}


def _nominal_parts(sentence: Told) -> list[Tokens]:
    """All of a sentence but its verbs."""
    clauses = sentence.reading.clauses
    if not clauses:
        return [tokens(sentence.said)]
    aims = [aim.tokens for clause in clauses for aim in (*clause.aims, *clause.before)]
    return [sentence.reading.head, *aims, *(part for clause in clauses for part in (clause.subject, clause.objects, clause.fields))]
