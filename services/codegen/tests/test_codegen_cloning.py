"""A clone has the whole history, and lives and dies alone."""

from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.commands import CloneProject, DropCode
from barnraise.contracts.events import CommitCreated

Stage = Any


async def clone(stage: Stage, name: str = "copy", commit: str | None = None, source: str = "shop") -> list[Any]:
    command = CloneProject(**{**stage.envelope(), "project_id": name}, source=source, commit=commit)
    return await stage.run(stage.codegen.clone, command)


async def story(stage: Stage) -> list[str]:
    """Three versions, one of them named; the newest is undone."""
    heads = []
    for step in (
        stage.compile(stage.manifest(Task="title")),
        stage.write({"notes.txt": b"mine\n"}),
        stage.compile(stage.manifest(Task="title due"), "Add due"),
        stage.revert("undo"),
    ):
        await step
        heads.append((await stage.open()).refs["main"])
    await stage.name("tags/v1", None, heads[1])
    await stage.name("tags/v2", None, heads[2])
    return heads


async def test_a_clone_has_every_branch_tag_and_step(stage: Stage) -> None:
    await story(stage)
    messages = await clone(stage)
    source, copy = await stage.open(), await stage.repositories.open("copy")
    assert copy.refs == source.refs
    assert [commit.id for commit in copy.log()[0]] == [commit.id for commit in source.log()[0]]
    assert await stage.journal.steps("copy") == await stage.journal.steps("shop")
    created = messages[0]
    assert isinstance(created, CommitCreated)
    assert (created.project_id, created.origin, created.commit, created.parent) == ("copy", "clone", source.refs["main"], None)
    assert stage.changed(messages).manifest == stage.manifest(Task="title")


async def test_both_go_on_alone_and_neither_needs_the_other(stage: Stage) -> None:
    heads = await story(stage)
    await clone(stage)
    await stage.run(stage.codegen.drop, DropCode(**stage.envelope()))
    copy = stage.of("copy")
    await copy.revert("redo")
    assert b"due = 1" in (await copy.main())["app/tasks.py"]
    await copy.compile(stage.manifest(Task="title due owner"))
    assert (await copy.main())["notes.txt"] == b"mine\n"
    await copy.restore(heads[0])
    assert "notes.txt" not in await copy.main()


async def test_a_clone_of_a_version_ends_there(stage: Stage) -> None:
    heads = await story(stage)
    messages = await clone(stage, commit=heads[2])
    copy = await stage.repositories.open("copy")
    assert set(copy.refs) == {"main", "blueprint", "tags/v1", "tags/v2"}
    assert copy.refs["main"] == heads[2]
    assert stage.changed(messages).manifest == stage.manifest(Task="title due")
    await clone(stage, "older", heads[0])
    assert set((await stage.repositories.open("older")).refs) == {"main", "blueprint"}


async def test_a_clone_that_is_asked_for_again_changes_nothing(stage: Stage) -> None:
    await story(stage)
    await clone(stage)
    before = (await stage.repositories.open("copy")).refs
    messages = await clone(stage)
    assert stage.changed(messages).changed is False
    assert (await stage.repositories.open("copy")).refs == before


async def test_what_is_not_there_cannot_be_cloned(stage: Stage) -> None:
    await story(stage)
    for source, commit, code in (("shop", "f" * 40, "not_found"), ("nosuch", None, "not_found")):
        with pytest.raises(BarnraiseError) as refused:
            await clone(stage, source=source, commit=commit)
        assert refused.value.problem.code == code
    await stage.drop()
    with pytest.raises(BarnraiseError, match="project_deleted"):
        await clone(stage)
