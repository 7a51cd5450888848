"""Checkouts and what tools keep between them."""

import asyncio
import os
from pathlib import Path

import pytest

from barnraise.validator.adapters import checkouts
from barnraise.validator.adapters.checkouts import GitCheckouts


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
        return {"a.py": commit, "folder/b.py": "b", "folder/below/c.md": "c"}


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
    return found


async def test_only_what_is_asked_for_is_written_and_once(tmp_path: Path) -> None:
    async with made(tmp_path).open("one", "c") as checkout:
        there = lambda: {path.relative_to(checkout.directory).as_posix() for path in checkout.directory.rglob("*")}  # noqa: E731
        assert there() == {"folder", "folder/below"}
        await asyncio.gather(checkout.bring(["a.py"]), checkout.bring(["a.py", "folder/b.py"]), checkout.bring(["nowhere.py"]))
        assert there() == {"folder", "folder/below", "a.py", "folder/b.py"}


async def test_what_a_tool_keeps_is_there_at_the_projects_next_checkout_and_at_no_others(tmp_path: Path) -> None:
    subject = made(tmp_path)
    assert await kept(subject, "one", "first") == []
    assert await kept(subject, "two", "other") == []
    assert await kept(subject, "one", "second") == ["first"]
    assert await kept(made(tmp_path), "one") == ["second"]
    assert list((tmp_path / "checks").iterdir()) == []


async def test_what_two_checkouts_keep_at_once_is_the_whole_of_one(tmp_path: Path) -> None:
    subject = made(tmp_path)
    await kept(subject, "one", "old")
    async with subject.open("one", "c") as first, subject.open("one", "d") as second:
        for checkout, text in ((first, "first"), (second, "second")):
            assert (checkout.directory.parent / "kept/state").read_text() == "old"
            (checkout.directory.parent / "kept/state").write_text(text)
    assert await kept(subject, "one") == ["first"]


async def test_projects_that_were_looked_at_least_lately_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkouts, "_PROJECTS", 2)
    subject = made(tmp_path)
    for age, project in ((300, "one"), (100, "two"), (200, "three")):
        await kept(subject, project, project)
        os.utime(tmp_path / "kept" / project, (1e9 - age, 1e9 - age))
    await kept(subject, "four", "four")
    assert sorted(folder.name for folder in (tmp_path / "kept").iterdir()) == ["four", "two"]
