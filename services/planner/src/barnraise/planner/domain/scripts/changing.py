"""Refinements of a script: other figures, other numbers, another order."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from barnraise.contracts.manifest import Manifest
from barnraise.contracts.scripts import Figure, Script, Table
from barnraise.planner.domain.language.changes import Changed
from barnraise.planner.domain.operations import OperationError
from barnraise.planner.domain.refining import Rule, refine
from barnraise.planner.domain.scripts.figures import UnfitError, figure_of, summary_of
from barnraise.planner.domain.scripts.numbers import AMOUNT, number_of
from barnraise.planner.domain.scripts.reading import figure_title
from barnraise.planner.domain.scripts.wishes import KIND, Wish, drawings, grouping, kinds_in, statistics

_I = re.IGNORECASE
_ADDS = re.compile(r"^(?:add|draw|plot|show|include|make (?:me )?(?:an?|another)|create|also)\b.*", _I)
_REMOVES = re.compile(r"^(?:remove|delete|drop|get rid of|hide|no)\s+(?:the |that |this )?(?P<what>.+)$", _I)
_TURNS = re.compile(r"^(?:(?:make|turn|change|switch|convert|draw|show|use|plot)\b.*?)(?:\b(?:a|an|to|into|as|with)\b|$)", _I)
_SETS = re.compile(
    rf"^(?:(?:change|set|correct|update|make|fix)\s+)?(?:the (?:value|number|amount) (?:of|for) )?(?P<row>.+?)(?:'s (?P<of>[\w ]+?))?\s+"
    rf"(?:to|=|is|should be|must be|into)\s+(?P<number>{AMOUNT})$",
    _I,
)
_NEW_ROW = re.compile(
    r"^(?:add|insert|append)\s+(?:a |the |another )?(?:(?:row|line|entry|value|data point|bar)s?\s+)?(?:for |of |with )?"
    rf"(?P<row>.+?)(?:\s*[:=]\s*|\s+(?:with |of |at )?)(?P<numbers>{AMOUNT}(?:\s*,\s*{AMOUNT})*)$",
    _I,
)
_ORDER = re.compile(r"\b(?:sort|order|rank)", _I)
_TITLED = re.compile(
    r"^(?:title|call|name|rename)\s+(?:it|(?:the |this )?(?:chart|figure|graph|plot|diagram|title))(?: to| as)?[: ]+"
    r"[\"“]?(?P<title>.+?)[\"”]?$"
    r"|^(?:change|set)\s+(?:the )?(?:chart's |figure's )?(?:title|caption|heading)(?: of .+?)? to [\"“]?(?P<other>.+?)[\"”]?$",
    _I,
)
_OFF = re.compile(r"^(?:remove|delete|drop|no|without|hide|turn off|unstack|disable)\b", _I)
_TOGGLES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"\b(?:average|mean) line\b|\bline (?:for|at|showing) the (?:average|mean)\b", _I), "average", "a line at the average"),
    (re.compile(r"\blog(?:arithmic)?\b", _I), "log", "a logarithmic scale"),
    (re.compile(r"\b(?:un)?stack(?:ed)?\b", _I), "stacked", "stacking"),
)
_COMPUTED = re.compile(r"\b(?:average|mean|median|sum|total|minimum|maximum|statistics|summary|deviation|std(?:ev)?|variance)\b", _I)


def change_script(manifest: Manifest, text: str) -> Changed | None:
    """The changed manifest; None when no part of the text is understood. Raises UnclearError when a part does not fit."""
    return refine(manifest, text, _RULES)


def _toggled(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``add an average line``, ``use a log scale``, ``stack the bars``."""
    for pattern, mark, words in _TOGGLES:
        if pattern.search(said):
            on = not _OFF.match(said)
            return _each(manifest, lambda _: True, **{mark: on}), f"{'uses' if on else 'drops'} {words}"
    return None


def _sorted(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``sort from highest to lowest``."""
    if not _ORDER.search(said):
        return None
    if re.search(r"\b(?:as (?:given|before|in the table)|original|un ?sort)", said, _I) or _OFF.match(said):
        order, words = "as_given", "as the rows are given"
    elif re.search(r"\b(?:ascending|lowest (?:to|first)|smallest (?:to|first)|increasing)\b", said, _I):
        order, words = "ascending", "from the smallest to the largest"
    else:
        order, words = "descending", "from the largest to the smallest"
    return _each(manifest, lambda figure: figure.kind in ("bar", "barh", "pie", "line", "area"), sort=order), f"sorts {words}"


def _titled(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    match = _TITLED.match(said)
    if not match:
        return None
    title = (match["title"] or match["other"]).strip()[:120]
    if len(_script(manifest).figures) == 1:
        manifest = _each(manifest, lambda _: True, title=title)
    return manifest.model_copy(update={"title": title}), f"calls it “{title}”"


def _removed(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``remove the pie chart``, ``remove the summary``, ``delete February``."""
    match = _REMOVES.match(said)
    if not match:
        return None
    script, what = _script(manifest), match["what"]
    if kind := next(iter(kinds_in(what)), None):
        kept = tuple(figure for figure in script.figures if figure.kind != kind)
        if len(kept) == len(script.figures):
            raise OperationError(f"There is no {what} here.")
        return _with(manifest, figures=kept), f"removes the {what}"
    if _COMPUTED.search(what) or what in ("statistics", "table"):
        return _with(manifest, summaries=()), "removes the statistics"
    row = re.sub(r"^(?:row|line|entry|bar|value|data point)s?\s+(?:for |of )?", "", what, flags=_I)
    table, at = _row(script, row)
    if at is None:
        return None
    rows = (*table.rows[:at], *table.rows[at + 1 :])
    if not rows:
        raise OperationError("That is the only row; a script needs some data.")
    return _table(manifest, table.model_copy(update={"rows": rows})), f"removes the row {table.rows[at][0]}"


def _turned(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``make it a line chart``: what is drawn is drawn in another way."""
    kinds = kinds_in(said)
    if not kinds or not _TURNS.match(said) or re.match(r"^(?:also|add)\b|.*\b(?:another|second|additional|also)\b", said, _I):
        return None
    if re.match(r"^(?:draw|show|plot|make|create) (?:me )?(?:an?|the) ", said, _I) and not re.search(r"\b(?:it|instead|into)\b", said, _I):
        return None  # one more
    script = _script(manifest)
    if not script.figures:
        return None
    table = script.table(script.figures[0].table)
    meant = [figure for figure in script.figures if figure.kind in kinds[:-1]] or list(script.figures[:1])
    turned = []
    for figure in meant:
        wish = Wish(
            kinds[-1],
            figure.x if figure.kind != "scatter" else None,
            figure.y,
            figure.statistic,
            figure.stacked,
            figure.sort,
            figure.average,
            figure.log,
        )
        fitting = _fit(wish, table, figure.title, [])
        turned.append(fitting.model_copy(update={"name": figure.name}))
    names = {figure.name: figure for figure in turned}
    figures = tuple(names.get(figure.name, figure) for figure in script.figures)
    return _with(manifest, figures=figures), f"draws {'it' if len(turned) == 1 else 'them'} as a {_said(kinds[-1])}"


def _added(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``add a pie chart``, ``also draw a histogram of the weights``."""
    if not _ADDS.match(said) or not KIND.search(said):
        return None
    script = _script(manifest)
    table = script.tables[0]
    figures = list(script.figures)
    for wish in drawings(said, table):
        taken = [table.name, *(result.name for result in (*figures, *script.summaries))]
        chosen = replace(wish, y=wish.y or (script.figures[0].y if script.figures and wish.kind != "scatter" else ()))
        title = script.figures[0].title if script.figures and not wish.y and not wish.x else figure_title("", wish, table)
        figures.append(_fit(chosen, table, title, taken))
    return _with(manifest, figures=tuple(figures)), f"draws a {_said(figures[-1].kind)} as well"


def _computed(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``compute the median by region``."""
    if not _COMPUTED.search(said) or not re.match(r"^(?:add|compute|calculate|show|include|also)\b", said, _I):
        return None
    script = _script(manifest)
    table = script.tables[0]
    by = grouping(said, table)
    others = [summary for summary in script.summaries if summary.by != by]
    taken = [table.name, *(result.name for result in (*script.figures, *others))]
    summary = summary_of(table, statistics(said), by, (), taken)
    if summary is None:
        raise OperationError("There are no numbers to compute that from.")
    return _with(manifest, summaries=(*others, summary)), f"computes: {summary.title.lower()}"


def _set(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``change February to 215``, ``set Oslo's rain to 3``."""
    match = _SETS.match(said)
    if not match:
        return None
    script = _script(manifest)
    of, row = match["of"], match["row"]
    if named := re.match(r"^(?:the )?(?P<of>[\w ]+?) (?:of|for|in) (?P<row>.+)$", row, _I):
        of, row = (named["of"], named["row"]) if _row(script, named["row"])[1] is not None else (of, row)
    table, at = _row(script, row)
    number = number_of(match["number"])
    if at is None or number is None:
        return None
    column = _column(table, of)
    cells = list(table.rows[at])
    cells[column] = number[0]
    rows = (*table.rows[:at], tuple(cells), *table.rows[at + 1 :])
    return _table(manifest, table.model_copy(update={"rows": rows})), f"changes {table.rows[at][0]} to {number[0]}"


def _new_row(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``add Dec 274``."""
    match = _NEW_ROW.match(said)
    if not match or KIND.search(said):
        return None
    table = _script(manifest).tables[0]
    numbers = [found[0] for cell in re.findall(AMOUNT, match["numbers"]) if (found := number_of(cell))]
    given = [match["row"].strip(" :="), *numbers]
    if len(given) != len(table.columns):
        raise OperationError(f"A row has {len(table.columns)} cells: {', '.join(column.label for column in table.columns)}.")
    return _table(manifest, table.model_copy(update={"rows": (*table.rows, tuple(given))})), f"adds the row {given[0]}"


def _fit(wish: Wish, table: Table, title: str, taken: list[str]) -> Figure:
    try:
        return figure_of(wish, table, title, taken)[0]
    except UnfitError as error:
        raise OperationError(str(error)) from error


def _row(script: Script, said: str) -> tuple[Table, int | None]:
    """The row of the first table whose first cell is said, in full or by its beginning."""
    table = script.tables[0]
    wanted = said.strip(" '\"“”").lower()
    cells = [row[0].lower() for row in table.rows]
    exact = [at for at, cell in enumerate(cells) if cell == wanted]
    close = [
        at for at, cell in enumerate(cells) if len(wanted) > 2 and len(cell) > 2 and (cell.startswith(wanted) or wanted.startswith(cell))
    ]
    return table, next(iter(exact or (close if len(close) == 1 else [])), None)


def _column(table: Table, said: str | None) -> int:
    """Which of the columns of numbers is meant. Raises OperationError when that is open."""
    numbers = [at for at, column in enumerate(table.columns) if column.type == "number" and at]
    named = [at for at in numbers if said and table.columns[at].label.lower() == said.strip().lower()]
    if len(named or numbers) != 1:
        raise OperationError(f"Say which number: {', '.join(table.columns[at].label for at in numbers)}.")
    return (named or numbers)[0]


def _said(kind: str) -> str:
    return {
        "barh": "bar chart with lying bars",
        "scatter": "scatter plot",
        "histogram": "histogram",
        "box": "box plot",
        "area": "chart of areas",
    }.get(kind, f"{kind} chart")


def _script(manifest: Manifest) -> Script:
    assert manifest.script
    return manifest.script


def _with(manifest: Manifest, **changes: object) -> Manifest:
    return manifest.model_copy(update={"script": _script(manifest).model_copy(update=changes)})


def _each(manifest: Manifest, meant: Callable[[Figure], bool], **changes: object) -> Manifest:
    return _with(manifest, figures=tuple(f.model_copy(update=changes) if meant(f) else f for f in _script(manifest).figures))


def _table(manifest: Manifest, changed: Table) -> Manifest:
    tables: Iterable[Table] = (changed if table.name == changed.name else table for table in _script(manifest).tables)
    return _with(manifest, tables=tuple(tables))


_RULES: tuple[Rule, ...] = (_titled, _toggled, _sorted, _set, _removed, _turned, _added, _computed, _new_row)
