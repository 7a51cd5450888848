"""Hand edits: committed at once, never over somebody else's change, answered the same however often they are sent."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.ports import Answered
from barnraise.codegen.service.edits import Changes, check_against, decode, fingerprint
from barnraise.codegen.service.workshop import Cause, Workshop, commit_created, main_of
from barnraise.contracts.requests import FilesWritten, WriteFiles
from barnraise.vfs import RefMoved, Repository

_TRIES = 10


async def write_files(workshop: Workshop, request: WriteFiles) -> FilesWritten:
    """Raises BarnraiseError: ``path_invalid``, ``too_large``, ``invalid_request``, ``not_found``, ``version_conflict``,
    ``idempotency_mismatch``, ``project_deleted``, ``unavailable``."""
    changes = decode(request)
    mark = fingerprint(changes, request.base)
    for _ in range(_TRIES):
        # The project first: if it holds this edit already, the answer given for it is there to be read as well.
        repository = await workshop.open(request.project_id)
        if known := await workshop.journal.answered(request.project_id, request.id):
            return await _repeated(workshop, request, known, mark)
        try:
            return await _write(workshop, repository, request, changes, mark)
        except RefMoved:
            continue
    raise BarnraiseError("unavailable", "Too many changes are being made at once.", "Try again in a moment.", retryable=True)


async def _write(workshop: Workshop, repository: Repository, request: WriteFiles, changes: Changes, mark: str) -> FilesWritten:
    main = main_of(repository)
    tree = await asyncio.to_thread(_edit, repository, main, request.base, changes)
    if tree == repository.tree_of(main):
        return await _unchanged(workshop, request, main, mark)
    cause = Cause(request, None, "edit", request.summary or _summary(changes))
    step = cause.step(repository, request.id, cause.commit(repository, tree, [main]))
    pack = await workshop.pack(repository, [step.main_after])
    created = await asyncio.to_thread(commit_created, repository, cause, step)
    async with workshop.journal.transaction() as transaction:
        await workshop.record(transaction, request.project_id, step, pack)
        await workshop.journal.answer(transaction, request.project_id, request.id, Answered(mark, step.main_after, True))
        await workshop.outbox.file(transaction, request.id, [created])
    await workshop.outbox.announce(request.id)
    return FilesWritten(commit=step.main_after, changed=True)


def _edit(repository: Repository, main: str, base: str, changes: Changes) -> str:
    """The tree of ``main`` with the edit in it."""
    if not repository.contains("main", base):
        detail = f"The base {base[:12]} is not a version of this project."
        raise BarnraiseError("version_conflict", detail, "Read the file again and use the commit that comes with it.")
    written = repository.blob_ids(changes)
    check_against(changes, repository.blobs(base), repository.blobs(main), written)
    return repository.edit_tree(repository.tree_of(main), changes)


async def _repeated(workshop: Workshop, request: WriteFiles, known: Answered, mark: str) -> FilesWritten:
    if known.fingerprint != mark:
        raise BarnraiseError("idempotency_mismatch", "This request id was used for another edit.", "Use a new id for a new edit.")
    await workshop.outbox.announce(request.id)
    return FilesWritten(commit=known.commit, changed=known.changed)


async def _unchanged(workshop: Workshop, request: WriteFiles, main: str, mark: str) -> FilesWritten:
    async with workshop.journal.transaction() as transaction:
        first = await workshop.journal.answer(transaction, request.project_id, request.id, Answered(mark, main, False))
    return FilesWritten(commit=first.commit, changed=first.changed)


def _summary(changes: Changes) -> str:
    first, *others = sorted(changes)
    verb = "Delete" if all(data is None for data in changes.values()) else "Edit"
    return f"{verb} {first}" + (f" and {len(others)} more" if others else "")
