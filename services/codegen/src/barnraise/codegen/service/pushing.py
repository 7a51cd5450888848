"""``git push``: commits from outside become steps like every other, or nothing changes."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.codegen.ports import Answered
from barnraise.codegen.service.workshop import Cause, Workshop, commit_created, main_of
from barnraise.contracts.requests import FilesWritten, PushCommits
from barnraise.vfs import Pack, RefMoved, Repository

_GENERATED = MANIFEST_PATH.split("/")[0]


async def push_commits(workshop: Workshop, request: PushCommits) -> FilesWritten:
    """Raises BarnraiseError: ``not_found``, ``version_conflict``, ``path_invalid``, ``too_large``, ``project_deleted``."""
    repository = await workshop.open(request.project_id)
    if await workshop.journal.answered(request.project_id, request.id):
        await workshop.outbox.announce(request.id)
        return FilesWritten(commit=request.new, changed=True)
    if main_of(repository) != request.old:
        raise _moved()
    pack = await workshop.repositories.adopt(request.project_id, request.pack)
    # Opened again, because a repository sees the packs that were there when it was opened.
    repository = await workshop.open(request.project_id)
    try:
        return await _push(workshop, repository, request, pack)
    except RefMoved as error:
        raise _moved() from error


async def _push(workshop: Workshop, repository: Repository, request: PushCommits, pack: Pack) -> FilesWritten:
    count = await asyncio.to_thread(repository.check_pushed, request.new, _GENERATED)
    summary = repository.commit_at(request.new).summary
    cause = Cause(request, None, "push", f"Push: {summary}" + (f" and {count - 1} more" if count > 1 else ""))
    step = cause.step(repository, request.id, request.new)
    created = await asyncio.to_thread(commit_created, repository, cause, step)
    async with workshop.journal.transaction() as transaction:
        await workshop.record(transaction, request.project_id, step, pack)
        await workshop.journal.answer(transaction, request.project_id, request.id, Answered(request.pack, request.new, True))
        await workshop.outbox.file(transaction, request.id, [created])
    await workshop.outbox.announce(request.id)
    return FilesWritten(commit=request.new, changed=True)


def _moved() -> BarnraiseError:
    detail = "The project has moved on since you fetched."
    return BarnraiseError("version_conflict", detail, "Fetch, bring your commits onto origin/main, and push again.")
