"""The whole way: real PostgreSQL, an object store on a folder, several processes and plain git on one cache."""

import asyncio
import multiprocessing
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import asyncpg
import pytest

from barnraise.chassis.database import migrate
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.objects import ObjectStore
from barnraise.vfs import RefMoved, Repository, Vfs, branches

pytestmark = pytest.mark.connected
AT = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        await migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
        yield pool


@pytest.fixture
def vfs(pool: asyncpg.Pool, objects_url: str, tmp_path: Path) -> Vfs:
    return Vfs(pool, ObjectStore(objects_url), tmp_path / "cache")


def draft(repository: Repository, changes: dict[str, bytes | None], branch: str = "main") -> str:
    head = repository.refs.get(branch)
    tree = repository.edit_tree(repository.tree_of(head) if head else repository.write_tree({}), changes)
    return repository.commit(tree, [head] if head else [], "x\n", author="User", at=AT)


async def commit(vfs: Vfs, pool: asyncpg.Pool, changes: dict[str, bytes | None], branch: str = "main") -> str:
    repository = await vfs.open("shop")
    made = draft(repository, changes, branch)
    pack = repository.pack([made])
    await vfs.store("shop", pack)
    async with pool.acquire() as connection, connection.transaction():
        await branches.lock(connection, "shop")
        await branches.move(connection, "shop", branch, repository.refs.get(branch), made)
        await branches.add_pack(connection, "shop", pack)
    return made


def git(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout + done.stderr


async def test_a_commit_is_seen_on_another_machine(vfs: Vfs, pool: asyncpg.Pool, objects_url: str, tmp_path: Path) -> None:
    made = await commit(vfs, pool, {"a.py": b"a\n"})
    other = Vfs(pool, ObjectStore(objects_url), tmp_path / "elsewhere")
    repository = await other.open("shop")
    assert repository.refs == {"main": made}
    assert repository.tree("main") == {"a.py": b"a\n"}
    assert await other.head("shop") == made
    assert await other.head("shop", "blueprint") is None


async def test_an_unknown_project_has_no_refs_and_cannot_be_cloned(vfs: Vfs) -> None:
    repository = await vfs.open("nobody")
    assert repository.refs == {}
    with pytest.raises(BarnraiseError) as missing:
        repository.files("main")
    assert missing.value.problem.code == "not_found"
    with pytest.raises(BarnraiseError):
        await vfs.path_for_clone("nobody")


async def test_before_codegen_has_ever_started_the_answer_is_to_wait(database_url: str, objects_url: str, tmp_path: Path) -> None:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        vfs = Vfs(pool, ObjectStore(objects_url), tmp_path)
        for question in (vfs.open("shop"), vfs.head("shop"), vfs.path_for_clone("shop")):
            with pytest.raises(BarnraiseError) as early:
                await question
            assert (early.value.problem.code, early.value.problem.retryable) == ("unavailable", True)


async def test_the_later_of_two_writers_is_told(vfs: Vfs, pool: asyncpg.Pool) -> None:
    await commit(vfs, pool, {"a": b"1"})
    repository = await vfs.open("shop")
    mine = draft(repository, {"b": b"1"})
    await commit(vfs, pool, {"c": b"1"})
    with pytest.raises(RefMoved):
        async with pool.acquire() as connection, connection.transaction():
            await branches.move(connection, "shop", "main", repository.refs["main"], mine)
    with pytest.raises(RefMoved):
        async with pool.acquire() as connection, connection.transaction():
            await branches.move(connection, "shop", "main", None, mine)


async def test_the_cache_may_vanish_at_any_time(vfs: Vfs, pool: asyncpg.Pool, tmp_path: Path) -> None:
    await commit(vfs, pool, {"a": b"1"})
    shutil.rmtree(tmp_path / "cache")
    await commit(vfs, pool, {"b": b"2"})
    shutil.rmtree(tmp_path / "cache")
    assert (await vfs.open("shop")).tree("main") == {"a": b"1", "b": b"2"}


async def test_a_stored_pack_that_was_never_listed_changes_nothing(vfs: Vfs, pool: asyncpg.Pool, tmp_path: Path) -> None:
    """A crash between pack and transaction; even with its rubbish in the cache, the next pack is whole."""
    await commit(vfs, pool, {"a": b"1"})
    repository = await vfs.open("shop")
    pack = repository.pack([draft(repository, {"lost": b"content" * 100})])
    await vfs.store("shop", pack)
    vfs._cache.install("shop", pack)
    await commit(vfs, pool, {"other": b"content" * 100})
    shutil.rmtree(tmp_path / "cache")
    assert (await vfs.open("shop")).tree("main") == {"a": b"1", "other": b"content" * 100}


@pytest.mark.parametrize("damage", ["truncate", "empty"])
async def test_a_torn_file_in_the_cache_is_fetched_again(vfs: Vfs, pool: asyncpg.Pool, tmp_path: Path, damage: str) -> None:
    await commit(vfs, pool, {"a": b"1"})
    await vfs.open("shop")
    (pack,) = (tmp_path / "cache/git/shop.git/objects/pack").glob("*.pack")
    pack.chmod(0o644)
    pack.write_bytes(b"" if damage == "empty" else pack.read_bytes()[:-5])
    assert (await vfs.open("shop")).tree("main") == {"a": b"1"}


async def test_a_damaged_object_is_refused(vfs: Vfs, pool: asyncpg.Pool, tmp_path: Path) -> None:
    await commit(vfs, pool, {"a": b"1"})
    (stored,) = (tmp_path / "objects").rglob("*.pack")
    stored.write_bytes(stored.read_bytes()[:-1] + b"?")
    with pytest.raises(ValueError, match="damaged"):
        await vfs.open("shop")


async def test_plain_git_clones_and_fsck_is_clean(vfs: Vfs, pool: asyncpg.Pool, tmp_path: Path) -> None:
    for number in range(5):
        await commit(vfs, pool, {f"f{number}.py": f"{number}\n".encode() * 50})
    await commit(vfs, pool, {"b": b"1"}, "blueprint")
    path = await vfs.path_for_clone("shop")
    git("clone", "-q", "--no-local", f"file://{path}", "clone", cwd=tmp_path)
    assert sorted(file.name for file in (tmp_path / "clone").glob("f*")) == [f"f{number}.py" for number in range(5)]
    assert "error" not in git("fsck", "--strict", "--full", cwd=path)
    newest = await commit(vfs, pool, {"f0.py": None})
    await vfs.path_for_clone("shop")
    git("pull", "-q", cwd=tmp_path / "clone")
    assert git("rev-parse", "HEAD", cwd=tmp_path / "clone").strip() == newest
    assert not list(path.rglob("*.lock"))


async def test_forgetting_removes_everything(vfs: Vfs, pool: asyncpg.Pool, tmp_path: Path) -> None:
    await commit(vfs, pool, {"a": b"1"})
    await vfs.open("shop")
    for _ in range(2):
        await vfs.forget("shop")
    assert not (tmp_path / "cache/git/shop.git").exists()
    assert not list((tmp_path / "objects").rglob("*.pack"))


def _writer(database_url: str, objects_url: str, cache: str, name: str, count: int) -> None:
    async def work() -> None:
        async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
            vfs = Vfs(pool, ObjectStore(objects_url), Path(cache))
            number = 0
            while number < count:
                try:
                    await commit(vfs, pool, {f"{name}/{number}": f"{name} {number}\n".encode()})
                    number += 1
                except RefMoved:
                    continue

    asyncio.run(work())


@pytest.mark.parametrize("shared", [True, False])
async def test_two_processes_commit_at_once(pool: asyncpg.Pool, database_url: str, objects_url: str, tmp_path: Path, shared: bool) -> None:
    context = multiprocessing.get_context("spawn")
    caches = [tmp_path / "cache" / ("one" if shared else name) for name in "ab"]
    writers = [
        context.Process(target=_writer, args=(database_url, objects_url, str(cache), name, 8))
        for name, cache in zip("ab", caches, strict=True)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        await asyncio.to_thread(writer.join, 60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    vfs = Vfs(pool, ObjectStore(objects_url), caches[0])
    repository = await vfs.open("shop")
    assert len(repository.files("main")) == 16
    assert len(repository.log("main", limit=100)[0]) == 16
    git("fsck", "--strict", "--full", cwd=await vfs.path_for_clone("shop"))


async def test_a_killed_process_leaves_the_cache_usable(
    pool: asyncpg.Pool, vfs: Vfs, database_url: str, objects_url: str, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("spawn")
    for seen in (1, 3, 6):
        writer = context.Process(target=_writer, args=(database_url, objects_url, str(tmp_path / "cache"), f"w{seen}", 1000))
        writer.start()
        async with asyncio.timeout(60):
            while len(await pool.fetch("select from codegen.packs")) < seen:
                await asyncio.to_thread(writer.join, 0.02)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        await commit(vfs, pool, {f"after{seen}": b"1"})
    path = await vfs.path_for_clone("shop")
    git("fsck", "--strict", "--full", cwd=path)
    assert {f"after{seen}" for seen in (1, 3, 6)} <= {entry.path for entry in (await vfs.open("shop")).files("main")}
