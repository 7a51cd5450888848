"""What can be seen while it happens and is kept by nobody: on core NATS, by project. Nothing may depend on it."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from barnraise.contracts.base import Contract, Id


class Halt(Contract):
    """To every replica of a service (core NATS): what was sent for the job before that number of the stream of commands is stopped."""

    job_id: Id
    before: Annotated[int, Field(ge=1)]


class FileWriting(Contract):
    """A file that the reply changes: ``lines`` of it so far; the last one of a list is at work."""

    path: Annotated[str, Field(max_length=400)]
    change: Literal["file", "patch", "delete", "rename"]
    lines: Annotated[int, Field(ge=0)]


class ModelProgress(Contract):
    """A model is at work for a job. ``reply`` names one reply: with another name, all that was told before is void. ``text`` belongs at
    ``offset`` (characters) and may repeat what was told; secrets in it are masked. ``place`` is that in the model's queue, 0 when it is
    asked. ``tokens`` and ``cost`` (US dollars, None: no price is known) are estimates so far, the others what it may come to at most."""

    type: Literal["model.progress.v1"] = "model.progress.v1"
    project_id: Id
    job_id: Id
    reply: Id
    model: Annotated[str, Field(max_length=240)] = ""
    place: Annotated[int, Field(ge=0)] = 0
    offset: Annotated[int, Field(ge=0)] = 0
    text: Annotated[str, Field(max_length=65_536)] = ""
    files: Annotated[tuple[FileWriting, ...], Field(max_length=40)] = ()
    tokens: Annotated[int, Field(ge=0)] = 0
    most_tokens: Annotated[int, Field(ge=0)] = 0
    cost: Annotated[Decimal, Field(ge=0)] | None = None
    most_cost: Annotated[Decimal, Field(ge=0)] | None = None
