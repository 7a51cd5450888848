"""What the planner needs of the outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import Decision
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.conductor import Signal
from barnraise.planner.domain.job import Job

Waiting = tuple[str, str]
"""A project and a job of it."""


class Jobs(Protocol):
    """The jobs of all projects and what each has consumed. All of it happens in the caller's transaction, under the project's lock."""

    async def lock(self, transaction: Transaction, project_id: str) -> None:
        """Wait until no other transaction works on the project; held to the transaction's end."""
        ...

    async def get(self, transaction: Transaction, job_id: str) -> Job | None: ...

    async def save(self, transaction: Transaction, job: Job, signal: Signal, at: datetime) -> None:
        """The job's new state, and the signal that led to it, appended to its journal."""
        ...

    async def journal(self, transaction: Transaction, job_id: str) -> Sequence[tuple[Signal, datetime]]: ...

    async def running(self, transaction: Transaction, project_id: str) -> Job | None: ...

    async def queued(self, transaction: Transaction, project_id: str) -> Sequence[Job]:
        """In the order in which they will run."""
        ...

    async def stalled(self, transaction: Transaction, now: datetime) -> Sequence[Waiting]:
        """Running jobs with a step past its deadline, and queued jobs whose project runs none."""
        ...


class Models(Protocol):
    """The language models that change code."""

    async def usable(self) -> bool:
        """Whether one of them could be asked now."""
        ...


class Projects(Protocol):
    """What each project stands at: the manifest of its blueprint and the head of its main."""

    async def dropped(self, transaction: Transaction, project_id: str) -> bool: ...
    async def manifest(self, transaction: Transaction, project_id: str) -> Manifest | None: ...
    async def head(self, transaction: Transaction, project_id: str) -> str | None: ...

    async def record_manifest(
        self, transaction: Transaction, project_id: str, manifest: Manifest, decision: Decision | None, job_id: str | None, seq: int
    ) -> None:
        """A new version, unless it is the current one or ``seq``, its event's sequence number, is older than what is known."""
        ...

    async def record_head(self, transaction: Transaction, project_id: str, commit: str, seq: int) -> None:
        """The head of main, unless ``seq`` is older than what is known."""
        ...

    async def drop(self, transaction: Transaction, project_id: str) -> None:
        """Forget the project and its jobs; what remains is that it was dropped."""
        ...
