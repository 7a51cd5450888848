"""The way in: links, cookies, and what the error codes mean."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from barnraise.gateway.domain import views
from barnraise.gateway.domain.problems import KINDS
from barnraise.gateway.domain.refusals import not_found
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import IdempotencyKey, answers
from barnraise.gateway.handlers.pages import page
from barnraise.gateway.service.entry import SESSION, Doorkeeper

FRESH = "Run `barnraise status` in a terminal: it prints a fresh link."


def stranger(status: int = 401) -> HTMLResponse:
    """For a browser that has not come through a link."""
    text = "Barnraise is open only to whoever started it. The link that `make up` printed lets this browser in, once."
    return page(status, "This page needs a link", text, FRESH, link=("/", "I have opened the link: go on"))


def links(keeper: Doorkeeper) -> APIRouter:
    routes = APIRouter(tags=["system"])

    @routes.post("/links", status_code=201, responses=answers(examples.LINK, status=201))
    async def create_link(key: IdempotencyKey) -> views.Link:
        """A link that lets one browser in, once, within ten minutes."""
        return await keeper.link(key.key if key else None)

    return routes


def router(keeper: Doorkeeper) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/auth")
    async def enter(request: Request, token: Annotated[str, Query(max_length=200)] = "") -> Response:
        session = await keeper.exchange(token)
        if session is None:
            if await keeper.admits(None, request.headers.get("cookie", "")):
                return RedirectResponse("/", 303)
            return page(401, "This link does not open any more", "Each link lets one browser in, once.", FRESH)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(keeper.cookie, session, max_age=int(SESSION.total_seconds()), path="/", httponly=True, samesite="strict")
        return answer

    @routes.get("/problems/{code}")
    async def explain(code: str, accept: Annotated[str, Header()] = "") -> Response:
        kinds = {str(name): kind for name, kind in KINDS.items()}
        if code not in kinds:
            raise not_found("kind of problem", "The field `code` of a problem has its name.")
        kind = kinds[code]
        if "json" in accept:
            return JSONResponse({"code": code, "status": kind.status, "title": kind.title, "advice": kind.advice})
        return page(200, kind.title, f"`{code}`, HTTP status {kind.status}.", kind.advice)

    return routes
