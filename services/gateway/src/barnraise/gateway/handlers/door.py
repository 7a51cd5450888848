"""The front door, before everything else: whose host, whose origin, who is it, how much."""

import re
import time
from collections.abc import Mapping
from typing import Protocol

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from barnraise.chassis import tracing
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.domain.shares import is_files
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.handlers.artefacts import ArtefactHosts
from barnraise.gateway.handlers.entry import stranger
from barnraise.gateway.handlers.problems import problem, render
from barnraise.gateway.handlers.proxy import PreviewProxy
from barnraise.gateway.service.entry import Doorkeeper

PREFIX = "/api/v2"
HEALTH = frozenset({"/healthz", "/readyz", "/metrics"})
API = ("/api/", "/git/", "/auth", "/problems/", "/openapi.json", "/asyncapi.json")
OPEN = ("/auth", "/problems/")
MAX_BODY = 4 << 20
MAX_GIT = 16 << 20
MAX_UPLOAD = 52 << 20
MAX_IMPORT = 32 << 20
IMPORT = f"{PREFIX}/projects/import"
_DRAIN = 64 << 20
_UPLOADS = re.compile(r"^/api/v2/projects(?:/[^/]+/messages)?$")
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_OWN: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Meters(Protocol):
    def request(self, route: str, method: str, code: int, seconds: float, trace_id: str | None = None) -> None: ...


class FrontDoor:
    """An ASGI application in front of the API, the page, the previews, what runs have left, and the health routes."""

    def __init__(
        self,
        api: ASGIApp,
        web: ASGIApp,
        health: ASGIApp,
        proxy: PreviewProxy,
        files: ArtefactHosts,
        keeper: Doorkeeper,
        site: Site,
        meters: Meters,
    ) -> None:
        self._api = api
        self._web = web
        self._health = health
        self._proxy = proxy
        self._files = files
        self._keeper = keeper
        self._site = site
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start, answer = time.perf_counter(), _Answer(scope, send)
        headers = _headers(scope)
        label = self._site.label(headers.get("host", ""))
        try:
            if label is not None:
                await (self._files if is_files(label) else self._proxy)(scope, receive, answer.plain, label)
            elif scope["path"] in HEALTH:
                await self._health(scope, receive, send)
            else:
                await self._traced(scope, receive, answer, headers)
        except ConnectionAbortedError as gone:
            # Nobody is there to be answered, or an answer was cut: the server hangs up.
            get_logger().info("connection ended early", reason=str(gone))
        finally:
            route = _route(scope) if label is None else "artefact" if is_files(label) else "preview"
            if scope["type"] == "http" and scope["path"] not in HEALTH and not scope["path"].endswith("/events"):
                self._meters.request(route, scope["method"], answer.status, time.perf_counter() - start, answer.kept_trace)

    async def _traced(self, scope: Scope, receive: Receive, answer: "_Answer", headers: Mapping[str, str]) -> None:
        if not scope["path"].startswith("/api/") or scope["path"].endswith(("/events", "/ws", "/clicks")):
            await self._guarded(scope, receive, answer, headers)
            return
        with tracing.span(scope["method"], headers) as span:
            answer.trace = tracing.inject({})
            await self._guarded(scope, receive, answer, headers)
            span.update_name(f"{scope['method']} {_route(scope)}")

    async def _guarded(self, scope: Scope, receive: Receive, answer: "_Answer", headers: Mapping[str, str]) -> None:
        body = _Reading(receive)
        try:
            refusal = await self._refusal(scope, headers)
            if refusal is None and scope["type"] == "http" and scope["method"] in _WRITING:
                receive = await _checked(scope, body, headers)
        except (BarnraiseError, Refusal) as error:
            refusal = render(error, scope["path"])
        if refusal is not None:
            await _deny(refusal, scope, body, answer)
            return
        inner = self._api if scope["path"].startswith(API) or scope["type"] == "websocket" else self._web
        try:
            await inner(scope, receive, answer.guarded)
        except Exception:
            # It was logged, and answered with a problem, by the handler that saw it.
            if not answer.status:
                raise

    async def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> Response | None:
        path, host = scope["path"], headers.get("host", "")
        if not self._site.knows(host):
            detail = "This host name is not one of this platform's."
            return problem("invalid_request", detail, path, next=f"Open {self._site.url} instead.", status=421 if host else 400)
        writes = scope["type"] == "websocket" or scope["method"] in _WRITING
        if writes and self._is_foreign(headers, host):
            return problem("origin_refused", "Another page's scripts may not do this.", path)
        if path.startswith(OPEN) or await self._keeper.admits(headers.get("authorization"), headers.get("cookie", "")):
            return None
        if scope["type"] == "http" and not path.startswith(API) and "text/html" in headers.get("accept", ""):
            return stranger()
        scheme = "Basic" if path.startswith("/git/") else "Bearer"
        return problem("unauthorized", "Who is asking?", path, headers={"WWW-Authenticate": f'{scheme} realm="barnraise"'})

    def _is_foreign(self, headers: Mapping[str, str], host: str) -> bool:
        if (origin := headers.get("origin")) is not None:
            return not self._site.is_own(origin, host)
        return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


class _Reading:
    """A request's messages, and whether the body has been read to its end: whoever asked on would wait for ever."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.ended = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self.ended = not message.get("more_body", False)
        return message


class _Answer:
    """Sees the answer's head pass by: remembers the status, and adds what all of our own answers carry."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.status = 0
        self.trace: dict[str, str] = {}
        self._send = send

    async def plain(self, message: Message) -> None:
        self._note(message)
        await self._send(message)

    async def guarded(self, message: Message) -> None:
        self._note(message)
        if message["type"].endswith("http.response.start"):
            given = {name for name, _ in message["headers"]}
            added = [(name, value) for name, value in _OWN if name not in given]
            message = {**message, "headers": [*message["headers"], *added, *self._trace_headers()]}
        await self._send(message)

    @property
    def kept_trace(self) -> str | None:
        """The trace's id, if it is kept."""
        _, trace_id, _, flags = (self.trace.get("traceparent") or "---").split("-")
        return trace_id if flags == "01" else None

    def _note(self, message: Message) -> None:
        if message["type"].endswith("http.response.start"):
            self.status = message["status"]
        elif message["type"] == "websocket.accept":
            self.status = 101

    def _trace_headers(self) -> list[tuple[bytes, bytes]]:
        parent = self.trace.get("traceparent")
        return [(b"traceparent", parent.encode()), (b"x-trace-id", parent.split("-")[1].encode())] if parent else []


async def _deny(refusal: Response, scope: Scope, receive: _Reading, answer: _Answer) -> None:
    if scope["type"] == "websocket":
        await receive()
    else:
        await _drained(receive, _headers(scope))
    await refusal(scope, receive, answer.guarded)


async def _checked(scope: Scope, receive: Receive, headers: Mapping[str, str]) -> Receive:
    """Read the body whole, check it, and give it out again. A form with files goes through as it comes, as far as it may."""
    git, upload = scope["path"].startswith("/git/"), scope["path"] == IMPORT
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data" and _UPLOADS.match(scope["path"]):
        return _counted(receive, MAX_UPLOAD, headers)
    body = await _read(receive, MAX_GIT if git else MAX_IMPORT if upload else MAX_BODY, headers)
    if body and not git and not upload:
        if kind != "application/json":
            raise Refusal("invalid_request", f"The body's type is {kind[:60] or 'not said'}.", "Send application/json.", status=415)
        _check_utf8(body)
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _check_utf8(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        detail = f"The body is not UTF-8: byte {error.start} is 0x{body[error.start]:02x}."
        raise Refusal("not_text", detail, "Send JSON in UTF-8.", pointer="/", status=400) from error


async def _read(receive: Receive, limit: int, headers: Mapping[str, str]) -> bytes:
    pieces: list[bytes] = []
    size, more = 0, True
    if _length(headers) > limit:
        raise _too_large(limit)
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionAbortedError("the client hung up in the middle of its request")
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > limit:
            raise _too_large(limit)
        more = message.get("more_body", False)
    return b"".join(pieces)


def _counted(receive: Receive, limit: int, headers: Mapping[str, str]) -> Receive:
    """The body as it comes; Refusal where it becomes too large."""
    size = 0
    if _length(headers) > limit:
        raise _too_large(limit)

    async def counting() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise _too_large(limit)
        return message

    return counting


def _too_large(limit: int) -> Refusal:
    return Refusal("too_large", f"The body has more than {limit >> 20} MiB.", "Send less at once.")


async def _drained(receive: _Reading, headers: Mapping[str, str]) -> None:
    """Read off a body that is refused, within reason: a client that is still sending would never see the answer."""
    if not _length(headers) and "transfer-encoding" not in headers:
        return
    size = 0
    while size < _DRAIN and not receive.ended:
        message = await receive()
        size += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdecimal() else 0


def _headers(scope: Scope) -> dict[str, str]:
    """By name in lower case; one that stands twice is joined, so that none can hide behind another."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1")
        found[name] = f"{found[name]}, {value.decode('latin-1')}" if name in found else value.decode("latin-1")
    return found


def _route(scope: Scope) -> str:
    """The route's template: never a path, which would make as many figures as there are projects."""
    path, template = scope["path"], getattr(scope.get("route"), "path", None)
    if template is None:
        return "unmatched" if path.startswith(API) else "web"
    return template if template.startswith(API) else f"{PREFIX}{template}"
