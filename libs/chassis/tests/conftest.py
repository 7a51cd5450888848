"""Fixtures of the chassis' own tests."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from barnraise.chassis import logs


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Whatever is set up for logs writes to the test's standard error, which is gone after it."""
    root = logging.getLogger()
    before, level, set_up = root.handlers[:], root.level, structlog.get_config()
    yield
    structlog.configure(**set_up)
    logs._LISTENERS.clear()
    root.handlers[:] = before
    root.setLevel(level)
