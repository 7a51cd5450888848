"""A deleted project, looked for everywhere."""

import asyncio
import json
import re
import time

import pytest
from platform_client import SITE, Platform, until
from scripted_provider import KEY, Say, ScriptedProvider
from traces import age, find, quiet

pytestmark = [pytest.mark.flow, pytest.mark.sandbox, pytest.mark.slow, pytest.mark.timeout(900)]

WORD = "zanzibarite"
"""In everything that its owner says of it."""
LONG = 300.0
PATIENCE = 60.0
"""The sweeps come every five and every ten seconds."""
KNOWN = re.compile(rf"file logs/(?!.*{WORD})")
"""Operators' logs name projects by their ids; no word of anybody's is in them."""


def fill(platform: Platform, provider: ScriptedProvider) -> tuple[str, list[str]]:
    """A project that has left traces wherever a project can, with a job at work; its id, and the words to look for."""
    with platform.http() as http:
        body = {"prompt": f"Track {WORD}s: {WORD}s have a name and a weight."}
        made = http.post("/api/v2/projects", json=body, headers={"Idempotency-Key": f"create-{WORD}"}).json()
        project, jobs = str(made["project"]["id"]), [str(made["job"]["id"])]
        assert platform.ended(jobs[0], timeout=LONG)["status"] == "succeeded"
        at = f"/api/v2/projects/{project}"
        page = platform.get(f"/projects/{project}/preview")["url"]
        assert platform.preview(page, f"/api/{WORD}s", method="POST", json={"name": WORD, "weight": 3}).status_code == 201
        base = platform.get(f"/projects/{project}/commits", limit=1)["items"][0]["commit"]
        model = {"name": "ours", "vendor": "compatible", "model": "m", "url": f"{provider.url}/v1"}
        for answer in (
            http.put(f"{at}/files/{WORD}.md", json={"content": WORD, "base": base}),
            http.put(f"{at}/memory/wish", json={"text": f"Be kind to {WORD}s."}),
            http.post(f"{at}/shares", json={"note": WORD}, headers={"Idempotency-Key": f"share-{WORD}"}),
            http.post(f"{at}/branches", json={"name": WORD}),
            http.put(f"{at}/models/ours", json={"settings": model, "key": KEY}),
            http.put(f"{at}/budgets", json={"budgets": {"project": {"tokens": 900_000}}}),
            http.patch(at, json={"name": f"The {WORD} book"}),
        ):
            assert answer.status_code < 300, f"{answer.request.url}: {answer.text}"
        provider.otherwise = Say(f"It is a {WORD}.")
        jobs.append(platform.say(project, f"why is there a {WORD} in it?")["job"]["id"])
        platform.ended(jobs[-1], timeout=LONG)
        said = http.post(f"{at}/messages", data={"text": f"add a remark to {WORD}s"}, files={"files": ("notes.txt", WORD.encode())})
        assert said.status_code == 202, said.text
        jobs.append(said.json()["job"]["id"])
    return project, [WORD, project, *jobs]


def test_nothing_is_left_of_a_deleted_project(tmp_path_factory: pytest.TempPathFactory) -> None:
    with ScriptedProvider().serving_aside() as provider:
        profile = {"name": "scripted", "vendor": "compatible", "model": "m", "url": f"{provider.url}/v1", "key": KEY}
        platform = Platform.start(tmp_path_factory.mktemp("home"), BARNRAISE_MODELS=json.dumps([profile]), BARNRAISE_SANDBOX_WARM="false")
        try:
            other = platform.create(SITE)
            platform.ended(other["job"]["id"], timeout=LONG)
            project, words = fill(platform, provider)
            until(lambda: f"table codegen.vectors: {project}" in find(platform, words), timeout=LONG)  # they are made beside the job
            assert {where.split()[0] for where in find(platform, words)} == {"table", "stream", "file"}
            with platform.http() as http:
                assert http.delete(f"/api/v2/projects/{project}").status_code == 204
                assert http.get(f"/git/{project}.git/info/refs?service=git-upload-pack").status_code == 404
            until(lambda: asyncio.run(quiet(platform)), timeout=LONG, every=0.5)
            asyncio.run(age(platform, days=40))
            platform.stop()
            platform = Platform.start(platform.home, **platform.extra_env)
            deadline = time.monotonic() + PATIENCE
            while (left := {where for where in find(platform, words) if not KNOWN.match(where)}) and time.monotonic() < deadline:
                time.sleep(1)
            assert not left, "\n".join(sorted(left))
            assert find(platform, [other["project"]["id"]]), "the other project is still there"
        finally:
            platform.stop()
