import json
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH, read_manifest, write_manifest
from barnraise.codegen.ports import ProjectDropped
from barnraise.contracts.commands import CompileManifest
from barnraise.contracts.conflicts import Choice, Side
from barnraise.contracts.events import CommitCreated
from barnraise.contracts.manifest import Entity, Field, Manifest
from barnraise.vfs import RefMoved

Stage = Any


async def test_the_first_compile_makes_both_branches(stage: Stage) -> None:
    wanted = stage.manifest(Task="title")
    messages = await stage.compile(wanted, "Build a shop", "job-a")
    repository = await stage.open()
    assert repository.refs["main"] == repository.refs["blueprint"]
    created = next(message for message in messages if isinstance(message, CommitCreated))
    changed = stage.changed(messages)
    assert (created.commit, created.parent, created.origin, created.summary) == (repository.refs["main"], None, "compile", "Build a shop")
    assert {file.path for file in created.files} == {"README.md", "app/tasks.py", MANIFEST_PATH}
    assert (changed.commit, changed.changed, changed.manifest, changed.files) == (created.commit, True, wanted, 3)
    commit = repository.commit_at("main")
    assert (commit.origin, commit.job_id, commit.step_id) == ("compile", "job-a", created.id.removesuffix(":commit"))
    assert read_manifest(repository.read("main", MANIFEST_PATH).data) == wanted


async def test_a_changed_manifest_is_one_commit_with_two_parents(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    before = (await stage.open()).refs
    messages = await stage.compile(stage.manifest(Task="title due"), "Add due")
    repository = await stage.open()
    assert repository.commit_at("main").parents == (before["main"], repository.refs["blueprint"])
    assert repository.commit_at("blueprint").parents == (before["blueprint"],)
    assert b"due = 1" in (await stage.main())["app/tasks.py"]
    assert [file.path for file in messages[0].files] == [MANIFEST_PATH, "app/tasks.py"]
    assert [commit.summary for commit in repository.log("main")[0]] == ["Add due", "Compile"]


async def test_an_equal_manifest_changes_nothing(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    before = (await stage.open()).refs
    messages = await stage.compile(stage.manifest(Task="title"))
    assert [type(message).__name__ for message in messages] == ["CodeChanged"]
    assert (messages[0].changed, messages[0].commit, messages[0].manifest) == (False, before["main"], stage.manifest(Task="title"))
    assert (await stage.open()).refs == before


async def test_a_hand_edit_survives_recompilation(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    source = (await stage.main())["app/tasks.py"]
    await stage.write({"app/tasks.py": source.replace(b"end = 1", b"end = 2  # mine"), "notes.txt": b"mine\n"})
    await stage.compile(stage.manifest(Task="title due"))
    main = await stage.main()
    assert b"due = 1" in main["app/tasks.py"]
    assert b"end = 2  # mine" in main["app/tasks.py"]
    assert main["notes.txt"] == b"mine\n"
    assert b"mine" not in (await stage.blueprint())["app/tasks.py"]


async def test_a_conflict_on_the_same_line_moves_nothing(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"app/tasks.py": (await stage.main())["app/tasks.py"].replace(b"title = 1", b"title = 'mine'")})
    before = (await stage.open()).refs
    messages = await stage.compile(stage.manifest(Task="name"))
    assert stage.conflict(messages).paths == ("app/tasks.py",)
    assert (await stage.open()).refs == before
    assert stage.changed(await stage.compile(stage.manifest(Task="title"))).changed is False


async def test_a_deleted_file_that_the_compiler_changes_is_a_conflict(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"app/tasks.py": None})
    assert stage.conflict(await stage.compile(stage.manifest(Task="title due"))).paths == ("app/tasks.py",)


async def test_an_edited_file_that_the_compiler_removes_is_a_conflict(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title", Note="text"))
    await stage.write({"app/notes.py": (await stage.main())["app/notes.py"] + b"mine = 1\n"})
    assert stage.conflict(await stage.compile(stage.manifest(Task="title"))).paths == ("app/notes.py",)


async def test_a_renamed_file_that_the_compiler_removes_is_a_conflict(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title", Note="text"))
    await stage.write({"app/notes.py": None, "app/memos.py": (await stage.main())["app/notes.py"]})
    assert stage.conflict(await stage.compile(stage.manifest(Task="title"))).paths == ("app/memos.py",)


async def test_choices_settle_a_conflict_and_nothing_else_of_it_is_lost(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"app/tasks.py": (await stage.main())["app/tasks.py"].replace(b"title = 1", b"title = 'mine'")})
    wanted = stage.manifest(Task="name due")
    (file,) = stage.conflict(await stage.compile(wanted)).files
    assert "title = 'mine'" in file.hunks[0].mine and "name = 1" in file.hunks[0].theirs
    sides: tuple[Side, ...] = ("mine", "theirs")
    for take in sides:
        messages = await stage.compile(wanted, choices=tuple(Choice(hunk=hunk.id, take=take) for hunk in file.hunks))
        assert stage.changed(messages).manifest == wanted
        compiled = (await stage.blueprint())["app/tasks.py"]
        assert b"name = 1" in compiled
        merged = (await stage.main())["app/tasks.py"]
        assert (b"title = 'mine'" in merged, b"name = 1" in merged) == (take == "mine", take == "theirs")
        assert b"# name" in merged and b"end = 1" in merged
        await stage.revert("undo")


async def test_a_conflict_is_told_within_bounds(stage: Stage) -> None:
    wide = {f"Thing{letter}": "one two three" for letter in "abcdefghijklmnopqrstuvwxyz"}
    await stage.compile(stage.manifest(**wide))
    main = await stage.main()
    await stage.write({path: data.replace(b" = 1", b" = '%b'" % (b"mine" * 2_000)) for path, data in main.items() if path != MANIFEST_PATH})
    event = stage.conflict(await stage.compile(stage.manifest(**dict.fromkeys(wide, "other"))))
    assert len(event.paths) == 26
    assert sum(len(file.hunks) for file in event.files) <= 40
    assert len(event.model_dump_json()) < 900_000


async def test_what_both_sides_changed_equally_is_fine(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.compile(stage.manifest(Task="title", Note="text"))
    wanted = await stage.blueprint()
    await stage.revert("undo")
    await stage.write({"app/notes.py": wanted["app/notes.py"], "README.md": wanted["README.md"]})
    messages = await stage.compile(stage.manifest(Task="title", Note="text"))
    assert stage.changed(messages).changed
    assert await stage.main() == wanted


async def test_a_lost_race_is_compiled_again_on_what_is_there(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    command = CompileManifest(**stage.envelope(), manifest=stage.manifest(Task="title due"), summary="Add due")
    late = await stage.codegen.compile(command)
    await stage.write({"notes.txt": b"mine\n"})
    with pytest.raises(RefMoved):
        await stage.finish(late)
    await stage.run(stage.codegen.compile, command)
    main = await stage.main()
    assert main["notes.txt"] == b"mine\n"
    assert b"due = 1" in main["app/tasks.py"]


def test_the_manifest_file_is_pretty_and_in_the_contracts_order() -> None:
    entity = Entity(name="Book", label="Bücher", plural_label="Bücher", fields=(Field(name="title", label="Title"),))
    wanted = Manifest(name="shop", title="Bücher", entities=(entity,))
    data = write_manifest(wanted)
    assert data.endswith(b"}\n")
    assert list(json.loads(data))[:4] == ["version", "kind", "name", "title"]
    assert "Bücher".encode() in data
    assert read_manifest(data) == wanted


async def test_a_command_for_a_dropped_project_is_refused(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.drop()
    await stage.drop()
    with pytest.raises(BarnraiseError) as refused:
        await stage.compile(stage.manifest(Task="title"))
    assert refused.value.problem.code == "project_deleted"
    assert (await stage.open()).refs == {}


async def test_a_project_dropped_during_a_compile_is_not_resurrected(stage: Stage, tmp_path: Any) -> None:
    await stage.compile(stage.manifest(Task="title"))
    command = CompileManifest(**stage.envelope(), manifest=stage.manifest(Task="title due"), summary="Add due")
    late = await stage.codegen.compile(command)
    await stage.drop()
    with pytest.raises(ProjectDropped):
        await stage.finish(late)
    with pytest.raises(BarnraiseError):
        await stage.run(stage.codegen.compile, command)
    assert (await stage.open()).refs == {}
    assert await stage.journal.steps("shop") == []
    assert not list((tmp_path / "objects").rglob("*.pack"))


async def test_a_pack_that_arrives_after_the_drop_is_taken_back(stage: Stage, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.compile(stage.manifest(Task="title"))
    store = stage.repositories.store

    async def drop_and_store(project_id: str, pack: Any) -> None:
        await stage.drop()
        await store(project_id, pack)

    monkeypatch.setattr(stage.repositories, "store", drop_and_store)
    command = CompileManifest(**stage.envelope(), manifest=stage.manifest(Task="title due"), summary="Add due")
    with pytest.raises(ProjectDropped):
        await stage.finish(await stage.codegen.compile(command))
    assert not list((tmp_path / "objects").rglob("*.*"))
