"""How much of the time that passes counts for a run: not that in which others had all processors."""

from dataclasses import dataclass

PATIENCE = 3
"""A run gets so many times its own time where others hold it up; then it is the machine that failed."""


@dataclass(frozen=True)
class Reading:
    """In seconds: a clock that only goes forward, what the sandbox has ``used`` of processors, and for how long those of the machine,
    summed up, had nothing to do. None: that is not to be seen here."""

    at: float
    used: float | None = None
    idle: float | None = None


def had(before: Reading, after: Reading) -> float:
    """The seconds between them in which the sandbox had a processor, or was free to take one and did not. All of them, where that is not
    to be seen: then it is taken to have a machine of its own."""
    passed = after.at - before.at
    if before.used is None or after.used is None or before.idle is None or after.idle is None:
        return passed
    return min(passed, max(0.0, after.used - before.used) + max(0.0, after.idle - before.idle))
