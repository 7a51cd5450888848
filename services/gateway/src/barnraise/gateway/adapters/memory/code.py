"""Code, and what else is kept as files."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.gateway.domain import views


class MemoryUploads:
    """``ever`` names all that was stored at any time."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.ever: list[str] = []

    async def put(self, key: str, data: bytes) -> None:
        self.objects[key] = data
        self.ever.append(key)

    async def get(self, key: str) -> bytes:
        return self.objects[key]

    async def delete(self, key: str) -> None:
        self.objects.pop(key, None)


class MemoryCode:
    """Projects' files: commits in a list, each a whole tree. ``put`` adds one."""

    def __init__(self) -> None:
        self.history: dict[str, list[tuple[str, dict[str, bytes]]]] = {}
        self.named: dict[str, str] = {}

    def put(self, project_id: str, files: dict[str, bytes]) -> str:
        commits = self.history.setdefault(project_id, [])
        identity = hashlib.sha1(f"{project_id}{len(commits)}".encode(), usedforsecurity=False).hexdigest()
        commits.append((identity, files))
        return identity

    def clean(self, path: str) -> str:
        if not path or path.startswith("/") or ".." in path.split("/") or not path.isprintable():
            raise BarnraiseError("path_invalid", "The path cannot be used.", "Use a relative path.")
        return path

    async def head(self, project_id: str) -> str | None:
        return self.history[project_id][-1][0] if project_id in self.history else None

    async def tree(self, project_id: str, revision: str | None) -> views.Tree:
        if revision is None and project_id not in self.history:
            return views.Tree(commit=None, items=())
        commit, files = self._at(project_id, revision)
        items = tuple(views.FileEntry(path=path, size=len(data), blob=_blob(data)) for path, data in sorted(files.items()))
        return views.Tree(commit=commit, items=items)

    async def read(self, project_id: str, path: str, revision: str | None) -> tuple[str, str, bytes]:
        commit, files = self._at(project_id, revision)
        if self.clean(path) not in files:
            raise BarnraiseError("not_found", "There is no such file.", "List the files.")
        return commit, _blob(files[path]), files[path]

    async def commits(self, project_id: str, revision: str, limit: int) -> tuple[list[views.Commit], str | None]:
        identities = [identity for identity, _ in self.history[project_id]]
        last = identities.index(self._at(project_id, revision)[0])
        page = [self._commit(identities, index) for index in range(last, max(-1, last - limit), -1)]
        return page, identities[last - limit] if last >= limit else None

    async def commit(self, project_id: str, revision: str) -> views.Commit:
        identities = [identity for identity, _ in self.history.get(project_id, [])]
        return self._commit(identities, identities.index(self._at(project_id, revision)[0]))

    async def refs(self, project_id: str) -> dict[str, views.Commit]:
        return {name: await self.commit(project_id, oid) for name, oid in self.named.items()}

    async def bases(self, project_id: str) -> dict[str, str]:
        return dict.fromkeys(self.named, self.history[project_id][0][0])

    async def blame(self, project_id: str, path: str, revision: str | None) -> views.Blame:
        commit, _, data = await self.read(project_id, path, revision)
        told = await self.commit(project_id, commit)
        lines = views.Lines(line=1, count=data.count(b"\n"), **told.model_dump(exclude={"parents", "tags"}))
        return views.Blame(path=path, commit=commit, items=(lines,))

    async def diff(self, project_id: str, old: str | None, new: str | None) -> views.Diff:
        commit, _ = self._at(project_id, new)
        return views.Diff(from_=self._at(project_id, old)[0] if old else None, to=commit, files=())

    async def export(self, project_id: str, kind: str) -> bytes:
        return f"{kind} of {self._at(project_id, None)[0]}".encode()

    def _at(self, project_id: str, revision: str | None) -> tuple[str, dict[str, bytes]]:
        for identity, files in reversed(self.history.get(project_id, [])):
            if revision in (None, "main", identity):
                return identity, files
        raise BarnraiseError("not_found", "There is no such revision.", "Look at the log.")

    def _commit(self, identities: list[str], index: int) -> views.Commit:
        parents = (identities[index - 1],) if index else ()
        texts: dict[str, Any] = {"summary": f"Commit {index}", "origin": "compile", "author": "Barnraise", "job_id": None, "step_id": None}
        return views.Commit(commit=identities[index], parents=parents, at=now(), **texts)


class MemoryGit:
    async def advertise(self, project_id: str, protocol: str) -> bytes:
        return f"refs of {project_id} {protocol}".encode()

    @asynccontextmanager
    async def upload_pack(self, project_id: str, protocol: str, request: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        async def echo() -> AsyncIterator[bytes]:
            yield request

        yield echo()


def _blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
