"""What is left of a tool's run, and what it means."""

from dataclasses import dataclass
from typing import Literal

from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.validator.domain.findings import Reader, UnreadableError

Ending = Literal["exited", "timed_out", "flooded", "missing"]
"""``flooded``: it said more than it may. ``missing``: there is no such tool here."""

CODES = (0, 1, 2)
"""How tools exit that have done their work; tsc uses 2."""


@dataclass(frozen=True)
class Run:
    """``output`` is its standard output, ``errors`` the end of its standard error. Its exit code does not say what it found:
    most tools exit with 1 both when they find something and when they break, so the output has to be readable."""

    ending: Ending
    code: int
    output: str
    errors: str
    seconds: float


def judge_run(tool: str, read: Reader, run: Run) -> tuple[ToolReport, list[Diagnostic]]:
    """The tool's report and findings. A tool that could not do its work is a warning of its own, never a silent pass."""
    if run.ending == "flooded":
        flood = Diagnostic(tool=tool, code="too-many", severity="error", message=f"{tool} found more than can be reported.")
        return ToolReport(tool=tool, outcome="found", seconds=run.seconds), [flood]
    if run.ending != "exited":
        why = run.errors if run.ending == "missing" else f"{tool} did not end in time; the project was not checked by it."
        return _unable(tool, run.ending, run, why)
    try:
        found = _read(read, run)
    except UnreadableError as error:
        return _unable(tool, "crashed", run, f"{tool} ended with {run.code} and {error}: {run.errors or run.output}")
    return ToolReport(tool=tool, outcome="found" if found else "passed", seconds=run.seconds), found


def _read(read: Reader, run: Run) -> list[Diagnostic]:
    if run.code not in CODES:
        raise UnreadableError("broke")
    found = read(run.output)
    if run.code and not found:
        raise UnreadableError("named nothing")
    return found


def _unable(tool: str, outcome: Literal["missing", "crashed", "timed_out"], run: Run, why: str) -> tuple[ToolReport, list[Diagnostic]]:
    code = f"tool-{outcome.replace('_', '-')}"
    finding = Diagnostic(tool=tool, code=code, severity="warning", message=why[:2000], about="platform")
    return ToolReport(tool=tool, outcome=outcome, seconds=run.seconds), [finding]
