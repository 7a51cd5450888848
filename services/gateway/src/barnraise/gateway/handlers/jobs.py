"""Messages and the jobs that they start."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from barnraise.contracts.base import Oid
from barnraise.contracts.problems import ErrorCode
from barnraise.gateway.domain import views
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import Cursor, IdempotencyKey, Limit, NewChoices, NewMessage, NewTarget, answer, answers
from barnraise.gateway.handlers.uploads import UNREAD, Sent, documented, sent
from barnraise.gateway.service.jobs import Jobs
from barnraise.gateway.service.projects import Projects

_KEYED: tuple[ErrorCode, ...] = ("not_found", "idempotency_mismatch", "idempotency_in_flight")


def router(jobs: Jobs, projects: Projects) -> APIRouter:
    routes = APIRouter(tags=["jobs"])
    refused: tuple[ErrorCode, ...] = ("prompt_empty", "prompt_too_long", "not_text", *UNREAD)
    said = answers({"job": examples.QUEUED, "message": examples.MESSAGE}, *_KEYED, *refused, status=202)
    started = answers({"job": examples.QUEUED | {"action": "undo", "text": ""}}, *_KEYED, status=202)

    extra = documented(NewMessage)

    @routes.post("/projects/{project_id}/messages", status_code=202, response_model=views.Said, responses=said, openapi_extra=extra)
    async def post_message(project_id: str, new: Annotated[Sent[NewMessage], Depends(sent(NewMessage))]) -> Response:
        """Say something to a project: change it, ask, undo. While a job runs it waits its turn; `ahead` says behind how many."""
        return answer(await jobs.say(project_id, new.body.text, new.key, new.files, new.body.attempts))

    @routes.get("/projects/{project_id}/messages", responses=answers(examples.page(examples.MESSAGE), "not_found"))
    async def list_messages(project_id: str, limit: Limit = 50, cursor: Cursor = None) -> views.Page[views.Message]:
        """The conversation, oldest first."""
        await projects.require(project_id)
        return await jobs.messages(project_id, limit, cursor)

    @routes.get("/projects/{project_id}/jobs", responses=answers(examples.page(examples.JOB), "not_found"))
    async def list_jobs(project_id: str, limit: Limit = 50, cursor: Cursor = None) -> views.Page[views.Job]:
        """A project's jobs, newest first."""
        await projects.require(project_id)
        return await jobs.list(project_id, limit, cursor)

    @routes.get("/jobs/{job_id}", responses=answers(examples.JOB, "not_found", "project_deleted"))
    async def get_job(job_id: str) -> views.Job:
        """One job with its steps and timings."""
        return await jobs.get(job_id)

    cancelled = answers(examples.JOB | {"status": "running"}, *_KEYED, "project_deleted", "job_not_running", status=202)

    @routes.post("/jobs/{job_id}/cancel", status_code=202, response_model=views.Job, responses=cancelled)
    async def cancel_job(job_id: str, key: IdempotencyKey) -> Response:
        """Stop a job. That it has stopped is told by an event."""
        return answer(await jobs.cancel(job_id, key))

    retried = answers(examples.QUEUED, *_KEYED, "project_deleted", "job_not_retryable", status=202)

    @routes.post("/jobs/{job_id}/retry", status_code=202, response_model=views.Job, responses=retried)
    async def retry_job(job_id: str, key: IdempotencyKey) -> Response:
        """Run a failed or cancelled job again from where it ended."""
        return answer(await jobs.retry(job_id, key))

    @routes.get("/jobs/{job_id}/conflict", responses=answers(examples.CONFLICT, "not_found", "job_not_resolvable"))
    async def get_conflict(job_id: str) -> views.Conflict:
        """Where a job's change meets lines that a person has edited: mine is what the project has, theirs what the job wants."""
        return await jobs.conflict(job_id)

    resolved = answers(examples.QUEUED, *_KEYED, "project_deleted", "job_not_resolvable", status=202)

    @routes.post("/jobs/{job_id}/resolve", status_code=202, response_model=views.Job, responses=resolved)
    async def resolve_job(job_id: str, body: NewChoices, key: IdempotencyKey) -> Response:
        """Run a job in conflict again, with a choice for each place."""
        return answer(await jobs.resolve(job_id, body.choices, body.rest, key))

    restored = answers({"job": examples.QUEUED | {"action": "restore", "text": ""}}, *_KEYED, status=202)

    @routes.post("/projects/{project_id}/restore", status_code=202, response_model=views.Started, responses=restored)
    async def restore(project_id: str, body: NewTarget, key: IdempotencyKey) -> Response:
        """Bring a version back, as a new commit; what came after it stays in the history."""
        return answer(await jobs.start(project_id, "restore", key, target=body.commit))

    @routes.post("/projects/{project_id}/undo", status_code=202, response_model=views.Started, responses=started)
    async def undo(project_id: str, key: IdempotencyKey) -> Response:
        """Take the newest step back, as a new commit."""
        return answer(await jobs.start(project_id, "undo", key))

    @routes.post("/projects/{project_id}/steps/{commit}/undo", status_code=202, response_model=views.Started, responses=started)
    async def undo_step(project_id: str, commit: Annotated[Oid, Path(examples=[examples.COMMIT])], key: IdempotencyKey) -> Response:
        """Take one step back, as a new commit; what came after it stays. `commit`: what the step made, from the log."""
        return answer(await jobs.start(project_id, "undo", key, target=commit))

    @routes.post("/projects/{project_id}/redo", status_code=202, response_model=views.Started, responses=started)
    async def redo(project_id: str, key: IdempotencyKey) -> Response:
        """Do again what was taken back last."""
        return answer(await jobs.start(project_id, "redo", key))

    @routes.post("/projects/{project_id}/tests", status_code=202, response_model=views.Started, responses=started)
    async def run_tests(project_id: str, key: IdempotencyKey) -> Response:
        """Run the application's own tests again."""
        return answer(await jobs.start(project_id, "test", key))

    return routes
