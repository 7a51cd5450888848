"""The restore drill: a platform with work in it is kept in one file, and comes back from that file on an empty home."""

from __future__ import annotations

import json
from collections.abc import Iterator

from figures import Row
from platform_client import Platform

PROMPT = "A site for a lamp maker with our story, a gallery and a contact form"


def rows(platform: Platform, rounds: int) -> Iterator[Row]:
    for number in range(5):
        platform.ended(platform.create(f"{PROMPT} in house {number}")["job"]["id"], timeout=120)
    for number in range(5):  # at work while the backup is taken
        platform.create(f"{PROMPT} in street {number}")
    done = platform.cli("backup", "drill", "--json", timeout=600)
    result = json.loads(done.stdout)
    acknowledged = {"p50": result["rpo_seconds"], "n": result["acknowledged"]}
    yield Row("restore drill: RPO of acknowledged work", acknowledged, "s", "0", not result["lost"] and not result["rpo_seconds"])
    yield Row("  RTO, from the empty machine to every project open", {"p50": result["rto_seconds"], "n": result["projects"]}, "s", "", None)
    left = sum(result["orphans"].values()) + len(result["unreadable"])
    yield Row("  orphans and projects that do not open", {"p50": left}, "", "0", left == 0)
