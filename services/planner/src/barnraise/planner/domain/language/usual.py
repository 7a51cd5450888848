"""What things usually have: said of those of which a text says little or nothing."""

from functools import cache

from barnraise.planner.domain.language.belongings import USUAL
from barnraise.planner.domain.language.catalogue import CATALOGUE, CLASSICS
from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.kinship import NAMELESS, PARTS
from barnraise.planner.domain.language.nouns import Words, plural_label, singular
from barnraise.planner.domain.language.reading import read
from barnraise.planner.domain.language.things import names_things

_NAMING = frozenset(
    "name title full_name label subject question headline caption username first_name last_name number code make address nickname".split()
)
_NAMES_ITSELF = ("_name", "_title", "_number", "_code")
_OCCASIONS = NAMELESS | PARTS | frozenset("application comment request response submission signature".split())
"""What is done rather than kept is called by no name of its own."""


@cache
def usual_items(words: Words) -> tuple[Item, ...]:
    """The items that the catalogue gives such a thing; none when it does not know it."""
    for tried in (words, words[-1:]):
        if sentence := _sentences().get(plural_label(tried)):
            items = next(iter(read(sentence).drafts.values())).items
            return tuple(item for item in items if not (item.plural and names_things(item)))
    return ()


def lacks_name(words: Words, fields: frozenset[str]) -> bool:
    """Whether such a thing usually has a name, and none of these fields is one."""
    named = any(field in _NAMING or field.endswith(_NAMES_ITSELF) for field in fields)
    return not named and singular(words[-1]) not in _OCCASIONS and any(item.words == ("name",) for item in usual_items(words))


@cache
def _sentences() -> dict[str, str]:
    """Each sentence of the catalogue under the things that it is about; the first one of each."""
    found: dict[str, str] = {}
    for description in (*(known[2] for known in CLASSICS), *USUAL, *(known[2] for known in CATALOGUE)):
        for sentence in description.split(". "):
            found.setdefault(sentence.partition(" have ")[0], sentence)
    return found
