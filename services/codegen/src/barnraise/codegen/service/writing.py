"""Hand edits: committed at once, never over somebody else's change, answered the same however often they are sent."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Transaction
from barnraise.codegen.ports import Answered
from barnraise.codegen.service.edits import Changes, check_against, decode, fingerprint
from barnraise.codegen.service.workshop import Cause, Workshop, commit_created, main_of, ref_changed
from barnraise.contracts.base import Message
from barnraise.contracts.requests import FilesWritten, WriteFiles
from barnraise.vfs import Pack, RefMoved, Repository
from barnraise.vfs.refs import TAGS

_TRIES = 10


async def write_files(workshop: Workshop, request: WriteFiles) -> FilesWritten:
    """Raises BarnraiseError: ``path_invalid``, ``too_large``, ``invalid_request``, ``not_found``, ``version_conflict``,
    ``idempotency_mismatch``, ``project_deleted``, ``unavailable``."""
    changes = decode(request)
    mark = fingerprint(changes, f"{request.base} {request.branch}")
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
    head = _head(repository, request.branch)
    tree = await asyncio.to_thread(_edit, repository, request.branch, request.base, changes)
    if tree == repository.tree_of(head):
        return await _unchanged(workshop, request, head, mark)
    cause = Cause(request, None, "edit", request.summary or _summary(changes))
    commit = cause.commit(repository, tree, [head])
    pack = await workshop.pack(repository, [commit])
    async with workshop.journal.transaction() as transaction:
        told = await _move(workshop, transaction, repository, cause, request, commit, pack)
        await workshop.journal.answer(transaction, request.project_id, request.id, Answered(mark, commit, True))
        await workshop.outbox.file(transaction, request.id, [told])
    await workshop.outbox.announce(request.id)
    return FilesWritten(commit=commit, changed=True)


async def _move(
    workshop: Workshop, transaction: Transaction, repository: Repository, cause: Cause, request: WriteFiles, commit: str, pack: Pack
) -> Message:
    """Moves the branch; what is to be told of it."""
    if request.branch != "main":
        old = repository.refs[request.branch]
        await workshop.move(transaction, request.project_id, request.branch, old, commit, pack)
        return ref_changed(request, request.branch, old, commit)
    step = cause.step(repository, request.id, commit)
    await workshop.record(transaction, request.project_id, step, pack)
    return await asyncio.to_thread(commit_created, repository, cause, step)


def _head(repository: Repository, branch: str) -> str:
    main = main_of(repository)
    if branch == "blueprint":
        raise BarnraiseError("name_invalid", "The compiler alone writes to 'blueprint'.", "Edit main, or a branch of your own.")
    if branch.startswith(TAGS) or branch not in repository.refs:
        raise BarnraiseError("not_found", f"There is no branch '{branch[:60]}'.", "Look at the list of branches.")
    return main if branch == "main" else repository.refs[branch]


def _edit(repository: Repository, branch: str, base: str, changes: Changes) -> str:
    """The branch's tree with the edit in it."""
    if not repository.contains(branch, base):
        detail = f"The base {base[:12]} is not a version of this project."
        raise BarnraiseError("version_conflict", detail, "Read the file again and use the commit that comes with it.")
    written = repository.blob_ids(changes)
    check_against(changes, repository.blobs(base), repository.blobs(branch), written)
    return repository.edit_tree(repository.tree_of(branch), changes)


async def _repeated(workshop: Workshop, request: WriteFiles, known: Answered, mark: str) -> FilesWritten:
    if known.fingerprint != mark:
        raise BarnraiseError("idempotency_mismatch", "This request id was used for another edit.", "Use a new id for a new edit.")
    await workshop.outbox.announce(request.id)
    return FilesWritten(commit=known.commit, changed=known.changed)


async def _unchanged(workshop: Workshop, request: WriteFiles, head: str, mark: str) -> FilesWritten:
    async with workshop.journal.transaction() as transaction:
        first = await workshop.journal.answer(transaction, request.project_id, request.id, Answered(mark, head, False))
    return FilesWritten(commit=first.commit, changed=first.changed)


def _summary(changes: Changes) -> str:
    first, *others = sorted(changes)
    verb = "Delete" if all(data is None for data in changes.values()) else "Edit"
    return f"{verb} {first}" + (f" and {len(others)} more" if others else "")
