"""How well requirements are read: F1 of entities, of fields with their types and of relations, on the prompts that rules were written
with, on those that were held out, and on the harder ones whose failures are being worked on. Run by itself, it prints them; nothing
needs to run."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).resolve().parent))

from figures import Row

GOLD = Path(__file__).resolve().parents[2] / "services/planner/tests/planner_gold.py"
BARS = {"entities": 0.98, "fields": 0.93, "relations": 0.93}


def rows() -> Iterator[Row]:
    known = gold()
    parts = {"tuned": known.cases(held_out=False), "held out": known.cases(held_out=True), "harder": known.development()}
    for part, cases in parts.items():
        for look, bar in BARS.items():
            reached = known.f1(getattr(known.Case, look)(case) for case in cases)
            yield Row(f"F1 of {look}, {len(cases)} {part} prompts", {"p50": reached}, "", f">= {bar}", reached >= bar)


def gold() -> ModuleType:
    spec = importlib.util.spec_from_file_location("planner_gold", GOLD)
    if not spec or not spec.loader:
        raise ImportError(str(GOLD))
    module = importlib.util.module_from_spec(spec)
    sys.modules["planner_gold"] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    for row in rows():
        print(*row.cells(), sep="\t")
