"""The hosts of what runs have left: files by their signed addresses, in which nothing runs; no cookies, no page, nothing else."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.diagnostics import Artefact
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.service.artefacts import Artefacts

INERT = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def inert(artefact: Artefact, content: bytes) -> Response:
    """Opened by itself it is a download; an image may be shown within a page."""
    kept = {"Cache-Control": "private, max-age=600, immutable", "Cross-Origin-Resource-Policy": "cross-origin"}
    named = f"attachment; filename*=UTF-8''{quote(artefact.name, safe='')}"
    return Response(content, media_type=artefact.media_type, headers={**INERT, **kept, "Content-Disposition": named})


class ArtefactHosts:
    def __init__(self, artefacts: Artefacts) -> None:
        self._artefacts = artefacts

    async def __call__(self, scope: Any, receive: Any, send: Any, label: str) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await (await self._answer(Request(scope), label))(scope, receive, send)

    async def _answer(self, request: Request, label: str) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _say(405, "Files are only read here.")
        project_id, _, digest = request.url.path.strip("/").partition("/")
        try:
            return inert(*await self._artefacts.opened(label, project_id, digest, request.query_params.get("token", "")))
        except Refusal as refusal:
            return _say(404, str(refusal))
        except BarnraiseError as outage:
            return _say(503, outage.problem.detail)


def _say(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status, headers={**INERT, "Cache-Control": "no-store"})
