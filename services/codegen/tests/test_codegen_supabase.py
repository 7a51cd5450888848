"""The migration for Supabase on a real PostgreSQL, with as much of Supabase around it as it needs: roles, users and ``auth.uid()``."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from compiled import base_layer, node
from compiled_manifests import MANIFESTS

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.manifest import Integration, Manifest

pytestmark = pytest.mark.connected
SQL, CLIENT = "supabase/migrations/0001_init.sql", "supabase/client.ts"
FIRST, SECOND = UUID(int=1), UUID(int=2)
SURROUNDINGS = """
create schema auth;
create table auth.users (id uuid primary key);
create function auth.uid() returns uuid language sql stable as $$ select nullif(current_setting('request.uid', true), '')::uuid $$;
do $$ begin
  if not exists (select from pg_roles where rolname = 'anon') then create role anon; create role authenticated; end if;
end $$;
grant usage on schema auth, public to anon, authenticated;
"""


def compiled(manifest: Manifest) -> dict[str, bytes]:
    return compile_manifest(manifest.model_copy(update={"integrations": (Integration(kind="supabase"),)}))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    maker = await asyncpg.connect(database_url)
    await maker.execute("drop database if exists supabase_test")
    await maker.execute("create database supabase_test")
    head, _, options = database_url.partition("?")
    connection = await asyncpg.connect(f"{head.rpartition('/')[0]}/supabase_test?{options}")
    await connection.execute(SURROUNDINGS)
    await connection.execute("insert into auth.users values ($1), ($2)".replace("$1", f"'{FIRST}'").replace("$2", f"'{SECOND}'"))
    yield connection
    await connection.close()
    await maker.execute("drop database supabase_test")
    await maker.close()


async def be(database: asyncpg.Connection, who: UUID | None, role: str = "authenticated") -> None:
    await database.execute("reset role")
    await database.execute("select set_config('request.uid', $1, false)", str(who or ""))
    await database.execute(f"set role {role}")


@pytest.mark.parametrize("name", sorted(MANIFESTS))
async def test_every_migration_runs_and_leaves_no_table_open(database: asyncpg.Connection, name: str) -> None:
    await database.execute(compiled(MANIFESTS[name])[SQL].decode())
    open_ = await database.fetch(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and not relrowsecurity"
    )
    assert open_ == []


async def guarded(database: asyncpg.Connection, first: str = "boss", second: str = "boss") -> None:
    await database.execute(compiled(MANIFESTS["guarded"])[SQL].decode())
    await database.executemany("insert into account_role values ($1, $2)", [(FIRST, first), (SECOND, second)])


async def project(database: asyncpg.Connection) -> int:
    return await database.fetchval("insert into projects (name) values ('P') returning id")


async def task(database: asyncpg.Connection, **more: Any) -> int:
    values = {
        "title": "T",
        "begun": "now()",
        "hours": 1,
        "share": 1.0,
        "project_id": await database.fetchval("select min(id) from projects"),
    }
    columns = values | more
    names = ", ".join(columns)
    literals = ", ".join(value if value == "now()" else f"'{value}'" for value in columns.values())
    return await database.fetchval(f"insert into tasks ({names}) values ({literals}) returning id")


async def test_everyone_sees_only_their_own_rows(database: asyncpg.Connection) -> None:
    await guarded(database)
    await be(database, FIRST)
    await project(database)
    mine = await task(database)
    await be(database, SECOND)
    assert await database.fetch("select * from tasks") == []
    assert await database.execute("update tasks set title = 'stolen'") == "UPDATE 0"
    assert await database.execute("delete from tasks") == "DELETE 0"
    assert await database.fetchval("select count(*) from projects") == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await task(database, owner_=FIRST)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.execute(f"insert into charts (name, access, accounts, task_id) values ('C', true, '{{}}', {mine})")
    await be(database, FIRST)
    assert [row["id"] for row in await database.fetch("select id from tasks")] == [mine]
    await database.execute(f"insert into charts (name, access, accounts, task_id) values ('C', true, '{{}}', {mine})")


async def test_roles_do_what_they_may_and_nobody_gives_themselves_one(database: asyncpg.Connection) -> None:
    await guarded(database, "boss", "guest")
    await be(database, FIRST)
    await project(database)
    await be(database, SECOND)
    assert await database.fetchval("select count(*) from projects") == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await project(database)
    assert await database.execute("delete from projects") == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.execute("update account_role set role = 'boss'")
    assert await database.fetchval("select count(*) from account_role") == 1
    await be(database, None, "anon")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.fetch("select * from projects")


async def test_what_is_changed_knows_when(database: asyncpg.Connection) -> None:
    await guarded(database)
    await be(database, FIRST)
    await project(database)
    await database.execute("update projects set name = 'Q'")
    assert await database.fetchval("select updated_at > created_at from projects")


async def test_the_database_keeps_the_rules_of_the_fields(database: asyncpg.Connection) -> None:
    await guarded(database)
    await be(database, FIRST)
    await project(database)
    for wrong in ({"priority": "nonsense"}, {"hours": -1}, {"project_id": 99}):
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.ForeignKeyViolationError)):
            await task(database, **wrong)


def test_the_types_are_types(tmp_path: Path) -> None:
    for name in MANIFESTS:
        (tmp_path / f"{name}.ts").write_bytes(compiled(MANIFESTS[name])[CLIENT])
    types = "export type SupabaseClient<D> = { of: D }; export function createClient<D>(u: string, k: string): SupabaseClient<D>;"
    (tmp_path / "module.d.ts").write_text(f"declare module '@supabase/supabase-js' {{ {types} }}")
    tsc = [node(), base_layer() / "web/node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--target", "es2022", "--types", ""]
    done = subprocess.run([*tsc, *tmp_path.glob("*.ts")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_without_the_block_there_is_no_folder() -> None:
    assert [path for path in compile_manifest(MANIFESTS["paid"]) if path.startswith("supabase")] == []
