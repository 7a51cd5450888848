import asyncio
import os
from pathlib import Path

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.adapters import fixing, ruff
from barnraise.codegen.domain.repairs import RepairPlan

PLAN = RepairPlan(("a.py",), ("F401",))


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ruff that never ends and writes its process id."""
    program = tmp_path / "endless"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/part && mv {tmp_path}/part {tmp_path}/pid\nexec sleep 1000\n")
    program.chmod(0o755)
    monkeypatch.setattr(ruff, "find_ruff_bin", lambda: str(program))
    return tmp_path / "pid"


def is_gone(pid: Path) -> bool:
    try:
        os.kill(int(pid.read_text()), 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_tool_that_hangs_is_ended_and_said_so(endless: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixing, "SECONDS", 1.0)
    with pytest.raises(BarnraiseError) as ended:
        await ruff.fix_with_ruff(tmp_path, PLAN, 88)
    assert (ended.value.problem.code, ended.value.problem.retryable) == ("step_timed_out", True)
    assert is_gone(endless)


async def test_a_cancelled_repair_leaves_no_process(endless: Path, tmp_path: Path) -> None:
    work = asyncio.create_task(ruff.fix_with_ruff(tmp_path, PLAN, 88))
    async with asyncio.timeout(20):
        while not endless.exists():  # noqa: ASYNC240 - a look, not a read
            await asyncio.wait({work}, timeout=0.02)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert is_gone(endless)


async def test_without_rules_only_the_format_changes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\nx = { 'a' :1 }\n")
    await ruff.fix_with_ruff(tmp_path, RepairPlan(("a.py",), ()), 88)
    assert (tmp_path / "a.py").read_text() == 'import os\n\nx = {"a": 1}\n'
