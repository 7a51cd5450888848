"""The validator's use case: look at a commit with every tool that has something to look at."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from barnraise.contracts.commands import ValidateCommit
from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.contracts.events import CommitValidated
from barnraise.validator.domain.judgement import Judgement, judge
from barnraise.validator.domain.runs import judge_run
from barnraise.validator.ports import Checkout, Checkouts, Tool

_REMEMBERED = 64
_CLEAN = 50_000


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
        self._clean: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    async def validate(self, command: ValidateCommit) -> CommitValidated:
        """The judgement on the commit. The same files are judged once, whatever commit they are in; and a file in which a tool that looks
        at each by itself has found nothing is not shown to it again."""
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
        fitting = [(tool, files) for tool in self._tools if (files := tool.among(checkout.files))]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._run(tool, checkout, files)) for tool, files in fitting]
        return judge([task.result() for task in tasks])

    async def _run(self, tool: Tool, checkout: Checkout, files: Sequence[str]) -> tuple[ToolReport, list[Diagnostic]]:
        known = {path: (tool.name, path, checkout.files[path]) for path in files}
        new = [path for path in files if not tool.by_file or known[path] not in self._clean]
        if not new:
            return ToolReport(tool=tool.name, outcome="passed", seconds=0), []
        async with self._slots:
            run = await tool.run(checkout.directory, new)
        report, found = judge_run(tool.name, tool.reader(checkout.directory), run)
        if tool.by_file and report.outcome in ("passed", "found"):
            self._remember_clean(known[path] for path in _without_findings(new, found))
        return report, found

    def _remember_clean(self, files: Iterable[tuple[str, str, str]]) -> None:
        for file in files:
            self._clean[file] = None
        while len(self._clean) > _CLEAN:
            self._clean.popitem(last=False)

    def _remember(self, tree: str, judgement: Judgement) -> None:
        if judgement.lasting:
            self._remembered[tree] = judgement
            self._remembered.move_to_end(tree)
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)


def _without_findings(files: Iterable[str], found: Iterable[Diagnostic]) -> list[str]:
    """The files in which nothing was found; none when a finding does not say where it is."""
    places = {finding.path for finding in found}
    return [] if None in places else [path for path in files if path not in places]
