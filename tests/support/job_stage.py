"""One job of the conductor, brought forward by hand, with all that it says."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeVar

from barnraise.contracts.base import Message
from barnraise.contracts.commands import (
    CancelJob,
    Command,
    CompileManifest,
    DesignManifest,
    EditCode,
    ImportCode,
    MakePlan,
    MergeBranch,
    RepairCommit,
    ResolveJob,
    RestoreCommit,
    RetryJob,
    RevertStep,
    ShootCommit,
    ShowCommit,
    StartJob,
    TestCommit,
    ValidateCommit,
)
from barnraise.contracts.conflicts import Choice
from barnraise.contracts.diagnostics import Diagnostic, TestCase, TestReport
from barnraise.contracts.events import (
    CodeChanged,
    CodeProposed,
    CommitTested,
    CommitValidated,
    Decision,
    Event,
    FileChange,
    JobEnded,
    ModelUse,
    PlanMade,
    PreviewReady,
    StepFailed,
    StepSkipped,
)
from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.problems import Problem
from barnraise.planner.domain import conductor
from barnraise.planner.domain.job import Begin, Expired

C = TypeVar("C", bound=Command)
T0 = datetime(2026, 1, 1, tzinfo=UTC)
HEADS = ["a" * 40, "b" * 40]
TREES = ["c" * 40, "d" * 40]
STEP_OF: dict[type[Command], str] = {
    MakePlan: "plan", DesignManifest: "plan",
    CompileManifest: "generate", RevertStep: "generate", RestoreCommit: "generate", ImportCode: "generate",
    EditCode: "generate", MergeBranch: "generate", RepairCommit: "repair",
    ValidateCommit: "validate", TestCommit: "test", ShowCommit: "preview", ShootCommit: "preview",
}  # fmt: skip


def manifest(*fields: str) -> Manifest:
    entity = Entity(name="Task", label="Task", plural_label="Tasks", fields=tuple(Field(name=f, label=f) for f in fields))
    return Manifest(name="tasks", title="Tasks", entities=(entity,))


def problem(code: str = "internal", *, retryable: bool = False) -> Problem:
    return Problem(code=anything(code), detail="It broke.", next="Retry.", retryable=retryable)


def errors(count: int, severity: Literal["error", "warning"] = "error") -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(tool="ruff", code=f"E{n}", severity=severity, message=f"wrong {n}", path=f"{'abcd'[n % 4]}.py", line=1)
        for n in range(count)
    )


def anything(value: Any) -> Any:
    """For what a type checker cannot know: parametrised literals."""
    return value


class Stage:
    """One job, brought forward by hand, with all that it said."""

    def __init__(self, action: str = "message", target: str | None = None, source: str | None = None, **begin: Any) -> None:
        self.now = T0
        text = begin.pop("text", "a todo list")
        asked: dict[str, Any] = {"text": text, "commit": target, "source": source or ("uploads/p1" if action == "import" else None)}
        asked |= {"attempts": begin.pop("attempts", 1), "attachments": begin.pop("attachments", ())}
        start = StartJob(id="j1:start", project_id="p1", job_id="j1", at=T0, action=anything(action), position=1, **asked)
        self.journal: list[tuple[Any, datetime]] = [(start, T0)]
        self.job = conductor.accept(start)
        self.told: list[Message] = []
        self.begin_with: dict[str, Any] = {"manifest": None, "head": None} | begin
        self.give(Begin(**self.begin_with))

    def give(self, signal: Any) -> list[Message]:
        self.job, told = conductor.advance(self.job, signal, self.now)
        self.journal.append((signal, self.now))
        self.told += told
        return told

    def wait(self, seconds: float) -> list[Message]:
        self.now += timedelta(seconds=seconds)
        return self.give(Expired())

    def cancel(self) -> list[Message]:
        return self.give(CancelJob(id="c", project_id="p1", job_id="j1", at=self.now))

    def retry(self, **begin: Any) -> list[Message]:
        self.give(RetryJob(id="r", project_id="p1", job_id="j1", at=self.now))
        return self.give(Begin(**(self.begin_with | begin)))

    def resolve(self, *choices: Choice, **begin: Any) -> list[Message]:
        self.give(ResolveJob(id="s", project_id="p1", job_id="j1", at=self.now, choices=choices))
        return self.give(Begin(**(self.begin_with | begin)))

    def last(self, kind: type[C]) -> C:
        return [message for message in self.told if isinstance(message, kind)][-1]

    def of(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.told if isinstance(message, kind)]

    @property
    def commands(self) -> list[str]:
        return [message.id for message in self.told if isinstance(message, Command)]

    def answer(self, command: Command, kind: type[Event], name: str, **content: Any) -> list[Message]:
        return self.give(kind(id=f"{command.id}:{name}", project_id="p1", job_id="j1", at=self.now, **content))

    def plan(self, **content: Any) -> list[Message]:
        content = {"decision": Decision(intent="create", reasons=()), "summary": "Tasks.", "manifest": manifest("title")} | content
        return self.answer(self.last(MakePlan), PlanMade, "plan", **content)

    def code(self, kind: type[Command] = CompileManifest, commit: str = HEADS[0], *, changed: bool = True) -> list[Message]:
        return self.answer(self.last(kind), CodeChanged, "code", commit=commit, changed=changed, manifest=manifest("title"))

    def propose(
        self,
        commit: str = HEADS[1],
        *,
        changed: bool = True,
        deletes: str = "",
        touches: str = "a.py",
        asked: type[Command] | Command = EditCode,
        **more: Any,
    ) -> list[Message]:
        files = (FileChange(path=deletes, change="deleted"),) if deletes else (FileChange(path=touches, change="modified"),)
        command = asked if isinstance(asked, Command) else self.last(asked)
        by_model = isinstance(command, EditCode)
        used = ModelUse(model="m", calls=1, input=900, output=100, cost=Decimal("0.01")) if by_model else None
        content = {
            "branch": "proposals/j1",
            "commit": commit,
            "tree": TREES[0],
            "changed": changed,
            "text": "It greets now." if by_model else "",
            "files": files,
        } | more
        return self.answer(command, CodeProposed, "proposal", used=used, **content)

    def land(self, *, same: bool = True) -> list[Message]:
        content = {"commit": HEADS[1], "changed": True, "manifest": manifest("title"), "tree": TREES[0 if same else 1]}
        return self.answer(self.last(MergeBranch), CodeChanged, "code", **content)

    def validate(self, *, wrong: int = 0, doubtful: int = 0, missing: int = 0) -> list[Message]:
        command = self.last(ValidateCommit)
        ours = [one.model_copy(update={"about": "platform"}) for one in errors(missing, "warning")]
        told = (*errors(wrong), *errors(doubtful, "warning"), *ours)
        cost = 10 * len(told)
        content = {"passed": not wrong, "score": max(0, 100 - cost), "cost": cost, "diagnostics": told, "tools": ()}
        return self.answer(command, CommitValidated, "validated", commit=command.commit, **content)

    def test(self, *, failed: int = 0, passed: int | None = None, skipped: int = 0, verdict: str = "exited") -> list[Message]:
        command = self.last(TestCommit)
        cases = tuple(TestCase(name=f"test_{n}", outcome="failed") for n in range(failed))
        passed = (6 - failed if failed else 3) if passed is None else passed
        report = TestReport(passed=passed, failed=failed, skipped=skipped, seconds=1, cases=cases)
        content = {"passed": not failed and verdict == "exited", "verdict": verdict, "report": report}
        return self.answer(command, CommitTested, "tested", commit=command.commit, **content)

    def show(self, commit: str | None = None) -> list[Message]:
        command = self.last(ShowCommit)
        return self.answer(command, PreviewReady, "ready", preview_id="v1", commit=commit or command.commit, host="v1", enforced=())

    def fail(self, kind: type[Command], code: str = "internal", *, retryable: bool = False) -> list[Message]:
        command = self.last(kind)
        return self.answer(
            command, StepFailed, "failed", command_id=command.id, step=STEP_OF[kind], problem=problem(code, retryable=retryable)
        )

    def skip(self, kind: type[Command]) -> list[Message]:
        why = Problem(code="sandbox_unavailable", detail="This machine has no sandbox.", next="Install one.")
        return self.answer(self.last(kind), StepSkipped, "skipped", step=STEP_OF[kind], problem=why)

    def to_code(self) -> "Stage":
        self.plan()
        self.code()
        return self

    @property
    def end(self) -> JobEnded:
        (ended,) = [message for message in self.of(JobEnded) if message.id.endswith(f":{self.job.run}")]
        return ended
