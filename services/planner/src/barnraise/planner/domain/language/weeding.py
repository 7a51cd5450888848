"""Takes out what was taken for a thing but is none: fields that became things, and pieces of sentences."""

from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.kinship import KNOWN
from barnraise.planner.domain.language.lexicon import AUXILIARIES, MODALS, PLACES, PREPOSITIONS, PRONOUNS
from barnraise.planner.domain.language.nameable import is_name
from barnraise.planner.domain.language.nouns import is_plural, singular
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.types import is_field_word, type_of
from barnraise.planner.domain.language.verbs import HAPPENINGS

_VALUES = ("date", "datetime", "time", "decimal", "email", "phone", "int", "bool", "url")
_MONEY = frozenset("euro dollar pound eur usd gbp cent".split())
_NO_NAMES = (
    PRONOUNS
    | AUXILIARIES
    | MODALS
    | PREPOSITIONS
    | frozenset(
        "whose whom everything aside anything something nothing out up off down away back together other others each both either".split()
    )
    - {"after", "before", "in", "on", "out", "up", "off", "down", "back", "over", "by", "to"}
)


def weed(sheet: Sheet, nouns: set[str]) -> None:
    """``nouns``: what the text speaks of as several things, in the singular."""
    for name in list(sheet.drafts):
        draft = sheet.drafts[name]
        if len(sheet.drafts) > 1 and not draft.items and not is_name(draft.words):
            sheet.missed.append(" ".join(draft.words))
            _drop(sheet, name)
            continue
        if draft.items or len(sheet.drafts) < 3:
            continue
        if _is_piece(sheet, draft.words) or draft.words[-1] in _MONEY:
            _drop(sheet, name)
        elif _is_field(draft.words) and draft.words[-1] not in nouns:
            _become_field(sheet, name)


def _is_piece(sheet: Sheet, words: tuple[str, ...]) -> bool:
    """``consignors bring``, ``whose doctor``, ``everything``: no name of a thing."""
    if set(words) & _NO_NAMES or (len(words) > 1 and words[-1] in ("say", "says", "tell", "tells")):
        return True
    led = len(words) > 1 and is_plural(words[0]) and sheet.exactly((singular(words[0]),)) is not None
    return led and words[-1] not in KNOWN


def _is_field(words: tuple[str, ...]) -> bool:
    """``hammer price``, ``date``: of something else, whatever was said of it."""
    kind = type_of(words)
    happens = words[-1] in HAPPENINGS.values() or words[-1] in KNOWN | PLACES
    return not happens and (
        kind in ("date", "datetime", "time", "decimal", "email", "phone", "int", "bool", "url") or is_field_word(words[-1])
    )


def _become_field(sheet: Sheet, name: str) -> None:
    """A field of the only thing that it was tied to."""
    words = sheet.drafts[name].words
    tied = {bond.parent if bond.child == name else bond.child for bond in sheet.bonds.values() if name in (bond.child, bond.parent)} - {
        name
    }
    if len(tied) != 1:
        return
    _drop(sheet, name)
    owner = tied.pop()
    if not any(item.words == words for item in sheet.drafts[owner].items):
        sheet.add(owner, Item(words))


def _drop(sheet: Sheet, name: str) -> None:
    del sheet.drafts[name]
    sheet.bonds = {key: bond for key, bond in sheet.bonds.items() if name not in (bond.child, bond.parent)}
    sheet.supposed.discard(name)
