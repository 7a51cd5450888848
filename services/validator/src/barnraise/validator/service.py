"""The validator's use case: look at a commit with every tool that has something to look at."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from barnraise.contracts.commands import ValidateCommit
from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.contracts.events import CommitValidated
from barnraise.validator.domain.judgement import Judgement, judge
from barnraise.validator.domain.runs import Run, judge_run
from barnraise.validator.ports import Checkout, Checkouts, Crew, Tool

_RESULTS = 2_000
_FILES = 100_000
_KEPT = 50
"""Findings of a tool in one file; where there are more, it is asked again."""
_FEW = 5
"""Files of which it takes longer to start a tool than to look at them."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Found = tuple[Diagnostic, ...]
Result = tuple[ToolReport, Found]


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
            cost=judgement.cost,
            diagnostics=judgement.diagnostics,
            tools=judgement.tools,
        )

    async def _judge(self, checkout: Checkout) -> Judgement:
        looks = [self._look(tool, checkout, files) for tool in self._tools if (files := tool.among(checkout.files))]
        due = [look for look in looks if look.new]
        await checkout.bring({path for look in due for path in look.tool.needs(checkout.files, look.new)})
        async with asyncio.TaskGroup() as group:
            runs = [group.create_task(self._run(some, checkout.directory)) for some in _together(due)]
        results = {look.tool.name: result for run in runs for look, result in run.result()}
        return judge([self._told(look, checkout, results.get(look.tool.name)) for look in looks])

    def _look(self, tool: Tool, checkout: Checkout, files: Sequence[str]) -> "_Look":
        context = tool.context(checkout.files)
        if not tool.by_file:
            found = self._results.get((tool.name, context))
            return _Look(tool, context, files if found is None else (), found or ())
        known = {path: self._files.get((tool.name, context, path, checkout.files[path])) for path in files}
        told = tuple(finding for found in known.values() if found for finding in found)
        return _Look(tool, context, [path for path, found in known.items() if found is None], told)

    async def _run(self, looks: Sequence["_Look"], directory: Path) -> Sequence[tuple["_Look", Result]]:
        """Of a crew, or of one."""
        crew = looks[0].tool.crew
        if crew and len(looks) > 1:
            async with self._slots:
                runs = await crew.run(directory, {look.tool.name: look.new for look in looks})
            if runs is not None:
                return [(look, _judged(look.tool, directory, runs[look.tool.name])) for look in looks]
        return await asyncio.gather(*(self._run_alone(look, directory) for look in looks))

    async def _run_alone(self, look: "_Look", directory: Path) -> tuple["_Look", Result]:
        async with self._slots:
            run = await look.tool.run(directory, look.new)
        return look, _judged(look.tool, directory, run)

    def _told(self, look: "_Look", checkout: Checkout, result: Result | None) -> Result:
        """What is known and what was found now, which is remembered."""
        if result is None:
            return ToolReport(tool=look.tool.name, outcome="found" if look.told else "passed", seconds=0), look.told
        report, found = result
        if report.outcome not in _DONE:
            return report, (*look.told, *found)
        if not look.tool.by_file:
            self._results.put((look.tool.name, look.context), found)
        else:
            for path, own in _by_path(look.new, found).items():
                self._files.put((look.tool.name, look.context, path, checkout.files[path]), own)
        return report.model_copy(update={"outcome": "found" if look.told or found else "passed"}), (*look.told, *found)


@dataclass(frozen=True)
class _Look:
    """What a tool has to look at, and what it has said of the other files. ``context``: what that depends on."""

    tool: Tool
    context: str
    new: Sequence[str]
    told: Found


def _together(looks: Sequence[_Look]) -> Sequence[Sequence[_Look]]:
    """Those of a crew that have few files each, first, for they are at work at once; each of the others by itself, side by side."""
    crews: dict[Crew, list[_Look]] = defaultdict(list)
    alone = []
    for look in looks:
        if look.tool.crew and len(look.new) <= _FEW:
            crews[look.tool.crew].append(look)
        else:
            alone.append([look])
    return [*crews.values(), *alone]


def _judged(tool: Tool, directory: Path, run: Run) -> Result:
    report, found = judge_run(tool.name, tool.reader(directory), run)
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


def _by_path(files: Sequence[str], found: Found) -> dict[str, Found]:
    """The findings of each of the files; nothing when one does not say where it is, and no file that has very many."""
    if any(finding.path is None for finding in found):
        return {}
    places: dict[str | None, list[Diagnostic]] = defaultdict(list)
    for finding in found:
        places[finding.path].append(finding)
    return {path: tuple(places[path]) for path in files if len(places[path]) <= _KEPT}
