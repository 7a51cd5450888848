"""The validator's use case: look at a commit with every tool that has something to look at."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from barnraise.contracts.commands import ValidateCommit
from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.contracts.events import CommitValidated
from barnraise.validator.domain.judgement import Judgement, judge
from barnraise.validator.domain.runs import judge_run
from barnraise.validator.ports import Checkout, Checkouts, Tool

_REMEMBERED = 64


class Now(Protocol):
    def __call__(self) -> datetime: ...


class Validator:
    """``at_once`` bounds how many tools run together, over all commits."""

    def __init__(self, checkouts: Checkouts, tools: Sequence[Tool], now: Now, at_once: int) -> None:
        self._checkouts = checkouts
        self._tools = tools
        self._now = now
        self._slots = asyncio.Semaphore(at_once)
        self._remembered: OrderedDict[str, Judgement] = OrderedDict()

    async def validate(self, command: ValidateCommit) -> CommitValidated:
        """The judgement on the commit. The same files are judged once, whatever commit they are in."""
        async with self._checkouts.open(command.project_id, command.commit) as checkout:
            judgement = self._remembered.get(checkout.tree) or await self._judge(checkout)
        self._remember(checkout.tree, judgement)
        return CommitValidated(
            id=f"{command.id}:validated",
            project_id=command.project_id,
            job_id=command.job_id,
            at=self._now(),
            commit=command.commit,
            passed=judgement.passed,
            score=judgement.score,
            diagnostics=judgement.diagnostics,
            tools=judgement.tools,
        )

    async def _judge(self, checkout: Checkout) -> Judgement:
        fitting = [tool for tool in self._tools if tool.applies(checkout.files)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._run(tool, checkout.directory)) for tool in fitting]
        return judge([task.result() for task in tasks])

    async def _run(self, tool: Tool, directory: Path) -> tuple[ToolReport, list[Diagnostic]]:
        async with self._slots:
            run = await tool.run(directory)
        return judge_run(tool.name, tool.reader(directory), run)

    def _remember(self, tree: str, judgement: Judgement) -> None:
        if judgement.lasting:
            self._remembered[tree] = judgement
            self._remembered.move_to_end(tree)
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)
