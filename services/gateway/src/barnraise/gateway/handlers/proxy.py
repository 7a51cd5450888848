"""Previews on origins of their own: whatever comes for ``<label>.<preview domain>`` goes to that preview, and nowhere else."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.responses import PlainTextResponse, Response

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.contracts.requests import PreviewState
from barnraise.gateway.domain.proxying import for_browser, for_preview, guards
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.handlers.pages import page
from barnraise.gateway.handlers.sinks import RAW
from barnraise.gateway.ports import Refused, Upstreams, UpstreamSocket
from barnraise.gateway.service.entry import Doorkeeper
from barnraise.gateway.service.previews import Previews

MAX_BODY = 20 << 20
MAX_MESSAGE = 16 << 20
CONNECTIONS = 64
_SAFE = ("GET", "HEAD")


class TooLarge(Exception):  # noqa: N818 - it ends one upload
    """A body that goes beyond what previews take."""


class PreviewProxy:
    def __init__(self, previews: Previews, upstreams: Upstreams, keeper: Doorkeeper, site: Site) -> None:
        self._previews = previews
        self._upstreams = upstreams
        self._keeper = keeper
        self._site = site
        self._open: Counter[str] = Counter()

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
        try:
            state = await self._previews.resolve(label)
        except BarnraiseError as error:
            return self._say(scope, 404 if error.problem.code == "not_found" else 503, "No preview here now", error.problem.detail)
        if state.status != "running" or state.endpoint is None:
            return self._absent(scope, state)
        if self._open[label] >= CONNECTIONS:
            return self._say(scope, 503, "Too many connections", "This preview has as many connections open as it may have.")
        return await self._try(scope, receive, send, label, state.endpoint)

    async def _try(self, scope: Any, receive: Any, send: Any, label: str, endpoint: str) -> Response | None:
        with self._counted(label):
            try:
                await self._forward(scope, receive, send, endpoint)
            except (Refused, TooLarge, TimeoutError) as failure:
                self._previews.forget(label)
                get_logger().info("preview did not answer", label=label, reason=repr(failure))
                return self._failed(scope, failure)
        return None

    async def _forward(self, scope: Any, receive: Any, send: Any, endpoint: str) -> None:
        target = scope["raw_path"].decode("latin-1") + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        headers = for_preview(scope["headers"], self._keeper.cookie, self._keeper.is_token)
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
            # A server that reloads hangs up on what it was asked just then; asking for a page once more does no harm.
            await self._exchange(send, endpoint, scope["method"], target, headers, None)

    async def _exchange(self, send: Any, endpoint: str, method: str, target: str, headers: Any, body: AsyncIterator[bytes] | None) -> None:
        async with self._upstreams.request(endpoint, method, target, headers, body) as answer:
            shown = for_browser(answer.headers, self._site.ancestors)
            await send({"type": "http.response.start", "status": answer.status, "headers": shown})
            try:
                async for piece in answer.body:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            except Exception as cut:
                # The head is out: all that can be done is to end the connection without its proper end.
                raise ConnectionAbortedError("the preview hung up in the middle of its answer") from cut
            await send({"type": "http.response.body", "body": b""})

    def _failed(self, scope: Any, failure: Exception) -> Response:
        if isinstance(failure, TooLarge):
            return self._say(scope, 413, "Too large", f"A preview takes at most {MAX_BODY >> 20} MiB at once.")
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

    def _say(self, scope: Any, status: int, title: str, text: str, *, refresh: int | None = None) -> Response:
        later = {"Retry-After": "1"} if status in (502, 503) else {}
        if b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
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


class Upload:
    """A request's body on its way. The client library wraps what goes wrong while it reads; ``failure`` keeps it as it was."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self.failure: Exception | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        size, more = 0, True
        while more:
            message = await self._receive()
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
