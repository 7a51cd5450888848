"""The throughput of the whole path with 1, 2 and 4 workers of each kind: gateway, planner and telemetry are real, and so are bus and
database; the work of codegen, validator and sandbox is simulated and of known cost, so that what does not scale is ours."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from figures import Row
from simulated_platform import simulated

COST = 1.5
"""Seconds of each simulated step. With one slot, a worker ends 1 / COST steps a second."""
JOBS = 8
"""For each worker of a kind: twelve seconds of work."""


def rows(_: object, rounds: int) -> Iterator[Row]:
    measured = {workers: asyncio.run(throughput(workers)) for workers in (1, 2, 4)}
    most = 1 / COST
    for workers, (rate, busy) in measured.items():
        share = rate / (workers * measured[1][0])
        values = {"p50": rate, "n": JOBS * workers}
        name = f"jobs a second, {workers} of each worker ({workers * most:g} are possible, cores {busy:.0%} busy)"
        full = busy > 0.9
        yield Row(name, values, "1/s", "", None)
        if workers > 1:
            bar = ">= 0.9, unless cores are full"
            yield Row(f"  of {workers} times that of one", {"p50": share}, "", bar, share >= 0.9 or full)


async def throughput(workers: int) -> tuple[float, float]:
    """Jobs a second between the first and the last end, and the share of the machine's processors that was busy meanwhile."""
    async with simulated(workers, COST) as platform:
        head = {"Authorization": f"Bearer {platform.token}"}
        async with httpx.AsyncClient(base_url=platform.url, headers=head, timeout=60) as http:
            ends: list[float] = []
            count = JOBS * workers
            watching = asyncio.create_task(_watch(http, count, ends))
            # The first is alone, so that everything is warm when the others come.
            await _submit(http, 0)
            while not ends:
                await asyncio.sleep(0.02)
            ends.clear()
            before = _busy()
            await asyncio.gather(*(_submit(http, number) for number in range(1, count + 1)))
            async with asyncio.timeout(120):
                await watching
            after = _busy()
    return (count - 1) / (ends[-1] - ends[0]), (after[0] - before[0]) / (after[1] - before[1])


async def _submit(http: httpx.AsyncClient, number: int) -> None:
    prompt = f"Track lamps of house {number}: lamps have a name and a wattage."
    (await http.post("/api/v2/projects", json={"prompt": prompt})).raise_for_status()


async def _watch(http: httpx.AsyncClient, count: int, ends: list[float]) -> None:
    """Note when each job ends, after the first; RuntimeError when one does not succeed."""
    seen = 0
    async with http.stream("GET", "/api/v2/events", params={"after": 0}) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:") and '"job.ended.v1"' in line:
                if '"succeeded"' not in line:
                    raise RuntimeError(f"a job did not succeed: {line}")
                ends.append(time.perf_counter())
                seen += 1
                if seen == count + 1:
                    return


def _busy() -> tuple[float, float]:
    """Ticks that the machine's processors have worked, and all that have passed."""
    numbers = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = numbers[3] + numbers[4]
    return float(sum(numbers) - idle), float(sum(numbers)) or os.cpu_count() or 1
