"""Clauses in which things do something with each other: ``clients book sessions with coaches``, ``a pallet sits in one bin``. What
happens may be a thing of its own, which belongs to all that take part in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from barnraise.planner.domain.language.items import Item, read_list
from barnraise.planner.domain.language.kinship import COLLECTIONS, NAMELESS, PEOPLE
from barnraise.planner.domain.language.lexicon import DETERMINERS, MODALS, NOT_THINGS, PLACES, PREPOSITIONS, PRONOUNS, QUANTIFIERS, UNITS
from barnraise.planner.domain.language.nouns import Words, is_plural, singular
from barnraise.planner.domain.language.phrases import noun
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.text import Group, Range, Token, Tokens
from barnraise.planner.domain.language.types import type_of
from barnraise.planner.domain.language.verbs import ALSO, HAPPENINGS, KEPT, MAKES, NOUNS_TOO, SELF, SHARED, agrees, done, is_verb, stem

_BETWEEN = frozenset("to with from on at for about against in of by into through under via within inside per between around near".split())
_PARTICLES = frozenset("up out off in back over down together along away through".split())
_TAKING_IN = frozenset("hand turn fill check sign bring put send log call".split())
"""Behind these "in" is no preposition: "teams hand in reports"."""

_ADVERBS = frozenset("also always usually often regularly then only sometimes typically both usually never either".split())
_RECEIVERS = frozenset(("me", "us", "them", "you"))
_JOINTS = frozenset((",", "and", "while", "but"))
_HELPING = frozenset("is are was were get gets be been being".split())
_ANYONE = frozenset("users people visitors admins everyone anyone user".split())
_SETTINGS = PLACES | frozenset(
    "trust archive orchestra charity association organisation organization society network institute foundation council authority ministry "
    "department lab laboratory centre center choir band association federation league union cooperative co-op collective brewery winery "
    "vineyard academy gallery nursery kindergarten parish committee platform app application system site website tool".split()
)
"""Those of whom there is one, which is what the application is for."""

_RIGHTS = frozenset(
    "publish approve reject accept decline confirm cancel close archive moderate edit delete update change manage see view".split()
)
_OTHERS = (("each", "other"), ("one", "another"), ("the", "other"))
_MANY = QUANTIFIERS - {"one", "any"}
_TIMES = frozenset("weekday day month year time moment week season morning evening night weekend".split())
_OTHER = ("each", "other")
_THEM = (("them",), ("it",), ("these",), ("those",))


@dataclass(frozen=True)
class Named:
    """A noun phrase. ``sure``: it surely names a thing; ``many``: it is said that there are several; ``group``: what stood in
    parentheses behind it."""

    words: Words
    sure: bool
    many: bool = False
    group: Tokens = ()
    joint: str = ""

    @property
    def plural(self) -> bool:
        return is_plural(self.words[-1])


@dataclass(frozen=True)
class Event:
    """Who does what to what, and with, for or to whom. ``fields``: what it has, behind a "with". ``passive``: the doer is what it is
    done to."""

    doer: Named
    verb: str
    done: tuple[Named, ...]
    aims: tuple[Named, ...]
    fields: Tokens = ()
    passive: bool = False
    each: bool = False
    granted: bool = False
    """Whether it says what somebody may do with what is there: "editors may publish articles"."""


def event_in(clause: Sequence[Token]) -> Event | None:
    """What happens in a clause; None when nothing does."""
    words = [token if isinstance(token, str) else "" for token in clause]
    if (
        not 3 <= len(words) <= 60
        or words[0] in ("", "with", "each,")
        or not all(isinstance(token, str | Group | Range) for token in clause)
    ):
        return None
    for at in range(1, min(8, len(words) - 1)):
        passive = words[at - 1] in _HELPING and bool(done(words[at]))
        verb = done(words[at]) if passive else stem(words[at])
        if words[at] in _HELPING or (not passive and not is_verb(words[at])):
            continue
        doer = _doer(clause[: at - 1] if passive else clause[:at], words[at], passive=passive)
        if doer and (parts := _parts(clause[at + 1 :], verb)):
            return Event(doer, verb, *parts, passive=passive, each=words[0] in DETERMINERS, granted=_is_granted(words[:at], verb))
    return None


def _is_granted(before: list[str], verb: str) -> bool:
    return bool(MODALS & set(before)) and verb in _RIGHTS


def _doer(before: Sequence[Token], verb: str, *, passive: bool) -> Named | None:
    words = [token for token in before if isinstance(token, str)]
    helped = any(word in MODALS for word in words)
    plain = [word for word in words if word not in MODALS | _ADVERBS | {"be", "able", "to", "has", "have", "been"} | _HELPING]
    if set(plain) & (_BETWEEN | {",", "and", ":"}) or not plain or words[1:3] in (["app", "to"], ["tool", "to"], ["system", "to"]):
        return None
    named = noun(plain)
    if not named or named[-1] in PRONOUNS - _ANYONE or len(named) > 3 or any(map(is_plural, named[:-1])):
        return None
    if plain[0] in ("a", "an", "each", "every", "one") and is_plural(named[-1]):
        return None
    led = plain[0] in DETERMINERS | {"one"}
    ambiguous = verb in NOUNS_TOO and not helped and not passive and len(words) < 2
    fits = passive or helped or (agrees(named[-1], verb) and (is_plural(named[-1]) or led))
    if not fits or (ambiguous and not is_plural(named[-1])):
        return None
    group = next((token.tokens for token in before if isinstance(token, Group)), ())
    return Named(named, sure=True, group=group)


def _again(clause: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]] | None:
    """``backers pledge an amount and choose a reward`` as two clauses with one subject."""
    begins = next((at for at in range(1, min(6, len(clause))) if isinstance(clause[at], str) and is_verb(str(clause[at]))), 0)
    if not begins or not event_in((*clause[: begins + 1], "a", "thing")):
        return None
    for at in range(begins + 2, len(clause) - 2):
        told = str(clause[at + 1])
        if (
            clause[at] in ("and", "then", "or")
            and is_verb(told)
            and told not in NOUNS_TOO
            and (clause[at + 2] in DETERMINERS or is_plural(str(clause[at + 2])))
        ):
            head, tail = tuple(clause[:at]), (*clause[:begins], *clause[at + 1 :])
            return (head, tail) if event_in(head) and event_in(tail) else None
    return None


def _parts(after: Sequence[Token], verb: str) -> tuple[tuple[Named, ...], tuple[Named, ...], Tokens] | None:
    """What is done to, the aims with their prepositions, and the fields behind a last "with"."""
    after = after[1:] if len(after) > 1 and after[0] in _RECEIVERS and after[1] not in _BETWEEN else after
    if len(after) > 1 and after[0] in _PARTICLES and (after[1] in _BETWEEN or after[0] not in _BETWEEN or verb in _TAKING_IN):
        after = after[1:]
    after = after[: after.index("such")] if "such" in after else after
    cuts = [at for at, word in enumerate(after) if word in _BETWEEN and at + 1 < len(after)]
    ends = [*cuts, len(after)]
    objects = _named_all(after[: ends[0]])
    if objects is None:
        return None
    aims: list[Named] = []
    fields: Tokens = ()
    for start, end in zip(cuts, ends[1:], strict=True):
        told = _named_all(after[start + 1 : end], str(after[start]))
        listed = after[start] == "with" and (told is None or len(told) > 1 or (told and _is_field(told[0])))
        if listed:
            fields = tuple(after[start + 1 :])
            break
        if told is None:
            return None
        aims += told
    return (tuple(objects), tuple(aims), fields) if objects or aims else None


def _is_field(named: Named) -> bool:
    return not named.plural and (type_of(named.words) != "string" or named.words[-1] in _TIMES)


def _named_all(tokens: Sequence[Token], joint: str = "") -> list[Named] | None:
    """Every noun phrase of a row; None when something in it is none."""
    out: list[Named] = []
    piece: list[Token] = []
    for token in (*tokens, ","):
        if token not in (",", "and", "or", "&"):
            piece.append(token)
        elif piece:
            named = _named(piece, joint)
            if named is None:
                return None
            out.append(named)
            piece = []
    return out


def _named(piece: Sequence[Token], joint: str) -> Named | None:
    words = [token for token in piece if isinstance(token, str)]
    group = next((token.tokens for token in piece if isinstance(token, Group)), ())
    if tuple(words) in _OTHERS:
        return Named(_OTHER, sure=True)
    if tuple(words) in _THEM:
        return Named(tuple(words), sure=True)
    many = any(word in _MANY for word in words[:2])
    named = noun(words, named=True)
    if not named or len(named) > 3 or named[-1] in PRONOUNS - _ANYONE or set(named) & PREPOSITIONS or any(map(is_plural, named[:-1])):
        return None
    return Named(named, is_plural(named[-1]) or words[0] in DETERMINERS | {"one"} or bool(group), many, group, joint)


class Events:
    """Puts what happens into a sheet. ``described``: nouns of which the text says more elsewhere."""

    def __init__(self, sheet: Sheet, described: set[str]) -> None:
        self._sheet = sheet
        self._described = described
        self.latest: list[str] = []
        self.spoken: list[str] = []

    def read(self, clause: Sequence[Token]) -> bool:
        """Whether a clause told of something that happens between things."""
        cut = next((at for at in range(2, len(clause) - 2) if clause[at] in _JOINTS and event_in(clause[at + 1 :])), None)
        if cut:
            head = clause[: cut - 1] if clause[cut - 1] in _JOINTS else clause[:cut]
            if event_in(head):
                return all([self.read(head), self.read(clause[cut + 1 :])])
        if twice := _again(clause):
            return all([self.read(twice[0]) or self.does(twice[0]), self.read(twice[1]) or self.does(twice[1])])
        event = event_in(clause)
        return (
            event is not None
            and not event.granted
            and (self._among(event) or self._answered(event) or self._of(event) or (not event.passive and self._made(event)))
        )

    def does(self, clause: Sequence[Token]) -> bool:
        """What is left to say of a clause that nothing else understood: who does something to things, or is with them."""
        event = event_in(clause)
        if not event or event.granted or event.doer.words[-1] in _ANYONE:
            return False
        doer = self._who(event.doer)
        objects = [name for told in event.done if (name := self._thing(told))]
        aims = [(told, name) for told in event.aims if (name := self._thing(told))]
        self.latest = objects or [name for _, name in aims]
        self._grouped(event)
        if not doer:
            for told, name in aims:
                self._lean(objects[0] if objects else "", event, told, name)
            return bool(objects or aims)
        for told, name in zip(event.done, objects, strict=False):
            self._do(doer, event, told, name)
        for told, name in aims:
            self._lean(objects[0] if objects and event.verb in MAKES else doer, event, told, name)
        self._give(objects[0] if objects else doer, event.fields)
        for told in event.aims:
            if _is_field(told) and not self._soon(told.words):
                self._sheet.add(objects[0] if objects else doer, Item(told.words))
        return bool(objects or aims)

    def _do(self, doer: str, event: Event, told: Named, name: str) -> None:
        """``aisles contain racks``, ``each run follows a route``, ``students form teams``"""
        if self._sheet.bound(doer, name) or doer == name:
            return
        several = told.plural or told.many
        if several and event.verb in SHARED:
            self._sheet.bind(doer, name, many=True, loose=True)
        elif several and self._sheet.noun(name) not in COLLECTIONS:
            self._sheet.bind(name, doer)
        else:
            self._sheet.bind(doer, name)

    def _lean(self, doer: str, event: Event, told: Named, name: str) -> None:
        """``a pallet sits in one bin``, ``actors play in many scenes``, ``an order passes through operations``"""
        if not doer or self._sheet.bound(doer, name) or doer == name:
            return
        parts = told.plural and (told.joint == "through" or (told.joint == "into" and event.verb in ("divide", "split", "cut", "break")))
        if parts:
            self._sheet.bind(name, doer)
        elif told.plural and (told.many or event.verb in SHARED):
            self._sheet.bind(doer, name, many=True, loose=True)
        else:
            self._sheet.bind(doer, name)

    def _soon(self, words: Words) -> str | None:
        """The entity of these words if it is known or will be described."""
        for tried in (words, words[-1:]):
            if self._sheet.exactly(tried) or (len(tried) == 1 and singular(tried[0]) in self._described):
                return self._sheet.entity(tried)
        return self._sheet.ending(words)

    def _thing(self, named: Named) -> str | None:
        """The entity that a phrase names; made if it surely names a thing."""
        words = named.words
        if words == _OTHER:
            return None
        if words in _THEM:
            return self.spoken[-1] if self.spoken else None
        if known := self._soon(words):
            return known
        plain = named.plural or named.group or words[-1].endswith(("er", "or", "ist", "ian"))
        possible = plain and named.sure and words[-1] not in (NOT_THINGS | PLACES | UNITS | _TIMES) and type_of(words) == "string"
        return self._sheet.entity(words) if possible else None

    def _who(self, named: Named) -> str | None:
        """The entity of who does something; users are none unless the text says more of them, nor is the one place that all is for."""
        known = self._soon(named.words)
        setting = named.words[-1] in _SETTINGS and not is_plural(named.words[-1])
        return known or (None if named.words[-1] in _ANYONE or setting else self._sheet.entity(named.words))

    def _among(self, event: Event) -> bool:
        """``users follow other users``, ``papers cite papers``: several of a kind are tied to several of the same kind."""
        same = [
            told
            for told in (*event.done, *event.aims)
            if told.words == _OTHER or singular(told.words[-1]) == singular(event.doer.words[-1])
        ]
        if not same or event.verb not in SELF or len(event.done) + len(event.aims) > 1:
            return False
        who = self._soon(event.doer.words) or self._sheet.entity(event.doer.words)
        self._sheet.bind(who, who, many=True)
        return True

    def _of(self, event: Event) -> bool:
        """What happens has a name of its own: a prescription, when doctors prescribe medicines."""
        called = HAPPENINGS.get(event.verb, "")
        names = (called, *ALSO.get(event.verb, ()))
        named = next((name for noun_ in names if (name := self._soon((noun_,)))), None) if called else None
        if not called or any(singular(told.words[-1]) in names for told in (*event.done, event.doer)):
            return False
        kept = event.verb in KEPT or (event.fields and event.passive)
        if named is None and not kept:
            return False
        amount = next((told for told in event.done if _is_field(told) and not self._soon(told.words)), None)
        objects = [name for told in event.done if (name := self._thing(told))]
        aims = self._aimed(event)
        doer = self._who(event.doer)
        involved = [*([doer] if doer else []), *objects, *aims]
        alone = named is None and (len(involved) < 2 or any(self._sheet.noun(name) in NAMELESS for name in objects))
        if alone or not involved or not (objects or aims):
            return False
        name = named or self._sheet.entity((called,))
        self._sheet.supposed |= set() if named or event.fields else {name}
        if amount:
            self._sheet.add(name, Item(amount.words))
        self._tie(name, involved)
        self._give(name, event.fields)
        self._grouped(event)
        return True

    def _answered(self, event: Event) -> bool:
        """``sitters answer requests with an offer (price)``: an offer of a sitter, for a request."""
        given = next((told for told in event.aims if told.joint == "with" and len(read_list(told.group)) > 1), None)
        if not given or not event.done:
            return False
        name = self._sheet.entity(given.words)
        doer = self._who(event.doer)
        self._tie(name, [*([doer] if doer else []), *(other for told in event.done if (other := self._thing(told)))])
        self._grouped(event)
        return True

    def _made(self, event: Event) -> bool:
        """``customers leave comments on products``: what is made belongs to who makes it and to what it is made for."""
        if event.verb not in MAKES or not (event.aims or event.fields or event.doer.group or any(told.group for told in event.done)):
            return False
        aims = self._aimed(event)
        if event.aims and not aims:
            return False
        doer = self._who(event.doer)
        made = [name for told in event.done if (name := self._thing(told) or self._made_of(told, event))]
        for name in made:
            self._tie(name, [*([doer] if doer else []), *aims])
            self._give(name, event.fields)
            if event.verb == "upload" and not any(type_of(item.words) == "file" for item in self._sheet.drafts[name].items):
                self._sheet.add(name, Item(("file",)))
        self._grouped(event)
        return bool(made)

    def _made_of(self, told: Named, event: Event) -> str | None:
        """``a review`` is a thing where it is left with stars and a comment."""
        return self._sheet.entity(told.words) if told.sure and event.fields and told.words[-1] not in NOT_THINGS | PLACES else None

    def makes(self, clause: Sequence[Token]) -> bool:
        """``citizens report issues``: what is made belongs to who makes it, even if nothing else is said of either."""
        event = event_in(clause)
        plain = event is not None and event.verb in MAKES and not (event.aims or event.passive or event.granted)
        doer = self._who(event.doer) if event and plain else None
        made = [name for told in event.done if (name := self._thing(told))] if event and doer else []
        for name in made:
            self._tie(name, [str(doer)])
        return bool(made)

    def _aimed(self, event: Event) -> list[str]:
        """The things with, for or to which it is done."""
        told = [aim for aim in event.aims if aim.words != _OTHER and (aim.sure or (aim.joint != "for" and self._soon(aim.words)))]
        if told and told[0].joint == "with" and not self._soon(told[0].words) and not told[0].words[-1].endswith(PEOPLE):
            return []  # "reports with a week number and blockers" has these
        return [name for name in dict.fromkeys(self._thing(aim) for aim in told) if name]

    def _tie(self, name: str, others: Sequence[str]) -> None:
        for other in dict.fromkeys(others):
            if other != name and not self._sheet.bound(name, other):
                self._sheet.bind(name, other)
        self.latest = [name]

    def _give(self, name: str, fields: Tokens) -> None:
        if fields:
            self._sheet.drafts[name].items += read_list(fields)
            self.latest = [name]

    def _grouped(self, event: Event) -> None:
        """The fields that stand in parentheses behind what takes part."""
        for told in (event.doer, *event.done, *event.aims):
            if told.group and (name := self._soon(told.words)):
                self._sheet.drafts[name].items += read_list(told.group)
