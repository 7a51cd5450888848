"""Requests: a question or a quick change with an answer now, over core NATS. The answer is a Reply or a Problem."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from barnraise.contracts.base import Contract, Id, Oid
from barnraise.contracts.documents import DocumentText, Picture, Pictured, PictureKey, Sealed
from barnraise.contracts.experiments import Experiments, ListExperiments, RollBackExperiment, StartExperiment
from barnraise.contracts.impact import GetImpact, Impact
from barnraise.contracts.memory import Memory, Text
from barnraise.contracts.models import DropModel, GetModelSetup, ModelSetup, ModelVerdict, SaveModel, SetBudgets, TestModel
from barnraise.contracts.operations import BusState, Replayed, Spenders
from barnraise.contracts.request import Request


class FileWrite(Contract):
    """One file to write or, with ``content`` None, to delete. ``content`` is base64."""

    path: Annotated[str, Field(min_length=1, max_length=400)]
    content: str | None


class WriteFiles(Request):
    """A hand edit: commit these files on ``branch``. ``base`` is the commit that the writer saw; a file that changed since
    then is a ``version_conflict`` and nothing is written."""

    owner: ClassVar[str] = "codegen"
    type: Literal["files.write.v1"] = "files.write.v1"
    base: Oid
    files: Annotated[tuple[FileWrite, ...], Field(min_length=1, max_length=500)]
    summary: Annotated[str, Field(max_length=500)] = ""
    branch: Annotated[str, Field(min_length=1, max_length=100)] = "main"


class PushCommits(Request):
    """``git push``: move ``branch`` from ``old`` (None: it is made) to ``new``, whose objects are in a stored pack. A ``version_conflict``
    when it is not at ``old`` or ``new`` does not follow on it; then nothing has changed."""

    owner: ClassVar[str] = "codegen"
    type: Literal["commits.push.v1"] = "commits.push.v1"
    old: Oid | None
    new: Oid
    pack: Oid
    branch: Annotated[str, Field(min_length=1, max_length=100)] = "main"


class FilesWritten(Contract):
    commit: Oid
    changed: bool


class ChangeRef(Request):
    """Make (``old`` None), move or delete (``new`` None) a branch or a tag, by compare-and-swap. ``ref`` is its short name: ``idea`` is a
    branch, ``tags/v1`` a tag. ``main`` and ``blueprint`` cannot be changed so. Nothing is deleted that alone leads to a commit."""

    owner: ClassVar[str] = "codegen"
    type: Literal["ref.change.v1"] = "ref.change.v1"
    ref: Annotated[str, Field(min_length=1, max_length=200)]
    old: Oid | None
    new: Oid | None


class RefState(Contract):
    """Where a branch or a tag is now; ``commit`` is None when it is gone."""

    ref: str
    commit: Oid | None


class StartPreview(Request):
    """Start (or keep) the project's preview on ``commit``."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.start.v1"] = "preview.start.v1"
    commit: Oid


class StopPreview(Request):
    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.stop.v1"] = "preview.stop.v1"


class GetPreview(Request):
    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.get.v1"] = "preview.get.v1"


class ResolvePreview(Request):
    """Which preview answers on that host label? ``project_id`` is ``"any"``: the label is all that the proxy knows."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.resolve.v1"] = "preview.resolve.v1"
    host: Annotated[str, Field(max_length=200)]


class OrderPreview(Request):
    """From one replica of the sandbox service to the one that has the preview. ``show`` brings it to the commit for the command and job
    that are named, and answers when it is there; ``start`` begins to; ``wake`` is a look at it; ``look`` asks how it is."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["preview.order.v1"] = "preview.order.v1"
    order: Literal["show", "start", "stop", "drop", "wake", "look"]
    commit: Oid | None = None
    command_id: Annotated[str, Field(max_length=200)] = ""
    job_id: Id | None = None
    place: int | None = Field(default=None, description="Of the command in its stream.")
    asked_at: datetime | None = Field(default=None, description="When the command was given.")


class PreviewState(Contract):
    """``endpoint`` is where the gateway connects: the path of a listening unix socket that the sandbox cannot touch, or, where the
    gateway may be on another machine, ``tcp://host:port/token``: a connection there begins with the token and a newline. ``accepted``:
    limits that do not hold, which the operator has accepted by name. ``memory``: bytes that a running one takes, where its project was
    asked for and its driver can see that."""

    status: Literal["none", "starting", "running", "stopped", "failed"]
    project_id: Id | None = None
    preview_id: Id | None = None
    host: str | None = None
    commit: Oid | None = None
    endpoint: str | None = None
    enforced: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    detail: str | None = None
    memory: Annotated[int, Field(ge=0)] | None = None


class DescribeSandbox(Request):
    """What can this machine enforce?"""

    owner: ClassVar[str] = "sandbox"
    type: Literal["sandbox.describe.v1"] = "sandbox.describe.v1"


class SandboxState(Contract):
    """``available`` false means that nothing runs here; ``reason`` and ``fix`` say why and what to do. ``accepted``: what is missing and
    would forbid sandboxes, had the operator not accepted it by name. Where they are available, ``fix`` says how what is held in a coarser
    way (in brackets) would be held exactly."""

    available: bool
    driver: str
    enforced: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    reason: str | None = None
    fix: str | None = None


class ReadDocument(Request):
    """Read a stored document's text in a sandbox; ``key`` is where the object store has it. ``project_id`` is ``"any"`` while there is no
    project. A ``document_unreadable`` says why there is no text."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["document.read.v1"] = "document.read.v1"
    key: Annotated[str, Field(pattern=r"^documents/[a-z0-9]{8,64}$")]
    media_type: Sealed


class ReadPicture(Request):
    """Draw a stored picture anew in a sandbox; ``key`` is where the object store has what was sent, ``kept`` where it gets what was drawn.
    ``project_id`` may be that of a project that is only about to be. A ``picture_unreadable`` or ``too_large`` says why there is none."""

    owner: ClassVar[str] = "sandbox"
    type: Literal["picture.read.v1"] = "picture.read.v1"
    key: Annotated[str, Field(pattern=r"^documents/[a-z0-9]{8,64}$")]
    media_type: Pictured
    kept: PictureKey


class GetStatistics(Request):
    """Step durations and outcomes, from telemetry. ``project_id`` is ``"any"`` for all projects."""

    owner: ClassVar[str] = "telemetry"
    type: Literal["statistics.get.v1"] = "statistics.get.v1"


class StepStatistics(Contract):
    step: str
    count: int
    failed: int
    p50: float
    p90: float


class Statistics(Contract):
    steps: tuple[StepStatistics, ...]
    jobs: dict[str, int]


class GetTrace(Request):
    """All spans of one trace, in order of their start."""

    owner: ClassVar[str] = "telemetry"
    type: Literal["trace.get.v1"] = "trace.get.v1"
    trace_id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Span(Contract):
    trace_id: str
    span_id: str
    parent_id: str | None
    service: str
    name: str
    start: float
    seconds: float
    error: bool = False


class Trace(Contract):
    spans: tuple[Span, ...]


class DescribeModels(Request):
    """Which language models may the project ask, and how are they? ``project_id`` is ``"any"`` for those of all projects."""

    owner: ClassVar[str] = "codegen"
    type: Literal["models.describe.v1"] = "models.describe.v1"


class ModelState(Contract):
    """One model. ``state``: ``ready``; ``no_key``; ``resting``, since its provider asked for it; ``failing``, so that it is left alone;
    ``trying``, after that. ``success`` (0 to 1) and ``seconds`` of a call are moving averages over ``attempts``; ``waiting``: calls in
    its queue. ``failure`` is the newest one's kind."""

    name: str
    vendor: str
    model: str
    tasks: tuple[str, ...]
    state: Literal["ready", "no_key", "resting", "failing", "trying"]
    success: float
    seconds: float | None
    attempts: int
    waiting: int
    failure: str | None = None


class ModelsState(Contract):
    """``models`` in order of preference; none is as good as it was before there were any. ``problem``: why the settings cannot be read."""

    models: tuple[ModelState, ...]
    problem: str | None = None


class DescribeBus(Request):
    """Who works, what waits and what has died? ``project_id`` is ``"any"``."""

    owner: ClassVar[str] = "telemetry"
    type: Literal["bus.describe.v1"] = "bus.describe.v1"


class ReplayDeadLetter(Request):
    """Put a dead command back into its queue, once. ``project_id`` is ``"any"``. ``not_found`` when there is none, or its message is gone;
    ``invalid_request`` for an event, which all its readers would see twice."""

    owner: ClassVar[str] = "telemetry"
    type: Literal["dead.replay.v1"] = "dead.replay.v1"
    letter: Annotated[str, Field(min_length=1, max_length=300)]


class GetSpenders(Request):
    """Which projects have spent most on models in the last ``hours``? ``project_id`` is ``"any"``."""

    owner: ClassVar[str] = "codegen"
    type: Literal["spenders.get.v1"] = "spenders.get.v1"
    hours: Annotated[int, Field(ge=1, le=744)] = 24


class GetMemory(Request):
    """What does the project remember?"""

    owner: ClassVar[str] = "planner"
    type: Literal["memory.get.v1"] = "memory.get.v1"


class SetMemory(Request):
    """Remember a wish: a new one, whose id is ``entry``, or other words for the one that has it."""

    owner: ClassVar[str] = "planner"
    type: Literal["memory.set.v1"] = "memory.set.v1"
    entry: Id
    text: Text


class ForgetMemory(Request):
    """Forget one entry, or everything (``entry`` None). What is not there is forgotten already."""

    owner: ClassVar[str] = "planner"
    type: Literal["memory.forget.v1"] = "memory.forget.v1"
    entry: Id | None = None


class ProjectMemory(Contract):
    """Everything that a project remembers, oldest first."""

    items: tuple[Memory, ...]


class GetUsage(Request):
    """What models were used for, by the ledger: for a job, or for the whole project."""

    owner: ClassVar[str] = "codegen"
    type: Literal["usage.get.v1"] = "usage.get.v1"
    job_id: Id | None = None


class ModelUsage(Contract):
    """Tokens and US dollars of ``calls`` attempts. ``input`` to ``reasoning`` are the providers' own figures; ``estimated`` tokens are
    ours, of attempts for which they told none; ``open`` and ``open_cost`` are set aside for what is asked just now, and not in ``cost``."""

    calls: int
    input: int
    output: int
    cached: int
    cache_written: int
    reasoning: int
    estimated: int
    open: int
    cost: Decimal
    open_cost: Decimal


REQUESTS: dict[type[Request], type[Contract]] = {
    WriteFiles: FilesWritten,
    PushCommits: FilesWritten,
    ChangeRef: RefState,
    GetImpact: Impact,
    StartPreview: PreviewState,
    StopPreview: PreviewState,
    GetPreview: PreviewState,
    ResolvePreview: PreviewState,
    OrderPreview: PreviewState,
    DescribeSandbox: SandboxState,
    ReadDocument: DocumentText,
    ReadPicture: Picture,
    GetStatistics: Statistics,
    GetTrace: Trace,
    DescribeModels: ModelsState,
    DescribeBus: BusState,
    ReplayDeadLetter: Replayed,
    GetSpenders: Spenders,
    GetMemory: ProjectMemory,
    SetMemory: ProjectMemory,
    ForgetMemory: ProjectMemory,
    GetUsage: ModelUsage,
    GetModelSetup: ModelSetup,
    SaveModel: ModelSetup,
    DropModel: ModelSetup,
    TestModel: ModelVerdict,
    SetBudgets: ModelSetup,
    ListExperiments: Experiments,
    StartExperiment: Experiments,
    RollBackExperiment: Experiments,
}
