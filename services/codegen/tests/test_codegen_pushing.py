"""A push becomes a step, or nothing changes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.events import CommitCreated
from barnraise.contracts.requests import PushCommits
from barnraise.vfs import Pack

Stage = Any
AT = datetime(2026, 1, 1, tzinfo=UTC)


async def prepared(stage: Stage, *contents: bytes) -> tuple[PushCommits, Pack]:
    """A push of one commit per content, made on ``main`` and stored as the gateway stores it."""
    repository = await stage.open()
    old = commit = repository.refs["main"]
    made = []
    for content in contents:
        tree = repository.edit_tree(repository.tree_of(commit), {"pushed.txt": content})
        commit = repository.commit(tree, [commit], f"Write {content.decode()}", author="Ada", at=AT)
        made.append(commit)
    pack = repository.pack(made)
    await stage.repositories.store("shop", pack)
    return PushCommits(id=f"push-{commit}", project_id="shop", at=AT, old=old, new=commit, pack=pack.id), pack


async def refused(stage: Stage, request: PushCommits) -> str:
    before = (await stage.open()).refs
    with pytest.raises(BarnraiseError) as error:
        await stage.codegen.push(request)
    assert (await stage.open()).refs == before
    assert not [key for key in await stage.stored("shop") if request.pack in key], "what a refused push brought is taken back"
    return error.value.problem.code


async def test_a_push_moves_main_and_is_told_once(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    request, _ = await prepared(stage, b"one", b"two")
    for _ in range(2):
        answer = await stage.codegen.push(request)
        assert (answer.commit, answer.changed) == (request.new, True)
    assert (await stage.main())["pushed.txt"] == b"two"
    (event,) = stage.outbox.announced
    assert isinstance(event, CommitCreated)
    assert (event.origin, event.parent, event.summary) == ("push", request.old, "Push: Write two and 1 more")
    assert [file.path for file in event.files] == ["pushed.txt"]


async def test_a_pushed_change_survives_a_refinement_and_is_undone_like_any_step(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    request, _ = await prepared(stage, b"mine")
    await stage.codegen.push(request)
    await stage.compile(stage.manifest(Task="title due"))
    main = await stage.main()
    assert main["pushed.txt"] == b"mine" and b"due" in main["app/tasks.py"]
    await stage.revert("undo")
    await stage.revert("undo")
    assert "pushed.txt" not in await stage.main()


async def test_a_push_that_came_late_changes_nothing(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    request, _ = await prepared(stage, b"late")
    await stage.write({"notes.txt": b"first\n"})
    assert await refused(stage, request) == "version_conflict"


async def test_a_pack_that_an_earlier_push_has_listed_stays(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    request, _ = await prepared(stage, b"mine")
    await stage.codegen.push(request)
    with pytest.raises(BarnraiseError, match="version_conflict"):
        await stage.codegen.push(request.model_copy(update={"id": "again"}))
    assert [key for key in await stage.stored("shop") if request.pack in key]
    assert (await stage.main())["pushed.txt"] == b"mine"


async def test_a_push_that_names_another_head_than_the_project_has_changes_nothing(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    request, _ = await prepared(stage, b"mine")
    assert await refused(stage, request.model_copy(update={"old": "1" * 40})) == "version_conflict"


async def test_a_push_without_its_pack_changes_nothing(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    request, pack = await prepared(stage, b"lost")
    await stage.repositories.discard("shop", pack.id)
    assert await refused(stage, request) == "not_found"


async def test_a_push_before_there_is_code_is_refused(stage: Stage) -> None:
    request = PushCommits(id="push-1", project_id="shop", at=AT, old="0" * 40, new="1" * 40, pack="2" * 40)
    with pytest.raises(BarnraiseError, match="no code"):
        await stage.codegen.push(request)
