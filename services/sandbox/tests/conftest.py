"""Real sandboxes for the tests: the base layer, made once and shared with the checkout, and every driver that can run here."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import asyncpg
import pytest
from docker_engine import DockerEngine, NoEngineError, missing
from sandbox_drivers import DRIVERS, AnyDriver, open_driver
from sandbox_process import APP, AT, SLOW, Platform

from barnraise.chassis import database
from barnraise.chassis.objects import ObjectStore
from barnraise.cli.embedded.prepare import base_inputs
from barnraise.sandbox.adapters import layer as layers
from barnraise.vfs import Vfs, branches

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def base_dir() -> Path:
    base = Path(os.environ.get("BARNRAISE_BASE_DIR") or CHECKOUT / ".barnraise/shared/base")
    layers.build(*base_inputs(), base, lambda _: None)
    return base


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    opened = await database.connect(database_url)
    await database.migrate(opened, "sandbox", files("barnraise.sandbox") / "migrations")
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def docker_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerEngine]:
    """An engine of the tests' own, without networks."""
    if reason := missing():
        pytest.skip(reason)
    engine = DockerEngine(tmp_path_factory.mktemp("docker"))
    try:
        engine.start()
    except NoEngineError as error:
        pytest.skip(str(error))
    yield engine
    engine.stop()


@dataclass(frozen=True)
class Kind:
    """A driver to be tested, and how to open it for a data folder; the same folder means the same instance."""

    name: str
    base_dir: Path
    url: str | None

    def __call__(self, data: Path) -> AbstractAsyncContextManager[AnyDriver]:
        return open_driver(self.name, self.base_dir, data, self.url)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of a driver runs on all of them, or on those that its mark names."""
    if "open_driver" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("drivers")
        metafunc.parametrize("open_driver", mark.args if mark else DRIVERS, indirect=True, scope="session")


@pytest.fixture(scope="session", name="open_driver")
def kind(request: pytest.FixtureRequest, base_dir: Path) -> Kind:
    if request.param == "gvisor" and shutil.which("runsc") is None:
        pytest.skip("not installed: runsc (scripts/docker installs it on Debian)")
    if "docker" not in request.param:
        return Kind(request.param, base_dir, None)
    if "gvisor" in request.param and (reason := missing("runsc")):
        pytest.skip(reason)
    return Kind(request.param, base_dir, request.getfixturevalue("docker_engine").url)


@pytest.fixture
async def driver(open_driver: Kind, tmp_path: Path) -> AsyncIterator[AnyDriver]:
    async with open_driver(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
async def commits(database_url: str, objects_url: str, tmp_path: Path) -> list[str]:
    """Two commits of each of the projects ``shop``, ``barn`` and ``mill``, the same in all: one good, one whose tests take for ever."""
    pool = await asyncpg.create_pool(database_url, min_size=1)
    await database.migrate(pool, "codegen", files("barnraise.codegen") / "migrations")
    vfs = Vfs(pool, ObjectStore(objects_url), tmp_path / "elsewhere")
    for project in ("shop", "barn", "mill"):
        repository = await vfs.open(project)
        first = repository.commit(repository.write_tree(APP), [], "First", author="User", at=AT)
        second = repository.commit(repository.write_tree(SLOW), [first], "Second", author="User", at=AT)
        pack = repository.pack([first, second])
        await vfs.store(project, pack)
        async with pool.acquire() as connection, connection.transaction():
            await branches.add_pack(connection, project, pack)
            await branches.move(connection, project, "main", None, second)
    await pool.close()
    return [first, second]


@pytest.fixture
async def platform(nats_url: str, database_url: str, objects_url: str, base_dir: Path, tmp_path: Path) -> AsyncIterator[Platform]:
    environment = os.environ | {
        "BARNRAISE_NATS_URL": nats_url,
        "BARNRAISE_DATABASE_URL": database_url,
        "BARNRAISE_OBJECTS_URL": objects_url,
        "BARNRAISE_CACHE_DIR": str(tmp_path / "cache"),
        "BARNRAISE_DATA_DIR": str(tmp_path / "data"),
        "BARNRAISE_BASE_DIR": str(base_dir),
        "BARNRAISE_SANDBOX_WARM": "false",
        "SECRET_OF_THE_SERVICE": "must not be seen",
    }
    (tmp_path / "data").mkdir()
    made = Platform(environment, tmp_path)
    yield made
    await made.close()
