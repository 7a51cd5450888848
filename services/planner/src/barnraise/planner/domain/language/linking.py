"""What is tied to what: owners and what belongs to them, what takes place between two, what is given to whom."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from barnraise.planner.domain.language.clauses import Statement
from barnraise.planner.domain.language.deeds import Deeds, pieces
from barnraise.planner.domain.language.items import Item, group_values, read_list
from barnraise.planner.domain.language.kinship import CHIEFS, KNOWN, LEADERS, STAFF, TAGS
from barnraise.planner.domain.language.lexicon import (
    AUDIENCE,
    DETERMINERS,
    ENUM_NOUNS,
    NOT_THINGS,
    PLACES,
    PREPOSITIONS,
    PRONOUNS,
    QUANTIFIERS,
    UNITS,
)
from barnraise.planner.domain.language.nouns import Words, is_plural, singular
from barnraise.planner.domain.language.phrases import noun, split_about
from barnraise.planner.domain.language.sheet import Sheet, sides_of
from barnraise.planner.domain.language.text import Group, Token, Tokens
from barnraise.planner.domain.language.things import inside, names_things
from barnraise.planner.domain.language.types import type_of

NOBODY = AUDIENCE & {"me", "us", "everyone"} | UNITS
_OWNERS = frozenset(("by", "from", "per"))
_SPELLS = frozenset("person head unit piece item night time use season quarter weekday weekend".split())
_AMOUNTS = frozenset(("decimal", "float", "int"))
_TRADED = frozenset("purchase sales work production".split())
_GENERIC = frozenset("fields field attributes attribute columns column properties details information data".split())


def _aims(tokens: Tokens) -> list[Tokens]:
    """``one crop on one field``: also cut where a preposition is followed by an article."""
    cut: list[Token] = []
    for at, token in enumerate(tokens):
        aims = token in PREPOSITIONS and at and tokens[at + 1 : at + 2] and tokens[at + 1] in DETERMINERS | {"one"}
        cut.append("," if aims else token)
    return pieces(tuple(cut))


def _is_whole(words: Words, about: Words) -> bool:
    """``an issue of a magazine``"""
    led = words[words.index("of") + 1] in ("a", "an", "one")
    return led and type_of(about) == "string" and about[-1] not in ENUM_NOUNS | UNITS | PLACES


def _plainly(piece: Tokens) -> Tokens:
    """``a manager who is an employee`` is a manager."""
    return piece[: next((at for at, token in enumerate(piece) if at and token in ("who", "which", "that")), len(piece))]


def _is_time(tokens: Tokens) -> bool:
    """Whether ``a weekday``, ``a start time`` says when something is."""
    words = noun(tokens, named=True)
    return (
        bool(words)
        and tokens[0] in ("a", "an", "one")
        and (type_of(words) in ("date", "datetime", "time") or words[-1] in ("weekday", "day"))
    )


class Links:
    """What is spoken of at the moment, and the links that are read of it."""

    def __init__(self, sheet: Sheet, described: set[str]) -> None:
        self.sheet = sheet
        self._described = described
        self._subjects: list[str] = []
        self._near: list[str] = []
        self._app = False
        self._got = False
        self._deeds = Deeds(sheet, described)

    def _list(self, items: Sequence[Item], head: list[str]) -> None:
        """What a program is said to be with."""
        raise NotImplementedError

    def _tie(self, statement: Statement) -> None:
        """``belongs to a project``, ``made by a customer``; ``links a car and a customer``."""
        owners = self._near or self._subjects
        aims = _aims(statement.complement) if statement.kind == "act" else pieces(statement.complement, grouped=True)
        for number, piece in enumerate(map(_plainly, aims)):
            group = next((token.tokens for token in piece if isinstance(token, Group)), ())
            words = noun(piece, named=True)
            if number and self._deeds.told(piece):
                self._got = True
                continue
            if number and owners and piece[0] in ("on", "at", "for", "from", "until", "in") and _is_time(piece[1:]):
                self._give(owners, read_list(piece[1:]))
                continue
            # Behind the first one, only what has an article is certain to be another target: "posts by authors and comments".
            sure = any(token in DETERMINERS | {"one"} for token in piece) or (
                statement.kind == "link" and words and self._deeds.soon(words)
            )
            if not words or (number and not sure):
                if words and self._app:
                    self._list(read_list(piece), [])
                continue
            if words[-1] in PRONOUNS or (words[-1] in NOT_THINGS and not self.sheet.known(words)):
                continue
            known = is_plural(words[-1]) or words[-1] in KNOWN or words in CHIEFS or self._deeds.soon(words)
            if words[-1] in UNITS or (statement.kind == "act" and not known):
                continue
            self._got = True
            many = any(token in QUANTIFIERS - {"one"} for token in piece)
            joins = statement.kind == "join" and is_plural(words[-1])
            for owner in owners:
                self._aim(owner, words, many=many or joins, loose=joins)
            self._when(owners, piece)
            if group and owners and (name := self.sheet.known(words)) and len(read_list(group)) > 1:
                theirs = singular(words[-1]) in self._described and self.sheet.described(name)
                self._give(owners if theirs else [name], read_list(group))

    def _when(self, owners: Sequence[str], piece: Tokens) -> None:
        """``in a hall at a start time``: what a preposition adds to where something belongs is a field, when it is a date or a number."""
        at = next(
            (n for n, token in enumerate(piece) if n and token in ("at", "on", "for") and piece[n + 1 : n + 2] in (("a",), ("an",))), None
        )
        items = read_list(piece[at + 1 :]) if at else []
        if (
            items
            and items[0].words != ("time",)
            and type_of(items[0].words) in ("date", "datetime", "time", "decimal", "int")
            and not self.sheet.known(items[0].words)
        ):
            self._give(owners, items[:1])

    def _aim(self, owner: str, words: Words, *, many: bool = False, loose: bool = False) -> None:
        """The owner belongs to, or shares, what the words name: "home team" is a team that is called so."""
        if words in CHIEFS and self.sheet.noun(owner) in STAFF and not self.sheet.known(words):
            self.sheet.bind(owner, owner, role=words)
            return
        target = self.sheet.known(words) or self._deeds.soon(words) or self.sheet.entity(words)
        exact = self.sheet.exactly(words) is not None
        if many and owner != target and self.sheet.bound(owner, target):
            if (target, owner, ()) in self.sheet.bonds:  # "members have many tasks", and "a task belongs to several members"
                del self.sheet.bonds[target, owner, ()]
                self.sheet.bind(owner, target, many=True)
            return
        role = ("parent",) if owner == target else () if exact else words
        self.sheet.bind(owner, target, many=many, role=role, loose=loose)

    def _between(self, statement: Statement) -> None:
        """``between a home team and an away team``, ``between two players``"""
        sides = [words for piece in pieces(statement.complement) if (words := noun(piece))]
        for owner in self._near or self._subjects:
            self._got = True
            if len(sides) == 1 and is_plural(sides[0][-1]):
                self._pair(owner, sides[0])
            for words in sides if len(sides) > 1 else ():
                self._aim(owner, words)

    def _pair(self, owner: str, words: Words) -> None:
        target = self.sheet.known(words) or self.sheet.entity(words)
        for side in sides_of(self.sheet, target):
            self.sheet.bind(owner, target, role=(side, *self.sheet.drafts[target].words))

    def _about(self, name: str, words: Words) -> None:
        """``bookings by employees``, ``games between members``, ``reviews of a book``: what the things are tied to by that."""
        _, joint, about = split_about(words)
        if not about or about[-1] in NOT_THINGS or about[-1] in NOBODY:
            return
        known = self.sheet.known(about) or self._deeds.soon(about)
        if joint == "between":
            self._pair(name, about)
        elif (
            known
            or (joint == "per" and about[-1] not in NOBODY | _SPELLS)
            or (is_plural(about[-1]) and (joint in _OWNERS or about[-1] not in AUDIENCE))
            or (joint == "of" and _is_whole(words, about))
        ):
            target = known or self.sheet.entity(about)
            if joint == "of" and self.sheet.noun(name) in LEADERS | {"owner"} and not is_plural(about[-1]) and target != name:
                self.sheet.bind(target, name)
            elif target != name and not self.sheet.bound(name, target):
                self.sheet.bind(name, target, many=self.sheet.noun(name) in TAGS and joint in ("for", "of", "on"))

    def _give(self, owners: Sequence[str], items: Iterable[Item]) -> None:
        for item in [self._per(owners, item) for item in items if not self._tells(item)]:
            self._got = True
            if item.words[-1] in _GENERIC and len(item.words) == 1 and not item.values and not self._deeds.soon(item.words):
                continue
            if item.plural and item.group and len(group_values(item.group)) > 1 and names_things(item) and not item.values:
                child = self.sheet.entity(self._shortened(item.words))
                self._give([child], inside(item))
                for owner in owners:
                    self._hold(owner, child, item)
                continue
            for owner in owners:
                self.sheet.add(owner, item)

    def _per(self, owners: Sequence[str], item: Item) -> Item:
        """``a message per sensor`` is a message, of what belongs to a sensor."""
        core, joint, about = split_about(item.words)
        if joint != "per" or not about or not core or type_of(core) in _AMOUNTS or not (target := self._deeds.soon(about)):
            return item
        for owner in owners:
            if owner != target and not self.sheet.bound(owner, target):
                self.sheet.bind(owner, target)
        return replace(item, words=core)

    def _hold(self, owner: str, child: str, item: Item | None) -> None:
        self.sheet.add(owner, item or Item(self.sheet.drafts[child].words, many=True))

    def _shortened(self, words: Words) -> Words:
        """``gym members`` are the members that the text goes on to speak of, and of a gym in any case."""
        if len(words) > 1 and self.sheet.exactly(words) is None:
            if words[0] in _TRADED and words[-1] in ("order", "orders"):
                return words  # not the orders of customers
            if singular(words[-1]) in self._described and words[-1] not in ("line", "lines", "item", "items", "type", "types"):
                return words[-1:]
            if words[0] in PLACES and len(words) == 2 and words[1] not in ("line", "lines"):
                return words[1:]
        if len(words) == 1 and self.sheet.exactly(words) is None and (known := self.sheet.ending(words)):
            return self.sheet.drafts[known].words
        if len(words) == 1 and (noun := singular(words[0])) not in self._described:
            # "houseplants" are the plants that are described.
            return next(((told,) for told in sorted(self._described) if len(told) > 3 and noun.endswith(told)), words)
        return words

    def _tells(self, item: Item) -> bool:
        """Whether an item of a list is no thing, but says what somebody does: "artworks, exhibitions show artworks"."""
        if item.group or item.values or item.type or item.bounds:
            return False
        return (len(item.words) > 2 and self._deed(item.words)) or self._deeds.goes_on(item.words)

    def _deed(self, clause: Tokens) -> bool:
        told = self._deeds.read(clause)
        self._got = self._got or told
        return told
