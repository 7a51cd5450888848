"""A project's random life, as the property test lives it: edits, refinements, steps back and forth, branches, copies, restarts."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from figures import Row
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from platform_client import Platform

_TESTS = Path(__file__).resolve().parents[2] / "services/codegen/tests"
_LIVES, _STEPS = 20, 50


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    """Every step is followed by a look at everything that must still be there; the first thing amiss ends the measurement."""
    stage, test = _module("conftest"), _module("test_codegen_evolution")
    counted = {"steps": 0}

    class Counted(test.Evolution):
        stage_class = stage.Stage
        compiler = staticmethod(stage.tiny_compiler)

        def check_invariants(self, *arguments: Any, **more: Any) -> None:
            counted["steps"] += 1
            super().check_invariants(*arguments, **more)

    how = settings(
        max_examples=_LIVES,
        stateful_step_count=_STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    start, lost = time.perf_counter(), 0
    try:
        run_state_machine_as_test(Counted, settings=how)
    except* (AssertionError, subprocess.CalledProcessError) as found:
        lost = len(found.exceptions)
        print(found, file=sys.stderr)
    spent = time.perf_counter() - start
    yield Row(f"random evolution ({_LIVES * _STEPS:,} steps): lost edits, corrupt trees", {"p50": lost}, "", "0", lost == 0)
    yield Row("  steps that were made", {"p50": counted["steps"]}, "", "", None)
    yield Row("  one step with its checks", {"p50": spent / max(1, counted["steps"])}, "s", "", None)


def _module(name: str) -> ModuleType:
    """A module of codegen's tests, which are no package."""
    spec = importlib.util.spec_from_file_location(f"codegen_{name}", _TESTS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
