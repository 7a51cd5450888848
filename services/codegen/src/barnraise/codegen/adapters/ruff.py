"""Ruff's own safe fixes. Ruff executes no code of the project; ``--isolated`` keeps the project's configuration out as well, so that it
can neither widen what is fixed nor name files outside."""

import asyncio
import contextlib
from pathlib import Path

from ruff import find_ruff_bin

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.repairs import RepairPlan

_SECONDS = 30
_COMMON = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311")


async def fix_with_ruff(directory: Path, plan: RepairPlan, line_length: int) -> None:
    """Fixes the plan's rules in the plan's files below ``directory`` (where imports start from), then formats these files.

    Raises BarnraiseError ``step_timed_out``. What ruff cannot fix or cannot parse it leaves alone; the next validation will say so.
    """
    length = f"line-length={line_length}"
    if plan.rules:
        rules = ("--fix", "--no-unsafe-fixes", "--exit-zero", "--select", ",".join(plan.rules))
        await _run(directory, "check", *_COMMON, *rules, "--config", length, "--", *plan.paths)
    await _run(directory, "format", *_COMMON, "--config", length, "--", *plan.paths)


async def _run(directory: Path, *arguments: str) -> None:
    devnull = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        find_ruff_bin(), *arguments, cwd=directory, env={"HOME": str(directory)}, stdin=devnull, stdout=devnull, stderr=devnull
    )
    try:
        async with asyncio.timeout(_SECONDS):
            await process.wait()
    except TimeoutError as error:
        raise BarnraiseError("step_timed_out", f"ruff took longer than {_SECONDS} s.", "Retry the job.", retryable=True) from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
