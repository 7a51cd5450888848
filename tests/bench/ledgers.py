"""Whether the books are what the provider has served: across retries, cancelled jobs, and codegen killed in the middle of a call."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from figures import Row
from platform_client import Platform, until
from scripted import built, changing, scripted_platform, set_up, wished
from scripted_provider import Act, Refuse, Say, ScriptedProvider

from barnraise.models.calls import Usage

COUNTS = ("input", "output", "cached")


@dataclass(frozen=True)
class Found:
    """Of one job. ``off``: tokens by which the books differ from what the provider told; ``unbooked``: calls that they do not have;
    ``short``: tokens that went to a call whose end nobody heard, and were not set aside for it."""

    status: str
    off: int
    unbooked: int
    short: int


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    """On a platform of its own. No two calls of the provider have the same usage, so that none can stand for another."""
    with scripted_platform() as (platform, provider):
        provider.models.add("books")
        set_up(platform, "books", "books", provider.url)
        project, numbers = built(platform), count()

        def reply(**more: Any) -> Say:
            number = next(numbers)
            said = Usage(input=1_000 + number, output=100 + 3 * number, cached=5 * number)
            edit = f'<file path="pages/note{number}.html">\n<p>Note {number}.</p>\n</file>\n'
            return changing(edit, said=said, **more)

        def job(*acts: Act, meanwhile: Callable[[str], None] | None = None, unheard: int = 0) -> Found:
            return _job(platform, provider, project, acts, meanwhile, unheard)

        def slowly() -> Say:
            return reply(pieces=40, pause=0.25)

        def writing(_: str) -> None:
            until(lambda: provider.written and provider.open)

        def killed(name: str) -> None:
            writing(name)
            _kill(platform)

        def cancelled(name: str) -> None:
            writing(name)
            with platform.http() as http:
                http.post(f"/api/v2/jobs/{name}/cancel").raise_for_status()

        def armed(point: str) -> Callable[[str], None]:
            (platform.home / "failpoints" / point).touch()
            return lambda _: None

        found = {
            "retried": [job(Refuse(500), reply()), job(reply(cut=0.6), reply()), job(Refuse(429, retry_after=0.2), reply())],
            "cancelled": [job(slowly(), meanwhile=cancelled) for _ in range(3)],
            "killed while it was written": [job(slowly(), reply(), meanwhile=killed) for _ in range(3)],
            "killed when it was booked": [job(reply(), reply(), meanwhile=armed("codegen.worked")) for _ in range(2)],
            "killed before it was booked": [job(reply(), reply(), meanwhile=armed("models.closing"), unheard=1) for _ in range(2)],
        }
    for name, jobs in found.items():
        off, unbooked, short = (sum(getattr(one, field) for one in jobs) for field in ("off", "unbooked", "short"))
        other = [one.status for one in jobs if one.status != ("cancelled" if name == "cancelled" else "succeeded")]
        right = not (off or unbooked or short or other)
        yield Row(f"ledger = provider, {name}, {len(jobs)} jobs: tokens beside", {"p50": off + short, "n": len(jobs)}, "", "0", right)


def _job(
    platform: Platform,
    provider: ScriptedProvider,
    project: str,
    acts: tuple[Act, ...],
    meanwhile: Callable[[str], None] | None,
    unheard: int,
) -> Found:
    """``unheard``: how many replies, from the first, were told to codegen as it died, before it could write them down."""
    provider.script["books"].clear()
    provider.told.clear()
    provider.written.clear()
    asked = provider.asked_for("books")
    provider.play("books", *acts)
    name = wished(platform, project)
    if meanwhile:
        meanwhile(name)
    status = str(platform.ended(name, timeout=180)["status"])
    until(lambda: not provider.open)
    books = platform.get(f"/jobs/{name}/usage")
    told = provider.told["books"]
    heard = sum(told[unheard:], Usage())
    off = sum(abs(books[field] - getattr(heard, field)) for field in COUNTS)
    short = max(0, sum(usage.total for usage in told[:unheard]) - books["open"])
    return Found(status, off, abs(provider.asked_for("books") - asked - books["calls"]), short)


def _kill(platform: Platform) -> None:
    before = int(platform.state()["processes"]["codegen"]["pid"])
    os.kill(before, signal.SIGKILL)
    until(lambda: int(platform.state()["processes"]["codegen"]["pid"]) != before)
