"""A measured figure: its spread, what it must reach and whether it did."""

from __future__ import annotations

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
        numbers = [f"{self.values[key]:.3g}" if key in self.values else "" for key in ("p50", "min", "max")]
        return [self.name, *numbers, self.unit, self.bar, mark]

    def document(self) -> dict[str, Any]:
        return {"name": self.name, "values": self.values, "unit": self.unit, "bar": self.bar, "reached": self.reached}


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least, greatest and how many."""
    ordered = sorted(values)
    return {"p50": ordered[len(ordered) // 2], "min": ordered[0], "max": ordered[-1], "n": len(ordered)}
