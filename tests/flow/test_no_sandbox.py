"""A machine on which nothing may run: applications are still planned, generated, checked and exported, and it is said why."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from platform_client import Platform

pytestmark = [pytest.mark.flow]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    running = Platform.start(tmp_path_factory.mktemp("bare"), BARNRAISE_SANDBOX_DRIVER="none")
    yield running
    running.stop()


def test_an_application_is_made_and_exported_though_nothing_may_run(bare: Platform) -> None:
    answer = bare.create("Track lamps: lamps have a name and a wattage.")
    project = answer["project"]["id"]
    job = bare.ended(answer["job"]["id"])
    assert job["status"] == "succeeded", job
    steps = {step["step"]: step["status"] for step in job["steps"]}
    assert steps == {"plan": "succeeded", "generate": "succeeded", "validate": "succeeded", "test": "skipped", "preview": "skipped"}
    assert job["tests"] is None
    assert "switched off" in job["summary"]
    assert bare.get(f"/projects/{project}/checks")["passed"]
    with bare.http() as http:
        archive = http.get(f"/api/v2/projects/{project}/export", params={"format": "zip"})
    assert any(name.endswith("backend/app/main.py") for name in zipfile.ZipFile(io.BytesIO(archive.content)).namelist())


def test_the_system_says_why_and_what_to_do(bare: Platform) -> None:
    sandbox = bare.get("/system")["sandbox"]
    assert not sandbox["available"]
    assert sandbox["reason"]
    assert "BARNRAISE_SANDBOX_DRIVER" in sandbox["fix"]


def test_a_preview_that_cannot_be_says_why(bare: Platform) -> None:
    made = bare.create("Track vases: vases have a name.")
    project = made["project"]["id"]
    bare.ended(made["job"]["id"])
    with bare.http() as http:
        answer = http.post(f"/api/v2/projects/{project}/preview/start")
    assert answer.status_code in (409, 503), answer.text
    assert answer.json()["code"] == "sandbox_unavailable"
    assert answer.json()["next"]


def test_the_command_line_waits_and_succeeds_without_tests(bare: Platform) -> None:
    done = bare.cli("new", "Track cups: cups have a name.", "--wait", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == "succeeded"
    assert told["tests"] is None
    assert told["preview_url"] is None


def test_documents_that_need_a_sandbox_say_so_and_texts_come_in(bare: Platform, tmp_path: Path) -> None:
    (tmp_path / "cv.pdf").write_bytes(b"%PDF-1.7 ...")
    refused = bare.cli("new", "a portfolio", "--file", str(tmp_path / "cv.pdf"))
    assert refused.returncode == 3
    assert "sandbox" in refused.stderr
    (tmp_path / "spec.md").write_text("Build an app: lamps have a name and a wattage.")
    done = bare.cli("new", "--file", str(tmp_path / "spec.md"), "--wait", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["manifest"]["entities"][0]["name"] == "Lamp"
