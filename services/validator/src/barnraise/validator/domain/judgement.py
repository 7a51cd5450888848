"""From all findings to a judgement: what is told, in which order, whether the commit passes, and its score."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from barnraise.contracts.diagnostics import Diagnostic, ToolReport

MAX_TOLD = 200
COST = {"error": 10, "warning": 3, "info": 1}
"""What each finding takes from the score of 100, which does not fall below 0."""
BLIND = 10
"""What a tool takes that crashed or did not end: the project may have brought it to that, to hide an error."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Judgement:
    """``passed``: no error. ``cost``: of every finding, also of those not told."""

    passed: bool
    cost: int
    diagnostics: tuple[Diagnostic, ...]
    tools: tuple[ToolReport, ...]

    @property
    def score(self) -> int:
        """100 less the cost, and not below 0."""
        return max(0, 100 - self.cost)


def judge(results: Sequence[tuple[ToolReport, Sequence[Diagnostic]]]) -> Judgement:
    """Errors first, then by place; at most 200 are told, with a note on the rest. A finding outside the project is dropped:
    a file may point a tool elsewhere, and what is there is none of the project's business."""
    every = [finding for _, found in results for finding in found if _inside(finding.path)]
    counts = Counter(finding.severity for finding in every)
    ordered = sorted(every, key=lambda finding: (_ORDER[finding.severity], finding.path or "", finding.line or 0, finding.code))
    told = ordered[:MAX_TOLD]
    if rest := len(ordered) - len(told):
        told.append(Diagnostic(tool="validator", code="more", severity="info", message=f"{rest} more findings are not shown."))
    return Judgement(counts["error"] == 0, sum(map(cost, every)), tuple(told), tuple(report for report, _ in results))


def cost(finding: Diagnostic) -> int:
    """What is missing on this machine, a tool or what it needs, is no fault of the project's, and takes nothing."""
    if finding.about == "platform":
        return BLIND if finding.code in ("tool-crashed", "tool-timed-out") else 0
    return COST[finding.severity]


def _inside(path: str | None) -> bool:
    if path is None:
        return True
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts
