"""Kill -9 of service, supervisor and sandboxes at random moments leaves nothing on the machine. The bench does it two hundred times."""

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from platform_client import Platform

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

import leaks

pytestmark = [pytest.mark.chaos, pytest.mark.flow, pytest.mark.slow, pytest.mark.timeout(600)]


def test_nothing_is_left_of_what_was_killed(
    tmp_path_factory: pytest.TempPathFactory, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get("BARNRAISE_CHAOS_SEED", "7"))
    record_property("seed", seed)
    platform = Platform.start(tmp_path_factory.mktemp("leaks"))
    try:
        killed, left = leaks.hunt(platform, 12, random.Random(seed))
        assert killed["service"]
        assert killed["sandbox"]
        assert {what: count for what, count in left.items() if count} == {}
    finally:
        platform.stop()
