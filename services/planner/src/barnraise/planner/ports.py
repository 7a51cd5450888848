"""What the planner needs of the outside."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import Decision
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.memory import Memory
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

    async def recent(self, transaction: Transaction, project_id: str, most: int) -> Sequence[Job]:
        """The last messages' jobs that have ended, oldest first."""
        ...

    async def stalled(self, transaction: Transaction, now: datetime) -> Sequence[Waiting]:
        """Running jobs with a step past its deadline, and queued jobs whose project runs none."""
        ...


class Memories(Protocol):
    """What projects are remembered to want."""

    async def of(self, transaction: Transaction, project_id: str) -> tuple[Memory, ...]:
        """Oldest first: all wishes, and the newest decisions."""
        ...

    async def remember(self, transaction: Transaction, project_id: str, entries: Sequence[Memory]) -> None:
        """Adds them, or changes the words of those with the same ids; a wish in the same words is not kept twice, and of each kind
        the newest hundred stay."""
        ...

    async def forget(self, transaction: Transaction, project_id: str, entry: str | None) -> None:
        """One, or all."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """For what no command's finishing transaction covers."""
        ...


class Models(Protocol):
    """The language models that change code."""

    async def usable(self, project_id: str) -> bool:
        """Whether one that the project may ask could be asked now."""
        ...

    async def sees(self, project_id: str) -> bool:
        """Whether one of these can be shown pictures."""
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
