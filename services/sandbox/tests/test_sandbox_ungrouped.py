"""Machines on which no control group may be used: memory is watched, and processors are given out whole."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sandbox_drivers import AnyDriver

from barnraise.sandbox.adapters.local import cgroups
from barnraise.sandbox.domain.limits import ENFORCEABLE, MIB, TEST, WATCHED_MEMORY, WHOLE_PROCESSORS, Exit, Limits
from barnraise.sandbox.ports import Spec
from barnraise.sandbox.service.choosing import admit

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local", "gvisor")]

HOARD = """
import sys
taken, piece = [], b"x" * (1 << 20)
for count in range(3000):
    taken.append(bytearray(piece))
    if count % 16 == 0:
        print(count, flush=True)
print("all", flush=True)
"""
WIDEN = """
import ctypes, json, os
libc, refused = ctypes.CDLL(None, use_errno=True), {}
before = len(os.sched_getaffinity(0))
try:
    os.sched_setaffinity(0, range(1024))
except OSError:
    pass
try:
    os.close(os.memfd_create("hidden"))
    refused["memfd"] = False
except OSError:
    refused["memfd"] = True
refused["shm"] = libc.shmget(0, 1 << 20, 0o1600) == -1
print(json.dumps({"processors": [before, len(os.sched_getaffinity(0))], **refused}))
"""


@pytest.fixture
async def ungrouped(open_driver: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AnyDriver]:
    monkeypatch.setattr(cgroups, "find", lambda _: None)
    async with open_driver(tmp_path / "data") as driver:
        yield driver


async def told(driver: AnyDriver, code: str, limits: Limits) -> tuple[Exit, list[str]]:
    box = await driver.run(Spec("document", limits), [driver.python, "-I", "-S", "-c", code], {})
    said = b"".join([chunk.data async for chunk in box.output()])
    return await box.ended(), said.decode().splitlines()


async def test_everything_holds_and_what_is_coarser_is_named(ungrouped: AnyDriver) -> None:
    capability = admit(await ungrouped.probe(), frozenset())
    assert {WATCHED_MEMORY, WHOLE_PROCESSORS} <= set(capability.enforced)
    assert set(ENFORCEABLE) - set(capability.enforced) == {"memory", "cpu"}
    assert (capability.missing, capability.accepted) == ((), ())


async def test_who_takes_memory_as_fast_as_it_can_is_ended_long_before_it_has_all(ungrouped: AnyDriver) -> None:
    end, said = await told(ungrouped, HOARD, replace(TEST, memory=128 * MIB))
    assert end.verdict == "out_of_memory"
    assert said[-1] != "all"


async def test_processors_are_given_out_in_turn_and_no_more_than_a_sandbox_may_have(ungrouped: AnyDriver) -> None:
    assert ungrouped._launcher._turn(Limits(cpus=64)) == sorted(os.sched_getaffinity(0))
    turns = [tuple(ungrouped._launcher._turn(Limits(cpus=0.5))) for _ in os.sched_getaffinity(0)]
    assert sorted(one for (one,) in turns) == sorted(os.sched_getaffinity(0))


@pytest.mark.drivers("local")
async def test_there_is_no_way_around(ungrouped: AnyDriver) -> None:
    end, said = await told(ungrouped, WIDEN, replace(TEST, cpus=1.0))
    assert end == Exit("exited", 0)
    assert json.loads(said[0]) == {"processors": [1, 1], "memfd": True, "shm": True}
