"""What has been read so far: entities with their items, and what is linked. Names are decided here, types in ``fields``."""

from dataclasses import dataclass, field

from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.nouns import Words, entity_name, one, singular

DOER = ("doer",)
"""The words of ``who does it``, ``whose turn it is``."""


@dataclass
class Draft:
    """An entity while it is being read. ``words`` is its name in the singular."""

    words: Words
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Bond:
    """``many``: each side may have several of the other. ``role``: what the child calls the parent. ``loose``: it gives way
    to a thing that stands between the two."""

    child: str
    parent: str
    many: bool = False
    role: Words = ()
    loose: bool = False


@dataclass
class Sheet:
    drafts: dict[str, Draft] = field(default_factory=dict)
    bonds: dict[tuple[str, str, Words], Bond] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    mentioned: list[Words] = field(default_factory=list)
    supposed: set[str] = field(default_factory=set)
    """What no word names, but which must be kept if nothing else tells it: the loans of those who borrow books."""

    def known(self, words: Words) -> str | None:
        """The entity of these words, by all of them or by the noun alone."""
        for tried in (words, words[-1:]):
            if tried and (name := _name(tried)) in self.drafts:
                return name
        return self.ending(words)

    def ending(self, words: Words) -> str | None:
        """The only entity whose noun is this single one: "extinguishers" are the fire extinguishers."""
        found = [name for name in self.drafts if self.noun(name) == singular(words[0])] if len(words) == 1 else []
        return found[0] if len(found) == 1 else None

    def exactly(self, words: Words) -> str | None:
        name = _name(words)
        return name if name in self.drafts else None

    def described(self, name: str) -> bool:
        """Whether something was said of an entity."""
        return bool(self.drafts[name].items)

    def entity(self, words: Words) -> str:
        """The entity of these words, made if it is new."""
        words = ("person",) if words == DOER else words
        name = entity_name(words)
        self.drafts.setdefault(name, Draft(one(words)))
        return name

    def add(self, owner: str, item: Item) -> None:
        self.drafts[owner].items.append(item)

    def bind(self, child: str, parent: str, *, many: bool = False, role: Words = (), loose: bool = False) -> None:
        """Link two entities; what is linked one way is not linked the other way too, unless it becomes many to many."""
        if not many and not role and (parent, child, ()) in self.bonds and child != parent:
            return
        self.bonds.setdefault((child, parent, role), Bond(child, parent, many, role, loose))

    def bound(self, one: str, other: str) -> bool:
        return any({bond.child, bond.parent} == {one, other} for bond in self.bonds.values())

    def parents(self, child: str) -> list[str]:
        return [bond.parent for bond in self.bonds.values() if bond.child == child and not bond.many]

    def copied(self) -> "Sheet":
        """What has been read so far, which does not change when this goes on."""
        drafts = {name: Draft(draft.words, list(draft.items)) for name, draft in self.drafts.items()}
        return Sheet(drafts, dict(self.bonds), list(self.assumed), list(self.missed), list(self.mentioned), set(self.supposed))

    def become(self, other: "Sheet") -> None:
        """Forget what has been read since a copy was made."""
        self.__dict__.update(other.copied().__dict__)

    def noun(self, name: str) -> str:
        """The entity's noun, in the singular."""
        return singular(self.drafts[name].words[-1])


def _name(words: Words) -> str:
    try:
        return entity_name(words)
    except ValueError:
        return ""


def sides_of(sheet: Sheet, target: str) -> tuple[str, str]:
    """What the two are called between which something takes place."""
    return ("home", "away") if sheet.noun(target) in ("team", "club") else ("first", "second")
