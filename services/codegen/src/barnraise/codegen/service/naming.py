"""Branches and tags: names for commits that the project has."""

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.ports import Answered
from barnraise.codegen.service.workshop import Workshop, ref_changed
from barnraise.contracts.requests import ChangeRef, RefState
from barnraise.vfs import RefMoved, Repository
from barnraise.vfs.refs import TAGS, check_name

_TRIES = 10


async def change_ref(workshop: Workshop, request: ChangeRef) -> RefState:
    """Raises BarnraiseError: ``name_invalid``, ``not_found``, ``version_conflict``, ``idempotency_mismatch``, ``project_deleted``."""
    mark = f"{request.ref} {request.old} {request.new}"
    for _ in range(_TRIES):
        repository = await workshop.open(request.project_id)
        if known := await workshop.journal.answered(request.project_id, request.id):
            if known.fingerprint != mark:
                raise BarnraiseError("idempotency_mismatch", "This request id was used for another change.", "Use a new id.")
            await workshop.outbox.announce(request.id)
            return RefState(ref=request.ref, commit=request.new)
        _check(repository, request)
        try:
            return await _move(workshop, request, mark)
        except RefMoved:
            continue
    raise BarnraiseError("unavailable", "Too many changes are being made at once.", "Try again in a moment.", retryable=True)


async def _move(workshop: Workshop, request: ChangeRef, mark: str) -> RefState:
    async with workshop.journal.transaction() as transaction:
        await workshop.move(transaction, request.project_id, request.ref, request.old, request.new)
        answered = Answered(mark, request.new or str(request.old), True)
        await workshop.journal.answer(transaction, request.project_id, request.id, answered)
        await workshop.outbox.file(transaction, request.id, [ref_changed(request, request.ref, request.old, request.new)])
    await workshop.outbox.announce(request.id)
    return RefState(ref=request.ref, commit=request.new)


def _check(repository: Repository, request: ChangeRef) -> None:
    """Refuses names that cannot be, commits that are not there, a ref that is elsewhere, and what would lose commits."""
    what, name = ("tag", request.ref.removeprefix(TAGS)) if request.ref.startswith(TAGS) else ("branch", request.ref)
    if request.ref in ("main", "blueprint"):
        raise BarnraiseError("name_invalid", f"'{name}' is a name of the platform's own.", "Use another name.")
    there = repository.refs.get(request.ref)
    if request.old is not None and there is None:
        raise BarnraiseError("not_found", f"There is no {what} '{name}'.", "Look at the list for what there is.")
    if there != request.old:
        detail = f"The {what} '{name}' is at {str(there)[:12]}." if request.old else f"There is a {what} '{name}' already."
        raise BarnraiseError("version_conflict", detail, "Look where it is, or take another name.")
    if there is None:
        check_name(request.ref, repository.refs)
    if request.new is not None and not repository.reaches(request.new):
        raise BarnraiseError("not_found", f"This project has no commit {request.new[:12]}.", "Use a commit from the project's log.")
    if there is not None and not _kept(repository, request, there):
        detail = f"Nothing but the {what} '{name}' leads to {there[:12]}: it would be lost."
        raise BarnraiseError("version_conflict", detail, "Merge it, or put a tag on it, first.")


def _kept(repository: Repository, request: ChangeRef, commit: str) -> bool:
    """Whether something else leads to the commit still."""
    others = [name for name in repository.refs if name != request.ref]
    if request.new is not None and repository.follows(request.new, commit):
        return True
    return any(repository.contains(name, commit) for name in others)
