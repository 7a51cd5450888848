"""Ruff's own safe fixes. Ruff executes no code of the project; ``--isolated`` keeps the project's configuration out as well, so that it
can neither widen what is fixed nor name files outside."""

from pathlib import Path

from ruff import find_ruff_bin

from barnraise.codegen.adapters.fixing import run_fixer
from barnraise.codegen.domain.repairs import RepairPlan

_COMMON = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311")


async def fix_with_ruff(directory: Path, plan: RepairPlan, line_length: int) -> None:
    """Fixes the plan's rules in the plan's files below ``directory`` (where imports start from), then formats these files.

    Raises BarnraiseError ``step_timed_out``. What ruff cannot fix or cannot parse it leaves alone; the next validation will say so.
    """
    length = f"line-length={line_length}"
    if plan.rules:
        rules = ("--fix", "--no-unsafe-fixes", "--exit-zero", "--select", ",".join(plan.rules))
        await run_fixer(find_ruff_bin(), ["check", *_COMMON, *rules, "--config", length, "--", *plan.paths], directory)
    await run_fixer(find_ruff_bin(), ["format", *_COMMON, "--config", length, "--", *plan.paths], directory)
