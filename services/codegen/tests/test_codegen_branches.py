"""Branches: edited and pushed to beside ``main``, and merged into it as a step."""

from datetime import UTC, datetime
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH
from barnraise.contracts.conflicts import Choice
from barnraise.contracts.events import CommitCreated, RefChanged
from barnraise.contracts.requests import PushCommits

Stage = Any
AT = datetime(2026, 1, 1, tzinfo=UTC)


async def branched(stage: Stage) -> str:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"notes.txt": b"one\n"})
    head = (await stage.open()).refs["main"]
    await stage.name("idea", None, head)
    return head


async def pushed(stage: Stage, branch: str, old: str | None, base: str, text: bytes) -> PushCommits:
    repository = await stage.open()
    tree = repository.edit_tree(repository.tree_of(base), {"pushed.txt": text})
    new = repository.commit(tree, [base], "Write it", author="Ada", at=AT)
    pack = repository.pack([new])
    await stage.repositories.store("shop", pack)
    return PushCommits(id=f"push-{new}-{branch}", project_id="shop", at=AT, old=old, new=new, pack=pack.id, branch=branch)


async def test_an_edit_of_a_branch_leaves_main_alone_and_is_told_as_such(stage: Stage) -> None:
    head = await branched(stage)
    written = await stage.write({"notes.txt": b"two\n"}, branch="idea")
    repository = await stage.open()
    assert repository.refs["main"] == head
    assert (repository.refs["idea"], repository.read("idea", "notes.txt").data) == (written.commit, b"two\n")
    told = stage.outbox.announced[-1]
    assert isinstance(told, RefChanged)
    assert (told.ref, told.old, told.new) == ("idea", head, written.commit)
    assert len(await stage.journal.steps("shop")) == 2
    with pytest.raises(BarnraiseError, match="version_conflict"):
        await stage.write({"notes.txt": b"three\n"}, branch="idea", base=head)


async def test_a_merge_is_a_step_that_is_undone_and_done_again(stage: Stage) -> None:
    await branched(stage)
    await stage.write({"other.txt": b"mine\n"}, branch="idea")
    await stage.compile(stage.manifest(Task="title due"))
    before = await stage.main()
    messages = await stage.merge("idea")
    assert (messages[0].origin, messages[0].summary) == ("merge", "Merge idea")
    repository = await stage.open()
    assert repository.commit_at("main").parents[1] == repository.refs["idea"]
    assert await stage.main() == before | {"other.txt": b"mine\n"}
    assert stage.changed(await stage.merge("idea")).changed is False
    await stage.revert("undo")
    assert await stage.main() == before
    await stage.revert("redo")
    assert (await stage.main())["other.txt"] == b"mine\n"
    await stage.compile(stage.manifest(Task="title due owner"))
    assert (await stage.main())["other.txt"] == b"mine\n"


async def test_where_branch_and_main_meet_is_a_choice(stage: Stage) -> None:
    await branched(stage)
    await stage.write({"notes.txt": b"theirs\n"}, branch="idea")
    await stage.write({"notes.txt": b"mine\n"})
    head = (await stage.open()).refs["main"]
    conflict = stage.conflict(await stage.merge("idea"))
    ((hunk,),) = [file.hunks for file in conflict.files]
    assert (hunk.base, hunk.mine, hunk.theirs) == ("one\n", "mine\n", "theirs\n")
    assert (await stage.open()).refs["main"] == head
    await stage.merge("idea", (Choice(hunk=hunk.id, take="both"),))
    assert (await stage.main())["notes.txt"] == b"mine\ntheirs\n"


async def test_an_older_branch_does_not_bring_an_older_plan(stage: Stage) -> None:
    await branched(stage)
    await stage.write({"other.txt": b"x\n"}, branch="idea")
    await stage.compile(stage.manifest(Task="title due"))
    await stage.merge("idea")
    assert (await stage.main())[MANIFEST_PATH] == (await stage.blueprint())[MANIFEST_PATH]
    with pytest.raises(BarnraiseError, match="path_invalid"):
        await stage.write({MANIFEST_PATH: b"{}"}, branch="idea")


async def test_pushes_make_branches_and_move_them_forwards(stage: Stage) -> None:
    head = await branched(stage)
    request = await pushed(stage, "feature/x", None, head, b"1\n")
    for _ in range(2):
        assert (await stage.codegen.push(request)).commit == request.new
    following = await pushed(stage, "feature/x", request.new, request.new, b"2\n")
    await stage.codegen.push(following)
    repository = await stage.open()
    assert (repository.refs["feature/x"], repository.refs["main"]) == (following.new, head)
    assert not any(isinstance(told, CommitCreated) and told.origin == "push" for told in stage.outbox.announced)
    backwards = await pushed(stage, "feature/x", following.new, head, b"3\n")
    for wrong, code in (
        (backwards, "version_conflict"),
        (await pushed(stage, "feature/x", None, head, b"4\n"), "version_conflict"),
        (await pushed(stage, "Idea", None, head, b"5\n"), "name_invalid"),
        (await pushed(stage, "blueprint", repository.refs["blueprint"], repository.refs["blueprint"], b"6\n"), "name_invalid"),
    ):
        with pytest.raises(BarnraiseError) as refused:
            await stage.codegen.push(wrong)
        assert refused.value.problem.code == code
        assert not [key for key in await stage.stored("shop") if wrong.pack in key]


async def test_a_branch_goes_when_its_commits_are_kept(stage: Stage) -> None:
    await branched(stage)
    commit = (await stage.write({"other.txt": b"x\n"}, branch="idea")).commit
    with pytest.raises(BarnraiseError, match="would be lost"):
        await stage.name("idea", commit, None)
    await stage.name("tags/kept", None, commit)
    await stage.name("idea", commit, None)
    with pytest.raises(BarnraiseError, match="would be lost"):
        await stage.name("tags/kept", commit, None)
    await stage.name("idea", None, commit)
    await stage.merge("idea")
    await stage.name("idea", commit, None)
    await stage.name("tags/kept", commit, None)


async def test_what_is_no_branch_is_not_found(stage: Stage) -> None:
    head = await branched(stage)
    await stage.name("tags/v1", None, head)
    for branch, code in (("nosuch", "not_found"), ("tags/v1", "not_found"), ("blueprint", "name_invalid")):
        with pytest.raises(BarnraiseError) as refused:
            await stage.write({"a": b"1"}, branch=branch, base=head)
        assert refused.value.problem.code == code
    with pytest.raises(BarnraiseError, match="not_found"):
        await stage.merge("nosuch")


async def test_a_merge_takes_what_was_looked_at_or_nothing(stage: Stage) -> None:
    head = await branched(stage)
    seen = (await stage.write({"other.txt": b"mine\n"}, branch="idea")).commit
    await stage.write({"other.txt": b"not seen\n"}, branch="idea", base=seen)
    with pytest.raises(BarnraiseError, match="version_conflict"):
        await stage.merge("idea", expected=seen)
    assert (await stage.open()).refs["main"] == head
    await stage.merge("idea", expected=(await stage.open()).refs["idea"])
    assert (await stage.main())["other.txt"] == b"not seen\n"
