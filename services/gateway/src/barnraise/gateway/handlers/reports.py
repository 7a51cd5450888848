"""Plans, checks, tests; the system, its figures and its documents."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from barnraise.chassis import tracing
from barnraise.contracts.asyncapi import document
from barnraise.contracts.operations import Replayed
from barnraise.contracts.requests import ModelsState, Statistics, Trace
from barnraise.gateway.domain import views
from barnraise.gateway.domain.sarif import sarif
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.artefacts import inert
from barnraise.gateway.handlers.contract import Click, answers
from barnraise.gateway.service.artefacts import Artefacts
from barnraise.gateway.service.reports import Reports

_BYTES = "application/octet-stream"


def router(reports: Reports, artefacts: Artefacts) -> APIRouter:
    routes = APIRouter()

    @routes.get("/projects/{project_id}/manifest", tags=["projects"], responses=answers(examples.PLAN, "not_found"))
    async def get_manifest(project_id: str) -> views.Plan:
        """The plan that the application stands for, and why it is so. Not found before the first plan."""
        return await reports.plan(project_id)

    @routes.get("/projects/{project_id}/tests", tags=["projects"], responses=answers(examples.TESTS, "not_found"))
    async def get_tests(project_id: str) -> views.Tests:
        """How the application's own tests ended the last time. Not found before the first run."""
        return await reports.tests(project_id)

    fetched = answers({}, "not_found")
    fetched[200] = {
        "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}, "example": "place,value\na,1\n"}},
        "description": "The file.",
    }

    fetched[307] = {"description": "For browsers: where the file is, at an origin of its own. The address opens it for ten minutes."}

    @routes.get("/projects/{project_id}/tests/artefacts/{digest}", tags=["projects"], response_class=Response, responses=fetched)
    async def get_artefact(project_id: str, digest: str, request: Request) -> Response:
        """A file that the tests have left the last time. Programs that bring a token get it here; browsers are sent to another origin,
        where it is a download, or an image within a page, in which nothing runs."""
        if "authorization" in request.headers and "sec-fetch-mode" not in request.headers:
            return inert(*await artefacts.content(project_id, digest))
        return RedirectResponse(await artefacts.address(project_id, digest), 307, {"Cache-Control": "no-store"})

    @routes.get("/projects/{project_id}/checks", tags=["projects"], responses=answers(examples.CHECKS, "not_found"))
    async def get_checks(project_id: str) -> views.Checks:
        """What the static checks found the last time. Not found before the first run."""
        return await reports.checks(project_id)

    @routes.get("/projects/{project_id}/diagnostics.sarif", tags=["projects"], responses=answers(examples.SARIF, "not_found"))
    async def get_sarif(project_id: str) -> dict[str, Any]:
        """The same findings as SARIF 2.1.0, which editors and code hosts read: one run for each tool."""
        return sarif(await reports.checks(project_id))

    @routes.get("/system", tags=["system"], responses=answers(examples.SYSTEM))
    async def get_system() -> views.System:
        """The version, what this machine can enforce, and which services are there."""
        return await reports.system()

    @routes.get("/health/models", tags=["system"], responses=answers(examples.MODELS))
    async def get_models_health() -> ModelsState:
        """The language models that are set up, and how they are; where there are none, the built-in engine does everything."""
        return await reports.models()

    @routes.get("/operations", tags=["system"], responses=answers(examples.OPERATIONS))
    async def get_operations() -> views.Operations:
        """What an operator needs first: what is wrong, who works, what waits and what has died, failing models, top spenders."""
        return await reports.operations()

    @routes.post("/operations/dead/{letter}/replay", tags=["system"], responses=answers(examples.REPLAYED, "not_found", "invalid_request"))
    async def replay_dead_letter(letter: str) -> Replayed:
        """Put a dead command back into its queue; once, however often it is asked for."""
        return await reports.replay(letter)

    @routes.get("/statistics", tags=["system"], responses=answers(examples.STATISTICS, "not_found"))
    async def get_statistics(project: str | None = None) -> Statistics:
        """How long steps take and how jobs end."""
        return await reports.statistics(project)

    @routes.get("/traces/{trace_id}", tags=["system"], responses=answers(examples.TRACE, "not_found"))
    async def get_trace(trace_id: str) -> Trace:
        """All spans of one trace, from the click to the sandbox."""
        return await reports.trace(trace_id)

    @routes.post("/clicks", tags=["system"], status_code=204, responses=answers(None, "invalid_request", status=204))
    async def tell_click(click: Click) -> None:
        """The page's own part of a trace: what a person waited for, with the way over the network."""
        tracing.tell("page", click.name, click.seconds, {"traceparent": click.traceparent})

    return routes


def documents(openapi: Callable[[], dict[str, Any]]) -> APIRouter:
    """The contracts as documents."""
    routes = APIRouter(tags=["system"], include_in_schema=False)

    @routes.get("/openapi.json")
    async def get_openapi() -> Response:
        return JSONResponse(openapi())

    @routes.get("/asyncapi.json")
    async def get_asyncapi() -> Response:
        return JSONResponse(document())

    return routes
