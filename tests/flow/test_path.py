"""The whole path through the public interface: a sentence becomes a running application, and goes on from there."""

import io
import json
import re
import subprocess
import zipfile

import pytest
from platform_client import SITE, Platform, ends, sample_prompts

pytestmark = pytest.mark.flow

TASKS = sample_prompts()[0]


def build(platform: Platform, prompt: str) -> dict:
    answer = platform.create(prompt)
    job = platform.ended(answer["job"]["id"])
    assert job["status"] == "succeeded", job
    return {"id": answer["project"]["id"], "job": job}


@pytest.fixture(scope="module")
def tasks(platform: Platform) -> dict:
    """The first sample, built."""
    return build(platform, TASKS["prompt"])


@pytest.mark.parametrize("sample", [s for s in sample_prompts() if "entities" in s], ids=lambda s: s["id"])
def test_every_sample_that_asks_for_an_application_runs(platform: Platform, tasks: dict, sample: dict) -> None:
    made = tasks if sample == TASKS else build(platform, sample["prompt"])
    job = made["job"]
    assert job["tests"]["failed"] == 0
    assert job["tests"]["passed"] > 0
    assert platform.preview(job["preview_url"]).status_code == 200
    assert platform.preview(job["preview_url"], "/api/health").status_code == 200

    manifest = platform.get(f"/projects/{made['id']}/manifest")["manifest"]
    planned = {entity["name"]: {field["name"] for field in entity["fields"]} for entity in manifest["entities"]}
    for name, fields in sample["entities"].items():
        assert set(fields) <= planned[name], (name, planned)
    pairs = {frozenset((relation["source"], relation["target"])) for relation in manifest["relations"]}
    assert {frozenset(pair) for pair in sample.get("relations", [])} <= pairs


@pytest.mark.parametrize("sample", [s for s in sample_prompts() if s.get("asks_back")], ids=lambda s: s["id"])
def test_samples_that_say_nothing_buildable_are_asked_back(platform: Platform, sample: dict) -> None:
    answer = platform.create(sample["prompt"])
    job = platform.ended(answer["job"]["id"])
    assert job["status"] == "needs_input"
    turns = platform.get(f"/projects/{answer['project']['id']}/messages")["items"]
    assert [turn["role"] for turn in turns] == ["user", "assistant"]
    assert turns[1]["text"].strip()


def test_each_step_is_told_once_and_in_order(platform: Platform, tasks: dict) -> None:
    events = platform.events(tasks["id"])
    assert [item["seq"] for item in events] == sorted({item["seq"] for item in events})
    ids = [item["event"]["id"] for item in events]
    assert len(ids) == len(set(ids))
    mine = [item["event"] for item in events if item["event"]["job_id"] == tasks["job"]["id"]]
    started = [event["step"] for event in mine if event["type"] == "step.started.v1"]
    assert started == ["plan", "generate", "preview", "validate", "test"]
    assert len(list(ends(events, tasks["job"]["id"]))) == 1


def test_the_api_of_the_preview_keeps_records(platform: Platform, tasks: dict) -> None:
    url = tasks["job"]["preview_url"]
    made = platform.preview(url, "/api/projects", method="POST", json={"name": "Garden", "colour": "#00aa00"})
    assert made.status_code == 201, made.text
    listed = platform.preview(url, "/api/projects", params={"q": "Garden"}).json()
    assert any(item["name"] == "Garden" for item in listed["items"])


def test_a_hand_edit_survives_the_next_refinement_and_undo_takes_back_only_its_own(platform: Platform) -> None:
    answer = platform.create("Track plants: plants have a name and a species.")
    project = answer["project"]["id"]
    assert platform.ended(answer["job"]["id"])["status"] == "succeeded"
    readme = platform.get(f"/projects/{project}/files/README.md")
    mine = readme["content"] + "\nWater them on Sundays.\n"
    with platform.http() as http:
        saved = http.put(f"/api/v2/projects/{project}/files/README.md", json={"content": mine, "base": readme["commit"]})
        assert saved.status_code == 200, saved.text
        stale = http.put(f"/api/v2/projects/{project}/files/README.md", json={"content": "other", "base": readme["commit"]})
        assert stale.status_code == 409
        assert stale.json()["code"] == "version_conflict"

    refined = platform.ended(platform.say(project, "add a planting date to plants")["job"]["id"])
    assert refined["status"] == "succeeded", refined
    fields = [field["name"] for field in platform.get(f"/projects/{project}/manifest")["manifest"]["entities"][0]["fields"]]
    assert "planting_date" in fields
    assert "Water them on Sundays." in platform.get(f"/projects/{project}/files/README.md")["content"]
    shown = platform.preview(refined["preview_url"], "/api/openapi.json").text
    assert "planting_date" in shown

    undone = platform.ended(platform.say(project, "undo")["job"]["id"])
    assert undone["status"] == "succeeded", undone
    assert "planting_date" not in json.dumps(platform.get(f"/projects/{project}/manifest")["manifest"])
    assert "Water them on Sundays." in platform.get(f"/projects/{project}/files/README.md")["content"]

    with platform.http() as http:
        redone = platform.ended(http.post(f"/api/v2/projects/{project}/redo").json()["job"]["id"])
    assert redone["status"] == "succeeded", redone
    assert "planting_date" in json.dumps(platform.get(f"/projects/{project}/manifest")["manifest"])


def test_a_refinement_that_breaks_what_a_person_wrote_waits_for_that_person(platform: Platform) -> None:
    answer = platform.create("Track bikes: bikes have a name and a colour.")
    project = answer["project"]["id"]
    assert platform.ended(answer["job"]["id"])["status"] == "succeeded"

    def fields() -> list[str]:
        return [field["name"] for field in platform.get(f"/projects/{project}/manifest")["manifest"]["entities"][0]["fields"]]

    mine = 'from app.models.bikes import Bike\n\n\ndef test_bikes_differ_by_colour() -> None:\n    assert hasattr(Bike, "colour")\n'
    path = f"/api/v2/projects/{project}/files/backend/tests/test_colours.py"
    with platform.http() as http:
        saved = http.put(path, json={"content": mine, "base": platform.get(f"/projects/{project}/files")["commit"]})
    assert saved.status_code == 200, saved.text
    job = platform.ended(platform.say(project, "remove the colour from bikes")["job"]["id"])
    assert job["status"] == "needs_input" and "test_bikes_differ_by_colour" in job["problem"]["detail"], job
    assert platform.get(f"/projects/{project}/files")["commit"] == saved.json()["commit"]
    assert fields() == ["name", "colour"]
    (waiting,) = platform.get(f"/projects/{project}/proposals")["items"]
    assert waiting["job_id"] == job["id"] and waiting["waits"]["code"] == "proposal_unsound"
    assert waiting["checks"]["errors"] == 0 and waiting["tests"]["failed"] == 1, "of the proposal, though what was there was tested later"
    with platform.http() as http:
        merged = http.post(f"/api/v2/projects/{project}/proposals/{waiting['branch']}/merge", json={"commit": waiting["commit"]["commit"]})
    platform.ended(merged.json()["job"]["id"])
    assert fields() == ["name"], "it was merged with its plan"
    assert platform.ended(platform.say(project, "undo")["job"]["id"])["status"] == "succeeded"
    assert fields() == ["name", "colour"]


def test_a_conflict_moves_nothing_and_is_said(platform: Platform) -> None:
    answer = platform.create("Track boats: boats have a name and a length.")
    project = answer["project"]["id"]
    assert platform.ended(answer["job"]["id"])["status"] == "succeeded"
    path = "backend/app/schemas/boats.py"
    file = platform.get(f"/projects/{project}/files/{path}")
    mine = re.sub(r"(?m)^(    length:.*)$", r"\1  # mine", file["content"])
    assert mine != file["content"]
    mine = re.sub(r"(?m)^(    length:.*)$", r"\1\n    # a line of mine, where the next field would go", mine)
    with platform.http() as http:
        edited = http.put(f"/api/v2/projects/{project}/files/{path}", json={"content": mine, "base": file["commit"]})
    assert edited.status_code == 200, edited.text
    head = edited.json()["commit"]
    job = platform.ended(platform.say(project, "add an owner to boats")["job"]["id"])
    assert job["status"] == "needs_input", job
    assert job["problem"]["code"] == "merge_conflict"
    assert platform.get(f"/projects/{project}/files")["commit"] == head


def test_a_project_can_be_cloned_with_plain_git_and_exported(platform: Platform, tasks: dict, tmp_path) -> None:
    address = platform.url.replace("http://", f"http://user:{platform.token}@") + f"/git/{tasks['id']}.git"
    subprocess.run(["git", "clone", "-q", address, str(tmp_path / "clone")], check=True, timeout=60)
    head = subprocess.run(["git", "-C", str(tmp_path / "clone"), "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    assert head.stdout.strip() == platform.get(f"/projects/{tasks['id']}/files")["commit"]
    subprocess.run(["git", "-C", str(tmp_path / "clone"), "fsck", "--strict"], check=True, capture_output=True)

    with platform.http() as http:
        archive = http.get(f"/api/v2/projects/{tasks['id']}/export", params={"format": "zip"}).content
        again = http.get(f"/api/v2/projects/{tasks['id']}/export", params={"format": "zip"}).content
        bundle = http.get(f"/api/v2/projects/{tasks['id']}/export", params={"format": "bundle"}).content
    assert archive == again
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert any(name.endswith("backend/app/main.py") for name in names)
    (tmp_path / "app.bundle").write_bytes(bundle)
    subprocess.run(["git", "clone", "-q", str(tmp_path / "app.bundle"), str(tmp_path / "bundled")], check=True, timeout=60)


def test_messages_while_a_job_runs_are_queued_in_order(platform: Platform) -> None:
    answer = platform.create(SITE)
    project = answer["project"]["id"]
    second = platform.say(project, "add a section about repairs")
    third = platform.say(project, "add opening hours Mon-Fri 9-17")
    assert second["job"]["ahead"] >= 1
    jobs = [platform.ended(item["job"]["id"]) for item in (answer, second, third)]
    assert [job["status"] for job in jobs] == ["succeeded"] * 3, jobs
    assert jobs[0]["ended_at"] <= jobs[1]["started_at"] <= jobs[1]["ended_at"] <= jobs[2]["started_at"]


def test_a_job_can_be_cancelled_and_retried(platform: Platform) -> None:
    answer = platform.create("Track trees: trees have a name and a height.")
    job_id = answer["job"]["id"]
    with platform.http() as http:
        cancelled = http.post(f"/api/v2/jobs/{job_id}/cancel")
        assert cancelled.status_code == 202, cancelled.text
        job = platform.ended(job_id)
        assert job["status"] in ("cancelled", "succeeded")
        if job["status"] == "cancelled":
            assert http.post(f"/api/v2/jobs/{job_id}/retry").status_code == 202
            events = platform.events(answer["project"]["id"])
            assert len(list(ends(events, job_id))) >= 1


def test_a_project_deleted_during_its_job_leaves_nothing(platform: Platform) -> None:
    answer = platform.create(SITE)
    project = answer["project"]["id"]
    with platform.http() as http:
        assert http.delete(f"/api/v2/projects/{project}").status_code == 204
        gone = http.get(f"/api/v2/projects/{project}")
    assert gone.status_code in (404, 410)
    assert gone.json()["code"] in ("not_found", "project_deleted")
    again = platform.create(SITE)
    assert platform.ended(again["job"]["id"])["status"] == "succeeded"


def test_one_trace_spans_the_click_and_the_sandbox(platform: Platform, tasks: dict) -> None:
    spans = platform.get(f"/traces/{tasks['job']['trace_id']}")["spans"]
    assert {"gateway", "planner", "codegen", "validator", "sandbox"} <= {span["service"] for span in spans}


def test_telemetry_knows_how_long_steps_take(platform: Platform, tasks: dict) -> None:
    steps = {item["step"]: item for item in platform.get("/statistics")["steps"]}
    assert {"plan", "generate", "validate", "test", "preview"} <= set(steps)
    assert steps["generate"]["p50"] > 0
