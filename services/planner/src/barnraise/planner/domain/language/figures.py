"""Charts of a manifest, as they were wished for: of what, in which groups, and what is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from barnraise.contracts.manifest import GROUPING_TYPES, Chart, Entity, Field, Manifest
from barnraise.contracts.names import ascii_words
from barnraise.planner.domain.language.charting import Wished
from barnraise.planner.domain.language.lookup import find_field
from barnraise.planner.domain.language.nouns import singular
from barnraise.planner.domain.language.types import MEASURED_IN

_TIMES = frozenset("month week day year quarter time date".split())
_PERIODS: dict[str, str] = dict.fromkeys("monthly weekly daily yearly annual quarterly".split(), "month")
_MEASURES = {"average": "average", "avg": "average", "mean": "average", "total": "sum", "sum": "sum", "overall": "sum", "combined": "sum"}
_COUNTS = frozenset("number count how many".split())
_NOISE = frozenset("of the a an all my our your their new i we me is are do did that per in each much".split())
_NUMBERS = ("int", "float", "decimal")
_MONEY = {
    "spending": "expense transaction purchase payment cost", "spend": "expense transaction purchase payment cost",
    "spent": "expense transaction purchase payment cost", "expense": "expense transaction purchase", "cost": "expense repair service",
    "revenue": "order sale invoice payment booking", "sale": "order sale invoice transaction",
    "income": "payment invoice transaction order",
    "turnover": "order sale invoice", "earning": "payment invoice order sale", "earn": "payment invoice order sale", "money": "",
    "donation": "donation", "payment": "payment", "budget": "project", "profit": "",
}  # fmt: skip
_SUMMED = frozenset("expense payment donation transaction income sale purchase cost saving contribution".split())
_AVERAGED = frozenset("rating score temperature weight mood age speed grade height pressure rate humidity".split())
_MAIN = ("amount", "total", "total_price", "price", "cost", "value")


@dataclass(frozen=True)
class _Meaning:
    entity: Entity
    number: Field | None
    unused: tuple[str, ...]


def chart_of(manifest: Manifest, wished: Wished) -> tuple[Chart, list[str]] | None:
    """The chart, and what had to be assumed for it; None when the manifest has nothing that could be meant."""
    words = [singular(word) for word in ascii_words(wished.what)]
    by = wished.by or next((_PERIODS[word] for word in words if word in _PERIODS), "")
    measure = next((_MEASURES[word] for word in words if word in _MEASURES), "")
    counted = not measure and bool(set(words) & _COUNTS)
    rest = [word for word in words if word not in _NOISE | _COUNTS | _MEASURES.keys() | _PERIODS.keys()]
    for meaning in _meanings(manifest, rest):
        if group := _group(manifest, meaning.entity, by, meaning.unused):
            number = None if counted else meaning.number or (_main(meaning.entity) if measure or _is_summed(meaning.entity) else None)
            if measure and number is None:
                continue
            return _drawn(manifest, wished, meaning, group, number, measure)
    return None


def _drawn(
    manifest: Manifest, wished: Wished, meaning: _Meaning, group: str, number: Field | None, measure: str
) -> tuple[Chart, list[str]]:
    what = wished.what or meaning.entity.plural_label.lower()
    title = f"{what} {wished.joint} {wished.by}" if wished.by else f"{what} by {group.replace('_', ' ')}"
    title = f"{title[:1].upper()}{title[1:]}"[:120].strip()
    told = "sum" if measure == "sum" else "average" if measure or (number and number.name.split("_")[-1] in _AVERAGED) else "sum"
    dated = any(field.name == group and field.type in ("date", "datetime") for field in meaning.entity.fields)
    chart = Chart(
        name=free_name(title, [chart.name for chart in manifest.charts]),
        title=title,
        entity=meaning.entity.name,
        by=group,
        measure=told if number else "count",
        of=number.name if number else None,
        kind="line" if dated or wished.line else "bar",
    )
    return chart, _assumed(wished, meaning, title, dated=dated)


def _assumed(wished: Wished, meaning: _Meaning, title: str, *, dated: bool) -> list[str]:
    said = []
    if meaning.unused:
        said.append(f"The chart “{title}” is of all {meaning.entity.plural_label.lower()}, not only of some.")
    if wished.pie:
        said.append(f"The chart “{title}” is drawn in bars rather than as a pie.")
    if dated and wished.by in ("week", "day", "year", "quarter"):
        said.append(f"The chart “{title}” is by month.")
    return said


def free_name(title: str, taken: Sequence[str]) -> str:
    words = "-".join(ascii_words(title))[:50].strip("-")
    name = words if words and words[0].isalpha() else f"chart-{words}".strip("-")
    return next(tried for number in range(1, len(taken) + 2) if (tried := name if number == 1 else f"{name}-{number}") not in taken)


def _meanings(manifest: Manifest, words: list[str]) -> Iterator[_Meaning]:
    """What the words may be about, the likeliest first."""
    named = [entity for entity in manifest.entities if not words or _key(entity) in _runs(words)]
    for entity in named or manifest.entities:
        left = [word for word in words if word not in [singular(part) for part in ascii_words(entity.label)]]
        if number := _number(entity, left):
            yield _Meaning(entity, number, ())
    for entity in named:
        yield _Meaning(entity, None, tuple(word for word in words if word not in [singular(part) for part in ascii_words(entity.label)]))
    for word in words:
        if word in _MONEY:
            nouns = _MONEY[word].split()
            rich = [entity for entity in manifest.entities if _main(entity, kinds=("decimal",))]
            for entity in sorted(rich, key=lambda entity: _rank(_noun(entity), nouns)):
                yield _Meaning(entity, _main(entity, kinds=("decimal",)), ())


def _rank(noun: str, nouns: list[str]) -> int:
    return nouns.index(noun) if noun in nouns else len(nouns)


def _runs(words: list[str]) -> set[str]:
    """All runs of up to three words, written together."""
    return {"".join(words[start : start + size]) for size in (1, 2, 3) for start in range(len(words) - size + 1)}


def _key(entity: Entity) -> str:
    words = ascii_words(entity.label)
    return "".join([*words[:-1], singular(words[-1])]) if words else entity.name.lower()


def _noun(entity: Entity) -> str:
    words = ascii_words(entity.label)
    return singular(words[-1]) if words else entity.name.lower()


def _number(entity: Entity, words: list[str]) -> Field | None:
    """The entity's number that is named."""
    for field in entity.fields:
        parts = [singular(part) for part in field.name.split("_")]
        if field.type in _NUMBERS and words and (parts == words or (parts[-1] == words[-1] and set(words) <= set(parts))):
            return field
    measure = MEASURED_IN.get(words[-1]) if words else None
    return next((field for field in entity.fields if field.type in _NUMBERS and measure in field.name.split("_")), None)


def _main(entity: Entity, kinds: Sequence[str] = ("decimal", "float", "int")) -> Field | None:
    """The number that an entity is about: its amount, or the only one that it has."""
    own = {field.name: field for field in entity.fields if field.type in kinds}
    first = next((own[name] for name in _MAIN if name in own), None)
    return first or next((field for kind in kinds for field in own.values() if field.type == kind), None)


def _is_summed(entity: Entity) -> bool:
    return _noun(entity) in _SUMMED


def _group(manifest: Manifest, entity: Entity, by: str, besides: Sequence[str] = ()) -> str | None:
    """The member by which the entity's records are grouped. ``besides``: what else is said of them, as in "books finished per month"."""
    parents = [relation for relation in manifest.relations if relation.kind == "one_to_many" and relation.target == entity.name]
    dates = [field.name for kind in ("date", "datetime") for field in entity.fields if field.type == kind]
    if not by:
        enums = [field.name for field in entity.fields if field.type == "enum"]
        return next(iter([*enums, *(relation.field for relation in parents), *dates]), None)
    words = [singular(word) for word in ascii_words(by)]
    if words and words[-1] in _TIMES and find_field(entity, by) is None:
        told = [name for name in dates if set(name.split("_")) & set(besides)]
        return next((name for name in (*told, "date", *dates) if name in dates), None)
    for relation in parents:
        if "_".join(words) in (relation.field, relation.field.removesuffix("_ref")) or "".join(words) == relation.source.lower():
            return relation.field
    field = find_field(entity, by)
    return field.name if field and field.type in GROUPING_TYPES else None
