"""What things usually have: said of those of which a text says little or nothing."""

from collections.abc import Iterable, Set
from functools import cache

from barnraise.contracts.manifest import Field
from barnraise.planner.domain.language.belongings import USUAL
from barnraise.planner.domain.language.catalogue import CATALOGUE, CLASSICS
from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.kinship import NAMELESS, PARTS, PEOPLE, PLAYERS, SOMEBODY
from barnraise.planner.domain.language.nouns import Words, plural_label, singular
from barnraise.planner.domain.language.reading import read
from barnraise.planner.domain.language.things import names_things

_NAMING = frozenset(
    "name title full_name label subject question headline caption username first_name last_name number code make address nickname".split()
)
_NUMBERING = frozenset("number code make address".split())
"""By these no person is called."""

_LINES = frozenset("line order invoice purchase sale sales cart basket bill quote".split())
"""Items of these are lines in them; those of a menu or a packing list have names."""

_UNTELLING = frozenset("steps instructions directions notes pros cons tasting_notes ingredients dietary_requirements remarks".split())
"""Texts by which nobody knows a record."""

_MEASURED_IN = frozenset("quantity amount unit".split())
"""What says how much there is of something does not say what it is: "ingredients with a quantity and a unit"."""

_SHOWN = frozenset("event screening performance concert show festival film movie match venue seat session stage play".split())
_CALLED = (("name",), ("title",))
_NAMES_ITSELF = ("_name", "_title", "_number", "_code")
_OCCASIONS = NAMELESS | PARTS | frozenset("application comment request response submission signature".split())
"""What is done rather than kept is called by no name of its own."""


@cache
def usual_items(words: Words) -> tuple[Item, ...]:
    """The items that the catalogue gives such a thing; none when it does not know it. A kind of it ("away teams") has them too, if it is
    called by a name: "affected services" are not those of a car."""
    for tried in (words, words[-1:]):
        if sentence := _sentences().get(plural_label(tried)):
            items = next(iter(read(sentence).drafts.values())).items
            usual = tuple(item for item in items if not (item.plural and names_things(item)))
            if tried == words or any(item.words in _CALLED for item in usual):
                return usual
    return ()


def tells_itself(own: Iterable[Field], parents: int) -> bool:
    """Whether a record is known by the one that it belongs to, or by a text: not so "ingredients with a quantity and a unit"."""
    fields = list(own)
    plain = {field.type for field in fields} <= {"int", "float", "decimal", "string"}
    counted = parents == 1 and plain and any(field.name in _MEASURED_IN for field in fields)
    return bool(parents and not counted) or any(field.type in ("text", "markdown") and field.name not in _UNTELLING for field in fields)


def among(words: Words, nouns: Set[str]) -> Words:
    """Which of several kinds is meant among other things: tickets of an event are no tickets of a help desk."""
    return ("event", "ticket") if words == ("ticket",) and nouns & _SHOWN else words


def lacking_name(words: Words, fields: frozenset[str], *, owned: bool = False) -> str:
    """The name or title that such a thing usually has, when none of these fields is one; else empty. ``owned``: it belongs to something, as
    items of an order do."""
    person = plural_label(words[-1:]).lower().endswith(PEOPLE) or singular(words[-1]) in PLAYERS | SOMEBODY
    naming, ends = (_NAMING - _NUMBERING, _NAMES_ITSELF[:2]) if person else (_NAMING, _NAMES_ITSELF)
    item = singular(words[-1]) == "item" and not set(words[:-1]) & _LINES and (owned or len(words) > 1)
    if (singular(words[-1]) in _OCCASIONS and not item) or any(field in naming or field.endswith(ends) for field in fields):
        return ""
    usual = next((item.words[0] for item in usual_items(words) if item.words in _CALLED), "")
    return usual or ("name" if singular(words[-1]) in SOMEBODY or (item and len(words) > 1) else "")


@cache
def _sentences() -> dict[str, str]:
    """Each sentence of the catalogue under the things that it is about; the first one of each."""
    found: dict[str, str] = {}
    for description in (*USUAL, *(known[2] for known in CLASSICS), *(known[2] for known in CATALOGUE)):
        for sentence in description.split(". "):
            found.setdefault(sentence.partition(" have ")[0], sentence)
    return found
