"""Wishes for a ranking, taken out of a text: ``chores with points and a leaderboard``. It is drawn as a chart of what each person has."""

import re
from typing import Literal

from barnraise.contracts.manifest import Chart, Entity, Manifest, Relation
from barnraise.planner.domain.language.figures import free_name
from barnraise.planner.domain.language.kinship import PEOPLE, STAFF
from barnraise.planner.domain.language.nouns import singular

_KIND = r"(?:[a-z]+ )?(?:leader ?-?boards?|score ?-?boards?|high ?-?scores?(?: lists?| tables?)?|hall of fame|league tables?)"
_ASKED = r"(?:i|we|it|there) (?:want|need|would like|should have|should show|want to see|should be|is|shows|has) "
_BOARD = re.compile(
    rf"(?:(?:,|;)? ?\b(?:and|with|plus|show|see|keep|include)(?: also)? |(?:,|;) ?|(?:^|(?<=[.;\n])) ?(?:{_ASKED}|show |also )?)"
    rf"(?:(?:an?|the|some|our|their) )?(?:{_KIND}|(?:(?<=\ba )|(?<=\bthe ))(?:[a-z]+ )?rankings?)"
    r"(?: (?:of|by|for|per) [\w' ]{2,40}?)?(?= ?[,.;]| ?$| and\b)",
    re.IGNORECASE,
)
_PLAYING = frozenset("player team person kid child student runner rider house class group".split())
_POINTS = "points point score scores stars distance steps minutes hours amount pages calories quantity".split()


def take_boards(text: str) -> tuple[str, bool]:
    """The text without its wishes for a ranking, and whether there were some. One of which more is said is a thing that is kept."""
    found = [match for match in _BOARD.finditer(text) if not re.match(r" (?:with|has|have|:)", text[match.end() :])]
    if not found or len(re.findall(r"leader ?-?board|ranking|score ?-?board", text, re.IGNORECASE)) > 1:
        return text, False
    rest = text[: found[0].start()] + text[found[0].end() :]
    return (rest, True) if len(rest.split()) > 2 else (text, False)


def board_of(manifest: Manifest) -> tuple[Chart, ...]:
    """The sum of the points of each person, or the number of what each has done; none when nothing belongs to people."""
    for relation in sorted(manifest.relations, key=lambda one: _points(_child(manifest, one)) is None):
        noun = singular(_label(manifest, relation.source))
        if not _is_of_one(manifest, relation) or not (noun in STAFF | _PLAYING or f"{noun}s".endswith(PEOPLE)):
            continue
        number = _points(_child(manifest, relation))
        title = f"Ranking: {number.replace('_', ' ') if number else _child(manifest, relation).plural_label.lower()} by {noun}"
        name = free_name(title, [chart.name for chart in manifest.charts])
        measure: Literal["sum", "count"] = "sum" if number else "count"
        return (Chart(name=name, title=title[:120], entity=relation.target, by=relation.field, measure=measure, of=number),)
    return ()


def _is_of_one(manifest: Manifest, relation: Relation) -> bool:
    """Whether what is counted is of one of them only: a match is of two teams."""
    sides = sum(1 for other in manifest.relations if (other.source, other.target) == (relation.source, relation.target))
    return relation.kind == "one_to_many" and relation.source != relation.target and sides == 1


def _child(manifest: Manifest, relation: Relation) -> Entity:
    return next(entity for entity in manifest.entities if entity.name == relation.target)


def _label(manifest: Manifest, name: str) -> str:
    return next(entity.label.lower().split()[-1] for entity in manifest.entities if entity.name == name)


def _points(entity: Entity) -> str | None:
    numbers = [field.name for field in entity.fields if field.type in ("int", "float", "decimal")]
    return next((name for told in _POINTS for name in numbers if told in name.split("_")), None)
