"""From a description to a sheet of entities: two passes, so that a thing may be mentioned before it is described."""

from collections.abc import Sequence
from dataclasses import replace

from barnraise.planner.domain.language.behaviours import is_behaviour
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
    PREPOSITIONS,
    PRONOUNS,
    QUANTIFIERS,
)
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.passages import Passage, Told, described, told
from barnraise.planner.domain.language.phrases import head_words, implied, is_program, managing, noun, split_about
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.stating import Statements
from barnraise.planner.domain.language.telling import nouns_of, subjects_of
from barnraise.planner.domain.language.text import Group, Tokens, tokens, words_of
from barnraise.planner.domain.language.things import are_fields, unverbed
from barnraise.planner.domain.language.viewing import is_view
from barnraise.planner.domain.language.weeding import weed

_PARTS_OF_NAMES = frozenset("first last full user nick display middle given family file company contact short brand".split())
_LISTS = frozenset("list register registry database directory collection tracker catalog catalogue".split())
_LOOKS = frozenset("see view browse search filter sort find".split())

_BEGINS = frozenset("upload create add rate comment tag label".split())


def read(text: str, known: Sheet | None = None) -> Sheet:
    """Entities, items and bonds of a clean description, and what in it was not understood; added to what is known, if something is."""
    made = told(text)
    passages = [passage for sentence in made if not _begins_with_time(sentence) for passage in sentence.passages]
    spoken_of = described(passages) | {noun for sentence in made for noun in subjects_of(sentence.reading.clauses)}
    reader = _Reader(known or Sheet(), spoken_of, nouns_of(made), programs=known is None)
    reader.knows(made, described(passages, apart=True))
    for sentence in made:
        if is_behaviour(tokens(sentence.said), spoken_of) or is_view(tokens(sentence.said)):
            reader.sheet.missed.append(sentence.said)
        else:
            reader.read(sentence)
    if known is None:
        weed(reader.sheet, nouns_of(made))
    reader.sheet.missed = [part for part in reader.sheet.missed if not _only_names(reader.sheet, part) and not _names_it(part)]
    return reader.sheet


def _begins_with_time(sentence: Told) -> bool:
    """``at the finish we note``: nothing is said of the finish."""
    return any(clause.before for clause in sentence.reading.clauses)


def _only_names(sheet: Sheet, part: str) -> bool:
    """Whether what was not understood says no more than that there are things which are known: "teach 25 pupils"."""
    words = [word for word in words_of(tokens(part)) if not word.isdigit() and word not in DETERMINERS | QUANTIFIERS]
    return len(words) == 2 and words[0] not in CRUD and is_plural(words[1]) and sheet.known(tuple(words[1:])) is not None


def _names_it(part: str) -> bool:
    """Whether what was not understood is but the program's name: "job board"."""
    words = [word for word in words_of(tokens(part)) if word not in DETERMINERS]
    return len(words) < 4 and is_program(words)


class _Reader(Statements):
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
            if is_program(words) and items and items[0].words[1:] in (("name",), ("title",)) and items[0].words[0] not in _PARTS_OF_NAMES:
                words = items[0].words[:1]  # "an inventory: tool name, brand"
                items = [replace(items[0], words=items[0].words[1:]), *items[1:]]
            elif words[-1] in _LISTS:
                words = implied(words) or words  # "customer list: name, email"
            name = self.sheet.entity(self._shortened(words))
            self._give([name], items)
            self.sheet.missed += [" ".join(words_of(clause)) for clause, _ in passage.body if clause[0] in ASKING]
            self._latest = self._topic = [name]
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
        plain = [item for item in items if _is_bare(item)]
        bare = len(plain) == len(items)
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
        elif not self._deed(clause) and len(items) > 2 and items[0] in plain and self._is_thing(items[0]) and len(plain) * 2 > len(items):
            self._list(plain, head)
            self.sheet.missed += [item.text for item in items if item not in plain]

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


def _is_bare(item: Item) -> bool:
    """Whether an item of a list is no more than a name."""
    spoken = (PRONOUNS | MODALS | AUXILIARIES) - {"people"}
    return len(split_about(item.words)[0]) <= 3 and not set(item.words) & spoken


def _words_in(passage: Passage) -> list[str]:
    """The nouns of a sentence that may be entities, in the singular."""
    return [singular(word) for clause, _ in passage.body for word in words_of(passage.head + clause)]


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
