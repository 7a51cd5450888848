"""Projects' code, through the virtual file system."""

import asyncio
from dataclasses import asdict

from barnraise.chassis.errors import BarnraiseError
from barnraise.gateway.domain import views
from barnraise.vfs import Commit, FileDiff, Lines, Repository, Vfs, check_path
from barnraise.vfs.refs import TAGS


class VfsCode:
    """Each call opens the project as it is now; what takes long runs in a thread."""

    def __init__(self, vfs: Vfs) -> None:
        self._vfs = vfs

    def clean(self, path: str) -> str:
        return check_path(path)

    async def head(self, project_id: str) -> str | None:
        return await self._vfs.head(project_id)

    async def tree(self, project_id: str, revision: str | None) -> views.Tree:
        repository = await self._vfs.open(project_id)
        if revision is None and "main" not in repository.refs:
            return views.Tree(commit=None, items=())
        return await asyncio.to_thread(_tree, repository, revision or "main")

    async def read(self, project_id: str, path: str, revision: str | None) -> tuple[str, str, bytes]:
        clean = check_path(path)
        repository = await self._vfs.open(project_id)
        return await asyncio.to_thread(_read, repository, clean, revision or "main")

    async def commits(self, project_id: str, revision: str, limit: int) -> tuple[list[views.Commit], str | None]:
        repository = await self._vfs.open(project_id)
        page, following = await asyncio.to_thread(repository.log, revision, limit=limit)
        return [_commit(repository, commit) for commit in page], following

    async def commit(self, project_id: str, revision: str) -> views.Commit:
        repository = await self._vfs.open(project_id)
        return await asyncio.to_thread(_commit_at, repository, revision)

    async def refs(self, project_id: str) -> dict[str, views.Commit]:
        repository = await self._vfs.open(project_id)
        return await asyncio.to_thread(lambda: {name: _commit_at(repository, oid) for name, oid in sorted(repository.refs.items())})

    async def bases(self, project_id: str) -> dict[str, str]:
        repository = await self._vfs.open(project_id)
        return await asyncio.to_thread(_bases, repository)

    async def blame(self, project_id: str, path: str, revision: str | None) -> views.Blame:
        clean = check_path(path)
        repository = await self._vfs.open(project_id)
        return await asyncio.to_thread(_blame, repository, clean, revision or "main")

    async def diff(self, project_id: str, old: str | None, new: str | None) -> views.Diff:
        repository = await self._vfs.open(project_id)
        return await asyncio.to_thread(_diff, repository, old, new or "main")

    async def export(self, project_id: str, kind: str) -> bytes:
        repository = await self._vfs.open(project_id)
        if "main" not in repository.refs:
            raise BarnraiseError("not_found", "The project has no code yet.", "Wait for its first job to generate some.")
        return await asyncio.to_thread(repository.bundle) if kind == "bundle" else await asyncio.to_thread(repository.zip, "main")


def _tree(repository: Repository, revision: str) -> views.Tree:
    commit = repository.resolve(revision)
    return views.Tree(commit=commit, items=tuple(views.FileEntry(**asdict(entry)) for entry in repository.files(commit)))


def _read(repository: Repository, path: str, revision: str) -> tuple[str, str, bytes]:
    commit = repository.resolve(revision)
    file = repository.read(commit, path)
    return commit, file.blob, file.data


def _diff(repository: Repository, old: str | None, new: str) -> views.Diff:
    commit = repository.commit_at(new)
    before = repository.resolve(old) if old else next(iter(commit.parents), None)
    changes = repository.diff(before, commit.id)
    return views.Diff(from_=before, to=commit.id, files=tuple(_change(change) for change in changes))


def _change(diff: FileDiff) -> views.FileDiff:
    return views.FileDiff(path=diff.path, change=diff.change, added=diff.added, removed=diff.removed, binary=diff.binary, patch=diff.patch)


def _blame(repository: Repository, path: str, revision: str) -> views.Blame:
    commit = repository.resolve(revision)
    return views.Blame(path=path, commit=commit, items=tuple(map(_lines, repository.blame(commit, path))))


def _bases(repository: Repository) -> dict[str, str]:
    main = repository.refs.get("main")
    branches = {name: oid for name, oid in repository.refs.items() if not name.startswith(TAGS)} if main else {}
    found = {name: repository.merge_base(str(main), oid) for name, oid in branches.items()}
    return {name: base for name, base in found.items() if base}


def _lines(lines: Lines) -> views.Lines:
    told = lines.commit
    return views.Lines(
        line=lines.line,
        count=lines.count,
        commit=told.id,
        summary=told.summary,
        origin=told.origin,
        job_id=told.job_id,
        step_id=told.step_id,
        at=told.at,
        author=told.author,
    )


def _commit_at(repository: Repository, revision: str) -> views.Commit:
    return _commit(repository, repository.commit_at(revision))


def _commit(repository: Repository, commit: Commit) -> views.Commit:
    return views.Commit(
        commit=commit.id,
        parents=commit.parents,
        summary=commit.summary,
        origin=commit.origin,
        job_id=commit.job_id,
        step_id=commit.step_id,
        at=commit.at,
        author=commit.author,
        tags=repository.tags_of(commit.id),
    )
