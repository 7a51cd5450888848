"""A provider of models that follows a script: the real wire formats over real HTTP, with every fault that providers have."""

import asyncio
import contextlib
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from wire_formats import FORMATS

from barnraise.models.calls import Usage
from barnraise.models.profiles import Profile

VENDOR = {"openai-chat": "compatible", "openai-responses": "compatible", "anthropic": "anthropic", "gemini": "gemini"}
USAGE = Usage(input=11, output=7, cached=4)
KEY = "sk-scripted-0123456789abcdef"


@dataclass(frozen=True)
class Say:
    """A reply in ``pieces`` parts. ``cut``: the share of the stream's bytes after which it ends, by a reset or (``neatly``) as if it were
    whole. ``said`` is the usage that is told; None tells none. ``pause``: seconds between parts. ``garbage``: the number of the event
    that is none."""

    text: str = "Hello, world."
    pieces: int = 10
    said: Usage | None = USAGE
    finish: str = "stop"
    cut: float | None = None
    neatly: bool = False
    pause: float = 0.0
    garbage: int | None = None

    def parts(self) -> list[str]:
        size = max(1, -(-len(self.text) // self.pieces))
        return [self.text[start : start + size] for start in range(0, len(self.text), size)]


@dataclass(frozen=True)
class Refuse:
    """An error instead of a reply. ``retry_after``: seconds, told in the header for them or, in parts of one, in that for milliseconds."""

    status: int
    message: str = "No."
    code: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True)
class Hang:
    """The request is taken, and nothing ever comes."""


Act = Say | Refuse | Hang
Answer = Callable[[dict[str, Any]], Act]
"""What is said, made of the request's body."""


def _wait(seconds: float | None) -> dict[str, str]:
    if seconds is None:
        return {}
    return {"Retry-After": str(int(seconds))} if seconds == int(seconds) else {"Retry-After-Ms": str(round(seconds * 1000))}


@dataclass
class ScriptedProvider:
    """``script`` has the acts for each model, first come first; without any left it says ``otherwise``. ``asked`` are the requests,
    ``told`` the usages that went out whole, by model."""

    models: set[str] = field(default_factory=lambda: {"m", "a", "b", "c"})
    otherwise: Act | Answer = field(default_factory=Say)
    script: dict[str, deque[Act]] = field(default_factory=lambda: defaultdict(deque))
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    """When each was asked, by the monotonic clock."""
    told: dict[str, list[Usage]] = field(default_factory=lambda: defaultdict(list))
    written: deque[tuple[float, bytes]] = field(default_factory=lambda: deque(maxlen=2_000))
    """What was sent last of replies, and when, by the wall clock."""
    open: int = 0
    most_open: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client has left in the middle of a reply."""
    url: str = ""

    def profile(self, name: str = "a", protocol: str = "openai-chat", **more: Any) -> Profile:
        """A profile that asks this provider for the model ``name``."""
        base = f"{self.url}/v1" if protocol.startswith("openai") else self.url
        price = {"input": 1, "output": 10}
        given = {"name": name, "vendor": VENDOR[protocol], "protocol": protocol, "model": name, "url": base, "key": KEY, "price": price}
        return Profile.model_validate(given | more)

    def play(self, model: str, *acts: Act) -> None:
        self.script[model].extend(acts)

    def asked_for(self, model: str) -> int:
        return sum(1 for name, _ in self.asked if name == model)

    @contextlib.asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator["ScriptedProvider"]:
        app = web.Application(client_max_size=32 << 20)
        app.router.add_post("/v1/chat/completions", self._handler("openai-chat"))
        app.router.add_post("/v1/responses", self._handler("openai-responses"))
        app.router.add_post("/v1/messages", self._handler("anthropic"))
        app.router.add_post("/v1beta/models/{model}:streamGenerateContent", self._handler("gemini"))
        app.router.add_get("/v1/models", self._list)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        assert site._server
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    @contextlib.contextmanager
    def serving_aside(self) -> Iterator["ScriptedProvider"]:
        """From a thread of its own, for those who have no event loop."""
        ready, done = threading.Event(), threading.Event()

        async def serve() -> None:
            async with self.serving():
                ready.set()
                await asyncio.to_thread(done.wait)

        thread = threading.Thread(target=asyncio.run, args=(serve(),))
        thread.start()
        try:
            if not ready.wait(10):
                raise RuntimeError("the scripted provider did not start")
            yield self
        finally:
            done.set()
            thread.join(10)

    def _handler(self, protocol: str) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            try:
                return await self._answer(FORMATS[protocol], request)
            finally:
                self.open -= 1

        return handle

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": model, "object": "model"} for model in sorted(self.models)]})

    async def _answer(self, form: Any, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        model = request.match_info.get("model") or body["model"]
        self.asked.append((model, body))
        self.at.append(time.monotonic())
        if not any(KEY in request.headers.get(name, "") for name in ("Authorization", "x-api-key", "x-goog-api-key")):
            return web.json_response(form.error(401, "Incorrect API key provided.", "invalid_api_key"), status=401)
        if model not in self.models:
            return web.json_response(form.error(404, *form.unknown(model)), status=404)
        act = self.script[model].popleft() if self.script[model] else self.otherwise
        match act(body) if callable(act) else act:
            case Refuse() as refusal:
                said = form.error(refusal.status, refusal.message, refusal.code)
                return web.json_response(said, status=refusal.status, headers=_wait(refusal.retry_after))
            case Say() as say:
                return await self._say(form, model, say, request)
        await self._hold(request)
        return web.Response()

    async def _hold(self, request: web.Request) -> None:
        """Until the client leaves."""
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.gone.set()
            raise

    async def _say(self, form: Any, model: str, say: Say, request: web.Request) -> web.StreamResponse:
        frames = [frame for frame in form.stream(model, say.parts(), say.said or Usage(), say.finish) if say.said or not frame.usage]
        encoded = [frame.encode() for frame in frames]
        if say.garbage is not None:
            encoded[say.garbage] = encoded[say.garbage].replace(b"data: {", b"data: {this is no JSON ")
        left = int(sum(map(len, encoded)) * say.cut) if say.cut is not None else None
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            for frame, data in zip(frames + [None] * len(encoded), encoded, strict=False):
                part = data if left is None else data[:left]
                left = None if left is None else left - len(part)
                if part:
                    self.written.append((time.time(), part))
                    await response.write(part)
                if len(part) < len(data):
                    break
                if frame is not None and frame.usage and say.said:
                    self.told[model].append(say.said)
                if say.pause:
                    await asyncio.sleep(say.pause)
        except (ConnectionError, asyncio.CancelledError):
            self.gone.set()
            raise
        if say.cut is not None and say.cut < 1 and not say.neatly:
            assert request.transport
            request.transport.abort()
            return response
        await response.write_eof()
        return response
