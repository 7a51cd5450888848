"""A job as the conductor remembers it: a frozen value, saved as JSON."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from barnraise.contracts.base import Contract, Id, Oid
from barnraise.contracts.conflicts import Choice
from barnraise.contracts.diagnostics import Diagnostic, TestReport
from barnraise.contracts.documents import Attachment, Attachments
from barnraise.contracts.events import CodeProposed, Decision, ModelUse, PlanAnswered, PlanMade, Proposal
from barnraise.contracts.jobs import TERMINAL, Attempts, JobAction, JobStatus, StepName
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.memory import Exchanges, Remembered
from barnraise.contracts.problems import Problem


class Limits(Contract):
    """What a job may spend. Deadlines are in seconds, per time that a step is asked for."""

    repairs: int = 2
    mends: int = Field(default=4, description="Repairs of a proposal by a model.")
    retries: int = 2
    edit: float = Field(default=420.0, description="Seconds for a model to change the code.")
    shot: float = Field(default=150.0, description="Seconds for a picture of the preview.")
    deadlines: dict[StepName, float] = Field(
        default={"plan": 30.0, "generate": 90.0, "validate": 150.0, "repair": 90.0, "test": 450.0, "preview": 90.0}
    )


class Begin(Contract):
    """It is the job's turn: what its project stands at, and what the job may spend."""

    type: Literal["job.begin"] = "job.begin"
    manifest: Manifest | None
    head: Oid | None
    limits: Limits = Limits()
    memory: Remembered = ()
    conversation: Exchanges = ()


class Expired(Contract):
    """Time has passed: look at the deadlines."""

    type: Literal["job.expired"] = "job.expired"


class OpenStep(Contract):
    """A step that was asked for and has not ended. ``since`` is when it was opened, ``deadline`` counts from the last asking.
    ``commands`` are all askings since then, the newest last: an answer to any of them is an answer."""

    name: StepName
    round: int
    commands: tuple[str, ...]
    since: datetime
    deadline: datetime
    failures: int = 0
    timeouts: int = 0

    @property
    def command_id(self) -> str:
        """The newest asking."""
        return self.commands[-1]


class Edit(Contract):
    """How far a change has come that is judged before it lands: a model's, or what a plan was compiled to. It is ``proposed`` on a branch,
    where it is checked, and only when it is ``tested`` does it land on ``main``. ``base`` is where ``main`` was; ``score`` what the critic
    gave that, ``failing`` its tests that failed: known once something is wrong with the proposal, by ``weighing`` what was there.
    ``reached``: the proposal's own score; ``report``: what its tests said, and ``passed`` whether they did, while others run. ``counted``:
    how many tests were run on what was there; ``recount``: they have to be, since the change is about tests. ``outlived``: how many repairs
    each fault has outlived. ``planned``: the compiler's own commit, where repairs go on from. ``stood``: where ``main`` was when it was
    written ahead, if it is elsewhere by now. ``overtaken``: how often ``main`` has moved before it could land."""

    stage: Literal["asked", "proposed", "tested", "landed"] = "asked"
    base: Oid
    task: str | None = Field(default=None, description="What is to be done, if it is a part of what the message says.")
    question: bool = False
    score: int | None = None
    reached: int | None = None
    failing: tuple[str, ...] | None = None
    weighing: bool = False
    report: TestReport | None = None
    passed: bool = False
    recount: bool = False
    counted: int | None = None
    outlived: dict[str, int] = Field(default_factory=dict)
    size: int = 0
    branch: str | None = None
    tree: Oid | None = None
    said: str = Field(default="", description="The model's own words.")
    deletes: tuple[str, ...] = Field(default=(), description="Files that would be gone: that lands only by a person's hand.")
    weakens: tuple[str, ...] = Field(default=(), description="What would be taken from tests: that lands only by a person's hand.")
    used: tuple[ModelUse, ...] = ()
    planned: Oid | None = None
    stood: Oid | None = None
    overtaken: int = 0


class Way(Contract):
    """One of several ways in which a change was tried; without ``edit`` nothing was proposed."""

    sound: bool
    score: int
    wrong: int
    edit: Edit | None
    commit: Oid | None
    findings: tuple[Diagnostic, ...] = ()
    tests: TestReport | None = None


class Unmet(Contract):
    """A task that was not done, why, what to do about it, and what was proposed, if that can be looked at."""

    task: str
    why: str
    next: str
    left: Proposal | None = None


class Draft(Contract):
    """A task that a model works on before its turn comes, from where ``main`` was: what came of it, once it is known."""

    task: str
    command: str
    base: Oid
    proposal: CodeProposed | None = None
    failed: bool = False


class Job(Contract):
    """``stopped`` names the steps that failed or were cancelled and have not been asked for since: where a retry goes on.
    ``asked`` counts how often each ``<step>:<round>`` was asked for, over all runs, so that no command id is used twice.
    ``awaited`` is the last command to take a step back or do it again while no answer has come, even if the job has ended since:
    it may happen yet, so a retry waits for it and does not ask for a second one."""

    id: Id
    project_id: Id
    action: JobAction
    position: int
    text: str = ""
    name: str | None = None
    attachments: Attachments = ()
    status: JobStatus = "queued"
    run: int = Field(default=1, description="1, and one more with each retry by the user.")
    limits: Limits = Limits()
    open: tuple[OpenStep, ...] = ()
    stopped: tuple[StepName, ...] = ()
    rounds: dict[StepName, int] = Field(default_factory=dict)
    asked: dict[str, int] = Field(default_factory=dict)
    awaited: str | None = None
    repairs: int = 0
    base: Manifest | None = Field(default=None, description="What the project stood for when the plan was asked for.")
    decision: Decision | None = None
    summary: str = ""
    manifest: Manifest | None = Field(default=None, description="What the plan wants.")
    designed: bool = Field(default=False, description="A model has made the plan.")
    reading: PlanMade | PlanAnswered | None = Field(
        default=None, description="What the built-in engine makes of it, while a model is asked."
    )
    compare: Literal["", "due", "shooting", "comparing", "done"] = Field(
        default="", description="How far a look at the result is, beside the pictures that came with the message."
    )
    shot: Attachment | None = Field(default=None, description="The preview's own picture.")
    edit: Edit | None = Field(default=None, description="A change that is judged before it lands.")
    tasks: tuple[str, ...] = Field(default=(), description="Changes of the code that are to follow, in order.")
    independent: bool = Field(default=False, description="None of the tasks builds on another.")
    drafts: tuple[Draft, ...] = ()
    done: tuple[str, ...] = Field(default=(), description="What the tasks that have landed say of themselves.")
    unmet: tuple[Unmet, ...] = ()
    attempts: Attempts = 1
    ways: tuple[Way, ...] = Field(default=(), description="The attempts that were judged.")
    chosen: bool = False
    used: tuple[ModelUse, ...] = Field(default=(), description="Of models, besides what ``edit`` has used.")
    memory: Remembered = ()
    conversation: Exchanges = ()
    choices: tuple[Choice, ...] = Field(default=(), description="How to settle where the change meets a person's edits.")
    commit: Oid | None = None
    step: Oid | None = Field(
        default=None, description="The commit whose step alone is to be undone, where a clone ends, or that may be merged."
    )
    source: str | None = Field(default=None, description="What is cloned, imported or merged.")
    findings: tuple[Diagnostic, ...] = Field(default=(), description="The errors of the last check.")
    tests: TestReport | None = None
    skipped: dict[StepName, Problem] = Field(default_factory=dict)
    problems: dict[StepName, Problem] = Field(default_factory=dict)
    shown: bool = False
    problem: Problem | None = None

    @property
    def ended(self) -> bool:
        return self.status in TERMINAL

    @property
    def writing(self) -> bool:
        """Whether a model works on tasks whose turn has not come."""
        return any(not draft.failed and draft.proposal is None for draft in self.drafts)

    @property
    def in_conflict(self) -> bool:
        """Whether the job waits for choices between its change and a person's edits."""
        return self.status == "needs_input" and self.problem is not None and self.problem.code == "merge_conflict"

    @property
    def direction(self) -> Literal["undo", "redo"] | None:
        """Whether the job takes a step back or does it again, by its action or by its sentence."""
        wanted = self.decision.intent if self.action == "message" and self.decision else self.action
        return "undo" if wanted == "undo" else "redo" if wanted == "redo" else None

    @property
    def without_plan(self) -> bool:
        """Whether there is code that no manifest stands for."""
        return self.base is None and self.commit is not None

    @property
    def proposing(self) -> bool:
        """Whether what is worked on is not on ``main`` yet."""
        return self.edit is not None and self.edit.stage in ("proposed", "tested")

    @property
    def at_hand(self) -> str | None:
        """The commit that checks and tests are about."""
        return self.edit.base if self.edit and self.edit.weighing else self.commit

    @property
    def landed(self) -> str | None:
        """Where ``main`` is, as far as the job knows."""
        return self.edit.base if self.edit and self.edit.stage != "landed" else self.commit

    @property
    def brings(self) -> bool:
        """Whether the job brings code from elsewhere, which is taken as it is."""
        return self.action in ("clone", "import")

    @property
    def deadline(self) -> datetime | None:
        """When somebody has to look at the job again; None when nobody has to."""
        return min((step.deadline for step in self.open), default=None)

    def seconds_for(self, step: StepName) -> timedelta:
        by_model = self.edit is not None and self.edit.stage in ("asked", "proposed") and step in ("generate", "repair")
        by_model = by_model or (step == "plan" and (self.reading is not None or self.compare == "comparing"))
        if step == "preview" and self.compare == "shooting":
            return timedelta(seconds=self.limits.shot)
        return timedelta(seconds=self.limits.edit if by_model else self.limits.deadlines.get(step, 120.0))
