"""Any version can come back, as a new step that is undone like every other."""

from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError

Stage = Any


async def story(stage: Stage) -> list[tuple[str, dict[str, bytes], dict[str, bytes]]]:
    """Three changes; for each the commit and both trees that it left."""
    versions = []

    async def remember() -> None:
        versions.append(((await stage.open()).refs["main"], await stage.main(), await stage.blueprint()))

    await stage.compile(stage.manifest(Task="title"))
    await remember()
    await stage.write({"notes.txt": b"mine\n"})
    await remember()
    await stage.compile(stage.manifest(Task="title due"), "Add due")
    await remember()
    return versions


async def test_every_version_comes_back_on_both_branches(stage: Stage) -> None:
    versions = await story(stage)
    for commit, main, blueprint in (*versions, *reversed(versions)):
        messages = await stage.restore(commit)
        assert (await stage.main(), await stage.blueprint()) == (main, blueprint)
        assert stage.changed(messages).manifest
    assert (messages[0].origin, messages[0].summary) == ("restore", "Restore: Compile")


async def test_a_restored_version_is_undone_and_redone_like_any_step(stage: Stage) -> None:
    versions = await story(stage)
    await stage.restore(versions[0][0])
    await stage.revert("undo")
    assert (await stage.main(), await stage.blueprint()) == versions[2][1:]
    await stage.revert("redo")
    assert (await stage.main(), await stage.blueprint()) == versions[0][1:]


async def test_history_only_grows(stage: Stage) -> None:
    versions = await story(stage)
    await stage.restore(versions[0][0])
    repository = await stage.open()
    assert all(repository.contains("main", commit) for commit, _, _ in versions)


async def test_the_version_that_is_there_is_restored_without_a_step(stage: Stage) -> None:
    versions = await story(stage)
    messages = await stage.restore(versions[2][0])
    assert stage.changed(messages).changed is False
    assert (await stage.open()).refs["main"] == versions[2][0]


async def test_what_is_no_version_is_refused(stage: Stage) -> None:
    await story(stage)
    for commit in ("0" * 40, (await stage.open()).refs["blueprint"]):
        with pytest.raises(BarnraiseError) as error:
            await stage.restore(commit)
        assert error.value.problem.code == "not_found"
