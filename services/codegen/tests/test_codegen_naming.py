"""Tags and branches: names for what the project has, each moved once, by compare-and-swap."""

from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError

Stage = Any


async def refused(stage: Stage, ref: str, old: str | None, new: str | None) -> str:
    before = (await stage.open()).refs
    with pytest.raises(BarnraiseError) as error:
        await stage.name(ref, old, new)
    assert (await stage.open()).refs == before
    assert error.value.problem.next
    return error.value.problem.code


async def two(stage: Stage) -> tuple[str, str]:
    await stage.compile(stage.manifest(Task="title"))
    first = (await stage.open()).refs["main"]
    await stage.write({"notes.txt": b"mine\n"})
    return first, (await stage.open()).refs["main"]


async def test_a_tag_is_made_once_told_once_and_taken_away(stage: Stage) -> None:
    first, _ = await two(stage)
    for _ in range(2):
        assert (await stage.name("tags/v1", None, first, id="same")).commit == first
    told = stage.outbox.announced[-1]
    assert (told.type, told.ref, told.old, told.new) == ("ref.changed.v1", "tags/v1", None, first)
    assert len([message for message in stage.outbox.announced if message.type == "ref.changed.v1"]) == 1
    assert (await stage.open()).resolve("v1") == first
    assert (await stage.name("tags/v1", first, None)).commit is None
    assert "tags/v1" not in (await stage.open()).refs


async def test_what_is_elsewhere_taken_or_unknown_is_refused(stage: Stage) -> None:
    first, second = await two(stage)
    await stage.name("tags/v1", None, first)
    assert await refused(stage, "tags/v1", None, second) == "version_conflict"
    assert await refused(stage, "tags/v1", second, None) == "version_conflict"
    assert await refused(stage, "tags/v2", first, None) == "not_found"
    assert await refused(stage, "tags/v2", None, "f" * 40) == "not_found"
    assert await refused(stage, "tags/V1", None, first) == "name_invalid"
    assert await refused(stage, "v1", None, first) == "name_invalid"
    for name in ("main", "blueprint"):
        assert await refused(stage, name, (await stage.open()).refs[name], first) == "name_invalid"
    with pytest.raises(BarnraiseError, match="idempotency_mismatch"):
        await stage.name("tags/x", None, first, id="once")
        await stage.name("tags/x", None, second, id="once")


async def test_nothing_is_deleted_that_alone_leads_to_a_commit(stage: Stage) -> None:
    first, second = await two(stage)
    await stage.name("idea", None, second)
    await stage.name("idea", second, None)
    await stage.name("idea", None, first)
    await stage.name("idea", first, second)
    assert await refused(stage, "idea", second, "f" * 40) == "not_found"
    assert (await stage.name("idea", second, first)).commit == first


async def test_the_names_of_a_deleted_project_are_gone(stage: Stage) -> None:
    first, _ = await two(stage)
    await stage.name("tags/v1", None, first)
    await stage.drop()
    with pytest.raises(BarnraiseError, match="project_deleted"):
        await stage.name("tags/v2", None, first)
