"""Files, history, archives."""

import base64
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from barnraise.contracts.base import Oid
from barnraise.contracts.impact import Impact
from barnraise.contracts.requests import FilesWritten
from barnraise.gateway.domain import views
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import Cursor, Limit, NewContent, Revision, answers
from barnraise.gateway.service.code import Files

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=255)]
Branch = Annotated[str, Query(min_length=1, max_length=100, description="A branch.")]
_BYTES = "application/octet-stream"
_EXPORTS = {"zip": "application/zip", "bundle": "application/x-git-bundle"}


def router(files: Files) -> APIRouter:
    routes = APIRouter(tags=["code"])
    written = answers(examples.WRITTEN, "not_found", "name_invalid", "path_invalid", "version_conflict", "too_large", "not_text")

    @routes.get("/projects/{project_id}/files", responses=answers(examples.TREE, "not_found"))
    async def list_files(project_id: str, commit: Revision = None) -> views.Tree:
        """Every file of a commit."""
        return await files.tree(project_id, commit)

    read = answers(examples.FILE, "not_found", "path_invalid")
    read[200]["content"][_BYTES] = {"schema": {"type": "string", "format": "binary"}}
    read[304] = {"description": "The file is the one that `If-None-Match` names."}

    @routes.get("/projects/{project_id}/files/{path:path}", response_model=views.File, responses=read)
    async def read_file(
        project_id: str,
        path: str,
        commit: Revision = None,
        accept: Annotated[str, Header()] = "application/json",
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """One file, as JSON or (`Accept: application/octet-stream`) as bytes. The ETag is made of its blob id."""
        found, blob, data = await files.read(project_id, path, commit)
        return _file(path, found, blob, data, raw=_BYTES in accept, known=if_none_match or "")

    @routes.put("/projects/{project_id}/files/{path:path}", responses=written)
    async def write_file(
        project_id: str, path: str, body: NewContent, idempotency_key: Key = None, branch: Branch = "main"
    ) -> FilesWritten:
        """Write one file as a commit of its own; it is checked afterwards."""
        return await files.write(project_id, path, body.content, body.encoding, body.base, idempotency_key, branch)

    @routes.delete("/projects/{project_id}/files/{path:path}", responses=written)
    async def delete_file(
        project_id: str,
        path: str,
        base: Annotated[Oid, Query(examples=[examples.COMMIT])],
        idempotency_key: Key = None,
        branch: Branch = "main",
    ) -> FilesWritten:
        """Delete one file as a commit of its own. `base`: the commit that was seen."""
        return await files.delete(project_id, path, base, idempotency_key, branch)

    @routes.get("/projects/{project_id}/commits", responses=answers(examples.page(examples.HISTORY), "not_found"))
    async def list_commits(project_id: str, branch: Branch = "main", limit: Limit = 50, cursor: Cursor = None) -> views.Page[views.Commit]:
        """The history of a branch, newest first."""
        return await files.commits(project_id, branch, limit, cursor)

    blamed = answers(examples.BLAME, "not_found", "path_invalid", "not_text", "too_large")

    @routes.get("/projects/{project_id}/blame/{path:path}", responses=blamed)
    async def blame_file(project_id: str, path: str, commit: Revision = None) -> views.Blame:
        """Which step each line of a file comes from."""
        return await files.blame(project_id, path, commit)

    @routes.get("/projects/{project_id}/diff", responses=answers(examples.DIFF, "not_found"))
    async def diff(project_id: str, from_: Annotated[Revision, Query(alias="from")] = None, to: Revision = None) -> views.Diff:
        """What changed between two commits; by default in the newest one."""
        return await files.diff(project_id, from_, to)

    @routes.get("/projects/{project_id}/impact", responses=answers(examples.IMPACT, "not_found"))
    async def get_impact(project_id: str, from_: Annotated[Revision, Query(alias="from")] = None, to: Revision = None) -> Impact:
        """What the difference of two commits touches: symbols, files that use them, tests that reach them. By default the newest."""
        return await files.impact(project_id, from_, to)

    archive = answers(None, "not_found")
    archive[200]["content"] = {media: {"schema": {"type": "string", "format": "binary"}} for media in _EXPORTS.values()}

    @routes.get("/projects/{project_id}/export", response_class=Response, responses=archive)
    async def export_project(project_id: str, format: Literal["zip", "bundle"] = "zip") -> Response:
        """The application as a zip archive, or with its history as a git bundle."""
        name, data = await files.export(project_id, format)
        return Response(data, media_type=_EXPORTS[format], headers={"Content-Disposition": _attachment(name)})

    return routes


def _file(path: str, commit: str, blob: str, data: bytes, *, raw: bool, known: str) -> Response:
    tag = f'"{blob}{"-raw" if raw else ""}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
    if any(part.strip().removeprefix("W/") in (tag, "*") for part in known.split(",")):
        return Response(status_code=304, headers=headers)
    if raw:
        return Response(data, media_type=_BYTES, headers=headers | {"Content-Disposition": _attachment(path.rsplit("/", 1)[-1])})
    encoding, content = _text(data)
    view = views.File(path=path, commit=commit, blob=blob, size=len(data), encoding=encoding, content=content)
    return Response(view.model_dump_json(), media_type="application/json", headers=headers)


def _text(data: bytes) -> tuple[Literal["utf-8", "base64"], str]:
    try:
        return "utf-8", data.decode()
    except UnicodeDecodeError:
        return "base64", base64.b64encode(data).decode()


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
