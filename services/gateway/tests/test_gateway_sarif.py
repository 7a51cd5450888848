"""Findings as SARIF."""

from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.gateway.domain.sarif import sarif
from barnraise.gateway.domain.views import Checks

COMMIT = "a" * 40


def checks() -> Checks:
    found = (
        Diagnostic(tool="ruff", code="F401", severity="error", message="unused", path="backend/app/ä b.py", line=3, column=1, fixable=True),
        Diagnostic(tool="ruff", code="I001", severity="warning", message="unsorted", path="a.py", line=1),
        Diagnostic(tool="ruff", code="F401", severity="error", message="unused", path="a.py", line=9),
        Diagnostic(tool="advisories", code="not-audited", severity="info", message="No copy.", about="platform"),
        Diagnostic(tool="ty", code="tool-crashed", severity="warning", message="It crashed.", about="platform"),
        Diagnostic(tool="validator", code="more", severity="info", message="5 more findings are not shown."),
    )
    tools = (
        ToolReport(tool="ruff", outcome="found", seconds=0.1),
        ToolReport(tool="ty", outcome="crashed", seconds=0.1),
        ToolReport(tool="advisories", outcome="found", seconds=0.1),
        ToolReport(tool="syntax", outcome="passed", seconds=0.1),
    )
    return Checks(commit=COMMIT, passed=False, score=60, diagnostics=found, tools=tools)


def test_every_tool_has_a_run_with_its_rules_and_its_findings_in_their_places() -> None:
    document = sarif(checks())
    runs = {run["tool"]["driver"]["name"]: run for run in document["runs"]}
    assert (document["version"], list(runs)) == ("2.1.0", ["ruff", "ty", "advisories", "syntax", "validator"])
    ruff = runs["ruff"]
    assert [rule["id"] for rule in ruff["tool"]["driver"]["rules"]] == ["F401", "I001"]
    assert [(one["ruleId"], one["ruleIndex"], one["level"]) for one in ruff["results"]] == [
        ("F401", 0, "error"),
        ("I001", 1, "warning"),
        ("F401", 0, "error"),
    ]
    place = ruff["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "backend/app/%C3%A4%20b.py", "uriBaseId": "PROJECT"}
    assert place["region"] == {"startLine": 3, "startColumn": 1}
    assert (runs["syntax"]["results"], runs["validator"]["results"][0]["locations"]) == ([], [])


def test_what_the_platform_could_not_do_is_no_result_of_the_project() -> None:
    runs = {run["tool"]["driver"]["name"]: run for run in sarif(checks())["runs"]}
    assert (runs["ty"]["results"], runs["advisories"]["results"]) == ([], [])
    told = {name: runs[name]["invocations"][0] for name in ("ruff", "ty", "advisories")}
    assert {name: one["executionSuccessful"] for name, one in told.items()} == {"ruff": True, "ty": False, "advisories": True}
    assert [one["descriptor"]["id"] for one in told["ty"]["toolExecutionNotifications"]] == ["tool-crashed"]
    assert [one["level"] for one in told["advisories"]["toolExecutionNotifications"]] == ["note"]
