"""Projects that begin with code: cloned, or imported from a zip archive or a git bundle."""

import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from platform_client import SITE, Platform

pytestmark = pytest.mark.flow


def document(platform: Platform, *args: str, code: int = 0) -> dict[str, Any]:
    done = platform.cli(*args, "--json")
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def tree(platform: Platform, project: str) -> dict[str, str]:
    return {item["path"]: item["blob"] for item in platform.get(f"/projects/{project}/files")["items"]}


@pytest.fixture(scope="module")
def boats(platform: Platform) -> str:
    """An application, with a file of a person's."""
    return with_notes(platform, "Track boats: boats have a name and a length in metres.")


@pytest.fixture(scope="module")
def lamps(platform: Platform) -> str:
    """A site, with a file of a person's."""
    return with_notes(platform, SITE)


def with_notes(platform: Platform, prompt: str) -> str:
    made = document(platform, "new", prompt, "--wait")
    assert made["status"] == "succeeded"
    done = platform.cli("write", made["project_id"], "notes.txt", stdin=b"mine\n")
    assert done.returncode == 0, done.stderr
    return str(made["project_id"])


def test_a_clone_lives_alone_with_its_own_preview(platform: Platform, boats: str) -> None:
    source = document(platform, "clone", boats, "--name", "First", "--wait")["project_id"]
    copied = document(platform, "clone", source, "--name", "Copied boats", "--wait")
    assert copied["status"] == "succeeded", copied
    copy = copied["project_id"]
    commits = [[item["commit"] for item in platform.get(f"/projects/{each}/commits")["items"]] for each in (boats, copy)]
    assert commits[0] == commits[1]
    assert platform.preview(copied["preview_url"], "/api/health").status_code == 200
    assert platform.cli("rm", source).returncode == 0
    ended = document(platform, "say", copy, "add a colour to boats", "--wait")
    assert ended["status"] == "succeeded", ended
    assert platform.get(f"/projects/{copy}/files/notes.txt")["content"] == "mine\n"
    assert platform.preview(ended["preview_url"], "/api/health").status_code == 200


@pytest.mark.parametrize(
    ("kind", "name", "wish", "planned"),
    [("zip", "lamps", "add a section about repairs", "repairs"), ("bundle", "boats", "add a colour to boats", "length")],
    ids=["zip", "bundle"],
)
def test_an_export_comes_back_byte_for_byte_and_goes_on_in_words(
    platform: Platform, request: pytest.FixtureRequest, kind: str, name: str, wish: str, planned: str, tmp_path: Path
) -> None:
    source = request.getfixturevalue(name)
    file = tmp_path / f"my-own.{kind}"
    assert platform.cli("export", source, "-o", str(file)).returncode == 0
    got = document(platform, "import", str(file), "--wait")
    assert got["status"] == "succeeded", got
    assert platform.get(f"/projects/{got['project_id']}")["name"] == "my-own"
    assert tree(platform, got["project_id"]) == tree(platform, source)
    again = tmp_path / f"again.{kind}"
    assert platform.cli("export", got["project_id"], "-o", str(again)).returncode == 0
    if kind == "bundle":
        assert again.read_bytes() == file.read_bytes()
    else:
        assert [archived(again), archived(file)][0] == archived(file)
    ended = document(platform, "say", got["project_id"], wish, "--wait")
    assert ended["status"] == "succeeded", ended
    assert f'"name": "{planned}"' in json.dumps(ended["manifest"]), "the plan came with it"
    assert platform.get(f"/projects/{got['project_id']}/files/notes.txt")["content"] == "mine\n"


def archived(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_foreign_code_is_served_without_a_plan(platform: Platform, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("README.md", "# Words\n")
        archive.writestr("lib/words.txt", "one\ntwo\n")
    file = tmp_path / "words.zip"
    file.write_bytes(buffer.getvalue())
    got = document(platform, "import", str(file), "--name", "Words", "--wait")
    assert got["status"] == "succeeded", got
    ends = {step["step"]: step["status"] for step in got["steps"]}
    assert ends == {"generate": "succeeded", "preview": "skipped", "validate": "succeeded", "test": "skipped"}
    assert {step["problem"]["code"] for step in got["steps"] if step["problem"]} == {"nothing_to_test", "nothing_to_show"}
    project = got["project_id"]
    asked = document(platform, "say", project, "add a colour to words", "--wait", code=6)
    assert asked["status"] == "needs_input" and "cannot be changed by words" in asked["summary"]
    platform.cli("write", project, "lib/words.txt", stdin=b"one\ntwo\nthree\n")
    assert document(platform, "blame", project, "lib/words.txt")["items"][-1]["origin"] == "edit"
    assert document(platform, "say", project, "undo", "--wait")["status"] == "succeeded"
    assert platform.get(f"/projects/{project}/files/lib/words.txt")["content"] == "one\ntwo\n"
    clone = tmp_path / "clone"
    address = platform.url.replace("://", f"://anybody:{platform.token}@")
    subprocess.run(["git", "clone", "-q", f"{address}/git/{project}.git", clone], check=True, timeout=60)
    assert (clone / "README.md").read_text() == "# Words\n"


def test_what_cannot_be_imported_is_told(platform: Platform, tmp_path: Path) -> None:
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    failed = document(platform, "import", str(evil), "--wait", code=1)
    assert failed["problem"]["code"] == "path_invalid"
    text = tmp_path / "words.txt"
    text.write_text("no archive")
    assert document(platform, "import", str(text), code=8)["error"]["code"] == "unsupported_media_type"
    assert platform.cli("import", str(tmp_path / "nothing.zip")).returncode == 2
