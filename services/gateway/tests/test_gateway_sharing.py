"""Links that show a preview to others: signed, expiring, taken back; and what other sites may not do to a preview."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from aiohttp import web
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from barnraise.chassis.clock import now
from barnraise.contracts.requests import GetPreview, ResolvePreview
from barnraise.gateway.adapters.postgres import PostgresRecords
from barnraise.gateway.adapters.shares import MemoryShares, PostgresShares
from barnraise.gateway.domain.shares import Share, is_foreign, is_share, opens, share_label, sign
from barnraise.gateway.handlers import visits
from barnraise.gateway.service import previews

LABEL = "c4f1b7a2e9d05836f7a9b2c4d6"
LATER = datetime(2030, 1, 1, tzinfo=UTC)


class Application:
    """Says what it was sent, and tries to set cookies that are not its own."""

    def __init__(self) -> None:
        self.stuck = asyncio.Event()

    def routes(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/socket", self.socket)
        app.router.add_get("/stuck", self.stay)
        app.router.add_get("/talk", self.talk)
        app.router.add_route("*", "/{rest:.*}", self.echo)
        return app

    async def echo(self, request: web.Request) -> web.Response:
        await request.read()
        answer = web.json_response({"headers": dict(request.headers), "path": request.path})
        for cookie in ("barnraise_preview=mine; Path=/", "__Host-barnraise_preview=x; Secure; Path=/", "own=1; Domain=localhost; Path=/"):
            answer.headers.add("Set-Cookie", cookie)
        return answer

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse()
        await response.prepare(request)
        await response.send_str(request.headers.get("Cookie", ""))
        return response

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse()
        await response.prepare(request)
        async for message in response:
            await response.send_str(message.data)
        return response

    async def stay(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"begun")
        await self.stuck.wait()
        return response


@pytest.fixture
async def application(served: Any, show: Callable[..., Any]) -> AsyncIterator[Application]:
    app = Application()
    state = await show(app.routes(), LABEL)
    served.bus.answers[GetPreview] = lambda _: state
    yield app
    app.stuck.set()


@pytest.fixture
async def api(served: Any, token: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, headers={"Authorization": f"Bearer {token}"}, timeout=10) as client:
        yield client


@pytest.fixture
async def project(api: httpx.AsyncClient) -> str:
    return (await api.post("/api/v2/projects", json={"prompt": "Track plants"})).json()["project"]["id"]


def at(served: Any, host: str, **headers: str) -> httpx.AsyncClient:
    """A browser without cookies that asks for a host."""
    port = served.settings.http_port
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers={"Host": host} | headers, timeout=10)


async def enter(served: Any, url: str) -> tuple[str, httpx.Response]:
    """Follow a link as far as its answer. The host, and the answer."""
    address = urlsplit(url)
    async with at(served, address.netloc) as client:
        return address.netloc, await client.get(f"{address.path}?{address.query}")


async def test_a_link_opens_the_preview_and_nothing_else_does(served, application, api, project) -> None:
    made = await api.post(f"/api/v2/projects/{project}/shares", json={"expires_in": 3600, "note": "for Ada"})
    assert made.status_code == 201
    share = made.json()
    assert share["note"] == "for Ada"
    host, entered = await enter(served, share["url"])
    assert LABEL not in host, "the owner's own host is not given away"
    assert (entered.status_code, entered.headers["location"], entered.headers["cache-control"]) == (303, "/", "no-store")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    seconds = int(cookie.partition("Max-Age=")[2].partition(";")[0])
    assert 3500 < seconds <= 3600
    value = cookie.partition(";")[0]
    assert share["url"].partition("token=")[2] not in value
    async with at(served, host) as stranger:
        assert (await stranger.get("/")).status_code == 401
        assert (await stranger.get("/", headers={"Cookie": value})).status_code == 200
        assert (await stranger.get("/", headers={"Cookie": "barnraise_preview=1893456000.forged"})).status_code == 401
        link = share["url"].partition("token=")[2]
        assert (await stranger.get("/", headers={"Cookie": f"barnraise_preview={link}"})).status_code == 401
    other = (await api.post(f"/api/v2/projects/{project}/shares", json={})).json()
    async with at(served, urlsplit(other["url"]).netloc) as sibling:
        assert (await sibling.get("/", headers={"Cookie": value})).status_code == 401, "a cookie is good for its own host alone"


async def test_the_cookie_is_ours_alone(served, application, api, project) -> None:
    share = (await api.post(f"/api/v2/projects/{project}/shares", json={})).json()
    host, entered = await enter(served, share["url"])
    value = entered.headers["set-cookie"].partition(";")[0]
    async with at(served, host) as client:
        answer = await client.get("/x", headers={"Cookie": f"a=1; {value}; barnraise_{served.settings.http_port}=s"})
    assert answer.json()["headers"]["Cookie"] == "a=1", "the application sees none of our cookies"
    assert answer.headers.get_list("set-cookie") == ["own=1; Path=/"], "nor sets one"
    port = served.settings.http_port
    async with connect(f"ws://{host}/socket", host="127.0.0.1", port=port, proxy=None, additional_headers={"Cookie": value}) as socket:
        assert await socket.recv() == ""
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://{host}/socket", host="127.0.0.1", port=port, proxy=None):
            pass
    assert refused.value.response.status_code == 401


async def test_a_link_that_is_taken_back_closes_at_once(served, application, api, project) -> None:
    share = (await api.post(f"/api/v2/projects/{project}/shares", json={})).json()
    host, entered = await enter(served, share["url"])
    value = entered.headers["set-cookie"].partition(";")[0]
    async with at(served, host, Cookie=value) as client:
        assert (await client.get("/")).status_code == 200
        listed = (await api.get(f"/api/v2/projects/{project}/shares")).json()["items"]
        assert [(one["id"], one["url"]) for one in listed] == [(share["id"], share["url"])]
        assert (await api.delete(f"/api/v2/projects/{project}/shares/{share['id']}")).status_code == 204
        assert (await client.get("/")).status_code == 401
    assert (await enter(served, share["url"]))[1].status_code == 401
    assert (await api.get(f"/api/v2/projects/{project}/shares")).json()["items"] == []
    assert (await api.delete(f"/api/v2/projects/{project}/shares/{share['id']}")).status_code == 404


async def test_who_is_there_when_a_link_is_taken_back_has_to_go(served, application, api, project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "EVERY", 0.02)
    monkeypatch.setattr(previews, "FRESH", 0.0)
    share, other = [(await api.post(f"/api/v2/projects/{project}/shares", json={})).json() for _ in range(2)]
    port = served.settings.http_port
    async with AsyncExitStack() as stack:
        sockets = []
        for link in (share, other):
            host, entered = await enter(served, link["url"])
            cookie = {"Cookie": entered.headers["set-cookie"].partition(";")[0]}
            opening = connect(f"ws://{host}/talk", host="127.0.0.1", port=port, proxy=None, additional_headers=cookie)
            sockets.append(await stack.enter_async_context(opening))
            if link is share:
                streaming = at(served, host, **cookie).stream("GET", "/stuck")
                stream = await stack.enter_async_context(streaming)
        owner = await stack.enter_async_context(connect(f"ws://{LABEL}.localhost/talk", host="127.0.0.1", port=port, proxy=None))
        asked = len(served.bus.asked)
        assert (await api.delete(f"/api/v2/projects/{project}/shares/{share['id']}")).status_code == 204
        async with asyncio.timeout(5):
            with pytest.raises(ConnectionClosed):
                await sockets[0].recv()
            with pytest.raises(httpx.RemoteProtocolError):
                await stream.aread()
            assert sockets[0].close_code == 1008
            for stays in (sockets[1], owner):
                await stays.send("still")
                assert await stays.recv() == "still"
            while not [1 for request in served.bus.asked[asked:] if isinstance(request, ResolvePreview)]:
                await asyncio.sleep(0.01)  # who stays is told to be looking


async def test_a_link_expires(served, application, api, project, monkeypatch: pytest.MonkeyPatch) -> None:
    share = (await api.post(f"/api/v2/projects/{project}/shares", json={"expires_in": 60})).json()
    host, entered = await enter(served, share["url"])
    value = entered.headers["set-cookie"].partition(";")[0]
    monkeypatch.setattr("barnraise.gateway.service.sharing.now", lambda: now() + timedelta(seconds=61))
    async with at(served, host, Cookie=value) as client:
        assert (await client.get("/")).status_code == 401
    assert (await enter(served, share["url"]))[1].status_code == 401


@pytest.mark.parametrize(
    "body", [{"expires_in": 59}, {"expires_in": 90 * 86400 + 1}, {"note": "x" * 121}, {"expires_in": "soon"}, {"x": 1}]
)
async def test_bad_wishes_are_refused(api, project, check_problem, body: dict[str, Any]) -> None:
    answer = await api.post(f"/api/v2/projects/{project}/shares", json=body)
    assert answer.status_code in (400, 422), answer.text
    assert (await api.post("/api/v2/projects/nowhere/shares", json={})).status_code == 404


async def test_a_repeated_wish_makes_one_link(api, project) -> None:
    headers = {"Idempotency-Key": "once"}
    first = await api.post(f"/api/v2/projects/{project}/shares", json={}, headers=headers)
    again = await api.post(f"/api/v2/projects/{project}/shares", json={}, headers=headers)
    assert first.json() == again.json()
    assert len((await api.get(f"/api/v2/projects/{project}/shares")).json()["items"]) == 1


async def test_where_others_reach_it_the_host_alone_opens_nothing(served, application, api, project, token: str) -> None:
    site = served.gateway.site
    object.__setattr__(site, "owner_only", True)
    host = f"{LABEL}.localhost:{served.settings.http_port}"
    async with at(served, host) as stranger:
        assert (await stranger.get("/")).status_code == 401
        assert (await stranger.get("/", headers={"Authorization": f"Bearer {token}"})).status_code == 200
        way = (await api.get(f"/api/v2/projects/{project}/preview")).json()["url"]
        _, entered = await enter(served, way)
        assert entered.status_code == 303
        value = entered.headers["set-cookie"].partition(";")[0]
        assert (await stranger.get("/", headers={"Cookie": value})).status_code == 200
        stale = "/.barnraise/enter?token=1.old"
        assert (await stranger.get(stale)).status_code == 401
        assert (await stranger.get(stale, headers={"Cookie": value})).headers["location"] == "/", "a frame may be loaded again later"
    share = (await api.post(f"/api/v2/projects/{project}/shares", json={})).json()
    guest_host, guest = await enter(served, share["url"])
    async with at(served, host, Cookie=guest.headers["set-cookie"].partition(";")[0]) as client:
        assert (await client.get("/")).status_code == 401, "a guest's cookie does not open the owner's host"
    assert guest_host != host


FOREIGN = [
    ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
    ("GET", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}),
    ("POST", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}),
    ("GET", {"Origin": "http://evil.example"}),
    ("POST", {"Origin": "null"}),
    ("POST", {"Origin": "null", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}),
    ("POST", {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}),
    ("POST", {"Origin": "http://otherlabel.localhost:1"}),
]


@pytest.mark.parametrize(("method", "headers"), FOREIGN)
async def test_other_sites_do_nothing_to_a_preview(served, application, method: str, headers: dict[str, str]) -> None:
    async with at(served, f"{LABEL}.localhost:{served.settings.http_port}") as client:
        assert (await client.request(method, "/api/x", headers=headers)).status_code == 403


async def test_its_own_page_and_whoever_looks_at_it_may(served, application) -> None:
    host = f"{LABEL}.localhost:{served.settings.http_port}"
    framed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Origin": f"http://{host}"}
    async with at(served, host) as client:
        assert (await client.get("/", headers=framed)).status_code == 200
        assert (await client.post("/api/x", headers=own)).status_code == 200
        assert (await client.post("/api/webhook")).status_code == 200
        form = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Origin": "null"}
        assert (await client.post("/api/form", headers=form)).status_code == 200
    port = served.settings.http_port
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://{host}/socket", host="127.0.0.1", port=port, proxy=None, origin="http://evil.example"):  # type: ignore[arg-type]
            pass
    assert refused.value.response.status_code == 403


async def test_what_does_not_come_is_not_waited_for(served, application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barnraise.gateway.handlers.proxy.UPLOAD_SECONDS", 0.2)
    monkeypatch.setattr("barnraise.gateway.handlers.proxy.IDLE_SECONDS", 0.3)
    monkeypatch.setattr("barnraise.gateway.handlers.troubles.PATIENCE", 0.2)
    host = f"{LABEL}.localhost:{served.settings.http_port}"
    for path in ("/x", "/.barnraise/trouble"):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.settings.http_port)
        writer.write(f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\n\r\nhalf".encode())
        async with asyncio.timeout(5):
            assert b" 408 " in await reader.readline(), path
        writer.close()
    async with at(served, host) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            async with asyncio.timeout(5):
                await client.get("/stuck")


async def test_who_leaves_slowly_holds_up_nobody_who_has_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits, "EVERY", 0.01)
    leaving, gone = asyncio.Event(), asyncio.Event()

    async def never(*_: Any) -> bool:
        return False

    kept = visits.Visits(never)

    async def stay() -> None:
        async with kept.visit({}, "slow"):
            try:
                await asyncio.Event().wait()
            finally:
                leaving.set()
                await gone.wait()

    async def look(label: str) -> None:
        async with kept.visit({}, label):
            await asyncio.Event().wait()

    slow = asyncio.create_task(stay())
    async with asyncio.timeout(10):
        await leaving.wait()
        others = await asyncio.gather(*(look(f"other-{number}") for number in range(20)), return_exceptions=True)
        gone.set()
        with pytest.raises(visits.Shut):
            await slow
    assert [type(end) for end in others] == [visits.Shut] * 20


def test_what_is_signed_opens_one_host_one_way_until_its_time() -> None:
    secret, label = b"s" * 32, share_label(b"x" * 16)
    token = sign(secret, "link", label, LATER)
    before = LATER - timedelta(seconds=1)
    assert is_share(label)
    assert not is_share(LABEL)
    assert opens(secret, "link", label, token, before) == LATER
    assert opens(secret, "link", label, token, LATER) is None
    assert opens(secret, "pass", label, token, before) is None
    assert opens(b"t" * 32, "link", label, token, before) is None
    assert opens(secret, "link", share_label(b"y" * 16), token, before) is None
    later = f"{int(LATER.timestamp()) + 9}.{token.partition('.')[2]}"
    for bad in ("", ".", "1", later, token[:-1], token + "a", "٣." + token.partition(".")[2], "9" * 40 + ".x", "\udcff.x"):
        assert opens(secret, "link", label, bad, before) is None, bad


def test_who_is_no_browser_is_no_other_site() -> None:
    assert not is_foreign("POST", None, None, None, ())
    assert not is_foreign("GET", None, "none", "navigate", ())
    assert is_foreign("HEAD", None, "cross-site", "cors", ())


@pytest.mark.connected
@pytest.mark.parametrize("kind", ["memory", "postgres"])
async def test_links_are_kept(kind: str, process, database_url: str) -> None:
    import asyncpg

    async with process.client() as client:
        project = (await client.post("/api/v2/projects", json={"prompt": "Track plants"})).json()["project"]["id"]
    pool = await asyncpg.create_pool(database_url)
    kept = MemoryShares() if kind == "memory" else PostgresShares(pool)
    try:
        secrets = await asyncio.gather(*(kept.secret() for _ in range(4)))
        assert len(set(secrets)) == 1
        assert len(secrets[0]) == 32
        begun = now()
        first = Share("a", project, share_label(b"a" * 16), "", begun, begun + timedelta(hours=1))
        second = Share("b", project, share_label(b"b" * 16), "note", begun, begun - timedelta(seconds=1))
        await kept.add(first)
        await kept.add(second)
        assert list(await kept.of_project(project)) == [first]
        assert await kept.of_label(first.label) == first
        assert await kept.of_label(second.label) is None
        await PostgresRecords(pool).prune()
        there = [row["id"] for row in await pool.fetch("select id from gateway.shares where project_id = $1", project)]
        assert there == (["a"] if kind == "postgres" else []), "what has expired goes"
        assert not await kept.drop("other", "a")
        assert await kept.drop(project, "a")
        assert not await kept.drop(project, "a")
        assert await kept.of_label(first.label) is None
    finally:
        await pool.close()


@pytest.mark.connected
async def test_a_link_outlives_a_kill_and_ends_with_its_project(process) -> None:
    async with process.client() as client:
        project = (await client.post("/api/v2/projects", json={"prompt": "Track plants"})).json()["project"]["id"]
        share = (await client.post(f"/api/v2/projects/{project}/shares", json={})).json()
        await process.kill()
        await process.start()
        assert (await client.get(f"/api/v2/projects/{project}/shares")).json()["items"] == [share]
        address = urlsplit(share["url"])
        entered = await client.get(f"{address.path}?{address.query}", headers={"Host": address.netloc})
        assert entered.status_code == 303
        assert (await client.delete(f"/api/v2/projects/{project}")).status_code == 204
        assert (await client.get(f"/api/v2/projects/{project}/shares")).status_code == 404
        entered = await client.get(f"{address.path}?{address.query}", headers={"Host": address.netloc})
        assert entered.status_code == 401
