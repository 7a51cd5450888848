"""Text of people in the languages of generated files: every filter gives a literal that cannot end early."""

import html
import json
import re
from collections.abc import Iterable, Sequence

LINE_LENGTH = 120


def python(text: str) -> str:
    """A Python string literal in the form that the formatter would choose."""
    literal = repr(text)
    if literal[0] == "'" and '"' not in literal:
        literal = '"' + literal[1:-1].replace("\\'", "'") + '"'
    return literal


def typescript(text: str) -> str:
    """A TypeScript string literal, also safe inside an inline script."""
    literal = json.dumps(text, ensure_ascii=False)
    unsafe = [char for char in set(literal) if char in "<>&" or (not char.isprintable() and char != " ")]
    for char in unsafe:
        literal = literal.replace(char, "".join(f"\\u{unit:04x}" for unit in _utf16(char)))
    return literal


def _utf16(char: str) -> Iterable[int]:
    data = char.encode("utf-16-be", "surrogatepass")
    return (int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))


def markup(text: str) -> str:
    """Text in HTML, between tags or in a quoted attribute."""
    return html.escape(one_line(text))


def markdown(text: str) -> str:
    """One line of Markdown that shows the text itself."""
    return re.sub(r"([\\`*_{}\[\]()#+!|~<>&$-])", r"\\\1", one_line(text))


def one_line(text: str) -> str:
    """Words with single spaces between them; control characters and direction marks are dropped."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def natural(name: str) -> list[tuple[int, int, str]]:
    """The order in which the import sorter puts names: numbers by value, letters without case."""
    parts = re.split(r"(\d+)", name.lower())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]


def call(head: str, arguments: Sequence[str], indent: int = 0, tail: str = "") -> str:
    """``head(arguments)`` on one line, or one argument a line when that, with the ``tail`` that will follow, is too long."""
    line = f"{head}({', '.join(arguments)})"
    return line if indent + len(line) + len(tail) <= LINE_LENGTH and "\n" not in line else _exploded(head, arguments, indent)


def listed(head: str, items: Sequence[str], indent: int = 0, tail: str = "") -> str:
    """``head[items]`` on one line, or one item a line when that is too long."""
    line = f"{head}[{', '.join(items)}]"
    if indent + len(line) + len(tail) <= LINE_LENGTH:
        return line
    margin = " " * indent
    return "\n".join([f"{head}[", *(f"{margin}    {item}," for item in items), f"{margin}]"])


def imported(module: str, names: Sequence[str], indent: int = 0) -> str:
    """``from module import names``, in brackets and one a line when that is too long."""
    line, margin = f"from {module} import {', '.join(names)}", " " * indent
    if indent + len(line) <= LINE_LENGTH:
        return line
    return "\n".join([f"from {module} import (", *(f"{margin}    {name}," for name in names), f"{margin})"])


def member(name: str, kind: str, default: str = "", indent: int = 4) -> str:
    """``name: kind = default``, broken where the formatter would break it."""
    end = f" = {default}" if default else ""
    line = f"{name}: {kind}{end}"
    if indent + len(line) <= LINE_LENGTH:
        return line
    margin = " " * indent
    if default not in ("", "None") and indent + len(f"{name}: {kind} = (") <= LINE_LENGTH:
        return f"{name}: {kind} = (\n{margin}    {default}\n{margin})"
    if kind.endswith("]") or " | " not in kind:
        head, bracket, inner = kind.partition("[")
        return f"{name}: {head}[\n{margin}    {inner[:-1]}\n{margin}]{end}" if bracket else line
    return f"{name}: (\n{margin}    {kind}\n{margin}){end}"


def row(head: str, items: Sequence[str], indent: int = 0) -> str:
    """``head(items)`` as a tuple: one item a line, except where the formatter insists on less."""
    line = f"{head}({''.join(f'{item},' for item in items)})"
    return line if len(items) < 2 and indent + len(line) <= LINE_LENGTH else _exploded(head, items, indent)


def _exploded(head: str, items: Sequence[str], indent: int) -> str:
    margin = " " * indent
    left, equals, right = head.rpartition(" = ")
    if equals and indent + len(head) >= LINE_LENGTH:
        inner = _exploded(right, items, indent + 4)
        return f"{left} = (\n{margin}    {inner}\n{margin})"
    return "\n".join([f"{head}(", *(f"{margin}    {item}," for item in items), f"{margin})"])


def only_if(code: str, condition: str) -> str:
    """Elements of JSX shown under a condition; as they are where there is none."""
    if not condition:
        return code
    margin = " " * (len(code) - len(code.lstrip(" ")))
    inner = "".join(f"  {line}" for line in code.splitlines(keepends=True))
    return f"{margin}{{{condition} && (\n{inner}{margin})}}\n"


def uses(code: str, module: str) -> bool:
    """Whether the code uses a module under its name or its alias."""
    return bool(re.search(rf"(?<![\w.])_?{re.escape(module)}\.", code))


def uses_alias(code: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w.])_{re.escape(name)}\b", code))


def in_code(name: str, code: str) -> bool:
    return bool(re.search(rf"(?<![\w.]){re.escape(name)}\b", code))


def secretive(name: str) -> bool:
    """Whether a linter would take a literal of that name for a password in the source."""
    return bool(re.search(r"pas+wo?r?d|pass(phrase)?|pwd|token|secrete?", name))
