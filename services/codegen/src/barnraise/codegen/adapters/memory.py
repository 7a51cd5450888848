"""Everything in memory (and a scratch folder for git), for tests and for trying things out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Transaction
from barnraise.codegen.domain.steps import Step
from barnraise.codegen.ports import Answered, ProjectDropped
from barnraise.contracts.base import Message
from barnraise.vfs import Pack, RefMoved, Repository
from barnraise.vfs.cache import Cache


class NoTransaction:
    """Takes the place of a transaction where there is no database; nothing may be asked of it."""

    async def execute(self, query: str, *args: Any) -> Any:
        raise NotImplementedError(query)

    fetch = fetchrow = fetchval = execute

    async def executemany(self, query: str, args: Any) -> None:
        raise NotImplementedError(query)


class Memory:
    """Repositories and journal of all projects."""

    def __init__(self, folder: Path) -> None:
        self._cache = Cache(folder)
        self._packs: dict[str, dict[str, Pack]] = {}
        self._refs: dict[str, dict[str, str]] = {}
        self._listed: dict[str, set[str]] = {}
        self.uploads: dict[str, bytes] = {}
        self._steps: dict[str, list[Step]] = {}
        self._answers: dict[tuple[str, str], Answered] = {}
        self._dropped: set[str] = set()

    async def open(self, project_id: str) -> Repository:
        packs = self._packs.get(project_id, {})
        for pack_id in self._cache.missing(project_id, {pack.id: pack.size for pack in packs.values()}):
            self._cache.install(project_id, packs[pack_id])
        return Repository(project_id, self._cache.prepare(project_id), self._refs.get(project_id, {}))

    def publish(self, project_id: str) -> Path:
        """The project's repository with its branches, for plain git."""
        return self._cache.publish(project_id, self._refs.get(project_id, {}))

    def packs(self, project_id: str) -> list[str]:
        """What is stored of the project, listed or not."""
        return sorted(self._packs.get(project_id, {}))

    async def store(self, project_id: str, pack: Pack) -> None:
        self._packs.setdefault(project_id, {})[pack.id] = pack

    async def ensure(self, project_id: str, pack: Pack) -> None:
        await self.store(project_id, pack)

    async def upload(self, key: str) -> bytes:
        if key not in self.uploads:
            raise BarnraiseError("not_found", "The upload is not there any more.", "Import the file again.")
        return self.uploads[key]

    async def adopt(self, project_id: str, pack_id: str) -> Pack:
        pack = self._packs.get(project_id, {}).get(pack_id)
        if pack is None:
            raise BarnraiseError("not_found", f"There is no pack {pack_id[:12]}.", "Push again.", retryable=True)
        self._cache.install(project_id, pack)
        return pack

    async def discard(self, project_id: str, pack_id: str) -> None:
        self._packs.get(project_id, {}).pop(pack_id, None)

    async def forget(self, project_id: str) -> None:
        self._packs.pop(project_id, None)
        self._cache.forget(project_id)

    async def dropped(self, project_id: str) -> bool:
        return project_id in self._dropped

    async def steps(self, project_id: str) -> Sequence[Step]:
        return list(self._steps.get(project_id, []))

    async def answered(self, project_id: str, request_id: str) -> Answered | None:
        return self._answers.get((project_id, request_id))

    async def record(self, transaction: Transaction, project_id: str, step: Step, pack: Pack) -> None:
        if project_id in self._dropped:
            raise ProjectDropped(project_id)
        refs = self._refs.setdefault(project_id, {})
        if (refs.get("main"), refs.get("blueprint")) != (step.main_before, step.blueprint_before):
            raise RefMoved(project_id)
        after = {"main": step.main_after, "blueprint": step.blueprint_after}
        refs.update({name: oid for name, oid in after.items() if oid is not None})
        self._listed.setdefault(project_id, set()).add(pack.id)
        self._steps.setdefault(project_id, []).append(step)

    async def settle_in(
        self, transaction: Transaction, project_id: str, refs: Mapping[str, str], steps: Sequence[Step], packs: Sequence[Pack]
    ) -> None:
        if project_id in self._dropped:
            raise ProjectDropped(project_id)
        if self._refs.get(project_id):
            raise RefMoved(project_id)
        self._refs[project_id] = dict(refs)
        self._listed.setdefault(project_id, set()).update(pack.id for pack in packs)
        self._steps[project_id] = list(steps)

    async def unlisted(self, transaction: Transaction, project_id: str, pack_id: str) -> bool:
        return pack_id not in self._listed.get(project_id, set())

    async def move(
        self, transaction: Transaction, project_id: str, ref: str, old: str | None, new: str | None, pack: Pack | None = None
    ) -> None:
        if project_id in self._dropped:
            raise ProjectDropped(project_id)
        refs = self._refs.setdefault(project_id, {})
        if refs.get(ref) != old:
            raise RefMoved(project_id)
        refs.pop(ref, None)
        refs.update({ref: new} if new else {})
        self._listed.setdefault(project_id, set()).update({pack.id} if pack else ())

    async def answer(self, transaction: Transaction, project_id: str, request_id: str, answered: Answered) -> Answered:
        return self._answers.setdefault((project_id, request_id), answered)

    async def drop(self, transaction: Transaction, project_id: str) -> None:
        self._dropped.add(project_id)
        for table in (self._refs, self._steps):
            table.pop(project_id, None)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        yield NoTransaction()


class MemoryOutbox:
    """Keeps what was announced, in order."""

    def __init__(self) -> None:
        self.announced: list[Message] = []
        self._filed: dict[str, list[Message]] = {}

    async def file(self, transaction: Transaction, cause: str, messages: Sequence[Message]) -> None:
        self._filed.setdefault(cause, []).extend(messages)

    async def announce(self, cause: str) -> None:
        self.announced += self._filed.pop(cause, [])
