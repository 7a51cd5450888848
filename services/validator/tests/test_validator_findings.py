"""Recorded outputs of the tools, read into the one typed form."""

import json

import pytest

from barnraise.validator.domain.findings import (
    UnreadableError,
    read_advisories,
    read_bandit,
    read_hadolint,
    read_own,
    read_oxlint,
    read_ruff,
    read_ruff_format,
    read_shellcheck,
    read_tsc,
    read_ty,
)

RUFF = [
    {
        "cell": None,
        "code": "F401",
        "filename": "/checks/a/files/backend/app/main.py",
        "fix": {"applicability": "safe", "edits": [], "message": "Remove unused import: `sys`"},
        "location": {"column": 8, "row": 2},
        "message": "`sys` imported but unused",
        "severity": "error",
    },
    {
        "cell": None,
        "code": "B006",
        "filename": "/checks/a/files/backend/app/main.py",
        "fix": {"applicability": "unsafe", "edits": [], "message": "Replace with `None`"},
        "location": {"column": 12, "row": 9},
        "message": "Do not use mutable data structures for argument defaults",
        "severity": "error",
    },
    {
        "cell": None,
        "code": None,
        "filename": "/checks/a/files/backend/app/broken.py",
        "fix": None,
        "location": {"column": 5, "row": 1},
        "message": "Expected an identifier",
        "severity": "error",
    },
]

TY = [
    {
        "check_name": "missing-attribute",
        "description": "missing-attribute: Object of type `Thing` has no attribute `missing`",
        "severity": "major",
        "fingerprint": "577a1635ff4a050c",
        "location": {
            "path": "backend/app/main.py",
            "positions": {"begin": {"line": 16, "column": 5}, "end": {"line": 16, "column": 20}},
        },
    },
    {
        "check_name": "possibly-unresolved-reference",
        "description": "possibly-unresolved-reference: Name `x` used when possibly not defined",
        "severity": "minor",
        "fingerprint": "0",
        "location": {"path": "a.py", "positions": {"begin": {"line": 1, "column": 1}, "end": {"line": 1, "column": 2}}},
    },
]

BANDIT = {
    "errors": [],
    "results": [
        {
            "col_offset": 4,
            "filename": "./backend/app/main.py",
            "issue_confidence": "HIGH",
            "issue_severity": "HIGH",
            "issue_text": "subprocess call with shell=True identified, security issue.",
            "line_number": 15,
            "test_id": "B602",
        },
        {
            "col_offset": 0,
            "filename": "./backend/app/main.py",
            "issue_confidence": "HIGH",
            "issue_severity": "LOW",
            "issue_text": "Consider possible security implications associated with the subprocess module.",
            "line_number": 14,
            "test_id": "B404",
        },
    ],
}

TSC = """frontend/src/App.tsx(3,38): error TS2345: Argument of type 'string' is not assignable to parameter of type 'number'.
  Type 'string' is not assignable to type 'number'.
frontend/src/Odd (copy).tsx(4,44): error TS2304: Cannot find name 'nope'.
error TS18003: No inputs were found in config file.
"""


def told(findings: list) -> list[tuple]:
    return [(f.code, f.severity, f.path, f.line, f.column, f.fixable) for f in findings]


def test_ruff() -> None:
    assert told(read_ruff("/checks/a/files")(json.dumps(RUFF))) == [
        ("F401", "error", "backend/app/main.py", 2, 8, True),
        ("B006", "warning", "backend/app/main.py", 9, 12, False),
        ("invalid-syntax", "error", "backend/app/broken.py", 1, 5, False),
    ]


def test_ruff_format_names_each_file_once() -> None:
    item = {"code": "unformatted", "filename": "/files/a.py"}
    broken = {"code": "invalid-syntax", "filename": "/files/b.py"}
    assert told(read_ruff_format("/files")(json.dumps([item, item, broken]))) == [("unformatted", "info", "a.py", None, None, True)]


def test_ty() -> None:
    found = read_ty(json.dumps(TY))
    assert told(found) == [
        ("missing-attribute", "error", "backend/app/main.py", 16, 5, False),
        ("possibly-unresolved-reference", "warning", "a.py", 1, 1, False),
    ]
    assert found[0].message == "Object of type `Thing` has no attribute `missing`"


def test_bandit() -> None:
    assert told(read_bandit(json.dumps(BANDIT))) == [
        ("B602", "error", "backend/app/main.py", 15, 5, False),
        ("B404", "info", "backend/app/main.py", 14, 1, False),
    ]


def test_tsc() -> None:
    assert told(read_tsc(TSC)) == [
        ("TS2345", "error", "frontend/src/App.tsx", 3, 38, False),
        ("TS2304", "error", "frontend/src/Odd (copy).tsx", 4, 44, False),
        ("TS18003", "error", None, None, None, False),
    ]


def test_checks_of_our_own() -> None:
    item = {"path": "a.json", "code": "invalid-json", "severity": "error", "message": "Expecting value", "line": 1, "column": 3}
    assert told(read_own("syntax")(json.dumps([item]))) == [("invalid-json", "error", "a.json", 1, 3, False)]


def test_that_nothing_was_audited_is_about_the_platform() -> None:
    item = {"path": None, "code": "not-audited", "severity": "info", "message": "No copy.", "line": None, "column": None}
    flaw = item | {"path": "requirements.txt", "code": "GHSA-1", "severity": "error"}
    assert [one.about for one in read_advisories(json.dumps([item, flaw]))] == ["platform", "project"]


def test_oxlint() -> None:
    labels = [{"span": {"offset": 10, "length": 1, "line": 1, "column": 11}}]
    items = [
        {"message": "Unexpected token", "severity": "error", "filename": "src/z.ts", "labels": labels},
        {"message": "No.", "code": "eslint(no-debugger)", "severity": "error", "filename": "./z.js", "labels": labels},
        {"message": "Alt.", "code": "jsx-a11y(alt-text)", "severity": "error", "filename": "z.tsx", "labels": []},
    ]
    assert told(read_oxlint(json.dumps({"diagnostics": items}))) == [
        ("invalid-syntax", "error", "src/z.ts", 1, 11, False),
        ("eslint(no-debugger)", "error", "z.js", 1, 11, False),
        ("jsx-a11y(alt-text)", "warning", "z.tsx", None, None, False),
    ]


def test_hadolint_and_shellcheck_without_their_taste() -> None:
    place = {"file": "./Dockerfile", "line": 3, "column": 1, "message": "No."}
    docker = [place | {"code": "DL3006", "level": "warning"}, place | {"code": "DL3059", "level": "info"}]
    assert told(read_hadolint(json.dumps(docker))) == [("DL3006", "warning", "Dockerfile", 3, 1, False)]
    shell = [place | {"code": 1046, "level": "error"}, place | {"code": 2006, "level": "style"}]
    assert told(read_shellcheck(json.dumps({"comments": shell}))) == [("SC1046", "error", "Dockerfile", 3, 1, False)]


@pytest.mark.parametrize(
    "read",
    [
        read_ruff("/"),
        read_ruff_format("/"),
        read_ty,
        read_bandit,
        read_tsc,
        read_own("syntax"),
        read_advisories,
        read_oxlint,
        read_hadolint,
        read_shellcheck,
    ],
)
@pytest.mark.parametrize("output", ["Traceback (most recent call last):", "{", '{"results": 3}', "null"])
def test_what_a_tool_does_not_say_is_not_taken_for_nothing_found(read, output: str) -> None:
    with pytest.raises(UnreadableError):
        read(output)


def test_a_finding_too_long_for_a_message_is_cut() -> None:
    item = BANDIT["results"][0] | {"issue_text": "x" * 5000}
    assert len(read_bandit(json.dumps({"results": [item]}))[0].message) == 2000
