"""A stage for codegen's use cases: commands go in as the chassis would bring them, once over memory and once over PostgreSQL."""

import base64
import itertools
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from barnraise.chassis.database import migrate
from barnraise.chassis.objects import ObjectStore
from barnraise.chassis.outcome import Outcome, RetryNow
from barnraise.codegen.adapters.journal import PostgresJournal
from barnraise.codegen.adapters.memory import Memory, MemoryOutbox
from barnraise.codegen.adapters.oxlint import fix_with_oxlint
from barnraise.codegen.adapters.ruff import fix_with_ruff
from barnraise.codegen.service import Codegen
from barnraise.codegen.service.workshop import Workshop
from barnraise.contracts.base import Message
from barnraise.contracts.commands import CloneProject, CompileManifest, DropCode, MergeBranch, RepairCommit, RestoreCommit, RevertStep
from barnraise.contracts.conflicts import Choice
from barnraise.contracts.diagnostics import Diagnostic
from barnraise.contracts.events import CodeChanged, MergeConflicted
from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.contracts.requests import ChangeRef, FilesWritten, FileWrite, RefState, WriteFiles
from barnraise.vfs import Repository, Vfs

START = datetime(2026, 1, 1, tzinfo=UTC)


def manifest(**entities: str) -> Manifest:
    """``manifest(Task="name done")``: entities with string fields."""
    made = [
        Entity(
            name=name,
            label=name,
            plural_label=name,
            fields=tuple(Field(name=field, label=field) for field in fields.split()),
        )
        for name, fields in entities.items()
    ]
    return Manifest(name="shop", title="Shop", entities=tuple(made))


def tiny_compiler(manifest: Manifest) -> Mapping[str, bytes]:
    """A file per entity, with unchanging lines around each field so that edits beside fields merge."""
    readme = "".join(f"# {entity.name}\n\n\n" for entity in manifest.entities)
    compiled = {"README.md": f"{manifest.title}\n\n\n{readme}".encode()}
    for entity in manifest.entities:
        lines = "".join(f"# {field.name}\n#\n{field.name} = 1\n#\n#\n" for field in entity.fields)
        compiled[f"app/{entity.table}.py"] = f'"""{entity.name}"""\n\n\n{lines}\n\nend = 1\n'.encode()
    return compiled


class Stage:
    """Brings commands to codegen and keeps what it announces."""

    objects: ObjectStore

    def __init__(self, codegen: Codegen, repositories: Any, journal: Any, outbox: MemoryOutbox, project: str = "shop") -> None:
        self.project = project
        self.codegen, self.repositories, self.journal, self.outbox = codegen, repositories, journal, outbox
        self.messages: list[Message] = []
        self.numbers = itertools.count(1)

    def of(self, project: str) -> "Stage":
        """The same stage, for another project."""
        other = Stage(self.codegen, self.repositories, self.journal, self.outbox, project)
        other.numbers = self.numbers
        return other

    async def upload(self, key: str, data: bytes) -> None:
        if isinstance(self.repositories, Memory):
            self.repositories.uploads[key] = data
        else:
            await self.objects.put(key, data)

    async def stored(self, project: str) -> list[str]:
        """The packs that the object store has of a project."""
        return self.repositories.packs(project) if isinstance(self.repositories, Memory) else await self.objects.list(f"git/{project}/")

    def envelope(self, job_id: str | None = None) -> dict[str, Any]:
        number = next(self.numbers)
        return {
            "id": f"message-{number}",
            "project_id": self.project,
            "job_id": job_id or f"job-{number}",
            "at": START + timedelta(seconds=number),
        }

    async def finish(self, outcome: Outcome) -> list[Message]:
        async with self.journal.transaction() as transaction:
            further = await outcome.effect(transaction) if outcome.effect else ()
        said = [*outcome.messages, *further]
        self.messages += said
        return said

    async def run(self, handler: Any, command: Any) -> list[Message]:
        while True:
            try:
                return await self.finish(await handler(command))
            except RetryNow:
                continue

    async def compile(
        self,
        wanted: Manifest,
        summary: str = "Compile",
        job_id: str | None = None,
        choices: tuple[Choice, ...] = (),
        propose: Any = "never",
    ) -> list[Message]:
        command = CompileManifest(**self.envelope(job_id), manifest=wanted, summary=summary, choices=choices, propose=propose)
        return await self.run(self.codegen.compile, command)

    async def revert(self, direction: str, commit: str | None = None, choices: tuple[Choice, ...] = ()) -> list[Message]:
        command = RevertStep(**self.envelope(), direction=direction, commit=commit, choices=choices)
        return await self.run(self.codegen.revert, command)

    async def restore(self, commit: str) -> list[Message]:
        return await self.run(self.codegen.restore, RestoreCommit(**self.envelope(), commit=commit))

    async def repair(self, *diagnostics: Diagnostic, job_id: str | None = None, commit: str | None = None) -> list[Message]:
        commit = commit or (await self.open()).refs["main"]
        return await self.run(self.codegen.repair, RepairCommit(**self.envelope(job_id), commit=commit, diagnostics=diagnostics))

    async def name(self, ref: str, old: str | None, new: str | None, id: str | None = None) -> RefState:
        envelope = self.envelope()
        return await self.codegen.change_ref(
            ChangeRef(id=id or envelope["id"], project_id=self.project, at=envelope["at"], ref=ref, old=old, new=new)
        )

    async def merge(
        self, branch: str, choices: tuple[Choice, ...] = (), expected: str | None = None, base: str | None = None
    ) -> list[Message]:
        command = MergeBranch(**self.envelope(), branch=branch, choices=choices, commit=expected, base=base)
        return await self.run(self.codegen.merge, command)

    async def clone(self, name: str, commit: str | None = None) -> list[Message]:
        command = CloneProject(**{**self.envelope(), "project_id": name}, source=self.project, commit=commit)
        return await self.run(self.codegen.clone, command)

    async def drop(self) -> list[Message]:
        return await self.run(self.codegen.drop, DropCode(**self.envelope()))

    async def write(
        self, changes: Mapping[str, bytes | None], *, base: str | None = None, id: str | None = None, branch: str = "main"
    ) -> FilesWritten:
        envelope = self.envelope()
        base = base or (await self.open()).refs[branch]
        written = tuple(
            FileWrite(path=path, content=None if data is None else base64.b64encode(data).decode()) for path, data in changes.items()
        )
        request = WriteFiles(id=id or envelope["id"], project_id=self.project, at=envelope["at"], base=base, files=written, branch=branch)
        return await self.codegen.write(request)

    manifest = staticmethod(manifest)
    compiler = staticmethod(tiny_compiler)

    @staticmethod
    def changed(messages: list[Message]) -> CodeChanged:
        """The CodeChanged among them."""
        (event,) = [message for message in messages if isinstance(message, CodeChanged)]
        return event

    @staticmethod
    def conflict(messages: list[Message]) -> MergeConflicted:
        """The only message, which is a conflict."""
        (event,) = messages
        assert isinstance(event, MergeConflicted)
        return event

    async def open(self) -> Repository:
        return await self.repositories.open(self.project)

    async def main(self) -> dict[str, bytes]:
        return (await self.open()).tree("main")

    async def blueprint(self) -> dict[str, bytes]:
        return (await self.open()).tree("blueprint")


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.connected)])
def database(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
async def stage(database: str | None, objects_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    outbox = MemoryOutbox()
    if database is None:
        memory = Memory(tmp_path / "cache")
        yield Stage(Codegen(Workshop(memory, memory, tiny_compiler, fix_with_ruff, outbox, fix_with_oxlint)), memory, memory, outbox)
        return
    async with asyncpg.create_pool(database, min_size=1, max_size=4) as pool:
        await migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
        objects = ObjectStore(objects_url)
        vfs, journal = Vfs(pool, objects, tmp_path / "cache"), PostgresJournal(pool)
        stage = Stage(Codegen(Workshop(vfs, journal, tiny_compiler, fix_with_ruff, outbox, fix_with_oxlint)), vfs, journal, outbox)
        stage.objects = objects
        yield stage
