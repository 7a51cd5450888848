"""Sandboxes by driver: a claim until its first program has run, the tests of a generated application, and attacks that escape."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from asyncio.subprocess import DEVNULL
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from os import environ

from figures import Row, limited
from grounds import BASE, Ground, grounds, on_every, skipped
from platform_client import Platform
from sandbox_drivers import AnyDriver

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.manifest import Manifest
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode
from barnraise.sandbox.domain.limits import LIMITS
from barnraise.sandbox.ports import Box, Driver, Spec
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.testing import TestRuns, passed

COLD = {"local": 0.030, "gvisor": 0.250, "docker": 0.300}
WARM = {"local": 0.010, "docker": 0.015}
SUITE = {"local": 0.3}
ALONE = {"gvisor": "runsc --rootless --network=none --ignore-cgroups do /bin/true"}
MOMENT = 0.3
SAYS = "print('done', flush=True)"
WAITING = """
import os, sys
sys.path.insert(0, "/opt/runner")
from barnraise_channel import Channel
channel = Channel(3)
channel.send({"ready": True})
program = channel.receive()["program"]
child = os.fork()
if not child:
    exec(program)
    os._exit(0)
channel.send({"code": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])})
"""
"""A sandbox's program that waits for another one, as those of tests and previews wait for an application."""
TASKS = Manifest.model_validate(
    {
        "name": "todo",
        "title": "Todo",
        "entities": [
            {"name": "Task", "label": "Task", "plural_label": "Tasks", "fields": [{"name": "title", "label": "Title"}]},
        ],
    }
)
COMMON = ("backend/app/", "backend/pyproject.toml", *(f"backend/tests/{name}.py" for name in ("__init__", "client", "conftest", "factory")))
SMALL = (*COMMON, "backend/tests/entities/")
"""The tests of its one kind of record: about ten."""
WHOLE = ("backend/",)


class Waiting:
    """A driver whose sandboxes wait for a program."""

    def __init__(self, driver: AnyDriver) -> None:
        self._driver = driver

    def __getattr__(self, name: str) -> object:
        return getattr(self._driver, name)

    async def start(self, spec: Spec) -> Box:
        return await self._driver.run(spec, [self._driver.python, "-I", "-S", "-c", WAITING], {})


async def ready(pool: Pool) -> Pool:
    """The pool with what it keeps ready."""
    pool.fill()
    await asyncio.gather(*pool._starting)
    return pool


def claims(_: Platform, rounds: int) -> Iterator[Row]:
    """From the asking for a sandbox until a program in it has said a word and ended; cold, its sandbox is gone by then, too. Between two
    cold ones a moment passes, in which drivers without an engine start the next one's launcher. Beside a cold one of gVisor stands what
    runsc takes by itself, in turn with it: with no sandbox of ours, no Python, and nothing to do."""

    async def measure(ground: Ground) -> list[Row]:
        alone = ALONE.get(ground.name)
        cold, bare = [], []
        async with ground.open() as (driver, _):
            for _ in range(10 * rounds + 1):
                cold.append(await _cold(driver))
                await asyncio.sleep(MOMENT)
                if alone:
                    bare.append(await _alone(alone))
            warm = [await _warm(driver) for _ in range(10 * rounds + 1)][1:]
        return [
            limited(f"claim -> first exec done, cold, {ground.name}", cold[1:], COLD.get(ground.name)),
            *([limited(f"  for comparison: {alone}", bare[1:])] if alone else []),
            limited(f"claim -> first exec done, warm, {ground.name}", warm, WARM.get(ground.name)),
        ]

    yield from on_every("claim -> first exec done", measure)


async def _alone(command: str) -> float:
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command.split(), stdout=DEVNULL, stderr=DEVNULL)
    assert await process.wait() == 0, command
    return time.perf_counter() - start


async def _cold(driver: AnyDriver) -> float:
    start = time.perf_counter()
    box = await driver.run(Spec("document", LIMITS["test"]), [driver.python, "-I", "-S", "-c", SAYS], {})
    said = b"".join([chunk.data async for chunk in box.output()])
    end = await box.ended()
    seconds = time.perf_counter() - start
    assert (said, end.code) == (b"done\n", 0), (said, end)
    return seconds


async def _warm(driver: AnyDriver) -> float:
    waiting: Driver = Waiting(driver)  # ty: ignore[invalid-assignment]
    pool = await ready(Pool(waiting, lambda: Spec("document", LIMITS["test"])))
    start = time.perf_counter()
    box, _ = await pool.take()
    words = asyncio.create_task(anext(aiter(box.output())))
    await box.send({"program": SAYS})
    answer, said = await asyncio.gather(box.receive(), words)
    seconds = time.perf_counter() - start
    assert answer == {"code": 0}, answer
    assert said.data == b"done\n", said
    await box.kill()
    await pool.close()
    return seconds


def suite(_: Platform, rounds: int) -> Iterator[Row]:
    """The tests of a generated application's API in a sandbox that waits for them, from the asking to the verdict."""

    async def measure(ground: Ground) -> list[Row]:
        rows = []
        async with ground.open() as (driver, _):
            for parts, most in ((SMALL, SUITE.get(ground.name)), (WHOLE, None)):
                runs = [await _suite(driver, parts) for _ in range(3 * rounds + 1)][1:]
                rows.append(limited(f"{runs[0][1]} tests of an application, warm, {ground.name}", [seconds for seconds, *_ in runs], most))
                rows.append(limited("  of it the tests, as pytest counts", [told for *_, told in runs]))
        return rows

    yield from on_every("tests of an application", measure)


async def _suite(driver: AnyDriver, parts: tuple[str, ...]) -> tuple[float, int, float]:
    """How long it took, how many tests passed, and pytest's own time."""
    code = MemoryCode()
    code.put("p", "c" * 40, {path: content for path, content in compile_manifest(TASKS).items() if path.startswith(parts)})
    pool = await ready(Pool(driver, lambda: spec_for("test")))
    start = time.perf_counter()
    end, report = await TestRuns(pool, code, MemoryAnnouncer()).run(Cause("j:test:1", "p", "j"), "c" * 40)
    seconds = time.perf_counter() - start
    await pool.close()
    assert passed(end, report), (end, report)
    return seconds, report.passed, report.seconds


def escapes(_: Platform, rounds: int) -> Iterator[Row]:
    """Every attack of ``barnraise doctor --escape`` on every driver."""
    with grounds() as found:
        for ground in found:
            yield skipped("escapes", ground.name, ground.lacking) if ground.lacking else _escapes(ground)


def _escapes(ground: Ground) -> Row:
    command = [sys.executable, "-m", "barnraise.cli", "doctor", "--json", "--escape"]
    settings = {**environ, **ground.settings, "BARNRAISE_BASE_DIR": str(BASE)}
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False, timeout=900)
    told: dict[str, object] = {}
    with suppress(ValueError):
        told = json.loads(done.stdout)["escape"]
    if not told:
        raise RuntimeError(f"the escape suite did not come to its end: {done.stderr[-500:]}")
    verdicts = Counter(told["verdicts"])
    others = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    name = f"escapes among {told['attacks']} attacks ({others}), {ground.name}"
    return Row(name, {"p50": verdicts["escaped"], "n": told["attacks"]}, "", "0", verdicts["escaped"] == verdicts["failed"] == 0)
