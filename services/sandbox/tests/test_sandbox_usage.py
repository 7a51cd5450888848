"""What sandboxes take, as engines, control groups and the kernel's own files tell it."""

import os
import signal
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sandbox_doubles import FakeDriver

from barnraise.sandbox.adapters.local.cgroups import GroupV1, GroupV2
from barnraise.sandbox.adapters.local.processes import usage
from barnraise.sandbox.adapters.meters import MeteredDriver, SandboxMeters
from barnraise.sandbox.domain.containers import usage_of
from barnraise.sandbox.domain.limits import MIB, Usage
from barnraise.sandbox.service.pool import spec_for

TOLD = {
    "memory_stats": {"usage": 9 << 30, "stats": {"active_anon": 3 * MIB, "inactive_anon": 2 * MIB, "rss": 4 * MIB, "cache": 8 << 30}},
    "cpu_stats": {"cpu_usage": {"total_usage": 1_500_000_000}},
    "pids_stats": {"current": 7},
}


@pytest.mark.parametrize(
    ("told", "gvisor", "taken"),
    [
        (TOLD, False, Usage(5 * MIB, 1.5, 7)),
        (TOLD, True, Usage(5 * MIB, 1.5, None)),
        ({}, False, Usage()),
        ({"cpu_stats": {}}, True, Usage()),
    ],
)
def test_an_engine_tells_what_a_container_takes(told: dict, gvisor: bool, taken: Usage) -> None:
    assert usage_of(told, gvisor=gvisor) == taken


def test_a_group_tells_what_its_processes_take(tmp_path: Path) -> None:
    second = GroupV2(tmp_path)
    assert second.usage() == Usage()
    (tmp_path / "memory.stat").write_text(f"anon {3 * MIB}\nfile {900 * MIB}\nshmem {2 * MIB}\ninactive_anon 1\n")
    (tmp_path / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
    (tmp_path / "pids.current").write_text("7\n")
    assert second.usage() == Usage(5 * MIB, 1.5, 7)
    (tmp_path / "memory.stat").write_text(f"cache {900 * MIB}\nrss {3 * MIB}\nshmem {2 * MIB}\nrss_huge 1\n")
    first = GroupV1(tmp_path, tmp_path, tmp_path, None)
    assert first.folders == [tmp_path]
    assert first.usage() == Usage(5 * MIB, 0.0, 7)
    (tmp_path / "cgroup.procs").write_text(f"{os.getpid()}\n")
    taken = first.usage().cpu
    assert taken is not None
    assert sum(os.times()[:4]) - 0.1 <= taken <= sum(os.times()[:4]) + 0.01
    (tmp_path / "cpuacct.usage").write_text("2500000000\n")
    assert GroupV1(tmp_path, tmp_path, tmp_path, None, tmp_path).usage() == Usage(5 * MIB, 2.5, 7), "with what has ended"


def test_where_there_is_no_group_the_processes_are_asked() -> None:
    child = os.fork()
    if not child:
        signal.pause()
        os._exit(0)
    try:
        taken = usage(os.getpid())
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert taken.memory is not None
    assert taken.memory > 10 * MIB
    assert taken.cpu is not None
    assert taken.cpu >= 0.9 * sum(os.times()[:2]) - 0.1
    assert taken.processes is not None
    assert taken.processes >= 2


async def test_the_memory_of_all_sandboxes_is_a_figure() -> None:
    registry = CollectorRegistry()
    driver = MeteredDriver(FakeDriver([], [], []), SandboxMeters(registry, {"test": 2, "preview": 2}))
    boxes = [await driver.start(spec_for(profile)) for profile in ("preview", "preview", "test")]
    await driver.weigh()

    def figure(profile: str) -> float | None:
        return registry.get_sample_value("sandbox_memory_bytes", {"profile": profile})

    assert (figure("preview"), figure("test"), figure("document")) == (80 * MIB, 40 * MIB, 0)
    for box in boxes:
        await box.kill()
    await driver.weigh()
    assert (figure("preview"), figure("test")) == (0, 0)
