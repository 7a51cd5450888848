"""What codegen needs from outside, in its own words."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

from barnraise.chassis.outcome import RetryNow, Transaction
from barnraise.codegen.domain.fusion import Closeness
from barnraise.codegen.domain.repairs import RepairPlan
from barnraise.codegen.domain.roles import Role
from barnraise.codegen.domain.steps import Step
from barnraise.contracts.base import Message
from barnraise.contracts.commands import EditCode, MergeBranch
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.operations import Spenders
from barnraise.vfs import Pack, Repository

Compiler = Callable[[Manifest], Mapping[str, bytes]]
"""A manifest's whole application as path -> content; equal manifests give equal files."""


@dataclass(frozen=True)
class Answered:
    """A hand edit that was answered before."""

    fingerprint: str
    commit: str
    changed: bool


class ProjectDropped(RetryNow):
    """The project was deleted while the change was being made; nothing was recorded."""


class Spending(Protocol):
    async def most(self, hours: int) -> Spenders:
        """The projects that spent most on models lately."""
        ...


class Repositories(Protocol):
    """Projects in git."""

    async def open(self, project_id: str) -> Repository: ...

    async def store(self, project_id: str, pack: Pack) -> None: ...

    async def adopt(self, project_id: str, pack_id: str) -> Pack:
        """A pack that was stored from outside. Raises BarnraiseError ``not_found``."""
        ...

    async def ensure(self, project_id: str, pack: Pack) -> None:
        """Stores the pack unless it is there; under the project's lock."""
        ...

    async def discard(self, project_id: str, pack_id: str) -> None: ...

    async def upload(self, key: str) -> bytes:
        """What was put there to be imported. Raises BarnraiseError ``not_found``."""
        ...

    async def forget(self, project_id: str) -> None: ...


class Journal(Protocol):
    """Refs, packs, steps and answers. What takes a transaction is part of it."""

    async def dropped(self, project_id: str) -> bool: ...

    async def steps(self, project_id: str) -> Sequence[Step]:
        """All steps of a project, oldest first."""
        ...

    async def answered(self, project_id: str, request_id: str) -> Answered | None: ...

    async def record(self, transaction: Transaction, project_id: str, step: Step, pack: Pack) -> None:
        """Lists the pack, moves the branches from the step's ``before`` to its ``after`` and files the step.

        Raises RefMoved when a branch is elsewhere, ProjectDropped when there is no project any more.
        """
        ...

    async def settle_in(
        self, transaction: Transaction, project_id: str, refs: Mapping[str, str], steps: Sequence[Step], packs: Sequence[Pack]
    ) -> None:
        """A whole history at once, in a project that has none. Raises RefMoved, ProjectDropped."""
        ...

    async def unlisted(self, transaction: Transaction, project_id: str, pack_id: str) -> bool:
        """Whether no transaction has listed the pack; none does until this one ends."""
        ...

    async def move(
        self, transaction: Transaction, project_id: str, ref: str, old: str | None, new: str | None, pack: Pack | None = None
    ) -> None:
        """Compare-and-swap of a ref that no step moves; lists what it brought. Raises RefMoved, ProjectDropped."""
        ...

    async def answer(self, transaction: Transaction, project_id: str, request_id: str, answered: Answered) -> Answered:
        """Keeps the answer unless there is one already; the one that is kept."""
        ...

    async def drop(self, transaction: Transaction, project_id: str) -> None:
        """Removes every row of the project and remembers that it is gone. Waits for a writer that is at it."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """For what no command's finishing transaction covers."""
        ...


class Outbox(Protocol):
    """Messages that are announced if, and only if, the transaction commits."""

    async def file(self, transaction: Transaction, cause: str, messages: Sequence[Message]) -> None: ...

    async def announce(self, cause: str) -> None: ...


Tier = Literal["vision", "reasoning", "code", "ui", "cheap"]


@dataclass(frozen=True)
class Look:
    """A picture for a model that sees."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


class Pictures(Protocol):
    """Where pictures are that came with messages."""

    async def get(self, key: str) -> bytes:
        """KeyError when it is not there."""
        ...


@dataclass(frozen=True)
class Asked:
    """``turns``: what is said to the model and what it has said, in turn. ``tier``: what kind of work it is. ``schema``: a JSON schema that
    the reply is to be JSON of. ``reply``: its tokens at most. ``looks`` go with the first turn, and only to models that see. ``prefer``:
    the model to be asked first, where it can be."""

    instructions: str
    turns: tuple[str, ...]
    project_id: str
    job_id: str
    tier: Tier = "code"
    schema: Mapping[str, Any] | None = None
    reply: int = 16_000
    looks: tuple[Look, ...] = ()
    prefer: str = ""


@dataclass(frozen=True)
class Said:
    """One whole reply; tokens as the provider reported them, US dollars where a price is known."""

    text: str
    model: str
    input: int
    output: int
    cost: Decimal | None


@dataclass(frozen=True)
class Room:
    """What the models of a tier take: tokens of a request, and of a reply."""

    context: int
    reply: int


class Author(Protocol):
    """Writes: code, plans, answers."""

    async def __call__(self, asked: Asked) -> Said:
        """Raises BarnraiseError ``no_model`` or ``limit_exceeded``."""
        ...

    async def room(self, project_id: str, tier: Tier, reply: int) -> Room:
        """For replies of so many tokens, or of as many as there can be, by the models that the project may ask."""
        ...

    async def sees(self, project_id: str) -> bool:
        """Whether one of them can be shown pictures."""
        ...


Vector = Sequence[float]


class Embedder(Protocol):
    """Makes vectors of texts: near to each other where the texts mean much the same. Works on the processor for milliseconds a text."""

    name: str
    """Of the model and of how it is used; vectors of another one cannot be compared."""

    def __call__(self, texts: Sequence[str]) -> list[Vector]:
        """One for each, of length 1."""
        ...


class Vectors(Protocol):
    """Vectors that were made, by what they were made of."""

    async def ready(self) -> None:
        """Raises BarnraiseError ``unavailable`` where vectors cannot be compared."""
        ...

    async def near(self, project_id: str, model: str, question: Vector, digests: Sequence[bytes]) -> Mapping[bytes, float]:
        """Cosine with the question of each that is kept."""
        ...

    async def keep(self, project_id: str, model: str, made: Mapping[bytes, Vector]) -> None:
        """Raises ProjectDropped."""
        ...


class Meaning(Protocol):
    async def closeness(self, project_id: str, question: str, things: Mapping[tuple[str, str], Sequence[str]]) -> Closeness:
        """How near each thing is to the question, by the nearest of its pieces. Raises nothing: what fails is told in ``without``."""
        ...


class Casting(Protocol):
    """Who plays a role: as it is written, or as an experiment has it."""

    async def cast(self, role: Role, command: EditCode) -> Role: ...

    async def merged(self, command: MergeBranch) -> None:
        """What a job has proposed is merged."""
        ...


class Watch(Protocol):
    """Looks on while models work."""

    def during(self, operation: Literal["invoke_workflow", "invoke_agent", "execute_tool"], name: str) -> AbstractContextManager[None]:
        """Around a command that models work on, what a role does for it, or what is done with a reply."""
        ...


Fixer = Callable[[Path, RepairPlan, int], Awaitable[None]]
"""Applies ruff's own safe fixes inside a checkout, for a line length; executes nothing of the project."""
ScriptFixer = Callable[[Path, RepairPlan], Awaitable[None]]
"""The same of oxlint's, for JavaScript and TypeScript."""
