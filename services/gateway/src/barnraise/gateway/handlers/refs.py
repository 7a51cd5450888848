"""Names for versions."""

from fastapi import APIRouter
from fastapi.responses import Response

from barnraise.gateway.domain import views
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import IdempotencyKey, NewRef, answer, answers
from barnraise.gateway.service.naming import Names


def router(names: Names) -> APIRouter:
    routes = APIRouter(tags=["code"])
    made = answers(
        examples.TAG, "not_found", "name_invalid", "version_conflict", "idempotency_mismatch", "idempotency_in_flight", status=201
    )

    @routes.get("/projects/{project_id}/tags", responses=answers({"items": [examples.TAG]}, "not_found"))
    async def list_tags(project_id: str) -> views.Tags:
        """The versions that have names."""
        return await names.tags(project_id)

    @routes.post("/projects/{project_id}/tags", status_code=201, response_model=views.Tag, responses=made)
    async def create_tag(project_id: str, body: NewRef, key: IdempotencyKey) -> Response:
        """Give a version a name. A name stays where it is: delete it to use it again."""
        return answer(await names.tag(project_id, body.name, body.commit, key))

    @routes.delete(
        "/projects/{project_id}/tags/{name:path}", status_code=204, responses=answers(None, "not_found", "version_conflict", status=204)
    )
    async def delete_tag(project_id: str, name: str) -> None:
        """Take a name away; the version stays."""
        await names.untag(project_id, name)

    return routes
