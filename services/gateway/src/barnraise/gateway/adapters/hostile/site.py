"""Two previews behind a gateway: one attacks from the browser of whoever looks at it, the other, and the platform's page, are attacked.

Everything is made for this: the previews are programs of this process, and nothing of a running platform is touched.
"""

import asyncio
import secrets
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from aiohttp import web

from barnraise.gateway.domain.hostile import FRAME

EVIL, SIBLING = "evil2345evil2345evil2345ev", "kind2345kind2345kind2345ki"
SCRIPT = Path(__file__).with_name("attack.js")
_START_SECONDS, _END_SECONDS = 20.0, 20.0


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


@dataclass(frozen=True)
class Platform:
    """A gateway that the site is put behind; ``link`` makes an address where a browser becomes the owner's, ``posts`` counts projects."""

    asgi: Any
    link: Callable[[], Coroutine[Any, Any, str]]
    posts: Callable[[], int]
    close: Callable[[], None]


Make = Callable[[Path, int, Mapping[str, str]], Platform]
"""The gateway for a folder, which has the platform's page, a port, and the endpoints of previews by their labels."""
Serve = Callable[[Canaries, Callable[[], Site]], AsyncIterator[Site]]


def evil_app(site: Callable[[], Site]) -> web.Application:
    async def page(request: web.Request) -> web.Response:
        headers = {"Set-Cookie": f"tossed={site().canaries.mark}; Domain={_parent(site().evil)}; Path=/"}
        return web.Response(text="<!doctype html><body>evil<script src='attack.js'></script>", content_type="text/html", headers=headers)

    async def attack(_: web.Request) -> web.Response:
        one = site()
        known = {"studio": one.studio, "evil": one.evil, "sibling": one.sibling, "attack": one.attack, "mark": one.canaries.mark}
        facts = ";".join(f"const {name}={value!r}" for name, value in known.items())
        headers = {"Service-Worker-Allowed": "/"}
        return web.Response(text=f"(() => {{{facts};\n{SCRIPT.read_text()}\n}})()", content_type="text/javascript", headers=headers)

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
def open_site(serve: Serve) -> Iterator[Site]:
    """Runs in a thread of its own, until the end of the block."""
    canaries = Canaries()
    ready = threading.Event()
    done: asyncio.Event | None = None
    loop = asyncio.new_event_loop()
    sites: list[Site] = []

    async def run() -> None:
        nonlocal done
        done = asyncio.Event()
        async for site in serve(canaries, lambda: sites[0]):
            sites.append(site)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="site")
    thread.start()
    try:
        if not ready.wait(_START_SECONDS):
            raise OSError("the gateway to be attacked did not start")
        yield sites[0]
    finally:
        if done:
            loop.call_soon_threadsafe(done.set)
        thread.join(_END_SECONDS)
        loop.close()


def behind(make: Make, options: Mapping[str, Any]) -> Serve:
    """A real gateway, which gives each preview an origin of its own. ``options`` are its server's."""

    async def serve(canaries: Canaries, site: Callable[[], Site]) -> AsyncIterator[Site]:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="site-")))
            endpoints = {label: f"{folder}/{label[:4]}" for label in (EVIL, SIBLING)}
            for label, app in ((EVIL, evil_app(site)), (SIBLING, sibling_app(site))):
                await stack.enter_async_context(_running(app, endpoints[label]))
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            port = listener.getsockname()[1]
            evil, sibling = (f"http://{label}.localhost:{port}/" for label in (EVIL, SIBLING))
            (folder / "index.html").write_text(studio_page(canaries, evil, FRAME))
            (folder / "own.js").write_text(own_script(canaries))
            platform = make(folder, port, endpoints)
            await stack.enter_async_context(_served(platform, listener, options))
            loop = asyncio.get_running_loop()

            def link() -> str:
                return asyncio.run_coroutine_threadsafe(platform.link(), loop).result(5)

            yield Site(f"http://localhost:{port}", evil, sibling, link, canaries, platform.posts)

    return serve


@asynccontextmanager
async def _running(app: web.Application, endpoint: str) -> AsyncIterator[None]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.UnixSite(runner, endpoint).start()
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _served(platform: Platform, listener: socket.socket, options: Mapping[str, Any]) -> AsyncIterator[None]:
    config = uvicorn.Config(platform.asgi, log_config=None, access_log=False, lifespan="off", **options)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield
    finally:
        platform.close()
        server.should_exit = True
        with suppress(Exception):
            await server.shutdown(sockets=[listener])
