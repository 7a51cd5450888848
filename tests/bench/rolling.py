"""Every service is replaced, one after another, with 20 jobs at work and 50 WebSockets open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from figures import Row, spread
from platform_client import Platform
from rolling_restart import Embedded, roll

JOBS = 20
SOCKETS = 50


def rows(platform: Platform, rounds: int) -> Iterator[Row]:
    rolled = asyncio.run(roll(Embedded(platform), JOBS, SOCKETS))
    done = rolled.jobs.total()
    failed = done - rolled.jobs["succeeded"]
    yield Row(f"rolling restart, {JOBS} live jobs: jobs that failed", {"p50": failed, "n": done}, "", "0", not failed)
    lost = rolled.missing + rolled.doubled
    yield Row(f"  events missing or doubled at {SOCKETS} sockets", {"p50": lost, "n": rolled.events}, "", "0", not lost)
    yield Row("  a service's end after SIGTERM", spread(list(rolled.exits.values())), "s", "max <= 12", max(rolled.exits.values()) <= 12)
    yield Row("  longest time that a socket was away", {"p50": rolled.away}, "s", "", None)
