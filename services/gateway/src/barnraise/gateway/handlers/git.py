"""``git clone``, ``git fetch`` and ``git push`` over HTTP: git's smart protocol."""

import zlib
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.ports import GitServer
from barnraise.gateway.service.projects import Projects
from barnraise.gateway.service.pushes import Pushes

MAX_REQUEST = 16 << 20
_FRESH = {"Cache-Control": "no-cache"}
_DUMB = "Only git's smart protocol is spoken here; use git 1.6.6 or newer.\n"

Protocol = Annotated[str, Header(alias="Git-Protocol", max_length=100)]


def router(server: GitServer, projects: Projects, pushes: Pushes) -> APIRouter:
    routes = APIRouter(prefix="/git", include_in_schema=False)

    @routes.get("/{project_id}.git/info/refs")
    async def advertise(project_id: str, service: Annotated[str, Query()] = "", protocol: Protocol = "") -> Response:
        await projects.require(project_id)
        if service == "git-receive-pack":
            return Response(await pushes.advertise(project_id), media_type=f"application/x-{service}-advertisement", headers=_FRESH)
        if service != "git-upload-pack":
            return PlainTextResponse(_DUMB, 403)
        refs = await server.advertise(project_id, protocol)
        return Response(refs, media_type="application/x-git-upload-pack-advertisement", headers=_FRESH)

    @routes.post("/{project_id}.git/git-upload-pack")
    async def upload_pack(
        project_id: str, request: Request, protocol: Protocol = "", content_encoding: Annotated[str, Header()] = ""
    ) -> Response:
        await projects.require(project_id)
        wants = await _body(request, content_encoding)

        async def pieces() -> AsyncIterator[bytes]:
            async with server.upload_pack(project_id, protocol, wants) as answer:
                async for piece in answer:
                    yield piece

        return StreamingResponse(pieces(), media_type="application/x-git-upload-pack-result", headers=_FRESH)

    @routes.post("/{project_id}.git/git-receive-pack")
    async def receive_pack(project_id: str, request: Request, content_encoding: Annotated[str, Header()] = "") -> Response:
        await projects.require(project_id)
        told = await pushes.receive(project_id, await _body(request, content_encoding))
        return Response(told, media_type="application/x-git-receive-pack-result", headers=_FRESH)

    return routes


async def _body(request: Request, encoding: str) -> bytes:
    data = await request.body()
    return _unzip(data) if encoding in ("gzip", "x-gzip") else data


def _unzip(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, MAX_REQUEST)
    except zlib.error as error:
        raise Refusal("invalid_request", "The body is not gzip.", "Send it plain.", status=400) from error
    if unpacker.unconsumed_tail:
        raise Refusal("too_large", "The request is too large.", "Fetch less at once.")
    return plain
