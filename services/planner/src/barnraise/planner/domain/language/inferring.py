"""What usually belongs to what, where a text does not say it."""

from collections.abc import Iterable

from barnraise.planner.domain.language.kinship import BELONGS, GATHERS, PARTS
from barnraise.planner.domain.language.nouns import Words, label, plural_label
from barnraise.planner.domain.language.sheet import Sheet, sides_of

_WORK = frozenset("job order request report record entry ticket log appointment".split())
"""Of "repair jobs" and "maintenance requests" the first word says what they belong to."""

_LED = frozenset("class course workshop lesson training".split())
"""Who leads these is another than those who attend them."""

_CONTESTS = frozenset("match game fixture".split())


def infer(sheet: Sheet, names: Iterable[str]) -> None:
    """Bind what nothing was said of to what it usually belongs to."""
    names = list(names)
    for name in names:
        draft = sheet.drafts[name]
        noun = sheet.noun(name)
        if noun.startswith("sub") and (over := sheet.exactly((noun.removeprefix("sub").removeprefix("-"),))):
            sheet.bind(name, over)
        _follow(sheet, name)
        whole = sheet.exactly(draft.words[:-1]) if len(draft.words) > 1 else None
        if whole and not sheet.bound(name, whole):
            sheet.bind(name, whole)
        shared = any(bond.many and name in (bond.child, bond.parent) for bond in sheet.bonds.values())
        if shared and noun not in PARTS and noun not in GATHERS and noun not in _LED:
            continue
        said = {sheet.noun(parent) for parent in sheet.parents(name) if parent != whole}
        usual = _usually_under(draft.words, noun)
        groups = usual
        if said and len(usual) > 1:  # A booking that is said to be of a guest still is of a room.
            groups = tuple(group for group in groups if not said & set(group.split())) if said & set(" ".join(groups).split()) else ()
        if (not said or len(usual) > 1) and not (whole and noun not in PARTS):
            _belong(sheet, name, groups)
    for name in names:
        _gather(sheet, name)
        _oppose(sheet, name)
    _unlink(sheet)
    _withdraw(sheet)


def _usually_under(words: Words, noun: str) -> tuple[str, ...]:
    """The groups of parents that such a thing usually has."""
    worked_on = BELONGS.get(words[-2], ()) if noun in _WORK and len(words) > 1 else ()
    return worked_on or BELONGS.get(noun, ())


def _follow(sheet: Sheet, name: str) -> None:
    """A walk belongs to its walker, a ride to its rider."""
    noun = sheet.noun(name)
    doer = next((who for end in ("er", "or", "r") if (who := sheet.exactly((f"{noun}{end}",)))), None)
    doer = doer or sheet.exactly((f"{noun}{noun[-1]}er",))
    if doer and not sheet.bound(name, doer):
        sheet.bind(name, doer)
        sheet.assumed.append(f"Each {noun} belongs to one {sheet.noun(doer)}.")


def _unlink(sheet: Sheet) -> None:
    """Students who enrol in courses need no second link when enrolments are kept, each of a student and a course."""
    for key, bond in list(sheet.bonds.items()):
        links = (set(sheet.parents(name)) for name in sheet.drafts)
        if bond.loose and any({bond.child, bond.parent} <= parents for parents in links):
            del sheet.bonds[key]
            child, parent = (label(sheet.drafts[n].words).lower() for n in (bond.child, bond.parent))
            sheet.assumed = [said for said in sheet.assumed if said != f"Each {child} belongs to one {parent}."]


def _withdraw(sheet: Sheet) -> None:
    """No loan was meant where something else is kept of those who borrow and what they borrow."""
    for name in [name for name in sheet.supposed if name in sheet.drafts and not sheet.drafts[name].items]:
        involved = set(sheet.parents(name))
        others = (set(sheet.parents(other)) for other in sheet.drafts if other != name)
        if len(involved) > 1 and any(len(involved & parents) > 1 for parents in others):
            del sheet.drafts[name]
            sheet.bonds = {key: bond for key, bond in sheet.bonds.items() if name not in (bond.child, bond.parent)}


def _oppose(sheet: Sheet, name: str) -> None:
    """A match of which nothing was said takes place between two teams."""
    team = sheet.exactly(("team",))
    if team and sheet.noun(name) in _CONTESTS and not sheet.bound(name, team):
        for side in sides_of(sheet, team):
            sheet.bind(name, team, role=(side, "team"))
        sheet.assumed.append(f"Each {sheet.noun(name)} has a home team and an away team.")


def _gather(sheet: Sheet, name: str) -> None:
    """An order of which nothing was said has several products."""
    if sheet.drafts[name].items or any(sheet.noun(other) in PARTS for other in sheet.drafts):
        return
    held = [other for noun in GATHERS.get(sheet.noun(name), ()) for other in sheet.drafts if sheet.noun(other) == noun]
    if held and not sheet.bound(name, held[0]):
        sheet.bind(name, held[0], many=True)
        one_, many = label(sheet.drafts[name].words).lower(), plural_label(sheet.drafts[held[0]].words).lower()
        sheet.assumed.append(f"Each {one_} has several {many}.")


def _is_above(sheet: Sheet, upper: str, name: str) -> bool:
    """Whether something belongs to what belongs to the other: episodes are of a season, which is of a show."""
    seen, now = {name}, {name}
    while now:
        now = {parent for one in now for parent in sheet.parents(one)} - seen
        seen |= now
    return upper in seen


def _belong(sheet: Sheet, name: str, groups: tuple[str, ...]) -> None:
    for group in groups:
        nouns = group.split()
        parents = [other for noun in nouns for other in sheet.drafts if other != name and sheet.noun(other) == noun]
        if parents and not any(sheet.bound(name, parent) or (len(groups) == 1 and _is_above(sheet, parent, name)) for parent in parents):
            sheet.bind(name, parents[0], loose=True)
            child, parent = (label(sheet.drafts[n].words).lower() for n in (name, parents[0]))
            sheet.assumed.append(f"Each {child} belongs to one {parent}.")
