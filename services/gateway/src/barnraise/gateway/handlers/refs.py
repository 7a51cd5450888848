"""Branches, and names for versions."""

from fastapi import APIRouter
from fastapi.responses import Response

from barnraise.gateway.domain import views
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import IdempotencyKey, NewApproval, NewRef, answer, answers
from barnraise.gateway.service.jobs import Jobs
from barnraise.gateway.service.naming import Names


def router(names: Names, jobs: Jobs) -> APIRouter:
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

    branch = {"name": "idea/dark", "commit": examples.HISTORY}
    begun = answers(branch, "not_found", "name_invalid", "version_conflict", "idempotency_mismatch", "idempotency_in_flight", status=201)

    @routes.get("/projects/{project_id}/branches", responses=answers({"items": [branch]}, "not_found"))
    async def list_branches(project_id: str) -> views.Branches:
        """All branches: `main` holds the application, `blueprint` what the compiler wrote; the others are people's."""
        return await names.branches(project_id)

    @routes.post("/projects/{project_id}/branches", status_code=201, response_model=views.Branch, responses=begun)
    async def create_branch(project_id: str, body: NewRef, key: IdempotencyKey) -> Response:
        """Begin a branch at any version. Its files are read with `commit=` and written with `branch=`."""
        return answer(await names.branch(project_id, body.name, body.commit, key))

    gone = answers(None, "not_found", "version_conflict", "name_invalid", status=204)

    @routes.delete("/projects/{project_id}/branches/{name:path}", status_code=204, responses=gone)
    async def delete_branch(project_id: str, name: str) -> None:
        """Delete a branch that is merged, or whose newest version has a name."""
        await names.unbranch(project_id, name)

    merging = {"job": examples.QUEUED | {"action": "merge", "text": ""}}
    merged = answers(merging, "not_found", "version_conflict", "idempotency_mismatch", "idempotency_in_flight", status=202)

    @routes.post("/projects/{project_id}/branches/{name:path}/merge", status_code=202, response_model=views.Started, responses=merged)
    async def merge_branch(project_id: str, name: str, key: IdempotencyKey, body: NewApproval | None = None) -> Response:
        """Merge a branch into `main`, as one step. Where they meet, the job waits for choices. What a model proposed is merged as it is
        now, or at `commit`, and not as it may be by then."""
        commit = await names.approved(project_id, name, body.commit if body else None)
        return answer(await jobs.start(project_id, "merge", key, source=name, target=commit))

    return routes
