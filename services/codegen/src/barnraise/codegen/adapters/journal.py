"""The journal in PostgreSQL, schema ``codegen``."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import astuple, fields

from asyncpg import Pool

from barnraise.chassis.ledger import MARK_DAYS
from barnraise.chassis.outcome import Transaction
from barnraise.codegen.domain.steps import Step
from barnraise.codegen.ports import Answered, ProjectDropped
from barnraise.vfs import Pack, branches

_COLUMNS = tuple(field.name for field in fields(Step))
_SELECT_STEPS = f"select {', '.join(_COLUMNS)} from codegen.steps where project_id = $1 order by seq"
_INSERT_STEP = f"""insert into codegen.steps (project_id, {", ".join(_COLUMNS)})
    values ($1, {", ".join(f"${number}" for number in range(2, len(_COLUMNS) + 2))})"""


class PostgresJournal:
    def __init__(self, database: Pool) -> None:
        self._database = database

    async def dropped(self, project_id: str) -> bool:
        return await self._database.fetchval("select exists (select from codegen.dropped where project_id = $1)", project_id)

    async def steps(self, project_id: str) -> Sequence[Step]:
        return [Step(**row) for row in await self._database.fetch(_SELECT_STEPS, project_id)]

    async def answered(self, project_id: str, request_id: str) -> Answered | None:
        query = "select fingerprint, commit, changed from codegen.writes where project_id = $1 and request_id = $2"
        row = await self._database.fetchrow(query, project_id, request_id)
        return Answered(**row) if row else None

    async def record(self, transaction: Transaction, project_id: str, step: Step, pack: Pack) -> None:
        await forbid_dropped(transaction, project_id)
        await branches.move(transaction, project_id, "main", step.main_before, step.main_after)
        if step.blueprint_after is not None and step.blueprint_after != step.blueprint_before:
            await branches.move(transaction, project_id, "blueprint", step.blueprint_before, step.blueprint_after)
        await branches.add_pack(transaction, project_id, pack)
        await transaction.execute(_INSERT_STEP, project_id, *astuple(step))

    async def settle_in(
        self, transaction: Transaction, project_id: str, refs: Mapping[str, str], steps: Sequence[Step], packs: Sequence[Pack]
    ) -> None:
        await forbid_dropped(transaction, project_id)
        for name, commit in refs.items():
            await branches.move(transaction, project_id, name, None, commit)
        for pack in packs:
            await branches.add_pack(transaction, project_id, pack)
        await transaction.executemany(_INSERT_STEP, [(project_id, *astuple(step)) for step in steps])

    async def unlisted(self, transaction: Transaction, project_id: str, pack_id: str) -> bool:
        await forbid_dropped(transaction, project_id)
        query = "select not exists (select from codegen.packs where project_id = $1 and pack_id = $2)"
        return await transaction.fetchval(query, project_id, pack_id)

    async def move(
        self, transaction: Transaction, project_id: str, ref: str, old: str | None, new: str | None, pack: Pack | None = None
    ) -> None:
        await forbid_dropped(transaction, project_id)
        await branches.move(transaction, project_id, ref, old, new)
        if pack:
            await branches.add_pack(transaction, project_id, pack)

    async def answer(self, transaction: Transaction, project_id: str, request_id: str, answered: Answered) -> Answered:
        statement = """insert into codegen.writes as kept (project_id, request_id, fingerprint, commit, changed)
            values ($1, $2, $3, $4, $5)
            on conflict (project_id, request_id) do update set fingerprint = kept.fingerprint
            returning fingerprint, commit, changed"""
        return Answered(**await transaction.fetchrow(statement, project_id, request_id, *astuple(answered)))

    async def drop(self, transaction: Transaction, project_id: str) -> None:
        await branches.lock(transaction, project_id)
        await transaction.execute("insert into codegen.dropped (project_id) values ($1) on conflict do nothing", project_id)
        await branches.drop(transaction, project_id)
        await transaction.execute("delete from codegen.steps where project_id = $1", project_id)
        await transaction.execute("delete from codegen.writes where project_id = $1", project_id)
        await transaction.execute("delete from codegen.model_settings where project_id = $1", project_id)
        await transaction.execute("delete from codegen.model_budgets where project_id = $1", project_id)
        await transaction.execute("delete from codegen.trials where project_id = $1", project_id)
        await transaction.execute("delete from codegen.vectors where project_id = $1", project_id)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._database.acquire() as connection, connection.transaction():
            yield connection


async def forbid_dropped(transaction: Transaction, project_id: str) -> None:
    """One writer at a time until the transaction ends, and none of a project that is gone: ProjectDropped."""
    await branches.lock(transaction, project_id)
    if await transaction.fetchval("select true from codegen.dropped where project_id = $1", project_id):
        raise ProjectDropped(project_id)


async def forget_marks(database: Pool) -> None:
    """Forget which projects were dropped, when nothing can come for them any more; what their models used counts on, for nobody."""
    gone = "select project_id from codegen.dropped where dropped_at < now() - make_interval(days => $1)"
    async with database.acquire() as connection, connection.transaction():
        await connection.execute(
            f"update codegen.model_calls set project_id = '', job_id = '', profile = model where project_id in ({gone})", MARK_DAYS
        )
        await connection.execute(f"delete from codegen.trials where project_id in ({gone})", MARK_DAYS)
        await connection.execute(f"delete from codegen.dropped where project_id in ({gone})", MARK_DAYS)
