"""oxlint's own safe fixes. It executes no code of the project, and reads no configuration but ours: plugins that are JavaScript would need
a runtime that it is not given."""

import json
import tempfile
from importlib.metadata import distribution
from pathlib import Path

from barnraise.codegen.adapters.fixing import run_fixer
from barnraise.codegen.domain.repairs import RepairPlan

_PLUGINS = ["typescript", "unicorn", "oxc", "react", "jsx-a11y", "promise"]


async def fix_with_oxlint(directory: Path, plan: RepairPlan) -> None:
    """Fixes the plan's rules (``jsx-a11y/scope``) in the plan's files below ``directory``, and leaves what it cannot fix as it is.

    Raises BarnraiseError ``step_timed_out``.
    """
    with tempfile.NamedTemporaryFile("w", prefix="barnraise-oxlint-", suffix=".json") as config:
        rules = dict.fromkeys(plan.rules, "error")
        json.dump({"plugins": _PLUGINS, "categories": {"correctness": "off"}, "rules": rules}, config)
        config.flush()
        options = ["--config", config.name, "--disable-nested-config", "--no-ignore", "--threads=1", "--silent", "--fix"]
        await run_fixer(_program(), [*options, *(f"./{path}" for path in plan.paths)], directory)


def _program() -> str:
    return next((str(file.locate()) for file in distribution("oxlint").files or () if file.name == "oxlint"), "oxlint")
