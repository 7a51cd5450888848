"""Files and history. Reading goes to the repository, writing asks codegen."""

import base64
import binascii
import hashlib
from typing import Literal

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.impact import GetImpact, Impact
from barnraise.contracts.requests import FilesWritten, FileWrite, WriteFiles
from barnraise.gateway.domain import cursors, views
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.domain.texts import check_unicode
from barnraise.gateway.ports import Bus, Code
from barnraise.gateway.service.projects import Projects

MAX_FILE = 2 << 20
Encoding = Literal["utf-8", "base64"]


class Files:
    def __init__(self, code: Code, bus: Bus, projects: Projects) -> None:
        self._code = code
        self._bus = bus
        self._projects = projects

    async def tree(self, project_id: str, revision: str | None) -> views.Tree:
        await self._projects.require(project_id)
        return await self._code.tree(project_id, revision)

    async def read(self, project_id: str, path: str, revision: str | None) -> tuple[str, str, bytes]:
        """Commit, blob id, content."""
        await self._projects.require(project_id)
        return await self._code.read(project_id, path, revision)

    async def write(
        self, project_id: str, path: str, content: str, encoding: Encoding, base: str, key: str | None, branch: str = "main"
    ) -> FilesWritten:
        """Commit one file; BarnraiseError ``version_conflict`` when it has changed since ``base``."""
        data = _decode(content, encoding)
        if len(data) > MAX_FILE:
            detail = f"The file has {len(data):,} bytes; {MAX_FILE:,} are allowed."
            raise Refusal("too_large", detail, "Keep large files outside of the project.", pointer="/content")
        return await self._change(project_id, path, base64.b64encode(data).decode(), base, key, branch)

    async def delete(self, project_id: str, path: str, base: str, key: str | None, branch: str = "main") -> FilesWritten:
        return await self._change(project_id, path, None, base, key, branch)

    async def commits(self, project_id: str, branch: str, limit: int, cursor: str | None) -> views.Page[views.Commit]:
        """Newest first."""
        await self._projects.require(project_id)
        position = cursors.decode("commits", cursor)
        if position is None and await self._code.head(project_id) is None:
            return views.Page(items=(), next_cursor=None, has_more=False)
        page, following = await self._code.commits(project_id, position or branch, limit)
        token = cursors.encode("commits", following) if following else None
        return views.Page(items=tuple(page), next_cursor=token, has_more=following is not None)

    async def blame(self, project_id: str, path: str, revision: str | None) -> views.Blame:
        await self._projects.require(project_id)
        return await self._code.blame(project_id, path, revision)

    async def diff(self, project_id: str, old: str | None, new: str | None) -> views.Diff:
        await self._projects.require(project_id)
        return await self._code.diff(project_id, old, new)

    async def impact(self, project_id: str, old: str | None, new: str | None) -> Impact:
        """What the difference touches; codegen looks it through."""
        between = await self.diff(project_id, old, new)
        return await self._bus.ask(GetImpact(id=new_id(), project_id=project_id, at=now(), base=between.from_, commit=between.to))

    async def export(self, project_id: str, kind: str) -> tuple[str, bytes]:
        """A file name and the archive."""
        project = await self._projects.get(project_id)
        return f"{_slug(project.name) or project_id}.{kind}", await self._code.export(project_id, kind)

    async def _change(self, project_id: str, path: str, content: str | None, base: str, key: str | None, branch: str) -> FilesWritten:
        await self._projects.require(project_id)
        file = FileWrite(path=self._code.clean(path), content=content)
        identity = f"write:{hashlib.sha256(f'{project_id} {key}'.encode()).hexdigest()[:40]}" if key else f"write:{new_id()}"
        return await self._bus.ask(WriteFiles(id=identity, project_id=project_id, at=now(), base=base, files=(file,), branch=branch))


def _decode(content: str, encoding: Encoding) -> bytes:
    if encoding == "utf-8":
        return check_unicode(content, "/content").encode()
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("invalid_request", "The content is not base64.", "Encode it, or send it as utf-8.", pointer="/content") from error


def _slug(name: str) -> str:
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower()).split()
    return "-".join(words)[:60].strip("-")
