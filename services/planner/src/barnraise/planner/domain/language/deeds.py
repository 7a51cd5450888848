"""Clauses that say what somebody does: ``companies post jobs``, ``users upload photos and rate them from 1 to 5``."""

from barnraise.planner.domain.language.events import Events, event_in
from barnraise.planner.domain.language.items import Item, read_list, read_values
from barnraise.planner.domain.language.kinship import COLLECTIONS, NAMELESS
from barnraise.planner.domain.language.lexicon import (
    AUXILIARIES,
    CRUD,
    DETERMINERS,
    MODALS,
    NOT_THINGS,
    PLACES,
    PREPOSITIONS,
    PRONOUNS,
    UNITS,
)
from barnraise.planner.domain.language.nouns import Words, is_plural, one, singular
from barnraise.planner.domain.language.phrases import noun, split_about
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.text import Group, Range, Token, Tokens, words_of
from barnraise.planner.domain.language.verbs import SHARED, stem

_JOINTS = frozenset((",", "and", "&", "or", "but", "plus"))
ANYONE = frozenset("users people visitors admins everyone anyone".split())
_MAKES = frozenset("create creates add adds upload uploads post posts submit submits write writes share shares".split())
_MADE = frozenset("submit post upload create write build make publish".split())
_SHARING = frozenset("attend join follow visit book enter watch like favourite favorite save bookmark choose select speak learn".split())
_PLAYED = frozenset("play perform sing compete use need".split())
_LENDING = frozenset("borrow rent hire reserve buy order lend loan request".split())
"""What a loan, a rental or an order records: where such things are kept, they are what ties the two."""

_COURSES = frozenset("course class lesson module exam subject workshop".split())
_TAGGING = {"tag": "tag", "tags": "tag", "tagged": "tag", "label": "label", "labels": "label", "labelled": "label"}
_JUDGES = frozenset("rate rates rated review reviews reviewed score scores scored".split())
_STATES = frozenset("archived published pinned favourited favorited starred hidden locked cancelled featured".split())
_PASSIVE = _STATES | {"tagged", "labelled", "rated", "reviewed", "scored", "commented"}
VERBS = frozenset(
    "sign attend join visit book borrow rent buy order request submit post write teach lead own receive donate give send adopt treat sell "
    "supply pay play perform produce deliver follow organise organize host raise win publish use operate drive ride hire coach lend".split()
)
"""What people do with things. Behind these, both are things that an application keeps."""

_BESIDES = frozenset(("besides",))
"""A note on what a thing has besides its usual fields."""

_PARTICLES = frozenset("up out off in back over down".split())
_THEM = frozenset("them it these those".split())


def pieces(tokens: Tokens, *, grouped: bool = False) -> list[Tokens]:
    """What stands between separators, with what is in parentheses only if that is wanted."""
    out: list[list[Token]] = [[]]
    for token in tokens:
        if token in _JOINTS:
            out.append([])
        elif grouped or not isinstance(token, Group):
            out[-1].append(token)
    return [tuple(piece) for piece in out if piece]


class Deeds:
    """Puts what such clauses tell into a sheet. ``described``: nouns of which the text says more elsewhere."""

    def __init__(self, sheet: Sheet, described: set[str]) -> None:
        self._sheet = sheet
        self._described = described
        self._events = Events(sheet, described)
        self._last = self._doer = ""

    def read(self, clause: Tokens) -> bool:
        """Whether the clause told something: each job belongs to a company, when one of the two is known."""
        event = event_in(clause)
        leans = event is not None and not event.done and not event.passive
        return (
            self.happens(clause)
            or (leans and self._events.does(clause))
            or self._read(clause)
            or self._events.makes(clause)
            or self._events.does(clause)
        )

    def _read(self, clause: Tokens) -> bool:
        clause = tuple(token for at, token in enumerate(clause) if not (at == 1 and token in ("that", "which", "who")))
        tokens = [token for token in clause if isinstance(token, str)]
        start = 1 if tokens and tokens[0] in DETERMINERS else 0
        verb = next((at + 1 for at, token in enumerate(tokens) if token in MODALS), start + 1)
        if len(tokens) < verb + 2 or not 0 < verb <= 4 or tokens[verb] in PREPOSITIONS | _JOINTS | (AUXILIARIES - {"be"}):
            return False
        event = event_in(clause)
        who = noun(tokens[: verb - 1] if tokens[verb - 1] in MODALS else tokens[:verb])
        elsewhere = event and not event.passive and stem(tokens[verb]) != event.verb
        if not who or who[-1] in PRONOUNS - ANYONE or elsewhere:
            return False
        if who[-1] in ANYONE and self._sheet.exactly(who) is None:
            return self.uses(clause[clause.index(tokens[verb]) :])
        if not is_plural(who[-1]) and not start:
            return False
        rest = clause[clause.index(tokens[verb]) + 1 :]
        if len(rest) > 1 and rest[0] in _PARTICLES:
            rest = rest[1:]  # "pick up boxes"
        if tokens[verb] == "be":
            return self._may_be(who, rest)
        return self._deed(who, tokens[verb], rest)

    def about(self, names: list[str]) -> None:
        """What "them" means."""
        self._events.spoken = names

    def told(self, clause: Tokens) -> bool:
        """Whether a clause in which things have their fields in parentheses told what they do with each other."""
        return event_in(clause) is not None and (self.happens(clause) or self._events.does(clause))

    def happens(self, clause: Tokens) -> bool:
        """Whether the clause told of something that happens between things: ``clients book sessions with coaches``."""
        return self._events.read(clause)

    @property
    def latest(self) -> list[str]:
        """What the last clause was about."""
        return self._events.latest

    def begin(self) -> None:
        """A new sentence: what the last one did is no longer spoken of."""
        self._doer = ""

    def goes_on(self, words: Words) -> bool:
        """``supporters sign petitions, attend events``: what the last who did something does besides."""
        told = self._doer and len(words) == 2 and words[0] in VERBS and is_plural(words[1])
        return bool(told) and self._deed(self._sheet.drafts[self._doer].words, words[0], words[1:])

    def _may_be(self, who: Words, rest: Tokens) -> bool:
        """``posts can be drafts or published``"""
        name, read = self.soon(who), read_values(rest)
        done = str(rest[0]) if rest else ""
        if name and done in _PASSIVE and len(rest) <= 3:
            return self._judge(done, name, next((mark for mark in rest if isinstance(mark, Range)), None))
        if name and read and not any(item.values for item in self._sheet.drafts[name].items):
            values = tuple(" ".join(one(value.split())) for value in read[0])
            self._sheet.add(name, Item(("status",), values=values, notes=_BESIDES))
        return bool(name and read)

    def uses(self, deeds: Tokens) -> bool:
        """``upload photos and rate them``: what anybody does with things, which are made by that."""
        told = [self._use(piece) for piece in pieces(deeds) if len(piece) > 1]
        return any(told)

    def soon(self, words: Words) -> str | None:
        """The entity of these words if it is known or will be described."""
        for tried in (words, words[-1:]):
            if self._sheet.exactly(tried) or (len(tried) == 1 and singular(tried[0]) in self._described):
                return self._sheet.entity(tried)
        return self._sheet.ending(words)

    def _deed(self, who: Words, verb: str, done: Tokens) -> bool:
        several = [words for piece in pieces(done) if (words := self._thing(piece)) and is_plural(words[-1]) and words[-1] not in UNITS]
        doer = self._sheet.exactly(who)
        if not several:
            return self._single(who, done)
        found = [name for words in several if (name := self.soon(words))]
        if not found and not (len(several) == 1 and (doer or verb in VERBS)):
            return False
        self._doer = doer = doer or self._sheet.entity(who)
        bounds = next((mark for mark in done if isinstance(mark, Range)), None)
        for name in found or [self._sheet.entity(several[0])]:
            if verb in _JUDGES:
                self._judge(verb, name, bounds)
            else:
                self._join(doer, name, verb)
        done_with = found or [self._sheet.entity(several[0])]
        self._sheet.drafts[done_with[-1]].items += next((read_list(token.tokens) for token in done if isinstance(token, Group)), [])
        self._into(done, done_with)
        return True

    def _into(self, done: Tokens, found: list[str]) -> None:
        """``teachers add videos to playlists``: the playlists have several videos, and these are in several of them; but ``bands play
        gigs at venues``: each gig is at one."""
        words, joint, about = split_about(tuple("in" if word == "at" else word for word in words_of(done)))
        if not about or not words or about[-1] in NOT_THINGS | UNITS | PLACES or not (is_plural(about[-1]) or self.soon(about)):
            return
        target = self.soon(about) or self._sheet.entity(about)
        if target in found or self._sheet.bound(target, found[-1]):
            return
        if joint in ("to", "into"):
            self._sheet.bind(target, found[-1], many=True)
        elif joint in ("at", "in", "on", "about", "of"):
            self._sheet.bind(found[-1], target)

    def _thing(self, piece: Tokens) -> Words | None:
        """The words of a thing; what is described is one whatever it is called."""
        words = noun(piece, named=True)
        return words if words and self.soon(words) else noun(piece)

    def _single(self, who: Words, done: Tokens) -> bool:
        """``each grant funds a project``"""
        words = noun(done) if done and done[0] in DETERMINERS | {"one"} else None
        child, parent = self.soon(who), self.soon(words) if words else None
        if not child or not parent or child == parent:
            return False
        if not self._sheet.bound(child, parent):
            self._sheet.bind(child, parent)
        return True

    def _join(self, doer: str, name: str, verb: str) -> None:
        if name == doer:
            return
        if self._sheet.bound(name, doer):
            led = self._sheet.bonds.get((name, doer, ()))
            if led and not led.many and verb in _SHARING:
                self._sheet.bind(doer, name, many=True, loose=True)  # "a run is led by a member", and "members attend runs"
            return
        if verb in ("form", "join", "found") and self._sheet.noun(name) in COLLECTIONS:
            self._sheet.bind(doer, name)
            return
        base = verb.removesuffix("s")
        shared = base in _SHARING | (SHARED - _PLAYED) or (base == "take" and self._sheet.noun(name) in _COURSES)
        if (shared and self._sheet.noun(name) not in NAMELESS) or (self._sheet.noun(doer) in COLLECTIONS and base not in _MADE):
            self._sheet.bind(doer, name, many=True, loose=True)
        else:
            self._sheet.bind(name, doer, loose=base in _LENDING)

    def _use(self, piece: Tokens) -> bool:
        verb, rest = str(piece[0]), piece[1:]
        bounds = next((mark for mark in rest if isinstance(mark, Range)), None)
        words, joint, about = split_about(tuple(words_of(rest)))
        named = noun(words)
        if words and words[-1] in _THEM:
            return bool(self._last) and self._judge(verb, self._last, bounds)
        if verb in _TAGGING and named and (target := self.soon(named)):
            self._sheet.bind(target, self._sheet.entity((_TAGGING[verb],)), many=True)
            return True
        if verb in ("comment", "comments") and joint:
            target = self._last if about is None else self.soon(about)
            return bool(target) and self._judge(verb, str(target), bounds)
        if not named or not is_plural(named[-1]) or named[-1] in NOT_THINGS:
            return False
        if about and joint in ("about", "of") and is_plural(about[-1]) and (verb in _MAKES or self.soon(named)):
            name, target = self._sheet.entity(named), self.soon(about) or self._sheet.entity(about)
            if name != target and not self._sheet.bound(name, target):
                self._sheet.bind(name, target)
        return self._make(verb, named, about, bounds)

    def _make(self, verb: str, named: Words, about: Words | None, bounds: Range | None) -> bool:
        name = self.soon(named)
        if name is None and verb not in _MAKES:
            return False
        self._last = name = name or self._sheet.entity(named)
        if verb in ("upload", "uploads") and not self._sheet.drafts[name].items:
            self._sheet.drafts[name].items += [Item(("title",)), Item(("file",))]
        target = self.soon(about) if about else None
        if target and target != name and not self._sheet.bound(name, target):
            self._sheet.bind(target, name, many=True)
        self._judge(verb, name, bounds)
        return verb in CRUD | _MAKES or target is not None

    def _judge(self, verb: str, name: str, bounds: Range | None) -> bool:
        """What rating and commenting on a thing adds to it."""
        if verb in _TAGGING:
            self._sheet.bind(name, self._sheet.entity((_TAGGING[verb],)), many=True)
        elif verb in _STATES:
            self._sheet.add(name, Item((verb,), type="bool", notes=_BESIDES))
        elif verb in _JUDGES:
            self._sheet.add(name, Item(("rating",), bounds=bounds, notes=_BESIDES))
        elif verb in ("comment", "comments", "commented"):
            comment = self._sheet.entity(("comment",))
            self._sheet.add(comment, Item(("body",)))
            self._sheet.bind(comment, name)
        return True
