"""What the checks found, as SARIF 2.1.0 (OASIS): one run for each tool, so that every finding keeps who made it."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.gateway.domain.views import Checks

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
FILES = "PROJECT"
"""What the paths of all findings start from."""


def sarif(checks: Checks) -> dict[str, Any]:
    """A tool that could not do its work says so in its run: its results are not all that there is to find."""
    tools = {report.tool: report for report in checks.tools}
    names = [*tools, *sorted({finding.tool for finding in checks.diagnostics} - tools.keys())]
    runs = [_run(name, tools.get(name), [one for one in checks.diagnostics if one.tool == name], checks) for name in names]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": runs}


def _run(tool: str, report: ToolReport | None, found: list[Diagnostic], checks: Checks) -> dict[str, Any]:
    about_code = [one for one in found if one.about == "project"]
    codes = list(dict.fromkeys(one.code for one in about_code))
    return {
        "tool": {"driver": {"name": tool, "rules": [{"id": code} for code in codes]}},
        "automationDetails": {"id": f"barnraise/{checks.commit}/{tool}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {FILES: {"description": {"text": "The project's root folder."}}},
        "invocations": [
            {
                "executionSuccessful": report is None or report.outcome in ("passed", "found"),
                "toolExecutionNotifications": _notifications(one for one in found if one.about == "platform"),
            }
        ],
        "results": [_result(one, codes.index(one.code)) for one in about_code],
        "properties": {"score": checks.score, "passed": checks.passed},
    }


def _notifications(found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    return [{"descriptor": {"id": one.code}, "level": LEVELS[one.severity], "message": {"text": one.message}} for one in found]


def _result(finding: Diagnostic, rule: int) -> dict[str, Any]:
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(finding)] if finding.path else [],
        "properties": {"fixable": finding.fixable},
    }


def _location(finding: Diagnostic) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.path or ""), "uriBaseId": FILES}}
    if finding.line:
        place["region"] = {"startLine": finding.line} | ({"startColumn": finding.column} if finding.column else {})
    return {"physicalLocation": place}
