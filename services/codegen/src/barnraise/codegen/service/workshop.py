"""What all use cases share: the ports, and the way from new commits to an outcome."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.failpoints import failpoint
from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.codegen.domain.conflicts import told
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH, read_manifest, write_manifest
from barnraise.codegen.domain.steps import Origin, Step
from barnraise.codegen.ports import Compiler, Fixer, Journal, Outbox, ProjectDropped, Repositories, ScriptFixer
from barnraise.contracts.base import Message
from barnraise.contracts.commands import Command
from barnraise.contracts.events import CodeChanged, CommitCreated, FileChange, MergeConflicted, RefChanged
from barnraise.contracts.manifest import Manifest
from barnraise.vfs import FileConflict, Pack, Repository
from barnraise.vfs.history import write_message

_FILES_TOLD = 500
_AUTHORS: dict[Origin, str] = {"edit": "User"}


@dataclass(frozen=True)
class Workshop:
    repositories: Repositories
    journal: Journal
    compiler: Compiler
    fixer: Fixer
    outbox: Outbox
    script_fixer: ScriptFixer | None = None

    async def open(self, project_id: str) -> Repository:
        """The project as it is now. Raises BarnraiseError ``project_deleted``."""
        if await self.journal.dropped(project_id):
            raise BarnraiseError("project_deleted", "This project was deleted.", "Create a new project.")
        return await self.repositories.open(project_id)

    async def pack(self, repository: Repository, commits: Sequence[str]) -> Pack:
        """The new commits, in the object store. Until a transaction lists the pack, it is only rubbish."""
        pack = await asyncio.to_thread(repository.pack, commits)
        failpoint("codegen.packed")
        await self.repositories.store(repository.project_id, pack)
        failpoint("codegen.stored")
        return pack

    async def record(self, transaction: Transaction, project_id: str, step: Step, pack: Pack) -> None:
        """The step in the journal. RefMoved leaves the pack where it is: another attempt at the same step may have listed it.

        Once it is listed, under the project's lock, it is made sure of: nobody takes a listed pack back.
        """
        try:
            await self.journal.record(transaction, project_id, step, pack)
            await self.repositories.ensure(project_id, pack)
        except ProjectDropped:
            await self.repositories.discard(project_id, pack.id)
            raise

    async def move(
        self, transaction: Transaction, project_id: str, ref: str, old: str | None, new: str | None, pack: Pack | None = None
    ) -> None:
        """A ref that no step moves, and what it brought."""
        await self.journal.move(transaction, project_id, ref, old, new, pack)
        if pack:
            await self.repositories.ensure(project_id, pack)


@dataclass(frozen=True)
class Cause:
    """Whose wish a change is: becomes the commits' time, author and trailers."""

    message: Message
    job_id: str | None
    origin: Origin
    summary: str

    def commit(self, repository: Repository, tree: str, parents: Sequence[str | None]) -> str:
        """A commit of the tree; parents that are None do not exist yet."""
        text = write_message(self.summary, origin=self.origin, step_id=self.message.id, job_id=self.job_id)
        author = _AUTHORS.get(self.origin, "Barnraise")
        return repository.commit(tree, [parent for parent in parents if parent], text, author=author, at=self.message.at)

    def step(self, repository: Repository, group_id: str, main: str, blueprint: str | None = None, target: str | None = None) -> Step:
        """The step that moves the branches from where the repository was opened; ``blueprint`` None: it stays."""
        after, before = blueprint or repository.refs.get("blueprint"), repository.refs.get("blueprint")
        return Step(self.message.id, group_id, self.job_id, self.origin, repository.refs.get("main"), main, before, after, target)


@dataclass(frozen=True)
class History:
    """What a project comes to have at once: its refs, the steps that led there, and the objects."""

    refs: Mapping[str, str]
    steps: Sequence[Step]
    packs: Sequence[Pack]


@dataclass(frozen=True)
class Conflict:
    """A change that would lose somebody's lines."""

    files: tuple[FileConflict, ...]


async def settle(workshop: Workshop, repository: Repository, cause: Cause, step: Step, done: str | None = None) -> Outcome:
    """Stores what the step brought; its effect moves the branches, and the messages say so. ``done``: a branch that goes with it."""
    commits = {step.main_after, step.blueprint_after} - {None, step.blueprint_before}
    pack = await workshop.pack(repository, sorted(filter(None, commits)))
    created = await asyncio.to_thread(commit_created, repository, cause, step)

    async def effect(transaction: Transaction) -> Sequence[Message]:
        await workshop.record(transaction, repository.project_id, step, pack)
        if done:
            await workshop.move(transaction, repository.project_id, done, repository.refs[done], None)
        return ()

    changed = code_changed(repository, cause.message, step.main_after, step.blueprint_after, files=len(created.files))
    gone = [ref_changed(cause.message, done, repository.refs[done], None)] if done else []
    return Outcome([created, *gone, changed], effect)


async def settle_in(workshop: Workshop, cause: Cause, history: History) -> Outcome:
    """A project's whole history in one effect: all of it is there, or nothing."""
    project_id, main = cause.message.project_id, history.refs["main"]
    for pack in history.packs:
        await workshop.repositories.store(project_id, pack)
        failpoint("codegen.stored")
        await workshop.repositories.adopt(project_id, pack.id)
    # Opened now, because a repository sees the packs that were there when it was opened.
    repository = await workshop.open(project_id)
    step = cause.step(repository, cause.message.id, main, history.refs.get("blueprint"))
    created = await asyncio.to_thread(commit_created, repository, cause, step)

    async def effect(transaction: Transaction) -> Sequence[Message]:
        await workshop.journal.settle_in(transaction, project_id, history.refs, history.steps, history.packs)
        return ()

    changed = code_changed(repository, cause.message, main, history.refs.get("blueprint"), files=len(created.files))
    return Outcome([created, changed], effect)


async def take_back(workshop: Workshop, project_id: str, pack_id: str) -> None:
    """A stored pack that came to nothing goes, unless another attempt at the same has listed it."""
    async with workshop.journal.transaction() as transaction:
        if await workshop.journal.unlisted(transaction, project_id, pack_id):
            await workshop.repositories.discard(project_id, pack_id)


def ref_changed(request: Message, ref: str, old: str | None, new: str | None) -> RefChanged:
    return RefChanged(id=f"{request.id}:ref", project_id=request.project_id, at=now(), ref=ref, old=old, new=new)


def commit_created(repository: Repository, cause: Cause, step: Step) -> CommitCreated:
    return CommitCreated(
        id=f"{cause.message.id}:commit",
        project_id=repository.project_id,
        job_id=cause.job_id,
        at=now(),
        commit=step.main_after,
        parent=step.main_before,
        origin=cause.origin,
        summary=cause.summary[:2000],
        files=file_changes(repository, step.main_before, step.main_after),
    )


def file_changes(repository: Repository, before: str | None, after: str) -> tuple[FileChange, ...]:
    """The first files that differ between two commits."""
    diff = repository.diff(before, after, patches=False)
    return tuple(FileChange(path=file.path, change=file.change, added=file.added, removed=file.removed) for file in diff[:_FILES_TOLD])


def code_changed(repository: Repository, command: Message, commit: str, blueprint: str | None, *, files: int = 0) -> CodeChanged:
    """``files`` counts those that changed; ``changed`` says whether ``main`` moved."""
    return CodeChanged(
        id=f"{command.id}:code",
        project_id=repository.project_id,
        job_id=getattr(command, "job_id", None),
        at=now(),
        commit=commit,
        changed=commit != repository.refs.get("main"),
        manifest=manifest_at(repository, blueprint),
        files=files,
        tree=repository.tree_of(commit),
    )


def conflicted(command: Command, conflict: Conflict) -> Outcome:
    event = MergeConflicted(
        id=f"{command.id}:conflict",
        project_id=command.project_id,
        job_id=command.job_id,
        at=now(),
        paths=tuple(file.path for file in conflict.files),
        files=told(conflict.files),
    )
    return Outcome([event])


def compiled_tree(repository: Repository, compiler: Compiler, manifest: Manifest) -> str:
    """All that the compiler makes of the manifest, with the manifest itself."""
    return repository.write_tree({**compiler(manifest), MANIFEST_PATH: write_manifest(manifest)})


def manifest_at(repository: Repository, blueprint: str | None) -> Manifest | None:
    return read_manifest(repository.read(blueprint, MANIFEST_PATH).data) if blueprint else None


def main_of(repository: Repository) -> str:
    """The head of ``main``. Raises BarnraiseError ``not_found`` when the project has no code yet."""
    head = repository.refs.get("main")
    if head is None:
        raise BarnraiseError("not_found", "This project has no code yet.", "Say what to build first.")
    return head
