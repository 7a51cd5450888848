"""Models' changes that wait for a person, and what models have cost."""

from fastapi import APIRouter
from fastapi.responses import Response

from barnraise.contracts.requests import ModelUsage
from barnraise.gateway.domain import views
from barnraise.gateway.domain.proposals import Proposals as Waiting
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import IdempotencyKey, NewTarget, answer, answers
from barnraise.gateway.service.jobs import Jobs
from barnraise.gateway.service.naming import Names
from barnraise.gateway.service.proposals import Proposals


def router(proposals: Proposals, names: Names, jobs: Jobs) -> APIRouter:
    routes = APIRouter(tags=["proposals"])

    @routes.get("/projects/{project_id}/proposals", responses=answers({"items": [examples.PROPOSAL]}, "not_found"))
    async def list_proposals(project_id: str) -> Waiting:
        """Changes by models that are neither merged nor discarded, and why each waits."""
        return await proposals.list(project_id)

    merging = {"job": examples.QUEUED | {"action": "merge", "text": ""}}
    merged = answers(merging, "not_found", "idempotency_mismatch", "idempotency_in_flight", status=202)

    @routes.post("/projects/{project_id}/proposals/{name:path}/merge", status_code=202, response_model=views.Started, responses=merged)
    async def merge_proposal(project_id: str, name: str, body: NewTarget, key: IdempotencyKey) -> Response:
        """Approve a proposal: merge it into `main`, if it still is that very commit when its turn comes. The branch goes with it."""
        await proposals.check_open(project_id, name)
        return answer(await jobs.start(project_id, "merge", key, source=name, target=body.commit))

    discarded = answers(None, "not_found", "version_conflict", status=204)

    @routes.post("/projects/{project_id}/proposals/{name:path}/discard", status_code=204, responses=discarded)
    async def discard_proposal(project_id: str, name: str, body: NewTarget) -> None:
        """Put a proposal aside: its branch goes, what stood on it stays under the tag `discarded/<branch>`."""
        await proposals.check_open(project_id, name)
        await names.discard(project_id, name, body.commit)

    @routes.get("/jobs/{job_id}/usage", responses=answers(examples.USAGE, "not_found", "project_deleted"))
    async def job_usage(job_id: str) -> ModelUsage:
        """What models were used for in a job, exactly as their providers reported it."""
        return await proposals.of_job(job_id)

    @routes.get("/projects/{project_id}/usage", responses=answers(examples.USAGE, "not_found"))
    async def project_usage(project_id: str) -> ModelUsage:
        """The same for all jobs of a project."""
        return await proposals.of_project(project_id)

    return routes
