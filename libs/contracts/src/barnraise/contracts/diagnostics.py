"""What the validator, the tests and the sandbox find: one typed form for every tool."""

from typing import Annotated, Literal

from pydantic import Field

from barnraise.contracts.base import Contract

Severity = Literal["error", "warning", "info"]


class Diagnostic(Contract):
    """One finding. ``path`` is relative to the project, ``line`` and ``column`` count from 1. ``about``: whose business it is; that a tool
    is missing here, or could not do its work, is the platform's."""

    tool: Annotated[str, Field(max_length=40)]
    code: Annotated[str, Field(max_length=80)]
    severity: Severity
    message: Annotated[str, Field(max_length=2000)]
    path: Annotated[str, Field(max_length=400)] | None = None
    line: Annotated[int, Field(ge=1)] | None = None
    column: Annotated[int, Field(ge=1)] | None = None
    fixable: bool = False
    about: Literal["project", "platform"] = "project"


class ToolReport(Contract):
    """How one tool's run ended. ``crashed`` and ``missing`` are findings about the platform, never a silent pass."""

    tool: Annotated[str, Field(max_length=40)]
    outcome: Literal["passed", "found", "crashed", "missing", "timed_out"]
    seconds: Annotated[float, Field(ge=0)]


class TestCase(Contract):
    """One test of the generated application."""

    __test__ = False

    name: Annotated[str, Field(max_length=400)]
    outcome: Literal["passed", "failed", "skipped", "error"]
    seconds: Annotated[float, Field(ge=0)] = 0.0
    message: Annotated[str, Field(max_length=4000)] | None = None


class Artefact(Contract):
    """A file that a run has left in its folder of results. ``kind``: what it may be shown as, ``media_type``: what it is, both by its
    content. ``digest``: the SHA-256 of the content, under which it is kept until the project's next run."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Literal["figure", "table", "text", "file"]
    media_type: Annotated[str, Field(max_length=80)]
    size: Annotated[int, Field(ge=0)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def artefact_key(project_id: str, digest: str) -> str:
    """Where in the object store an artefact lies; without a digest, all of the project's."""
    return f"artefacts/{project_id}/{digest}"


class TestReport(Contract):
    """Counts, the cases that did not pass (at most 50), and what the tests have left (at most 20)."""

    __test__ = False

    passed: Annotated[int, Field(ge=0)]
    failed: Annotated[int, Field(ge=0)]
    skipped: Annotated[int, Field(ge=0)]
    seconds: Annotated[float, Field(ge=0)]
    cases: tuple[TestCase, ...] = ()
    artefacts: tuple[Artefact, ...] = ()


Verdict = Literal["exited", "timed_out", "out_of_memory", "pids", "disk", "output", "killed", "policy", "infrastructure"]
"""How a sandboxed run ended; ``policy``: it did what nothing may do that runs in a sandbox; ``infrastructure`` is the platform's fault
and is never blamed on the user's code."""
