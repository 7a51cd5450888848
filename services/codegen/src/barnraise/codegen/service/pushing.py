"""``git push``: commits from outside become steps like every other, or nothing changes. Branches take them too, and no step."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Transaction
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.codegen.ports import Answered
from barnraise.codegen.service.workshop import Cause, Workshop, commit_created, main_of, ref_changed, take_back
from barnraise.contracts.base import Message
from barnraise.contracts.requests import FilesWritten, PushCommits
from barnraise.vfs import Pack, RefMoved, Repository
from barnraise.vfs.refs import check_name

_GENERATED = MANIFEST_PATH.split("/")[0]


async def push_commits(workshop: Workshop, request: PushCommits) -> FilesWritten:
    """Raises BarnraiseError: ``not_found``, ``version_conflict``, ``path_invalid``, ``name_invalid``, ``too_large``."""
    repository = await workshop.open(request.project_id)
    if await workshop.journal.answered(request.project_id, request.id):
        await workshop.outbox.announce(request.id)
        return FilesWritten(commit=request.new, changed=True)
    try:
        _check_place(repository, request)
        pack = await workshop.repositories.adopt(request.project_id, request.pack)
        # Opened again, because a repository sees the packs that were there when it was opened.
        return await _push(workshop, await workshop.open(request.project_id), request, pack)
    except RefMoved as error:
        await take_back(workshop, request.project_id, request.pack)
        raise _moved() from error
    except BarnraiseError:
        await take_back(workshop, request.project_id, request.pack)
        raise


def _check_place(repository: Repository, request: PushCommits) -> None:
    main_of(repository)
    if request.branch == "blueprint":
        raise BarnraiseError("name_invalid", "The compiler alone writes to 'blueprint'.", "Push to main, or to a branch of your own.")
    if repository.refs.get(request.branch) != request.old:
        raise _moved()
    if request.old is None:
        check_name(request.branch, repository.refs)


async def _push(workshop: Workshop, repository: Repository, request: PushCommits, pack: Pack) -> FilesWritten:
    base = request.old or await asyncio.to_thread(_forked, repository, request.new)
    count = await asyncio.to_thread(repository.check_pushed, base, request.new, _GENERATED)
    summary = repository.commit_at(request.new).summary
    cause = Cause(request, None, "push", f"Push: {summary}" + (f" and {count - 1} more" if count > 1 else ""))
    async with workshop.journal.transaction() as transaction:
        told = await _move(workshop, transaction, repository, cause, request, pack)
        await workshop.journal.answer(transaction, request.project_id, request.id, Answered(request.pack, request.new, True))
        await workshop.outbox.file(transaction, request.id, [told])
    await workshop.outbox.announce(request.id)
    return FilesWritten(commit=request.new, changed=True)


async def _move(
    workshop: Workshop, transaction: Transaction, repository: Repository, cause: Cause, request: PushCommits, pack: Pack
) -> Message:
    """Moves the branch; what is to be told of it."""
    if request.branch != "main":
        await workshop.move(transaction, request.project_id, request.branch, request.old, request.new, pack)
        return ref_changed(request, request.branch, request.old, request.new)
    step = cause.step(repository, request.id, request.new)
    await workshop.record(transaction, request.project_id, step, pack)
    return await asyncio.to_thread(commit_created, repository, cause, step)


def _forked(repository: Repository, new: str) -> str:
    """Where a new branch leaves ``main``."""
    found = repository.merge_base(main_of(repository), new) if repository.peel(new) == new else None
    if found is None:
        raise _moved()
    return found


def _moved() -> BarnraiseError:
    detail = "The project has moved on since you fetched."
    return BarnraiseError("version_conflict", detail, "Fetch, bring your commits onto origin/main, and push again.")
