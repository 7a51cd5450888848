"""Previews behind the gateway: everything passes, nothing of ours leaks, and every way of not being there is said."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.events import PreviewTroubled
from barnraise.contracts.requests import PreviewState, ResolvePreview
from barnraise.gateway.domain.pace import Pace

LABEL = "c4f1b7a2e9d05836f7a9b2c4d6e8f013"


class Application:
    """What runs in a preview, with some knobs."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.closed: list[int | None] = []
        self.hung_up = self.hang_ups = 0

    def routes(self) -> web.Application:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_get("/page", self.page)
        app.router.add_get("/events", self.events)
        app.router.add_get("/socket", self.socket)
        app.router.add_get("/redirect", self.redirect)
        app.router.add_route("*", "/hang-up", self.hang_up)
        app.router.add_route("*", "/{rest:.*}", self.echo)
        return app

    async def echo(self, request: web.Request) -> web.Response:
        body = await request.read()
        said = {
            "method": request.method,
            "target": request.raw_path,
            "headers": list(map(list, request.headers.items())),
            "size": len(body),
        }
        return web.json_response(said)

    async def page(self, _: web.Request) -> web.Response:
        headers = {"Set-Cookie": "a=1; Path=/; Domain=localhost; HttpOnly", "X-Frame-Options": "DENY"}
        headers["Content-Security-Policy"] = "img-src 'self'"
        return web.Response(text="<h1>Plants</h1>", content_type="text/html", headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number in range(3):
            await response.write(b"data: %d\n\n" % number)
            await self.go_on.wait()
        return response

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse(protocols=("vite-hmr",), max_msg_size=32 << 20)
        await response.prepare(request)
        hello = {"origin": request.headers.get("Origin"), "host": request.headers["Host"], "target": request.raw_path}
        await response.send_json(hello | {"cookie": request.headers.get("Cookie")})
        async for message in response:
            if message.data == "close":
                await response.close(code=4321)
            elif isinstance(message.data, str):
                await response.send_str(message.data)
            else:
                await response.send_bytes(message.data)
        self.closed.append(response.close_code)
        return response

    async def hang_up(self, request: web.Request) -> web.Response:
        self.hung_up += 1
        if self.hung_up <= self.hang_ups:
            request.transport.close()  # type: ignore[union-attr]
        return web.Response(text="at last")

    async def redirect(self, _: web.Request) -> web.Response:
        raise web.HTTPFound("/elsewhere", headers={"Connection": "X-Secret-Hop", "X-Secret-Hop": "1"})


@pytest.fixture
async def application(show: Callable[..., Any]) -> Application:
    """A preview that runs, and an application behind its endpoint."""
    app = Application()
    await show(app.routes(), LABEL)
    return app


@pytest.fixture
async def preview(served: Any) -> AsyncIterator[httpx.AsyncClient]:
    host = f"{LABEL}.localhost:{served.settings.http_port}"
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{served.settings.http_port}", headers={"Host": host}, timeout=10) as client:
        yield client


async def test_requests_pass_as_they_came(application, preview, served) -> None:
    answer = await preview.post("/api/a%2Fb/%C3%A9?q=1&q=%20", content=b"x" * 100_000, headers={"X-Mine": "1"})
    said = answer.json()
    assert (said["method"], said["target"], said["size"]) == ("POST", "/api/a%2Fb/%C3%A9?q=1&q=%20", 100_000)
    sent = {name.lower(): value for name, value in said["headers"]}
    assert sent["host"] == f"{LABEL}.localhost:{served.settings.http_port}"
    assert sent["x-mine"] == "1"
    assert sent["content-length"] == "100000"

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"y" * 1000

    assert (await preview.put("/upload", content=chunks())).json()["size"] == 10_000


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/api/v2/projects", "/auth?token=x", "/git/x.git/HEAD", "/"])
async def test_nothing_of_the_platform_answers_on_a_previews_origin(application, preview, path: str) -> None:
    assert (await preview.get(path)).json()["target"] == path


REPORT = {"source": "script", "text": "TypeError: x is 1", "detail": "at App\x1b[31m", "where": "/#/tasks"}


def runs(served: Any) -> PreviewState:
    """The preview as one of a project."""
    known = served.bus.answers[ResolvePreview]
    state = known(ResolvePreview(id="r", project_id="any", at=datetime.now(UTC), host=LABEL))
    full = state.model_copy(update={"project_id": "p1", "preview_id": LABEL, "commit": "c" * 40})
    served.bus.answers[ResolvePreview] = lambda asked: full if asked.host == LABEL else known(asked)
    return full


def told(served: Any) -> list[PreviewTroubled]:
    return [message for message in served.bus.announced if isinstance(message, PreviewTroubled)]


async def test_the_page_is_watched_and_its_troubles_are_told_once(application, preview, served) -> None:
    runs(served)
    script = await preview.get("/.barnraise/watch.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "/.barnraise/trouble" in script.text
    for text in ("TypeError: x is 1", "TypeError: x is 2", "Other"):
        assert (await preview.post("/.barnraise/trouble", json={**REPORT, "text": text})).status_code == 204
    first, second = told(served)
    assert (first.text, first.detail, first.where, first.commit, first.project_id) == (
        "TypeError: x is 1", "at App", "/#/tasks", "c" * 40, "p1",
    )  # fmt: skip
    assert second.text == "Other"


async def test_a_trouble_that_could_not_be_told_is_told_the_next_time(application, preview, served) -> None:
    runs(served)
    served.bus.deaf = True
    assert (await preview.post("/.barnraise/trouble", json=REPORT)).status_code == 204
    served.bus.deaf = False
    await preview.post("/.barnraise/trouble", json=REPORT)
    assert len(told(served)) == 1


async def test_a_page_cannot_tell_troubles_without_end(application, preview, served) -> None:
    runs(served)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        await preview.post("/.barnraise/trouble", json={**REPORT, "text": letter})
    assert len(told(served)) == 20


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"nonsense", json.dumps({**REPORT, "text": "\x07"}).encode(), json.dumps({**REPORT, "source": "server"}).encode(),
     json.dumps({**REPORT, "more": 1}).encode(), b"x" * 100_000],
)  # fmt: skip
async def test_what_is_no_report_is_refused(application, preview, served, body: bytes) -> None:
    runs(served)
    assert (await preview.post("/.barnraise/trouble", content=body)).status_code == 422
    assert told(served) == []
    assert (await preview.get("/.barnraise/trouble")).status_code == 405


async def test_our_cookie_and_our_token_stay_with_us(application, preview, served, token: str) -> None:
    cookie = f"barnraise_{served.settings.http_port}"
    headers = {"Cookie": f"a=1; {cookie}=secret; b=2", "Authorization": f"Bearer {token}", "Connection": "x-hop, keep-alive", "X-Hop": "1"}
    sent = {name.lower(): value for name, value in (await preview.get("/x", headers=headers)).json()["headers"]}
    assert sent["cookie"] == "a=1; b=2"
    assert "authorization" not in sent
    assert "x-hop" not in sent
    alone = {name.lower() for name, _ in (await preview.get("/x", headers={"Cookie": f"{cookie}=secret"})).json()["headers"]}
    assert "cookie" not in alone
    own = (await preview.get("/x", headers={"Authorization": "Bearer the-applications-own"})).json()["headers"]
    assert ["Authorization", "Bearer the-applications-own"] in own or ["authorization", "Bearer the-applications-own"] in own


async def test_answers_are_kept_within_their_origin(application, preview, served) -> None:
    answer = await preview.get("/page")
    headers = answer.headers
    assert answer.text == "<h1>Plants</h1>"
    assert headers["set-cookie"] == "a=1; Path=/; HttpOnly"
    policies = headers.get_list("content-security-policy")
    assert "img-src 'self'" in policies
    assert f"frame-ancestors http://localhost:{served.settings.http_port} http://127.0.0.1:{served.settings.http_port}" in policies
    assert "x-frame-options" not in headers
    expected = {
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-store",
    }
    assert {name: headers[name] for name in expected} == expected


async def test_redirects_are_the_browsers_business(application, preview) -> None:
    answer = await preview.get("/redirect")
    assert (answer.status_code, answer.headers["location"]) == (302, "/elsewhere")
    assert "x-secret-hop" not in answer.headers


async def test_answers_come_as_they_are_made(application, preview) -> None:
    async with preview.stream("GET", "/events") as answer:
        pieces = answer.aiter_raw()
        assert await asyncio.wait_for(anext(pieces), 5) == b"data: 0\n\n"
        application.go_on.set()
        rest = b"".join([piece async for piece in pieces])
    assert rest == b"data: 1\n\ndata: 2\n\n"


async def test_too_much_is_refused(application, preview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barnraise.gateway.handlers.proxy.MAX_BODY", 5000)
    assert (await preview.post("/x", content=b"x" * 5001)).status_code == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"y" * 1000

    assert (await preview.post("/x", content=chunks())).status_code == 413
    assert (await preview.post("/x", content=b"x" * 5000)).status_code == 200


async def test_a_page_is_asked_for_again_when_the_server_reloads_and_a_post_is_not(application, preview) -> None:
    application.hang_ups = 3
    assert (await preview.get("/hang-up")).text == "at last"
    application.hang_ups = 5
    assert (await preview.post("/hang-up")).status_code == 502
    assert application.hung_up == 5


async def test_a_page_is_asked_for_where_the_preview_has_moved_to(served, application, preview, tmp_path: Path) -> None:
    there = served.bus.answers[ResolvePreview]
    places = [PreviewState(status="running", host=LABEL, endpoint=str(tmp_path / "left.sock"))]
    served.bus.answers[ResolvePreview] = lambda asked: places.pop() if places else there(asked)
    assert (await preview.get("/page")).text == "<h1>Plants</h1>"


async def test_a_preview_that_does_not_listen_is_a_bad_gateway(served, preview, tmp_path: Path) -> None:
    state = PreviewState(status="running", host=LABEL, endpoint=str(tmp_path / "nobody.sock"))
    served.bus.answers[ResolvePreview] = lambda _: state
    answer = await preview.get("/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["retry-after"]) == (502, "1")
    assert 'http-equiv="refresh"' in answer.text


@pytest.mark.parametrize(
    ("status", "code", "refresh"), [("none", 404, False), ("stopped", 410, False), ("failed", 502, False), ("starting", 503, True)]
)
async def test_a_preview_that_does_not_run_says_so(served, preview, status: str, code: int, refresh: bool) -> None:
    served.bus.answers[ResolvePreview] = lambda _: PreviewState(status=status, host=LABEL, detail="<b>It broke</b>")
    page = await preview.get("/x", headers={"Accept": "text/html"})
    assert (page.status_code, 'http-equiv="refresh"' in page.text) == (code, refresh)
    assert "<b>" not in page.text
    assert "frame-ancestors http://localhost" in page.headers["content-security-policy"]
    plain = await preview.get("/x")
    assert (plain.status_code, plain.headers["content-type"]) == (code, "text/plain; charset=utf-8")
    assert (plain.headers.get("retry-after") == "1") == (code in (502, 503))


async def test_with_the_sandbox_service_down_it_is_said(served, preview) -> None:
    assert (await preview.get("/")).status_code == 503

    def unknown(_: ResolvePreview) -> PreviewState:
        raise BarnraiseError("not_found", "No such preview.", "Start it.")

    served.bus.answers[ResolvePreview] = unknown
    assert (await preview.get("/")).status_code == 404


async def test_previews_are_looked_up_once_a_second(application, preview, served) -> None:
    await asyncio.gather(*(preview.get("/x") for _ in range(20)))
    assert len([asked for asked in served.bus.asked if isinstance(asked, ResolvePreview)]) == 1


async def test_a_preview_has_only_so_many_connections(application, served, preview, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barnraise.gateway.handlers.proxy.CONNECTIONS", 1)
    async with preview.stream("GET", "/events") as answer:
        await anext(answer.aiter_raw())
        assert (await preview.get("/x")).status_code == 503
    application.go_on.set()
    async with asyncio.timeout(5):
        while (await preview.get("/x")).status_code != 200:
            await asyncio.sleep(0.01)


@pytest.fixture
def hurried(served: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many requests a preview gets before the next has to wait for ten seconds."""
    pace = Pace(0.1)
    monkeypatch.setattr(pace, "_room", 3.0)
    monkeypatch.setattr(served.asgi._proxy, "_pace", pace)
    return 3


async def test_a_preview_gets_only_so_many_requests(application, preview, hurried: int) -> None:
    assert [(await preview.get("/x")).status_code for _ in range(hurried)] == [200] * hurried
    refused = await preview.get("/api/x", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert (refused.json()["code"], refused.json()["instance"]) == ("too_many_requests", "/api/x")
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert "frame-ancestors" in refused.headers["content-security-policy"]
    shown = await preview.get("/", headers={"Accept": "text/html"})
    assert (shown.status_code, shown.headers["retry-after"] in shown.text) == (429, True)
    assert "frame-ancestors" in shown.headers["content-security-policy"]


async def test_a_websocket_to_a_hurried_preview_is_denied(application, served, preview, hurried: int) -> None:
    for _ in range(hurried):
        await preview.get("/x")
    with pytest.raises(InvalidStatus) as refused:
        async with dial(served):
            pass
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"]


def test_what_one_preview_is_sent_is_not_taken_from_another() -> None:
    pace = Pace(2.0)
    assert [pace.admit("a", 0.0) for _ in range(20)] == [0.0] * 20
    assert pace.admit("a", 0.0) == pytest.approx(0.5)
    assert pace.admit("b", 0.0) == 0.0
    assert pace.admit("a", 0.25) == pytest.approx(0.25)
    assert pace.admit("a", 0.5) == 0.0
    assert pace.admit("a", 0.5) > 0.0
    assert [pace.admit("a", 1000.0) for _ in range(20)] == [0.0] * 20
    assert pace.admit("a", 1000.0) > 0.0


def test_a_multitude_of_labels_fills_no_memory() -> None:
    pace = Pace(1.0)
    for number in range(10_000):
        pace.admit(str(number), float(number))
    assert len(pace._buckets) < 5000


def dial(served: Any, path: str = "/socket?token=t", **options: Any) -> Any:
    port = served.settings.http_port
    uri = f"ws://{LABEL}.localhost:{port}{path}"
    return connect(uri, host="127.0.0.1", port=port, proxy=None, max_size=32 << 20, **options)


async def test_websockets_pass_both_ways(application, served) -> None:
    port = served.settings.http_port
    own = {"Cookie": f"barnraise_{port}=secret; a=1"}
    async with dial(served, subprotocols=["vite-hmr"], origin=f"http://{LABEL}.localhost:{port}", additional_headers=own) as socket:
        assert socket.subprotocol == "vite-hmr"
        hello = json.loads(await socket.recv())
        host = f"{LABEL}.localhost:{port}"
        assert hello == {"origin": f"http://{host}", "host": host, "target": "/socket?token=t", "cookie": "a=1"}
        await socket.send("text")
        await socket.send(b"\x00bytes")
        await socket.send("z" * 1_000_000)
        assert await socket.recv() == "text"
        assert await socket.recv() == b"\x00bytes"
        assert await socket.recv() == "z" * 1_000_000
        await socket.send("close")
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4321


async def test_a_browser_that_closes_closes_the_preview_too(application, served) -> None:
    async with dial(served) as socket:
        await socket.recv()
        await socket.close(4000)
    async with asyncio.timeout(5):
        while not application.closed:
            await asyncio.sleep(0.01)
    assert application.closed == [4000]


async def test_a_websocket_to_nowhere_is_denied(application, served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with dial(served, "/x"):
            pass
    assert refused.value.response.status_code == 502
    served.bus.answers[ResolvePreview] = lambda _: PreviewState(status="stopped", host=LABEL)
    await asyncio.sleep(0)
    served.gateway.previews.forget(LABEL)
    with pytest.raises(InvalidStatus) as refused:
        async with dial(served):
            pass
    assert refused.value.response.status_code == 410
