"""How well edits are placed: real edits in four formats, clean, on files that drift, dedented, misquoted."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from figures import Row
from patch_corpus import RealEdit, edits
from patch_rendering import FORMATS, drifted, render
from platform_client import Platform

from barnraise.patches import first_break, parse, place

BARS = {"clean": 99.0, "far drift": 99.0, "near drift": 96.0, "dedented": 93.0, "misquoted": 87.0}
WRONG, MILLISECONDS = 0.3, 10.0
BESIDE = {"beside/it.py": b"x = 1\n", "README.md": b"text\n"}


@dataclass(frozen=True)
class Case:
    edit: RealEdit
    kind: str
    condition: str
    reply: str
    head: str
    truth: str


def cases(known: list[RealEdit]) -> Iterator[Case]:
    for edit in known:
        chance = random.Random(f"{edit.origin} {edit.path}")
        for condition in BARS:
            drift = condition.split()[0] if condition.endswith("drift") else None
            there = drifted(edit.path, edit.before, edit.after, drift, chance) if drift else (edit.before, edit.after)
            fault = "clean" if drift else condition
            for kind in FORMATS:
                reply = render(kind, edit.path, edit.before, edit.after, fault, chance)
                if reply is not None and there is not None:
                    yield Case(edit, kind, condition, reply, *there)


def outcome(case: Case) -> tuple[str, float]:
    """``exact``, ``refused``, ``wrong`` or ``corrupt``, and seconds."""
    path = case.edit.path
    snapshot, head = ({**BESIDE, path: text.encode()} for text in (case.edit.before, case.head))
    start = time.perf_counter()
    made = place(parse(case.reply), snapshot, head)
    seconds = time.perf_counter() - start
    if not made.whole:
        return ("corrupt" if made.changes else "refused"), seconds
    tree = {**head, **made.changes}
    if tree == {**head, path: case.truth.encode()}:
        return "exact", seconds
    got = tree.get(path)
    broken = got is None or (first_break(path, case.truth.encode()) is None and first_break(path, got) is not None)
    return ("corrupt" if broken or tree.keys() != head.keys() else "wrong"), seconds


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    known = edits()
    results: dict[str, Counter[str]] = defaultdict(Counter)
    formats: dict[str, Counter[str]] = defaultdict(Counter)
    times: list[float] = []
    for case in cases(known):
        result, seconds = outcome(case)
        results[case.condition][result] += 1
        formats[case.kind][result] += 1
        times.append(1000 * seconds)
    yield Row("real edits of released packages", {"p50": len(known)}, "edits", ">= 600", len(known) >= 600)
    for condition, least in BARS.items():
        yield _share(
            f"edits placed exactly, {condition}", results[condition], "exact", f">= {least:g}", lambda share, least=least: share >= least
        )
    for kind in FORMATS:
        yield _share(f"  as {kind}", formats[kind], "exact", "", None)
    everything = sum(results.values(), Counter())
    yield _share("edits placed wrongly", everything, "wrong", f"<= {WRONG:g}", lambda share: share <= WRONG)
    yield Row("corrupt trees", {"p50": everything["corrupt"]}, "trees", "0", everything["corrupt"] == 0)
    times.sort()
    late = times[int(0.95 * len(times))]
    values = {"p50": times[len(times) // 2], "min": times[0], "max": times[-1]}
    yield Row("reply -> merged, parsed files", values, "ms", "", None)
    yield Row("  95th percentile", {"p50": late}, "ms", f"p95 <= {MILLISECONDS:g}", late <= MILLISECONDS)


def _share(name: str, counts: Counter[str], what: str, bar: str, good: Callable[[float], bool] | None) -> Row:
    share = 100 * counts[what] / max(counts.total(), 1)
    return Row(name, {"p50": share, "n": counts.total()}, "%", bar, good(share) if good else None)
