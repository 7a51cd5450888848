"""From all findings to a judgement: what is told, in which order, whether the commit passes, and its score."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from barnraise.contracts.diagnostics import Diagnostic, ToolReport

MAX_TOLD = 200
COST = {"error": 10, "warning": 3, "info": 1}
"""What each finding takes from the score of 100, which does not fall below 0."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Judgement:
    """``passed``: no error. ``score``: 100 less the cost of every finding, also of those not told."""

    passed: bool
    score: int
    diagnostics: tuple[Diagnostic, ...]
    tools: tuple[ToolReport, ...]

    @property
    def lasting(self) -> bool:
        """Would the same files be judged the same again? Not when a tool could not do its work."""
        return all(report.outcome in ("passed", "found") for report in self.tools)


def judge(results: Sequence[tuple[ToolReport, Sequence[Diagnostic]]]) -> Judgement:
    """Errors first, then by place; at most 200 are told, with a note on the rest. A finding outside the project is dropped:
    a file may point a tool elsewhere, and what is there is none of the project's business."""
    every = [finding for _, found in results for finding in found if _inside(finding.path)]
    counts = Counter(finding.severity for finding in every)
    score = max(0, 100 - sum(COST[severity] * count for severity, count in counts.items()))
    ordered = sorted(every, key=lambda finding: (_ORDER[finding.severity], finding.path or "", finding.line or 0, finding.code))
    told = ordered[:MAX_TOLD]
    if rest := len(ordered) - len(told):
        told.append(Diagnostic(tool="validator", code="more", severity="info", message=f"{rest} more findings are not shown."))
    return Judgement(counts["error"] == 0, score, tuple(told), tuple(report for report, _ in results))


def _inside(path: str | None) -> bool:
    if path is None:
        return True
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts
