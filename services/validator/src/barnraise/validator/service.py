"""The validator's use case: look at a commit with every tool that has something to look at."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from barnraise.contracts.commands import ValidateCommit
from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.contracts.events import CommitValidated
from barnraise.validator.domain.judgement import Judgement, judge
from barnraise.validator.domain.runs import judge_run
from barnraise.validator.ports import Checkout, Checkouts, Tool

_RESULTS = 2_000
_FILES = 100_000
_KEPT = 50
"""Findings of a tool in one file; where there are more, it is asked again."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Found = tuple[Diagnostic, ...]


class Now(Protocol):
    def __call__(self) -> datetime: ...


class Validator:
    """``at_once`` bounds how many tools run together, over all commits.

    Nothing is looked at twice: a tool that looks at each file by itself is shown the files that it has not seen before, and one that
    looks at all of them together only runs when one has changed that its findings depend on, or there are others. Nothing is written
    that no tool is going to look at.
    """

    def __init__(self, checkouts: Checkouts, tools: Sequence[Tool], now: Now, at_once: int) -> None:
        self._checkouts = checkouts
        self._tools = tools
        self._now = now
        self._slots = asyncio.Semaphore(at_once)
        self._results: _Remembered[tuple[str, str], Found] = _Remembered(_RESULTS)
        self._files: _Remembered[tuple[str, str, str, str], Found] = _Remembered(_FILES)

    async def validate(self, command: ValidateCommit) -> CommitValidated:
        async with self._checkouts.open(command.project_id, command.commit) as checkout:
            judgement = await self._judge(checkout)
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
            looks = [
                group.create_task(self._each(tool, checkout, files) if tool.by_file else self._all(tool, checkout, files))
                for tool, files in fitting
            ]
        return judge([look.result() for look in looks])

    async def _all(self, tool: Tool, checkout: Checkout, files: Sequence[str]) -> tuple[ToolReport, Found]:
        key = (tool.name, tool.context(checkout.files))
        if (known := self._results.get(key)) is not None:
            return _remembered(tool, known), known
        report, found = await self._run(tool, checkout, files)
        if report.outcome in _DONE:
            self._results.put(key, found)
        return report, found

    async def _each(self, tool: Tool, checkout: Checkout, files: Sequence[str]) -> tuple[ToolReport, Found]:
        context = tool.context(checkout.files)
        known = {path: self._files.get((tool.name, context, path, checkout.files[path])) for path in files}
        told = tuple(finding for found in known.values() if found for finding in found)
        new = [path for path, found in known.items() if found is None]
        if not new:
            return _remembered(tool, told), told
        report, found = await self._run(tool, checkout, new)
        if report.outcome in _DONE:
            for path, own in _by_path(new, found).items():
                self._files.put((tool.name, context, path, checkout.files[path]), own)
            report = report.model_copy(update={"outcome": "found" if told or found else "passed"})
        return report, (*told, *found)

    async def _run(self, tool: Tool, checkout: Checkout, files: Sequence[str]) -> tuple[ToolReport, Found]:
        async with self._slots:
            await checkout.bring(tool.needs(checkout.files, files))
            run = await tool.run(checkout.directory, files)
        report, found = judge_run(tool.name, tool.reader(checkout.directory), run)
        return report, tuple(found)


_DONE = ("passed", "found")


class _Remembered(Generic[K, V]):
    """What was used last, up to a bound."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        if (value := self._values.get(key)) is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)


def _remembered(tool: Tool, found: Found) -> ToolReport:
    return ToolReport(tool=tool.name, outcome="found" if found else "passed", seconds=0)


def _by_path(files: Sequence[str], found: Found) -> dict[str, Found]:
    """The findings of each of the files; nothing when one does not say where it is, and no file that has very many."""
    if any(finding.path is None for finding in found):
        return {}
    places: dict[str | None, list[Diagnostic]] = defaultdict(list)
    for finding in found:
        places[finding.path].append(finding)
    return {path: tuple(places[path]) for path in files if len(places[path]) <= _KEPT}
