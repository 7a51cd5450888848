"""``barnraise doctor --escape`` says what the suite found, and its exit code tells an escape."""

import json
import sys
from pathlib import Path

import pytest

from barnraise.cli.commands import escape
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output


def suite(monkeypatch: pytest.MonkeyPatch, verdicts: dict[str, str], code: int, said: str = "", browser: str = "") -> None:
    """A suite that finds this and ends so, and the browser's, a program."""
    lines = [
        {"attack": name, "tries": "tries", "about": "files", "verdict": verdict, "evidence": {"secret": "came \x1b[2Jout"}, "said": "x"}
        for name, verdict in verdicts.items()
    ]
    program = (
        f"import sys; print({'|'.join(map(json.dumps, lines))!r}.replace('|', chr(10))); print({said!r}, file=sys.stderr); sys.exit({code})"
    )
    if not lines:
        program = f"import sys; print({said!r}, file=sys.stderr); sys.exit({code})"
    monkeypatch.setattr(escape, "_command", lambda *_: [sys.executable, "-c", program])
    monkeypatch.setattr(escape, "_in_browser", lambda *_: [sys.executable, "-c", browser])


@pytest.mark.parametrize(
    ("verdicts", "code", "exit"),
    [
        ({"a": "held", "b": "not judged"}, 0, Exit.OK),
        ({"a": "held", "b": "not enforced"}, 0, Exit.OK),
        ({"a": "held", "b": "escaped"}, 1, Exit.FAILED),
        ({"a": "held", "b": "failed"}, 1, Exit.FAILED),
    ],
)
def test_an_escape_is_told_by_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verdicts: dict[str, str], code: int, exit: Exit
) -> None:
    suite(monkeypatch, verdicts, code)
    assert escape.attack(Path("/nowhere"), Output(True), []) == exit
    document = json.loads(capsys.readouterr().out)["escape"]
    assert document["attacks"] == 2
    assert {one["attack"]: one["verdict"] for one in document["findings"]} == verdicts
    assert escape.attack(Path("/nowhere"), Output(False), []) == exit
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert shown.splitlines()[-1].startswith("2 attacks: ")


def test_a_suite_that_does_not_come_to_its_end_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    suite(monkeypatch, {}, 3, "There is no bubblewrap on this machine.")
    with pytest.raises(CliError, match="no bubblewrap") as none:
        escape.attack(Path("/nowhere"), Output(True), [])
    assert none.value.exit == Exit.FAILED
    suite(monkeypatch, {"a": "held"}, -9)
    with pytest.raises(CliError, match="did not come to its end"):
        escape.attack(Path("/nowhere"), Output(True), [])
    suite(monkeypatch, {}, 0)
    with pytest.raises(CliError, match="knows no such attack"):
        escape.attack(Path("/nowhere"), Output(True), ["cookies"])


def test_what_the_browser_s_suite_finds_counts_as_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = {"attack": "cookie", "tries": "tries", "about": "browser", "verdict": "escaped", "evidence": {"browser": "it did"}, "said": ""}
    suite(monkeypatch, {"a": "held"}, 0, browser=f"import sys; print({json.dumps(found)!r}); sys.exit(1)")
    assert escape.attack(Path("/nowhere"), Output(True), []) == Exit.FAILED
    assert json.loads(capsys.readouterr().out)["escape"]["verdicts"] == {"held": 1, "escaped": 1}
    suite(
        monkeypatch,
        {},
        0,
        browser=f"print({json.dumps(found | {'verdict': 'not judged', 'evidence': {}, 'said': 'There is no Chromium.'})!r})",
    )
    assert escape.attack(Path("/nowhere"), Output(False), ["cookie"]) == Exit.OK
    assert "cookie                 tries: There is no Chromium." in capsys.readouterr().out
