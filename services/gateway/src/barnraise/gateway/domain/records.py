"""What the gateway keeps of projects, jobs and messages."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from barnraise.contracts.commands import StartJob
from barnraise.contracts.documents import Attachment
from barnraise.contracts.jobs import TERMINAL, JobAction
from barnraise.gateway.domain.facts import Facts, value

_ID = re.compile(r"^[a-z0-9][a-z0-9_-]{0,63}$")


def is_id(text: str) -> bool:
    return _ID.match(text) is not None


@dataclass(frozen=True)
class Project:
    """``ordinal`` orders projects by their creation, ``positions`` counts the jobs that were accepted."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    ordinal: int = 0
    deleted_at: datetime | None = None
    positions: int = 0
    last_seq: int = 0
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """``heard`` says that the planner has taken it up. ``ahead`` counts the project's jobs that come before, as of the reading.
    ``attachments`` is read where it is handed on, and empty elsewhere. The fact ``target`` is the commit that a ``restore`` goes
    back to, that an ``undo`` takes back alone, or where a ``clone`` ends; ``source`` is what is cloned, imported or merged; ``attempts``
    in how many ways a model is to try it, if in several."""

    id: str
    project_id: str
    action: JobAction
    text: str
    created_at: datetime
    ordinal: int = 0
    position: int = 0
    name: str | None = None
    trace_id: str | None = None
    heard: bool = False
    facts: Facts = field(default_factory=dict)
    ahead: int = 0
    attachments: tuple[Attachment, ...] = ()

    @property
    def status(self) -> str:
        return (value(self.facts, "status") or {"status": "queued"})["status"]

    @property
    def active(self) -> bool:
        return self.status not in TERMINAL

    @property
    def in_conflict(self) -> bool:
        """Whether it waits for choices between its change and a person's edits."""
        problem = (value(self.facts, "status") or {}).get("problem")
        return self.status == "needs_input" and problem is not None and problem["code"] == "merge_conflict"

    def command(self, at: datetime) -> StartJob:
        """The command that starts it: the same id whenever it is made again."""
        return StartJob(
            id=self.id,
            project_id=self.project_id,
            job_id=self.id,
            at=at,
            action=self.action,
            position=self.position,
            text=self.text,
            name=self.name,
            commit=value(self.facts, "target"),
            attachments=self.attachments,
            source=value(self.facts, "source"),
            attempts=value(self.facts, "attempts") or 1,
        )


@dataclass(frozen=True)
class Message:
    """``attachments``: the names of what came with it."""

    id: str
    project_id: str
    role: Literal["user", "assistant"]
    text: str
    at: datetime
    job_id: str | None
    ordinal: int = 0
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overview:
    """A project with the job to show: the one that runs, else the newest; ``busy`` when any of its jobs is active."""

    project: Project
    job: Job | None
    busy: bool


@dataclass(frozen=True)
class Key:
    """An idempotency key with the fingerprint of the request that came with it."""

    key: str
    fingerprint: bytes


@dataclass(frozen=True)
class Reply:
    """An answer as it was or will be sent. ``replayed`` when it is the stored answer of an earlier request."""

    status: int
    body: bytes
    replayed: bool = False


Report = dict[str, Any]
