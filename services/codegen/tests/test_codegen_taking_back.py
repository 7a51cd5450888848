"""Any step can be undone while what came after it stays, and that is undone and done again like any other step."""

from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.contracts.conflicts import Choice
from barnraise.contracts.diagnostics import Diagnostic

Stage = Any
UNUSED = Diagnostic(tool="ruff", code="F401", severity="error", message="unused", path="app/mine.py", line=1, fixable=True)


async def head(stage: Stage) -> str:
    return (await stage.open()).refs["main"]


async def grown(stage: Stage) -> tuple[str, str]:
    """``due`` is added, then ``owner`` right behind it and a note; the commits of the first two."""
    await stage.compile(stage.manifest(Task="title"))
    await stage.compile(stage.manifest(Task="title due"), "Add due")
    due = await head(stage)
    await stage.compile(stage.manifest(Task="title due owner"), "Add owner")
    owner = await head(stage)
    await stage.write({"notes.txt": b"mine\n"})
    return due, owner


async def test_a_step_goes_and_what_came_after_it_stays(stage: Stage) -> None:
    due, _ = await grown(stage)
    messages = await stage.revert("undo", commit=due)
    main = await stage.main()
    assert main == {**stage.compiler(stage.manifest(Task="title owner")), MANIFEST_PATH: main[MANIFEST_PATH], "notes.txt": b"mine\n"}
    assert (await stage.blueprint()) == {path: data for path, data in main.items() if path != "notes.txt"}
    assert stage.changed(messages).manifest == stage.manifest(Task="title owner")
    assert (messages[0].origin, messages[0].summary) == ("revert", "Undo: Add due")


async def test_the_steps_say_what_was_taken_back_and_what_was_gone_back_to(stage: Stage) -> None:
    due, owner = await grown(stage)
    await stage.revert("undo", commit=due)
    await stage.restore(owner)
    steps = await stage.journal.steps(stage.project)
    groups = {step.main_after: step.group_id for step in steps}
    assert [step.target for step in steps if step.origin in ("revert", "restore")] == [groups[due], groups[owner]]


async def test_what_was_undone_does_not_come_back_with_the_next_refinement(stage: Stage) -> None:
    due, _ = await grown(stage)
    await stage.revert("undo", commit=due)
    await stage.compile(stage.manifest(Task="title owner size"))
    source = (await stage.main())["app/tasks.py"]
    assert b"due" not in source
    assert b"owner = 1" in source and b"size = 1" in source
    assert (await stage.main())["notes.txt"] == b"mine\n"


async def test_it_is_undone_and_done_again_like_any_step(stage: Stage) -> None:
    due, _ = await grown(stage)
    with_due = await stage.main(), await stage.blueprint()
    await stage.revert("undo", commit=due)
    without = await stage.main(), await stage.blueprint()
    for direction, expected in (("undo", with_due), ("redo", without), ("undo", with_due), ("redo", without)):
        await stage.revert(direction)
        assert (await stage.main(), await stage.blueprint()) == expected
    await stage.revert("undo", commit=await head(stage))
    assert (await stage.main(), await stage.blueprint()) == with_due


async def test_redo_brings_the_step_back_at_once_and_only_then(stage: Stage) -> None:
    due, _ = await grown(stage)
    before = await stage.main()
    await stage.revert("undo", commit=due)
    await stage.revert("redo")
    assert await stage.main() == before
    with pytest.raises(BarnraiseError, match="nothing_to_redo"):
        await stage.revert("redo")
    await stage.revert("undo", commit=due)
    await stage.revert("undo")
    assert await stage.main() == before
    await stage.write({"more.txt": b"more\n"})
    with pytest.raises(BarnraiseError, match="nothing_to_redo"):
        await stage.revert("redo")


async def test_the_undoing_of_a_step_is_itself_a_step_that_can_be_undone_later(stage: Stage) -> None:
    due, _ = await grown(stage)
    await stage.revert("undo", commit=due)
    undone = await head(stage)
    await stage.compile(stage.manifest(Task="title owner size"))
    messages = await stage.revert("undo", commit=undone)
    assert stage.changed(messages).manifest == stage.manifest(Task="title due owner size")
    assert b"due = 1" in (await stage.main())["app/tasks.py"]
    assert b"size = 1" in (await stage.main())["app/tasks.py"]


async def test_a_person_s_lines_in_a_generated_file_stay(stage: Stage) -> None:
    due, _ = await grown(stage)
    await stage.write({"app/tasks.py": (await stage.main())["app/tasks.py"].replace(b"end = 1", b"end = 2")})
    await stage.revert("undo", commit=due)
    source = (await stage.main())["app/tasks.py"]
    assert b"due" not in source
    assert b"end = 2" in source


async def test_an_edit_goes_and_later_edits_of_the_file_stay(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"notes.txt": b"one\n\n\ntwo\n"})
    await stage.write({"notes.txt": b"ONE\n\n\ntwo\n"})
    edit = await head(stage)
    await stage.write({"notes.txt": b"ONE\n\n\nTWO\n"})
    await stage.revert("undo", commit=edit)
    assert (await stage.main())["notes.txt"] == b"one\n\n\nTWO\n"


async def test_a_step_that_is_undone_already_leaves_everything_as_it_is(stage: Stage) -> None:
    due, _ = await grown(stage)
    await stage.revert("undo", commit=due)
    before = await head(stage)
    messages = await stage.revert("undo", commit=due)
    assert stage.changed(messages).changed is False
    assert await head(stage) == before


async def test_lines_that_a_later_edit_has_changed_are_a_choice(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"notes.txt": b"one\n"})
    await stage.write({"notes.txt": b"two\n"})
    edit = await head(stage)
    await stage.write({"notes.txt": b"three\n"})
    before = await head(stage)
    conflict = stage.conflict(await stage.revert("undo", commit=edit))
    ((hunk,),) = [file.hunks for file in conflict.files]
    assert (conflict.paths, hunk.base, hunk.mine, hunk.theirs) == (("notes.txt",), "two\n", "three\n", "one\n")
    assert await head(stage) == before
    await stage.revert("undo", commit=edit, choices=(Choice(hunk=hunk.id, take="both"),))
    assert (await stage.main())["notes.txt"] == b"three\none\n"


@pytest.mark.parametrize(("take", "left"), [("mine", ("Task", "Note")), ("theirs", ("Task",))])
async def test_a_plan_that_later_steps_have_built_on_is_a_choice(stage: Stage, take: Any, left: tuple[str, ...]) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.compile(stage.manifest(Task="title", Note="text"), "Add notes")
    notes = await head(stage)
    await stage.compile(stage.manifest(Task="title", Note="text size"), "Add size")
    conflict = stage.conflict(await stage.revert("undo", commit=notes))
    ((hunk,),) = [file.hunks for file in conflict.files]
    assert conflict.paths == (MANIFEST_PATH,)
    assert '"size"' in hunk.mine and '"size"' not in hunk.base and hunk.theirs == ""
    assert hunk.line > 1
    changed = stage.changed(await stage.revert("undo", commit=notes, choices=(Choice(hunk=hunk.id, take=take),)))
    assert tuple(entity.name for entity in changed.manifest.entities) == left
    assert ("app/notes.py" in await stage.main()) == (take == "mine")


async def test_a_plan_that_would_not_hold_is_refused_with_the_reason(stage: Stage) -> None:
    from barnraise.contracts.manifest import Relation

    both = stage.manifest(Task="title", Note="text")
    await stage.compile(stage.manifest(Task="title"))
    await stage.compile(both, "Add notes")
    notes = await head(stage)
    relation = Relation(kind="one_to_many", source="Note", target="Task", field="note", inverse="tasks")
    await stage.compile(both.model_copy(update={"relations": (relation,)}), "Tie tasks to notes")
    with pytest.raises(BarnraiseError) as refused:
        await stage.revert("undo", commit=notes)
    assert refused.value.problem.code == "manifest_invalid"
    assert "'Note'" in refused.value.problem.detail


async def test_a_change_goes_with_its_repairs(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"app/mine.py": b"import os\n\nx = 1\n"})
    edit = await head(stage)
    await stage.repair(UNUSED)
    await stage.write({"notes.txt": b"mine\n"})
    await stage.revert("undo", commit=edit)
    assert "app/mine.py" not in await stage.main()
    assert (await stage.main())["notes.txt"] == b"mine\n"


async def test_undoing_a_restore_brings_a_person_s_lines_back(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    first = await head(stage)
    await stage.compile(stage.manifest(Task="title due"))
    await stage.write({"app/tasks.py": (await stage.main())["app/tasks.py"].replace(b"end = 1", b"end = 2")})
    full = await stage.main()
    await stage.restore(first)
    restored = await head(stage)
    await stage.write({"notes.txt": b"mine\n"})
    await stage.revert("undo", commit=restored)
    assert await stage.main() == full | {"notes.txt": b"mine\n"}
    assert stage.compiler(stage.manifest(Task="title due")).items() <= (await stage.blueprint()).items()


async def test_the_beginning_cannot_be_undone_and_strange_commits_are_not_found(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    for commit, code in ((await head(stage), "nothing_to_undo"), ("f" * 40, "not_found")):
        with pytest.raises(BarnraiseError) as refused:
            await stage.revert("undo", commit=commit)
        assert refused.value.problem.code == code
