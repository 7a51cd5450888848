"""From a description to a sheet of entities: two passes, so that a thing may be mentioned before it is described."""

from collections.abc import Sequence
from dataclasses import replace

from barnraise.planner.domain.language.clauses import ASKING, Statement
from barnraise.planner.domain.language.deeds import ANYONE, VERBS, pieces
from barnraise.planner.domain.language.events import event_in
from barnraise.planner.domain.language.items import Item, read_list
from barnraise.planner.domain.language.lexicon import (
    AUXILIARIES,
    CRUD,
    DETERMINERS,
    ENUM_NOUNS,
    MODALS,
    MODIFIERS,
    NOT_THINGS,
    PLACES,
    PREPOSITIONS,
    PRONOUNS,
    QUANTIFIERS,
)
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.passages import Passage, Told, described, told
from barnraise.planner.domain.language.phrases import (
    CORE_APPS,
    head_words,
    implied,
    is_program,
    managing,
    noun,
    split_about,
)
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.telling import Clauses, nouns_of, subjects_of
from barnraise.planner.domain.language.text import Group, Tokens, tokens, words_of
from barnraise.planner.domain.language.things import are_fields, names_things, outer, unverbed
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import is_verb

_PROGRAMS = CORE_APPS | frozenset("crm erp cms tracker manager planner database dashboard directory register organizer organiser".split())
_EACH = frozenset(("each", "every"))


_ALL_OF_THEM = tuple(tuple(said.split()) for said in ("each", "all", "both", "they all", "all of them", "each of them", "every one"))
_PARTS_OF_NAMES = frozenset("first last full user nick display middle given family file company contact short brand".split())
_PEOPLE = frozenset(("people",))
_LOOKS = frozenset("see view browse search filter sort find".split())

_BEGINS = frozenset("upload create add rate comment tag label".split())
_APPS_OR_PLACES = CORE_APPS | PLACES | frozenset("blog forum wiki shop store board crm".split())


def read(text: str, known: Sheet | None = None) -> Sheet:
    """Entities, items and bonds of a clean description, and what in it was not understood; added to what is known, if something is."""
    made = told(text)
    passages = [passage for sentence in made if not _begins_with_time(sentence) for passage in sentence.passages]
    spoken_of = described(passages) | {noun for sentence in made for noun in subjects_of(sentence.reading.clauses)}
    reader = _Reader(known or Sheet(), spoken_of, nouns_of(made), programs=known is None)
    reader.knows(made)
    for sentence in made:
        reader.read(sentence)
    reader.sheet.missed = [part for part in reader.sheet.missed if not _only_names(reader.sheet, part)]
    return reader.sheet


def _begins_with_time(sentence: Told) -> bool:
    """``at the finish we note``: nothing is said of the finish."""
    return any(clause.before for clause in sentence.reading.clauses)


def _only_names(sheet: Sheet, part: str) -> bool:
    """Whether what was not understood says no more than that there are things which are known: "teach 25 pupils"."""
    words = [word for word in words_of(tokens(part)) if not word.isdigit() and word not in DETERMINERS | QUANTIFIERS]
    return len(words) == 2 and words[0] not in CRUD and is_plural(words[1]) and sheet.known(tuple(words[1:])) is not None


class _Reader(Clauses):
    def __init__(self, sheet: Sheet, described: set[str], nouns: set[str], *, programs: bool) -> None:
        super().__init__(sheet, described, nouns, programs=programs)
        self._spoken: list[str] = []
        self._before: list[str] = []
        self._asked = False

    def read(self, sentence: Told) -> None:
        self._opening = bool(sentence.passages and sentence.passages[0].first)
        if not (sentence.reading.clauses and self._tell(sentence)):
            for passage in sentence.passages:
                self._read(passage)
            self._tell_beside(sentence.beside)

    def _read(self, passage: Passage) -> None:
        self._got, self._subjects, self._app, self._meant = False, [], False, []
        self._deeds.begin()
        self._before, self._spoken = self._spoken, [*_words_in(passage)]
        if passage.listed and (words := noun(passage.head, named=True)):
            items = read_list(tuple(t for clause, _ in passage.body if clause[0] not in ASKING for t in (*clause, ",")))
            if is_program(words) and items and items[0].words[1:] == ("name",) and items[0].words[0] not in _PARTS_OF_NAMES:
                words = items[0].words[:1]  # "an inventory: tool name, brand"
            name = self.sheet.entity(self._shortened(words))
            self._give([name], items)
            self.sheet.missed += [" ".join(words_of(clause)) for clause, _ in passage.body if clause[0] in ASKING]
            self._latest = [name]
            self._about(name, tuple(words_of(passage.head)))
        elif passage.head:
            self._program(passage.head)
            self._read_body(passage, head_words(passage.head))
        else:
            self._read_body(passage, [])
        if not self._got and not _is_context(passage):
            self.sheet.missed.append(passage.said)

    def _read_body(self, passage: Passage, head: list[str]) -> None:
        lost: list[str] = []
        for number, (clause, found) in enumerate(passage.body):
            before, self._got = self._got, False
            opening = passage.first and number == 0
            self._fresh = opening or bool(head) or passage.asked
            self._asked = passage.asked or passage.said.lower().startswith("as a")
            self._deeds.about(self._latest or self._topic)
            if found and self._only_deeds(clause, found) and self._deeds.happens(clause):
                self._got = True
            elif found:
                self._state(found, asked=passage.asked, opening=opening and not head, head=head)
            else:
                self._plain(clause, opening=opening, head=head)
            if not self._got and not _is_mere_use(clause) and not (opening and noun(clause, named=True)):
                lost.append(" ".join(words_of(clause)))
            self._got = self._got or before
        if self._got:
            self.sheet.missed += lost

    def _only_deeds(self, clause: Tokens, found: Sequence[Statement]) -> bool:
        """Whether a clause says what is done rather than what is had: "developers are allocated to projects with a percentage"."""
        kinds = {one.kind for one in found}
        event = event_in(clause) if kinds == {"belong", "with"} else None
        return not kinds & {"have", "belong", "between"} or (event is not None and event.passive and bool(event.fields))

    # Statements

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
                    items, rest = outer(statement.complement)
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
            items, things = self._closed(statement.complement, items)
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

    # Clauses without a statement

    def _plain(self, clause: Tokens, *, opening: bool, head: list[str]) -> None:
        grouped = any(isinstance(token, Group) for token in clause)
        if self._defines(clause):
            return
        if event_in(clause) and (self._deeds.told(clause) if grouped else self._deeds.read(clause)):
            self._got, self._latest = True, self._deeds.latest or self._latest
            return
        if (clause[0] in _BEGINS and not grouped and self._deeds.uses(clause)) or (clause[0] in ANYONE and self._deeds.read(clause)):
            self._got = True
            return
        at = None if clause[0] in _BEGINS and managing(clause) != 1 else managing(clause)
        if (opening and at is None and self._names_program(clause)) or self._told_of(clause) or self._asks(clause):
            return
        done = self._asked and len(clause) == 2 and clause[0] in VERBS and is_plural(str(clause[1]))  # "as a reader I can borrow books"
        if at == 1 and not opening and self._latest and are_fields(clause[at:]):
            self._give(self._latest, read_list(clause[at:]))
        elif done or (at is not None and (at > 1 or opening or self._asked or len(clause) < 12)):
            self._mention(clause[at or 1 :])
        elif clause[0] in _LOOKS:
            self._got = any(self.sheet.known(words) for item in read_list(clause[1:]) if (words := noun(item.words)))
        else:
            self._items(clause, opening=opening, head=head)

    def _defines(self, clause: Tokens) -> bool:
        """``Book (title, author)``"""
        group = clause[1] if len(clause) == 2 else None
        words = noun(clause[:1], named=True)
        if not isinstance(group, Group) or not words or words[-1] in ENUM_NOUNS or not set(group.tokens) & {",", ":"}:
            return False
        self._latest = [self.sheet.entity(self._shortened(words))]
        self._give(self._latest, read_list(group.tokens))
        self._got = True
        return True

    def _items(self, clause: Tokens, *, opening: bool, head: list[str]) -> None:
        """A clause that is a list, or says what somebody does."""
        items = [unverbed(item) for item in read_list(clause) if not self._tells(item)]
        bare = all(len(split_about(item.words)[0]) <= 3 and not set(item.words) & (PRONOUNS | MODALS | AUXILIARIES) for item in items)
        if len(items) == 1 and items[0].group and items[0].words[-1] in ENUM_NOUNS and self._latest:
            self._give(self._latest, items)  # "Status (open, done)" by itself
            return
        if len(items) == 1 and not items[0].group:
            if self._deed(clause):
                return
            if opening:
                self._program(clause)
            bare = bare and len(split_about(items[0].words)[0]) <= 2
        if bare and items and (len(items) > 1 or items[0].plural or items[0].group):
            self._list(items, head)
        else:
            self._deed(clause)

    def _asks(self, clause: Tokens) -> bool:
        """``which dogs were on it``: what has just been spoken of has several dogs, and they have several of it."""
        words = noun(clause[1:2]) if clause[0] == "which" and self._latest else None
        if words and is_plural(words[-1]) and self._deeds.soon(words):
            self._give(self._latest, [Item(words, many=True, notes=frozenset(("shared",)))])
            return True
        return False

    def _names_program(self, clause: Tokens) -> bool:
        """Whether a clause only names the program and what it is for: ``property management for my apartments``."""
        core = [word for word in split_about(tuple(words_of(clause)))[0] if word not in DETERMINERS]
        if len(core) == len(words_of(clause)) or not (is_program(core) or set(core) <= MODIFIERS | NOT_THINGS):
            return False
        self._program(clause)
        return self._got

    def _told_of(self, clause: Tokens) -> bool:
        """``crew members (name, rank) sail on voyages``: things with their fields, and what they do with others."""
        at = next((n for n, token in enumerate(clause[:5]) if isinstance(token, Group)), 0)
        words = noun(clause[:at]) if at and at + 1 < len(clause) else None
        verb = clause[at + 1] if words and is_plural(words[-1]) else None
        if not words or not isinstance(verb, str) or verb in (",", "and", "&", ":") or not verb[0].isalpha():
            return False
        self._list(read_list(clause[: at + 1]), [])
        name, rest = self.sheet.entity(self._shortened(words)), clause[at + 2 :]
        for piece in pieces(rest):
            done = noun(piece[1:] if piece[0] in PREPOSITIONS else piece)
            target = self._deeds.soon(done) if done else None
            if target and target != name and not self.sheet.bound(name, target):
                self.sheet.bind(*((name, target) if rest[0] in PREPOSITIONS else (target, name)), many=rest[0] in PREPOSITIONS)
        return True


def _words_in(passage: Passage) -> list[str]:
    """The nouns of a sentence that may be entities, in the singular."""
    return [singular(word) for clause, _ in passage.body for word in words_of(passage.head + clause)]


def _all_many(items: Sequence[Item]) -> bool:
    """Whether a place is said to have nothing but several things: ``our club has 12 teams``."""
    return bool(items) and all(item.plural and names_things(item) for item in items)


def _is_context(passage: Passage) -> bool:
    """A sentence that only sets the scene, or only names the program."""
    words = words_of(passage.head + tuple(token for clause, _ in passage.body for token in clause))
    begins = passage.said.lower().split()[:2]
    if (
        begins
        and begins[0] in ("i", "i'm", "we", "we're", "my", "our")
        and len(words) < 14
        and not set(words) & (MODALS | {"need", "want"})
    ):
        return True
    return ((passage.first or passage.asked or not passage.body) and len(words) <= 5) or set(words) <= NOT_THINGS | DETERMINERS


def _is_mere_use(clause: Tokens) -> bool:
    if clause[:1] in (("i",), ("we",)) and set(clause[1:3]) & {"know", "see", "find", "look"}:
        return True
    return len(words_of(clause)) <= 5 and bool(set(words_of(clause)) & CRUD)
