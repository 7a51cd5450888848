"""A project's life in any order: whatever happens to it, nothing that was there is lost, and no tree is corrupt."""

import asyncio
import subprocess
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.adapters.memory import Memory, MemoryOutbox
from barnraise.codegen.adapters.ruff import fix_with_ruff
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.codegen.service import Codegen
from barnraise.codegen.service.workshop import Workshop
from barnraise.contracts.conflicts import Choice
from barnraise.contracts.events import CodeProposed, MergeConflicted
from barnraise.contracts.requests import PushCommits

Stage = Any
ENTITIES = ("Task", "Note", "Tag")
FIELDS = ("title", "due", "size", "owner")
OWN_FILES = ("notes.txt", "docs/plan.md", "app/extra.py")
SIDES = ("mine", "both", "mine", "both", "theirs")
"""Theirs is rare: it takes marks away."""

shapes = st.dictionaries(st.sampled_from(ENTITIES), st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True), min_size=1)


class Evolution(RuleBasedStateMachine):
    """``kept``: for each version of ``main`` its files. ``marks``: the lines that a person wrote and has not taken back."""

    stage_class: type[Any]
    compiler: Any

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="barnraise-evolution-")
        self._loop = asyncio.new_event_loop()
        self._memory = Memory(Path(self._folder.name))
        self.stage: Stage = None
        self._start()
        self.kept: dict[str, dict[str, bytes]] = {}
        self.marks: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self._number = self._copies = 0

    def teardown(self) -> None:
        repository = self._run(self.stage.open())
        if repository.refs:
            path = self._memory.publish("shop")
            subprocess.run(["git", "-C", path, "fsck", "--strict", "--no-progress"], check=True, capture_output=True)
        self._loop.close()
        self._folder.cleanup()

    def _start(self) -> None:
        outbox = MemoryOutbox()
        workshop = Workshop(self._memory, self._memory, self.compiler, fix_with_ruff, outbox)
        before, self.stage = self.stage, self.stage_class(Codegen(workshop), self._memory, self._memory, outbox)
        if before:
            self.stage.numbers = before.numbers  # no id comes twice

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(work)

    def _main(self) -> dict[str, bytes]:
        return self._run(self.stage.main())

    def _mark(self) -> str:
        self._number += 1
        return f"mark {self._number} of a person"

    @initialize(shape=shapes)
    def create(self, shape: dict[str, list[str]]) -> None:
        self._run(self.stage.compile(self._manifest(shape)))

    @rule(shape=shapes, side=st.sampled_from(SIDES), meanwhile=st.booleans())
    def refine(self, shape: dict[str, list[str]], side: Any, meanwhile: bool) -> None:
        """A conflict moves nothing; settled with mine or both, it loses no line of a person's. Nor does what is judged before it lands,
        though the person goes on writing ``meanwhile``."""
        before, wanted = self._main(), self._manifest(shape)
        (first, *_) = messages = self._run(self.stage.compile(wanted, propose="mixed"))
        if isinstance(first, MergeConflicted):
            assert self._main() == before
            messages = self._settle(wanted, first, side)
        if isinstance(messages[-1], CodeProposed):
            assert self._main() == before
            messages = self._land(messages[-1], meanwhile)
        if side == "theirs":
            self._forget_what_is_gone()
        assert self.stage.changed(messages).manifest == wanted

    @rule(path=st.sampled_from(OWN_FILES))
    def write_own_file(self, path: str) -> None:
        mark = self._mark()
        self._run(self.stage.write({path: self._main().get(path, b"") + f"{mark}\n".encode()}))
        self.marks[mark] = path

    @rule(choice=st.integers(0, 1000), line=st.integers(0, 40), new=st.booleans())
    def edit_generated_file(self, choice: int, line: int, new: bool) -> None:
        files = self._main()
        path = sorted(path for path in files if path != MANIFEST_PATH)[choice % (len(files) - 1)]
        lines, mark = files[path].decode().splitlines(keepends=True), self._mark()
        if new:
            lines.insert(min(line, len(lines)), f"# {mark}\n")
        else:
            lines[line % len(lines)] = lines[line % len(lines)].rstrip("\n") + f"  # {mark}\n"
        self._run(self.stage.write({path: "".join(lines).encode()}))
        self.marks[mark] = path

    @rule(path=st.sampled_from(OWN_FILES))
    def push(self, path: str) -> None:
        mark = self._mark()
        repository = self._run(self.stage.open())
        old = repository.refs["main"]
        text = repository.tree(old).get(path, b"") + f"{mark}\n".encode()
        new = repository.commit(repository.edit_tree(repository.tree_of(old), {path: text}), [old], mark, author="Ada", at=now())
        pack = repository.pack([new])
        self._run(self._memory.store("shop", pack))
        self._run(self.stage.codegen.push(PushCommits(id=f"push-{new}", project_id="shop", at=now(), old=old, new=new, pack=pack.id)))
        self.marks[mark] = path

    @rule(direction=st.sampled_from(["undo", "redo"]))
    def step_back_or_again(self, direction: str) -> None:
        try:
            self._run(self.stage.revert(direction))
        except BarnraiseError as error:
            assert error.problem.code in ("nothing_to_undo", "nothing_to_redo")
        self._take_marks_from_what_is_there()

    @precondition(lambda self: self.kept)
    @rule(choice=st.integers(0, 1000))
    def restore(self, choice: int) -> None:
        commit = list(self.kept)[choice % len(self.kept)]
        self._run(self.stage.restore(commit))
        assert self._main() == self.kept[commit]
        self._take_marks_from_what_is_there()

    @precondition(lambda self: self.kept)
    @rule(choice=st.integers(0, 1000), side=st.sampled_from(SIDES))
    def undo_one_step(self, choice: int, side: Any) -> None:
        """What the step brought may go and what it took may come back; every other line of a person's stays."""
        commit = list(self.kept)[choice % len(self.kept)]
        before, own = self._main(), self._brought_by(commit)
        try:
            settled = self._settled(lambda choices: self.stage.revert("undo", commit=commit, choices=choices), side)
        except BarnraiseError as error:
            assert error.problem.code in ("nothing_to_undo", "manifest_invalid")
            settled = False
        if not settled:
            assert self._main() == before
        elif side != "theirs":
            there = self._text()
            assert [mark for mark in self.marks if mark not in there and mark not in own] == []
        self._take_marks_from_what_is_there()

    @precondition(lambda self: self.kept)
    @rule(choice=st.integers(0, 1000))
    def name_a_version(self, choice: int) -> None:
        commit, name = list(self.kept)[choice % len(self.kept)], f"tags/name-{len(self.tags)}"
        self._run(self.stage.name(name, None, commit))
        self.tags[name] = commit

    @precondition(lambda self: self.kept)
    @rule(choice=st.integers(0, 1000), path=st.sampled_from(OWN_FILES), side=st.sampled_from(("mine", "both")))
    def work_on_a_branch_and_merge_it(self, choice: int, path: str, side: Any) -> None:
        mark, commit = self._mark(), list(self.kept)[choice % len(self.kept)]
        branch = f"idea-{self._number}"
        self._run(self.stage.name(branch, None, commit))
        text = self.kept[commit].get(path, b"") + f"{mark}\n".encode()
        self._run(self.stage.write({path: text}, branch=branch))
        head, kept = self._main(), dict(self.marks)
        if self._settled(lambda choices: self.stage.merge(branch, choices), side):
            there = self._text()
            assert side == "mine" or mark in there
            assert [known for known in kept if known not in there] == []
        else:
            assert self._main() == head
        self._take_marks_from_what_is_there()

    @precondition(lambda self: self.kept)
    @rule()
    def clone(self) -> None:
        """The copy has every version, and is as sound."""
        self._copies += 1
        name = f"copy-{self._copies}"
        self._run(self.stage.clone(name))
        source, copy = self._run(self.stage.open()), self._run(self.stage.of(name).open())
        assert copy.refs == source.refs
        for commit, files in self.kept.items():
            assert copy.tree(commit) == files
        subprocess.run(["git", "-C", self._memory.publish(name), "fsck", "--strict", "--no-progress"], check=True, capture_output=True)

    @rule()
    def restart(self) -> None:
        """Another process, with nothing in mind."""
        self._start()

    @invariant()
    def nothing_is_lost(self) -> None:
        repository = self._run(self.stage.open())
        if "main" not in repository.refs:
            return
        files = repository.tree("main")
        self.kept.setdefault(repository.refs["main"], files)
        for mark in self.marks:
            assert any(mark.encode() in data for data in files.values()), f"{mark} is lost"
        assert files[MANIFEST_PATH] == repository.tree("blueprint")[MANIFEST_PATH]
        assert all(repository.contains("main", commit) for commit in self.kept)
        assert all(repository.refs[name] == commit for name, commit in self.tags.items())

    @invariant()
    def every_version_is_what_it_was(self) -> None:
        repository = self._run(self.stage.open())
        for commit in list(self.kept)[-3:]:
            assert repository.tree(commit) == self.kept[commit]

    def _settled(self, attempt: Any, side: Any) -> bool:
        """Whether it went through, with ``side`` for every place; not where a file and a folder have one name."""
        choices: tuple[Choice, ...] = ()
        while isinstance((conflict := self._run(attempt(choices))[0]), MergeConflicted):
            asked = tuple(Choice(hunk=hunk.id, take=side) for file in conflict.files for hunk in file.hunks)
            if not set(asked) - set(choices):
                return False
            choices += asked
        return True

    def _brought_by(self, commit: str) -> set[str]:
        """The marks that the step of the commit, with its repairs, brought."""
        repository = self._run(self.stage.open())
        before = next(iter(repository.commit_at(commit).parents), None)
        then, earlier = (self._text(repository.tree(each)) if each else "" for each in (commit, before))
        return {mark for mark in self.marks if mark in then and mark not in earlier}

    def _text(self, files: dict[str, bytes] | None = None) -> str:
        return b"\n".join((self._main() if files is None else files).values()).decode()

    def _settle(self, wanted: Any, conflict: MergeConflicted, side: Any) -> Any:
        choices = tuple(Choice(hunk=hunk.id, take=side) for file in conflict.files for hunk in file.hunks)
        return self._run(self.stage.compile(wanted, choices=choices, propose="mixed"))

    def _land(self, proposed: CodeProposed, meanwhile: bool) -> list[Any]:
        """Merged by itself, or, where ``main`` has moved, after it was proposed once more."""
        if meanwhile:
            self.write_own_file(OWN_FILES[0])
        messages = self._run(self.stage.merge(proposed.branch, expected=proposed.commit, base=proposed.base))
        assert isinstance(messages[-1], CodeProposed) == meanwhile
        return self._land(messages[-1], False) if meanwhile else messages

    def _forget_what_is_gone(self) -> None:
        """A person who takes the other side's lines has let go of their own."""
        there = b"".join(self._main().values()).decode()
        self.marks = {mark: path for mark, path in self.marks.items() if mark in there}

    def _take_marks_from_what_is_there(self) -> None:
        """After a step through time the marks are those of the version that one has come to."""
        there = b"".join(self._main().values()).decode()
        self.marks = {mark: "" for number in range(1, self._number + 1) if (mark := f"mark {number} of a person") in there}

    def _manifest(self, shape: dict[str, list[str]]) -> Any:
        return self.stage.manifest(**{name: " ".join(fields) for name, fields in shape.items()})


@pytest.mark.parametrize("database", ["memory"], indirect=True)
def test_nothing_is_lost_in_any_order_of_edits_refinements_and_steps_through_time(stage: Stage) -> None:
    kind = type("Evolution", (Evolution,), {"stage_class": type(stage), "compiler": staticmethod(stage.compiler)})
    steps = settings(max_examples=20, stateful_step_count=50, deadline=None, suppress_health_check=[*HealthCheck])
    run_state_machine_as_test(kind, settings=steps)
