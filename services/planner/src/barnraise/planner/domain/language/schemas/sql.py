"""SQL: ``CREATE TABLE`` and ``CREATE TYPE ... AS ENUM``, in the usual dialects."""

import logging
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlglot
from sqlglot import exp

from barnraise.contracts.manifest import FieldType
from barnraise.planner.domain.language.schemas.outline import Column, Link, OnDelete, Outline, Table

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of statements that it does not take apart, which are no tables
_DIALECTS = ("postgres", "mysql", "sqlite", "tsql")
_STATEMENT = re.compile(r";\s*(?:\n|$)")
_TYPES: dict[FieldType, str] = {
    "string": "char varchar nchar nvarchar bpchar name uuid text tinytext",
    "text": "mediumtext longtext xml",
    "int": "int bigint smallint tinyint mediumint serial bigserial smallserial uint ubigint usmallint utinyint year",
    "decimal": "decimal money smallmoney",
    "float": "float double",
    "bool": "boolean bit",
    "date": "date date32",
    "time": "time timetz",
    "datetime": "timestamp timestamptz timestampltz datetime datetime2 smalldatetime timestampntz",
    "json": "json jsonb",
    "file": "varbinary binary blob mediumblob longblob tinyblob image",
}
_BY_WORD: dict[str, FieldType] = {word: kind for kind, words in _TYPES.items() for word in words.split()}
_ON_DELETE: dict[str, OnDelete] = {"CASCADE": "cascade", "SET NULL": "set_null"}


def outline_of(text: str) -> Outline:
    """The tables of an SQL script; statements that no dialect reads are left."""
    outline = Outline()
    enums: dict[str, tuple[str, ...]] = {}
    statements = list(_statements(text, outline))
    for statement in statements:
        if statement.args.get("kind") == "TYPE" and isinstance(statement.expression, exp.DataType):
            enums[statement.this.name.lower()] = tuple(value.name for value in statement.expression.expressions)
    for statement in statements:
        if statement.args.get("kind") == "TABLE" and isinstance(statement.this, exp.Schema):
            table = _table(statement.this, enums)
            outline.tables.setdefault(table.name, table)
    return outline


def _statements(text: str, outline: Outline) -> Iterator[exp.Create]:
    for dialect in _DIALECTS:
        try:
            parsed = sqlglot.parse(text, read=dialect)
        except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
            continue
        yield from (statement for statement in parsed if isinstance(statement, exp.Create))
        return
    for piece in filter(str.strip, _STATEMENT.split(text)):
        yield from _one(piece, outline)


def _one(piece: str, outline: Outline) -> Iterator[exp.Create]:
    for dialect in _DIALECTS:
        try:
            parsed = sqlglot.parse_one(piece, read=dialect)
        except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
            continue
        if isinstance(parsed, exp.Create):
            yield parsed
        return
    outline.left.append(" ".join(piece.split())[:80])


def _table(schema: exp.Schema, enums: dict[str, tuple[str, ...]]) -> Table:
    table = Table(schema.this.name)
    for part in schema.expressions:
        if isinstance(part, exp.ColumnDef):
            column = _column(part, enums)
            table.columns[column.name] = column
            _constrain_column(table, column, part)
        else:
            _constrain_table(table, part.args.get("expressions") if isinstance(part, exp.Constraint) else [part])
    return table


def _column(part: exp.ColumnDef, enums: dict[str, tuple[str, ...]]) -> Column:
    kind = part.args.get("kind")
    column = Column(part.name)
    if not isinstance(kind, exp.DataType):
        return column
    word = str(getattr(kind.this, "value", kind.this)).lower()
    parameters = [parameter.name for parameter in kind.expressions]
    if word == "enum":
        column.values = tuple(parameters)
    elif word in ("userdefined", "unknown") or kind.args.get("kind"):
        column.values = enums.get(str(kind.args.get("kind") or kind).lower().split(".")[-1].strip('"'), ())
    elif word == "tinyint" and parameters == ["1"]:
        column.type = "bool"
    else:
        column.type = _BY_WORD.get(word)
    if column.type == "string" and parameters and parameters[0].isdigit():
        column.length = int(parameters[0])
    return column


def _constrain_column(table: Table, column: Column, part: exp.ColumnDef) -> None:
    rules = [constraint.args.get("kind") for constraint in part.constraints]
    column.required = any(isinstance(rule, exp.NotNullColumnConstraint) and not rule.args.get("allow_null") for rule in rules)
    for rule in rules:
        if isinstance(rule, exp.PrimaryKeyColumnConstraint):
            table.key, column.unique, column.required = (column.name,), True, True
        elif isinstance(rule, exp.UniqueColumnConstraint):
            column.unique = True
        elif isinstance(rule, exp.DefaultColumnConstraint):
            column.default = _literal(rule.this)
        elif isinstance(rule, exp.CheckColumnConstraint):
            _bound(table, rule.this)
        elif isinstance(rule, exp.Reference):
            table.links.append(_link(column.name, rule, required=column.required))


def _constrain_table(table: Table, parts: list[Any] | None) -> None:
    for part in parts or ():
        named = [name.name for name in part.expressions] if isinstance(part, exp.PrimaryKey | exp.ForeignKey) else []
        if isinstance(part, exp.PrimaryKey):
            table.key = tuple(named)
        elif isinstance(part, exp.ForeignKey) and len(named) == 1 and (reference := part.args.get("reference")):
            column = table.columns.get(named[0])
            table.links.append(_link(named[0], reference, required=bool(column and column.required)))
        elif isinstance(part, exp.UniqueColumnConstraint) and isinstance(part.this, exp.Schema):
            names = [name.name for name in part.this.expressions]
            if len(names) == 1 and names[0] in table.columns:
                table.columns[names[0]].unique = True
        elif isinstance(part, exp.CheckColumnConstraint):
            _bound(table, part.this)


def _link(column: str, reference: exp.Reference, *, required: bool) -> Link:
    target = reference.this.this if isinstance(reference.this, exp.Schema) else reference.this
    options = " ".join(str(option) for option in reference.args.get("options") or ()).upper()
    on_delete = next((rule for words, rule in _ON_DELETE.items() if f"ON DELETE {words}" in options), "restrict")
    return Link(column, target.name, required, on_delete)


def _bound(table: Table, check: Any) -> None:
    """``status IN ('a', 'b')``, ``rating BETWEEN 1 AND 5``, ``price >= 0``, joined by AND."""
    if isinstance(check, exp.Paren):
        _bound(table, check.this)
    elif isinstance(check, exp.And):
        _bound(table, check.left)
        _bound(table, check.right)
    column = table.columns.get(check.this.name) if isinstance(getattr(check, "this", None), exp.Column) else None
    if column is None:
        return
    if isinstance(check, exp.In):
        column.values = tuple(value.name for value in check.expressions if isinstance(value, exp.Literal))
    elif isinstance(check, exp.Between):
        column.low, column.high = _number(check.args["low"]), _number(check.args["high"])
    elif isinstance(check, exp.GTE):
        column.low = _number(check.expression)
    elif isinstance(check, exp.LTE):
        column.high = _number(check.expression)


def _literal(value: Any) -> bool | int | Decimal | str | None:
    if isinstance(value, exp.Boolean):
        return bool(value.this)
    if not isinstance(value, exp.Literal):
        return None
    return value.name if value.is_string else _whole(_number(value))


def _whole(number: Decimal | None) -> int | Decimal | None:
    return int(number) if number is not None and number == number.to_integral_value() else number


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(value.sql())
    except InvalidOperation:
        return None
