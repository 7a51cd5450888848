"""Two previews behind a gateway: one attacks from the browser of whoever looks at it, the other, and the platform's page, are attacked.

``open_site`` puts them behind the real gateway, each on an origin of its own; ``open_site(weak=True)`` behind one that keeps nothing apart,
where every attack must be seen to succeed.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from aiohttp import web

from barnraise.chassis.health import health_app
from barnraise.chassis.metrics import Metrics
from barnraise.contracts.requests import GetPreview, PreviewState, ResolvePreview
from barnraise.gateway.adapters.memory import MemoryBus, MemoryCode, MemoryGit, MemoryLog, MemoryMeters, MemoryRecords, MemoryUploads
from barnraise.gateway.adapters.shares import MemoryShares
from barnraise.gateway.adapters.upstreams import UnixUpstreams
from barnraise.gateway.app import HTTP_OPTIONS, Gateway, Outside
from barnraise.gateway.settings import Settings

EVIL, SIBLING = "evil2345evil2345evil2345ev", "kind2345kind2345kind2345ki"
PANEL = Path(__file__).resolve().parents[2] / "web/src/panels/preview.tsx"


@dataclass
class Canaries:
    """What must not come out, and what did."""

    page: str = field(default_factory=lambda: secrets.token_hex(8))
    session: str = field(default_factory=lambda: secrets.token_hex(8))
    sibling: str = field(default_factory=lambda: secrets.token_hex(8))
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    heard: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    """Cookie headers that reached the sibling or the platform."""
    used: int = 0
    """Requests to the sibling that only its own page may make."""

    def clear(self) -> None:
        self.heard.clear()
        self.cookies.clear()
        self.used = 0


@dataclass
class Site:
    studio: str
    evil: str
    sibling: str
    enter: Callable[[], str]
    """Where a browser becomes the owner's."""
    canaries: Canaries
    posts: Callable[[], int]
    """How many projects there are."""
    attack: str = ""


def evil_app(site: Callable[[], Site], script: str) -> web.Application:
    async def page(request: web.Request) -> web.Response:
        headers = {"Set-Cookie": f"tossed={site().canaries.mark}; Domain={_parent(site().evil)}; Path=/"}
        return web.Response(text="<!doctype html><body>evil<script src='attack.js'></script>", content_type="text/html", headers=headers)

    async def attack(_: web.Request) -> web.Response:
        one = site()
        known = {"studio": one.studio, "evil": one.evil, "sibling": one.sibling, "attack": one.attack, "mark": one.canaries.mark}
        facts = ";".join(f"const {name}={value!r}" for name, value in known.items())
        headers = {"Service-Worker-Allowed": "/"}
        return web.Response(text=f"(() => {{{facts};\n{script}\n}})()", content_type="text/javascript", headers=headers)

    async def worker(_: web.Request) -> web.Response:
        code = f"onfetch = e => e.respondWith(new Response('{site().canaries.mark}', {{headers: {{'Content-Type': 'text/html'}}}}));"
        code += "oninstall = () => skipWaiting(); onactivate = e => e.waitUntil(clients.claim());"
        return web.Response(text=code, content_type="text/javascript", headers={"Service-Worker-Allowed": "/"})

    async def heard(request: web.Request) -> web.Response:
        site().canaries.heard.append(await request.text() + " " + request.headers.get("Cookie", ""))
        return web.Response()

    app = web.Application()
    app.add_routes([web.get("/attack.js", attack), web.get("/worker.js", worker), web.post("/heard", heard), web.get("/{rest:.*}", page)])
    return app


def sibling_app(site: Callable[[], Site]) -> web.Application:
    async def page(request: web.Request) -> web.Response:
        canaries = site().canaries
        canaries.used += request.method == "POST"
        canaries.cookies.append(request.headers.get("Cookie", ""))
        if request.method == "POST":
            return web.Response(text=canaries.page)
        code = f"localStorage.setItem('own', '{canaries.sibling}'); document.cookie = 'own={canaries.sibling}; path=/'"
        return web.Response(
            text=f"<!doctype html><body><h1>{canaries.sibling}</h1><form method=post><button>Send</button></form><script>{code}</script>",
            content_type="text/html",
        )

    app = web.Application()
    app.add_routes([web.route("*", "/{rest:.*}", page)])
    return app


def _parent(url: str) -> str:
    host = url.split("//")[1].split("/", maxsplit=1)[0].split(":", maxsplit=1)[0]
    return host.partition(".")[2] or host


def frame_rules() -> str:
    """The sandbox attribute that the platform's page gives its frame."""
    found = re.search(r'sandbox="([^"]+)"', PANEL.read_text())
    assert found
    return found[1]


def studio_page(canaries: Canaries, evil: str, rules: str | None) -> str:
    """The part of the platform's page that shows a preview."""
    sandbox = "" if rules is None else f' sandbox="{rules}"'
    rel = "opener" if rules is None else "noreferrer"
    return (
        f"<!doctype html><title>platform</title><body><h1>{canaries.page}</h1><a id=open href='{evil}' target=_blank rel={rel}>open</a>"
        f"<iframe id=frame{sandbox} src='{evil}'></iframe><script src='/own.js'></script>"
    )


def own_script(canaries: Canaries) -> str:
    return f"localStorage.setItem('own', '{canaries.page}')"


@contextmanager
def open_site(script: str, *, weak: bool = False) -> Iterator[Site]:
    """Runs in a thread of its own, until the end of the block."""
    canaries = Canaries()
    ready, done = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    sites: list[Site] = []

    async def run() -> None:
        serve = _weak if weak else _real
        async for site in serve(canaries, script, lambda: sites[0]):
            sites.append(site)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="site")
    thread.start()
    try:
        assert ready.wait(20)
        yield sites[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(20)
        loop.close()


async def _real(canaries: Canaries, script: str, site: Callable[[], Site]) -> Any:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="site-") as folder:  # sockets' paths must be short
        runners, endpoints = [], {}
        for label, app in ((EVIL, evil_app(site, script)), (SIBLING, sibling_app(site))):
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            endpoints[label] = f"{folder}/{label[:4]}"
            await web.UnixSite(runner, endpoints[label]).start()
            runners.append(runner)
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        urls = [f"http://{label}.localhost:{port}/" for label in (EVIL, SIBLING)]
        (Path(folder) / "index.html").write_text(studio_page(canaries, urls[0], frame_rules()))
        (Path(folder) / "own.js").write_text(own_script(canaries))
        records = MemoryRecords()
        gateway, asgi = _gateway(Path(folder), port, endpoints, records)
        server = uvicorn.Server(uvicorn.Config(asgi, log_config=None, access_log=False, lifespan="off", **HTTP_OPTIONS))
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup(sockets=[listener])
        loop = asyncio.get_running_loop()

        def link() -> str:
            return asyncio.run_coroutine_threadsafe(gateway.keeper.link(None), loop).result(5).url

        yield Site(f"http://localhost:{port}", urls[0], urls[1], link, canaries, lambda: len(records.tables.projects))
        gateway.hub.close("restart")
        server.should_exit = True
        with suppress(Exception):
            await server.shutdown(sockets=[listener])
        for runner in runners:
            await runner.cleanup()


def _gateway(folder: Path, port: int, endpoints: dict[str, str], records: MemoryRecords) -> tuple[Gateway, Any]:
    meters = MemoryMeters()
    bus = MemoryBus(records)
    bus.answers[ResolvePreview] = lambda asked: (
        PreviewState(status="running", host=asked.host, endpoint=endpoints[asked.host])
        if asked.host in endpoints
        else PreviewState(status="none")
    )
    bus.answers[GetPreview] = lambda _: PreviewState(status="none")
    outside = Outside(
        records=records, credentials=records, shares=MemoryShares(), bus=bus, log=MemoryLog(), code=MemoryCode(), git=MemoryGit(),
        upstreams=UnixUpstreams(), uploads=MemoryUploads(), fan_out=meters, meters=meters, job_meters=meters,
    )  # fmt: skip
    settings = Settings(
        nats_url="nats://nowhere", database_url="postgresql://nowhere", objects_url=folder.as_uri(), cache_dir=folder,
        auth_token=secrets.token_hex(16), http_port=port, web_dir=folder,
    )  # fmt: skip
    gateway = Gateway(settings, outside)
    gateway.hub.ready()
    return gateway, gateway.asgi(health_app(lambda: None, Metrics().registry))


async def _weak(canaries: Canaries, script: str, site: Callable[[], Site]) -> Any:
    """Everything below one origin, for any host, with no header of ours and no question who asks."""
    everyone = {"Access-Control-Allow-Credentials": "true"}
    posts = 0

    async def studio(request: web.Request) -> web.Response:
        canaries.cookies.append(request.headers.get("Cookie", ""))
        answer = web.Response(text=studio_page(canaries, site().evil, None), content_type="text/html")
        answer.set_cookie("barnraise", canaries.session)
        return answer

    async def api(request: web.Request) -> web.StreamResponse:
        nonlocal posts
        if request.headers.get("Upgrade"):
            answer = web.WebSocketResponse()
            await answer.prepare(request)
            return answer
        posts += request.method == "POST"
        allowed = everyone | {"Access-Control-Allow-Origin": request.headers.get("Origin", "*")}
        return web.json_response({"items": [canaries.page]}, headers=allowed)

    async def own(_: web.Request) -> web.Response:
        return web.Response(text=own_script(canaries), content_type="text/javascript")

    app = web.Application()
    app.add_subapp("/evil/", evil_app(site, script))
    app.add_subapp("/sibling/", sibling_app(site))
    app.add_routes([web.get("/own.js", own), web.route("*", "/api/{rest:.*}", api), web.get("/{r:.*}", studio)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    root = f"http://localhost:{listener.getsockname()[1]}"
    yield Site(root, f"{root}/evil/", f"{root}/sibling/", lambda: f"{root}/", canaries, lambda: posts)
    await runner.cleanup()
