"""Errors on their way out: RFC 9457 problem details, rendered here and nowhere else."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.chassis.tracing import current_trace_id
from barnraise.contracts.problems import ErrorCode, Problem
from barnraise.gateway.domain.problems import KINDS
from barnraise.gateway.domain.refusals import Refusal

MEDIA = "application/problem+json"
_FIX = "Correct what `errors` points at; the OpenAPI document has examples."


class Fault(BaseModel):
    """Where in the request something is wrong: ``pointer`` into the body (RFC 6901, as a fragment) or the name of a ``parameter``."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class ProblemDetails(BaseModel):
    """RFC 9457. ``code`` is stable, ``next`` says what to do, ``trace_id`` finds it in logs and traces."""

    type: str = Field(examples=["/problems/not_found"])
    title: str
    status: int
    detail: str
    instance: str
    code: ErrorCode
    next: str
    trace_id: str
    errors: list[Fault] = []


def details(problem: Problem, instance: str, *, status: int | None = None, errors: Sequence[Fault] = ()) -> ProblemDetails:
    kind = KINDS[problem.code]
    return ProblemDetails(
        type=f"/problems/{problem.code}",
        title=kind.title,
        status=status or kind.status,
        detail=problem.detail,
        instance=instance,
        code=problem.code,
        next=problem.next,
        trace_id=current_trace_id() or secrets.token_hex(16),
        errors=list(errors),
    )


def render(error: BarnraiseError | Refusal, instance: str, headers: Mapping[str, str] | None = None) -> Response:
    """An expected error as a response; a WebSocket that is not yet accepted can be denied with it, too."""
    refusal = error if isinstance(error, Refusal) else None
    faults = [_fault(refusal.pointer, refusal.problem.detail)] if refusal and refusal.pointer else []
    shown = details(error.problem, instance, status=refusal.status if refusal else None, errors=faults)
    later = {"Retry-After": "1"} if error.problem.retryable else {}
    return _response(shown, {**later, **(headers or {})})


def problem(
    code: ErrorCode,
    detail: str,
    instance: str,
    *,
    next: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem that no exception carries."""
    said = Problem(code=code, detail=detail, next=next or KINDS[code].advice)
    return _response(details(said, instance, status=status), headers)


def install(app: FastAPI) -> None:
    """Have every error of the application leave as a problem."""

    async def expected(request: Request, error: Any) -> Response:
        return render(error, request.url.path)

    async def invalid(request: Request, error: Any) -> Response:
        return _invalid(error, request.url.path)

    async def http(request: Request, error: Any) -> Response:
        return _http(error, request)

    async def unexpected(request: Request, error: Exception) -> Response:
        get_logger().error("request failed", path=request.url.path, error=repr(error), exc_info=error)
        return problem("internal", "The gateway failed on this request.", request.url.path)

    app.add_exception_handler(BarnraiseError, expected)
    app.add_exception_handler(Refusal, expected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unexpected)


def _invalid(error: RequestValidationError, instance: str) -> Response:
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        fault = Fault(detail=f"{found[0]['ctx']['error']} at character {found[0]['loc'][-1]}", pointer="#")
        said = Problem(code="invalid_request", detail="The body is not JSON.", next="Send a JSON object.")
        return _response(details(said, instance, status=400, errors=[fault]))
    faults = [_located(item) for item in found]
    if any(item["type"] == "string_unicode" for item in found):
        said = Problem(code="not_text", detail="There is half a surrogate pair in the text.", next="Send valid Unicode.")
    else:
        said = Problem(code="invalid_request", detail=_sentence(faults), next=_FIX)
    return _response(details(said, instance, errors=faults))


def _located(item: Mapping[str, Any]) -> Fault:
    """Of pydantic's location: the place (body, query, path, header), then the way to it."""
    place, *way = item["loc"]
    if place == "body":
        escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in way)
        return Fault(detail=item["msg"], pointer="#" + "".join(f"/{step}" for step in escaped))
    return Fault(detail=item["msg"], parameter=str(way[0]) if way else str(place))


def _sentence(faults: Sequence[Fault]) -> str:
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{first.parameter or (first.pointer or '#').removeprefix('#/') or 'body'}: {first.detail}{more}"


def _http(error: HTTPException, request: Request) -> Response:
    path = request.url.path
    if error.status_code == 404:
        return problem("not_found", "There is nothing at this address.", path, next="GET /api/v2/openapi.json lists what there is.")
    if error.status_code == 405:
        allowed = dict(error.headers or {})
        return problem("method_not_allowed", f"{request.method} is not possible here.", path, headers=allowed)
    said = Problem(code="invalid_request", detail="The body cannot be read as JSON.", next="Send a JSON object.")
    return _response(details(said, path, status=error.status_code, errors=[Fault(detail=said.detail, pointer="#")]))


def _fault(pointer: str, detail: str) -> Fault:
    return Fault(detail=detail, pointer=f"#{pointer}") if pointer.startswith("/") else Fault(detail=detail, parameter=pointer)


def _response(shown: ProblemDetails, headers: Mapping[str, str] | None = None) -> Response:
    fallback = {"Retry-After": "1"} if shown.status == 503 else {}
    content = shown.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, shown.status, media_type=MEDIA, headers={**fallback, **(headers or {})})
