"""Projects that begin with code."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from barnraise.gateway.domain import views
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import IdempotencyKey, NewCopy, answer, answers
from barnraise.gateway.service.copies import Copies

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD: dict[str, Any] = {"required": True, "content": {"application/zip": _BINARY, "application/x-git-bundle": _BINARY}}


def router(copies: Copies) -> APIRouter:
    routes = APIRouter(tags=["projects"])
    begun = {"project": examples.NEW, "job": examples.QUEUED | {"action": "clone", "text": ""}}
    keyed = ("name_invalid", "not_text", "idempotency_mismatch", "idempotency_in_flight")

    @routes.post(
        "/projects/{project_id}/clone",
        status_code=202,
        response_model=views.Begun,
        responses=answers(begun, "not_found", *keyed, status=202),
    )
    async def clone_project(project_id: str, body: NewCopy, key: IdempotencyKey) -> Response:
        """Make a project of another one, with its history. Neither needs the other any more: each can be deleted."""
        return answer(await copies.clone(project_id, body.name, body.commit, key))

    @routes.post(
        "/projects/import",
        status_code=202,
        response_model=views.Begun,
        responses=answers(begun, "unsupported_media_type", "too_large", *keyed, status=202),
        openapi_extra={"requestBody": _UPLOAD},
    )
    async def import_project(request: Request, key: IdempotencyKey, name: Annotated[str | None, Query(max_length=200)] = None) -> Response:
        """Make a project of a zip archive or a git bundle. The compiler leaves its code alone, unless a plan of Barnraise's is in it."""
        return answer(await copies.take_in(await request.body(), name, key))

    return routes
