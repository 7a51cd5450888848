"""What only the local driver has: a launcher that may fail, and control groups of its own."""

from pathlib import Path

import pytest

from barnraise.sandbox.adapters.local import cgroups
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.limits import TEST
from barnraise.sandbox.ports import Infrastructure, Spec

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local")]


async def test_a_launcher_that_cannot_start_is_our_own_fault(driver: LocalDriver) -> None:
    real = list(driver.programs)
    driver.use("/usr/bin/false")
    box = await driver.start(Spec("test", TEST))
    with pytest.raises(Infrastructure, match="did not start") as error:
        await box.ended()
    assert error.value.problem.retryable
    driver.use(real[0])


async def test_no_group_is_left(driver: LocalDriver, tmp_path: Path) -> None:
    box = await driver.start(Spec("test", TEST))
    groups = cgroups.find(Runtime(tmp_path / "data").instance)
    assert groups is None or len(groups.leftovers()) == 1
    await box.kill()
    assert groups is None or groups.leftovers() == []


async def test_two_living_services_do_not_share_a_folder(tmp_path: Path) -> None:
    first, second = Runtime(tmp_path), Runtime(tmp_path)
    first.open()
    with pytest.raises(BlockingIOError):
        second.open()
    first.close()
    second.open()
    second.close()
