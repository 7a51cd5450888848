"""Doings that are kept by themselves: the loan of somebody who borrows something, which belongs to all that have part in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from barnraise.planner.domain.language.grammar import Clause
from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.kinship import STAFF
from barnraise.planner.domain.language.telling.having import Holdings
from barnraise.planner.domain.language.telling.naming import Named
from barnraise.planner.domain.language.telling.roles import ANYONE, BOOKS, GIVEN, NO_EVENTS, called, is_made_of
from barnraise.planner.domain.language.telling.tying import Aimed
from barnraise.planner.domain.language.text import words_of
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import HAPPENINGS, KEPT, MAKES


@dataclass(frozen=True)
class Doing:
    """A clause with the entities of its parts. ``rest`` are objects that are none, ``base`` is its verb without a particle."""

    who: tuple[str, ...]
    clause: Clause
    base: str
    objects: tuple[Named, ...] = ()
    rest: tuple[Item, ...] = ()
    aims: tuple[Aimed, ...] = ()
    fields: tuple[Item, ...] = ()

    @property
    def involved(self) -> set[str]:
        return {*self.who, *(name for name, _ in self.objects), *(name for aimed in self.aims for name, _ in aimed.found)}

    @property
    def anyones(self) -> bool:
        """Whether anybody does it, of whom nothing is kept."""
        words = words_of(self.clause.subject)
        return not self.who and not self.clause.passive and bool(words) and words[-1] in ANYONE


class Occurrences(Holdings):
    """Finds the entity of what is done."""

    _received = False

    def _event(self, doing: Doing) -> str | None:
        """The entity that such a doing is: one that the text names, or one that must be kept for what is said of it."""
        nouns = {self.sheet.noun(name) for name in doing.involved}
        names = tuple(name for name in called(doing.clause.verb) if name != "slot" or name not in nouns)
        if (
            doing.base in NO_EVENTS - ({"use"} if self._received else set())
            or self._is_given(doing)
            or not doing.involved
            or (doing.base == "hire" and any(self._is_staff(name) for name, _ in doing.objects))
            or nouns & set(names)
        ):
            return None
        named = self._event_named(names, doing.base)
        if named and (len(doing.involved) > 1 or doing.objects or doing.aims):
            return named if named not in doing.involved else None
        ours = doing.clause.subject in (("i",), ("we",)) and not doing.fields and not any(map(_is_dated, doing.aims))
        if named or not names or ours or doing.base not in HAPPENINGS or not self._is_kept(doing):
            return None
        name = self.sheet.entity(names[:1])
        if not doing.fields:
            self.sheet.supposed.add(name)
        return name

    def _is_staff(self, name: str) -> bool:
        """Who is hired is employed, not rented."""
        return self.sheet.noun(name) in STAFF or self.sheet.noun(name).endswith(("ee", "er"))

    def _is_given(self, doing: Doing) -> bool:
        """``fines are charged for a loan``: what is given is the thing itself."""
        given = doing.base in GIVEN and all(map(self._is_doing, doing.who))
        return doing.clause.passive and (given or doing.base == "apply")

    def _event_named(self, names: Sequence[str], base: str) -> str | None:
        """The entity of one of these names, or of a noun of the verb, if the text speaks of such."""
        plain = next((name for name in names if name in self._nouns or self._deeds.soon((name,))), None)
        compound = next((words for words in self._compounds if words[-1] in names), None) if not plain else None
        if compound:
            return self.sheet.entity(compound)
        noun = plain or next((noun for noun in sorted(self._described | self._nouns) if is_made_of(noun, base)), None)
        return (self._deeds.soon((noun,)) or self.sheet.entity(self._shortened((noun,)))) if noun else None

    def _is_kept(self, doing: Doing) -> bool:
        """Whether a doing must be kept though nothing names it: those of certain kinds are, others if something is said of them."""
        clause, aims = doing.clause, [aimed for aimed in doing.aims if aimed.aim.joint != "by"]
        paid = doing.base == "pay" and bool(doing.who) and not doing.objects and not clause.passive
        if len(doing.involved) + doing.anyones + paid < 2:
            return False
        told = (bool(doing.fields) or self._received or any(map(_is_dated, doing.aims))) and (bool(aims) or not clause.passive)
        several = not clause.passive or any(item.plural for aimed in aims for _, item in aimed.found)
        booked = doing.base in BOOKS and (bool(doing.fields) or clause.passive or not doing.objects)
        booked = booked and not any(self._is_doing(name) for name, _ in doing.objects)
        spans = clause.passive and bool(aims) and sum(1 for aimed in doing.aims if any(map(_is_time, aimed.rest))) > 1
        return doing.base in KEPT or paid or spans or booked or (told and (self._received or (several and doing.base not in MAKES)))

    def _occur(self, name: str, doing: Doing) -> bool:
        """All that have part in it are its parents, and what is said beside is its own."""
        for other in doing.who:
            self._belong(name, other, self._item(other))
        for other, item in (*doing.objects, *(named for aimed in doing.aims for named in aimed.found)):
            self._belong(name, other, item)
        self._give([name], (*doing.rest, *doing.fields))
        self._latest = [name]
        self._focus = replace(self._focus, last=(name,), event=(name,), acted=tuple(other for other, _ in doing.objects))
        return all(self._dated([name], aimed.aim, item) for aimed in doing.aims for item in aimed.rest)


def _is_time(item: Item) -> bool:
    return type_of(item.words) in ("date", "datetime", "time")


def _is_dated(aimed: Aimed) -> bool:
    """``on a date``"""
    return aimed.aim.tokens[:1] in (("a",), ("an",)) and any(type_of(item.words) in ("date", "datetime") for item in aimed.rest)
