"""Checkouts and what tools keep between them."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from barnraise.validator.adapters import checkouts
from barnraise.validator.adapters.checkouts import GitCheckouts
from barnraise.validator.adapters.own_folder import own_folder

COMMITS = {
    "before": {"a.py": "1", "same.py": "1", "folder/b.py": "1", "gone/below/c.md": "1", "turned": "1", "turning/d.py": "1"},
    "after": {"a.py": "2", "same.py": "1", "folder/b.py": "1", "new/e.py": "1", "turned/d.py": "1", "turning": "1"},
}


class Repository:
    def __init__(self, project_id: str) -> None:
        self.project_id = project_id

    def place(self, blobs: dict[str, str], directory: Path) -> None:
        for path, blob in blobs.items():
            with (directory / path).open("x") as file:
                file.write(blob)

    def tree_of(self, commit: str) -> str:
        return f"tree of {commit}"

    def blobs(self, commit: str) -> dict[str, str]:
        return COMMITS.get(commit, {"a.py": commit, "folder/b.py": "b", "folder/below/c.md": "c"})


class OneRepository:
    async def open(self, project_id: str) -> Repository:
        return Repository(project_id)


def made(tmp_path: Path) -> GitCheckouts:
    return GitCheckouts(OneRepository(), tmp_path / "checks", tmp_path / "kept")  # ty: ignore[invalid-argument-type]


async def kept(subject: GitCheckouts, project: str, writes: str | None = None) -> list[str]:
    """What is there at a checkout; then a tool writes."""
    async with subject.open(project, "c") as checkout:
        folder = checkout.directory.parent / "kept"
        found = [file.read_text() for file in sorted(folder.iterdir())]
        if writes is not None:
            (folder / "state").write_text(writes)
    await subject.aclose()
    return found


def there(directory: Path) -> dict[str, str | None]:
    """The files with what is in them, and the folders."""
    return {path.relative_to(directory).as_posix(): path.read_text() if path.is_file() else None for path in directory.rglob("*")}


async def test_only_what_is_asked_for_is_written_and_once(tmp_path: Path) -> None:
    async with made(tmp_path).open("one", "c") as checkout:
        assert there(checkout.directory).keys() == {"folder", "folder/below"}
        await asyncio.gather(checkout.bring(["a.py"]), checkout.bring(["a.py", "folder/b.py"]), checkout.bring(["nowhere.py"]))
        assert there(checkout.directory).keys() == {"folder", "folder/below", "a.py", "folder/b.py"}


async def looked_at(subject: GitCheckouts, project: str, commit: str, *brought: str) -> tuple[Path, dict[str, str | None]]:
    """Where, and what was there; a tool puts something beside it."""
    async with subject.open(project, commit) as checkout:
        await checkout.bring(brought)
        (checkout.directory.parent / "beside").mkdir()
        (checkout.directory.parent / "link").symlink_to("beside")
        return checkout.directory, there(checkout.directory)


async def test_files_that_stay_the_same_stay_where_they_are_and_others_do_not(tmp_path: Path) -> None:
    subject = made(tmp_path)
    first, _ = await looked_at(subject, "one", "before", *COMMITS["before"])
    second, found = await looked_at(subject, "one", "after")
    assert (second, found) == (first, {"same.py": "1", "folder": None, "folder/b.py": "1", "new": None, "turned": None})
    third, found = await looked_at(subject, "one", "after", *COMMITS["after"])
    assert third == first
    assert {path: text for path, text in found.items() if text} == COMMITS["after"]


async def test_commits_that_are_looked_at_together_have_files_of_their_own_and_one_of_them_stays(tmp_path: Path) -> None:
    subject = made(tmp_path)
    async with subject.open("one", "before") as first, subject.open("one", "after") as second:
        await asyncio.gather(first.bring(["a.py"]), second.bring(["a.py"]))
        assert [there(checkout.directory)["a.py"] for checkout in (first, second)] == ["1", "2"]
    await subject.aclose()
    assert list((tmp_path / "checks").iterdir()) == [first.directory.parent]
    assert (await looked_at(subject, "one", "before"))[1]["a.py"] == "1"


async def test_files_are_put_away_after_a_failure_by_the_hour_and_where_there_are_many_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkouts, "_STANDING", 2)
    subject = made(tmp_path)
    with pytest.raises(ValueError, match="ours"):
        async with subject.open("one", "before"):
            raise ValueError("ours")
    assert list((tmp_path / "checks").iterdir()) == []
    places = []
    for project in ("one", "two", "three"):
        places.append((await looked_at(subject, project, "before"))[0].parent)
        await subject.aclose()
    assert {*(tmp_path / "checks").iterdir()} == {*places[1:]}
    await subject.tidy()
    assert list((tmp_path / "checks").iterdir()) == []


async def test_a_folder_that_is_not_as_it_was_left_is_made_anew(tmp_path: Path) -> None:
    subject = made(tmp_path)
    place, _ = await looked_at(subject, "one", "before", "a.py", "gone/below/c.md")
    await subject.aclose()
    (place / "gone/below/strange").write_text("")
    (place / "a.py").unlink()
    assert (await looked_at(subject, "one", "after", "a.py"))[1]["a.py"] == "2"


async def test_what_a_tool_keeps_is_there_at_the_projects_next_checkout_and_at_no_others(tmp_path: Path) -> None:
    subject = made(tmp_path)
    assert await kept(subject, "one", "first") == []
    assert await kept(subject, "two", "other") == []
    assert await kept(subject, "one", "second") == ["first"]
    assert await kept(made(tmp_path), "one") == ["second"]


async def test_what_two_checkouts_keep_at_once_is_the_whole_of_one(tmp_path: Path) -> None:
    subject = made(tmp_path)
    await kept(subject, "one", "old")
    async with subject.open("one", "c") as first, subject.open("one", "d") as second:
        for checkout, text in ((first, "first"), (second, "second")):
            assert (checkout.directory.parent / "kept/state").read_text() == "old"
            (checkout.directory.parent / "kept/state").write_text(text)
    await subject.aclose()
    assert await kept(subject, "one") == ["first"]


async def test_projects_that_were_looked_at_least_lately_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkouts, "_PROJECTS", 2)
    subject = made(tmp_path)
    for age, project in ((300, "one"), (100, "two"), (200, "three")):
        await kept(subject, project, project)
        os.utime(tmp_path / "kept" / project, (1e9 - age, 1e9 - age))
    await kept(subject, "four", "four")
    assert sorted(folder.name for folder in (tmp_path / "kept").iterdir()) == ["four", "two"]


HOLDS = """
import sys
from pathlib import Path
from barnraise.validator.adapters.own_folder import own_folder

with own_folder(Path(sys.argv[1])) as own:
    print(own, flush=True)
    sys.stdin.read()
"""


def test_a_replica_that_starts_beside_another_leaves_its_files_and_clears_those_of_the_dead(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        theirs = Path(other.stdout.readline().strip())
        (theirs / "file").touch()
        with own_folder(tmp_path) as own:
            assert own != theirs and (theirs / "file").exists() and not list(own.iterdir())
        assert not own.exists()
        other.send_signal(signal.SIGKILL)
    assert theirs.exists()
    with own_folder(tmp_path) as own:
        assert list(tmp_path.iterdir()) == [own]
