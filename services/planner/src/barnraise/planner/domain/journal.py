"""A job's journal: the signals that it consumed, in order. Replayed, they give the job's state again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter

from barnraise.contracts.commands import CancelJob, ResolveJob, RetryJob, StartJob
from barnraise.contracts.events import (
    CodeChanged,
    CodeProposed,
    CommitTested,
    CommitValidated,
    ManifestDesigned,
    MergeConflicted,
    PlanAnswered,
    PlanMade,
    PreviewPictured,
    PreviewReady,
    StepFailed,
    StepSkipped,
)
from barnraise.planner.domain.conductor import Signal, accept, advance
from barnraise.planner.domain.job import Begin, Expired, Job

_SIGNAL: TypeAdapter[Signal] = TypeAdapter(
    Annotated[
        StartJob | CancelJob | RetryJob | ResolveJob | Begin | Expired | PlanMade | PlanAnswered | ManifestDesigned
        | CodeChanged | CodeProposed | MergeConflicted | CommitValidated | CommitTested | PreviewReady | PreviewPictured
        | StepSkipped | StepFailed,
        Field(discriminator="type"),
    ]
)  # fmt: skip


def read_signal(written: str) -> Signal:
    """A journal's entry from its JSON."""
    return _SIGNAL.validate_json(written, extra="ignore")


def kind_of(signal: Signal) -> str:
    """The signal's tag."""
    return str(signal.model_dump(include={"type"})["type"])


def replay(entries: Iterable[tuple[Signal, datetime]]) -> Job:
    """The state after these signals, the first of which is the job's StartJob. ValueError without one."""
    job: Job | None = None
    for signal, at in entries:
        if job is None:
            if not isinstance(signal, StartJob):
                raise ValueError("a journal begins with StartJob")
            job = accept(signal)
        else:
            job, _ = advance(job, signal, at)
    if job is None:
        raise ValueError("an empty journal has no job")
    return job
