"""Links that show a preview to others."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from barnraise.gateway.domain import views
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import Body, IdempotencyKey, answer, answers
from barnraise.gateway.service.sharing import LONGEST, SHORTEST, Sharing

WEEK = 7 * 24 * 3600


class NewShare(Body):
    """``expires_in``: seconds for which the link opens the preview. ``note``: what it is for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"expires_in": 86400, "note": "for Ada"}, {}]})
    expires_in: Annotated[int, Field(ge=SHORTEST, le=LONGEST)] = WEEK
    note: Annotated[str, Field(max_length=120)] = ""


def router(sharing: Sharing) -> APIRouter:
    routes = APIRouter(tags=["previews"])
    made = answers(examples.SHARE, "not_found", "invalid_request", "idempotency_mismatch", "idempotency_in_flight", status=201)

    @routes.get("/projects/{project_id}/shares", responses=answers({"items": [examples.SHARE]}, "not_found"))
    async def list_shares(project_id: str) -> views.Shares:
        """The links that open the project's preview now."""
        return await sharing.all(project_id)

    @routes.post("/projects/{project_id}/shares", status_code=201, response_model=views.Share, responses=made)
    async def create_share(project_id: str, body: NewShare, key: IdempotencyKey) -> Response:
        """A link that shows the preview to whoever has it, until it expires or is taken back."""
        return answer(await sharing.create(project_id, body.expires_in, body.note, key))

    @routes.delete("/projects/{project_id}/shares/{share_id}", status_code=204, responses=answers(None, "not_found", status=204))
    async def delete_share(project_id: str, share_id: str) -> None:
        """Take a link back."""
        await sharing.revoke(project_id, share_id)

    return routes
