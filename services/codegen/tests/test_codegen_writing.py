import asyncio
import base64
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.requests import FileWrite, WriteFiles

Stage = Any


async def start(stage: Stage) -> str:
    await stage.compile(stage.manifest(Task="title"))
    return (await stage.open()).refs["main"]


async def refused(stage: Stage, *arguments: Any, **options: Any) -> str:
    before = (await stage.open()).refs
    with pytest.raises(BarnraiseError) as error:
        await stage.write(*arguments, **options)
    assert (await stage.open()).refs == before
    return error.value.problem.code


async def test_an_edit_is_a_commit_and_an_event(stage: Stage) -> None:
    base = await start(stage)
    written = await stage.write({"notes.txt": b"mine\n", "README.md": None})
    repository = await stage.open()
    assert (written.commit, written.changed) == (repository.refs["main"], True)
    assert repository.commit_at("main").parents == (base,)
    assert (repository.commit_at("main").origin, repository.commit_at("main").job_id) == ("edit", None)
    (event,) = stage.outbox.announced
    assert (event.commit, event.parent, event.origin, event.job_id) == (written.commit, base, "edit", None)
    assert {file.path: file.change for file in event.files} == {"notes.txt": "added", "README.md": "deleted"}
    assert repository.refs["blueprint"] == base


async def test_the_same_request_again_gets_the_same_answer(stage: Stage) -> None:
    base = await start(stage)
    first = await stage.write({"notes.txt": b"1"}, base=base, id="request-1")
    await stage.write({"notes.txt": b"2"})
    assert await stage.write({"notes.txt": b"1"}, base=base, id="request-1") == first
    assert (await stage.main())["notes.txt"] == b"2"
    assert await refused(stage, {"notes.txt": b"other"}, base=base, id="request-1") == "idempotency_mismatch"
    assert len(stage.outbox.announced) == 2


async def test_equal_content_makes_no_commit(stage: Stage) -> None:
    base = await start(stage)
    written = await stage.write({"README.md": (await stage.main())["README.md"]}, id="request-1")
    assert (written.commit, written.changed) == (base, False)
    await stage.write({"notes.txt": b"1"})
    assert await stage.write({"README.md": (await stage.main())["README.md"]}, base=base, id="request-1") == written
    assert len(stage.outbox.announced) == 1


async def test_a_stale_base_is_a_conflict_where_it_matters(stage: Stage) -> None:
    base = await start(stage)
    await stage.write({"notes.txt": b"theirs\n"})
    assert await refused(stage, {"notes.txt": b"mine\n"}, base=base) == "version_conflict"
    assert await refused(stage, {"other.txt": b"1", "notes.txt": b"mine\n"}, base=base) == "version_conflict"
    await stage.write({"other.txt": b"1"}, base=base)
    main = await stage.main()
    assert (main["notes.txt"], main["other.txt"]) == (b"theirs\n", b"1")
    assert (await stage.write({"notes.txt": b"theirs\n"}, base=base)).changed is False


@pytest.mark.parametrize("base", ["0" * 40, "not on main"])
async def test_a_base_from_elsewhere_is_a_conflict(stage: Stage, base: str) -> None:
    await start(stage)
    await stage.compile(stage.manifest(Task="title due"))
    if base == "not on main":
        repository = await stage.open()
        base = repository.blobs("main")["README.md"]
    assert await refused(stage, {"a": b"1"}, base=base) == "version_conflict"


async def test_deleting_what_is_not_there_is_not_found(stage: Stage) -> None:
    await start(stage)
    assert await refused(stage, {"nothing.txt": None}) == "not_found"


@pytest.mark.parametrize(
    "path", ["../x", "/x", ".git/config", "a\\b", "readme.MD", "app", "README.md/x", ".barnraise/manifest.json", ".Barnraise/x"]
)
async def test_bad_paths_are_refused(stage: Stage, path: str) -> None:
    await start(stage)
    assert await refused(stage, {"fine.txt": b"1", path: b"x"}) == "path_invalid"


async def test_a_path_that_is_named_twice_is_refused(stage: Stage) -> None:
    base = await start(stage)
    files = tuple(FileWrite(path=path, content="") for path in ("\u00e9", "e\u0301"))
    request = WriteFiles(id="request", project_id="shop", at=stage.envelope()["at"], base=base, files=files)
    with pytest.raises(BarnraiseError, match="path_invalid"):
        await stage.codegen.write(request)


async def test_limits(stage: Stage) -> None:
    await start(stage)
    limit = 2 * 1024 * 1024
    assert await refused(stage, {"big": b"x" * (limit + 1)}) == "too_large"
    assert await refused(stage, {"big": b"x" * (limit * 2)}) == "too_large"
    assert await refused(stage, {f"f{number}": b"x" * limit for number in range(11)}) == "too_large"
    assert (await stage.write({"big": b"x" * limit})).changed


@pytest.mark.parametrize("content", ["not base64!", "YQ", "YQ==\n", "é"])
async def test_content_that_is_not_base64_is_refused(stage: Stage, content: str) -> None:
    base = await start(stage)
    file = FileWrite(path="a", content=content)
    request = WriteFiles(id="request", project_id="shop", at=stage.envelope()["at"], base=base, files=(file,))
    with pytest.raises(BarnraiseError, match="invalid_request"):
        await stage.codegen.write(request)


async def test_a_project_without_code_cannot_be_edited(stage: Stage) -> None:
    assert await refused(stage, {"a": b"1"}, base="0" * 40) == "not_found"
    await stage.drop()
    assert await refused(stage, {"a": b"1"}, base="0" * 40) == "project_deleted"


async def test_many_edits_at_once_all_arrive(stage: Stage) -> None:
    base = await start(stage)
    answers = await asyncio.gather(*(stage.write({f"f{number}": b"1"}, base=base) for number in range(5)))
    assert all(answer.changed for answer in answers)
    assert {f"f{number}" for number in range(5)} <= (await stage.main()).keys()
    assert len((await stage.open()).log("main")[0]) == 6


async def test_the_same_request_twice_at_once_commits_once(stage: Stage) -> None:
    base = await start(stage)
    content = base64.b64encode(b"1").decode()
    request = WriteFiles(
        id="request", project_id="shop", at=stage.envelope()["at"], base=base, files=(FileWrite(path="a", content=content),)
    )
    first, second = await asyncio.gather(stage.codegen.write(request), stage.codegen.write(request))
    assert first == second
    assert len((await stage.open()).log("main")[0]) == 2


async def test_a_repeat_that_looks_in_between_gets_the_first_answer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first attempt commits between the second one's two looks at the database, whichever comes first."""
    base = await start(stage)
    answered, opened = stage.journal.answered, stage.repositories.open
    first = []

    def meanwhile(look: Any) -> Any:
        async def looked(*arguments: Any) -> Any:
            found = await look(*arguments)
            if not first:
                monkeypatch.undo()
                first.append(await stage.write({"a": b"1"}, base=base, id="request"))
                await stage.write({"a": b"2"})
            return found

        return looked

    monkeypatch.setattr(stage.repositories, "open", meanwhile(opened))
    monkeypatch.setattr(stage.journal, "answered", meanwhile(answered))
    assert await stage.write({"a": b"1"}, base=base, id="request") == first[0]
    assert (await stage.main())["a"] == b"2"
