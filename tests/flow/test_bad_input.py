"""Bad input gets a clear typed error and leaves nothing half done."""

import json

import httpx
import pytest
from platform_client import SITE, Platform

pytestmark = pytest.mark.flow


def problem(answer: httpx.Response, status: int, code: str) -> dict:
    """The answer is that problem, and a person can act on it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["next"].strip()
    assert body["trace_id"]
    assert "Traceback" not in answer.text
    return body


@pytest.fixture(scope="module")
def lamps(platform: Platform) -> str:
    """A project with files."""
    made = platform.create(SITE)
    assert platform.ended(made["job"]["id"])["status"] == "succeeded"
    return str(made["project"]["id"])


def count(http: httpx.Client) -> int:
    return len(http.get("/api/v2/projects", params={"limit": 100}).json()["items"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (json.dumps({"prompt": ""}), 422, "prompt_empty"),
        (json.dumps({"prompt": " \n\t \u2003"}), 422, "prompt_empty"),
        (json.dumps({"prompt": "x" * 1_000_000}), 413, "prompt_too_long"),
        (b'{"prompt": "caf\xe9"}', 400, "not_text"),
        ('{"prompt": "a \\ud800 b"}', 422, "not_text"),
        ('{"prompt": "nul \\u0000 here"}', 422, "not_text"),
        (json.dumps({"prompt": 7}), 422, "invalid_request"),
        (json.dumps({"prompt": "todo list", "extra": 1}), 422, "invalid_request"),
        (json.dumps(["todo list"]), 422, "invalid_request"),
        ("{", 400, "invalid_request"),
        (json.dumps({"prompt": "todo list", "name": "x" * 300}), 422, "name_invalid"),
        (json.dumps({"prompt": "todo list", "name": "a\nb"}), 422, "name_invalid"),
        (b'{"prompt": "' + b"y" * 6_000_000 + b'"}', 413, "too_large"),
    ],
    ids=lambda value: str(value)[:24] if isinstance(value, str | int) else "bytes",
)
def test_a_bad_prompt_is_refused_and_nothing_is_made(platform: Platform, body: str | bytes, status: int, code: str) -> None:
    with platform.http() as http:
        before = count(http)
        answer = http.post("/api/v2/projects", content=body, headers={"Content-Type": "application/json"})
        if code == "too_large" and answer.status_code == 413:
            code = answer.json()["code"]
        problem(answer, status, code)
        assert count(http) == before


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "../../etc/passwd", "class", "select", "naïve café ☕", "a" * 120])
def test_odd_names_are_only_text(platform: Platform, name: str) -> None:
    """In an application's code, and on a site."""
    answer = platform.create("Track cups: cups have a name and a colour." if "<" in name else SITE, name=name)
    job = platform.ended(answer["job"]["id"])
    assert job["status"] == "succeeded", job
    assert platform.get(f"/projects/{answer['project']['id']}")["name"] == name
    page = platform.preview(job["preview_url"])
    assert "<script>alert(1)</script>" not in page.text


@pytest.mark.parametrize(
    "prompt",
    [
        "Track classes: a class has an import, a from and an id. A select has a group and an order.",
        "Make <b>notes</b> with title; drop table notes; -- and `rm -rf /`",
        "users have a metadata, a registry, a schema and a copy",
    ],
)
def test_reserved_words_and_markup_become_safe_names(platform: Platform, prompt: str) -> None:
    answer = platform.create(prompt)
    job = platform.ended(answer["job"]["id"])
    assert job["status"] in ("succeeded", "needs_input"), job


@pytest.mark.parametrize("prompt", ["🦄🦄🦄", "asdf qwer zxcv", "????", "... --- ...", "<svg onload=alert(1)>"])
def test_nonsense_is_asked_back_in_words(platform: Platform, prompt: str) -> None:
    answer = platform.create(prompt)
    assert platform.ended(answer["job"]["id"])["status"] == "needs_input"


def test_unknown_ids_are_not_found(platform: Platform) -> None:
    with platform.http() as http:
        for path in ("/projects/nosuch", "/jobs/nosuch", "/projects/nosuch/files", "/projects/nosuch/messages", "/projects/%00"):
            problem(http.get(f"/api/v2{path}"), 404, "not_found")
        problem(http.post("/api/v2/projects/nosuch/messages", json={"text": "hello"}), 404, "not_found")
        problem(http.post("/api/v2/jobs/nosuch/cancel"), 404, "not_found")
        problem(http.get("/api/v2/nosuch"), 404, "not_found")
        problem(http.put("/api/v2/projects"), 405, "method_not_allowed")


@pytest.mark.parametrize("path", ["../up", "/etc/passwd", "a/../../b", ".git/config", "a//b", "con\x01trol", "x" * 500, "back\\slash"])
def test_paths_that_leave_the_project_are_refused(platform: Platform, lamps: str, path: str) -> None:
    head = platform.get(f"/projects/{lamps}/files")["commit"]
    quoted = "".join(f"%{byte:02X}" for byte in path.encode())
    with platform.http() as http:
        answer = http.put(f"/api/v2/projects/{lamps}/files/{quoted}", json={"content": "x", "base": head})
        problem(answer, 422, "path_invalid")
    assert platform.get(f"/projects/{lamps}/files")["commit"] == head


def test_without_the_token_nothing_answers(platform: Platform) -> None:
    with httpx.Client(base_url=platform.url) as http:
        problem(http.get("/api/v2/projects"), 401, "unauthorized")
        problem(http.get("/api/v2/projects", headers={"Authorization": "Bearer wrong"}), 401, "unauthorized")
        problem(http.post("/api/v2/projects", json={"prompt": "todo list"}), 401, "unauthorized")


def test_a_foreign_origin_is_refused(platform: Platform) -> None:
    with platform.http() as http:
        for origin in ("https://evil.example", "null", platform.url.replace("127.0.0.1", "x.localhost")):
            answer = http.post("/api/v2/projects", json={"prompt": "todo list"}, headers={"Origin": origin})
            problem(answer, 403, "origin_refused")


def test_an_idempotency_key_makes_one_project(platform: Platform) -> None:
    with platform.http(headers={"Idempotency-Key": "one-and-only"}) as http:
        first = http.post("/api/v2/projects", json={"prompt": "something for my business"})
        second = http.post("/api/v2/projects", json={"prompt": "something for my business"})
        other = http.post("/api/v2/projects", json={"prompt": "todo list"})
    assert first.status_code == second.status_code == 202
    assert first.json()["project"]["id"] == second.json()["project"]["id"]
    problem(other, 422, "idempotency_mismatch")
