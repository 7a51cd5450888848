"""Previews on origins of their own: whatever comes for ``<label>.<preview domain>`` goes to that preview, and nowhere else."""

import asyncio
import contextlib
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, Response

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.contracts.requests import PreviewState
from barnraise.gateway.domain.pace import Pace
from barnraise.gateway.domain.proxying import for_browser, for_preview, guards
from barnraise.gateway.domain.shares import ENTER, is_foreign, is_share, pass_cookie
from barnraise.gateway.domain.sites import PASS_COOKIES, Site
from barnraise.gateway.handlers.pages import page
from barnraise.gateway.handlers.problems import problem
from barnraise.gateway.handlers.sinks import RAW
from barnraise.gateway.handlers.troubles import TroubleDesk
from barnraise.gateway.handlers.visits import Shut, Visits
from barnraise.gateway.ports import Refused, Upstreams, UpstreamSocket
from barnraise.gateway.service.entry import Doorkeeper
from barnraise.gateway.service.previews import Previews
from barnraise.gateway.service.sharing import Sharing

MAX_BODY = 20 << 20
MAX_MESSAGE = 16 << 20
CONNECTIONS = 64
IDLE_SECONDS = 600.0
UPLOAD_SECONDS = 60.0
"""How long an answer may say nothing more, and how long either side of the browser's may keep the other waiting."""
_SAFE = ("GET", "HEAD")
_NOT_ALLOWED = 1008
_PAUSES = (0.0, 0.1, 0.2, 0.4, 0.8, 1.5)
"""Seconds before a page is asked for again whose server took no connection: together, what the start of a large application takes."""


class TooLarge(Exception):  # noqa: N818 - it ends one upload
    """A body that goes beyond what previews take."""


class TooSlow(Exception):  # noqa: N818 - it ends one upload
    """A body that does not come."""


class PreviewProxy:
    def __init__(
        self, previews: Previews, sharing: Sharing, desk: TroubleDesk, upstreams: Upstreams, keeper: Doorkeeper, site: Site, pace: Pace
    ) -> None:
        self._previews = previews
        self._desk = desk
        self._sharing = sharing
        self._upstreams = upstreams
        self._keeper = keeper
        self._site = site
        self._pace = pace
        self._ours = (keeper.cookie, *PASS_COOKIES)
        self._open: Counter[str] = Counter()
        self._visits = Visits(self._look)

    async def __call__(self, scope: Any, receive: Any, send: Any, label: str) -> None:
        """Pass it on, or say why not."""
        refusal = await self._pass(scope, receive, send, label)
        if refusal is None:
            return
        for name, value in guards(self._site.ancestors):
            if name.decode() not in refusal.headers:
                refusal.headers[name.decode()] = value.decode()
        if scope["type"] == "websocket":
            await receive()
        await refusal(scope, receive, send)

    async def _pass(self, scope: Any, receive: Any, send: Any, label: str) -> Response | None:
        headers = _named(scope)
        if self._is_foreign(scope, headers):
            return self._say(scope, 403, "Refused", "Another page's scripts and forms may not do this.")
        try:
            if scope["path"] == ENTER and scope["type"] == "http":
                return await self._enter(scope, headers, label)
            shown = await self._shown(headers, label)
            state = await self._previews.resolve(shown) if shown else None
        except BarnraiseError as error:
            return self._say(scope, 404 if error.problem.code == "not_found" else 503, "No preview here now", error.problem.detail)
        if shown is None or state is None:
            return self._needs_link(scope)
        return await self._show(scope, receive, send, shown, state, label)

    async def _show(self, scope: Any, receive: Any, send: Any, label: str, state: PreviewState, visited: str) -> Response | None:
        """``label`` is the preview's own, ``visited`` the one under which it is looked at."""
        if state.status != "running" or state.endpoint is None:
            return self._absent(scope, state)
        if wait := self._pace.admit(label, time.monotonic()):
            return self._too_many(scope, wait)
        if said := await self._desk.answer(scope, receive, state, is_owner=label == visited):
            return said
        if self._open[label] >= CONNECTIONS:
            return self._say(scope, 503, "Too many connections", "This preview has as many connections open as it may have.")
        answering = Answering(send)
        try:
            async with self._visits.visit(_named(scope), visited):
                return await self._try(scope, receive, answering, label, state.endpoint)
        except Shut:
            return await self._shut(scope, answering)

    async def _shut(self, scope: Any, answering: "Answering") -> Response | None:
        if scope["type"] == "websocket":
            await answering({"type": "websocket.close", "code": _NOT_ALLOWED, "reason": "The link was taken back."})
            return None
        if answering.begun:
            raise ConnectionAbortedError("the link was taken back in the middle of an answer")
        return self._needs_link(scope)

    async def _look(self, headers: Mapping[str, str], label: str) -> bool:
        shown = await self._shown(headers, label)
        if shown:
            await self._previews.resolve(shown)
        return shown is not None

    def _is_foreign(self, scope: Any, headers: Mapping[str, str]) -> bool:
        site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
        origins = self._site.preview_origins(headers.get("host", ""))
        return is_foreign(scope.get("method", "GET"), headers.get("origin"), site, mode, origins)

    async def _shown(self, headers: Mapping[str, str], label: str) -> str | None:
        """The label of the preview that whoever asks may look at under this label."""
        if is_share(label):
            share = await self._sharing.standing(label)
            if share is None or not await self._sharing.admits(label, headers.get("cookie", "")):
                return None
            return await self._previews.label_of(share.project_id)
        free = not self._site.owner_only or self._keeper.is_token(headers.get("authorization", ""))
        return label if free or await self._sharing.admits(label, headers.get("cookie", "")) else None

    async def _enter(self, scope: Any, headers: Mapping[str, str], label: str) -> Response:
        """Exchange what came in the address for a cookie of this host, so that it does not stay in the address."""
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        given = await self._sharing.exchange(label, token)
        inside = Response(status_code=303, headers={"Location": "/", "Cache-Control": "no-store"})
        if given is None and not is_share(label) and await self._sharing.admits(label, headers.get("cookie", "")):
            return inside  # the owner's page has an older address than cookie
        if given is None:
            return self._say(scope, 401, "This link does not open any more", "It has expired, or was taken back. Ask for a new one.")
        site = self._site
        cookie = pass_cookie(site.pass_cookie, given.value, given.seconds, secure=site.secure, framed=not is_share(label))
        inside.headers["Set-Cookie"] = cookie
        return inside

    async def _try(self, scope: Any, receive: Any, send: Any, label: str, endpoint: str) -> Response | None:
        with self._counted(label):
            try:
                await self._forward(scope, receive, send, label, endpoint)
            except (Refused, TooLarge, TooSlow, TimeoutError, BarnraiseError) as failure:
                self._previews.forget(label)
                get_logger().info("preview did not answer", label=label, reason=repr(failure))
                return self._failed(scope, failure)
        return None

    async def _forward(self, scope: Any, receive: Any, send: Any, label: str, endpoint: str) -> None:
        target = scope["raw_path"].decode("latin-1") + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        headers = for_preview(scope["headers"], self._ours, self._keeper.is_token)
        if scope["type"] == "websocket":
            async with self._upstreams.connect(endpoint, target, headers, scope["subprotocols"]) as upstream:
                await _bridge(scope, receive, send, upstream)
            return
        given = dict(scope["headers"])
        if int(given.get(b"content-length", b"0")) > MAX_BODY:
            raise TooLarge
        upload = Upload(receive) if b"content-length" in given or b"transfer-encoding" in given else None
        try:
            await self._exchange(send, endpoint, scope["method"], target, headers, upload.pieces() if upload else None)
        except Refused:
            if upload and upload.failure:
                raise upload.failure from None
            if upload or scope["method"] not in _SAFE:
                raise
            await self._again(send, label, scope["method"], target, headers)

    async def _again(self, send: Any, label: str, method: str, target: str, headers: Any) -> None:
        """A server that reloads hangs up on what it was asked just then, or has moved; asking for a page once more does no harm."""
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            self._previews.forget(label)
            state = await self._previews.resolve(label)
            if state.status != "running" or state.endpoint is None:
                break
            with contextlib.suppress(Refused):
                return await self._exchange(send, state.endpoint, method, target, headers, None)
        raise Refused("the preview did not answer in time")

    async def _exchange(self, send: Any, endpoint: str, method: str, target: str, headers: Any, body: AsyncIterator[bytes] | None) -> None:
        async with self._upstreams.request(endpoint, method, target, headers, body) as answer:
            shown = for_browser(answer.headers, self._site.ancestors, self._ours)
            await send({"type": "http.response.start", "status": answer.status, "headers": shown})
            try:
                async for piece in _paced(answer.body):
                    async with asyncio.timeout(UPLOAD_SECONDS):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
            except Exception as cut:
                # The head is out: all that can be done is to end the connection without its proper end.
                raise ConnectionAbortedError("the preview hung up in the middle of its answer") from cut
            await send({"type": "http.response.body", "body": b""})

    def _failed(self, scope: Any, failure: Exception) -> Response:
        if isinstance(failure, TooLarge):
            return self._say(scope, 413, "Too large", f"A preview takes at most {MAX_BODY >> 20} MiB at once.")
        if isinstance(failure, TooSlow):
            return self._say(scope, 408, "Too slow", "The rest of the request did not come.")
        if isinstance(failure, TimeoutError):
            return self._say(scope, 504, "The preview takes too long", "Its server did not answer within a minute.")
        return self._say(scope, 502, "The preview does not answer", "Its server does not take the connection.", refresh=2)

    def _absent(self, scope: Any, state: PreviewState) -> Response:
        if state.status == "none":
            return self._say(scope, 404, "No preview here", "There is no preview at this address.")
        if state.status == "stopped":
            return self._say(scope, 410, "The preview is stopped", "Start it again on the project's page.")
        if state.status == "failed":
            return self._say(scope, 502, "The preview does not work", state.detail or "Its application did not start.")
        return self._say(scope, 503, "The preview is starting", "This page loads again by itself.", refresh=1)

    def _too_many(self, scope: Any, wait: float) -> Response:
        """The application's own scripts may read the code."""
        later = math.ceil(wait)
        detail = "This preview is sent more requests than it may get."
        if _wants_page(scope):
            shown = self._say(scope, 429, "Too many requests", f"{detail} This page loads again by itself.", refresh=later)
        else:
            shown = problem("too_many_requests", detail, scope["path"])
        shown.headers.update({"Retry-After": str(later), "Cache-Control": "no-store"})
        return shown

    def _needs_link(self, scope: Any) -> Response:
        return self._say(scope, 401, "This preview needs a link", "Whoever made it can give you one, or has taken yours back.")

    def _say(self, scope: Any, status: int, title: str, text: str, *, refresh: int | None = None) -> Response:
        later = {"Retry-After": "1"} if status in (502, 503) else {}
        if not _wants_page(scope):
            return PlainTextResponse(f"{title}. {text}\n", status, headers=later | {"Cache-Control": "no-store"})
        shown = page(status, title, text, refresh=refresh, ancestors=self._site.ancestors)
        shown.headers.update(later)
        return shown

    @contextlib.contextmanager
    def _counted(self, label: str) -> Iterator[None]:
        self._open[label] += 1
        try:
            yield
        finally:
            self._open[label] -= 1
            if not self._open[label]:
                del self._open[label]


class Answering:
    """An answer on its way; ``begun``: something of it has gone out."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self.begun = False

    async def __call__(self, message: Any) -> None:
        self.begun = True
        await self._send(message)


class Upload:
    """A request's body on its way. The client library wraps what goes wrong while it reads; ``failure`` keeps it as it was."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self.failure: Exception | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        size, more = 0, True
        while more:
            try:
                async with asyncio.timeout(UPLOAD_SECONDS):
                    message = await self._receive()
            except TimeoutError:
                self.failure = TooSlow()
                raise self.failure from None
            size += len(message.get("body", b""))
            if message["type"] == "http.disconnect":
                self.failure = ConnectionAbortedError("the browser hung up")
            elif size > MAX_BODY:
                self.failure = TooLarge()
            if self.failure:
                raise self.failure
            more = message.get("more_body", False)
            if message.get("body"):
                yield message["body"]


async def _paced(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces as they come; TimeoutError when none comes for too long."""
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        yield piece


def _wants_page(scope: Any) -> bool:
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")


def _named(scope: Any) -> dict[str, str]:
    """Headers by name; one that stands twice is joined."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1")
        joint = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{joint}{value.decode('latin-1')}" if name in found else value.decode("latin-1")
    return found


async def _bridge(scope: Any, receive: Any, send: Any, upstream: UpstreamSocket) -> None:
    """Both directions, until either side closes."""
    if raw := scope["extensions"].get(RAW):
        raw.conn.max_message_size = MAX_MESSAGE
    await receive()
    await send({"type": "websocket.accept", "subprotocol": upstream.subprotocol})
    tasks = {asyncio.create_task(_up(receive, upstream)), asyncio.create_task(_down(send, upstream))}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _up(receive: Any, upstream: UpstreamSocket) -> None:
    with contextlib.suppress(Refused):
        while (message := await receive())["type"] != "websocket.disconnect":
            data = message.get("text")
            await upstream.send(data if data is not None else message["bytes"])
        await upstream.close(_sendable(message.get("code", 1000)))


async def _down(send: Any, upstream: UpstreamSocket) -> None:
    while (data := await upstream.receive()) is not None:
        await send({"type": "websocket.send", ("text" if isinstance(data, str) else "bytes"): data})
    await send({"type": "websocket.close", "code": _sendable(upstream.close_code)})


def _sendable(code: int) -> int:
    """The code as it may stand in a close frame (RFC 6455, 7.4.1): some only describe what happened on one side."""
    return code if code in (1000, 1001, 1002, 1003, *range(1007, 1015)) or 3000 <= code <= 4999 else 1001
