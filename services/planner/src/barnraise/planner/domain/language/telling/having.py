"""What has what, what is what, and what those who speak note of something."""

from collections.abc import Sequence
from dataclasses import replace

from barnraise.planner.domain.language.grammar import Aim, Clause, detached
from barnraise.planner.domain.language.grammar.words import HAVING
from barnraise.planner.domain.language.items import Item, group_values, read_list
from barnraise.planner.domain.language.kinship import NAMELESS
from barnraise.planner.domain.language.lexicon import AUXILIARIES, PREPOSITIONS, PRONOUNS, QUANTIFIERS, UNITS
from barnraise.planner.domain.language.nouns import one, singular
from barnraise.planner.domain.language.phrases import noun
from barnraise.planner.domain.language.telling.naming import Named, parted, plain
from barnraise.planner.domain.language.telling.roles import COMPOSED, GETS, HOLDS, RECORDS, TIMES, base_of
from barnraise.planner.domain.language.telling.tying import Ties
from barnraise.planner.domain.language.text import Token, Tokens
from barnraise.planner.domain.language.things import closed, names_things
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import HAPPENINGS

_NUMBERS = ("int", "float", "decimal")
_OF_NUMBERS = frozenset("unit note notes comment remark".split())
"""What may be said beside a number that is of two things."""

_PRAISE = frozenset("lovely nice great good helpful useful important perfect fine enough cool ideal there possible necessary".split())
_PARTED = frozenset("divide split separate subdivide structure organise organize segment break".split())
_OF = frozenset("for of about per on".split())
_ACROSS = frozenset("in at for per on".split())


class Holdings(Ties):
    """Reads the clauses whose verbs say that something is there."""

    def _holds(self, who: list[str], clause: Clause) -> bool | None:
        """Whether what has what was understood; None when the clause does not say such."""
        composed = clause.passive and clause.objects[:1] == ("of",) and base_of(clause.verb) in COMPOSED
        if clause.verb in GETS and not clause.subject and self._focus.event:
            return self._have(list(self._focus.event), clause)
        if clause.passive and base_of(clause.verb) in _PARTED and who and clause.aims and clause.aims[0].joint == "into":
            return self._consist(who, clause)
        if (clause.verb in HOLDS and not clause.passive) or composed:
            return self._have(who, clause) if who else self._keep(clause) if clause.subject in (("i",), ("we",)) else None
        if not who and not clause.passive and clause.verb in RECORDS:
            return self._note(clause)
        return None

    def _have(self, who: list[str], clause: Clause) -> bool:
        told = clause.objects[1:] if clause.objects[:1] == ("of",) else clause.objects
        told, beside = detached(told)
        objects, inner = _listed(told) or parted(told, "with")
        asked, objects = _asked(objects)
        items = [kept for item in read_list(objects) if (kept := self._across(who, item))]
        if not all(self._ask(who, item) for item in asked) or any(set(item.words[1:]) & QUANTIFIERS for item in items):
            return False
        inner = inner or (clause.fields if clause.objects[:1] == ("of",) or clause.verb not in HAVING else ())
        inner, after = closed(inner) if objects is not told else (inner, ())
        gained = bool(inner and items) and clause.verb in GETS and "single" in items[-1].notes and not self._known_as(items[-1])
        self._give(who, items[:-1] if gained else items)
        if inner and not (items and self._inner(who, items[-1], inner, gained=gained)):
            return False
        self._give(who, read_list(after))
        self._give(who, read_list(clause.fields if inner is not clause.fields else ()))
        for item in items:
            if item.many and (name := self._known_as(item)):
                for owner in who:
                    self._has_several(owner, name)
        for clause_ in beside:
            child = self._who(clause_)
            for aimed in self._aimed(clause_.aims) if child else ():
                self._lean(child or (), aimed, clause_)
        self._latest = who
        self._focus = replace(self._focus, last=tuple(who), item=items[-1] if items else None)
        return all(self._lean(who, aimed, clause) for aimed in self._aimed(clause.aims))

    def _consist(self, who: list[str], clause: Clause) -> bool:
        """``every building is divided into flats, each with a floor``"""
        found, rest = self._things(clause.aims[0].tokens)
        for name, _ in found:
            for owner in who:
                self._several(owner, name)
        self._latest = [name for name, _ in found]
        self._give(self._latest[-1:], read_list(clause.fields))
        return bool(found) and not rest

    def _inner(self, who: Sequence[str], item: Item, told: Tokens, *, gained: bool) -> bool:
        """``several activities with a title and a price``: what the last of them have; ``gained``: "get an invoice with an amount"."""
        child = self._entity_of(item) if item.plural or gained or self._known_as(item) else None
        if not child:
            return False
        for owner in who if gained else ():
            self._belong(child, owner, item)
        fields = read_list(told)
        if self._is_joined(who, child, item, fields):
            self._join(who[0], child, fields)
        else:
            self._give([child], fields)
        return True

    def _is_joined(self, who: Sequence[str], child: str, item: Item, fields: Sequence[Item]) -> bool:
        """``products with a quantity``, when products are kept by themselves: the quantity is of both."""
        plain = [one_ for one_ in fields if one_.words[-1] not in _OF_NUMBERS]
        counted = bool(plain) and all(type_of(one_.words) in _NUMBERS and not one_.group for one_ in plain) and len(fields) < 4
        apart = self.sheet.described(child) or self.sheet.noun(child) in self._apart
        return item.plural and counted and apart and len(who) == 1 and who[0] != child

    def _join(self, owner: str, child: str, fields: Sequence[Item]) -> None:
        words = self.sheet.drafts[owner].words
        last = (
            ("item",)
            if self.sheet.noun(owner) in ("order", "cart", "basket", "invoice", "purchase", "sale")
            else self.sheet.drafts[child].words
        )
        name = self.sheet.entity((*words, *last))
        for other in (owner, child):
            self.sheet.bind(name, other)
        self._give([name], fields)
        self.sheet.drafts[owner].items = [item for item in self.sheet.drafts[owner].items if self.sheet.known(item.words) != child]
        for key in ((owner, child, ()), (child, owner, ())):
            self.sheet.bonds.pop(key, None)

    def _ask(self, who: Sequence[str], item: Item) -> bool:
        """``and which dogs were on it``"""
        name = self._entity_of(item)
        for owner in who if name else ():
            self._share(owner, str(name)) if item.plural else self._belong(owner, str(name), item)
        return name is not None

    def _across(self, who: Sequence[str], item: Item) -> Item | None:
        """``each product has a quantity in each warehouse``: of what was named before, each is of a product and of a warehouse."""
        each = (("each",), ("every",))
        at = next((at for at, told in enumerate(item.words) if at and told in _ACROSS and item.words[at + 1 : at + 2] in each), 0)
        words = noun(item.words[at + 2 :]) if at else None
        if not words:
            return item
        target = self._deeds.soon(words)
        core = replace(item, words=item.words[:at])
        if not target or type_of(core.words) not in _NUMBERS:
            return core if words[-1] in TIMES | UNITS else item
        name = self._headline or self.sheet.entity((*self.sheet.drafts[who[0]].words, core.words[-1]))
        for other in (*who, target):
            self.sheet.bind(name, other)
        self.sheet.add(name, core)
        return None

    def _keep(self, clause: Clause) -> bool:
        """``we have members and boats with a name``"""
        objects, inner = parted(clause.objects, "with")
        found, rest = self._things(objects)
        self._latest = [name for name, _ in found]
        self._focus = replace(self._focus, last=tuple(self._latest))
        self._give(self._latest[-1:], read_list(inner))
        return bool(found) and not rest and not clause.aims and all(item.plural for _, item in found)

    def _note(self, clause: Clause) -> bool:
        """``for each loan we note the date``: whatever is noted is a field of what is spoken of."""
        tied = [name for aim in clause.aims if aim.joint in _OF for name, _ in self._things(aim.tokens)[0]]
        owners = [name for aim in clause.before for name in self._occasions(aim.tokens)]
        items = read_list(plain(clause.objects))
        alone = len(items) == 1 and not owners and not self._focus.event and (tied or clause.fields)
        kept = (self._entity_of(items[0]) or self._occasion(items[0])) if alone else None
        if kept:
            owners, items = [kept], read_list(clause.fields)
        elif not owners and (clause.before or self._focus.event):
            owners = list(self._focus.event) or self._latest
        elif not owners:
            owners, tied = tied[:1], tied[1:]
        self._give(owners[:1], items)
        for name in tied if owners else ():
            self._belong(owners[0], name, self._item(name))
        self._latest = owners[:1] or self._latest
        return bool(owners)

    def _occasions(self, told: Tokens) -> list[str]:
        """What is done at some time: ``at harvest``, ``after each visit``."""
        return [name for item in read_list(told) if (name := self._entity_of(item) or self._occasion(item))]

    def _occasion(self, item: Item) -> str | None:
        words = noun(item.words)
        return self.sheet.entity(words) if words and singular(words[-1]) in NAMELESS | frozenset(HAPPENINGS.values()) else None

    def _are(self, who: list[str], clause: Clause) -> bool:
        """``a well is in a village``, ``a member is part of a family``, ``machines are washers or dryers``"""
        if clause.subject in (("i",), ("we",)):
            return True  # "we are a charity"
        begins = 2 if clause.objects[:2] == ("part", "of") else 1 if clause.objects[:1] == ("of",) else 0
        aims = [*([Aim("of", clause.objects[begins:])] if begins else []), *clause.aims]
        if clause.objects in (("responsible",), ("accountable",)) and aims and aims[0].joint in ("for", "of"):
            return self._answer_for(who, aims[0])
        if "or" in clause.objects and not aims:
            values = tuple(" ".join(one(value.split())) for value in group_values(clause.objects))
            self._give(who, [Item(("type",), values=values)])
            return bool(who) and len(values) > 1
        if clause.may and len(clause.objects) == 1 and not aims and self._is_quality(str(clause.objects[0])):
            self._give(who, [Item((str(clause.objects[0]),), type="bool")])  # "a comment may be internal"
            return bool(who)
        flags = [item for item in read_list(clause.objects) if item.type == "bool"]
        self._give(who, flags)
        if not aims:
            return bool(who) and (bool(flags) or clause.objects[:1] in (("a",), ("an",)))
        self._give(who, read_list(clause.fields))
        return bool(who) and all(self._lean(who, aimed, clause) for aimed in self._aimed(aims))

    def _answer_for(self, who: list[str], aim: Aim) -> bool:
        """``a nurse is responsible for each ward``: the ward has that nurse."""
        found, _ = self._things(aim.tokens)
        for name, _ in found:
            for other in who:
                self._belong(name, other, self._item(other))
        return bool(found) and bool(who)

    def _is_quality(self, word: str) -> bool:
        return word.isalpha() and word not in _PRAISE and self._deeds.soon((word,)) is None and type_of((word,)) in ("string", "bool")

    def _become(self, who: list[str], clause: Clause) -> bool:
        """``it becomes an opportunity with a stage``"""
        found, rest = self._things(clause.objects)
        made: list[Named] = found or [(self.sheet.entity(item.words), item) for item in rest if len(item.words) < 3 and noun(item.words)]
        for name, item in made[:1]:
            for other in who:
                self._belong(name, other, item)
            self._give([name], read_list(clause.fields))
            self._latest = [name]
            self._focus = replace(self._focus, last=(name,))
        return bool(made)


def _listed(told: Tokens) -> tuple[Tokens, Tokens] | None:
    """``permits: type, granted on``: several things, and what a colon lists of them."""
    head, body = parted(told, ":")
    items = read_list(head) if body else []
    return (head, body) if len(items) == 1 and items[0].plural and names_things(items[0]) and len(read_list(body)) > 1 else None


def _asked(told: Tokens) -> tuple[list[Item], Tokens]:
    """The things of which a list asks, as in "and which dogs were on it", and the list without them."""
    ends = AUXILIARIES | PRONOUNS | PREPOSITIONS
    asked: list[Item] = []
    rest: list[Token] = []
    piece: list[Token] = []
    for token in (*told, ","):
        if token not in (",", "and", "&"):
            piece.append(token)
            continue
        if piece[:1] == ["which"] and len(piece) > 1:
            end = next((at for at, word in enumerate(piece) if at > 1 and word in ends), len(piece))
            asked += read_list(tuple(piece[1:end]))
        else:
            rest += [*piece, token]
        piece = []
    return asked, tuple(rest[:-1]) if not asked else tuple(rest)
