"""A script from a message: the data that it brings, and what it wants to see of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from barnraise.contracts.documents import Attachment
from barnraise.contracts.scripts import Column, Figure, Script, Summary, Table
from barnraise.planner.domain.scripts.figures import UnfitError, figure_of, summary_of
from barnraise.planner.domain.scripts.tables import Found, column_name, find_table, table_of_file
from barnraise.planner.domain.scripts.wishes import ANY, KIND, Wish, beyond, columns_in, drawings, grouping, statistics

_I = re.IGNORECASE
_COMPUTES = re.compile(
    r"\b(?:average|mean|median|sum|total|minimum|maximum|statistics|summary|summari[sz]e|calculate|compute|analy[sz]e|analysis|std(?:ev)?"
    r"|standard deviation|variance)\b",
    _I,
)
_KEEPS = re.compile(
    r"\b(?:app|application|crud|dashboard|track(?:s|er|ing)?|manag(?:e|es|er|ing)|keeps?|users?|belongs?|has many|have a)\b", _I
)
_NO_TITLE = "an?|the|my|our|these|this|data|numbers?|values?|tables?|it|them|following|of|in|as|by|with|from"
_TITLE = re.compile(
    r"\b(?:of|showing|shows?|for|comparing|with|about|on|visuali[sz]e|plot|draw)\s+(?:me\s+)?"
    rf"(?:the |my |our |an? |these |this )?(?:how many )?(?P<what>(?!(?:{_NO_TITLE})\b)[^\W\d_][^\n:;.]{{1,90}})",
    _I,
)
_TITLE_ENDS = re.compile(
    r"\s*(?:\b(?:from|using|based on|as|with (?:this|these|the)|out of|in a|given|where|and (?:a|an|the|also)|then|followed by)\b.*"
    r"|[,(]\s*(?:as|using|from|sorted|in (?:dark|light|red|blue|green))\b.*|\b(?:sorted|ordered|ranked)\b.*)$",
    _I | re.S,
)
_PERIODIC = re.compile(r"^(?:monthly|yearly|annual|daily|weekly|quarterly|hourly|average|total|mean|my|our|the|number of)\s+", _I)
_SYMBOLS = r"mm|cm|m|km|kg|g|t|l|ml|h|%|°C|°F|€|\$|£"
_UNIT = re.compile(
    rf"\bin (?P<said>(?:millions?|thousands?|billions?|percent|hours?|minutes?|seconds?|euros?|dollars?|EUR|USD|GBP|kWh|MW|{_SYMBOLS})"
    rf"(?: of \w+)?)(?![\w%])|\((?P<short>{_SYMBOLS}|in (?:millions|thousands|billions))\)",
    _I,
)
_IN_UNIT = re.compile(rf"\s*\(?(?:{_UNIT.pattern})\)?\s*$", _I)
_OWNED = re.compile(r"\s+(?:(?:we|i|they|you) (?:have|own|sold|had)|there are)$", _I)
_BY = re.compile(r"\b(?:by|per|for each|of each|in each)\s+([^\W\d_]{3,20})\b", _I)
_COLOUR_TAIL = re.compile(r"\s+in (?:dark |light )?(?:red|blue|green|purple|orange|teal|pink|grey|gray|black)\b.*$", _I)
_LONGEST = 80
_DRAWING = re.compile(rf"(?:\w+ )?(?:{KIND.pattern}|{ANY.pattern})", _I)


@dataclass(frozen=True)
class ReadScript:
    """A script that a message asks for, and what was assumed and left open."""

    title: str
    script: Script
    assumed: list[str] = field(default_factory=list)
    open_points: list[str] = field(default_factory=list)


def asks_for_script(text: str, kind: str) -> bool:
    """Whether a text wants its data drawn or computed with, rather than kept: ``kind`` is what it seems to be otherwise."""
    if kind == "question":
        return bool(_COMPUTES.search(text))
    return kind == "script" or (kind == "other" and bool(KIND.search(text)) and not _KEEPS.search(text))


def read_script(text: str, attachments: Sequence[Attachment] = ()) -> ReadScript | None:
    """The script that a text with its data asks for; None when there are no data."""
    found = _data(text, attachments)
    if found is None:
        return None
    table, rest = found.table, found.rest
    title = _title(rest)
    if not found.named:
        table = _labelled(table, title)
    table = _with_unit(table, rest).model_copy(update={"name": _table_name(title, table)})
    wishes = drawings(rest, table)
    computes = bool(_COMPUTES.search(rest))
    if not wishes and not computes:
        wishes = [Wish()]
    figures, assumed, points = _figures(wishes, table, title)
    summary = _summary(rest, table, [table.name, *(figure.name for figure in figures)], computes=computes)
    script = Script(tables=(table,), figures=tuple(figures), summaries=(summary,) if summary else ())
    if not wishes[:1] or (wishes[0].kind is None and figures):
        assumed += [f"I draw a {_WORDS[figure.kind]}: it suits these data." for figure in figures[:1]]
    return ReadScript(title or _fallback(figures, summary), script, assumed, [*points, *beyond(rest)])


def _data(text: str, attachments: Sequence[Attachment]) -> Found | None:
    for attachment in attachments:
        if table := table_of_file(attachment.text, attachment.name):
            return Found(table, text)
    return find_table(text)


def _figures(wishes: Sequence[Wish], table: Table, title: str) -> tuple[list[Figure], list[str], list[str]]:
    figures: list[Figure] = []
    assumed: list[str] = []
    points: list[str] = []
    for wish in wishes[:20]:
        taken = [table.name, "summary", *(figure.name for figure in figures)]
        try:
            own = _title(wish.said) if len(wishes) > 1 else title
            figure, more = figure_of(wish, table, figure_title(own, wish, table), taken)
        except UnfitError as error:
            points.append(str(error))
            continue
        figures.append(figure)
        assumed += more
    return figures, assumed, points


def figure_title(title: str, wish: Wish, table: Table) -> str:
    """What a figure is called: as the text says, else after its columns."""
    if title:
        return title
    y = " and ".join(table.column(name).label for name in wish.y[:3]) or next(
        c.label for c in reversed(table.columns) if c.type == "number"
    )
    first = table.columns[0]
    x = table.column(wish.x).label if wish.x else first.label if len(table.columns) > 1 and first.label not in y else ""
    return f"{y} by {x.lower()}" if x else y


def _summary(rest: str, table: Table, taken: Sequence[str], *, computes: bool) -> Summary | None:
    by = grouping(rest, table) if computes else None
    by = by if by and table.column(by).type == "text" else None
    of = [name for name in columns_in(rest, table.columns) if table.column(name).type == "number" and name != by] if computes else []
    return summary_of(table, statistics(rest if computes else ""), by, of, taken)


def _title(rest: str) -> str:
    """What the data are about, in the text's own words."""
    said, match = rest[:3000], None
    while match := _TITLE.search(said, match.start() + 1 if match else 0):
        what = _COLOUR_TAIL.sub("", _TITLE_ENDS.sub("", match["what"].strip(" ,:;-"))).strip(" ,:;-(")
        what = _OWNED.sub("", _IN_UNIT.sub("", what)).strip(" ,:;-")
        if len(what) > 1 and not _DRAWING.match(what):
            what = " ".join(what.split())[:_LONGEST]
            return what[:1].upper() + what[1:]
    return ""


def _labelled(table: Table, title: str) -> Table:
    """A table without headings takes them from the title: ``monthly rainfall in Bergen by station``."""
    said = _PERIODIC.sub("", title)
    value = re.split(r"\s+(?:in|per|by|of|for|over|from|at|on|across|between)\s+|\s*[,(]", said, maxsplit=1, flags=_I)[0].strip()
    value = value if 0 < len(value) <= 40 else ""
    by = _BY.search(title)
    columns: list[Column] = []
    for column in table.columns:
        label = column.label
        if column.label == "Value" and value:
            label = value[:1].upper() + value[1:]
        elif column.label == "Name" and by:
            label = by[1].capitalize()
        columns.append(column.model_copy(update={"label": label, "name": column_name(label, [known.name for known in columns])}))
    return table.model_copy(update={"columns": tuple(columns)})


def _with_unit(table: Table, rest: str) -> Table:
    """The unit that the text says of its only column of numbers."""
    numbers = [column for column in table.columns if column.type == "number"]
    match = _UNIT.search(rest)
    measured = [column for column in numbers if column.label != "Year"]
    if not match or len(measured) != 1 or measured[0].unit:
        return table
    unit = (match["said"] or match["short"]).removeprefix("in ")[:20]
    return table.model_copy(
        update={"columns": tuple(c.model_copy(update={"unit": unit}) if c == measured[0] else c for c in table.columns)}
    )


def _table_name(title: str, table: Table) -> str:
    if table.name != "data":
        return table.name
    return column_name(" ".join(title.split()[:3]), ["summary"]) if title else "data"


def _fallback(figures: Sequence[Figure], summary: Summary | None) -> str:
    return figures[0].title if figures else summary.title if summary else "Script"


_WORDS = {
    "bar": "bar chart", "barh": "bar chart with lying bars", "line": "line chart", "area": "chart of areas", "pie": "pie chart",
    "scatter": "scatter plot", "histogram": "histogram", "box": "box plot",
}  # fmt: skip
