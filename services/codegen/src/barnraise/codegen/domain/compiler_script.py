"""The blueprint of scripts: tables become CSV files, figures and summaries become calls in ``main.py``."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from barnraise.codegen.domain import compiler_text as text
from barnraise.codegen.domain.compiler_sbom import bill
from barnraise.codegen.domain.compiler_templates import templates
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.scripts import Figure, Script, Summary, Table

_INDENT = 4
_DOUBLE = re.compile(r'["\\]')
_KEYWORDS = frozenset(
    "and as assert async await break class continue def del elif else except false finally for from global if import in is lambda none "
    "nonlocal not or pass raise return true try while with match case type print len main tables figures results figure summary look os "
    "path here data accent labels chosen".split()
)
_PLAIN_TABLE = frozenset(("histogram", "box"))


def compile_script(manifest: Manifest) -> dict[str, bytes]:
    """The files of the program, by path. ``manifest.script`` is there."""
    assert manifest.script
    view = ScriptView(manifest, manifest.script)
    tree = dict(templates("script").plain)
    for path, template in templates("script").rendered.items():
        tree[path] = template.render(script=view).encode()
    tree |= {f"data/{table.name}.csv": _csv(table) for table in manifest.script.tables}
    tree["sbom.cdx.json"] = bill(manifest.name, "0.1.0", tree["requirements.txt"].decode())
    return tree


@dataclass(frozen=True)
class TableView:
    name: str
    variable: str
    read: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class ResultView:
    """A result of the program: what makes it, line by line."""

    name: str
    title: str
    comment: str
    steps: tuple[str, ...]


class ScriptView:
    """The script as the templates want to see it."""

    def __init__(self, manifest: Manifest, script: Script) -> None:
        self.slug = manifest.name
        self.title = manifest.title
        self.description = manifest.description
        self._script = script
        self.docstring = f"{_DOUBLE.sub('”', text.one_line(manifest.title)).rstrip('.')}."
        self.accent = manifest.theme.accent if script.figures else None
        self.tables = [_table(table) for table in script.tables]
        self.figures = [_result(figure, self._figure(figure)) for figure in script.figures]
        self.summaries = [_result(summary, self._summary(summary)) for summary in script.summaries]

    @property
    def labels(self) -> str:
        """The labels of all columns, as a dictionary."""
        labels = {column.name: _label(column.label, column.unit) for table in self._script.tables for column in table.columns}
        lines = [f"    {text.python(name)}: {text.python(label)}," for name, label in labels.items()]
        return "\n".join(["LABELS = {", *lines, "}"])

    @property
    def expected(self) -> str:
        drawn = [f"{figure.name}.{kind}" for figure in self.figures for kind in ("png", "svg")]
        written = [f"{summary.name}.csv" for summary in self.summaries]
        return text.listed("EXPECTED = ", [text.python(name) for name in sorted([*drawn, *written])])

    @property
    def sizes(self) -> str:
        sizes = [f"({text.python(f'{table.name}.csv')}, {table.rows}, {len(table.columns)})" for table in self.tables]
        return text.listed("SIZES = ", sizes)

    def _figure(self, figure: Figure) -> Iterator[str]:
        yield text.call("look = figures.Look", [text.python(text.one_line(figure.title)), "ACCENT", "LABELS"], _INDENT)
        rows = _variable(figure.table)
        if figure.statistic and figure.x:
            grouping = [rows, text.python(figure.x), _names(figure.y), text.python(figure.statistic)]
            yield text.call("chosen = tables.grouped", grouping, _INDENT)
            rows = "chosen"
        if figure.sort != "as_given":
            down = ["descending=True"] if figure.sort == "descending" else []
            yield text.call("chosen = tables.ordered", [rows, text.python(figure.y[0]), *down], _INDENT)
            rows = "chosen"
        x = [] if figure.kind in _PLAIN_TABLE else [text.python(figure.x) if figure.x else "None"]
        marks = [f"{name}=True" for name in _MARKS[figure.kind] if getattr(figure, name)]
        yield text.call(f"figure = figures.{figure.kind}", [rows, *x, _names(figure.y), "look", *marks], _INDENT)

    def _summary(self, summary: Summary) -> Iterator[str]:
        by = [f"by={text.python(summary.by)}"] if summary.by else []
        arguments = [_variable(summary.table), _names(summary.of), _names(summary.statistics), "LABELS", *by]
        yield text.call("summary = tables.summary", arguments, _INDENT)


_MARKS: dict[str, tuple[str, ...]] = {
    "bar": ("stacked", "average", "log"),
    "barh": ("stacked",),
    "line": ("average", "log"),
    "area": ("average", "log"),
    "scatter": ("log",),
    "pie": (),
    "histogram": (),
    "box": (),
}
"""What each kind of figure can be told besides its columns."""


def _table(table: Table) -> TableView:
    numbers = [column.name for column in table.columns if column.type == "number"]
    given = [f'DATA / "{table.name}.csv"'] + ([f"numbers={_names(numbers)}"] if numbers else [])
    read = text.call(f"{_variable(table.name)} = tables.read", given, _INDENT)
    return TableView(table.name, _variable(table.name), read, len(table.rows), tuple(column.name for column in table.columns))


def _result(told: Figure | Summary, steps: Iterator[str]) -> ResultView:
    return ResultView(told.name, told.title, text.one_line(told.title), tuple(steps))


def _names(names: tuple[str, ...] | list[str]) -> str:
    return json.dumps(list(names))


def _label(label: str, unit: str) -> str:
    return text.one_line(f"{label} ({unit})" if unit else label)


def _variable(table: str) -> str:
    return f"{table}_table" if table in _KEYWORDS else table


def _csv(table: Table) -> bytes:
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow([column.name for column in table.columns])
    rows.writerows(table.rows)
    return file.getvalue().encode()
