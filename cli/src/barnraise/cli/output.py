"""Printing: data on standard output, everything else on standard error; untrusted text cannot steer the terminal."""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from barnraise.cli.errors import CliError, Exit

_CONTROL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]"
)


class Output:
    """How one command prints. ``as_json`` gives one document, or one line per item when streaming."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def document(self, data: Any) -> None:
        """The command's result for machines."""
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")

    def line(self, data: Any) -> None:
        """One item of a stream for machines."""
        sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def text(self, text: str) -> None:
        """The command's result for people."""
        sys.stdout.write(clean(text) + "\n")

    def content(self, data: bytes) -> None:
        """A file as it is into a file or pipe; cleaned when a person looks at it."""
        if sys.stdout.isatty():
            sys.stdout.write(clean(data.decode(errors="replace")))
        else:
            sys.stdout.buffer.write(data)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Columns with heads for a person; into a pipe one line each, with tabs, for ``cut`` and ``awk``."""
        cells = [[" ".join(clean(str("" if cell is None else cell)).split("\n")) for cell in row] for row in rows]
        if not sys.stdout.isatty():
            for row in cells:
                sys.stdout.write("\t".join(cell.strip() for cell in row) + "\n")
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        Console().print(table)

    def note(self, text: str) -> None:
        """Progress or advice, on standard error."""
        sys.stderr.write(clean(text) + "\n")
        sys.stderr.flush()


def clean(text: str) -> str:
    """The text without terminal escapes, control characters and direction overrides; newlines and tabs stay."""
    return _CONTROL.sub("", text)


def read_input(text: str) -> str:
    """The text, or standard input for ``-``. CliError when that is no text."""
    if text != "-":
        return text
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise CliError(Exit.INVALID, "Standard input is not UTF-8 text.", "Convert it, for example with iconv.") from error


def read_files(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Names and contents. CliError when one cannot be read."""
    try:
        return [(path.name, path.read_bytes()) for path in paths]
    except OSError as error:
        raise CliError(Exit.INVALID, f"The file cannot be read: {error}", "Check the path.") from error


def seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} s"
