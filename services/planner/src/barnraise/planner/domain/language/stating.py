"""What the statements of a clause say: who has what, what belongs to what, and what only names the program."""

from collections.abc import Sequence
from dataclasses import replace

from barnraise.planner.domain.language.clauses import Statement
from barnraise.planner.domain.language.deeds import VERBS
from barnraise.planner.domain.language.events import event_in
from barnraise.planner.domain.language.items import Item, read_list
from barnraise.planner.domain.language.lexicon import CRUD, DETERMINERS, MODALS, MODIFIERS, PLACES, PREPOSITIONS, PRONOUNS
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.phrases import CORE_APPS, head_words, implied, is_program, managing, noun
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.telling import Clauses
from barnraise.planner.domain.language.text import Group
from barnraise.planner.domain.language.things import names_things, outer
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import is_verb

_PROGRAMS = CORE_APPS | frozenset("crm erp cms tracker manager planner database dashboard directory register organizer organiser".split())
_EACH = frozenset(("each", "every"))
_ALL_OF_THEM = tuple(tuple(said.split()) for said in ("each", "all", "both", "they all", "all of them", "each of them", "every one"))
_PEOPLE = frozenset(("people",))
_APPS_OR_PLACES = CORE_APPS | PLACES | frozenset("blog forum wiki shop store board crm".split())


class Statements(Clauses):
    def __init__(self, sheet: Sheet, described: set[str], nouns: set[str], *, programs: bool) -> None:
        super().__init__(sheet, described, nouns, programs=programs)
        self._spoken: list[str] = []
        self._before: list[str] = []
        self._asked = False

    def _state(self, found: Sequence[Statement], *, asked: bool, opening: bool, head: list[str]) -> None:
        tied = False
        for statement in map(self._without_deeds, found):
            items = read_list(statement.complement) if statement.kind in ("have", "with") else []
            if statement.subject is not None and not statement.near:
                self._app, self._subjects = False, []
                if self._is_app(statement, items, asked=asked, opening=opening):
                    self._app, head = True, head_words(statement.subject)
                    self._program(statement.subject)
                else:
                    self._subjects = self._named(statement)
            before, self._near = self._near or self._subjects, self._subjects
            rest: list[Item] = []
            if statement.near and statement.subject:
                if statement.kind == "with" and before and not statement.beside:
                    items, rest = outer(statement.complement, held=found[0].kind == "have")
                self._step_near(statement)
                if tied and self._near and statement.kind == "with" and before and self._already(self._near[0], before):
                    self._near, items, rest = before, read_list(statement.complement), []  # "quotes belong to a lead with an amount"
            tied = statement.kind in ("belong", "between")
            if statement.kind in ("have", "with"):
                self._held(statement, items, head, among=bool(head) or len(found) > 1)
                self._give(before if self._near else [], rest)
            elif statement.kind == "between":
                self._between(statement)
            else:
                self._tie(statement)

    def _held(self, statement: Statement, items: list[Item], head: list[str], *, among: bool) -> None:
        """What is spoken of has these items. ``among``: other things stand beside it, so that some of them may be such."""
        if not self._near:
            if self._app:
                self._list(items, head)
            return
        if not statement.finite and among:
            items, things = self._closed(statement.complement, items, row="," in (statement.subject or ()) and bool(head))
            self._list(things, [])
        self._latest = self._near
        self._give(self._near, items)

    def _already(self, target: str, owners: Sequence[str]) -> bool:
        """Whether something was said of a target already, and nothing yet of what belongs to it."""
        return self.sheet.described(target) and target not in owners and not any(map(self.sheet.described, owners))

    def _without_deeds(self, statement: Statement) -> Statement:
        """The subject of "donors donate items, items have" without what is done before it."""
        subject = statement.subject or ()
        cut = max((at for at, mark in enumerate(subject) if mark in (",", "and", "but")), default=0)
        if cut and not statement.near and self._deeds.read(subject[:cut]):
            return replace(statement, subject=subject[cut + 1 :])
        told = statement.kind in ("have", "belong") and not statement.near
        if told and (event := event_in(subject)) and self._deeds.read(subject):
            return replace(statement, subject=event.doer.words)  # "a test run executes a test case and has a result"
        made = next((at + 1 for at, mark in enumerate(subject) if at and subject[at - 1] in MODALS and mark in CRUD), 0)
        follows = len(subject) > 3 and subject[2] in DETERMINERS | {"one"} and subject[1] not in PREPOSITIONS | {"of"}
        if follows and not made and not statement.near and statement.kind == "have" and is_plural(str(subject[0])):
            self.sheet.entity(self._shortened((str(subject[0]),)))  # "installations follow a quote and have"
            return replace(statement, subject=subject[:1]) if self._deeds.read(subject) else statement
        if not made and self._asked and len(subject) == 2 and subject[0] in VERBS | CRUD and is_plural(str(subject[1])):
            return replace(statement, subject=subject[1:])  # "as a librarian I can add books with a title"
        does = len(subject) >= 3 and (subject[-2] in VERBS or (len(subject) == 3 and isinstance(subject[1], str) and is_verb(subject[1])))
        if not made and does and isinstance(subject[-3], str) and is_plural(subject[-3]):
            made = len(subject) - 1
        if statement.kind == "with" and made and (words := noun(subject[made:])) and is_plural(words[-1]):
            self.sheet.entity(self._shortened(words))
            self._deeds.read(subject)
            return replace(statement, subject=subject[made:])
        return statement

    def _step_near(self, statement: Statement) -> None:
        """The last thing of the statement before is spoken of: it is an entity if it is many, or is said to have several things."""
        subject = statement.subject or ()
        words = noun(subject[1:] if subject and subject[0] in PREPOSITIONS else subject, named=True)
        item = next(iter(read_list(statement.subject or ())), None)
        if words and (type_of(words) in ("date", "datetime", "time") or words[-1] in ("weekday", "day")) and not self.sheet.known(words):
            self._app = False  # "on a weekday with a start time"
            return
        enough = item is not None and (item.plural or len(read_list(statement.complement)) > 1 or (words and self.sheet.exactly(words)))
        if not words or not enough:
            self._near = []
            self._app = False
            return
        owners = [] if statement.beside or self._app else self._near
        name = self.sheet.entity(self._shortened(words))
        if item and item.group:
            self._give([name], read_list(item.group))
        self._about(name, item.words if item else words)
        for owner in owners:
            if owner != name and not self.sheet.bound(name, owner):
                self._hold(owner, name, item)
        self._near = [name]
        if statement.beside:
            self._subjects = [name]

    def _named(self, statement: Statement) -> list[str]:
        """The entities that a subject names: all of "posts and comments have"; of "customers (name), orders with" the last, the others
        are things in a list. What is managed, in "an app to track books"."""
        subject = statement.subject or ()
        if subject == ("they",) and self._topic:
            return self._topic
        if subject in _ALL_OF_THEM:
            held = [item.words for draft in self.sheet.drafts.values() for item in draft.items if names_things(item)]
            known = [*self.sheet.drafts, *(self.sheet.entity(words) for words in held if singular(words[-1]) in self._before)]
            return [name for name in dict.fromkeys(known) if self.sheet.noun(name) in self._before]
        if (at := managing(subject)) is not None:
            subject = subject[at:]
        row = statement.kind == "with" or any(isinstance(token, Group) for token in subject)
        items = read_list(subject)
        if row:
            self._list([item for item in items[:-1] if noun(item.words)], [])
        named = [
            words
            for item in (items[-1:] if row else items)
            if (words := noun(item.words, named=True)) and words[-1] not in PRONOUNS - _PEOPLE
        ]
        if statement.kind == "act":  # "everything lives in my head" names nothing
            named = [words for words in named if self._deeds.soon(words)]
        names = [self.sheet.entity(self._shortened(words)) for words in named[-4:]]
        if items and items[-1].group and names:
            self._give(names[-1:], read_list(items[-1].group))
        self._topic = names or self._topic
        if items and names and not isinstance(subject[0], Group):
            self._about(names[-1], items[-1].words)
        return names

    def _is_app(self, statement: Statement, items: Sequence[Item], *, asked: bool, opening: bool) -> bool:
        """Whether the subject is the program that is asked for rather than one of the things in it."""
        subject = statement.subject or ()
        words = [word for word in head_words(subject) if word not in MODIFIERS]
        if not self._programs or any(token in _EACH for token in subject) or managing(subject) is not None:
            return False
        if not words:
            return opening or asked
        last = words[-1]
        named = last in CORE_APPS and (opening or asked or not any(token in ("a", "an") for token in subject))
        ours = opening and last in PLACES and subject[:1] in (("our",), ("my",), ("this",)) and _all_many(items)
        if named or ours or last in ("it", "we", "i"):
            return True
        if not opening or is_plural(last) or not items:
            return False
        things = sum(1 for item in items if self._is_thing(item) and not item.many)
        mostly = things * 2 > len(items) and (things > 1 or last in _APPS_OR_PLACES)
        if is_program(words):
            return asked or mostly or (words[-1] in _PROGRAMS and len(items) > 2) or implied(words) is not None
        return mostly and (last in PLACES or statement.kind == "with" or asked)


def _all_many(items: Sequence[Item]) -> bool:
    """Whether a place is said to have nothing but several things: ``our club has 12 teams``."""
    return bool(items) and all(item.plural and names_things(item) for item in items)
