"""A driver whose sandboxes are counted: how many there are, how long they take to start, and how they end."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from barnraise.chassis.metrics import exemplar
from barnraise.contracts.diagnostics import Verdict
from barnraise.sandbox.domain.limits import Capability, Exit, Profile
from barnraise.sandbox.ports import Box, Driver, Infrastructure, Spec

_STARTS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class SandboxMeters:
    """``slots``: how many of a profile may live at once, with those that wait ahead of time."""

    def __init__(self, registry: CollectorRegistry, slots: Mapping[Profile, int]) -> None:
        room = Gauge("sandbox_slots", "Sandboxes that may live at once.", ["profile"], registry=registry)
        self.in_use = Gauge(
            "sandbox_in_use", "Sandboxes that live, those that wait ahead of time among them.", ["profile"], registry=registry
        )
        self.starts = Histogram(
            "sandbox_start_seconds", "From the order to a sandbox that runs.", ["profile"], buckets=_STARTS, registry=registry
        )
        self.memory = Gauge("sandbox_memory_bytes", "Memory of sandboxes, with those that wait.", ["profile"], registry=registry)
        self.verdicts = Counter("sandbox_verdicts", "Sandboxes by how they ended.", ["profile", "verdict"], registry=registry)
        self.kills = Counter("sandbox_kills", "Sandboxes that a limit or the service ended.", ["reason"], registry=registry)
        self.oom = Counter("sandbox_oom", "Sandboxes that used more memory than they may.", registry=registry)
        self.failures = Counter("sandbox_start_failures", "Sandboxes that could not be started.", ["profile"], registry=registry)
        self.profiles: tuple[Profile, ...] = get_args(Profile)
        for profile, count in slots.items():
            room.labels(profile).set(count)
            self.in_use.labels(profile)
            self.memory.labels(profile)
            self.failures.labels(profile)
        for verdict in get_args(Verdict):
            if verdict != "exited":
                self.kills.labels(verdict)

    def ended(self, profile: Profile, end: Exit) -> None:
        self.verdicts.labels(profile, end.verdict).inc()
        if end.verdict != "exited":
            self.kills.labels(end.verdict).inc()
        if end.verdict == "out_of_memory":
            self.oom.inc()


class MeteredDriver:
    """See ``Driver``."""

    def __init__(self, driver: Driver, meters: SandboxMeters) -> None:
        self._driver = driver
        self._meters = meters
        self._watching: set[asyncio.Task[None]] = set()
        self._boxes: dict[Box, Profile] = {}

    async def start(self, spec: Spec) -> Box:
        began = time.perf_counter()
        try:
            box = await self._driver.start(spec)
        except Infrastructure:
            self._meters.failures.labels(spec.profile).inc()
            raise
        self._meters.starts.labels(spec.profile).observe(time.perf_counter() - began, exemplar())
        self._boxes[box] = spec.profile
        watch = asyncio.create_task(self._watch(box, spec.profile))
        self._watching.add(watch)
        watch.add_done_callback(self._watching.discard)
        return box

    async def weigh(self) -> None:
        """Look what the sandboxes take now."""
        taken = dict.fromkeys(self._meters.profiles, 0)
        for box, profile in list(self._boxes.items()):
            taken[profile] = taken.get(profile, 0) + ((await box.usage()).memory or 0)
        for profile, size in taken.items():
            self._meters.memory.labels(profile).set(size)

    async def probe(self) -> Capability:
        return await self._driver.probe()

    async def sweep(self) -> int:
        return await self._driver.sweep()

    async def entrust(self, box: Box, data: Path) -> None:
        await self._driver.entrust(box, data)

    async def discard(self, data: Path) -> None:
        await self._driver.discard(data)

    async def close(self) -> None:
        await self._driver.close()

    async def _watch(self, box: Box, profile: Profile) -> None:
        with self._meters.in_use.labels(profile).track_inprogress():
            try:
                end = await box.ended()
            except Infrastructure:
                self._meters.failures.labels(profile).inc()
                return
            finally:
                del self._boxes[box]
        self._meters.ended(profile, end)
