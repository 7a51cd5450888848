"""Who may come in, from where, with how much; and what bad input gets."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from barnraise.contracts.problems import ErrorCode
from barnraise.gateway.domain.problems import KINDS

PROMPT = {"prompt": "Track plants: plants have a name."}
PROJECTS = "/api/v2/projects"


async def test_only_the_token_and_sessions_come_in(world, token: str, check_problem) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {token}x"}, {"Cookie": "barnraise_7700=wrong"}):
        async with world.client(**({"Authorization": ""} | headers)) as stranger:
            for answer in (await stranger.get(PROJECTS), await stranger.post(PROJECTS, json=PROMPT), await stranger.get("/openapi.json")):
                check_problem(answer, 401, "unauthorized")
                assert answer.headers["www-authenticate"].startswith("Bearer")
            git = await stranger.get("/git/abc.git/info/refs?service=git-upload-pack")
            assert git.headers["www-authenticate"].startswith("Basic")
    assert world.records.tables.projects == {}


async def test_a_link_opens_once_and_its_cookie_comes_in(world, token: str) -> None:
    async with world.client(Authorization="") as browser:
        opened = await browser.get("/auth", params={"token": token})
        assert (opened.status_code, opened.headers["location"]) == (303, "/")
        cookie = opened.headers["set-cookie"]
        assert re.match(r"barnraise_7700=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=strict$", cookie), cookie
        assert token not in cookie
        assert (await browser.get(PROJECTS)).status_code == 200
        assert (await browser.get("/auth", params={"token": token})).status_code == 303, "who is in already just goes on"
    async with world.client(Authorization="") as other:
        refused = await other.get("/auth", params={"token": token})
        assert refused.status_code == 401
        assert "barnraise status" in refused.text
        assert "set-cookie" not in refused.headers
        assert (await other.get(PROJECTS)).status_code == 401


async def test_fresh_links_open_once_each(world, api, token: str) -> None:
    first = (await api.post("/api/v2/links", headers={"Idempotency-Key": "k"})).json()["url"]
    again = (await api.post("/api/v2/links", headers={"Idempotency-Key": "k"})).json()["url"]
    other = (await api.post("/api/v2/links")).json()["url"]
    assert first == again != other
    assert first.startswith("http://localhost:7700/auth?token=")
    assert token not in first
    for link in (first, other):
        async with world.client(Authorization="") as browser:
            assert (await browser.get(link)).status_code == 303
        async with world.client(Authorization="") as browser:
            assert (await browser.get(link)).status_code == 401
    async with world.client(Authorization="") as browser:
        assert (await browser.get("/auth", params={"token": "never made"})).status_code == 401
        assert (await browser.get("/auth")).status_code == 401


async def test_a_browser_without_a_link_is_told_where_it_is(world) -> None:
    async with world.client(Authorization="") as browser:
        answer = await browser.get("/", headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
        assert "barnraise status" in answer.text
        assert (await browser.get("/api/v2/projects", headers={"Accept": "text/html"})).headers[
            "content-type"
        ] == "application/problem+json"


async def test_git_takes_the_token_as_anybodys_password(world, token: str) -> None:
    made = await _create(world)
    async with world.client(Authorization="") as git:
        where = f"/git/{made['project']['id']}.git/info/refs?service=git-upload-pack"
        assert (await git.get(where, auth=("anybody", token))).status_code == 200
        assert (await git.get(where, auth=("anybody", "wrong"))).status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.2", "localhost:80:80", "a.b.localhost", "[::2]", "x y", ""]
)
async def test_foreign_hosts_are_refused(world, host: str) -> None:
    async with world.client(Host=host or " ") as client:
        answer = await client.get(PROJECTS)
    assert answer.status_code in (400, 421)
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize("host", ["localhost", "localhost:1234", "127.0.0.1:7700", "[::1]:7700", "LOCALHOST:7700"])
async def test_our_own_hosts_are_taken(world, host: str) -> None:
    async with world.client(Host=host) as client:
        assert (await client.get(PROJECTS)).status_code == 200


FOREIGN = [
    "https://evil.example",
    "null",
    "http://x.localhost:7700",
    "http://localhost:7701",
    "http://127.0.0.1:7700",
    "ftp://localhost:7700",
    "",
]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_foreign_origins_may_not_write(world, api, check_problem, origin: str) -> None:
    made = await _create(world)
    where = f"{PROJECTS}/{made['project']['id']}"
    headers = {"Origin": origin}
    for answer in (
        await api.post(PROJECTS, json=PROMPT, headers=headers),
        await api.patch(where, json={"name": "x"}, headers=headers),
        await api.delete(where, headers=headers),
        await api.put(f"{where}/files/a", json={}, headers=headers),
    ):
        check_problem(answer, 403, "origin_refused")
    assert len(world.records.tables.projects) == 1


async def test_our_own_origin_may_write(api) -> None:
    assert (await api.post(PROJECTS, json=PROMPT, headers={"Origin": "http://localhost:7700"})).status_code == 202
    assert (await api.post(PROJECTS, json=PROMPT, headers={"Sec-Fetch-Site": "same-origin"})).status_code == 202


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_what_a_browser_calls_foreign_is_foreign(api, check_problem, site: str) -> None:
    check_problem(await api.post(PROJECTS, json=PROMPT, headers={"Sec-Fetch-Site": site}), 403, "origin_refused")


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"prompt": ""}', 422, "prompt_empty"),
        ('{"prompt": " \\n\\t\u2003"}'.encode(), 422, "prompt_empty"),
        (b'{"prompt": "%s"}' % (b"x" * 100_001), 413, "prompt_too_long"),
        (b'{"prompt": "%s"}' % ("\u00e9" * 50_001).encode(), 413, "prompt_too_long"),
        (b'{"prompt": "%s"}' % (b"x" * 1_000_000), 413, "prompt_too_long"),
        (b'{"prompt": "%s"}' % (b"x" * 6_000_000), 413, "too_large"),
        (b'{"prompt": "caf\xe9"}', 400, "not_text"),
        (b'{"prompt": "a \\ud800 b"}', 422, "not_text"),
        (b'{"prompt": "nul \\u0000"}', 422, "not_text"),
        (b'{"prompt": 7}', 422, "invalid_request"),
        (b'{"prompt": null}', 422, "invalid_request"),
        (b'{"prompt": NaN}', 422, "invalid_request"),
        (b"{}", 422, "invalid_request"),
        (b'{"prompt": "todo", "extra": 1}', 422, "invalid_request"),
        (b'["todo"]', 422, "invalid_request"),
        (b"7", 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b"{", 400, "invalid_request"),
        (b"[" * 100_000, 400, "invalid_request"),
        (b'{"prompt": ' + b"9" * 5000 + b"}", 400, "invalid_request"),
        (b'{"prompt": "todo", "name": ""}', 422, "name_invalid"),
        (b'{"prompt": "todo", "name": "a\\nb"}', 422, "name_invalid"),
        (b'{"prompt": "todo", "name": "\\u202eb"}', 422, "name_invalid"),
        (b'{"prompt": "todo", "name": "\\u0000"}', 422, "not_text"),
        (b'{"prompt": "todo", "name": "%s"}' % (b"x" * 121), 422, "name_invalid"),
        (b'{"prompt": "todo", "name": 5}', 422, "invalid_request"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_bad_prompt_gets_a_typed_problem_and_makes_nothing(world, api, check_problem, body: bytes, status: int, code: str) -> None:
    answer = await api.post(PROJECTS, content=body, headers=JSON)
    problem = check_problem(answer, status, code)
    if code == "invalid_request":
        assert problem["errors"]
    assert world.records.tables.projects == {}
    assert world.bus.announced == []


async def test_faults_are_pointed_at(api) -> None:
    answer = (await api.post(PROJECTS, json={"prompt": 7, "a/b~c": 1})).json()
    assert {fault["pointer"] for fault in answer["errors"]} == {"#/prompt", "#/a~1b~0c"}
    assert (await api.post(PROJECTS, json={"prompt": " "})).json()["errors"][0]["pointer"] == "#/prompt"
    assert (await api.get(PROJECTS, params={"limit": 0})).json()["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_other_kinds_of_body_are_refused(api, check_problem, kind: str) -> None:
    answer = await api.post(PROJECTS, content=json.dumps(PROMPT), headers={"Content-Type": kind})
    check_problem(answer, 415, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v2/nosuch", 404, "not_found"),
        ("POST", "/api/v2/nosuch", 404, "not_found"),
        ("GET", "/api/v2/projects/", 404, "not_found"),
        ("GET", "/api/v1/projects", 404, "not_found"),
        ("PUT", "/api/v2/projects", 405, "method_not_allowed"),
        ("DELETE", "/api/v2/jobs/x", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
        ("GET", "/api/v2/projects/nosuch", 404, "not_found"),
        ("GET", "/api/v2/projects/%00", 404, "not_found"),
        ("GET", "/api/v2/projects/%F0%9F%A6%84", 404, "not_found"),
        ("GET", f"/api/v2/projects/{'x' * 500}", 404, "not_found"),
        ("GET", "/api/v2/projects/nosuch/files", 404, "not_found"),
        ("GET", "/api/v2/projects/%00/messages", 404, "not_found"),
        ("GET", "/api/v2/projects/nosuch/events?after=0", 404, "not_found"),
        ("GET", "/api/v2/jobs/%00", 404, "not_found"),
        ("POST", "/api/v2/jobs/nosuch/cancel", 404, "not_found"),
        ("POST", "/api/v2/jobs/nosuch/retry", 404, "not_found"),
        ("POST", "/api/v2/projects/nosuch/undo", 404, "not_found"),
        ("GET", "/api/v2/projects?limit=0", 422, "invalid_request"),
        ("GET", "/api/v2/projects?limit=101", 422, "invalid_request"),
        ("GET", "/api/v2/projects?limit=x", 422, "invalid_request"),
        ("GET", "/api/v2/projects?cursor=garbage", 422, "invalid_request"),
        ("GET", "/api/v2/projects?cursor=am9iczox", 422, "invalid_request"),
        ("GET", "/api/v2/projects?cursor=%F0%9F%A6%84", 422, "invalid_request"),
        ("GET", "/api/v2/events?after=x", 400, "invalid_request"),
        ("GET", "/api/v2/events?after=-1", 400, "invalid_request"),
        ("GET", "/api/v2/events?after=1.5", 400, "invalid_request"),
        ("GET", "/api/v2/events?after=1", 400, "invalid_request"),
        ("GET", f"/api/v2/events?after={'9' * 30}", 400, "invalid_request"),
        ("GET", "/git/nosuch.git/info/refs?service=git-upload-pack", 404, "not_found"),
        ("GET", "/git/nosuch.git/HEAD", 404, "not_found"),
        ("GET", "/problems/nosuch", 404, "not_found"),
    ],
)
async def test_bad_addresses_get_typed_problems(api, check_problem, method: str, path: str, status: int, code: str) -> None:
    answer = await api.request(method, path)
    check_problem(answer, status, code)
    if status == 405:
        assert answer.headers["allow"]


async def test_a_failure_of_ours_shows_no_trace_of_it(world, api, check_problem, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(world.records, "overviews", broken)
    body = check_problem(await api.get(PROJECTS), 500, "internal")
    assert "secret" not in json.dumps(body)


async def test_our_answers_carry_what_keeps_browsers_safe(api) -> None:
    for path in (PROJECTS, "/api/v2/nosuch", "/", "/problems/not_found"):
        headers = (await api.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers
    assert (await api.get(PROJECTS)).headers["cache-control"] == "no-store"


async def test_every_code_is_explained(api) -> None:
    assert set(KINDS) == set(get_args(ErrorCode))
    for code, kind in KINDS.items():
        shown = await api.get(f"/problems/{code}")
        assert shown.status_code == 200
        assert kind.title in shown.text
        assert (await api.get(f"/problems/{code}", headers={"Accept": "application/json"})).json()["advice"] == kind.advice


async def test_health_is_open_and_nothing_else_is(world) -> None:
    async with world.client(Authorization="", Host="10.0.0.7:9000") as probe:
        assert [(await probe.get(path)).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]
        assert (await probe.get("/")).status_code == 421


async def test_requests_are_counted_by_route_and_not_by_path(world, api) -> None:
    await api.get(f"{PROJECTS}/nosuch")
    await api.get("/some/page")
    assert ("/api/v2/projects/{project_id}", "GET", 404) in world.meters.requests
    assert ("web", "GET", 503) in world.meters.requests


async def test_the_page_is_served_from_its_folder(tmp_path: Path, world) -> None:
    assert (await _get(world, "/")).status_code == 503
    assert "not built" in (await _get(world, "/")).text
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Barnraise</title>")
    (folder / "assets" / "main-abc.js").write_text("1")
    (tmp_path / "secret.txt").write_text("hidden treasure")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    built = type(world)(world.settings.model_copy(update={"web_dir": folder}))
    index = await _get(built, "/")
    assert (index.text, index.headers["cache-control"]) == ("<title>Barnraise</title>", "no-cache")
    assert "script-src 'self'" in index.headers["content-security-policy"]
    assert (await _get(built, "/projects/abc")).text == index.text
    asset = await _get(built, "/assets/main-abc.js")
    assert (asset.text, "immutable" in asset.headers["cache-control"]) == ("1", True)
    for path in ("/assets/nosuch.js", "/%2E%2E/secret.txt", "/..%2Fsecret.txt", "/link.txt", "/%00.txt"):
        missing = await _get(built, path)
        assert missing.status_code == 404, path
        assert "treasure" not in missing.text
    async with built.client() as client:
        assert (await client.head("/")).status_code == 200


async def _get(world: Any, path: str) -> httpx.Response:
    async with world.client() as client:
        return await client.get(path)


async def _create(world: Any) -> dict[str, Any]:
    async with world.client() as client:
        return (await client.post(PROJECTS, json=PROMPT)).json()
