"""What is done: somebody makes something, does something to things, or has part in something that is kept by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from barnraise.contracts.manifest import FieldType
from barnraise.planner.domain.language.grammar import Aim, Clause
from barnraise.planner.domain.language.grammar.forms import s_form
from barnraise.planner.domain.language.items import Item, read_list
from barnraise.planner.domain.language.kinship import BELONGS, COLLECTIONS, MASSES, NAMELESS
from barnraise.planner.domain.language.lexicon import DETERMINERS, NOT_THINGS, PLACES, UNITS
from barnraise.planner.domain.language.nouns import singular
from barnraise.planner.domain.language.phrases import noun
from barnraise.planner.domain.language.telling.events import Doing, Occurrences
from barnraise.planner.domain.language.telling.naming import Named
from barnraise.planner.domain.language.telling.roles import (
    ADDS,
    ANOTHER,
    BOUNDS,
    BRINGS,
    CHOOSES,
    DEFINES,
    EACH_OTHER,
    FORMS,
    GIVEN_UP,
    GIVES,
    JUDGES,
    LINKS,
    PLAYS,
    TIMES,
    called,
)
from barnraise.planner.domain.language.telling.tying import Aimed
from barnraise.planner.domain.language.text import Group, Range, words_of
from barnraise.planner.domain.language.types import is_field_word, type_of
from barnraise.planner.domain.language.verbs import MAKES, SELF, SHARED

_NUMBERS = ("int", "float", "decimal")
_DATED = ("date", "datetime", "time")
_TYPED = ("file", "email", "phone", "url", *_DATED)
_SAID = frozenset("comment review message reply rating".split())
_EACH = (("each",), ("every",))
_DOERS = ("ers", "ors", "ists")
_SAID_OF = frozenset("comment note attachment photo picture image file document review reply message task remark answer entry".split())
"""What is added to one thing, rather than to several."""


class Happenings(Occurrences):
    """Reads the clauses in which something is done."""

    def _happens(self, who: list[str], clause: Clause, base: str) -> bool:
        if (told := self._adds(who, clause, base)) is not None:
            return told
        known = set(self.sheet.drafts)
        doing = self._doing(who, clause, base)
        told, doing = doing, self._without_context(doing, known)
        if (told.objects and not doing.objects) or self._among(doing) or self._chooses(doing):
            return True
        if name := self._carrier(doing):
            aims = tuple(replace(aimed, found=tuple(one for one in aimed.found if one[0] != name)) for aimed in doing.aims)
            return self._occur(name, replace(doing, aims=aims))
        if name := self._event(doing):
            return self._occur(name, doing)
        return self._undergoes(doing) if clause.passive else self._does(doing)

    def _adds(self, who: list[str], clause: Clause, base: str) -> bool | None:
        """``owners sign up (name, email)``, ``starts at a certain time``; None when it says no such."""
        group = clause.objects[0] if len(clause.objects) == 1 else None
        if isinstance(group, Group) and who:
            self._give(who, read_list(group.tokens))
            return all(self._lean(who, aimed, clause) for aimed in self._aimed(clause.aims))
        aim = clause.aims[0] if clause.aims and not clause.objects else None
        words = noun(aim.tokens, named=True) if aim else None
        if not aim or not words or base not in BOUNDS or aim.joint not in ("at", "on") or type_of(words) not in _DATED:
            return None
        kind: FieldType = "date" if aim.joint == "on" else "datetime"
        self._give(who, [Item((s_form(base), aim.joint), type=kind), *read_list(aim.tokens)[1:]])
        return bool(who)

    def _doing(self, who: list[str], clause: Clause, base: str) -> Doing:
        bounds = next((token for token in clause.objects if isinstance(token, Range)), None) if base in JUDGES else None
        objects, rest = self._things(tuple(token for token in clause.objects if token is not bounds))
        aims, fields = self._aimed(clause.aims, base), read_list(clause.fields)
        if fellows := self._fellows(clause, fields):
            aims, fields = [*aims, Aimed(Aim("with", clause.fields), fellows)], []
        if bounds:
            fields = [*fields, Item(("rating",), bounds=bounds)]
        return Doing(tuple(who), clause, base, tuple(objects), tuple(rest), tuple(aims), tuple(fields))

    def _fellows(self, clause: Clause, fields: Sequence[Item]) -> tuple[Named, ...]:
        """``with coaches``: things rather than fields."""
        if len(fields) > 2 or not all(item.plural or "single" in item.notes for item in fields):
            return ()
        known = all((words := noun(item.words)) and (self._deeds.soon(words) or words[-1].endswith(_DOERS)) for item in fields)
        return tuple(self._things(clause.fields)[0]) if known else ()

    def _without_context(self, doing: Doing, known: Iterable[str]) -> Doing:
        """``we run a small clinic``: what those who speak do with one thing that is never spoken of again is none of these."""
        made = doing.base in MAKES and (doing.aims or doing.fields)
        if doing.who or doing.clause.passive or made:
            return doing
        lone = {name for name, item in doing.objects if "single" in item.notes and name not in known}
        for name in lone:
            self.sheet.drafts.pop(name, None)
        if not lone:
            return doing
        aims = tuple(replace(aimed, found=tuple(one for one in aimed.found if one[0] not in lone)) for aimed in doing.aims)
        return replace(doing, objects=tuple(one for one in doing.objects if one[0] not in lone), aims=aims)

    def _carrier(self, doing: Doing) -> str | None:
        """``a unit is rented to a tenant under a lease``, ``orders are shipped in shipments``: by what it is done."""
        aims = [aimed for aimed in doing.aims if aimed.aim.joint in ("under", "in", "by", "through", "via", "on", "with")]
        found = (name for aimed in aims if doing.clause.passive and doing.who for name, _ in aimed.found)
        names = called(doing.clause.verb)
        return next((name for name in found if self.sheet.noun(name) in names and name not in doing.who), None)

    def _among(self, doing: Doing) -> bool:
        """``users follow each other``"""
        told = words_of(doing.clause.objects)
        others = bool({"other", "another"} & set(told)) and any(name in doing.who for name, _ in doing.objects)
        if doing.clause.verb not in SELF or not doing.who or not (tuple(told) in EACH_OTHER or others):
            return False
        self.sheet.bind(doing.who[0], doing.who[0], many=True)
        return True

    def _chooses(self, doing: Doing) -> bool:
        """``backers pledge an amount and choose a reward``: the pledge has that reward."""
        if doing.clause.subject or not self._focus.event or doing.base not in CHOOSES or doing.clause.passive:
            return False
        for other, item in doing.objects:
            self._belong(self._focus.event[0], other, item)
        return bool(doing.objects)

    def _undergoes(self, doing: Doing) -> bool:
        """``wells are funded by a donor``, ``tickets are assigned to agents``"""
        if not doing.who or not (doing.aims or doing.fields):
            return not (doing.aims or doing.fields or doing.clause.objects)
        told = [self._suffer(doing.who, aimed, doing.clause) for aimed in doing.aims]
        self._give(doing.who, (*doing.rest, *doing.fields))
        self._latest = list(doing.who) if doing.fields else self._latest or list(doing.who)
        return all(told)

    def _does(self, doing: Doing) -> bool:
        """Somebody makes something, or does something to things."""
        if not doing.objects and not (doing.rest and doing.base in MAKES):
            return self._without_objects(doing)
        if any(map(self._is_doing, doing.who)):
            return self._takes_part(doing)
        rival = any(aimed.aim.tokens in EACH_OTHER for aimed in doing.aims)
        into = doing.base == "add" and any(aimed.aim.joint in ("to", "into") for aimed in doing.aims)
        made = ({doing.base, doing.clause.verb} & MAKES or doing.base in ("do", "add") or rival) and not into
        doing = self._made(doing) if made and doing.rest and not doing.objects else doing
        if not doing.objects:
            return self._gains(doing)
        if not all(item.words[-1] in TIMES | UNITS for item in doing.rest):
            return False
        if self._joins(doing):
            return True
        for name, item in doing.objects:
            self._done_with(doing, name, item, made=bool(made))
        told = [self._aims_at(doing, aimed, made=bool(made)) for aimed in doing.aims]
        names = [name for name, _ in doing.objects]
        self._give(names[-1:], doing.fields)
        self._latest = names[-1:]
        self._focus = replace(self._focus, last=(names[-1],), acted=tuple(names))
        return all(told)

    def _joins(self, doing: Doing) -> bool:
        """``a recipe needs several ingredients in a certain amount``: the amount is of both."""
        fields = [*doing.fields, *(item for aimed in doing.aims for item in aimed.rest)]
        aimed_at = any(aimed.found for aimed in doing.aims)
        if aimed_at or not fields or doing.base not in SHARED or len(doing.objects) != 1:
            return False
        (name, item), *_ = doing.objects
        if not self._is_joined(doing.who, name, item, fields):
            return False
        self._join(doing.who[0], name, fields)
        return True

    def _without_objects(self, doing: Doing) -> bool:
        """``a job comes with a deadline``, ``a cleaning takes two hours``, ``leads come from campaigns``"""
        if not doing.who:
            return False
        if any(map(self._is_doing, doing.who)) and any(aimed.aim.joint == "between" for aimed in doing.aims):
            return self._takes_part(replace(doing, rest=()))  # "transactions move money between two accounts"
        if doing.rest:
            numbers = all(type_of(item.words) in _NUMBERS for item in doing.rest)
            plain = doing.base in DEFINES or all(is_field_word(item.words[-1]) for item in doing.rest)
            self._give(doing.who, (*doing.rest, *doing.fields) if numbers or plain else ())
            return (numbers or plain) and all(self._lean(doing.who, aimed, doing.clause) for aimed in doing.aims)
        if [aimed.aim.joint for aimed in doing.aims] == ["from", "to"] and doing.aims[1].aim.tokens in ANOTHER:
            return self._takes_part(doing)
        told = [self._lean(doing.who, aimed, doing.clause) for aimed in doing.aims]
        self._give(doing.who, doing.fields)
        return all(told) and bool(told or doing.fields)

    def _made(self, doing: Doing) -> Doing:
        """``a review`` is a thing where it is left with stars, or on something."""
        spare = NOT_THINGS | PLACES | UNITS
        led = words_of(doing.clause.objects)[:1]
        things = [item for item in doing.rest if len(item.words) < 3 and type_of(item.words) in ("string", "text")]
        mass = bool(things) and things[0].words[-1] in MASSES
        sure = led and (mass or led[0] in DETERMINERS | {"one"}) and (doing.fields or doing.aims)
        if not sure or len(things) < len(doing.rest) or any(item.words[-1] in spare or not item.words[-1].isalpha() for item in things):
            return doing
        return replace(doing, objects=tuple((self.sheet.entity(item.words), item) for item in things), rest=())

    def _gains(self, doing: Doing) -> bool:
        """``handles each claim and writes notes``: the notes are the claim's; ``collect loyalty points`` are the customer's."""
        if self._focus.event and self._latest == list(self._focus.event) and all(type_of(item.words) == "text" for item in doing.rest):
            self._give(self._focus.event, doing.rest)
            return True
        said = [item for item in doing.rest if item.plural and singular(item.words[-1]) in _SAID]
        if said and len(said) == len(doing.rest) and doing.base in ADDS:
            return self._say(doing, said)
        if self._focus.acted and all(type_of(item.words) == "text" for item in doing.rest):
            self._give(self._focus.acted, doing.rest)
            return True
        own = [item for item in doing.rest if type_of(item.words) in _TYPED and not item.plural]
        if doing.base in GIVEN_UP and own and len(own) == len(doing.rest) and not doing.fields:
            self._give(doing.who, doing.rest)  # "candidates upload a cv"
            return bool(doing.who)
        counted = all(type_of(item.words) in _NUMBERS and not item.bounds for item in doing.rest)
        self._give(doing.who, doing.rest if counted else ())
        return counted and bool(doing.who)

    def _say(self, doing: Doing, said: Sequence[Item]) -> bool:
        """``users like recipes and leave comments``: each is somebody's, and about what was spoken of."""
        for item in said:
            name = self.sheet.entity(item.words)
            for other in (*doing.who, *self._focus.acted):
                if other != name:
                    self._belong(name, other, self._item(other))
        return True

    def _takes_part(self, doing: Doing) -> bool:
        """``transfers move a quantity of one product from one warehouse to another``: all of these have part in a transfer."""
        told: list[bool] = []
        for name in doing.who:
            for other, item in doing.objects:
                if item.many:
                    self._share(name, other, sure=True)
                elif item.plural and doing.base not in LINKS:
                    self._several(name, other)
                else:
                    self._belong(name, other, item)
            before = ""
            for aimed in doing.aims:
                if aimed.aim.joint == "between":
                    told.append(self._pairs([name], aimed))
                    continue
                role = (aimed.aim.joint,) if aimed.aim.joint in ("from", "to") and len(doing.aims) > 1 else ()
                for other, item in aimed.found:
                    self._role(name, other, item, role)
                    before = other
                if before and aimed.aim.tokens in ANOTHER:
                    self._role(name, before, self._item(before), role)
                else:
                    told += [self._dated([name], aimed.aim, item) for item in aimed.rest]
        self._give(doing.who, (*doing.rest, *doing.fields))
        return all(told)

    def _role(self, name: str, other: str, item: Item, role: tuple[str, ...]) -> None:
        if role:
            self.sheet.bind(name, other, role=(*role, *self.sheet.drafts[other].words))
        else:
            self._belong(name, other, item)

    def _done_with(self, doing: Doing, name: str, item: Item, *, made: bool) -> None:
        for doer in doing.who:
            if made and doer != name:
                several = doing.base == "book" and item.plural and not self._is_doing(name)
                self._belong(name, doer, item, shared=several)  # "members book classes", but not "clients book sessions"
            elif doer != name:
                self._act(doing, doer, name, item)
        if made and not doing.clause.subject and doing.base in ADDS:
            for other in self._focus.acted:
                self._belong(name, other, item)

    def _act(self, doing: Doing, doer: str, name: str, item: Item) -> None:
        """``members attend courses``, ``each technician handles each claim``, ``every tour uses a van``"""
        several = item.plural or doing.clause.objects[:1] in _EACH
        each = doing.clause.subject[:1] in _EACH and not item.many
        if several and not each and doing.base in SHARED - PLAYS and self.sheet.noun(name) not in NAMELESS:
            self._share(doer, name, sure=item.many)
        elif several and not (doing.base in FORMS and self.sheet.noun(name) in COLLECTIONS):
            self._several(doer, name, loose=True)
        else:
            self._belong(doer, name, item, loose=True)

    def _aims_at(self, doing: Doing, aimed: Aimed, *, made: bool) -> bool:
        """``customers leave reviews on products``, ``teachers add videos to playlists``, ``teams play matches against each other``"""
        last = doing.objects[-1][0]
        if aimed.aim.tokens in EACH_OTHER and doing.who:
            self._versus(doing.objects[0][0], doing.who[0])
            return True
        for other, item in aimed.found:
            if made or not doing.who or doing.base in GIVES:
                for name, _ in doing.objects:
                    occasion = aimed.aim.joint == "for" and doing.base in BRINGS and self._is_doing(other)
                    self._belong(*((other, name) if occasion else (name, other)), item)
            elif doing.base == "add" and aimed.aim.joint in ("to", "into"):
                if self.sheet.noun(last) in _SAID_OF:
                    self._belong(last, other, item)
                else:
                    self._share(other, last)
            elif self._is_setting(doing, aimed):
                for name in doing.who:
                    self._belong(name, other, item)
            else:
                self._belong(last, other, item, loose=True)
        return all(self._dated([last], aimed.aim, item) for item in aimed.rest)

    def _is_setting(self, doing: Doing, aimed: Aimed) -> bool:
        """``a screening shows one film in one venue``: where it does so, unless that is where such objects usually are."""
        (last, item), who = doing.objects[-1], doing.clause.subject[:1]
        usual = " ".join(BELONGS.get(self.sheet.noun(last), ())).split()
        apart = not any(self.sheet.noun(other) in usual or self.sheet.bound(last, other) for other, _ in aimed.found)
        single = not item.plural and who in (("a",), ("an",), ("each",), ("every",), ("one",))
        return aimed.aim.joint in ("in", "at", "on") and single and apart

    def _versus(self, name: str, other: str) -> None:
        for key in ((name, other, ()), (other, name, ())):
            self.sheet.bonds.pop(key, None)
        self._pair(name, self.sheet.drafts[other].words)
