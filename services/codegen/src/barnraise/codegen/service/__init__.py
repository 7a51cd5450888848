"""Use cases: every way in which a project's code changes."""

from barnraise.chassis.outcome import Outcome
from barnraise.codegen.ports import Author, Casting, Meaning, Pictures, Watch
from barnraise.codegen.service.cloning import clone_project
from barnraise.codegen.service.compiling import compile_manifest
from barnraise.codegen.service.designing import design_manifest
from barnraise.codegen.service.dropping import drop_code
from barnraise.codegen.service.editing import edit_code
from barnraise.codegen.service.importing import import_code
from barnraise.codegen.service.merging import merge_branch
from barnraise.codegen.service.naming import change_ref
from barnraise.codegen.service.pushing import push_commits
from barnraise.codegen.service.repairing import repair_commit
from barnraise.codegen.service.restoring import restore_commit
from barnraise.codegen.service.reverting import revert_step
from barnraise.codegen.service.touching import get_impact
from barnraise.codegen.service.watching import Unwatched
from barnraise.codegen.service.workshop import Workshop
from barnraise.codegen.service.writing import write_files
from barnraise.contracts.commands import (
    CloneProject,
    CompileManifest,
    DesignManifest,
    DropCode,
    EditCode,
    ImportCode,
    MergeBranch,
    RepairCommit,
    RestoreCommit,
    RevertStep,
)
from barnraise.contracts.impact import GetImpact, Impact
from barnraise.contracts.requests import ChangeRef, FilesWritten, PushCommits, RefState, WriteFiles


class Codegen:
    """The service's face to its handlers."""

    def __init__(
        self,
        workshop: Workshop,
        author: Author | None = None,
        pictures: Pictures | None = None,
        casting: Casting | None = None,
        watch: Watch | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        self._workshop = workshop
        self._author = author
        self._pictures = pictures
        self._casting = casting
        self._watch = watch or Unwatched()
        self._meaning = meaning

    async def compile(self, command: CompileManifest) -> Outcome:
        return await compile_manifest(self._workshop, command)

    async def repair(self, command: RepairCommit) -> Outcome:
        return await repair_commit(self._workshop, command)

    async def edit(self, command: EditCode) -> Outcome:
        with self._watch.during("invoke_workflow", "edit"):
            return await edit_code(self._workshop, self._author, command, self._pictures, self._casting, self._watch, self._meaning)

    async def design(self, command: DesignManifest) -> Outcome:
        with self._watch.during("invoke_workflow", "design"):
            return await design_manifest(self._author, command, self._pictures, self._watch, self._meaning)

    async def revert(self, command: RevertStep) -> Outcome:
        return await revert_step(self._workshop, command)

    async def restore(self, command: RestoreCommit) -> Outcome:
        return await restore_commit(self._workshop, command)

    async def clone(self, command: CloneProject) -> Outcome:
        return await clone_project(self._workshop, command)

    async def take_in(self, command: ImportCode) -> Outcome:
        return await import_code(self._workshop, command)

    async def merge(self, command: MergeBranch) -> Outcome:
        if self._casting:
            await self._casting.merged(command)
        return await merge_branch(self._workshop, command)

    async def write(self, request: WriteFiles) -> FilesWritten:
        return await write_files(self._workshop, request)

    async def push(self, request: PushCommits) -> FilesWritten:
        return await push_commits(self._workshop, request)

    async def change_ref(self, request: ChangeRef) -> RefState:
        return await change_ref(self._workshop, request)

    async def impact(self, request: GetImpact) -> Impact:
        return await get_impact(self._workshop, request)

    async def drop(self, command: DropCode) -> Outcome:
        return await drop_code(self._workshop, command)
