"""What is printed cannot steer the terminal, and the command never ends in a traceback."""

import io
import sys
from pathlib import Path

import pytest

from barnraise.cli import app
from barnraise.cli.errors import CliError, Exit, from_problem, job_exit
from barnraise.cli.output import Output, clean, read_input


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link", "link"),
        ("a\x9b2Jb", "a2Jb"),
        ("over\rwritten\x08", "overwritten"),
        ("turned \u202eback", "turned back"),
        ("kept\n\tas it is, ☕ é", "kept\n\tas it is, ☕ é"),
    ],
)
def test_untrusted_text_is_only_text(said: str, shown: str) -> None:
    assert clean(said) == shown


def test_a_file_is_printed_as_it_is_into_a_pipe_and_cleaned_for_a_person(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    Output(False).content(b"\x1b[31m\xff")
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"\x1b[31m\xff"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    Output(False).content(b"\x1b[31mred")
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"red"


def test_a_table_is_one_line_a_row_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    Output(False).table(("id", "name"), [("1", "a very long name " * 10 + "\nand more\x1b[2J"), (None, 3)])
    assert capsys.readouterr().out == f"1\t{'a very long name ' * 10} and more\n\t3\n"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Exit.REFUSED),
        (403, Exit.REFUSED),
        (404, Exit.NOT_FOUND),
        (410, Exit.NOT_FOUND),
        (409, Exit.CONFLICT),
        (422, Exit.INVALID),
        (413, Exit.INVALID),
        (503, Exit.UNREACHABLE),
        (500, Exit.FAILED),
    ],
)
def test_every_refusal_has_an_exit_code(status: int, expected: Exit) -> None:
    assert from_problem(status, {"code": "c", "detail": "d"}).exit is expected


def test_every_end_of_a_job_has_an_exit_code() -> None:
    ends = {status: job_exit(status) for status in ("succeeded", "failed", "cancelled", "needs_input")}
    assert ends == {"succeeded": Exit.OK, "failed": Exit.FAILED, "cancelled": Exit.CANCELLED, "needs_input": Exit.NEEDS_INPUT}


def test_standard_input_must_be_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("ein Häuschen".encode())))
    assert read_input("-") == "ein Häuschen"
    assert read_input("as given") == "as given"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    with pytest.raises(CliError) as refused:
        read_input("-")
    assert refused.value.exit is Exit.INVALID


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        (CliError(Exit.NOT_FOUND, "There is no such thing.", "Look."), 4, "There is no such thing."),
        (KeyboardInterrupt(), 130, ""),
        (ZeroDivisionError("by zero"), 1, "This should not happen: ZeroDivisionError"),
    ],
)
def test_every_end_is_a_sentence_and_a_code(
    raised: BaseException, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("BARNRAISE_HOME", str(tmp_path))

    def fail() -> None:
        raise raised

    monkeypatch.setattr(app, "app", fail)
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == code
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said
    if code == 1:
        assert "Traceback" in (tmp_path / "logs/cli.log").read_text()
