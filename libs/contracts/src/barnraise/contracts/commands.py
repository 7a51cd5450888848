"""Commands: imperative, one handler each, on the work-queue stream."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from barnraise.contracts.base import Id, Message, Oid
from barnraise.contracts.conflicts import Choices
from barnraise.contracts.diagnostics import Diagnostic, TestReport
from barnraise.contracts.documents import MAX_EDGE, Attachment, Attachments
from barnraise.contracts.jobs import Attempts, JobAction
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.memory import Exchanges, Remembered, Texts

Score = Annotated[int, Field(le=100)]


class Command(Message):
    """Something to do for a job. ``id`` is the fencing and inbox key of its effect."""

    job_id: Id


class StartJob(Command):
    """A job was accepted. ``position`` orders the jobs of a project; ``text`` is the user's sentence for ``message``,
    ``commit`` the commit to look at for ``check``, to go back to for ``restore``, whose step alone is to be undone
    for ``undo``, where a ``clone`` ends, or where the branch to ``merge`` has to be. ``source`` is the project to ``clone``, the stored
    upload to ``import``, or the branch to ``merge``. ``attempts``: in how many ways a model shall try what changes the code; the best one
    is taken."""

    owner: ClassVar[str] = "planner"
    type: Literal["job.start.v1"] = "job.start.v1"
    action: JobAction
    position: Annotated[int, Field(ge=0)]
    text: Annotated[str, Field(max_length=200_000)] = ""
    name: Annotated[str, Field(max_length=120)] | None = Field(default=None, description="The name that the user gave.")
    commit: Oid | None = None
    attachments: Attachments = ()
    source: Annotated[str, Field(max_length=200)] | None = None
    attempts: Attempts = 1


class CancelJob(Command):
    owner: ClassVar[str] = "planner"
    type: Literal["job.cancel.v1"] = "job.cancel.v1"


class RetryJob(Command):
    """Run a failed or cancelled job again from the step where it ended."""

    owner: ClassVar[str] = "planner"
    type: Literal["job.retry.v1"] = "job.retry.v1"


class ResolveJob(Command):
    """Do what a job was to do, with choices for the places where it met a person's edits."""

    owner: ClassVar[str] = "planner"
    type: Literal["job.resolve.v1"] = "job.resolve.v1"
    choices: Choices


class DropProject(Command):
    """The project was deleted: cancel its jobs and forget it. One command per owner of data, told apart by ``service``."""

    owner: ClassVar[str] = "planner"
    type: Literal["project.drop.v1"] = "project.drop.v1"


class MakePlan(Command):
    """Classify the sentence and make or change a manifest. ``manifest`` is the project's current one; ``attachments`` came with the
    sentence, which may then be empty."""

    owner: ClassVar[str] = "planner"
    type: Literal["plan.make.v1"] = "plan.make.v1"
    text: Annotated[str, Field(max_length=200_000)]
    name: Annotated[str, Field(max_length=120)] | None = None
    manifest: Manifest | None = None
    attachments: Attachments = ()
    imported: Annotated[bool, Field(description="The project has code that no manifest stands for.")] = False


class CompileManifest(Command):
    """Compile to ``blueprint`` and merge into ``main``, in one step that happens once; ``choices`` settle where they meet. ``propose``:
    what of it goes to a branch of its own instead, to be judged there, in a project that has code: nothing, what is merged with changes by
    others than the compiler, or all."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.compile.v1"] = "code.compile.v1"
    manifest: Manifest
    summary: Annotated[str, Field(max_length=2000)]
    choices: Choices = ()
    propose: Literal["never", "mixed", "always"] = "never"


class DesignManifest(Command):
    """Have a model make a manifest of a message that the built-in engine could not read, or not all of. ``manifest`` is what the project
    stands for, ``draft`` what the built-in engine makes of the message, ``unread`` what is left open in it. ``shot``: a picture of what
    was made of it, to be compared with those that came with the message; then ``manifest`` is what was made."""

    owner: ClassVar[str] = "codegen"
    type: Literal["manifest.design.v1"] = "manifest.design.v1"
    text: Annotated[str, Field(max_length=200_000)]
    name: Annotated[str, Field(max_length=120)] | None = None
    manifest: Manifest | None = None
    draft: Manifest | None = None
    unread: Texts = ()
    attachments: Attachments = ()
    shot: Attachment | None = None
    memory: Remembered = ()
    conversation: Exchanges = ()


class EditCode(Command):
    """Have a model change the code of ``commit`` as ``task`` says, on the branch ``proposals/<job>``; ``main`` does not move.

    ``diagnostics`` and ``tests`` are what is wrong with ``commit``, when it is a proposal of this job already. ``question``: the task is
    to be answered in words, and nothing is changed. ``attempt``: the which of several ways this is. ``base``: where ``main`` was, if
    that is not ``commit``. ``score``: what the critic gave ``commit``, if it is a proposal; below 0 where its faults take more than 100.
    ``part``: which of the job's tasks this is, where several are worked on at once; 0 where they are not."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.edit.v1"] = "code.edit.v1"
    commit: Oid
    task: Annotated[str, Field(min_length=1, max_length=200_000)]
    diagnostics: tuple[Diagnostic, ...] = ()
    tests: TestReport | None = None
    attachments: Attachments = ()
    memory: Remembered = ()
    conversation: Exchanges = ()
    question: bool = False
    attempt: Attempts = 1
    base: Oid | None = None
    score: Score | None = None
    part: Annotated[int, Field(ge=0)] = 0


class StopEdit(Command):
    """End the job's EditCode that was asked for before, if one is at work; nothing comes of it."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.stop.v1"] = "code.stop.v1"


class RepairCommit(Command):
    """Apply the tools' own safe fixes to ``commit`` (which is ``main``)."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.repair.v1"] = "code.repair.v1"
    commit: Oid
    diagnostics: tuple[Diagnostic, ...]


class RevertStep(Command):
    """Undo the project's newest step that stands, or redo the newest that was undone. With ``commit``, undo the step that made this commit,
    and keep what came after it. ``choices`` settle where that meets later lines."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.revert.v1"] = "code.revert.v1"
    direction: Literal["undo", "redo"]
    commit: Oid | None = None
    choices: Choices = ()


class RestoreCommit(Command):
    """Bring the project back to what it was at ``commit``, as a new step: nothing that came after it is lost."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.restore.v1"] = "code.restore.v1"
    commit: Oid


class CloneProject(Command):
    """Bring the code of the project ``source`` into this one, which has none: everything, or the history that ends at ``commit``."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.clone.v1"] = "code.clone.v1"
    source: Id
    commit: Oid | None = None


class ImportCode(Command):
    """Bring a stored upload (a zip archive or a git bundle) into this project, which has no code."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.import.v1"] = "code.import.v1"
    upload: Annotated[str, Field(pattern=r"^uploads/[a-z0-9_-]{1,64}$")]


class MergeBranch(Command):
    """Merge a branch into ``main``; ``choices`` settle where they meet. ``commit``: where the branch has to be, if that was approved or
    tested, and nothing else; a ``version_conflict`` when it has moved. ``score``: what the critic gave a proposal that is merged. ``base``:
    where ``main`` was when it was tested; if it is elsewhere by now, both are merged on the branch and proposed again, to be judged before
    it lands. A branch that the compiler proposed brings its plan along."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.merge.v1"] = "code.merge.v1"
    branch: Annotated[str, Field(min_length=1, max_length=100)]
    choices: Choices = ()
    commit: Oid | None = None
    score: Score | None = None
    base: Oid | None = None


class ValidateCommit(Command):
    owner: ClassVar[str] = "validator"
    type: Literal["commit.validate.v1"] = "commit.validate.v1"
    commit: Oid


class TestCommit(Command):
    """Run the application's own tests in a sandbox."""

    __test__ = False
    owner: ClassVar[str] = "sandbox"
    type: Literal["commit.test.v1"] = "commit.test.v1"
    commit: Oid


class ShowCommit(Command):
    """Start the project's preview on that commit, or bring a running one to it."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.show.v1"] = "preview.show.v1"
    commit: Oid


class ShootCommit(Command):
    """Take a picture of the first page of that commit, ``width`` and ``height`` pixels large, beside its preview."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.shoot.v1"] = "preview.shoot.v1"
    commit: Oid
    width: Annotated[int, Field(ge=320, le=MAX_EDGE)] = 1280
    height: Annotated[int, Field(ge=320, le=MAX_EDGE)] = 800


class StopWork(Command):
    """Stop whatever runs for the job, in whichever service; sent to every service that runs long steps."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["work.stop.v1"] = "work.stop.v1"


class DropPreview(Command):
    """The project was deleted: stop its preview and remove its data."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.drop.v1"] = "preview.drop.v1"


class DropCode(Command):
    """The project was deleted: remove its refs and packs."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.drop.v1"] = "code.drop.v1"


COMMANDS: tuple[type[Command], ...] = (
    StartJob, CancelJob, RetryJob, ResolveJob, DropProject, MakePlan, CompileManifest, DesignManifest, EditCode, StopEdit, RepairCommit,
    RevertStep, RestoreCommit, CloneProject, ImportCode, MergeBranch, ValidateCommit, TestCommit, ShowCommit, ShootCommit, StopWork,
    DropPreview, DropCode,
)  # fmt: skip
