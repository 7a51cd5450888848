"""Sandboxes and what ends them."""

from deploy.signals.boards.queries import RATE, q, quantiles
from deploy.signals.panels import Dashboard, Panel, Row

SANDBOXES = Dashboard(
    "barnraise-sandboxes",
    "Barnraise · sandboxes",
    "Where the code of users runs: how many there are, how fast they start, and how they end.",
    (
        Row(
            "Room",
            (
                Panel(
                    "In use",
                    "Sandboxes that live, with those that wait ahead of time.",
                    "short",
                    (q("sum by (profile) (sandbox_in_use)", "{{profile}}"), q("sum by (profile) (sandbox_slots)", "{{profile}} room")),
                ),
                Panel(
                    "Taken",
                    "Of the room that there is. At 100 % others wait.",
                    "percentunit",
                    (q("sum by (profile) (sandbox_in_use) / sum by (profile) (sandbox_slots)", "{{profile}}"),),
                    bounds=(0.8, 1),
                ),
                Panel(
                    "Memory",
                    "What sandboxes take, those that wait ahead of time among them.",
                    "bytes",
                    (q("sum by (profile) (sandbox_memory_bytes)", "{{profile}}"),),
                ),
                Panel(
                    "Start",
                    "Until a sandbox runs.",
                    "s",
                    quantiles("sandbox_start_seconds", "profile", "", "{{profile}}"),
                    bounds=(1, 5),
                    latency=True,
                ),
            ),
        ),
        Row(
            "Ends",
            (
                Panel(
                    "Verdicts",
                    "How sandboxes end, in a second.",
                    "ops",
                    (q(f"sum by (profile, verdict) (rate(sandbox_verdicts_total[{RATE}]))", "{{profile}} {{verdict}}"),),
                ),
                Panel(
                    "Ended by a limit",
                    "Or by the service, by reason.",
                    "ops",
                    (q(f"sum by (reason) (rate(sandbox_kills_total[{RATE}]))", "{{reason}}"),),
                ),
                Panel("Out of memory", "In an hour.", "short", (q("sum(increase(sandbox_oom_total[1h]))", "sandboxes"),)),
                Panel(
                    "Not started",
                    "In a quarter of an hour.",
                    "short",
                    (q("sum by (profile) (increase(sandbox_start_failures_total[15m]))", "{{profile}}"),),
                    bounds=(1, 3),
                ),
            ),
        ),
    ),
)
