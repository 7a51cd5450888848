"""Projects."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from barnraise.contracts.problems import ErrorCode
from barnraise.gateway.domain import views
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import Cursor, Limit, NewName, NewProject, answer, answers
from barnraise.gateway.handlers.uploads import UNREAD, Sent, documented, sent
from barnraise.gateway.service.projects import Projects


def router(projects: Projects) -> APIRouter:
    routes = APIRouter(tags=["projects"])
    submitted = {"project": examples.NEW, "job": examples.QUEUED, "message": examples.MESSAGE}
    refused: tuple[ErrorCode, ...] = ("prompt_empty", "prompt_too_long", "not_text", "name_invalid", *UNREAD)
    keyed: tuple[ErrorCode, ...] = ("idempotency_mismatch", "idempotency_in_flight")
    accepted = answers(submitted, *refused, *keyed, status=202)
    extra = documented(NewProject)

    @routes.post(
        "/projects",
        status_code=202,
        response_model=views.Submitted,
        responses=accepted,
        openapi_extra=extra,
    )
    async def create_project(new: Annotated[Sent[NewProject], Depends(sent(NewProject))]) -> Response:
        """Build a project from a sentence, from files, or both. Answered once it is safely stored; what follows comes as events."""
        return answer(await projects.create(new.body.prompt, new.body.name, new.key, new.files))

    @routes.get("/projects", responses=answers(examples.page(examples.PROJECT)))
    async def list_projects(limit: Limit = 50, cursor: Cursor = None) -> views.Page[views.Project]:
        """All projects, newest first."""
        return await projects.list(limit, cursor)

    @routes.get("/projects/{project_id}", responses=answers(examples.PROJECT, "not_found"))
    async def get_project(project_id: str) -> views.Project:
        """One project with its newest job. Events after `last_seq` are not in it yet."""
        return await projects.get(project_id)

    @routes.patch("/projects/{project_id}", responses=answers(examples.PROJECT, "not_found", "name_invalid", "not_text"))
    async def rename_project(project_id: str, body: NewName) -> views.Project:
        """Give a project another name."""
        return await projects.rename(project_id, body.name)

    @routes.delete("/projects/{project_id}", status_code=204, responses=answers(None, "not_found", status=204))
    async def delete_project(project_id: str) -> None:
        """Delete a project with its code, its history and its preview; its jobs are cancelled."""
        await projects.delete(project_id)

    return routes
