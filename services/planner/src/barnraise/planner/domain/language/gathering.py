"""Lists of things: which of their items are kinds of things, and whose fields the others are."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from barnraise.planner.domain.language.deeds import pieces
from barnraise.planner.domain.language.items import Item, group_values, read_list
from barnraise.planner.domain.language.kinship import BELONGS, KNOWN, LEADERS, MASSES, NAMELESS, TAGS
from barnraise.planner.domain.language.lexicon import AUDIENCE, ENUM_NOUNS, MANAGING, NOT_THINGS, PLACES
from barnraise.planner.domain.language.linking import NOBODY, Links
from barnraise.planner.domain.language.nouns import is_plural, one, singular
from barnraise.planner.domain.language.phrases import implied, managing, noun, split_about
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.text import Tokens
from barnraise.planner.domain.language.things import inside, is_of_kinds, is_valued, names_plainly, names_things, unverbed
from barnraise.planner.domain.language.types import TEXT_PLURALS, is_field_word, type_of
from barnraise.planner.domain.language.verbs import HAPPENINGS

_OCCASIONS = frozenset("wedding party band choir team club family company class school orchestra farm".split())
"""There is one only for which such a program is."""


_FACETS = frozenset("priority status state stage severity difficulty urgency deadline date price progress".split())
"""What each of several things has, though it is spoken of in the plural."""


_SHOPS = frozenset("shop store nursery dealership dealer boutique stall rental warehouse".split())
"""What deals in things that are named before it."""

_CREW = frozenset(("staff", "personnel"))
_THINGS_TOO = frozenset("state stage price progress".split())
"""Facets that are things at least as often where nothing says whose they are."""


class Lists(Links):
    """``programs``: whether a program is asked for, which may be named in the text."""

    def __init__(self, sheet: Sheet, described: set[str], *, programs: bool) -> None:
        super().__init__(sheet, described)
        self._programs = programs
        self._meant: list[str] = []
        self._latest: list[str] = []
        self._topic: list[str] = []
        self._opening = False
        self._fresh = False

    def _list(self, items: Sequence[Item], head: list[str]) -> None:
        """What a program is said to be with: things, or the fields of the one thing that it is for."""
        items = self._without_facets(items, head)
        things = self._things_among(items)
        if not items or self._of_the_first(items, things, head):
            return
        beside = MASSES if len(things) * 2 > len(items) else _CREW if things and len(things) * 2 == len(items) else frozenset()
        things = [item for item in items if item in things or item.words[-1] in beside]
        if things and items[0] is things[0] and items[0].group:
            things = [item for item in items if item in things or _may_stand_beside(item)]
        mixed = len(things) > 1 and items[0] is things[0]
        if items and not mixed and len(things) * 2 < len(items) + (len(items) == 1):
            owner = implied(head)
            bare = [name for name in self.sheet.drafts if len(self.sheet.drafts) == 1 and not self.sheet.described(name)]
            meant = (self._meant or bare) if owner is None or self._meant else []
            spoken = self._topic or self._latest
            if not (owner or meant) and spoken and len(items) > 2 and not things and not self._opening:
                self._give(spoken[:1], items)  # "we want: the time, the weather, the name of the driver"
                return
            if owner or meant or (len(items) > 1 and self._programs and self._fresh):
                name = meant[0] if meant else self.sheet.entity(owner or ("item",))
                self._give([name], items)
                return
        if len(things) * 2 >= len(items) > 2 and things:
            things = [item for item in items if item in things or (names_plainly(item) and item.words[-1] not in TEXT_PLURALS - {"notes"})]
        self._embrace(head, things)
        self._deal(head)
        before, kept = "", implied(head)
        program = self.sheet.exactly(kept) if kept and mixed else None
        for item in items:
            if item in things and not (before and self._is_facet_of(item)):
                name = self._thing(item, among=item.words == ("tools",) or (item.words == ("fields",) and len(things) > 2))
                self._possess(before, name, item)
                before = name if "theirs" not in item.notes else before
            elif program and (item.values or is_field_word(item.words[-1]) or type_of(item.words) != "string"):
                self.sheet.add(program, item)  # "recipe manager with ingredients, tags, cooking time"
            elif before and (had := self._had(item)):
                self.sheet.add(before, had)
            elif not set(item.words) & (NOT_THINGS | PLACES):
                self.sheet.missed.append(item.text)

    def _of_the_first(self, items: Sequence[Item], things: Sequence[Item], head: list[str]) -> bool:
        """``a crm with leads, notes, a follow-up date and a status``: what follows the only thing are its fields."""
        alone = len(things) == 1 and items[0] is things[0] and len(items) > 2 and self._programs and not items[0].group
        if not alone or implied(head) or not all(_is_told(item) for item in items[1:]):
            return False
        name = self._thing(items[0])
        self._give([name] if name else [], items[1:])
        return bool(name)

    def _things_among(self, items: Sequence[Item]) -> list[Item]:
        """Which of them are things; among others "plans (basic, pro, team)" are some too."""
        things = [item for item in items if self._is_thing(item)]
        more = [item for item in items if item in things or is_of_kinds(item)]
        return more if things and 2 * len(more) > len(items) else things

    def _is_facet_of(self, item: Item) -> bool:
        return _is_facet(item) and singular(item.words[-1]) not in _THINGS_TOO and singular(item.words[-1]) not in self._described

    def _had(self, item: Item) -> Item | None:
        """What the thing before it has: ``leads, a pipeline (new, won, lost) and tasks``, ``subtasks, priorities, due dates``."""
        if self._is_facet_of(item):
            return replace(item, words=one(item.words), notes=item.notes | {"besides"})
        valued = item.values or is_valued(item) or (item.words[-1] in ENUM_NOUNS and len(group_values(item.group)) > 1)
        return replace(item, notes=item.notes | {"besides"}) if valued else None

    def _without_facets(self, items: Sequence[Item], head: list[str]) -> Sequence[Item]:
        """``a todo app with categories, priorities and due dates``: the last two are had by each todo."""
        owner = implied(head)
        facets = [item for item in items if _is_facet(item) and singular(item.words[-1]) not in self._described]
        if not owner or not facets:
            return items
        self._give([self.sheet.entity(owner)], [replace(item, words=one(item.words), notes=item.notes | {"besides"}) for item in facets])
        return [item for item in items if item not in facets]

    def _embrace(self, head: list[str], things: Sequence[Item]) -> None:
        """A "movie database with actors" keeps movies too, which share what usually is shared."""
        words = implied(head)
        if not words or not things or any(singular(words[-1]) in map(singular, item.words) for item in things):
            return
        if len(words) > 1 and any(words[0] == singular(item.words[-1]) for item in things):
            return  # "property rental management: properties, tenants" is of properties
        last = singular(words[-1])
        shared = any("shared" in item.notes or singular(item.words[-1]) in TAGS for item in things)
        kin = any(last in " ".join(BELONGS.get(singular(item.words[-1]), ())).split() for item in things) or last in BELONGS
        if last not in KNOWN - _OCCASIONS or not (shared or kin):
            return
        name = self.sheet.entity(words)
        above = " ".join(BELONGS.get(self.sheet.noun(name), ())).split()
        for item in things:
            last = singular(item.words[-1])
            if ("shared" in item.notes or last in TAGS) and last not in above and (thing := self._thing(item)):
                self.sheet.bind(name, thing, many=True)

    def _deal(self, head: list[str]) -> None:
        """A plant nursery deals in plants, whatever else it keeps."""
        sold = next((singular(word) for word, place in pairwise(head) if place in _SHOPS), "")
        if sold in KNOWN - set(HAPPENINGS.values()) and type_of((sold,)) == "string":
            self.sheet.entity((sold,))

    def _is_thing(self, item: Item) -> bool:
        """Whether a list of things may mean it as one."""
        core, joint, _ = split_about(item.words)
        counted = bool(core) and (is_plural(core[-1]) or (joint == "per" and core[-1] in NAMELESS))
        if joint in ("by", "from", "between", "per", "against", "for") and counted and not item.values:
            return True
        told = item.plural and not item.values and (singular(item.words[-1]) in self._described)
        return names_things(item) or told or self.sheet.exactly(item.words) is not None

    def _thing(self, item: Item, *, among: bool = False) -> str:
        """The entity of an item; empty when the item is none. ``among`` other things, even "fields" are things, as those of a farm."""
        words = split_about(item.words)[0]
        if (
            not words
            or not words[-1][0].isalpha()
            or (words[-1] in NOT_THINGS and not item.group and not among)
            or (words[-1] in NOBODY and not item.group)
        ):
            return ""
        if len(words) > 2 and is_plural(words[0]) and is_plural(words[-1]):
            self.sheet.missed.append(" ".join(item.words))  # "inspectors check extinguishers" is told of things, and names none
            return ""
        self._got = True
        name = self.sheet.entity(self._shortened(words))
        if item.group:
            self._give([name], inside(item))
        self._about(name, item.words)
        return name

    def _program(self, head: Tokens) -> None:
        """What the name of the program tells: ``app for managing tasks`` is about tasks."""
        at = managing(head)
        if at is None:
            at = next((n + 1 for n, token in enumerate(head) if n and token in ("for", "of") and _plural_end(head[n + 1 :])), None)
        if at is not None:
            before = set(self.sheet.drafts)
            self._mention(head[at:], aimed=head[at - 1] in ("for", "of"))
            new = [name for name in self.sheet.drafts if name not in before]
            self._meant = new[:1] if len(read_list(head[at:])) == 1 else []

    def _possess(self, owner: str, name: str, item: Item) -> None:
        """``families and their members``: what is theirs belongs to the one before, unless it is somebody who leads them."""
        if not owner or not name or "theirs" not in item.notes or owner == name or self.sheet.bound(owner, name):
            return
        usual = " ".join((*BELONGS.get(self.sheet.noun(name), ()), *BELONGS.get(self.sheet.noun(owner), ()))).split()
        if self.sheet.noun(name) in usual or self.sheet.noun(name) in LEADERS:
            self.sheet.bind(owner, name, loose=True)
        else:
            self.sheet.bind(name, owner, loose=True)

    def _mention(self, tokens: Tokens, *, aimed: bool = False) -> None:
        """Things that are named but not described here. ``aimed``: they may be those for whom it is."""
        self._got = True
        items = read_list(tokens)
        core, joint, about = split_about(items[-1].words) if items else ((), "", None)
        if joint == "of" and about and core and is_plural(about[-1]) and not any(map(is_plural, (item.words[-1] for item in items[:-1]))):
            self._give([self.sheet.entity(self._shortened(about))], [*items[:-1], replace(items[-1], words=core)])
            return
        before = ""
        for item in map(_managed, map(unverbed, items)):
            words = noun(item.words)
            core = split_about(item.words)[0]
            spare = (
                AUDIENCE - {"students", "teachers", "companies", "owners", "users", "friends"} if aimed else {"people", "users", "small"}
            )
            if words and (item.plural or (core == words and is_plural(words[-1]))) and words[-1] not in spare:
                name = self._thing(Item(item.words if core == words else words, group=item.group))
                self._possess(before, name, item)
                before = name if "theirs" not in item.notes else before
            elif words and words[-1] not in PLACES:
                self.sheet.mentioned.append(words)

    def _closed(self, told: Tokens, items: list[Item], *, row: bool) -> tuple[list[Item], list[Item]]:
        """What is in "with a sku and a quantity, warehouses", and the things behind it that no longer are; ``row``: there are things before
        it too, as in "sheds, tools with a brand, a price, members, loans"."""
        last = next((at for at in range(len(items), 0, -1) if not self._is_plain(items[at - 1])), 0)
        if row and 0 < last < len(items):
            return items[:last], items[last:]
        closed = next((at for at, mark in enumerate(told) if mark == "," and set(told[:at]) & {"and", "&"}), None)
        if closed is None and not set(told) & {"and", "&"}:
            closed = next((at for at, mark in enumerate(told) if mark == ","), None)
        outside = read_list(told[closed:]) if closed else []
        plain = [item for item in outside if self._is_plain(item)]
        return (read_list(told[:closed]), outside) if outside and len(plain) == len(outside) else (items, [])

    def _is_plain(self, item: Item) -> bool:
        if type_of(item.words) == "decimal" and names_plainly(item) and singular(item.words[-1]) in KNOWN:
            return True  # "payments"
        return item.plural and not item.many and self._is_thing(item) and singular(item.words[-1]) not in TAGS


def _managed(item: Item) -> Item:
    """``track leads, log calls and schedule follow-ups``: what is logged are calls."""
    deed = len(item.words) == 2 and item.words[0] in MANAGING and is_plural(item.words[-1])
    return replace(item, words=item.words[1:]) if deed else item


def _is_facet(item: Item) -> bool:
    plain = not (item.many or item.group or item.values)
    return plain and is_plural(item.words[-1]) and singular(item.words[-1]) in _FACETS


def _may_stand_beside(item: Item) -> bool:
    """``patient (name, bed), nurse, doctor``: somebody, in a row of things."""
    return len(item.words) == 1 and item.words[0] in KNOWN and type_of(item.words) == "string" and not (item.values or item.type)


def _is_told(item: Item) -> bool:
    """Whether an item hardly is but a field: by its type, its values or its name."""
    return bool(item.values or item.type or item.bounds) or type_of(item.words) != "string" or is_field_word(item.words[-1])


def _plural_end(tokens: Tokens) -> bool:
    words = noun(next(iter(pieces(tokens)), ()))
    return bool(words) and is_plural(words[-1]) and words[-1] not in AUDIENCE
