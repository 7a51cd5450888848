"""Each tool's output in the one typed form. Pure: text in, diagnostics out; ``UnreadableError`` when it is not what the tool should say."""

import json
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from barnraise.contracts.diagnostics import Diagnostic, Severity

Reader = Callable[[str], list[Diagnostic]]

ADVICE_RULES = ("I", "UP", "SIM", "E7", "B")
"""Ruff's rules that improve code but whose breach breaks nothing: a warning, not an error."""

_TSC = re.compile(r"^(?P<path>.+?)\((?P<line>\d+),(?P<column>\d+)\): (?P<kind>error|warning) (?P<code>TS\d+): (?P<message>.*)$")
_TSC_BARE = re.compile(r"^(?P<kind>error|warning) (?P<code>TS\d+): (?P<message>.*)$")
_TY_SEVERITY: dict[str, Severity] = {"blocker": "error", "critical": "error", "major": "error", "minor": "warning", "info": "info"}
_BANDIT_SEVERITY: dict[str, Severity] = {"HIGH": "error", "MEDIUM": "warning", "LOW": "info", "UNDEFINED": "info"}
_OXLINT_ADVICE = ("jsx-a11y", "no-unused")
"""Rules of oxlint's whose breach breaks nothing."""
_OXLINT_FIXES = frozenset(
    "aria-props aria-unsupported-elements jsx-props-no-spread-multi no-aria-hidden-on-focusable no-compare-neg-zero no-duplicate- "
    "type-constituents no-extra-boolean-cast no-extra-non-null-assertion no-new-statics no-redundant-roles no-single-promise-in- "
    "promise-methods no-unnecessary-await no-unsafe-negation no-unused-labels no-useless-empty-export no-useless-escape no- "
    "useless-fallback-in-spread no-useless-rename no-wrapper-object-types prefer-as-const prefer-namespace-keyword prefer-set-size "
    "prefer-string-starts-ends-with scope use-isnan valid-typeof".split()
)
"""Rules that ``oxlint --fix`` mends, always or where it can, without being told to take risks (``oxlint --rules``); its report does not say
so."""


class UnreadableError(ValueError):
    """The output is not what the tool writes."""


def read_ruff(root: str) -> Reader:
    """``ruff check --output-format json``, with absolute file names below ``root``."""

    def finding(item: Any) -> Diagnostic:
        code = item["code"] or "invalid-syntax"
        fix = item.get("fix") or {}
        return _diagnostic(
            "ruff",
            code,
            "warning" if code.startswith(ADVICE_RULES) else "error",
            item["message"],
            path=_below(root, item["filename"]),
            line=item["location"]["row"],
            column=item["location"]["column"],
            fixable=fix.get("applicability") == "safe",
        )

    return lambda output: _each(output, finding)


def read_ruff_format(root: str) -> Reader:
    """``ruff format --check --output-format json``: one finding for a file. What cannot be parsed is ``ruff check``'s to say."""

    def finding(item: Any) -> Diagnostic:
        message = "The file is not formatted as ruff would format it."
        path = _below(root, item["filename"])
        return _diagnostic("ruff-format", item["code"] or "invalid-syntax", "info", message, path=path, fixable=True)

    def read(output: str) -> list[Diagnostic]:
        found = _each(output, finding)
        return list({item.path: item for item in found if item.code == "unformatted"}.values())

    return read


def read_ty(output: str) -> list[Diagnostic]:
    """``ty check --output-format gitlab``, run in the project's root."""

    def finding(item: Any) -> Diagnostic:
        begin = item["location"]["positions"]["begin"]
        message = item["description"].removeprefix(f"{item['check_name']}: ")
        severity = _TY_SEVERITY[item["severity"]]
        path = item["location"]["path"]
        return _diagnostic("ty", item["check_name"], severity, message, path=path, line=begin["line"], column=begin["column"])

    return _each(output, finding)


def read_bandit(output: str) -> list[Diagnostic]:
    """``bandit --format json``, run in the project's root. Files that it could not read are the parsers' to report."""

    def finding(item: Any) -> Diagnostic:
        severity = _BANDIT_SEVERITY[item["issue_severity"]]
        path, line, column = item["filename"], item["line_number"], item.get("col_offset", 0) + 1
        return _diagnostic("bandit", item["test_id"], severity, item["issue_text"], path=path, line=line, column=column)

    return _each(output, finding, "results")


def read_tsc(output: str) -> list[Diagnostic]:
    """``tsc --pretty false``, run in the project's root; indented lines continue the finding above."""
    found: list[Diagnostic] = []
    for line in output.splitlines():
        if match := _TSC.match(line):
            line_number, column = int(match["line"]), int(match["column"])
            code, message = match["code"], match["message"]
            found.append(_diagnostic("tsc", code, "error", message, path=match["path"], line=line_number, column=column))
        elif match := _TSC_BARE.match(line):
            found.append(_diagnostic("tsc", match["code"], "error", match["message"]))
        elif line.strip() and not (found and line.startswith(" ")):
            raise UnreadableError("was not understood")
    return found


def read_own(tool: str) -> Reader:
    """A check of our own: a list of ``{path, code, severity, message, line, column}``."""

    def finding(item: Any) -> Diagnostic:
        place = {"path": item["path"], "line": item["line"], "column": item["column"]}
        return _diagnostic(tool, item["code"], item["severity"], item["message"], **place)

    return lambda output: _each(output, finding)


def read_advisories(output: str) -> list[Diagnostic]:
    """That nothing could be audited is no fault of the project's."""
    found = read_own("advisories")(output)
    return [one.model_copy(update={"about": "platform"}) if one.code == "not-audited" else one for one in found]


def read_oxlint(output: str) -> list[Diagnostic]:
    """``oxlint --format json``, run in the project's root. Without a code it is a file that cannot be parsed."""

    def finding(item: Any) -> Diagnostic:
        code = item.get("code") or "invalid-syntax"
        severity: Severity = "warning" if item["severity"] != "error" or any(rule in code for rule in _OXLINT_ADVICE) else "error"
        span = item["labels"][0]["span"] if item.get("labels") else {}
        path, line, column = item["filename"] or None, span.get("line"), span.get("column")
        fixable = code.partition("(")[2].rstrip(")") in _OXLINT_FIXES
        return _diagnostic("oxlint", code, severity, item["message"], path=path, line=line, column=column, fixable=fixable)

    return _each(output, finding, "diagnostics")


def read_hadolint(output: str) -> list[Diagnostic]:
    """``hadolint --format json``, run in the project's root; its taste (``info``, ``style``) is left out."""

    def finding(item: Any) -> Diagnostic:
        severity, path = item["level"], item["file"]
        return _diagnostic("hadolint", item["code"], severity, item["message"], path=path, line=item["line"], column=item["column"])

    return _each(output, finding, only=lambda item: item["level"] in ("error", "warning"))


def read_shellcheck(output: str) -> list[Diagnostic]:
    """``shellcheck --format json1``, run in the project's root; its taste (``style``) is left out."""

    def finding(item: Any) -> Diagnostic:
        code, place = f"SC{item['code']}", {"path": item["file"], "line": item["line"], "column": item["column"]}
        return _diagnostic("shellcheck", code, item["level"], item["message"], **place)

    return _each(output, finding, "comments", only=lambda item: item["level"] != "style")


def _each(
    output: str, finding: Callable[[Any], Diagnostic], key: str | None = None, only: Callable[[Any], bool] = lambda _: True
) -> list[Diagnostic]:
    try:
        document = json.loads(output)
        return [finding(item) for item in (document[key] if key else document) if only(item)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError("was not understood") from error


def _below(root: str, filename: str) -> str:
    return filename.removeprefix(root).lstrip("/")


def _diagnostic(
    tool: str,
    code: str,
    severity: Severity,
    message: str,
    *,
    path: str | None = None,
    line: int | None = None,
    column: int | None = None,
    fixable: bool = False,
) -> Diagnostic:
    return Diagnostic(
        tool=tool,
        code=code[:80],
        severity=severity,
        message=message[:2000],
        path=None if path is None else str(PurePosixPath(path))[:400],
        line=line or None,
        column=column or None,
        fixable=fixable,
    )
