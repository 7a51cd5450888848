from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.contracts.diagnostics import Diagnostic

Stage = Any
UNUSED = Diagnostic(tool="ruff", code="F401", severity="error", message="unused", path="app/mine.py", line=1, fixable=True)


async def refused(stage: Stage, direction: str) -> str:
    with pytest.raises(BarnraiseError) as error:
        await stage.revert(direction)
    assert error.value.problem.next
    return error.value.problem.code


async def test_undo_takes_the_newest_change_back_on_both_branches(stage: Stage) -> None:
    first, second = stage.manifest(Task="title"), stage.manifest(Task="title due")
    await stage.compile(first)
    main, blueprint = await stage.main(), await stage.blueprint()
    await stage.compile(second, "Add due")
    messages = await stage.revert("undo")
    assert (await stage.main(), await stage.blueprint()) == (main, blueprint)
    assert stage.changed(messages).manifest == first
    assert (messages[0].origin, messages[0].summary) == ("undo", "Undo: Add due")
    assert [commit.summary for commit in (await stage.open()).log("main")[0]] == ["Undo: Add due", "Add due", "Compile"]


async def test_undo_redo_undo(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    trees = [await stage.main()]
    await stage.compile(stage.manifest(Task="title due"), "Add due")
    trees.append(await stage.main())
    await stage.write({"notes.txt": b"mine\n"})
    trees.append(await stage.main())
    for direction, expected in (("undo", 1), ("undo", 0), ("redo", 1), ("redo", 2), ("undo", 1), ("redo", 2), ("undo", 1), ("undo", 0)):
        messages = await stage.revert(direction)
        assert await stage.main() == trees[expected]
        assert (await stage.blueprint())[MANIFEST_PATH] == trees[expected][MANIFEST_PATH]
        assert messages[0].summary in {f"{direction.capitalize()}: Add due", f"{direction.capitalize()}: Edit notes.txt"}
    assert await refused(stage, "undo") == "nothing_to_undo"


async def test_the_creation_cannot_be_undone(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    assert await refused(stage, "undo") == "nothing_to_undo"
    assert await refused(stage, "redo") == "nothing_to_redo"


async def test_a_project_without_code_has_nothing_to_undo(stage: Stage) -> None:
    assert await refused(stage, "undo") == "not_found"


async def test_a_new_change_clears_the_redo_list(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.compile(stage.manifest(Task="title due"))
    await stage.revert("undo")
    await stage.write({"notes.txt": b"mine\n"})
    assert await refused(stage, "redo") == "nothing_to_redo"
    await stage.revert("undo")
    await stage.revert("redo")
    assert (await stage.main())["notes.txt"] == b"mine\n"
    assert await refused(stage, "redo") == "nothing_to_redo"


async def test_after_an_undo_the_next_compile_merges_on_the_older_blueprint(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.compile(stage.manifest(Task="title due"))
    await stage.revert("undo")
    await stage.compile(stage.manifest(Task="title owner"))
    source = (await stage.main())["app/tasks.py"]
    assert b"owner = 1" in source
    assert b"due = 1" not in source


async def test_a_job_and_its_repairs_are_undone_together(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    before = await stage.main()
    await stage.write({"app/mine.py": b"import os\n\nx = 1\n"})
    await stage.repair(UNUSED)
    assert (await stage.main())["app/mine.py"] == b"x = 1\n"
    await stage.revert("undo")
    assert await stage.main() == before
    await stage.revert("redo")
    assert (await stage.main())["app/mine.py"] == b"x = 1\n"


async def test_an_edit_after_the_undone_step_stays(stage: Stage) -> None:
    """An edit came between a compile and its repair: undoing the edit keeps the repair."""
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"app/mine.py": b"import os\n\nx = 1\n"})
    broken = (await stage.open()).refs["main"]
    await stage.write({"notes.txt": b"mine\n"})
    await stage.repair(UNUSED, commit=broken)
    await stage.revert("undo")
    main = await stage.main()
    assert "notes.txt" not in main
    assert main["app/mine.py"] == b"x = 1\n"
    await stage.revert("undo")
    assert "app/mine.py" not in await stage.main()


@pytest.mark.parametrize("direction", ["undo", "redo"])
async def test_a_revert_that_would_lose_a_line_moves_nothing(stage: Stage, direction: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of undo makes this all but impossible; here the newest edit is hidden from it."""
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"notes.txt": b"one\n"})
    if direction == "redo":
        await stage.revert("undo")
    await stage.write({"notes.txt": b"two\n"})
    before = (await stage.open()).refs
    steps = (await stage.journal.steps("shop"))[:-1]

    async def older(project_id: str) -> Any:
        return steps

    monkeypatch.setattr(stage.journal, "steps", older)
    assert stage.conflict(await stage.revert(direction)).paths == ("notes.txt",)
    assert (await stage.open()).refs == before
