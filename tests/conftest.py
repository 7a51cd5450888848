"""One running platform for all tests that only use it; tests that hurt it start their own."""

from collections.abc import Iterator

import pytest
from platform_client import Platform


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    running = Platform.start(tmp_path_factory.mktemp("home"))
    yield running
    running.stop()
