"""From a description to a sheet of entities: two passes, so that a thing may be mentioned before it is described."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from barnraise.planner.domain.language.clauses import Statement, clauses, statements
from barnraise.planner.domain.language.items import Item, group_values, read_list
from barnraise.planner.domain.language.lexicon import (
    AUDIENCE,
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
from barnraise.planner.domain.language.nouns import Words, is_plural, singular
from barnraise.planner.domain.language.phrases import CORE_APPS, head_words, implied, is_program, managing, noun, strip_lead
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.text import Group, Sentence, Token, Tokens, sentences, words_of
from barnraise.planner.domain.language.types import TEXT_PLURALS, type_of

_EACH = frozenset(("each", "every"))
_GENERIC = frozenset("fields field attributes attribute columns column properties details information data".split())


_APPS_OR_PLACES = CORE_APPS | PLACES | frozenset("blog forum wiki shop store board crm".split())


@dataclass(frozen=True)
class Passage:
    """A sentence made ready: what stands before its colon, and its clauses with their statements."""

    said: str
    asked: bool
    first: bool
    head: Tokens
    body: tuple[tuple[Tokens, tuple[Statement, ...]], ...]
    listed: bool = False


def passages(text: str) -> list[Passage]:
    return [_passage(sentence, first=number == 0) for number, sentence in enumerate(sentences(text))]


def read(text: str, known: Sheet | None = None) -> Sheet:
    """Entities, items and bonds of a clean description, and what in it was not understood; added to what is known, if something is."""
    made = passages(text)
    reader = _Reader(known or Sheet(), _described(made), programs=known is None)
    for passage in made:
        reader.read(passage)
    return reader.sheet


def _passage(sentence: Sentence, *, first: bool) -> Passage:
    tokens, asked = strip_lead(sentence.tokens)
    tokens = tokens or sentence.tokens
    head, body, listed = _at_colon(tokens, asked=asked)
    return Passage(sentence.said, asked, first, head, tuple((clause, tuple(statements(clause))) for clause in clauses(body)), listed)


def _at_colon(tokens: Tokens, *, asked: bool) -> tuple[Tokens, Tokens, bool]:
    """The head, the body, and whether the body lists the fields of the head: ``Book: title, author``."""
    if ":" not in tokens:
        return (), tokens, False
    at = tokens.index(":")
    head, body = tokens[:at], tokens[at + 1 :]
    if statements(head):
        keeps = at > 0 and tokens[at - 1] in ENUM_NOUNS
        return (), tokens if keeps else tuple("," if mark in (":",) else mark for mark in tokens), False
    if not body or asked or noun(head) is None or any(statement.finite for clause in clauses(body) for statement in statements(clause)):
        return head, body, False
    items = read_list(body)
    few = sum(1 for item in items if names_things(item))
    words = words_of(head)
    thing = not is_program(words) or (len(words) == 1 and words[0] not in CORE_APPS)  # "address book" is a program, "book" rather not
    return head, body, bool(items) and thing and few * 2 < len(items)


def _described(made: Iterable[Passage]) -> set[str]:
    """The single nouns that the text says something of: "a member has ..." makes "gym members" members."""
    subjects = [noun(statement.subject) for passage in made for _, found in passage.body for statement in found if statement.subject]
    return {singular(words[-1]) for words in subjects if words and len(words) == 1}


def names_things(item: Item) -> bool:
    """Whether an item of a list is rather a kind of thing than a field: a plural that is no usual field, or one with fields of its own."""
    if item.values or item.bounds or item.type or not item.words:
        return False
    if item.group:
        return item.plural or len(read_list(item.group)) > 1
    return item.plural and item.words[-1] not in TEXT_PLURALS and (item.many or type_of(item.words) == "string")


class _Reader:
    def __init__(self, sheet: Sheet, described: set[str], *, programs: bool) -> None:
        self.sheet = sheet
        self._programs = programs
        self._described = described
        self._subjects: list[str] = []
        self._app = False
        self._near: list[str] = []
        self._got = False

    def read(self, passage: Passage) -> None:
        self._got, self._subjects, self._app = False, [], False
        if passage.listed and (words := noun(passage.head)):
            self._give(
                [self.sheet.entity(self._shortened(words))], read_list(tuple(t for clause, _ in passage.body for t in (*clause, ",")))
            )
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
        for statement in found:
            items = read_list(statement.complement) if statement.kind in ("have", "with") else []
            if statement.subject is not None and not statement.near:
                self._app, self._subjects = False, []
                if self._is_app(statement, items, asked=asked, opening=opening):
                    self._app, head = True, head_words(statement.subject)
                    self._program(statement.subject)
                else:
                    self._subjects = self._named(statement)
            self._near = self._subjects
            if statement.near and statement.subject:
                self._step_near(statement)
            if statement.kind in ("have", "with"):
                if self._near:
                    self._give(self._near, items)
                elif self._app:
                    self._list(items, head)
            else:
                self._tie(statement)

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
        named = [words for item in (items[-1:] if row else items) if (words := noun(item.words, named=True)) and words[-1] not in PRONOUNS]
        names = [self.sheet.entity(self._shortened(words)) for words in named[-4:]]
        if items and items[-1].group and names:
            self._give(names[-1:], read_list(items[-1].group))
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
        pieces = _split(statement.complement)
        for number, piece in enumerate(pieces):
            words = noun(piece, named=True)
            # Behind the first one, only what has an article is certain to be another target: "posts by authors and comments".
            if not words or (number and not any(token in DETERMINERS for token in piece)):
                if words and self._app:
                    self._list(read_list(piece), [])
                continue
            if words[-1] in PRONOUNS or (words[-1] in NOT_THINGS and not self.sheet.known(words)):
                continue
            self._got = True
            target = self.sheet.known(words) or self.sheet.entity(words)
            role = words[:-1] if self.sheet.exactly(words) is None else ()
            many = any(token in QUANTIFIERS - {"one"} for token in piece)
            for owner in owners:
                parent = owner == target or self.sheet.exactly(words) is None
                self.sheet.bind(owner, target, many=many, role=(("parent",) if owner == target else (*role, words[-1]) if parent else ()))

    def _give(self, owners: Sequence[str], items: Iterable[Item]) -> None:
        for item in items:
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

    def _hold(self, owner: str, child: str, item: Item | None) -> None:
        self.sheet.add(owner, item or Item(self.sheet.drafts[child].words, many=True))

    # Lists of things

    def _list(self, items: Sequence[Item], head: list[str]) -> None:
        """What a program is said to be with: things, or the fields of the one thing that it is for."""
        things = [item for item in items if self._is_thing(item)]
        if items and len(things) * 2 < len(items) + (len(items) == 1):
            owner = implied(head)
            if owner or len(items) > 1:
                name = self.sheet.entity(owner or ("item",))
                self._give([name], items)
                return
        for item in items:
            if item in things:
                self._thing(item)
            elif not set(item.words) & (NOT_THINGS | PLACES):
                self.sheet.missed.append(item.text)

    def _is_thing(self, item: Item) -> bool:
        """Whether a list of things may mean it as one."""
        told = item.plural and not item.values and (singular(item.words[-1]) in self._described)
        return names_things(item) or told or self.sheet.exactly(item.words) is not None

    def _thing(self, item: Item) -> None:
        words, about = item.words, None
        cut = next((at for at, word in enumerate(words) if at and word in ("for", "on", "of", "in", "to", "per", "about")), None)
        if cut:
            words, about = words[:cut], noun(words[cut + 1 :])
        if not words or (words[-1] in NOT_THINGS and not item.group) or words[-1] in AUDIENCE & {"me", "us", "everyone"}:
            return
        self._got = True
        name = self.sheet.entity(self._shortened(words))
        if item.group:
            self._give([name], read_list(item.group))
        if about and about[-1] not in NOT_THINGS and (is_plural(about[-1]) or self.sheet.known(about)) and about[-1] not in AUDIENCE:
            self.sheet.bind(name, self.sheet.known(about) or self.sheet.entity(about))

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
            self._mention(head[at:])

    def _plain(self, clause: Tokens, *, opening: bool, head: list[str]) -> None:
        at = managing(clause)
        if at is not None and (at > 1 or opening or len(clause) < 12):
            self._mention(clause[at:])
            return
        items = read_list(clause)
        bare = all(len(item.words) <= 3 and not set(item.words) & (PRONOUNS | MODALS | AUXILIARIES) for item in items)
        if len(items) == 1 and not items[0].group:
            if self._does(clause):
                return
            if opening:
                self._program(clause)
            bare = bare and len(items[0].words) <= 2
        if bare and items and (len(items) > 1 or items[0].plural or items[0].group):
            self._list(items, head)
        else:
            self._does(clause)

    def _mention(self, tokens: Tokens) -> None:
        """Things that are named but not described here."""
        self._got = True
        for item in read_list(tokens):
            words = noun(item.words)
            if words and item.plural and words[-1] not in AUDIENCE - {"students", "teachers", "companies", "owners", "users", "friends"}:
                self._thing(Item(words, group=item.group))
            elif words and words[-1] not in PLACES:
                self.sheet.mentioned.append(words)

    def _does(self, clause: Tokens) -> bool:
        """``Companies post jobs``: each job belongs to a company, when one of the two is known."""
        tokens = [token for token in clause if isinstance(token, str)]
        verb = next((at + 1 for at, token in enumerate(tokens) if token in MODALS), None)
        start = 1 if tokens and tokens[0] in DETERMINERS else 0
        if verb is None:
            verb = start + 1
        if len(tokens) < verb + 2 or not 0 < verb <= 4:
            return False
        who = noun(tokens[: verb - 1] if tokens[verb - 1] in MODALS else tokens[:verb])
        what = [words for item in _split(tuple(tokens[verb + 1 :])) if (words := noun(item)) and is_plural(words[-1])]
        if not who or who[-1] in PRONOUNS or not what or (start == 0 and not is_plural(who[-1])) or tokens[verb] in PREPOSITIONS:
            return False
        doer, done = self.sheet.exactly(who), [name for words in what if (name := self._soon(words))]
        if who[-1] in ("users", "people", "visitors", "admins") and doer is None:
            if not done or tokens[verb] not in CRUD:
                return False
            self._got = True
            return True
        if not done and not (doer and len(what) == 1):
            return False
        self._got = True
        doer = doer or self.sheet.entity(who)
        for name in done or [self.sheet.entity(what[0])]:
            if name != doer and not self.sheet.bound(name, doer):
                self.sheet.bind(name, doer)
        return True

    def _soon(self, words: Words) -> str | None:
        """The entity of these words if it is known or will be described."""
        known = self.sheet.known(words)
        return known or (self.sheet.entity(words) if singular(words[-1]) in self._described and len(words) == 1 else None)


def _split(tokens: Tokens) -> list[Tokens]:
    """Pieces between separators."""
    out: list[list[Token]] = [[]]
    for token in tokens:
        if token in (",", "and", "&", "or"):
            out.append([])
        elif not isinstance(token, Group):
            out[-1].append(token)
    return [tuple(piece) for piece in out if piece]


def _plural_end(tokens: Tokens) -> bool:
    words = noun(next(iter(_split(tokens)), ()))
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
    return len(words_of(clause)) <= 5 and bool(set(words_of(clause)) & CRUD)
