"""What is wrong, without what differs each time that it is told: whether a repair has changed anything is seen by that alone."""

import re
from collections.abc import Sequence

from barnraise.contracts.diagnostics import Diagnostic, TestReport

Signature = tuple[str, str, str, str]

_COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-_])")
_UNSTEADY = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.I), "<id>"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.I), "<id>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b", re.I), "<id>"),
    (re.compile(r"(?:/[\w.@-]+)+/(?=[\w.@-]+)"), "/"),  # where a checkout lies
    (re.compile(r"\d+"), "0"),  # times, durations, ports, counts, lines
    (re.compile(r"\s+"), " "),
)
WHOLE_RUN = "the whole run"
"""Stands for tests that did not come to say which of them failed."""


def steady(text: str) -> str:
    """The text without colours, times, ports, ids, numbers and places on the disk."""
    text = _COLOURS.sub("", text)
    for pattern, instead in _UNSTEADY:
        text = pattern.sub(instead, text)
    return text.strip()[:500]


def signatures(findings: Sequence[Diagnostic], tests: TestReport | None = None) -> frozenset[Signature]:
    """One for each thing that is wrong, wherever it stands by now."""
    found = {(finding.tool, finding.code, finding.path or "", steady(finding.message)) for finding in findings}
    failed = [case for case in tests.cases if case.outcome in ("failed", "error")] if tests else []
    return frozenset(found | {("tests", case.name, "", steady(case.message or case.outcome)) for case in failed})


def failing(report: TestReport | None) -> frozenset[str]:
    """The names of the tests that fail."""
    names = frozenset(case.name for case in report.cases if case.outcome in ("failed", "error")) if report else frozenset()
    return names or frozenset({WHOLE_RUN})
