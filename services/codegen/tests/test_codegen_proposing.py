"""What a plan is compiled to waits on a branch until it is judged, and brings its plan along when it lands."""

from datetime import UTC, datetime
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH, write_manifest
from barnraise.contracts.commands import EditCode
from barnraise.contracts.conflicts import Choice
from barnraise.contracts.diagnostics import Diagnostic
from barnraise.contracts.events import CodeProposed, RefChanged

Stage = Any
AT = datetime(2026, 1, 1, tzinfo=UTC)


async def proposed(stage: Stage, job_id: str = "j1", **fields: str) -> CodeProposed:
    (moved, told) = await stage.compile(stage.manifest(**(fields or {"Task": "title due"})), job_id=job_id, propose="always")
    assert isinstance(moved, RefChanged) and isinstance(told, CodeProposed) and moved.new == told.commit
    return told


async def test_a_proposed_plan_moves_neither_main_nor_the_blueprint_until_it_is_merged(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"notes.txt": b"mine\n"})
    before = await stage.open()
    told = await proposed(stage)
    repository = await stage.open()
    assert repository.refs == before.refs | {"proposals/j1": told.commit} and told.base == before.refs["main"]
    assert {file.path for file in told.files} == {"app/tasks.py", MANIFEST_PATH}
    changed = stage.changed(await stage.merge(told.branch, expected=told.commit, base=told.base))
    assert changed.manifest == stage.manifest(Task="title due") and changed.tree == told.tree
    landed = await stage.open()
    assert landed.refs.keys() == before.refs.keys() and landed.refs["blueprint"] != before.refs["blueprint"]
    assert (await stage.main())["notes.txt"] == b"mine\n" and b"due = 1" in (await stage.main())["app/tasks.py"]
    await stage.compile(stage.manifest(Task="title due owner"))
    assert b"due = 1" in (await stage.main())["app/tasks.py"], "the next plan stands on it"
    await stage.revert("undo"), await stage.revert("undo")
    assert (await stage.open()).tree_of("main") == before.tree_of("main")
    assert (await stage.open()).tree_of("blueprint") == before.tree_of("blueprint")


async def test_only_what_others_have_written_is_judged_first(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"), propose="mixed")
    assert stage.changed(await stage.compile(stage.manifest(Task="title due"), propose="mixed")).changed
    await stage.write({"notes.txt": b"mine\n"})
    told = (await stage.compile(stage.manifest(Task="title due owner"), propose="mixed"))[-1]
    assert isinstance(told, CodeProposed)


async def test_where_main_has_moved_the_merge_is_proposed_before_it_lands(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    told = await proposed(stage)
    await stage.write({"notes.txt": b"meanwhile\n"})
    head = (await stage.open()).refs["main"]
    moved, again = await stage.merge(told.branch, expected=told.commit, base=told.base)
    assert isinstance(moved, RefChanged) and isinstance(again, CodeProposed)
    repository = await stage.open()
    assert repository.refs["main"] == head == again.base and repository.refs[told.branch] == again.commit
    assert repository.read(again.commit, "notes.txt").data == b"meanwhile\n"
    changed = stage.changed(await stage.merge(told.branch, expected=again.commit, base=again.base))
    assert changed.tree == again.tree and changed.manifest == stage.manifest(Task="title due")
    assert (await stage.main())["notes.txt"] == b"meanwhile\n"


async def test_where_both_meet_it_is_a_choice_and_what_was_chosen_is_judged(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    told = await proposed(stage)
    mine = (await stage.main())["app/tasks.py"].replace(b"#\n\n\nend = 1", b"#\n# mine\n\n\nend = 1")
    await stage.write({"app/tasks.py": mine})
    conflict = stage.conflict(await stage.merge(told.branch, base=told.base))
    choices = tuple(Choice(hunk=hunk.id, take="mine") for file in conflict.files for hunk in file.hunks)
    again = (await stage.merge(told.branch, choices, base=told.base))[-1]
    assert isinstance(again, CodeProposed)
    await stage.merge(told.branch, choices, expected=again.commit, base=again.base)
    assert b"# mine" in (await stage.main())["app/tasks.py"]


async def test_a_plan_that_was_overtaken_by_another_is_refused(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    told = await proposed(stage)
    await stage.compile(stage.manifest(Task="title", Person="name"))
    before = (await stage.open()).refs
    with pytest.raises(BarnraiseError, match="version_conflict"):
        await stage.merge(told.branch)
    assert (await stage.open()).refs == before


async def test_what_the_compiler_did_not_make_never_becomes_the_blueprint(stage: Stage) -> None:
    """A branch can be pushed to: a commit that looks like a plan is compared with what the compiler makes of it."""
    await stage.compile(stage.manifest(Task="title"))
    repository = await stage.open()
    main, blueprint = repository.refs["main"], repository.refs["blueprint"]
    forged = repository.commit(
        repository.edit_tree(
            repository.tree_of(blueprint), {MANIFEST_PATH: write_manifest(stage.manifest(Task="due")), "evil.py": b"import os\n"}
        ),
        [blueprint], "Compile", author="Barnraise", at=AT,
    )  # fmt: skip
    merged = repository.commit(repository.tree_of(main), [main, forged], "Merge", author="Ada", at=AT)
    pack = repository.pack([forged, merged])
    await stage.repositories.store("shop", pack)
    async with stage.journal.transaction() as transaction:
        await stage.journal.move(transaction, "shop", "proposals/evil", None, merged, pack)
    with pytest.raises(BarnraiseError, match="version_conflict"):
        await stage.merge("proposals/evil")
    assert (await stage.open()).refs["blueprint"] == blueprint


async def test_what_tools_mend_safely_on_a_proposed_plan_needs_no_model(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    told = await proposed(stage)
    await stage.write({"lib.py": b"import os\nimport sys\nprint(sys)\n"}, branch=told.branch)
    head = (await stage.open()).refs[told.branch]
    fault = Diagnostic(tool="ruff", code="F401", severity="warning", message="unused", path="lib.py", line=1, fixable=True)
    asked: dict[str, Any] = stage.envelope("j1") | {"task": "dates", "commit": head, "base": told.commit}
    mended = (await stage.run(stage.codegen.edit, EditCode(**asked, diagnostics=(fault,))))[-1]
    assert isinstance(mended, CodeProposed) and mended.branch == told.branch and mended.used is None
    assert (await stage.open()).read(mended.commit, "lib.py").data == b"import sys\n\nprint(sys)\n"
    with pytest.raises(BarnraiseError, match="no_model"):
        await stage.run(stage.codegen.edit, EditCode(**(asked | stage.envelope("j1") | {"commit": mended.commit})))
