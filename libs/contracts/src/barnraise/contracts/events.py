"""Events: past tense, many readers, on the limits stream. A project's events in stream order are its story."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from barnraise.contracts.base import Contract, Id, Message, Oid
from barnraise.contracts.conflicts import FileConflict
from barnraise.contracts.diagnostics import Diagnostic, TestReport, ToolReport, Verdict
from barnraise.contracts.documents import FileName, Picture
from barnraise.contracts.impact import Impact
from barnraise.contracts.jobs import Intent, JobAction, JobStatus, StepName, StepStatus
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.memory import Text, Texts
from barnraise.contracts.problems import Problem


class Event(Message):
    """Something that happened. ``job_id`` is None for what no job caused."""

    job_id: Id | None = None


class ProjectCreated(Event):
    owner: ClassVar[str] = "gateway"
    type: Literal["project.created.v1"] = "project.created.v1"
    name: str


class ProjectRenamed(Event):
    owner: ClassVar[str] = "gateway"
    type: Literal["project.renamed.v1"] = "project.renamed.v1"
    name: str


class ProjectDeleted(Event):
    owner: ClassVar[str] = "gateway"
    type: Literal["project.deleted.v1"] = "project.deleted.v1"


class MessagePosted(Event):
    """A turn of the conversation, by the user (from the gateway) or by Barnraise (from the conductor)."""

    owner: ClassVar[str] = "gateway"
    type: Literal["message.posted.v1"] = "message.posted.v1"
    role: Literal["user", "assistant"]
    text: Annotated[str, Field(max_length=200_000)]
    attachments: Annotated[tuple[FileName, ...], Field(max_length=5, description="The names of what came with it.")] = ()


class JobQueued(Event):
    """The planner knows the job; ``ahead`` counts the project's jobs that come before it."""

    owner: ClassVar[str] = "planner"
    type: Literal["job.queued.v1"] = "job.queued.v1"
    action: JobAction
    ahead: Annotated[int, Field(ge=0)]


class JobStarted(Event):
    owner: ClassVar[str] = "planner"
    type: Literal["job.started.v1"] = "job.started.v1"
    action: JobAction


class StepStarted(Event):
    """The conductor asked for a step. ``round`` counts its repetitions in this job from 1."""

    owner: ClassVar[str] = "planner"
    type: Literal["step.started.v1"] = "step.started.v1"
    step: StepName
    round: Annotated[int, Field(ge=1)]


class StepEnded(Event):
    """The conductor saw a step end. ``seconds`` is measured from its start by the conductor's clock."""

    owner: ClassVar[str] = "planner"
    type: Literal["step.ended.v1"] = "step.ended.v1"
    step: StepName
    round: Annotated[int, Field(ge=1)]
    status: StepStatus
    seconds: Annotated[float, Field(ge=0)]
    problem: Problem | None = None


class ModelUse(Contract):
    """What models were used for: tokens as their providers reported them, and US dollars where a price is known."""

    model: Annotated[str, Field(max_length=200)]
    calls: Annotated[int, Field(ge=0)]
    input: Annotated[int, Field(ge=0)]
    output: Annotated[int, Field(ge=0)]
    cost: Annotated[Decimal, Field(ge=0)] | None = None


class Proposal(Contract):
    """A change that stands on a branch and did not land: ``base`` to ``commit`` is its diff. ``choices`` are what can be done about it."""

    branch: Annotated[str, Field(max_length=200)]
    base: Oid
    commit: Oid
    reason: Annotated[str, Field(max_length=2000)]
    used: tuple[ModelUse, ...] = ()
    choices: tuple[Literal["merge", "discard", "say"], ...] = ("merge", "discard", "say")


class JobEnded(Event):
    """A job's only end. ``summary`` is for people; ``commit`` is ``main`` as the job left it, ``proposal`` what is left to decide."""

    owner: ClassVar[str] = "planner"
    type: Literal["job.ended.v1"] = "job.ended.v1"
    status: JobStatus
    summary: Annotated[str, Field(max_length=4000)]
    commit: Oid | None = None
    problem: Problem | None = None
    proposal: Proposal | None = None


class Decision(Contract):
    """What the planner understood, assumed and left open, in words, and why it took the intent it took."""

    intent: Intent
    reasons: tuple[str, ...]
    understood: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    open_points: tuple[str, ...] = ()


class PlanMade(Event):
    """The sentence is a plan: a manifest to compile, or (for undo, redo, test) an action to take instead. ``design``: a model could make
    more of it, and is to be asked. ``remember``: standing wishes that the sentence has."""

    owner: ClassVar[str] = "planner"
    type: Literal["plan.made.v1"] = "plan.made.v1"
    decision: Decision
    summary: Annotated[str, Field(max_length=2000)]
    manifest: Manifest | None = None
    design: bool = False
    remember: tuple[Text, ...] = ()


class PlanAnswered(Event):
    """Nothing is to be built: ``text`` answers a question (``asks`` false) or asks one back (``asks`` true). ``design`` and ``remember``
    as in PlanMade."""

    owner: ClassVar[str] = "planner"
    type: Literal["plan.answered.v1"] = "plan.answered.v1"
    decision: Decision
    asks: bool
    text: Annotated[str, Field(max_length=4000)]
    design: bool = False
    remember: tuple[Text, ...] = ()


class ContextPart(Contract):
    """Something that could be shown to a model: a file, whole or only its outline, a document, a decision or an exchange. ``score``: the
    greater, the sooner it is shown. ``words``, ``uses`` and ``meaning`` are its places, from 1, by shared words, by what uses what and by
    meaning; None where it has none."""

    kind: Literal["file", "outline", "document", "decision", "exchange"]
    name: Annotated[str, Field(max_length=400)]
    tokens: Annotated[int, Field(ge=0)]
    score: float
    words: Annotated[int, Field(ge=1)] | None = None
    uses: Annotated[int, Field(ge=1)] | None = None
    meaning: Annotated[int, Field(ge=1)] | None = None


class Context(Contract):
    """What a model was shown within its ``budget`` of tokens, best first, and the first of what did not fit in or was not about it:
    ``left_out``, of ``unread`` in all. ``wishes`` are the standing ones, which are always shown. ``retrieval``: whether
    meanings were compared too, or ``without``: why not."""

    role: Annotated[str, Field(max_length=40)]
    budget: Annotated[int, Field(ge=0)]
    wishes: Annotated[int, Field(ge=0)] = 0
    included: tuple[ContextPart, ...] = ()
    left_out: tuple[ContextPart, ...] = ()
    unread: Annotated[int, Field(ge=0)] = 0
    retrieval: Literal["lexical", "hybrid"] = "lexical"
    without: Annotated[str, Field(max_length=300)] = ""


class ManifestDesigned(Event):
    """A model has made a manifest of a message, and ``tasks`` of what no manifest says, in the order in which they are to be done.
    ``independent``: none of them builds on another. Without a manifest ``answer`` asks back. ``looked``: it was shown pictures."""

    owner: ClassVar[str] = "codegen"
    type: Literal["manifest.designed.v1"] = "manifest.designed.v1"
    decision: Decision
    summary: Annotated[str, Field(max_length=2000)] = ""
    manifest: Manifest | None = None
    tasks: Texts = ()
    independent: bool = False
    answer: Annotated[str, Field(max_length=4000)] = ""
    used: ModelUse | None = None
    context: Context | None = None
    looked: bool = False


class FileChange(Contract):
    path: Annotated[str, Field(max_length=400)]
    change: Literal["added", "modified", "deleted"]
    added: Annotated[int, Field(ge=0)] = 0
    removed: Annotated[int, Field(ge=0)] = 0


class CommitCreated(Event):
    """``main`` moved from ``parent`` to ``commit``. ``step_id`` names the step for undo; ``origin`` says who wanted it."""

    owner: ClassVar[str] = "codegen"
    type: Literal["commit.created.v1"] = "commit.created.v1"
    commit: Oid
    parent: Oid | None = None
    origin: Literal["compile", "repair", "edit", "push", "undo", "redo", "restore", "revert", "clone", "import", "merge", "model"]
    summary: Annotated[str, Field(max_length=2000)]
    files: tuple[FileChange, ...] = ()


class RefChanged(Event):
    """A branch other than ``main`` and ``blueprint``, or a tag (``tags/v1``), was made, moved from ``old`` or deleted (``new`` None)."""

    owner: ClassVar[str] = "codegen"
    type: Literal["ref.changed.v1"] = "ref.changed.v1"
    ref: Annotated[str, Field(max_length=200)]
    old: Oid | None = None
    new: Oid | None = None


class CodeChanged(Event):
    """A codegen command is done: ``main`` is at ``commit``. ``changed`` is false when nothing had to change.
    ``manifest`` is the manifest that the blueprint now stands for."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.changed.v1"] = "code.changed.v1"
    commit: Oid
    changed: bool
    manifest: Manifest | None = None
    files: Annotated[int, Field(ge=0)] = 0
    tree: Annotated[Oid, Field(description="What the commit's files are: equal for equal files.")] | None = None


class CodeProposed(Event):
    """A change stands on ``branch``, at ``commit``; ``main`` did not move. It is by a model, or what a plan was compiled to; or it was
    merged, on its branch, with what ``main`` has become since. ``base``: where ``main`` was, of the latter two. ``changed`` is false when
    a model changed nothing: then ``text``, its own words, answers or asks. ``read`` and ``unread`` count the project's files that it was
    shown or was not; ``context`` says which. ``destroys``: files that are deleted, or most of which is gone. ``weakens``: what is taken
    from tests, a line for each. ``impact``: what it touches, None where nobody could tell. All three are against the command's ``base``."""

    owner: ClassVar[str] = "codegen"
    type: Literal["code.proposed.v1"] = "code.proposed.v1"
    branch: Annotated[str, Field(max_length=200)]
    commit: Oid
    tree: Oid
    base: Oid | None = None
    changed: bool
    text: Annotated[str, Field(max_length=4000)] = ""
    files: tuple[FileChange, ...] = ()
    read: Annotated[int, Field(ge=0)] = 0
    unread: Annotated[int, Field(ge=0)] = 0
    used: ModelUse | None = None
    context: Context | None = None
    destroys: tuple[str, ...] = ()
    weakens: tuple[Annotated[str, Field(max_length=700)], ...] = ()
    impact: Impact | None = None


class MergeConflicted(Event):
    """A change could not be merged without losing somebody's lines; ``main`` did not move. ``paths`` are all files in conflict,
    ``files`` the first of them with the places to choose in."""

    owner: ClassVar[str] = "codegen"
    type: Literal["merge.conflicted.v1"] = "merge.conflicted.v1"
    paths: Annotated[tuple[str, ...], Field(min_length=1)]
    files: tuple[FileConflict, ...] = ()


class CommitValidated(Event):
    """The critic's judgement. ``passed`` means no error; ``score`` falls from 100 with each finding, at most to 0. ``cost``: what all
    findings take together, also where that is more than 100; None of a critic that does not tell yet."""

    owner: ClassVar[str] = "validator"
    type: Literal["commit.validated.v1"] = "commit.validated.v1"
    commit: Oid
    passed: bool
    score: Annotated[int, Field(ge=0, le=100)]
    cost: Annotated[int, Field(ge=0)] | None = None
    diagnostics: tuple[Diagnostic, ...]
    tools: tuple[ToolReport, ...]


class CommitTested(Event):
    """The application's own tests ran. ``verdict`` says how the run ended, ``report`` what the tests said. ``enforced``: the limits that
    held, with how in brackets where it was not by the kernel's own counters; ``accepted``: those that did not, which the operator has
    accepted by name."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["commit.tested.v1"] = "commit.tested.v1"
    commit: Oid
    passed: bool
    verdict: Verdict
    report: TestReport
    enforced: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


class PreviewReady(Event):
    """The preview answered 200 on its page and its API."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.ready.v1"] = "preview.ready.v1"
    preview_id: Id
    commit: Oid
    host: Annotated[str, Field(max_length=200, description="The host label in front of the preview domain.")]
    enforced: tuple[str, ...] = Field(description="The limits that hold for this preview.")
    accepted: tuple[str, ...] = Field(default=(), description="Limits that do not hold, which the operator has accepted by name.")


class PreviewPictured(Event):
    """A picture of the first page of ``commit``, taken in a sandbox and drawn anew."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.pictured.v1"] = "preview.pictured.v1"
    commit: Oid
    picture: Picture


class PreviewStopped(Event):
    """A preview has ended. ``disk``: it has stored more than it may."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.stopped.v1"] = "preview.stopped.v1"
    preview_id: Id
    reason: Literal["asked", "idle", "expired", "crashed", "disk", "replaced", "deleted"]


class PreviewTroubled(Event):
    """Something went wrong in a preview: in a script of its page, in what the page asked for, or in its server. The page's part comes
    through the gateway, the server's from its output. The words are those of code that is not to be trusted."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.troubled.v1"] = "preview.troubled.v1"
    preview_id: Id
    commit: Oid | None = None
    source: Literal["script", "console", "request", "server"]
    text: Annotated[str, Field(min_length=1, max_length=500)]
    detail: Annotated[str, Field(max_length=4000, description="A stack trace, if there is one.")] = ""
    where: Annotated[str, Field(max_length=300, description="The address of the page.")] = ""


class StepSkipped(Event):
    """A step cannot be done on this machine, and the job goes on without it (no safe sandbox)."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["step.skipped.v1"] = "step.skipped.v1"
    step: StepName
    problem: Problem


class StepFailed(Event):
    """A step ended in a typed error. ``problem.retryable`` asks the conductor to try again within its budget."""

    owner: ClassVar[str] = "chassis"
    type: Literal["step.failed.v1"] = "step.failed.v1"
    command_id: str
    step: StepName
    problem: Problem


class LogAppended(Event):
    """Output of a run, coalesced. ``offset`` counts the bytes of that stream before this piece."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["log.appended.v1"] = "log.appended.v1"
    source: Literal["test", "preview"]
    stream: Literal["stdout", "stderr"]
    offset: Annotated[int, Field(ge=0)]
    text: Annotated[str, Field(max_length=65_536)]


EVENTS: tuple[type[Event], ...] = (
    ProjectCreated, ProjectRenamed, ProjectDeleted, MessagePosted, JobQueued, JobStarted, StepStarted, StepEnded, JobEnded,
    PlanMade, PlanAnswered, ManifestDesigned, CommitCreated, RefChanged, CodeChanged, CodeProposed, MergeConflicted, CommitValidated,
    CommitTested, PreviewReady, PreviewPictured, PreviewStopped, PreviewTroubled, StepSkipped, StepFailed, LogAppended,
)  # fmt: skip
