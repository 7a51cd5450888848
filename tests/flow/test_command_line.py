"""The command line, as scripts and people use it."""

import json
import zipfile
from pathlib import Path

import pytest
from platform_client import SITE, Platform

pytestmark = pytest.mark.flow

PROMPT = "Track books: books have a title, an author and a rating from 1 to 5."


@pytest.fixture(scope="module")
def books(platform: Platform) -> dict:
    done = platform.cli("new", PROMPT, "--name", "Shelf", "--wait", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def lamps(platform: Platform) -> dict:
    """A site: for what is the same for every kind of project."""
    return document(platform, "new", SITE, "--name", "Lamps", "--wait")


def document(platform: Platform, *args: str, code: int = 0, stdin: bytes | None = None) -> dict:
    """A command's one JSON document."""
    done = platform.cli(*args, "--json", stdin=stdin)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_new_tells_a_script_everything(books: dict) -> None:
    assert books["status"] == "succeeded"
    assert {"project_id", "job_id", "manifest", "commit", "preview_url", "tests", "timings"} <= set(books)
    assert set(books["tests"]) == {"passed", "failed", "skipped"}
    assert {"plan", "generate", "validate", "test", "preview", "total"} <= set(books["timings"])
    assert all(seconds is not None for seconds in books["timings"].values())


def test_steps_go_to_standard_error(platform: Platform) -> None:
    done = platform.cli("new", SITE, "--wait")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith("http://")
    assert "generate" in done.stderr
    assert "\x1b[" not in done.stdout + done.stderr


def test_a_question_back_has_its_own_exit_code(platform: Platform) -> None:
    assert document(platform, "new", "something for my business", "--wait", code=6)["status"] == "needs_input"


def test_projects_are_found_by_name_and_beginning(platform: Platform, books: dict) -> None:
    assert document(platform, "show", "Shelf")["id"] == books["project_id"]
    assert document(platform, "show", books["project_id"][:8])["id"] == books["project_id"]
    wrong = platform.cli("show", "Shelv")
    assert wrong.returncode == 4
    assert "Did you mean 'Shelf'?" in wrong.stderr
    assert books["project_id"] in [item["id"] for item in document(platform, "ls")["items"]]


def test_files_are_written_read_compared_and_taken_back(platform: Platform, lamps: dict) -> None:
    project = lamps["project_id"]
    base = document(platform, "files", project)["commit"]
    assert document(platform, "write", project, "notes/mine.txt", "--base", base, stdin=b"mine\n")["changed"]
    assert platform.cli("files", project, "notes/mine.txt").stdout == "mine\n"
    assert platform.cli("write", project, "notes/mine.txt", "--base", base, stdin=b"late\n").returncode == 5
    assert [file["path"] for file in document(platform, "diff", project)["files"]] == ["notes/mine.txt"]
    assert "+mine" in platform.cli("diff", project).stdout
    assert document(platform, "log", project)["items"][0]["origin"] == "edit"
    assert document(platform, "undo", project, "--wait")["status"] == "succeeded"
    assert platform.cli("files", project, "notes/mine.txt").returncode == 4
    assert document(platform, "redo", project, "--wait")["status"] == "succeeded"
    assert platform.cli("files", project, "notes/mine.txt").stdout == "mine\n"


def test_a_version_comes_back(platform: Platform, lamps: dict) -> None:
    project = lamps["project_id"]
    base = document(platform, "files", project)["commit"]
    document(platform, "write", project, "notes/later.txt", "--base", base, stdin=b"later\n")
    assert document(platform, "restore", project, "main~1", "--wait")["status"] == "succeeded"
    assert platform.cli("files", project, "notes/later.txt").returncode == 4
    assert document(platform, "log", project)["items"][0]["origin"] == "restore"
    assert document(platform, "undo", project, "--wait")["status"] == "succeeded"
    assert platform.cli("files", project, "notes/later.txt").stdout == "later\n"
    assert platform.cli("restore", project, "f" * 40).returncode == 4


def sections(job: dict) -> list[str]:
    return [section["name"] for page in job["manifest"]["site"]["pages"] for section in page["sections"]]


def test_one_step_is_undone_and_later_ones_stay(platform: Platform, lamps: dict) -> None:
    project = lamps["project_id"]
    assert document(platform, "say", project, "add a section about repairs", "--wait")["status"] == "succeeded"
    step = document(platform, "log", project)["items"][0]["commit"]
    assert document(platform, "say", project, "add opening hours Mon-Fri 9-17", "--wait")["status"] == "succeeded"
    document(platform, "write", project, "notes/kept.txt", stdin=b"kept\n")
    ended = document(platform, "undo", project, "--step", step[:10], "--wait")
    assert ended["status"] == "succeeded", ended
    assert "opening-hours" in sections(ended) and "repairs" not in sections(ended)
    assert platform.cli("files", project, "notes/kept.txt").stdout == "kept\n"
    assert document(platform, "log", project)["items"][0]["origin"] == "revert"
    assert "repairs" in sections(document(platform, "undo", project, "--wait"))
    assert platform.cli("undo", project, "--step", "f" * 40).returncode == 4


def test_a_change_that_meets_an_edit_asks_and_goes_on_with_the_choice(platform: Platform) -> None:
    project = document(platform, "new", SITE, "--wait")["project_id"]
    page = platform.cli("files", project, "index.html").stdout
    title = next(line for line in page.splitlines() if "<title>" in line)
    document(platform, "write", project, "index.html", stdin=page.replace(title, "    <title>Mine</title>").encode())
    assert platform.cli("conflict", project).returncode == 4
    waiting = document(platform, "say", project, "rename the app to Quills", "--wait", code=6)
    assert waiting["problem"]["code"] == "merge_conflict"
    assert "<title>Mine</title>" in platform.cli("files", project, "index.html").stdout
    (file,) = document(platform, "conflict", project)["files"]
    assert (file["path"], "Mine" in file["hunks"][0]["mine"], "Quills" in file["hunks"][0]["theirs"]) == ("index.html", True, True)
    shown = platform.cli("conflict", project).stdout
    assert f"place {file['hunks'][0]['id']}" in shown and "<title>Mine</title>" in shown
    assert platform.cli("resolve", project, f"{file['hunks'][0]['id']}=ours").returncode == 2
    settled = document(platform, "resolve", project, f"{file['hunks'][0]['id']}=mine", "--wait")
    assert (settled["status"], settled["manifest"]["title"]) == ("succeeded", "Quills")
    assert "<title>Mine</title>" in platform.cli("files", project, "index.html").stdout
    assert platform.cli("resolve", project, "--take", "mine").returncode == 4


def test_the_tests_run_again(platform: Platform, books: dict) -> None:
    again = document(platform, "test", books["project_id"])
    assert again["tests"]["passed"] == books["tests"]["passed"]


def test_exports_are_files(platform: Platform, books: dict, tmp_path: Path) -> None:
    document(platform, "export", books["project_id"], "-o", str(tmp_path / "app.zip"))
    assert zipfile.is_zipfile(tmp_path / "app.zip")
    document(platform, "export", books["project_id"], "-o", str(tmp_path / "app.bundle"))
    assert (tmp_path / "app.bundle").read_bytes().startswith(b"# v")


def test_events_are_lines_and_go_on_after_a_number(platform: Platform, books: dict) -> None:
    lines = [json.loads(line) for line in platform.cli("events", books["project_id"], "--json").stdout.splitlines()]
    assert lines[0]["event"]["type"] == "project.created.v1"
    rest = platform.cli("events", books["project_id"], "--json", "--after", str(lines[2]["seq"])).stdout.splitlines()
    assert [json.loads(line)["seq"] for line in rest][: len(lines) - 3] == [line["seq"] for line in lines[3:]]


def test_status_and_doctor_say_that_all_is_well(platform: Platform) -> None:
    status = document(platform, "status")
    assert status["running"]
    assert {health["status"] for health in status["services"].values()} == {"ready"}
    assert document(platform, "doctor")["findings"]


def test_a_deleted_project_is_gone(platform: Platform) -> None:
    made = document(platform, "new", "something for my business", "--wait", code=6)
    document(platform, "rm", made["project_id"])
    assert platform.cli("show", made["project_id"]).returncode == 4


@pytest.mark.parametrize("args", [("nosuch",), ("new",), ("log", "x", "-n", "many")])
def test_a_wrong_call_is_explained_without_a_traceback(platform: Platform, args: tuple[str, ...]) -> None:
    done = platform.cli(*args)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_without_a_platform_the_way_to_start_one_is_said(platform: Platform, tmp_path: Path) -> None:
    alone = Platform(tmp_path, {})
    for command in ("ls", "status", "down"):
        assert alone.cli(command).returncode == 3
    assert "make up" in alone.cli("ls").stderr
