"""What all operations have in common: bodies, parameters, and how answers are documented and sent."""

from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from barnraise.contracts.base import Oid
from barnraise.contracts.conflicts import Choices, Side
from barnraise.contracts.jobs import Attempts
from barnraise.contracts.memory import Text
from barnraise.contracts.problems import ErrorCode, Problem
from barnraise.gateway.domain.problems import KINDS
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.problems import MEDIA, details
from barnraise.gateway.service.code import Encoding
from barnraise.gateway.service.once import make_key

ALWAYS: tuple[ErrorCode, ...] = ("unauthorized", "origin_refused", "invalid_request", "internal", "unavailable")
SCHEMA = {"$ref": "#/components/schemas/ProblemDetails"}

Limit = Annotated[int, Query(ge=1, le=100, description="How many items at most.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")]
Revision = Annotated[str | None, Query(max_length=100, description="A branch, a commit, or one of these with ~n. Default: main.")]


class Body(BaseModel):
    """A request's body: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class NewProject(Body):
    """``prompt``: at most 100 kB of text; in a form with files it may be missing. ``name``: 1 to 120 characters
    on one line; by default it comes from the prompt."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"prompt": examples.QUEUED["text"]}, {"prompt": "A todo list", "name": "Todo"}]}
    )
    prompt: str
    name: str | None = None


class NewMessage(Body):
    """``attempts``: in how many ways a model shall try what changes the code; the best one is taken, the others stay as branches."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "add a height in cm to plants"}, {"text": "undo"}]})
    text: str
    attempts: Attempts = 1


class Click(Body):
    """What the page measured of a command, from the click to the answer. ``traceparent``: what it sent with the command."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "name": "click POST", "seconds": 0.25}]},
    )
    traceparent: Annotated[str, Field(pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$")]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    seconds: Annotated[float, Field(ge=0, le=600)]


class NewWish(Body):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": examples.MEMORY["text"]}]})
    text: Text


class NewChoices(Body):
    """``rest`` is for every place that has no choice of its own; ``both`` is mine, then theirs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"choices": [{"hunk": examples.HUNK, "take": "both"}], "rest": "mine"}]}
    )
    choices: Choices = ()
    rest: Side | None = None


class NewApproval(Body):
    """``commit``: what was looked at; a branch that is elsewhere is not merged."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"commit": examples.COMMIT}]})
    commit: Oid | None = None


class NewLook(Body):
    """``commit``: another version than the newest, such as that of a proposal."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"commit": examples.COMMIT}, {}]})
    commit: Oid | None = None


class NewTarget(Body):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"commit": examples.COMMIT}]})
    commit: Oid


class NewCopy(Body):
    """``name``: by default the other project's, with a mark. ``commit``: any revision; its history comes with it. By default everything."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Garden in blue"}, {"commit": "v1.0"}]})
    name: str | None = None
    commit: Annotated[str | None, Field(max_length=100)] = None


class NewRef(Body):
    """``commit``: any revision; by default the newest of ``main``."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "v1.0"}, {"name": "idea/dark", "commit": examples.COMMIT}]}
    )
    name: Annotated[str, Field(min_length=1, max_length=100)]
    commit: Annotated[str, Field(max_length=100)] = "main"


class NewName(Body):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Garden"}]})
    name: str


class NewContent(Body):
    """``base`` is the commit that the writer saw: a file that has changed since is a conflict, and nothing is written."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"content": "# Plants\n", "base": examples.PARENT}]})
    content: str
    encoding: Encoding = "utf-8"
    base: Oid


async def _key(
    request: Request,
    given: Annotated[
        str | None, Header(alias="Idempotency-Key", description="The same key makes a repeated request take effect once.")
    ] = None,
) -> Key | None:
    query = f"?{request.url.query}" if request.url.query else ""
    return make_key(given, request.method, f"{request.url.path}{query}", await request.body())


IdempotencyKey = Annotated[Key | None, Depends(_key)]


def answer(reply: Reply) -> Response:
    headers = {"Idempotency-Replayed": "true"} if reply.replayed else None
    return Response(reply.body, reply.status, media_type="application/json", headers=headers)


def answers(example: Any, *codes: ErrorCode, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """An operation's documented answers: an example of its success, and every problem that it can end in."""
    success = {"content": {"application/json": {"example": example}}} if example is not None else {}
    documented: dict[int | str, dict[str, Any]] = {status: success}
    for code in dict.fromkeys((*codes, *ALWAYS)):
        kind = KINDS[code]
        entry = documented.setdefault(kind.status, {"description": kind.title, "content": {MEDIA: {"schema": SCHEMA, "examples": {}}}})
        shown = details(Problem(code=code, detail=f"{kind.title}.", next=kind.advice), "/api/v2/projects").model_dump(exclude_none=True)
        entry["content"][MEDIA]["examples"][code] = {"value": shown | {"trace_id": examples.JOB["trace_id"]}}
    return documented
