"""An upgrade, as people see it: every service is replaced while jobs are at work and sockets are open."""

import os
from collections.abc import AsyncIterator

import pytest
from platform_client import Platform
from rolling_restart import SERVICES, Embedded, Target, roll
from simulated_platform import simulated

pytestmark = [pytest.mark.chaos, pytest.mark.flow, pytest.mark.slow, pytest.mark.timeout(900)]

ALL = os.environ.get("BARNRAISE_CHAOS") == "all"
GRACE = 12.0
"""So long the supervisor waits before it kills; in a cluster a pod has more."""


@pytest.fixture(params=["simulated", "embedded"])
async def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Target]:
    """With work of known cost, two workers of each kind; and with real work."""
    if request.param == "simulated":
        async with simulated(workers=2, cost=0.3) as platform:
            yield platform
        return
    if not ALL:
        pytest.skip("real work of every service: BARNRAISE_CHAOS=all asks for it (`make bench` measures it, too)")
    embedded = Platform.start(tmp_path_factory.mktemp("home"), BARNRAISE_SANDBOX_WARM="false")
    yield Embedded(embedded)
    embedded.stop()


async def test_every_service_is_replaced_and_nobody_loses_anything(target: Target) -> None:
    rolled = await roll(target, jobs=20, sockets=50)
    assert set(rolled.jobs) == {"succeeded"}, rolled
    assert list(rolled.live.values()) == [20] * len(SERVICES)
    assert rolled.events > 50 * 20
    assert (rolled.missing, rolled.doubled) == (0, 0), rolled
    assert max(rolled.exits.values()) < GRACE, rolled
    assert rolled.closes[1012] >= 49, "who leaves says so"
