"""What a field's type means in each generated language."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from barnraise.codegen.domain.compiler_text import call, python
from barnraise.codegen.domain.compiler_text import typescript as typescript_string
from barnraise.contracts.manifest import Field

LARGEST_INT = 2**53 - 1
_LARGEST_DECIMAL = Decimal(10) ** 14 - 1
TEXTS = ("string", "text", "markdown", "email", "url", "phone", "color", "file")
NUMBERS = ("int", "float", "decimal")
_LENGTHS = {"string": 200, "text": 20_000, "markdown": 50_000, "email": 254, "url": 2000, "phone": 32, "color": 7, "file": 240}
_CAPPED = ("string", "text", "markdown")
"""The others have a form of their own, which a short limit could make impossible."""
_ALIKE = ("bool", "enum", "json", "markdown", "file")
"""Kinds whose values cannot all differ, or need not: ``unique`` has no effect on them."""

_PYTHON = {
    "int": "int", "float": "float", "decimal": "decimal.Decimal", "bool": "bool", "date": "dt.date", "time": "dt.time",
    "datetime": "dt.datetime", "json": "typing.Any",
}  # fmt: skip
_API = {
    "string": "Line", "text": "Text", "markdown": "Text", "int": "Int", "float": "Float", "decimal": "Decimal", "bool": "Bool",
    "date": "Date", "time": "Time", "datetime": "DateTime", "email": "Email", "url": "Url", "phone": "Phone", "color": "Color",
    "file": "Upload", "json": "Json",
}  # fmt: skip
_READ = {"int": "int", "float": "float", "decimal": "decimal.Decimal", "bool": "bool", "json": "Any"}


@dataclass(frozen=True)
class Names:
    """The lower-case names that generated modules import, each under an alias where a field would hide it."""

    taken: frozenset[str]

    def __getitem__(self, name: str) -> str:
        return f"_{name}" if name in self.taken else name

    def dotted(self, path: str) -> str:
        """``dt.date`` -> ``_dt.date`` where a field is called ``dt``."""
        head, dot, rest = path.partition(".")
        return f"{self[head]}{dot}{rest}"


def unique(field: Field) -> bool:
    return field.unique and field.type not in _ALIKE


def longest(field: Field) -> int:
    limit = _LENGTHS[field.type]
    return min(limit, field.max_length) if field.type in _CAPPED and field.max_length else limit


def bounds(field: Field) -> tuple[Decimal | None, Decimal | None]:
    """The limits that a number really has: whole for ``int``, with four decimals for ``decimal``."""
    step = {"int": Decimal(1), "decimal": Decimal("0.0001")}.get(field.type)
    limit = _LARGEST_DECIMAL if field.type == "decimal" else Decimal(LARGEST_INT)

    def fit(value: Decimal | None, rounding: str) -> Decimal | None:
        if value is None:
            return None
        value = max(-limit, min(limit, value))
        return value if step is None else value.quantize(step, rounding)

    low, high = fit(field.min, ROUND_CEILING), fit(field.max, ROUND_FLOOR)
    return (high, high) if low is not None and high is not None and low > high else (low, high)


def default(field: Field) -> Any:
    """The default as a value of the field's type; None where there is none, or it could not be one."""
    value = field.default
    if field.type == "bool":
        return (str(value).lower() in ("true", "1", "yes")) if value is not None else (False if field.required else None)
    if value is None or unique(field):
        return None
    try:
        return _typed(field, value)
    except (ValueError, TypeError, InvalidOperation, OverflowError):
        return None


def _typed(field: Field, value: Any) -> Any:
    if field.type in NUMBERS:
        number = Decimal(str(value))
        low, high = bounds(field)
        fits = number.is_finite() and (low is None or number >= low) and (high is None or number <= high)
        if not fits or (field.type == "int" and number != int(number)) or abs(number) > LARGEST_INT:
            return None
        return {"int": int, "float": float, "decimal": lambda exact: exact.quantize(Decimal("0.0001"), ROUND_FLOOR)}[field.type](number)
    if field.type in ("date", "time", "datetime"):
        return _moment(field.type, str(value))
    if field.type == "json":
        return json.loads(str(value))
    if field.type in _CAPPED:
        return str(value) if str(value).strip() and len(str(value)) <= longest(field) and "\0" not in str(value) else None
    return str(value) if field.type == "enum" else None


def _moment(kind: str, text: str) -> Any:
    if kind == "time":
        return dt.time.fromisoformat(text).replace(tzinfo=None, microsecond=0)
    if kind == "date":
        return dt.date.fromisoformat(text)
    moment = dt.datetime.fromisoformat(text)
    return (moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)).replace(microsecond=0)


def literal(value: Any, names: Names) -> str:
    """A Python expression for a default."""
    if isinstance(value, str):
        return python(value)
    if isinstance(value, list):
        return f"[{', '.join(literal(item, names) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{python(key)}: {literal(item, names)}' for key, item in value.items())}}}"
    if isinstance(value, Decimal):
        return f'{names["decimal"]}.Decimal("{value.normalize():f}")'
    return _moment_literal(value, names["dt"]) if isinstance(value, dt.date | dt.time) else repr(value)


def _moment_literal(value: dt.datetime | dt.date | dt.time, module: str) -> str:
    if isinstance(value, dt.datetime):
        parts = f"{value.year}, {value.month}, {value.day}, {value.hour}, {value.minute}, {value.second}"
        return f"{module}.datetime({parts}, tzinfo={module}.UTC)"
    if isinstance(value, dt.date):
        return f"{module}.date({value.year}, {value.month}, {value.day})"
    return f"{module}.time({value.hour}, {value.minute}, {value.second})"


def number(value: Decimal, kind: str, names: Names) -> str:
    """A Python expression for a bound."""
    if kind == "int":
        return str(int(value))
    return repr(float(value)) if kind == "float" else f'{names["decimal"]}.Decimal("{value.normalize():f}")'


def column_type(field: Field, names: Names) -> str:
    """The SQLAlchemy type."""
    sa, types = names["sa"], names["types"]
    if field.type == "enum":
        return call(f"{types}.choice", [f'"{value}"' for value in (field.name, *field.values)], 8, tail=",")
    if field.type in ("text", "markdown"):
        return f"{sa}.Text()"
    if field.type in TEXTS:
        return f"{sa}.String({longest(field)})"
    plain = {"float": "Float()", "bool": "Boolean()", "date": "Date()", "time": "Time()", "json": "JSON(none_as_null=True)"}
    own = {"int": "WHOLE", "decimal": "ExactDecimal()", "datetime": "UtcDateTime()"}
    return f"{sa}.{plain[field.type]}" if field.type in plain else f"{types}.{own[field.type]}"


def python_type(field: Field, names: Names) -> str:
    """The type of the attribute."""
    return names.dotted(_PYTHON.get(field.type, "str"))


def checks(field: Field, names: Names) -> list[tuple[str, list[str]]]:
    """What the database enforces beyond NOT NULL and UNIQUE, as calls."""
    if field.type in TEXTS:
        shortest = ["shortest=1"] if field.required else []
        return [("check_length", [f'"{field.name}"', str(longest(field)), *shortest])]
    low, high = bounds(field)
    if low is None and high is None:
        return []
    limits = [f"{word}={number(value, field.type, names)}" for word, value in (("low", low), ("high", high)) if value is not None]
    return [("check_range", [f'"{field.name}"', *limits])]


def choice(field: Field) -> str:
    """The name of an enum's Literal type."""
    return "".join(part.capitalize() for part in field.name.split("_")) + "Choice"


def api_type(field: Field, names: Names) -> str:
    """What the API accepts, apart from null."""
    if field.type == "enum":
        return choice(field)
    kind = f"{names['types']}.{_API[field.type]}"
    limits = [f"min_length={1 if field.required else 0}", f"max_length={longest(field)}"] if field.type in _CAPPED else []
    if field.type in _CAPPED and not field.required:
        limits = limits[1:]
    low, high = bounds(field)
    for word, value in (("ge", low), ("le", high)):
        if value is not None:
            limits.append(f"{word}={number(value, field.type, names)}")
    return f"Annotated[{kind}, Field({', '.join(limits)})]" if limits else kind


def read_type(field: Field, names: Names) -> str:
    """What the API gives: the plain type, so that old rows can always be shown."""
    if field.type in ("date", "time", "datetime"):
        return f"{names['types']}.{_API[field.type]}"
    return names.dotted(_READ.get(field.type, "str"))


def typescript(field: Field) -> str:
    """The type in the typed client, apart from null."""
    if field.type == "enum":
        return " | ".join(f'"{value}"' for value in field.values)
    return {"int": "number", "float": "number", "bool": "boolean", "json": "unknown"}.get(field.type, "string")


def json_literal(value: Any) -> str:
    """A default in TypeScript, in the form that the API gives it."""
    if isinstance(value, dict | list):
        return typescript_json(value)
    if isinstance(value, dt.datetime):
        return f'"{value:%Y-%m-%dT%H:%M:%SZ}"'
    if isinstance(value, dt.date | dt.time):
        return f'"{value.isoformat()}"'
    if isinstance(value, Decimal):
        return f'"{value.normalize():f}"'
    return typescript_string(value) if isinstance(value, str) else json.dumps(value)


def typescript_json(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{typescript_string(key)}: {typescript_json(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(typescript_json(item) for item in value) + "]"
    return typescript_string(value) if isinstance(value, str) else json.dumps(value)
