"""A backup of a database that compares meanings, brought back into one that does not yet."""

import asyncio
from importlib.resources import files
from pathlib import Path

import asyncpg
import pytest

from barnraise.chassis.database import migrate
from barnraise.cli.backup.database import dump, load
from barnraise.codegen.adapters.vectors import PostgresVectors

ONE = [1.0, *[0.0] * 383]
pytestmark = pytest.mark.connected


async def test_vectors_are_in_no_backup_and_are_compared_again_after_one(database_url: str, tmp_path: Path) -> None:
    name = database_url.rpartition("/")[2].partition("?")[0]
    again, other = f"{name}_again", database_url.replace(name, f"{name}_again")
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        await migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
        await PostgresVectors(pool).keep("p1", "m", {b"1": ONE})
        await asyncio.to_thread(dump, database_url, tmp_path / "dump")
        await pool.execute(f"create database {again}")
        try:
            await asyncio.to_thread(load, other, tmp_path / "dump")
            async with asyncpg.create_pool(other, min_size=1, max_size=2) as restored:
                vectors = PostgresVectors(restored)
                await vectors.keep("p1", "m", {b"2": ONE})
                await vectors.ready()
                assert await vectors.near("p1", "m", ONE, [b"1", b"2"]) == {b"2": 1.0}
        finally:
            await pool.execute(f"drop database {again} with (force)")
