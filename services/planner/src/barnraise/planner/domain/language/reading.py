"""From a description to a sheet of entities: two passes, so that a thing may be mentioned before it is described."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from barnraise.planner.domain.language.clauses import ASKING, Statement
from barnraise.planner.domain.language.deeds import ANYONE, Deeds, pieces
from barnraise.planner.domain.language.items import Item, group_values, read_list
from barnraise.planner.domain.language.kinship import BELONGS, KNOWN, MASSES, TAGS
from barnraise.planner.domain.language.lexicon import (
    AUDIENCE,
    AUXILIARIES,
    CRUD,
    DETERMINERS,
    MODALS,
    MODIFIERS,
    NOT_THINGS,
    PLACES,
    PREPOSITIONS,
    PRONOUNS,
    QUANTIFIERS,
    UNITS,
)
from barnraise.planner.domain.language.nouns import Words, is_plural, singular
from barnraise.planner.domain.language.passages import Passage, described, passages
from barnraise.planner.domain.language.phrases import (
    CORE_APPS,
    head_words,
    implied,
    is_program,
    managing,
    noun,
    split_about,
)
from barnraise.planner.domain.language.sheet import Sheet, sides_of
from barnraise.planner.domain.language.text import Group, Token, Tokens, words_of
from barnraise.planner.domain.language.things import are_fields, names_plainly, names_things, outer, unverbed
from barnraise.planner.domain.language.types import TEXT_PLURALS

_EACH = frozenset(("each", "every"))
_NOBODY = AUDIENCE & {"me", "us", "everyone"} | UNITS
_OWNERS = frozenset(("by", "from", "per"))
_GENERIC = frozenset("fields field attributes attribute columns column properties details information data".split())


_PEOPLE = frozenset(("people",))
_LOOKS = frozenset("see view browse search filter sort find".split())
_OCCASIONS = frozenset("wedding party".split())
"""There is one only for which such a program is."""

_BEGINS = frozenset("upload create add rate comment tag label".split())
_APPS_OR_PLACES = CORE_APPS | PLACES | frozenset("blog forum wiki shop store board crm".split())


def read(text: str, known: Sheet | None = None) -> Sheet:
    """Entities, items and bonds of a clean description, and what in it was not understood; added to what is known, if something is."""
    made = passages(text)
    reader = _Reader(known or Sheet(), described(made), programs=known is None)
    for passage in made:
        reader.read(passage)
    return reader.sheet


def _aims(tokens: Tokens) -> list[Tokens]:
    """``one crop on one field``: also cut where a preposition is followed by an article."""
    cut: list[Token] = []
    for at, token in enumerate(tokens):
        aims = token in PREPOSITIONS and at and tokens[at + 1 : at + 2] and tokens[at + 1] in DETERMINERS | {"one"}
        cut.append("," if aims else token)
    return pieces(tuple(cut))


class _Reader:
    def __init__(self, sheet: Sheet, described: set[str], *, programs: bool) -> None:
        self.sheet = sheet
        self._programs = programs
        self._described = described
        self._subjects: list[str] = []
        self._app = False
        self._near: list[str] = []
        self._got = False
        self._deeds = Deeds(sheet, described)
        self._latest: list[str] = []
        self._meant: list[str] = []

    def read(self, passage: Passage) -> None:
        self._got, self._subjects, self._app, self._meant = False, [], False, []
        if passage.listed and (words := noun(passage.head)):
            name = self.sheet.entity(self._shortened(words))
            self._give([name], read_list(tuple(t for clause, _ in passage.body if clause[0] not in ASKING for t in (*clause, ","))))
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
            if found:
                self._state(found, asked=passage.asked, opening=opening and not head, head=head)
            else:
                self._plain(clause, opening=opening, head=head)
            if not self._got and not _is_mere_use(clause) and not (opening and noun(clause, named=True)):
                lost.append(" ".join(words_of(clause)))
            self._got = self._got or before
        if self._got:
            self.sheet.missed += lost

    # Statements

    def _state(self, found: Sequence[Statement], *, asked: bool, opening: bool, head: list[str]) -> None:
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
            if statement.kind in ("have", "with"):
                if self._near and not statement.finite and (head or len(found) > 1):
                    items, things = self._closed(statement.complement, items)
                    self._list(things, [])
                if self._near:
                    self._latest = self._near
                    self._give(self._near, items)
                    self._give(before, rest)
                elif self._app:
                    self._list(items, head)
            elif statement.kind == "between":
                self._between(statement)
            else:
                self._tie(statement)

    def _closed(self, told: Tokens, items: list[Item]) -> tuple[list[Item], list[Item]]:
        """What is in "with a sku and a quantity, warehouses", and the things behind it that no longer are."""
        closed = next((at for at, mark in enumerate(told) if mark == "," and set(told[:at]) & {"and", "&"}), None)
        if closed is None and not set(told) & {"and", "&"}:
            closed = next((at for at, mark in enumerate(told) if mark == ","), None)
        outside = read_list(told[closed:]) if closed else []
        plain = [
            item for item in outside if item.plural and not item.many and self._is_thing(item) and singular(item.words[-1]) not in TAGS
        ]
        return (read_list(told[:closed]), outside) if outside and len(plain) == len(outside) else (items, [])

    def _without_deeds(self, statement: Statement) -> Statement:
        """The subject of "donors donate items, items have" without what is done before it."""
        subject = statement.subject or ()
        cut = max((at for at, mark in enumerate(subject) if mark in (",", "and", "but")), default=0)
        if cut and not statement.near and self._deeds.read(subject[:cut]):
            return replace(statement, subject=subject[cut + 1 :])
        made = next((at + 1 for at, mark in enumerate(subject) if at and subject[at - 1] in MODALS and mark in CRUD), 0)
        if statement.kind == "with" and made and (words := noun(subject[made:])) and is_plural(words[-1]):
            self.sheet.entity(self._shortened(words))
            self._deeds.read(subject)
            return replace(statement, subject=subject[made:])
        return statement

    def _step_near(self, statement: Statement) -> None:
        """The last thing of the statement before is spoken of: it is an entity if it is many, or is said to have several things."""
        words = noun(statement.subject or (), named=True)
        item = next(iter(read_list(statement.subject or ())), None)
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
        if last in CORE_APPS or (last in PRONOUNS and last in ("it", "we", "i")):
            return True
        if not opening or is_plural(last) or not items:
            return False
        things = sum(1 for item in items if self._is_thing(item) and not item.many)
        mostly = things * 2 > len(items) and (things > 1 or last in _APPS_OR_PLACES)
        if is_program(words):
            return asked or mostly or implied(words) is not None
        return mostly and (last in PLACES or statement.kind == "with" or asked)

    def _tie(self, statement: Statement) -> None:
        """``belongs to a project``, ``made by a customer``; ``links a car and a customer``."""
        owners = self._near or self._subjects
        for number, piece in enumerate(
            _aims(statement.complement) if statement.kind == "act" else pieces(statement.complement, grouped=True)
        ):
            group = next((token.tokens for token in piece if isinstance(token, Group)), ())
            words = noun(piece, named=True)
            # Behind the first one, only what has an article is certain to be another target: "posts by authors and comments".
            if not words or (number and not any(token in DETERMINERS | {"one"} for token in piece)):
                if words and self._app:
                    self._list(read_list(piece), [])
                continue
            if words[-1] in PRONOUNS or (words[-1] in NOT_THINGS and not self.sheet.known(words)):
                continue
            if words[-1] in UNITS or (statement.kind == "act" and not (is_plural(words[-1]) or self._deeds.soon(words))):
                continue
            self._got = True
            many = any(token in QUANTIFIERS - {"one"} for token in piece)
            joins = statement.kind == "join" and is_plural(words[-1])
            for owner in owners:
                self._aim(owner, words, many=many or joins, loose=joins)
            if group and owners and (name := self.sheet.known(words)) and len(read_list(group)) > 1:
                self._give([name], read_list(group))

    def _aim(self, owner: str, words: Words, *, many: bool = False, loose: bool = False) -> None:
        """The owner belongs to, or shares, what the words name: "home team" is a team that is called so."""
        target = self.sheet.known(words) or self._deeds.soon(words) or self.sheet.entity(words)
        exact = self.sheet.exactly(words) is not None
        if many and owner != target and self.sheet.bound(owner, target):
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
        if not about or about[-1] in NOT_THINGS or about[-1] in _NOBODY:
            return
        known = self.sheet.known(about) or self._deeds.soon(about)
        if joint == "between":
            self._pair(name, about)
        elif known or (is_plural(about[-1]) and (joint in _OWNERS or about[-1] not in AUDIENCE)):
            target = known or self.sheet.entity(about)
            if target != name and not self.sheet.bound(name, target):
                self.sheet.bind(name, target, many=self.sheet.noun(name) in TAGS and joint in ("for", "of", "on"))

    def _give(self, owners: Sequence[str], items: Iterable[Item]) -> None:
        for item in [self._per(owners, item) for item in items if not self._tells(item)]:
            self._got = True
            if item.words[-1] in _GENERIC and len(item.words) == 1 and not item.values:
                continue
            if item.plural and item.group and len(group_values(item.group)) > 1 and names_things(item) and not item.values:
                child = self.sheet.entity(self._shortened(item.words))
                self._give([child], read_list(item.group))
                for owner in owners:
                    self._hold(owner, child, item)
                continue
            for owner in owners:
                self.sheet.add(owner, item)

    def _per(self, owners: Sequence[str], item: Item) -> Item:
        """``a message per sensor`` is a message, of what belongs to a sensor."""
        core, joint, about = split_about(item.words)
        if joint != "per" or not about or not core or not (target := self._deeds.soon(about)):
            return item
        for owner in owners:
            if owner != target and not self.sheet.bound(owner, target):
                self.sheet.bind(owner, target)
        return replace(item, words=core)

    def _hold(self, owner: str, child: str, item: Item | None) -> None:
        self.sheet.add(owner, item or Item(self.sheet.drafts[child].words, many=True))

    # Lists of things

    def _list(self, items: Sequence[Item], head: list[str]) -> None:
        """What a program is said to be with: things, or the fields of the one thing that it is for."""
        things = [item for item in items if self._is_thing(item)]
        if len(things) * 2 > len(items):
            things = [item for item in items if item in things or item.words[-1] in MASSES]
        if items and len(things) * 2 < len(items) + (len(items) == 1):
            owner = implied(head)
            if owner or self._meant or (len(items) > 1 and self._programs):
                name = self._meant[0] if self._meant else self.sheet.entity(owner or ("item",))
                self._give([name], items)
                return
        if len(things) * 2 > len(items) > 2:
            things = [item for item in items if item in things or (names_plainly(item) and item.words[-1] not in TEXT_PLURALS)]
        self._embrace(head, things)
        for item in items:
            if item in things:
                self._thing(item, among=item.words == ("fields",) and len(things) > 2)
            elif not set(item.words) & (NOT_THINGS | PLACES):
                self.sheet.missed.append(item.text)

    def _embrace(self, head: list[str], things: Sequence[Item]) -> None:
        """A "movie database with actors" keeps movies too, which share what usually is shared."""
        words = implied(head)
        if not words or not things or any(singular(item.words[-1]) == singular(words[-1]) for item in things):
            return
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

    def _is_thing(self, item: Item) -> bool:
        """Whether a list of things may mean it as one."""
        core = split_about(item.words)
        if core[1] in ("by", "from", "between", "per", "against", "for") and core[0] and is_plural(core[0][-1]) and not item.values:
            return True
        told = item.plural and not item.values and (singular(item.words[-1]) in self._described)
        return names_things(item) or told or self.sheet.exactly(item.words) is not None

    def _thing(self, item: Item, *, among: bool = False) -> str:
        """The entity of an item; empty when the item is none. ``among`` other things, even "fields" are things, as those of a farm."""
        words = split_about(item.words)[0]
        if not words or not words[-1][0].isalpha() or (words[-1] in NOT_THINGS and not item.group and not among) or words[-1] in _NOBODY:
            return ""
        self._got = True
        name = self.sheet.entity(self._shortened(words))
        if item.group:
            self._give([name], read_list(item.group))
        self._about(name, item.words)
        return name

    def _shortened(self, words: Words) -> Words:
        """``gym members`` are the members that the text goes on to speak of, and of a gym in any case."""
        if len(words) > 1 and self.sheet.exactly(words) is None:
            if singular(words[-1]) in self._described and words[-1] not in ("line", "lines", "item", "items", "type", "types"):
                return words[-1:]
            if words[0] in PLACES and len(words) == 2 and words[1] not in ("line", "lines"):
                return words[1:]
        if len(words) == 1 and (noun := singular(words[0])) not in self._described:
            # "houseplants" are the plants that are described.
            return next(((told,) for told in sorted(self._described) if len(told) > 3 and noun.endswith(told)), words)
        return words

    # Clauses without a statement

    def _program(self, head: Tokens) -> None:
        """What the name of the program tells: ``app for managing tasks`` is about tasks."""
        at = managing(head)
        if at is None:
            at = next((n + 1 for n, token in enumerate(head) if n and token in ("for", "of") and _plural_end(head[n + 1 :])), None)
        if at is not None:
            before = set(self.sheet.drafts)
            self._mention(head[at:])
            new = [name for name in self.sheet.drafts if name not in before]
            self._meant = new if len(new) == 1 else []

    def _plain(self, clause: Tokens, *, opening: bool, head: list[str]) -> None:
        grouped = any(isinstance(token, Group) for token in clause)
        if (clause[0] in _BEGINS and not grouped and self._deeds.uses(clause)) or (clause[0] in ANYONE and self._deeds.read(clause)):
            self._got = True
            return
        at = None if clause[0] in _BEGINS and managing(clause) != 1 else managing(clause)
        if clause[0] == "which" and self._latest and (words := noun(clause[1:2])) and is_plural(words[-1]) and self._deeds.soon(words):
            self._give(self._latest, [Item(words, many=True, notes=frozenset(("shared",)))])
            return
        if at == 1 and not opening and self._latest and are_fields(clause[at:]):
            self._give(self._latest, read_list(clause[at:]))
            return
        if at is not None and (at > 1 or opening or len(clause) < 12):
            self._mention(clause[at:])
            return
        if clause[0] in _LOOKS:
            self._got = any(self.sheet.known(words) for item in read_list(clause[1:]) if (words := noun(item.words)))
            return
        items = [unverbed(item) for item in read_list(clause) if not self._tells(item)]
        bare = all(len(split_about(item.words)[0]) <= 3 and not set(item.words) & (PRONOUNS | MODALS | AUXILIARIES) for item in items)
        if len(items) == 1 and not items[0].group:
            if self._deed(clause) or (opening and self._is_told(clause, items[0])):
                return
            bare = bare and len(split_about(items[0].words)[0]) <= 2
        if bare and items and (len(items) > 1 or items[0].plural or items[0].group):
            self._list(items, head)
        else:
            self._deed(clause)

    def _is_told(self, clause: Tokens, item: Item) -> bool:
        """Whether a clause that names the program tells all that it says: ``property management for my apartments``."""
        self._program(clause)
        return self._got and is_program(split_about(item.words)[0])

    def _tells(self, item: Item) -> bool:
        """Whether an item of a list is no thing, but says what somebody does: "artworks, exhibitions show artworks"."""
        if item.group or item.values or item.type or item.bounds:
            return False
        return (len(item.words) > 2 and self._deed(item.words)) or self._deeds.goes_on(item.words)

    def _deed(self, clause: Tokens) -> bool:
        told = self._deeds.read(clause)
        self._got = self._got or told
        return told

    def _mention(self, tokens: Tokens) -> None:
        """Things that are named but not described here."""
        self._got = True
        items = read_list(tokens)
        core, joint, about = split_about(items[-1].words) if items else ((), "", None)
        if joint == "of" and about and core and is_plural(about[-1]) and not any(map(is_plural, (item.words[-1] for item in items[:-1]))):
            self._give([self.sheet.entity(self._shortened(about))], [*items[:-1], replace(items[-1], words=core)])
            return
        for item in map(unverbed, items):
            words = noun(item.words)
            if words and item.plural and words[-1] not in AUDIENCE - {"students", "teachers", "companies", "owners", "users", "friends"}:
                self._thing(Item(item.words if split_about(item.words)[0] == words else words, group=item.group))
            elif words and words[-1] not in PLACES:
                self.sheet.mentioned.append(words)


def _plural_end(tokens: Tokens) -> bool:
    words = noun(next(iter(pieces(tokens)), ()))
    return bool(words) and is_plural(words[-1]) and words[-1] not in AUDIENCE


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
