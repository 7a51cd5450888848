"""Real sandboxes for the tests: the base layer, made once and shared with the checkout, and every driver that can run here."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from docker_engine import DockerEngine, NoEngineError, missing
from sandbox_drivers import DRIVERS, AnyDriver, open_driver

from barnraise.cli.embedded.prepare import base_inputs
from barnraise.sandbox.adapters import layer as layers

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def base_dir() -> Path:
    base = Path(os.environ.get("BARNRAISE_BASE_DIR") or CHECKOUT / ".barnraise/shared/base")
    layers.build(*base_inputs(), base, lambda _: None)
    return base


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
