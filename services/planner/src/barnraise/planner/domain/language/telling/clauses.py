"""A sentence: its clauses one after the other. What is not understood is read in the older way."""

from collections.abc import Iterable
from dataclasses import replace

from barnraise.planner.domain.language.grammar import Clause
from barnraise.planner.domain.language.items import Item, group_values, read_list
from barnraise.planner.domain.language.nouns import is_plural, one, singular
from barnraise.planner.domain.language.passages import Passage, Told, passages_of
from barnraise.planner.domain.language.phrases import noun
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.telling.happening import Happenings
from barnraise.planner.domain.language.telling.naming import Focus, alone_in, compounds_of, subjects_of
from barnraise.planner.domain.language.telling.roles import GETS, JUDGES, RECORDS, RIGHTS, base_of, called, is_made_of
from barnraise.planner.domain.language.text import Tokens, words_of
from barnraise.planner.domain.language.things import names_things

_WANTS = frozenset("request order report claim demand".split())
_Kept = tuple[Sheet, Focus, list[str], list[str]]


class Clauses(Happenings):
    """Puts sentences into the sheet."""

    _kept: _Kept

    def knows(self, sentences: list[Told], apart: set[str]) -> None:
        """What the whole text names; ``apart``: of what it speaks by itself."""
        self._apart = apart | {noun for sentence in sentences for noun in subjects_of(sentence.reading.clauses)}
        self._compounds = compounds_of(sentences)
        self._alone = alone_in(sentences)

    def _read(self, passage: Passage) -> None:
        """A sentence that was told again."""
        raise NotImplementedError

    def _tell(self, sentence: Told) -> bool:
        """Whether most of what the clauses say was understood; else nothing of it is kept."""
        reading, before = sentence.reading, self._known()
        self._focus, self._headline = Focus(several=self._focus.several), ""
        self._headed(reading.head)
        if sentence.listed:
            self._read(sentence.listed)
            self._tell_beside(sentence.beside)
        following = (*reading.clauses[1:], None)
        lost = [clause for clause, then in zip(reading.clauses, following, strict=True) if not self._tried(clause, then)]
        if len(lost) * 2 > len(reading.clauses):
            self._go_back(before)
            return False
        for passage in (passage for clause in lost for passage in passages_of(clause.span)):
            self._read(passage)
        self._got = True
        return True

    def _tell_beside(self, clauses: Iterable[Clause]) -> None:
        """What a list says beside its things."""
        latest = self._latest
        for clause in clauses:
            self._tried(clause, None)
        self._latest = latest

    def _tried(self, clause: Clause, then: Clause | None) -> bool:
        """Whether a clause was understood; else only who is spoken of stays known."""
        self._kept = self._known()
        told = self._told(clause, then) or clause.aside
        if not told:
            self._go_back(self._kept)
        return told

    def _known(self) -> _Kept:
        return self.sheet.copied(), self._focus, self._latest, self._topic

    def _go_back(self, known: _Kept) -> None:
        sheet, self._focus, self._latest, self._topic = known
        self.sheet.become(sheet)

    def _headed(self, head: Tokens) -> None:
        """``help desk: users open tickets``: the name of the program, or the things that all is about."""
        words = noun(head, named=True)
        if words and is_plural(words[-1]) and (self._deeds.soon(words) or self.sheet.drafts):
            self._headline = self._deeds.soon(words) or self.sheet.entity(self._shortened(words))
            self._latest = self._topic = [self._headline]
        elif words:
            self._program(head)

    def _told(self, clause: Clause, then: Clause | None) -> bool:
        if self._is_quality_of(clause):
            return True
        who = self._who(clause)
        if who is None:
            return False
        gets = then is not None and not then.subject and not then.near and then.verb in GETS
        self._received = (gets and base_of(clause.verb) not in ("assign", "allocate")) or self._is_noted(then)
        self._focus = replace(self._focus, doers=tuple(who), item=self._focus.item if clause.near else None)
        if who:
            at = tuple(aim for aim in clause.before if aim.joint not in ("after", "before"))
            clause = replace(clause, aims=(*clause.aims, *at))
            self._topic = who if clause.subject and not clause.near else self._topic
            self._kept = self._known()
        if (told := self._holds(who, clause)) is not None:
            self._turned(clause)
            return told
        if clause.verb in ("be", "become"):
            return self._are(who, clause) if clause.verb == "be" else self._become(who, clause)
        granted = clause.may and clause.verb in RIGHTS
        judged = not who and base_of(clause.verb) in JUDGES and not clause.aims
        told = not granted and not judged and self._happens(who, *self._asked_for(clause))
        self._turned(clause)
        return told

    def _is_noted(self, then: Clause | None) -> bool:
        """``and we track the progress``: what is noted of a doing, rather than other things."""
        notes = then is not None and then.subject in (("i",), ("we",)) and then.verb in RECORDS and not then.passive
        items = read_list(then.objects) if then and notes else []
        return bool(items) and not any(map(names_things, items)) and all(self._known_as(item) is None for item in items)

    def _is_wanted(self, clause: Clause, base: str) -> bool:
        """``citizens request a pickup``: the pickup is what is kept, unless requests are spoken of."""
        words = noun(clause.objects) if clause.objects[:1] in (("a",), ("an",)) and not clause.passive else None
        spoken = any(name in called(base) or is_made_of(name, base) for name in self._described | self._nouns)
        return bool(words) and not spoken and singular(words[-1]) in self._described if words else False

    def _is_quality_of(self, clause: Clause) -> bool:
        """``lead temperature is hot, warm or cold``: of leads."""
        words = words_of(clause.subject)
        owner = self._deeds.soon(one(words[:-1])) if len(words) == 2 and clause.verb == "be" and "or" in clause.objects else None
        values = group_values(clause.objects) if owner and not clause.aims else ()
        if not owner or len(values) < 2 or self.sheet.exactly(tuple(words)) or any(len(value.split()) > 3 for value in values):
            return False
        self._give([owner], [Item((words[-1],), values=values)])
        return True

    def _turned(self, clause: Clause) -> None:
        """``I take photos. They have a caption``: of what those who speak do something with, more is said."""
        if clause.subject in (("i",), ("we",)) and self._focus.last and not clause.before:
            self._topic = list(self._focus.last)

    def _asked_for(self, clause: Clause) -> tuple[Clause, str]:
        """``apply for a permit``: the permit is what is made, unless an application is spoken of."""
        base = base_of(clause.verb)
        if base in _WANTS and self._is_wanted(clause, base):
            return replace(clause, verb="submit"), "submit"
        asks = base in ("apply", "ask") and not clause.objects and not clause.fields and clause.aims[:1] and clause.aims[0].joint == "for"
        if not asks or any(noun in called(base) or is_made_of(noun, base) for noun in self._described | self._nouns):
            return clause, base
        return replace(clause, verb="submit", objects=clause.aims[0].tokens, aims=clause.aims[1:]), "submit"
