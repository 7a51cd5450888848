"""What goes wrong in a preview's server, read in its output: tracebacks, error lines in JSON, and what Vite could not compile."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from barnraise.contracts.troubles import clean

MAX_TEXT, MAX_DETAIL = 500, 4000
_TRACEBACK = "Traceback (most recent call last):"
_LONGEST_LINE = 64_000
_MOST_LINES = 200
_VITE = re.compile(r"(?:\[vite\]|\(client\)|\(ssr\)).*?(?:Internal server error|Pre-transform error): (?P<text>.+)")


@dataclass(frozen=True)
class Trouble:
    """``text`` is one line, ``detail`` what led to it."""

    text: str
    detail: str = ""


class OutputWatch:
    """Reads output piece by piece, as it comes."""

    def __init__(self) -> None:
        self._rest = ""
        self._trace: list[str] = []

    def feed(self, text: str) -> Iterator[Trouble]:
        """The troubles that are complete now."""
        *lines, self._rest = (self._rest + text).split("\n")
        self._rest = self._rest[-_LONGEST_LINE:]
        for line in lines:
            if found := self._line(clean(line[:_LONGEST_LINE])):
                yield found

    def _line(self, line: str) -> Trouble | None:
        if self._trace:
            return self._traced(line)
        if line.startswith(_TRACEBACK):
            self._trace = [line]
            return None
        if line.startswith("{"):
            return _logged(line)
        vite = _VITE.search(line)
        return _trouble(vite["text"]) if vite else None

    def _traced(self, line: str) -> Trouble | None:
        """A traceback goes on with indented lines, and ends with the error."""
        self._trace.append(line)
        if (line.startswith((" ", "\t")) or not line) and len(self._trace) < _MOST_LINES:
            return None
        lines, self._trace = self._trace, []
        return _trouble(line, "\n".join(lines))


def _logged(line: str) -> Trouble | None:
    """A line of a structured log whose level says that something failed."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if str(said.get("level", "")).lower() not in ("error", "critical", "fatal"):
        return None
    detail = clean(str(said.get("error") or said.get("exception") or "")).strip()
    return _trouble(detail.splitlines()[-1] if detail else clean(str(said.get("message", ""))), detail)


def _trouble(text: str, detail: str = "") -> Trouble | None:
    text = " ".join(text.split())[:MAX_TEXT]
    return Trouble(text, detail[-MAX_DETAIL:]) if text else None
