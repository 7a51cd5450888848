"""Checks of our own that share a fork."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.process import Limits
from barnraise.validator.domain.runs import Run

_SECONDS = 2.0
"""Of all together; whoever needs more has it alone."""


@dataclass(frozen=True, eq=False)
class ForkedCrew:
    """``modules``: by the names of the tools. All have together what one may have alone, and less time."""

    server: ForkServer
    limits: Limits
    modules: Mapping[str, str]

    async def run(self, directory: Path, shown: Mapping[str, Sequence[str]]) -> Mapping[str, Run] | None:
        limits = replace(self.limits, seconds=min(_SECONDS, self.limits.seconds))
        asked = json.dumps([(self.modules[name], list(files)) for name, files in shown.items()])
        run = await self.server.run("barnraise.validator.adapters.checks.several:main", (), directory, limits, asked)
        if (run.ending, run.code) != ("exited", 0):
            return None
        try:
            told = [Run("exited", 0, str(output), "", float(seconds)) for output, seconds in json.loads(run.output)]
            return dict(zip(shown, told, strict=True))
        except (ValueError, TypeError):
            return None
