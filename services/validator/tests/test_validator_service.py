"""The use case on checkouts and tools in memory."""

import contextlib
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from barnraise.contracts.commands import ValidateCommit
from barnraise.validator.domain.findings import Reader, read_own
from barnraise.validator.domain.runs import Run
from barnraise.validator.ports import Checkout, Crew
from barnraise.validator.service import Validator

AT = datetime(2026, 1, 1, tzinfo=UTC)
FOUND = '[{"path": "a.json", "code": "invalid-json", "severity": "error", "message": "no", "line": 1, "column": 1}]'


class Tree:
    def __init__(self, files: Sequence[str]) -> None:
        self.files = {path: f"blob of {path}" for path in files}
        self.tree = "tree"
        self.brought: set[str] = set()

    @contextlib.asynccontextmanager
    async def open(self, project_id: str, commit: str) -> AsyncIterator[Checkout]:
        yield Checkout(Path("/nowhere"), self.tree, self.files, self.bring)

    async def bring(self, files: Collection[str]) -> None:
        self.brought |= set(files)


class Scripted:
    """A tool whose runs end as told, one after the other."""

    def __init__(self, *runs: Run, by_file: bool = False, name: str = "syntax", crew: Crew | None = None) -> None:
        self.name = name
        self.crew = crew
        self.runs = list(runs)
        self.by_file = by_file
        self.shown: list[tuple[str, ...]] = []

    def among(self, files: Iterable[str]) -> Sequence[str]:
        return [path for path in files if path.endswith(".json")]

    def context(self, files: Mapping[str, str]) -> str:
        if self.by_file:
            return str([blob for path, blob in files.items() if path.endswith(".toml")])
        return str([(path, blob if path.endswith((".toml", ".json")) else "") for path, blob in sorted(files.items())])

    def needs(self, files: Collection[str], shown: Sequence[str]) -> Collection[str]:
        return [*shown, *(path for path in files if path.endswith(".toml"))]

    def reader(self, directory: Path) -> Reader:
        return read_own("syntax")

    async def run(self, directory: Path, files: Sequence[str]) -> Run:
        self.shown.append(tuple(files))
        return self.runs.pop(0)


def command(number: int = 1) -> ValidateCommit:
    return ValidateCommit(id=f"job:validate:{number}", project_id="p", job_id="job", at=AT, commit="a" * 40)


def exited(output: str) -> Run:
    return Run("exited", 0, output, "", 0.1)


def validator(tree: Tree, tool: Scripted) -> Validator:
    return Validator(tree, [tool], lambda: AT, at_once=1)


async def test_the_event_says_what_was_found_and_belongs_to_the_command() -> None:
    event = await validator(Tree(["a.json"]), Scripted(exited(FOUND))).validate(command())
    assert (event.id, event.job_id, event.commit) == ("job:validate:1:validated", "job", "a" * 40)
    assert (event.passed, event.score, [f.code for f in event.diagnostics]) == (False, 90, ["invalid-json"])


async def test_the_same_files_are_looked_at_once() -> None:
    tool = Scripted(exited(FOUND))
    subject = validator(Tree(["a.json"]), tool)
    first, second = await subject.validate(command(1)), await subject.validate(command(2))
    assert second.diagnostics == first.diagnostics
    assert tool.runs == []


async def test_what_a_broken_tool_could_not_say_is_asked_again() -> None:
    tool = Scripted(Run("timed_out", 0, "", "", 30.0), exited("[]"))
    subject = validator(Tree(["a.json"]), tool)
    first, second = await subject.validate(command(1)), await subject.validate(command(2))
    assert [report.outcome for report in (*first.tools, *second.tools)] == ["timed_out", "passed"]


async def test_a_tool_without_anything_to_look_at_is_not_run() -> None:
    event = await validator(Tree(["README.md"]), Scripted()).validate(command())
    assert (event.passed, event.tools) == (True, ())


async def test_a_failure_of_ours_is_not_a_judgement() -> None:
    with pytest.raises(ExceptionGroup):
        await validator(Tree(["a.json"]), Scripted()).validate(command())


async def test_a_tool_that_looks_at_each_file_by_itself_is_shown_each_once_and_its_findings_stay() -> None:
    tree, tool = Tree(["a.json", "b.json"]), Scripted(exited(FOUND), exited("[]"), exited("[]"), by_file=True)
    subject = validator(tree, tool)
    await subject.validate(command(1))
    tree.files = tree.files | {"c.json": "blob of c.json"}
    second = await subject.validate(command(2))
    assert (second.passed, [one.path for one in second.diagnostics]) == (False, ["a.json"])
    assert [report.outcome for report in second.tools] == ["found"]
    tree.files = tree.files | {"a.json": "mended", "b.json": "changed"}
    assert (await subject.validate(command(3))).passed
    assert tool.shown == [("a.json", "b.json"), ("c.json",), ("a.json", "b.json")]
    fourth = await subject.validate(command(4))
    assert (fourth.passed, [report.outcome for report in fourth.tools]) == (True, ["passed"])


async def test_each_file_is_looked_at_again_when_something_changes_beside_it(tmp_path: Path) -> None:
    tree, tool = Tree(["a.json", "b.json", "c.md"]), Scripted(exited(FOUND), exited("[]"), by_file=True)
    subject = validator(tree, tool)
    await subject.validate(command(1))
    tree.files = tree.files | {"d.toml": "settings"}
    assert (await subject.validate(command(2))).passed
    assert tool.shown == [("a.json", "b.json")] * 2
    assert tree.brought == {"a.json", "b.json", "d.toml"}


async def test_what_a_tool_found_before_is_told_even_when_it_breaks_now() -> None:
    tree, tool = Tree(["a.json"]), Scripted(exited(FOUND), Run("timed_out", 0, "", "", 1.0), by_file=True)
    subject = validator(tree, tool)
    await subject.validate(command(1))
    tree.files = tree.files | {"b.json": "new"}
    second = await subject.validate(command(2))
    assert ({one.code for one in second.diagnostics}, second.tools[0].outcome) == ({"invalid-json", "tool-timed-out"}, "timed_out")


async def test_nothing_is_clean_after_a_run_that_does_not_say_where() -> None:
    tree, tool = Tree(["a.json"]), Scripted(Run("flooded", 0, "", "", 1.0), Run("timed_out", 0, "", "", 1.0), exited("[]"), by_file=True)
    subject = validator(tree, tool)
    for number in range(3):
        await subject.validate(command(number))
    assert tool.shown == [("a.json",)] * 3


async def test_a_tool_that_looks_at_all_files_together_runs_again_when_anything_changes_that_it_depends_on() -> None:
    tree, tool = Tree(["a.json", "b.toml", "c.md"]), Scripted(*[exited(FOUND)] * 4)
    subject = validator(tree, tool)
    for number, change in enumerate([{}, {"c.md": "other"}, {"b.toml": "other"}, {}, {"a.json": "other"}, {"d.md": "one more"}]):
        tree.files = tree.files | change
        assert not (await subject.validate(command(number))).passed
    assert tool.shown == [("a.json",)] * 4


class ScriptedCrew:
    """Its runs are a finding of each tool, or nothing."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.breaks = breaks
        self.shown: list[dict[str, Sequence[str]]] = []

    async def run(self, directory: Path, shown: Mapping[str, Sequence[str]]) -> Mapping[str, Run] | None:
        self.shown.append({name: list(files) for name, files in shown.items()})
        return None if self.breaks else dict.fromkeys(shown, exited(FOUND))


async def test_tools_of_a_crew_are_run_together_where_there_is_little_to_look_at() -> None:
    tree, crew = Tree(["a.json"]), ScriptedCrew()
    tools = [Scripted(exited("[]"), by_file=True, name=name, crew=crew) for name in ("one", "two")]
    subject = Validator(tree, tools, lambda: AT, at_once=1)
    event = await subject.validate(command(1))
    assert [(report.tool, report.outcome) for report in event.tools] == [("one", "found"), ("two", "found")]
    assert (len(event.diagnostics), crew.shown) == (2, [{"one": ["a.json"], "two": ["a.json"]}])
    tree.files = tree.files | {f"{number}.json": "new" for number in range(100)}
    await subject.validate(command(2))
    assert [len(tool.shown[0]) for tool in tools] == [100, 100]


async def test_where_a_crew_breaks_each_of_its_tools_is_run_by_itself_and_its_own_failure_told() -> None:
    crew = ScriptedCrew(breaks=True)
    tools = [
        Scripted(exited(FOUND), by_file=True, name="one", crew=crew),
        Scripted(Run("exited", -9, "", "", 0.1), by_file=True, name="two", crew=crew),
    ]
    event = await Validator(Tree(["a.json"]), tools, lambda: AT, at_once=1).validate(command())
    assert [(report.tool, report.outcome) for report in event.tools] == [("one", "found"), ("two", "crashed")]
    assert {one.code for one in event.diagnostics} == {"invalid-json", "tool-crashed"}
