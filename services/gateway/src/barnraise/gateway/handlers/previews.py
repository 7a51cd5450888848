"""Previews."""

from fastapi import APIRouter
from fastapi.responses import Response

from barnraise.gateway.domain import views
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import IdempotencyKey, NewLook, answer, answers
from barnraise.gateway.service.previews import Previews


def router(previews: Previews) -> APIRouter:
    routes = APIRouter(tags=["previews"])
    switched = answers(examples.SHOWN, "not_found", "sandbox_unavailable", "idempotency_mismatch", "idempotency_in_flight")
    started = answers(
        examples.SHOWN, "not_found", "sandbox_unavailable", "too_many_previews", "idempotency_mismatch", "idempotency_in_flight"
    )

    @routes.get("/projects/{project_id}/preview", responses=answers(examples.SHOWN, "not_found"))
    async def get_preview(project_id: str) -> views.Preview:
        """How the project's preview is, and where."""
        return await previews.get(project_id)

    @routes.post("/projects/{project_id}/preview/start", response_model=views.Preview, responses=started)
    async def start_preview(project_id: str, key: IdempotencyKey, body: NewLook | None = None) -> Response:
        """Start the preview on the newest commit, or keep it; or show another version, until the next change of the project. The data of
        the preview are the same."""
        return answer(await previews.start(project_id, key, body.commit if body else None))

    @routes.post("/projects/{project_id}/preview/stop", response_model=views.Preview, responses=switched)
    async def stop_preview(project_id: str, key: IdempotencyKey) -> Response:
        """Stop the preview; its data stays."""
        return answer(await previews.stop(project_id, key))

    return routes
