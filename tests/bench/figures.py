"""A measured figure: its spread, what it must reach and whether it did."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    name: str
    values: dict[str, float]
    unit: str
    bar: str
    reached: bool | None

    def cells(self) -> list[str]:
        mark = {True: "reached", False: "MISSED", None: ""}[self.reached]
        numbers = [f"{self.values[key]:.3g}" if key in self.values else "" for key in ("p50", "p95", "min", "max", "n")]
        return [self.name, *numbers, self.unit, self.bar, mark]

    def document(self) -> dict[str, Any]:
        return {"name": self.name, "values": self.values, "unit": self.unit, "bar": self.bar, "reached": self.reached}


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile, least, greatest and how many."""
    ordered = sorted(values)
    late = ordered[min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)]
    return {"p50": ordered[len(ordered) // 2], "p95": late, "min": ordered[0], "max": ordered[-1], "n": len(ordered)}


def limited(name: str, seconds: Sequence[float], most: float | None = None) -> Row:
    """Milliseconds, whose median is to be at most ``most`` seconds."""
    values = spread([1000 * each for each in seconds]) | {"n": len(seconds)}
    if most is None:
        return Row(name, values, "ms", "", None)
    return Row(name, values, "ms", f"p50 <= {1000 * most:g}", values["p50"] <= 1000 * most)
