"""A model changes the code: on a branch of its own, placed on the files that it saw, all of its edits or none."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain import asking
from barnraise.codegen.domain.roles import Role, editor
from barnraise.codegen.domain.secrets import HIDDEN
from barnraise.codegen.domain.showing import BYTES_PER_TOKEN, Shown, choose, read, survey
from barnraise.codegen.ports import Asked, Author, Casting, Look, Meaning, Pictures, Said, Watch
from barnraise.codegen.service.looking import looks_for, without_pictures
from barnraise.codegen.service.meaning import closeness
from barnraise.codegen.service.proposing import branch_of, code_proposed, put_up
from barnraise.codegen.service.repairing import fixes
from barnraise.codegen.service.watching import Unwatched
from barnraise.codegen.service.workshop import Cause, Workshop, file_changes
from barnraise.contracts.commands import EditCode
from barnraise.contracts.diagnostics import Diagnostic
from barnraise.contracts.events import CodeProposed, ModelUse
from barnraise.patches import ChangeSet, Refusal, WholeFile, parse, place
from barnraise.patches.weakening import weakened
from barnraise.vfs import Repository

ROUNDS = 3
_UNWATCHED = Unwatched()
MOST_WEAKENED = 50
MOST_SAID = 700
"""Characters about each of them."""
_LONG, _KEPT = 12, 0.4
"""Of a file with so many lines, a change may leave no less than this share without being looked at."""


@dataclass
class _Work:
    """What has come of it: the files to write (None: to delete), the model's words, and what it took."""

    changes: Mapping[str, bytes | None]
    text: str
    used: list[Said]


async def edit_code(
    workshop: Workshop,
    author: Author | None,
    command: EditCode,
    pictures: Pictures | None = None,
    casting: Casting | None = None,
    watch: Watch = _UNWATCHED,
    meaning: Meaning | None = None,
) -> Outcome:
    """Announces CodeProposed and RefChanged. Raises ``no_model``, ``limit_exceeded``, ``not_found``, ``proposal_unsound``."""
    repository = await workshop.open(command.project_id)
    if not repository.reaches(command.commit):
        raise BarnraiseError("not_found", f"There is no commit {command.commit[:12]}.", "Retry the job.")
    snapshot = await asyncio.to_thread(repository.tree, command.commit)
    fixed = await _mended(workshop, repository, command, snapshot)
    left = tuple(one for one in command.diagnostics if not (one.fixable and one.path in fixed))
    if fixed and not left and not command.tests:  # what tools mend safely needs no model
        return await _propose(workshop, repository, command, _Work(fixed, "", []))
    if author is None:
        raise BarnraiseError("no_model", "No model is set up.", "Set one up (docs/models.md), or say it in words that need none.")
    looks = await looks_for(author, pictures, command.project_id, command.attachments)
    if not looks:
        command = without_pictures(command)
    begun = {file.path for file in file_changes(repository, command.base, command.commit)} if command.base else set()
    shown, role = await _chosen(author, command, {**snapshot, **fixed}, left, begun, meaning)
    role = await casting.cast(role, command) if casting else role
    with watch.during("invoke_agent", role.name):
        work = await _written(author, command, left, role, shown, {**snapshot, **fixed}, looks, watch)
    return await _propose(workshop, repository, command, replace(work, changes={**fixed, **work.changes}), shown)


async def _mended(workshop: Workshop, repository: Repository, command: EditCode, snapshot: Mapping[str, bytes]) -> dict[str, bytes]:
    """What the tools' own safe fixes change."""
    if not any(one.fixable for one in command.diagnostics):
        return {}
    return {path: data for path, data in (await fixes(workshop, repository, command)).items() if data != snapshot.get(path)}


async def _chosen(
    author: Author,
    command: EditCode,
    snapshot: Mapping[str, bytes],
    left: Sequence[Diagnostic],
    begun: Collection[str],
    meaning: Meaning | None,
) -> tuple[Shown, Role]:
    """What is shown, and to whom: the role depends on what the task is about, the rest on the role. ``begun``: what the proposal has
    changed so far, which whoever mends it has to see."""
    task = asking.with_faults(command.task, left, command.tests)
    texts = await asyncio.to_thread(read, snapshot)
    close = await closeness(meaning, author, command, task, texts)
    seen = await asyncio.to_thread(survey, texts, task, {*begun, *(finding.path for finding in left if finding.path)}, close)
    role = editor(command, seen.about)
    if any(one.picture for one in command.attachments):
        role = replace(role, tier="vision")
    room = await author.room(command.project_id, role.tier, role.reply)
    budget = max(0, min(role.context, room.context - len(task.encode()) // BYTES_PER_TOKEN))
    return await asyncio.to_thread(choose, seen, budget, command.memory, command.conversation, role.name, command.attachments), role


async def _written(
    author: Author,
    command: EditCode,
    left: Sequence[Diagnostic],
    role: Role,
    shown: Shown,
    snapshot: Mapping[str, bytes],
    looks: tuple[Look, ...],
    watch: Watch,
) -> _Work:
    """The edits of a reply that can all be placed; what cannot is told to the model, a few times. A role without edits only speaks."""
    task = asking.with_faults(command.task, left, command.tests)
    turns = [asking.request(task, shown, command.attempt)]
    used: list[Said] = []
    refusals: tuple[Refusal, ...] = ()
    reply = (await author.room(command.project_id, role.tier, role.reply)).reply
    for _ in range(ROUNDS):
        said = await author(
            Asked(
                asking.instructions(role),
                tuple(turns),
                command.project_id,
                command.job_id or "",
                tier=role.tier,
                reply=reply,
                looks=looks,
                prefer=role.prefer,
            )
        )
        used.append(said)
        if role.tool == "words":
            return _Work({}, asking.words_of(said.text), used)
        wanted = parse(said.text)
        if not (wanted.edits or wanted.refusals or wanted.cut):
            return _Work({}, asking.words_of(said.text), used)
        refusals = _unseen(wanted, shown, snapshot)
        with watch.during("execute_tool", role.tool):
            placement = await asyncio.to_thread(place, wanted, snapshot)
        refusals = (*refusals, *placement.refusals)
        if not refusals:
            return _Work(placement.changes, asking.words_of(said.text), used)
        turns += [said.text, asking.again(refusals)]
    detail = f"Nothing was changed, because the model's edits could not be placed: {'; '.join(refusal.detail for refusal in refusals[:3])}"
    raise BarnraiseError("proposal_unsound", detail[:1900], "Say it differently, or in smaller steps.")


def _unseen(wanted: ChangeSet, shown: Shown, snapshot: Mapping[str, bytes]) -> tuple[Refusal, ...]:
    """Whole files written over what the model has not seen, and the compiler's own files."""
    found = [
        Refusal("file_exists", edit.path, "This file exists and was not shown to you: change it by a patch, or take another name.")
        for edit in wanted.edits
        if isinstance(edit, WholeFile) and edit.path in snapshot and edit.path not in shown.files
    ]
    found += [
        Refusal("not_found", edit.path, "What stands there as not shown is a secret: leave its lines as they are, and do not copy them.")
        for edit in wanted.edits
        if HIDDEN in repr(edit)
    ]
    ours = [edit.path for edit in wanted.edits if edit.path.startswith(".barnraise/")]
    return (*found, *(Refusal("path_invalid", path, "This folder is the compiler's.") for path in ours))


async def _propose(workshop: Workshop, repository: Repository, command: EditCode, work: _Work, shown: Shown | None = None) -> Outcome:
    before = repository.tree_of(command.commit)
    tree = repository.edit_tree(before, work.changes) if work.changes else before
    branch, old = branch_of(repository, command.job_id, command.commit, command.part)
    if tree == before:
        return Outcome([_told(repository, command, branch, command.commit, work, shown)])
    cause = Cause(command, command.job_id, "model" if work.used else "repair", work.text or command.task)
    commit = cause.commit(repository, tree, [command.commit])
    told = await asyncio.to_thread(_told, repository, command, branch, commit, work, shown)
    return await put_up(workshop, repository, command, told, old, since=_base(repository, command))


def _told(repository: Repository, command: EditCode, branch: str, commit: str, work: _Work, shown: Shown | None) -> CodeProposed:
    base = _base(repository, command)
    old, new = repository.tree(base), repository.tree(commit)
    return code_proposed(
        repository,
        command,
        branch,
        commit,
        command.commit,
        changed=commit != command.commit,
        text=work.text,
        read=len(shown.files) if shown else 0,
        unread=len(shown.others) if shown else 0,
        used=use_of(work.used),
        context=shown.context if shown else None,
        destroys=destroyed(old, new),
        weakens=tuple(line[:MOST_SAID] for line in weakened(old, new)[:MOST_WEAKENED]),
    )


def _base(repository: Repository, command: EditCode) -> str:
    """What the whole proposal is compared with."""
    return command.base if command.base and repository.reaches(command.base) else command.commit


def destroyed(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[str, ...]:
    """Files that are gone, or most of whose lines are without others in their place; renamed ones are still there."""
    kept = set(new.values())
    return tuple(path for path, data in sorted(old.items()) if data not in kept and _gutted(data, new.get(path)))


def _gutted(old: bytes, new: bytes | None) -> bool:
    lines = len(old.splitlines())
    return new is None or (lines >= _LONG and len(new.splitlines()) < lines * _KEPT)


def use_of(said: Sequence[Said]) -> ModelUse | None:
    """All replies together; None where no model was asked."""
    if not said:
        return None
    costs = [one.cost for one in said]
    return ModelUse(
        model=said[-1].model,
        calls=len(said),
        input=sum(one.input for one in said),
        output=sum(one.output for one in said),
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
    )
