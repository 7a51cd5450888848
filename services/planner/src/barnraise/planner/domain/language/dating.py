"""A chart over time needs a day for each of what it counts: ``sessions with a duration, a chart of minutes per week``."""

from collections.abc import Sequence

from barnraise.planner.domain.language.charting import Wished
from barnraise.planner.domain.language.items import Item
from barnraise.planner.domain.language.nouns import plural_label, singular
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.types import MEASURED_IN, type_of

_SPELLS = frozenset("day week month quarter year date".split())
_PERIODS = frozenset("daily weekly monthly quarterly yearly annual".split())
_DATES = ("date", "datetime")


def with_dates(sheet: Sheet, charts: Sequence[Wished]) -> None:
    """Give a date to what is to be drawn over time and has none."""
    for wish in charts:
        words = {singular(word) for word in wish.what.lower().split()}
        timed = singular(wish.by.lower()) in _SPELLS or bool(words & _PERIODS)
        if not timed or words & {"what", "which", "who"}:
            continue
        measures = {measure for word in words if (measure := MEASURED_IN.get(word))}
        described = [name for name, draft in sheet.drafts.items() if draft.items]
        meant = [name for name in described if (words | measures) & _words_of(sheet, name)]
        if len(meant) != 1 or any(_kind(item) in _DATES for item in sheet.drafts[meant[0]].items):
            continue
        sheet.add(meant[0], Item(("date",)))
        sheet.assumed.append(f"{plural_label(sheet.drafts[meant[0]].words)} have a date, by which they are drawn over time.")


def _words_of(sheet: Sheet, name: str) -> set[str]:
    draft = sheet.drafts[name]
    return {singular(word) for words in (draft.words, *(item.words for item in draft.items)) for word in words}


def _kind(item: Item) -> str:
    return item.type or type_of(item.words)
