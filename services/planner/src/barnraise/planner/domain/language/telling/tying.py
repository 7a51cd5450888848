"""What belongs to what, and what several share with several."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from barnraise.planner.domain.language.grammar import Aim, Clause
from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.lexicon import UNITS
from barnraise.planner.domain.language.nouns import is_plural
from barnraise.planner.domain.language.phrases import split_about
from barnraise.planner.domain.language.telling.naming import Named, Names
from barnraise.planner.domain.language.telling.roles import (
    ALLOWED,
    ANOTHER,
    JOINS,
    LINKS,
    PHRASES,
    SETTINGS,
    THEM,
    TIED,
    TIMES,
    agent_of,
    base_of,
)
from barnraise.planner.domain.language.text import words_of
from barnraise.planner.domain.language.types import is_field_word, type_of
from barnraise.planner.domain.language.verbs import SHARED

_DATED = ("date", "datetime", "time")
_TYPED = (*_DATED, "decimal", "int", "float")
_BESIDES = ("by", "with")
_SPANS = {"from": "start", "to": "end", "until": "end"}


@dataclass(frozen=True)
class Aimed:
    """What a preposition leads to: entities, and items that are none."""

    aim: Aim
    found: tuple[Named, ...]
    rest: tuple[Item, ...] = ()


class Ties(Names):
    """Ties entities to each other."""

    def _aimed(self, aims: Sequence[Aim], verb: str = "") -> list[Aimed]:
        told = [
            (aim, self._things(aim.tokens, sure=verb in TIED and aim.joint in ("to", "with")))
            for aim in aims
            if aim.joint != "without" and aim.tokens
        ]
        return [Aimed(aim, tuple(found), tuple(rest)) for aim, (found, rest) in told]

    def _lean(self, who: Sequence[str], aimed: Aimed, clause: Clause) -> bool:
        """What a preposition ties to a subject: the one that it belongs to, several that it shares, or a date that it has."""
        if aimed.aim.joint == "between":
            return self._pairs(who, aimed)
        if not all(self._dated(who, aimed.aim, item) for item in aimed.rest):
            return False
        other = "other" in words_of(aimed.aim.tokens)
        for name, item in aimed.found:
            if aimed.rest and item.many:
                self._give(who, [item])  # "closes on a date and several options"
                continue
            for child in who:
                if child == name and other and item.plural:
                    self.sheet.bind(child, child, many=True)
                else:
                    self._belong(child, name, item, shared=is_shared(clause, item))
        if aimed.found:
            self._focus = replace(self._focus, last=(aimed.found[-1][0],))
        return bool(aimed.found or aimed.rest)

    def _pairs(self, who: Sequence[str], aimed: Aimed) -> bool:
        """``between two players``, ``between a buyer and a seller``"""
        for child in who:
            if len(aimed.found) == 1 and aimed.found[0][1].plural:
                self._pair(child, aimed.found[0][1].words)
                continue
            for name, item in aimed.found:
                self._belong(child, name, item)
        return bool(aimed.found) and all(item.words[-1] in SETTINGS for item in aimed.rest)

    def _suffer(self, who: Sequence[str], aimed: Aimed, clause: Clause) -> bool:
        """What is done to them, by whom, in what and for what."""
        if aimed.aim.joint == "between":
            return self._pairs(who, aimed)
        if aimed.aim.tokens in ANOTHER and self._focus.last:
            self.sheet.bind(who[0], self._focus.last[0], role=(agent_of(clause.verb),))
            return True
        another = aimed.aim.tokens[:1] == ("another",)
        for other, item in aimed.found:
            for child in who:
                if another and child != other and self.sheet.bound(child, other):
                    self.sheet.bind(child, other, role=(f"{agent_of(clause.verb).removesuffix('er')}ee",))  # "assigned to another user"
                elif aimed.aim.joint == "by" and self._is_shared(child, other):
                    self.sheet.bind(child, other, role=(agent_of(clause.verb),))  # "ministries are led by a member", who serve in them
                else:
                    self._belong(child, other, item, shared=is_shared(clause, item) and (item.many or aimed.aim.joint != "from"))
        if aimed.found:
            self._focus = replace(self._focus, last=(aimed.found[-1][0],))
        return all(self._dated(who, aimed.aim, item) for item in aimed.rest)

    def _is_shared(self, one: str, other: str) -> bool:
        return any(bond.many and {bond.child, bond.parent} == {one, other} for bond in self.sheet.bonds.values())

    def _dated(self, who: Sequence[str], aim: Aim, item: Item) -> bool:
        """``on a date``, ``in the morning``, ``for a fee``: a field, or nothing that is kept."""
        kind, last = type_of(item.words), item.words[-1]
        typed = kind in _TYPED or is_field_word(last) or last == "weekday"
        if aim.joint in _SPANS and item.words in (("date",), ("time",)) and len(aim.tokens) == 1:
            self._give(who[:1], [Item((_SPANS[aim.joint], last))])  # "from date to date"
            return True
        if typed and (aim.tokens[:1] in (("a",), ("an",)) or aim.joint in _BESIDES):
            self._give(who[:1], [item])
            return True
        return last in TIMES | UNITS or kind in _DATED or last == "advance"

    def _belong(self, child: str, parent: str, item: Item, *, shared: bool = False, loose: bool = False) -> None:
        if child == parent:
            self.sheet.bind(child, child, role=("parent",))
        elif shared:
            self._share(child, parent, sure=item.many)
        elif not self.sheet.bound(child, parent):
            words = split_about(item.words)[0]
            another = len(words) > 1 and self.sheet.exactly(words) != parent and self.sheet.known(words) != parent
            self.sheet.bind(child, parent, role=words if another else (), loose=loose)

    def _share(self, one: str, other: str, *, sure: bool = False) -> None:
        """Several of one have several of the other, unless something stands between them."""
        for child, parent in ((one, other), (other, one)):
            if (parent, child) in self._focus.several or sure:
                self.sheet.bonds.pop((child, parent, ()), None)
        if not self.sheet.bound(one, other):
            self.sheet.bind(one, other, many=True, loose=True)

    def _several(self, owner: str, thing: str, *, loose: bool = False) -> None:
        """One owner has several things; several on both sides when the same was said the other way round."""
        if owner == thing:
            return
        self._has_several(owner, thing)
        if (thing, owner) in self._focus.several:
            self._share(owner, thing)
        elif not self.sheet.bound(thing, owner):
            self.sheet.bind(thing, owner, loose=loose)

    def _has_several(self, owner: str, thing: str) -> None:
        self._focus = replace(self._focus, several=self._focus.several | {(owner, thing)})


def is_shared(clause: Clause, item: Item) -> bool:
    """Whether several have part in several by that: "members serve in ministries", "a song is on many setlists"."""
    base = PHRASES.get(clause.verb, base_of(clause.verb))
    allowed = clause.may and clause.passive and base in ALLOWED
    joins = item.words in THEM and base in JOINS and is_plural(words_of(clause.subject)[-1] if clause.subject else "")
    return item.many or joins or (item.plural and (allowed or base in LINKS | JOINS | SHARED))
