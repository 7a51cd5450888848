"""The API as one application, and its OpenAPI document."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from barnraise.gateway.handlers import problems, reports

PREFIX = "/api/v2"
_ABOUT = (
    "Barnraise turns a sentence into a running, tested, versioned application. Work is accepted with 202 once it is safely stored; what "
    "becomes of it comes as events. Errors are problem details (RFC 9457) with a stable `code` and a `next` step. Every POST honours "
    "`Idempotency-Key`. Lists are pages: follow `next_cursor` while `has_more`."
)


def build(version: str, resources: Sequence[APIRouter], roots: Sequence[APIRouter]) -> FastAPI:
    """``resources`` are under ``/api/v2``, ``roots`` where they say."""
    app = FastAPI(
        title="Barnraise",
        version=version,
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    for router in resources:
        app.include_router(router, prefix=PREFIX)
    for router in roots:
        app.include_router(router)
    documents = reports.documents(lambda: openapi(app))
    app.include_router(documents)
    app.include_router(documents, prefix=PREFIX)
    problems.install(app)
    return app


def openapi(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1; made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schema = problems.ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        components = document.setdefault("components", {})
        components.setdefault("schemas", {}).update({**schema.pop("$defs", {}), "ProblemDetails": schema})
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "description": "The run's token."},
            "session": {"type": "apiKey", "in": "cookie", "name": "barnraise_7700", "description": "Set by opening a link."},
        }
        document["security"] = [{"bearer": []}, {"session": []}]
        app.openapi_schema = document
    return app.openapi_schema
